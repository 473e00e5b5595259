r"""One federated model, sold in several noised versions, and what each of them tells about a record of each owner.

**The model.** Owner :math:`i` adds its own noise to every release, so that the trained head :math:`W` is
:math:`\mu_i`-Gaussian for each of its records; whatever is made of it later is so too.

**A version** is :math:`W + s_j Z`, which protects records once more: by how far one record can move the *finished*
model. Each round is a step of gradient descent, :math:`W \leftarrow W - \eta\,\nabla f(W)` plus noise, where the
softmax cross-entropy :math:`f`, of records no longer than 1, is convex and 1/2-smooth. Such a step brings no two heads
further apart if :math:`\eta \le 4` (Hardt, Recht & Singer, ICML 2016, lemma 3.7), and a record of owner :math:`i`
shifts each step by at most :math:`\eta w_i \Delta`. For any fixed draws of the noise it therefore moves the finished
model by at most

.. math:: S_i = T\,\eta\,w_i\,\Delta

(bolt-on output perturbation: Wu et al., SIGMOD 2017). That holds only where no gradient is clipped, since clipped ones
need not be those of a convex loss; no gradient is longer than :math:`\sqrt2`, so the bound is set there or above. With
:math:`s_j = \max_i S_i/\mu(\varepsilon_j, \delta)` version :math:`j` is :math:`(\varepsilon_j, \delta)`-private for
every record of every owner, and :math:`\min(\mu_i, S_i/s_j)`-Gaussian for one of owner :math:`i`.

**Several versions** of independent noise are together :math:`\min(\mu_i, S_i\sqrt{\sum_j s_j^{-2}})`-Gaussian. Nested
versions, each the next better one with more noise, tell together what the best of them tells alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from math import sqrt
from typing import Any

import numpy as np

from ...formulations.errors import InputError
from ...formulations.specification.fields import refuse_unknown
from ..accounting.budgets import Budgets
from ..accounting.ledger import noise_multipliers
from ..accounting.privacy import Array, epsilon_for, mu_for
from ..training.aggregate_engine import Descent, accuracy, fit
from ..training.data import Dataset, load, partition
from ..training.features import prepare
from ..training.protocol import Protocol, protocol_from
from ..training.weights import aggregate, noiseless

COPIES = ("nested", "independent")
"""How the noises of the versions hang together."""
TRAINING_KEYS = (
    "dataset",
    "delta",
    "rounds",
    "clip",
    "learning_rate",
    "features",
    "feature_count",
    "adjacency",
    "weighting",
    "heterogeneity",
    "test_fraction",
    "seed",
)
"""The settings of a protocol that a market has; the others are those of comparisons."""
LONGEST_GRADIENT = sqrt(2)
"""Of the softmax cross-entropy, for records no longer than 1: of probabilities less a unit vector."""
LARGEST_STEP = 4.0
"""η up to which a step brings no two heads further apart: 2 over the smoothness of 1/2."""
TRAINING = Protocol(clip=LONGEST_GRADIENT, learning_rate=LARGEST_STEP)
"""The default protocol of a market: nothing is clipped, and the steps are the longest that bring no heads apart."""
DRAWS = 20
"""How many further draws of a version's noise its mean accuracy is taken over; none of them is sold."""
_ROUNDING = 1 + 1e-9
"""What S_i is lengthened by: records are normalised in doubles, so their norms exceed 1 by a few units of 2⁻⁵³.

That, and the roundings of S_i itself, are less than a millionth of it. What training rounds in its own sums, which may
differ where a record is left out, is not in it, nor are the doubles that noise is drawn in: the statement is about
training and noise in real numbers.
"""


class Stream(IntEnum):
    """What a stream of random numbers is for."""

    BUYERS = 0
    SPLIT = 1
    TRAINING = 2
    VERSIONS = 3
    FURTHER_DRAWS = 4
    HELD_OUT = 5


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained model, its versions, and what is known of them.

    Attributes
    ----------
    versions
        A noised head for each version, in the menu's order.
    noise
        s_j, the standard deviation of each coordinate of each version.
    mu, moved
        μ_i of the training and S_i, for each owner; both 0 for an owner that takes no part.
    accuracies
        On records that no owner holds: of the versions as sold, of the mean over further draws, of the trained head
        and of one that was trained without any noise.
    data
        What it was trained on.
    """

    versions: tuple[Array, ...]
    noise: Array
    mu: Array
    moved: Array
    accuracies: Mapping[str, Any]
    data: Mapping[str, Any]


def market_protocol(settings: Mapping[str, Any]) -> Protocol:
    """Return the protocol of a market's training; an unknown key is an error.

    Raises
    ------
    InputError
        Also for steps so long, or clipping so short, that nothing is known of the finished model's sensitivity.

    Examples
    --------
    >>> market_protocol({"rounds": 10}).learning_rate
    4.0
    """
    refuse_unknown("market.training", settings, TRAINING_KEYS)
    protocol = protocol_from({name: getattr(TRAINING, name) for name in TRAINING_KEYS} | dict(settings))
    check_training(protocol)
    return protocol


def check_training(protocol: Protocol) -> None:
    """Refuse a training whose finished model may be moved further by a record than is known."""
    why = "else it is not known how far a record moves the finished model, and versions have no known privacy"
    if protocol.clip < LONGEST_GRADIENT:
        rule = f"must be at least √2 = {LONGEST_GRADIENT!r}, so that no gradient is clipped: {why}"
        raise InputError("market.training.clip", protocol.clip, rule, "drop it: √2 is the default")
    if protocol.learning_rate is None or protocol.learning_rate > LARGEST_STEP:
        rule = f"must be at most {LARGEST_STEP:g}: {why}"
        raise InputError("market.training.learning_rate", protocol.learning_rate, rule, "drop it: 4 is the default")


def train_versions(
    budgets: Budgets,
    epsilon: Iterable[Fraction],
    protocol: Protocol,
    copies: str = "nested",
    records: Sequence[int] | None = None,
    dataset: Dataset | None = None,
) -> Trained:
    """Train one model with the owners' budgets, and noise it once for each version.

    Parameters
    ----------
    budgets
        What each owner sells; an owner with 0 takes no part.
    epsilon
        The versions' privacy budgets, all different, in any order.
    protocol
        As `market_protocol` returns it.
    copies
        One of `COPIES`.
    records
        Public counts of the owners' records; the same for all by default.
    dataset
        In place of the one that the protocol names.

    Raises
    ------
    InputError
        When nobody takes part or there are too few records.

    Examples
    --------
    >>> from ..accounting.budgets import budgets_of
    >>> tiny = Dataset("tiny", "", "", np.repeat(np.eye(2), 50, axis=0), np.repeat([0, 1], 50), 2)
    >>> trained = train_versions(budgets_of([8, 8]), [Fraction(1, 10), Fraction(9)], TRAINING, dataset=tiny)
    >>> bool(trained.noise[0] > trained.noise[1]), trained.accuracies["trained"]
    (True, 1.0)
    """
    source = dataset or load(protocol.dataset)
    features = prepare(source.features, protocol.features, protocol.feature_count)
    split = partition(
        len(features), len(budgets.clients), _seed(protocol, Stream.SPLIT), protocol.test_fraction, records
    )
    sigma = noise_multipliers(budgets.epsilon, protocol.delta, protocol.rounds)
    moves = protocol.release.sensitivity
    plan = aggregate(budgets.epsilon, sigma, split.records, protocol.weighting, moves, protocol.heterogeneity)
    rate = protocol.learning_rate or LARGEST_STEP
    descent = Descent(protocol.rounds, protocol.clip, rate, source.classes)
    x, y = features[split.training], source.labels[split.training]

    def head_of(weight: Array, noise: float) -> Array:
        return fit(x, y, weight[split.owner], noise, descent, _seed(protocol, Stream.TRAINING))

    def score(head: Array) -> float:
        return accuracy(head, features[split.test], source.labels[split.test])

    head = head_of(plan.record_weight, plan.noise)
    free = noiseless(split.records, plan.record_weight > 0)
    present = plan.record_weight > 0
    moved = protocol.rounds * rate * moves * plan.record_weight * _ROUNDING
    noise = moved.max() / mu_for([float(value) for value in epsilon], protocol.delta)
    versions = noised(head, noise, copies, np.random.default_rng(_seed(protocol, Stream.VERSIONS)))
    further = np.random.default_rng(_seed(protocol, Stream.FURTHER_DRAWS))
    mean = [
        float(np.mean([score(head + spread * further.standard_normal(head.shape)) for _ in range(DRAWS)]))
        for spread in noise
    ]
    return Trained(
        versions=versions,
        noise=noise,
        mu=np.where(present, sqrt(protocol.rounds) / sigma, 0.0),
        moved=moved,
        accuracies={
            "versions": [score(version) for version in versions],
            "mean_over_draws": mean,
            "trained": score(head),
            "without_noise": score(head_of(free.record_weight, 0.0)),
        },
        data={
            "name": source.name,
            "source": source.source,
            "licence": source.licence,
            "training_records": len(split.training),
            "test_records": len(split.test),
            "features": features.shape[1],
            "classes": source.classes,
            "commonest_class": float(np.bincount(source.labels[split.test]).max() / len(split.test)),
        },
    )


def noised(head: Array, noise: Array, copies: str, generator: np.random.Generator) -> tuple[Array, ...]:
    """Return a copy of a head for each noise level, in the order given.

    Examples
    --------
    >>> heads = noised(np.zeros((200, 50)), np.array([3.0, 1.0]), "nested", np.random.default_rng(0))
    >>> [round(float(head.std()), 1) for head in heads], round(float((heads[0] - heads[1]).std() ** 2))
    ([3.0, 1.0], 8)
    """
    order = np.argsort(noise, kind="stable")  # the best version first: it has the least noise
    found: dict[int, Array] = {}
    base, reached = head, 0.0
    for place in order.tolist():
        more = sqrt(noise[place] ** 2 - reached**2)
        found[place] = base + more * generator.standard_normal(head.shape)
        if copies == "nested":
            base, reached = found[place], float(noise[place])
    return tuple(found[place] for place in range(len(noise)))


def mu_of_versions(mu: Array, moved: Array, noise: Array) -> Array:
    """Return the Gaussian privacy μ of a record of each owner (rows) in each version (columns).

    Examples
    --------
    >>> mu_of_versions(np.array([1.0, 0.0]), np.array([0.5, 0.0]), np.array([0.25, 2.0])).tolist()
    [[1.0, 0.25], [0.0, 0.0]]
    """
    return np.minimum(mu[:, None], moved[:, None] / noise[None, :])


def mu_together(mu: Array, moved: Array, noise: Array, copies: str) -> Array:
    """Return the Gaussian privacy μ of a record of each owner when all of some versions are put together.

    Examples
    --------
    >>> [mu_together(np.array([9.0]), np.array([3.0]), np.array([1.0, 0.75]), copies).item() for copies in COPIES]
    [4.0, 5.0]
    """
    if not len(noise):
        return np.zeros_like(mu)
    told = 1 / noise.min() if copies == "nested" else np.sqrt(np.sum(noise**-2.0))
    return np.asarray(np.minimum(mu, moved * told))


def epsilon_at(mu: Array, delta: float) -> Array:
    """Return ε at δ for each μ ≥ 0: the exact ε of Gaussian privacy, 0 where nothing is released.

    Examples
    --------
    >>> epsilon_at(np.array([0.0, 2.0004458]), 1e-5).round(4).tolist()
    [0.0, 10.0]
    """
    epsilon = np.zeros_like(mu)
    epsilon[mu > 0] = epsilon_for(mu[mu > 0], delta)
    return epsilon


def _seed(protocol: Protocol, stream: Stream) -> np.random.SeedSequence:
    return np.random.SeedSequence(protocol.seed, spawn_key=(stream,))
