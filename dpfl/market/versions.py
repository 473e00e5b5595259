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

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import Any

import numpy as np

from ..accounting.budgets import Budgets
from ..accounting.ledger import noise_multipliers
from ..accounting.privacy import Array, mu_for
from ..runs.ledger import Ledger
from ..training.data import Dataset
from ..training.protocol import Protocol
from ..training.weights import aggregate
from .bench import Bench, dealt_out
from .protocol import step_of
from .streams import Draws, Stream
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


def train_versions(
    budgets: Budgets,
    epsilon: Iterable[Fraction],
    protocol: Protocol,
    noise: np.random.SeedSequence | None = None,
    trust: str = "local",
    copies: str = "nested",
    records: Sequence[int] | None = None,
    dataset: Dataset | None = None,
    book: Ledger | None = None,
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
        From which all noise is drawn, for a study; None draws from the system's entropy.
    trust, copies
        One of `TRUSTS`, and of `COPIES`.
    records
        Public counts of the owners' records; the same for all by default.
    dataset
        In place of the one that the protocol names.
    book
        Where every round is charged to the owners before its noise is drawn; one in memory, that binds nobody, if none.

    Raises
    ------
    InputError
        When nobody takes part or there are too few records.
    BudgetSpent
        When a round would spend more than the book allows an owner.

    Examples
    --------
    >>> from ..accounting.budgets import budgets_of
    >>> from .protocol import TRAINING
    >>> tiny = Dataset("tiny", "", "", np.repeat(np.eye(2), 50, axis=0), np.repeat([0, 1], 50), 2)
    >>> sold, epsilon = budgets_of([8, 8]), [Fraction(1, 10), Fraction(9)]
    >>> trained = train_versions(sold, epsilon, TRAINING, dataset=tiny)
    >>> bool(trained.told.noise[0] > trained.told.noise[1]), trained.accuracy
    (True, 1.0)
    """
    bench = dealt_out(protocol, len(budgets.clients), records, dataset)
    mu = mu_for([float(value) for value in epsilon], protocol.delta)
    sigma = noise_multipliers(budgets.epsilon, protocol.delta, protocol.rounds)
    draws = Draws(noise, Ledger() if book is None else book)
    if trust == "local":
        return _noised_model(bench, budgets, sigma, mu, draws, copies)
    return _own_trainings(bench, budgets, sqrt(protocol.rounds) / sigma, mu, draws)


def _noised_model(bench: Bench, budgets: Budgets, sigma: Array, mu: Array, draws: Draws, copies: str) -> Trained:
    """Train one model, to which each owner adds its own noise, and noise it once more for each version."""
    protocol, records = bench.protocol, bench.split.records
    reach = protocol.release.sensitivity
    plan = aggregate(
        budgets.epsilon, sigma, records, protocol.weighting, reach, protocol.heterogeneity, protocol.variation
    )
    present = plan.record_weight > 0
    moved = protocol.rounds * step_of(protocol) * reach * plan.record_weight * _ROUNDING
    levels = np.asarray(moved.max() / mu)
    terms = bench.terms(budgets, np.where(present, sigma, np.inf), plan.record_weight, plan.noise, "local")
    head = bench.charged(terms, draws.book, draws.sold(Stream.TRAINING))
    versions = noised(head, levels, copies, draws.generator(Stream.VERSIONS))
    further = draws.generator(Stream.FURTHER_DRAWS)
    return Trained(
        versions=versions,
        told=FinishedModel(np.where(present, sqrt(protocol.rounds) / sigma, 0.0), moved, levels, copies),
        right=np.array([bench.right(version) for version in versions]),
        mean_accuracy=tuple(
            bench.mean(head + level * further.standard_normal(head.shape) for _ in range(DRAWS)) for level in levels
        ),
        accuracy=float(bench.right(head).mean()),
        accuracy_without_noise=bench.without_noise(present),
        data=bench.described(),
    )


def _own_trainings(bench: Bench, budgets: Budgets, sold: Array, mu: Array, draws: Draws) -> Trained:
    """Train each version by itself, with its noise in the sum."""
    protocol, records = bench.protocol, bench.split.records
    spent = shares(sold * (records > 0), mu)
    weight = spent / (records @ spent)
    reach = protocol.release.sensitivity * sqrt(protocol.rounds)
    levels = reach / (records @ spent) * _ROUNDING
    versions = tuple(
        bench.charged(
            bench.terms(budgets, bench.shares_of_noise(weight[:, place], level), weight[:, place], level, "secure-sum"),
            draws.book,
            draws.sold(Stream.TRAINING, place),
        )
        for place, level in enumerate(levels.tolist())
    )

    def again(place: int) -> Iterator[Array]:
        for draw in range(TRAININGS):
            yield bench.head(weight[:, place], levels[place], draws.unsold(place * TRAININGS + draw))

    return Trained(
        versions=versions,
        told=OwnTraining(weight, levels, reach),
        right=np.array([bench.right(version) for version in versions]),
        mean_accuracy=tuple(bench.mean(again(place)) for place in range(len(mu))),
        accuracy=None,
        accuracy_without_noise=bench.without_noise(sold > 0),
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
