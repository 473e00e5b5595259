r"""IDP-SGD (arXiv 2303.17046): one noise for all, and every record's part in it by its own budget.

**Scale.** With :math:`\sigma_i` the multiplier of budget :math:`\varepsilon_i`, the sum carries
:math:`\mathcal N(0, (\sigma C)^2)`, and record :math:`r` of client :math:`i` is clipped at
:math:`C_i = \sigma C / \sigma_i`: noise over its bound is :math:`\sigma_i`. :math:`\sigma` is the harmonic mean of the
:math:`\sigma_i` over records, so that the bounds are :math:`C` in the mean.

**Sample.** Every record is clipped at :math:`C`, and drawn in each round with probability :math:`q_i`, the largest that
keeps its budget under the common :math:`\sigma`. The source takes :math:`\sigma` from a mean rate that its user sets;
here it is the one of :data:`CANDIDATES` between the noise that the largest budget needs and the one that the smallest
needs (all records are then always drawn) with the largest signal over noise :math:`\sum n_i q_i/\sigma`, a rule that
looks at no data. Who is drawn is hidden in the sum; the server is trusted with that, as the source trusts it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...accounting.privacy import Array
from ...accounting.rates import rates_at
from ...accounting.sampling import Draw
from ..data import Integers
from ..engine import Contribution, Engine, State
from ..linear_engine import LinearEngine
from ..protocol import Protocol
from ..weights import Aggregate
from .rebuilt import OverLinear, Population, Rebuilt

CANDIDATES = 6
"""Noises that are tried."""
TRIED_KNOTS = 8
"""Rates that are accounted for at each of them; the one that is taken is accounted for more finely."""


def scale(people: Population, protocol: Protocol, rounds: int) -> Rebuilt:
    """Return IDP-SGD's Scale.

    Examples
    --------
    >>> two = Population(np.array([1.0, 2.0]), np.array([1, 1]), np.ones(2), 10)
    >>> scale(two, Protocol(), 30).epsilon.round(6).tolist()
    [1.0, 2.0]
    """
    releases, present = np.full(len(people.records), rounds), people.present
    needed, total = people.needed(protocol, releases), int(people.records[present].sum())
    sigma = float(total / np.sum(people.records[present] / needed[present]))
    bounds = np.where(present, sigma * protocol.clip / needed, 0.0)
    weight = np.where(present, 1 / total, 0.0)
    deviation = sigma * protocol.release.sensitivity / total
    # as in the weights of a sum: a record counts in proportion to its bound where all are clipped
    counts = bounds / protocol.clip * weight
    effective = float(1 / np.sum(people.records * counts**2))
    reached = np.full(len(needed), np.inf)
    reached[present] = sigma * protocol.clip / bounds[present]
    spent = people.spent(protocol, releases, reached)
    return Rebuilt(Aggregate(weight, deviation, effective), deviation, Bounded(bounds), spent)


@dataclass(frozen=True, eq=False)
class Bounded:
    """Gives the linear engine a bound for each client's records."""

    bounds: Array

    def __call__(self, linear: LinearEngine, seed: np.random.SeedSequence) -> Engine:
        """Return the same engine with these bounds."""
        return LinearEngine(linear.features, linear.labels, linear.owner, linear.descent, self.bounds)


def sample(people: Population, protocol: Protocol, rounds: int) -> Rebuilt:
    """Return IDP-SGD's Sample: some forty accounts of sampled releases, of some hundredths of a second each."""
    present = people.present
    needed = people.needed(protocol, np.full(len(people.records), rounds))
    sigma = _best_noise(people, protocol, rounds, needed[present])
    least = float(people.epsilon[present].min())
    rate = np.zeros(len(needed))
    rate[present] = rates_at(sigma, rounds, protocol.delta, protocol.adjacency, least).rate_at(people.epsilon[present])
    batch = float(people.records @ rate)
    weight = np.where(rate > 0, 1 / batch, 0.0)
    deviation = sigma * protocol.release.sensitivity / batch
    spent = spent_at(rate, sigma, rounds, protocol)
    return Rebuilt(Aggregate(weight, deviation, batch), deviation, Drawing(rate), spent)


def spent_at(rate: Array, sigma: float, rounds: int, protocol: Protocol) -> Array:
    """Return the ε of each rate by its own account, of equal ones once; 0 of what is never drawn.

    Examples
    --------
    >>> spent_at(np.array([0.0, 0.1, 0.1]), 2.0, 30, Protocol()).round(3).tolist()
    [0.0, 1.295, 1.295]
    """
    distinct, place = np.unique(rate, return_inverse=True)
    spent = [
        Draw("poisson", one, protocol.adjacency).spent(sigma, rounds, protocol.delta)[0] if one else 0.0
        for one in distinct.tolist()
    ]
    return np.asarray(spent)[place]


def _best_noise(people: Population, protocol: Protocol, rounds: int, needed: Array) -> float:
    """Return the candidate with the largest signal over noise."""
    present, low, high = people.present, float(needed.min()), float(needed.max())
    if high <= low * (1 + 1e-9):
        return high
    budgets, records = people.epsilon[present], people.records[present]
    candidates = np.geomspace(low, high, CANDIDATES)

    def signal(sigma: float) -> float:
        known = rates_at(sigma, rounds, protocol.delta, protocol.adjacency, float(budgets.min()), TRIED_KNOTS)
        return float(records @ known.rate_at(budgets)) / sigma

    return float(max(candidates, key=signal))


@dataclass(frozen=True, eq=False)
class Drawing:
    """Makes an engine whose records are drawn at their clients' rates."""

    rate: Array

    def __call__(self, linear: LinearEngine, seed: np.random.SeedSequence) -> Engine:
        """Return it."""
        return Sampled(linear, seed, self.rate)


@dataclass(frozen=True, eq=False)
class Sampled(OverLinear):
    """The linear engine with each record in a round by a coin of its own.

    Attributes
    ----------
    linear, seed
        As in :class:`.rebuilt.OverLinear`.
    rate
        Of each client's records.

    Examples
    --------
    >>> from ..aggregate_engine import Descent
    >>> linear = LinearEngine(np.eye(2), np.array([0, 1]), np.array([0, 0]), Descent(9, 1.0, 1.0, 2))
    >>> always = Sampled(linear, np.random.SeedSequence(0), np.array([1.0]))
    >>> always.contribute(always.start(), np.array([0.5]), 0).participants
    (0,)
    """

    rate: Array

    def contribute(self, state: State, weight: Array, round: int) -> Contribution:
        """Return what the records that are drawn contribute."""
        owner = self.linear.owner
        drawn = self.generator(round).uniform(size=len(owner)) < self.rate[owner]
        given = self._by_record.contribute(state, np.where(drawn, weight[owner], 0.0), round)
        clients: Integers = np.unique(owner[list(given.participants)])
        return Contribution(given.total, given.largest_norm, tuple(clients.tolist()))

    @cached_property
    def _by_record(self) -> LinearEngine:
        linear = self.linear
        return LinearEngine(linear.features, linear.labels, np.arange(len(linear.labels)), linear.descent)
