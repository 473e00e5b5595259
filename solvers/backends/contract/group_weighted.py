"""The best menu under the group-weighted variance: branch and bound on Σ m_k h(ε_k), h = tanh²(ε/2), to be maximised.

h is convex up to ε̂ = arcosh 2 and concave beyond. At an optimum at most one level lies where h is convex, and it is the
lowest: so a branch says that the i cheapest types have ε ≥ ε̂, the types up to j share one level v ≤ ε̂, and the rest
sells nothing. With T_k = M_k c_k, any e_k ≥ ε̂, s_k = m_k h′(e_k), S_k = s_1 + … + s_k and
λ = max S_k/T_k the concave part is worth

    Σ_{k≤i} m_k h(ε_k) ≤ Σ (m_k h(e_k) − s_k e_k) + λ (B − (T_j − T_i) v) − ε̂ (λ T_i − S_i),

and m h(v) lies below its chord between two values of v: a bound for each interval of v, which is halved until no branch
is worth more than what was found. Bounds are in doubles. The lowest level of the best branch is polished.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.contract.declaration import PrivacyContract
from ....formulations.contract.formulas import precision
from ....formulations.data import as_floats
from ...readings.vectors import Vectors
from .virtual import ironed, virtual_costs

MOST_TYPES = 100
BEND = float(np.arccosh(2.0))
"""ε̂, where h turns from convex to concave."""
STEEPEST = 2 / (3 * np.sqrt(3))
"""h′(ε̂)."""
ROUNDING = 1e-12
MOST_NODES = 100_000


def worth(epsilon: Any) -> Any:
    """h(ε) = tanh²(ε/2), what an owner adds to the precision."""
    return precision(Vectors(), epsilon)


def slope(epsilon: Any) -> Any:
    """h′(ε) = t (1 − t²), t = tanh(ε/2)."""
    gap = np.exp(-epsilon)
    rest = 2 * gap / (1 + gap)  # 1 − t
    return (1 - rest) * rest * (2 - rest)


def level_at(price: Any) -> Any:
    """Return the ε ≥ ε̂ with h′(ε) = price, ε̂ where no slope is as high: Newton's method in ln(1 − t), from the left.

    Examples
    --------
    >>> round(float(slope(level_at(np.array([0.1]))[0])), 12), float(level_at(np.array([1.0]))[0]) == BEND
    (0.1, True)
    """
    log_price = np.log(np.clip(price, 1e-300, STEEPEST))
    log_rest = log_price - np.log(2)
    last = np.log1p(-1 / np.sqrt(3))
    for _ in range(100):
        rest = np.exp(log_rest)
        value = log_rest + np.log1p(-rest) + np.log(2 - rest)
        steep = 1 - rest / (1 - rest) - rest / (2 - rest)
        step = (log_price - value) / np.maximum(steep, 1e-9)
        log_rest = np.minimum(log_rest + np.maximum(step, 0), last)
        if np.all(np.abs(step) <= 1e-15 * np.abs(log_rest)) or np.all((step <= 1e-15) | (log_rest == last)):
            break
    found = np.log(2 - np.exp(log_rest)) - log_rest
    return np.where(price >= STEEPEST, BEND, np.maximum(found, BEND))


@dataclass(frozen=True)
class Point:
    """A feasible menu's ε on the distinct costs: the i cheapest types at the best levels, those up to j at v."""

    value: float
    first: int
    last: int
    level: float
    epsilon: np.ndarray


@dataclass(frozen=True, eq=False)
class Branches:
    """All branches of one contract.

    Examples
    --------
    >>> contract = PrivacyContract(cost=["0.5", 1, 2], count=[10] * 3, reward_pool=30, estimator="group-weighted")
    >>> best, upper = Branches(contract).search()
    >>> best.epsilon.round(3).tolist(), round(900 / best.value, 4), bool(upper <= best.value * (1 + 1e-9))
    ([3.447, 0.851, 0.0], 86.4038, True)
    """

    contract: PrivacyContract

    @cached_property
    def count(self) -> np.ndarray:
        """The owners of each distinct cost."""
        return as_floats(self.contract.ladder.count)

    @cached_property
    def owners(self) -> np.ndarray:
        """M_0 = 0 and M_k."""
        return np.concatenate([[0.0], np.cumsum(self.count)])

    @cached_property
    def totals(self) -> np.ndarray:
        """T_0 = 0 and T_k."""
        return np.concatenate([[0.0], np.cumsum(self.count) * as_floats(self.contract.ladder.cost)])

    @cached_property
    def pool(self) -> float:
        """B."""
        return float(self.contract.reward_pool)

    @cached_property
    def _prefixes(self) -> list[Any]:
        virtual = virtual_costs(self.contract.ladder)
        return [None, *(ironed(virtual[:i], self.count[:i]) for i in range(1, len(virtual) + 1))]

    def levels(self, first: int, multiplier: float) -> np.ndarray:
        """Return ε of the `first` cheapest types under a multiplier."""
        virtual, start = self._prefixes[first]
        return np.repeat(level_at(multiplier * virtual), np.diff(start))

    def spent(self, first: int, multiplier: float) -> float:
        """Return what these cost."""
        virtual, start = self._prefixes[first]
        return float(np.sum(np.diff(self.totals[start]) * level_at(multiplier * virtual)))

    def multiplier(self, first: int, budget: float) -> float:
        """Return the multiplier at which the `first` cheapest types cost a budget, of at least ε̂ for each."""
        from scipy.optimize import brentq

        virtual, _ = self._prefixes[first]
        high = np.log(STEEPEST / virtual.min())
        if budget <= self.spent(first, np.exp(high)):  # where h bends ε is loose: √ of the rounding in the price
            return float(np.exp(high))
        low = high - 1.0
        while self.spent(first, np.exp(low)) < budget and low > -700:
            low -= max(1.0, high - low)
        low = max(low, -700.0)
        if self.spent(first, np.exp(low)) < budget:
            return float(np.exp(low))
        return float(np.exp(brentq(lambda x: self.spent(first, np.exp(x)) - budget, low, high, xtol=1e-15, rtol=1e-15)))

    def most_level(self, first: int, last: int) -> float | None:
        """Return the largest v of a branch, None if it has none."""
        left = self.pool - BEND * self.totals[first]
        if left < 0:
            return None
        return float(min(BEND, left / (self.totals[last] - self.totals[first])))

    def point(self, first: int, last: int, level: float) -> Point:
        """Return the best menu of a branch at one v."""
        epsilon = np.zeros(len(self.count))
        epsilon[first:last] = level
        if first:
            budget = self.pool - (self.totals[last] - self.totals[first]) * level
            found = self.levels(first, self.multiplier(first, budget))
            cost = float(np.sum(np.diff(self.totals[: first + 1]) * found))
            if cost > budget:
                found = np.maximum(found * (budget / cost), level)
            epsilon[:first] = found
        return Point(float(np.sum(self.count * worth(epsilon))), first, last, level, epsilon)

    def tangent(self, first: int, multiplier: float) -> tuple[float, float, float]:
        """Return a, λ, r with Σ m h ≤ a + λ·budget over the `first` cheapest types at ε ≥ ε̂, and r for rounding."""
        if not first:
            return 0.0, multiplier, 0.0
        e, m, t = self.levels(first, multiplier), self.count[:first], self.totals[1 : first + 1]
        s = m * slope(e)
        summed = np.cumsum(s)
        price = float(np.max(summed / t))
        unspent = BEND * (price * t[-1] - summed[-1])
        return float(np.sum(m * worth(e) - s * e)) - unspent, price, float(np.sum(m)) + BEND * price * t[-1]

    def bound(self, first: int, last: int, low: float, high: float) -> float:
        """Return what no menu of a branch with v between two numbers is worth more than."""
        owners, cost = self.owners[last] - self.owners[first], self.totals[last] - self.totals[first]
        if not first:
            return float(owners * worth(high)) * (1 + ROUNDING)
        hint = self.multiplier(first, self.pool - cost * (low + high) / 2)
        concave, price, size = self.tangent(first, hint)
        ends = (float(owners * worth(v)) - price * cost * v for v in (low, high))
        return float(concave + price * self.pool + max(ends) + ROUNDING * (size + price * self.pool))

    def first_bounds(self) -> np.ndarray:
        """Return bounds of all branches [i, j], the least over common multipliers; −∞ where there is no such branch."""
        size = len(self.count)
        owners, totals = (x[None, :] - x[:, None] for x in (self.owners, self.totals))
        best = np.full((size + 1, size + 1), np.inf)
        for hint in np.geomspace(1e-9, 1, 60) * STEEPEST / float(virtual_costs(self.contract.ladder).min()):
            concave, price, room = (np.array(x)[:, None] for x in zip(*self._tangents(hint), strict=True))
            level = np.maximum(owners * float(worth(BEND)) - price * totals * BEND, 0)
            best = np.minimum(best, concave + price * self.pool + level + ROUNDING * (room + price * self.pool))
        alone = owners[0] * worth(self.pool / np.maximum(totals[0], self.pool / BEND))
        best[0] = np.minimum(best[0], alone * (1 + ROUNDING))
        best[0, 0] = -np.inf
        best[np.tril_indices(size + 1, -1)] = -np.inf
        best[BEND * self.totals > self.pool] = -np.inf
        return best

    def _tangents(self, hint: float) -> list[tuple[float, float, float]]:
        return [self.tangent(first, hint) for first in range(len(self.count) + 1)]

    def search(self, reached: float = 0.0, target: float = 1e-10) -> tuple[Point | None, float]:
        """Return the best menu found, if worth more than what was reached, and what no menu is worth more than."""
        best: Point | None = None
        firsts = self.first_bounds()
        upper = reached
        waiting = [(-firsts[i, j], i, j, -1.0, -1.0) for i, j in np.argwhere(firsts > -np.inf).tolist()]
        heapq.heapify(waiting)
        for _ in range(MOST_NODES):
            if not waiting or -waiting[0][0] <= reached * (1 + target):
                break
            _, first, last, low, high = heapq.heappop(waiting)
            parts, level = self._parts(first, last, low, high)
            found = self.point(first, last, level)
            if found.value > reached:
                best, reached = found, found.value
            if not parts:
                upper = max(upper, self.bound(first, last, low, high))
            for part in parts:
                most = self.bound(first, last, *part)
                if most > reached * (1 + target):
                    heapq.heappush(waiting, (-most, first, last, *part))
                else:
                    upper = max(upper, most)
        return best, float(max(upper, reached, -waiting[0][0] if waiting else 0.0))

    def _parts(self, first: int, last: int, low: float, high: float) -> tuple[list[tuple[float, float]], float]:
        """Return the halves of an interval of v, none where doubles cannot part it, and its end; of a new one all."""
        if low >= 0:
            middle = (low + high) / 2
            return [(low, middle), (middle, high)] if low < middle < high else [], high
        most = 0.0 if last == first else self.most_level(first, last)
        assert most is not None
        return [(0.0 if first else most, most)], most


def best_menu(contract: PrivacyContract) -> np.ndarray:
    """Return ε of the distinct costs in ascending order.

    The best of all branches is found by search; there v is a root of m h′(v) = λ(v) (T_j − T_i), to its last digits.

    Examples
    --------
    >>> contract = PrivacyContract(cost=["0.5", 1, 2], count=[10] * 3, reward_pool=30, estimator="group-weighted")
    >>> best_menu(contract).round(4).tolist()
    [3.4466, 0.8511, 0.0]
    """
    from scipy.optimize import brentq

    branches = Branches(contract)
    best, _ = branches.search()
    assert best is not None
    first, last = best.first, best.last
    most = branches.most_level(first, last) if last > first else None
    if not first or not most or not 0 < best.level < min(most, BEND):
        return best.epsilon
    owners = branches.owners[last] - branches.owners[first]
    cost = branches.totals[last] - branches.totals[first]

    def rise(level: float) -> float:
        price = branches.multiplier(first, branches.pool - cost * level)
        return float(owners * slope(level) - price * cost)

    near = 1e-4 * best.level
    low, high = max(best.level - near, 0.0), min(best.level + near, most)
    if rise(low) > 0 > rise(high):
        polished = branches.point(first, last, float(brentq(rise, low, high, xtol=1e-300, rtol=1e-15)))
        if polished.value >= best.value * (1 - 1e-14):
            return polished.epsilon
    return best.epsilon
