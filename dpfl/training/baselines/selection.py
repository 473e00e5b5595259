r"""JSAM's selection (arXiv 2602.21844): fewer rounds for whom it pays less to ask.

Client :math:`i` is selected with probability :math:`q_i = \min(1, a_i\sqrt{(G^2+\sigma_i^2)/(\lambda c_i
\varepsilon_i)})`, which has the least variance :math:`\sum_i a_i^2(G^2 + \sigma_i^2)/q_i` of an unbiased mean at an
expected cost :math:`\sum_i q_i c_i\varepsilon_i`. Here :math:`a_i = n_i/n`, :math:`G` is the clip, :math:`\sigma_i`
the length of the noise of a client's mean, and :math:`\lambda` makes the cost :data:`SHARE` of what all clients cost:
at all of it everybody is selected always. (The source also chooses the :math:`\varepsilon_i`; here they are the
mechanism's.)

Whom the server asks it knows, so that nothing is hidden by it, and the account counts the releases that are really
made: client :math:`i` is in :math:`q_i T` rounds, rounded, and one at the least, at places drawn beforehand, and has
the noise that its budget needs for so many.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import brentq

from ...accounting.privacy import Array
from ..data import Integers
from ..engine import Contribution, Engine, State
from ..linear_engine import LinearEngine
from ..protocol import Protocol
from ..weights import Aggregate
from .rebuilt import OverLinear, Population, Rebuilt

SHARE = 0.5
"""Of what all clients cost."""


def selection(people: Population, protocol: Protocol, rounds: int) -> Rebuilt:
    """Return JSAM's selection at the mechanism's budgets.

    Examples
    --------
    >>> two = Population(np.array([1.0, 1.0]), np.array([9, 9]), np.array([1.0, 9.0]), 10)
    >>> made = selection(two, Protocol(), 30)
    >>> made.wrapped.releases.tolist(), made.epsilon.round(6).tolist()
    ([30, 13], [1.0, 1.0])
    """
    present, count = people.present, len(people.records)
    everywhere = np.full(count, rounds)
    probability = np.zeros(count)
    probability[present] = probabilities(people, protocol, people.needed(protocol, everywhere))[present]
    releases = np.where(present, np.maximum(1, np.rint(probability * rounds)), 0).astype(np.int64)
    sigma = people.needed(protocol, releases)
    total = int(people.records[present].sum())
    weight = np.zeros(count)
    weight[present] = rounds / (releases[present] * total)
    adds = np.where(present, sigma, 0.0) * weight * protocol.release.sensitivity
    noise = float(np.sqrt(np.sum(releases / rounds * adds**2)))
    effective = float(1 / np.sum(people.records * releases / rounds * weight**2))
    spent = people.spent(protocol, releases, sigma)
    return Rebuilt(Aggregate(weight, noise, effective), adds, Selecting(releases, rounds), spent)


def probabilities(people: Population, protocol: Protocol, sigma: Array, share: float = SHARE) -> Array:
    r"""Return :math:`q_i` at a share of what all clients cost.

    Parameters
    ----------
    people, protocol
        Counts, costs and budgets; clip and sensitivity.
    sigma
        Multipliers; infinite for who takes no part.
    share
        In (0, 1].
    """
    present = people.present
    part = people.records[present] / people.records[present].sum()
    length = sigma[present] * protocol.release.sensitivity / people.records[present] * np.sqrt(people.coordinates)
    price = people.cost[present] * people.epsilon[present]
    root = part * np.sqrt((protocol.clip**2 + length**2) / price)
    wanted = share * price.sum()

    def over(log_scale: float) -> float:
        return float(price @ np.minimum(1, root * np.exp(log_scale)) - wanted)

    found = np.zeros(len(sigma))
    most = float(-np.log(root.min()))
    scale = most if share == 1 else brentq(over, float(-np.log(root.max())) - 40.0, most, xtol=1e-12)
    found[present] = np.minimum(1, root * np.exp(scale))
    return found


@dataclass(frozen=True, eq=False)
class Selecting:
    """Makes an engine whose clients take part in some rounds."""

    releases: Integers
    rounds: int

    def __call__(self, linear: LinearEngine, seed: np.random.SeedSequence) -> Engine:
        """Return it."""
        return Selected(linear, seed, self.releases, self.rounds)


@dataclass(frozen=True, eq=False)
class Selected(OverLinear):
    """The linear engine with each client in so many rounds, at places drawn before the first.

    Attributes
    ----------
    linear, seed
        As in :class:`.rebuilt.OverLinear`.
    releases, rounds
        Of each client, out of how many.

    Examples
    --------
    >>> from ..aggregate_engine import Descent
    >>> linear = LinearEngine(np.eye(2), np.array([0, 1]), np.array([0, 1]), Descent(9, 1.0, 1.0, 2))
    >>> some = Selected(linear, np.random.SeedSequence(0), np.array([4, 1]), 4)
    >>> [len(some.contribute(some.start(), np.ones(2), round).participants) for round in range(4)]
    [1, 2, 1, 1]
    """

    releases: Integers
    rounds: int

    def contribute(self, state: State, weight: Array, round: int) -> Contribution:
        """Return what those who are selected contribute."""
        return self.linear.contribute(state, np.where(self._selected[round], weight, 0.0), round)

    @cached_property
    def _selected(self) -> np.typing.NDArray[np.bool_]:
        places = self.generator(0).uniform(size=(self.rounds, len(self.releases))).argsort(axis=0).argsort(axis=0)
        return np.asarray(places < self.releases)
