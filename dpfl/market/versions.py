r"""Federated models that are sold in several versions: one model that is noised, or a training for each version.

**Local trust.** Owner :math:`i` adds its own noise to every release, so that the trained head :math:`W` is
:math:`\mu_i`-Gaussian for each of its records; whatever is made of it later is so too. A version is :math:`W + s_j Z`,
which protects records once more: by how far one record can move the *finished* model. Each round is a step of gradient
descent, :math:`W \leftarrow W - \eta\,\nabla f(W)` plus noise, where the softmax cross-entropy :math:`f`, of records no
longer than 1, is convex and 1/2-smooth. Such a step brings no two heads further apart if :math:`\eta \le 4` (Hardt,
Recht & Singer, ICML 2016, lemma 3.7), and a record of owner :math:`i` shifts each step by at most
:math:`\eta w_i \Delta`. For any fixed draws of the noise it therefore moves the finished model by at most

.. math:: S_i = T\,\eta\,w_i\,\Delta

(bolt-on output perturbation: Wu et al., SIGMOD 2017). That holds only where no gradient is clipped, since clipped ones
need not be those of a convex loss; no gradient is longer than :math:`\sqrt2`, so the bound is set there or above. With
:math:`s_j = \max_i S_i/\mu(\varepsilon_j, \delta)` version :math:`j` is :math:`(\varepsilon_j, \delta)`-private for
every record of every owner.

**A sum that alone is seen** (secure aggregation, or a broker that all trust). Each version is a training by itself,
with its own noise in the sum of every round, so that a record of owner :math:`i` is :math:`\mu_{ij}`-Gaussian with

.. math:: \mu_{ij} = \mu(\varepsilon_j)\,\min\Bigl(1, \frac{\mu_i}{\sqrt{\sum_k \mu(\varepsilon_k)^2}}\Bigr), \qquad
          s_j = \frac{\Delta\sqrt T}{\sum_i n_i \mu_{ij}}, \qquad w_{ij} = \frac{\mu_{ij}}{\sum_k n_k \mu_{kj}}.

No version tells more of anybody than its own ε, and all together, :math:`\sum_j \mu_{ij}^2 \le \mu_i^2`, tell no more
than was sold. (:math:`\min(\mu_i, \mu(\varepsilon_j))` for each version alone would.) An owner who sold less counts for
less, and in the same proportion in every version. Weights stay as they are when somebody drops out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import Any

import numpy as np

from ..accounting.budgets import Budgets
from ..accounting.ledger import noise_multipliers
from ..accounting.privacy import Array, mu_for
from ..training.aggregate_engine import Descent, fit
from ..training.data import Dataset, Partition, partition
from ..training.features import prepare
from ..training.loaders import load
from ..training.protocol import Protocol
from ..training.weights import aggregate, noiseless
from .protocol import step_of
from .streams import Stream, known, secret
from .told import FinishedModel, OwnTraining

DRAWS = 20
"""How many further draws of a version's noise its mean accuracy is taken over; none of them is sold."""
TRAININGS = 4
"""As many where each draw is a training."""
_ROUNDING = 1 + 1e-9
"""What S_i, and the noise in a sum, are lengthened by: records are normalised and clipped in doubles, so that norms are
above the bound by a few units of 2⁻⁵³.

That, and the roundings of S_i itself, are less than a millionth of it. What training rounds in its own sums, which may
differ where a record is left out, is not in it, nor are the doubles that noise is drawn in: the statement is about
training and noise in real numbers.
"""


@dataclass(frozen=True, eq=False)
class Trained:
    """The versions of a model, and what is known of them.

    Attributes
    ----------
    versions
        A head for each version, in the menu's order.
    told
        What they tell of whom, and the noise that it follows from.
    right
        Versions × test records: which records, that no owner holds, each version as sold is right on.
    mean_accuracy
        Of each version, over further draws of its noise.
    accuracy
        Of the model that is noised; None where each version is trained by itself.
    accuracy_without_noise
        Of one that was trained without any noise.
    data
        What it was trained on.
    """

    versions: tuple[Array, ...]
    told: FinishedModel | OwnTraining
    right: np.ndarray
    mean_accuracy: tuple[float, ...]
    accuracy: float | None
    accuracy_without_noise: float
    data: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Bench:
    """The records, dealt out, and what is done with them whatever the noise."""

    source: Dataset
    features: Array
    split: Partition
    protocol: Protocol

    def head(self, weight: Array, noise: float, seed: np.random.SeedSequence) -> Array:
        """Return a head that was trained with a weight for each owner's records."""
        protocol, rows = self.protocol, self.split.training
        descent = Descent(protocol.rounds, protocol.clip, step_of(protocol), self.source.classes)
        return fit(self.features[rows], self.source.labels[rows], weight[self.split.owner], noise, descent, seed)

    def right(self, head: Array) -> np.ndarray:
        """Return which of the test records a head is right on."""
        guessed = np.argmax(self.features[self.split.test] @ head, axis=1)
        return np.asarray(guessed == self.source.labels[self.split.test])

    def mean(self, heads: Iterable[Array]) -> float:
        """Return the mean accuracy of several heads."""
        return float(np.mean([self.right(head).mean() for head in heads]))

    def described(self) -> dict[str, Any]:
        """Return what was trained on as plain data."""
        source, test = self.source, self.source.labels[self.split.test]
        return {
            "name": source.name,
            "source": source.source,
            "licence": source.licence,
            "training_records": len(self.split.training),
            "test_records": len(test),
            "features": self.features.shape[1],
            "classes": source.classes,
            "commonest_class": float(np.bincount(test).max() / len(test)),
        }


def train_versions(
    budgets: Budgets,
    epsilon: Iterable[Fraction],
    protocol: Protocol,
    noise: np.random.SeedSequence,
    trust: str = "local",
    copies: str = "nested",
    records: Sequence[int] | None = None,
    dataset: Dataset | None = None,
) -> Trained:
    """Train with the owners' budgets, and make every version.

    Parameters
    ----------
    budgets
        What each owner sells; an owner with 0 takes no part.
    epsilon
        The versions' privacy budgets, all different, in any order.
    protocol
        As `market_protocol` returns it.
    noise
        From which all noise is drawn: ``SeedSequence()`` for the system's entropy.
    trust, copies
        One of `TRUSTS`, and of `COPIES`.
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
    >>> from .protocol import TRAINING
    >>> tiny = Dataset("tiny", "", "", np.repeat(np.eye(2), 50, axis=0), np.repeat([0, 1], 50), 2)
    >>> sold, epsilon = budgets_of([8, 8]), [Fraction(1, 10), Fraction(9)]
    >>> trained = train_versions(sold, epsilon, TRAINING, np.random.SeedSequence(1), dataset=tiny)
    >>> bool(trained.told.noise[0] > trained.told.noise[1]), trained.accuracy
    (True, 1.0)
    """
    source = dataset or load(protocol.dataset)
    doubles = np.asarray(source.features, dtype=np.float64)  # norms are bounded to a few units of 2⁻⁵³
    features = prepare(doubles, protocol.features, protocol.feature_count, shape=source.shape)
    dealt = known(protocol.seed, Stream.SPLIT)
    fraction, held_out = protocol.test_fraction, source.held_out
    split = partition(len(features), len(budgets.clients), dealt, fraction, records, held_out)
    bench = Bench(source, features, split, protocol)
    mu = mu_for([float(value) for value in epsilon], protocol.delta)
    sigma = noise_multipliers(budgets.epsilon, protocol.delta, protocol.rounds)
    if trust == "local":
        return _noised_model(bench, budgets, sigma, mu, noise, copies)
    return _own_trainings(bench, sqrt(protocol.rounds) / sigma, mu, noise)


def _noised_model(
    bench: Bench, budgets: Budgets, sigma: Array, mu: Array, noise: np.random.SeedSequence, copies: str
) -> Trained:
    """Train one model, to which each owner adds its own noise, and noise it once more for each version."""
    protocol, records = bench.protocol, bench.split.records
    reach = protocol.release.sensitivity
    plan = aggregate(budgets.epsilon, sigma, records, protocol.weighting, reach, protocol.heterogeneity)
    present = plan.record_weight > 0
    moved = protocol.rounds * step_of(protocol) * reach * plan.record_weight * _ROUNDING
    levels = np.asarray(moved.max() / mu)
    head = bench.head(plan.record_weight, plan.noise, secret(noise, Stream.TRAINING))
    versions = noised(head, levels, copies, np.random.default_rng(secret(noise, Stream.VERSIONS)))
    further = np.random.default_rng(secret(noise, Stream.FURTHER_DRAWS))
    return Trained(
        versions=versions,
        told=FinishedModel(np.where(present, sqrt(protocol.rounds) / sigma, 0.0), moved, levels, copies),
        right=np.array([bench.right(version) for version in versions]),
        mean_accuracy=tuple(
            bench.mean(head + level * further.standard_normal(head.shape) for _ in range(DRAWS)) for level in levels
        ),
        accuracy=float(bench.right(head).mean()),
        accuracy_without_noise=_without_noise(bench, present),
        data=bench.described(),
    )


def _own_trainings(bench: Bench, sold: Array, mu: Array, noise: np.random.SeedSequence) -> Trained:
    """Train each version by itself, with its noise in the sum."""
    protocol, records = bench.protocol, bench.split.records
    spent = shares(sold * (records > 0), mu)
    weight = spent / (records @ spent)
    reach = protocol.release.sensitivity * sqrt(protocol.rounds)
    levels = reach / (records @ spent) * _ROUNDING

    def head(version: int, draw: int) -> Array:
        stream = Stream.FURTHER_DRAWS if draw else Stream.TRAINING
        return bench.head(weight[:, version], levels[version], secret(noise, stream, version + draw * len(mu)))

    versions = tuple(head(version, 0) for version in range(len(mu)))
    return Trained(
        versions=versions,
        told=OwnTraining(weight, levels, reach),
        right=np.array([bench.right(version) for version in versions]),
        mean_accuracy=tuple(
            bench.mean(head(version, draw) for draw in range(1, TRAININGS + 1)) for version in range(len(mu))
        ),
        accuracy=None,
        accuracy_without_noise=_without_noise(bench, sold > 0),
        data=bench.described(),
    )


def shares(sold: Array, mu: Array) -> Array:
    """Return μ that each owner (rows) spends in each version (columns), so that all together are no more than sold.

    Examples
    --------
    >>> shares(np.array([10.0, 2.5, 0.0]), np.array([3.0, 4.0])).tolist()
    [[3.0, 4.0], [1.5, 2.0], [0.0, 0.0]]
    """
    return np.minimum(1, sold / np.linalg.norm(mu))[:, None] * mu[None, :]


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


def _without_noise(bench: Bench, present: np.ndarray) -> float:
    free = noiseless(bench.split.records, present & (bench.split.records > 0))
    head = bench.head(free.record_weight, 0.0, known(0, Stream.TRAINING))  # no noise is drawn
    return float(bench.right(head).mean())
