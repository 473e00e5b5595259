"""The privacy contract as convex programs over the distinct costs in ascending order.

With M_k = m_1 + … + m_k the cheapest payments that make a falling ε incentive compatible are p_k = c_k ε_k +
Σ_{j>k} (c_j − c_{j−1}) ε_j, and Σ m_k p_k = Σ m_k ψ_k ε_k with virtual costs ψ_k = c_k + (c_k − c_{k−1}) M_{k−1}/m_k.
coth²(ε/2) = 1 + 4 e^(−ε−2t) for t = ln(1 − e^(−ε)) makes the variance convex by disciplined rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..algebra import Algebra, Formula
from ..data import ExactVector, Number, Vector, as_floats
from ..declaration import scalar, vector
from ..language import Constraint, Decision, Form, Program
from .formulas import (
    cheapest_payment,
    fall,
    gap_room,
    ic_slack,
    known_payment,
    known_pool_left,
    owner_utility,
    pool_left,
    spread_variance,
    virtual_pool_left,
)


@dataclass(frozen=True, eq=False)
class Ladder:
    """Distinct costs in ascending order, the owners of each, and where each declared type stands.

    `place` gives each type's index among the distinct costs, `first` a type of each distinct cost.
    """

    cost: np.ndarray
    count: np.ndarray
    place: np.ndarray
    first: np.ndarray

    @property
    def twins(self) -> tuple[np.ndarray, np.ndarray]:
        """Types that share their cost with an earlier one, and that one."""
        standing = self.first[self.place]
        own = np.flatnonzero(standing != np.arange(len(self.place)))
        return own, standing[own]


def ladder_of(cost: np.ndarray, count: np.ndarray) -> Ladder:
    """Pool equal costs, compared exactly.

    Examples
    --------
    >>> ladder = ladder_of(np.array([2.0, 1.0, 2.0]), np.array([3.0, 4.0, 5.0]))
    >>> ladder.cost.tolist(), ladder.count.tolist(), ladder.place.tolist(), ladder.first.tolist()
    ([1.0, 2.0], [4.0, 8.0], [1, 0, 1], [1, 0])
    """
    exact, owners = np.asarray(cost), np.asarray(count)
    order = np.argsort(as_floats(cost), kind="stable")  # fractions take long to sort
    if np.any(exact[order][1:] < exact[order][:-1]):
        order = np.argsort(exact, kind="stable")
    ascending = exact[order]
    starts = np.concatenate([[True], np.asarray(ascending[1:] != ascending[:-1], dtype=bool)])
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.cumsum(starts) - 1
    pooled = np.add.reduceat(owners[order], np.flatnonzero(starts))
    return Ladder(remembered(ascending[starts]), remembered(pooled), place, order[starts])


def remembered(values: np.ndarray) -> np.ndarray:
    """Return fractions as an array that remembers its doubles, and doubles as they are."""
    return values.view(ExactVector) if values.dtype == object else values


class VirtualCosts(Program):
    """Minimise the variance over falling ε whose virtual costs fit the pool; payments follow from ε."""

    cost: Vector = vector("a privacy cost", above=0, per="type", symbol="c")
    count: Vector = vector("a number of owners", above=0, per="type", symbol="m")
    reward_pool: Number = scalar("the reward pool", above=0, symbol="B")

    def variables(self) -> tuple[Decision, ...]:
        """Return ε and t between bounds that no optimum exceeds."""
        cost, count, pool = as_floats(self.cost), as_floats(self.count), float(self.reward_pool)
        # the same item for all is feasible, and 4/ε² < coth²(ε/2) < (1 + 2/ε)²; half of that bound leaves it inside
        equal = pool / (np.sum(count) * np.max(cost))
        least = np.sqrt(count / np.sum(count)) / (1 + 2 / equal)
        most = pool / self.least_owners(count) / cost
        gap = np.log(-np.expm1(-least)) - 0.01
        return (
            Decision("epsilon", least, most, symbol=r"\varepsilon"),
            Decision("log_gap", gap, np.zeros(len(cost)), symbol="t"),
        )

    def least_owners(self, count: np.ndarray) -> np.ndarray:
        """Return how many owners at least sell as much as one of a type does: all that are no dearer."""
        return np.cumsum(count)

    def objective(self) -> Formula:
        """Return the variance in ε and t."""
        return spread_variance

    def constraints(self) -> tuple[Constraint, ...]:
        """Return what ties t to ε, the pool, and that ε falls."""
        falling = (Constraint("falling", fall),) if len(self.cost) > 1 else ()
        return (Constraint("gap", gap_room), Constraint("pool", virtual_pool_left), *falling)


class KnownCosts(VirtualCosts):
    """The same with known costs: no rents, and no order of ε."""

    def least_owners(self, count: np.ndarray) -> np.ndarray:
        """Return those of the type itself."""
        return count

    def constraints(self) -> tuple[Constraint, ...]:
        """Return what ties t to ε, and the pool."""
        return (Constraint("gap", gap_room), Constraint("pool", known_pool_left))


class AllIncentives(VirtualCosts):
    """Minimise the variance over ε and payments under every pair's incentive compatibility."""

    def variables(self) -> tuple[Decision, ...]:
        """Return ε, t and the payments."""
        most = float(self.reward_pool) / as_floats(self.count)
        return (*super().variables(), Decision("payment", np.zeros(len(most)), most, symbol="p"))

    def constraints(self) -> tuple[Constraint, ...]:
        """Return what ties t to ε, rationality, the pool and every pair's incentives."""
        found = (
            Constraint("gap", gap_room),
            Constraint("individual_rationality", owner_utility),
            Constraint("pool", self.share_left),
        )
        pairs = (Constraint("incentive_compatibility", self.incentive_slack),) if len(self.cost) > 1 else ()
        return (*found, *pairs)

    def incentive_slack(self, a: Algebra, payment: Any, epsilon: Any, cost: Any) -> Any:
        """Return (p_k − c_k ε_k) − (p_l − c_k ε_l) of all pairs."""
        size = len(self.cost)
        own, other = np.nonzero(~np.eye(size, dtype=bool))
        return ic_slack(a, payment[own], epsilon[own], payment[other], epsilon[other], cost[own])

    def share_left(self, a: Algebra, payment: Any, count: Any, reward_pool: Any) -> Any:
        """Return the part of the pool that is left."""
        return pool_left(a, payment, count, reward_pool) / reward_pool


def ladder_forms(ladder: Ladder, reward_pool: Any, hides_costs: bool, most_pairs: int) -> tuple[Form, ...]:
    """Return the programs over the distinct costs, the best first."""
    data: Mapping[str, Any] = {"cost": ladder.cost, "count": ladder.count, "reward_pool": reward_pool}
    place = ladder.place

    def item_epsilon(a: Algebra, epsilon: Any) -> Any:
        return epsilon[place]

    def item_payment(a: Algebra, payment: Any) -> Any:
        return payment[place]

    def cheapest(a: Algebra, epsilon: Any, cost: Any) -> Any:
        return (cheapest_payment if hides_costs else known_payment)(a, epsilon, cost)[place]

    reduced: dict[str, Formula] = {"epsilon": item_epsilon, "payment": cheapest}
    if not hides_costs:
        return (Form("known-costs", KnownCosts(**data), reduced),)
    forms = [Form("virtual-costs", VirtualCosts(**data), reduced)]
    if len(ladder.cost) <= most_pairs:
        forms.append(Form("full-ic", AllIncentives(**data), {"epsilon": item_epsilon, "payment": item_payment}))
    return tuple(forms)
