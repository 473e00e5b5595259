"""Branches that cover every group-weighted menu, halved in doubles until each seems bounded closely enough.

Of Σ m_k h(ε_k), h = tanh²(ε/2), convex up to ε̂ = arcosh 2 and concave beyond, over falling ε with Σ m_k ψ_k ε_k ≤ B.
At an optimum at most one level lies strictly between 0 and ε̂: of two, moving ε from one to the other along the pool's
line is convex, and so best at an end, where they merge, or one of them reaches 0 or ε̂. It is the lowest level, as ε
falls. So a branch says that the i cheapest types have ε ≥ ε̂, those up to j share one level v = x·v_max, and the rest
sells nothing; a node of it that x lies in [start, end]. Its bound is that of `bounds`, with a multiplier found here.

Nothing here need be believed but that the nodes cover every branch, which halving keeps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.contract.formulas import precision
from ....formulations.virtual_cost import level_starts
from ...readings.vectors import Vectors
from .charges import Charges

BEND = float(np.arccosh(2.0))
"""ε̂, where h″ = (1 − t²)(1 − 3t²)/2 is zero, t = tanh(ε/2)."""
STEEPEST = 2 / (3 * np.sqrt(3))
"""h′(ε̂)."""
ROUNDING = 1e-12
"""What bounds in doubles may be off, of Σm + λB: sums of at most 100 terms, each right to a few times 2⁻⁵²: 2e-13."""
CLOSE = 1e-10
"""How well a multiplier spends its budget, relative: what a bound is above its best is of second order in it."""
MULTIPLIERS, MOST_STEPS, MOST_ROUNDS, MOST_NODES = 64, 60, 60, 20_000


@dataclass(frozen=True, eq=False)
class Nodes:
    """Nodes of branches [first, last]: parts of the level's range, multipliers, and what no menu is worth more than."""

    first: np.ndarray
    last: np.ndarray
    start: np.ndarray
    end: np.ndarray
    multiplier: np.ndarray
    bound: np.ndarray

    def those(self, chosen: Any) -> Nodes:
        """Return some of the nodes."""
        return Nodes(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))

    def __add__(self, more: Nodes) -> Nodes:
        return Nodes(*(np.concatenate([getattr(x, name) for x in (self, more)]) for name in self.__dataclass_fields__))


def level_at(price: Any) -> Any:
    """Return the ε ≥ ε̂ with h′(ε) = t (1 − t²) = price: t is the largest root of a cubic, r = 1 − t where it is near 1.

    Examples
    --------
    >>> [f"{slope:.9g}" for slope in steepness(level_at(np.array([0.1, 1e-9])))], round(float(level_at(1.0) - BEND), 12)
    (['0.1', '1e-09'], 0.0)
    """
    price = np.clip(price, 1e-300, STEEPEST)
    rest = np.where(price < 0.01, price / 2, 1 - 2 / np.sqrt(3) * np.cos(np.arccos(-price / STEEPEST) / 3))
    for _ in range(5):
        rest = np.where(price < 0.01, price / ((1 - rest) * (2 - rest)), rest)
    return np.maximum(np.log((2 - rest) / rest), BEND)


def steepness(epsilon: Any) -> Any:
    """h′(ε) = t (1 − t²), in doubles."""
    rest = 2 / (np.exp(np.minimum(epsilon, 700.0)) + 1)
    return (1 - rest) * rest * (2 - rest)


@dataclass(frozen=True, eq=False)
class Cover:
    """The nodes of one contract, refined beside what a menu of it is known to be worth.

    Examples
    --------
    >>> from ....formulations.contract.declaration import PrivacyContract
    >>> from .charges import charges
    >>> contract = PrivacyContract(cost=["0.5", 1, 2], count=[10] * 3, reward_pool=30, estimator="group-weighted")
    >>> nodes, best = Cover(charges(contract)).refined(0.0, 1e-9)
    >>> best.round(3).tolist(), bool(900 / nodes.bound.max() > 86.4037)
    ([3.447, 0.851, 0.0], True)
    """

    charges: Charges

    @cached_property
    def count(self) -> np.ndarray:
        """The owners of each distinct cost."""
        return self.charges.count.astype(np.float64)

    @cached_property
    def charge(self) -> np.ndarray:
        """m_k ψ_k."""
        return self.charges.charge.astype(np.float64)

    @cached_property
    def owners(self) -> np.ndarray:
        """M_0 = 0 and M_k."""
        return np.concatenate([[0.0], self.charges.count.cumsum().astype(np.float64)])

    @cached_property
    def totals(self) -> np.ndarray:
        """T_0 = 0 and T_k = m_1 ψ_1 + … + m_k ψ_k."""
        return np.concatenate([[0.0], self.charges.charge.cumsum().astype(np.float64)])

    @cached_property
    def pool(self) -> float:
        """B."""
        return float(self.charges.pool)

    @cached_property
    def levels(self) -> np.ndarray:
        """The ironed cost per unit of the i cheapest types, a row for each i; 1 beyond them."""
        size = len(self.count)
        found = np.ones((size + 1, size))
        for first in range(1, size + 1):
            starts = level_starts(self.charge[:first].tolist(), self.count[:first].tolist())
            level = np.add.reduceat(self.charge[:first], starts) / np.add.reduceat(self.count[:first], starts)
            found[first, :first] = np.repeat(level, np.diff([*starts, first]))
        return found

    def epsilon(self, first: np.ndarray, multiplier: np.ndarray) -> np.ndarray:
        """Return ε of the `first` cheapest types under each multiplier, 0 beyond them."""
        inside = np.arange(len(self.count)) < first[:, None]
        return np.asarray(np.where(inside, level_at(multiplier[:, None] * self.levels[first]), 0.0))

    def multiplier(self, first: np.ndarray, budget: np.ndarray) -> np.ndarray:
        """Return multipliers at which the `first` cheapest types cost about a budget, by regula falsi in ln λ.

        What they cost is nearly linear in ln λ where ε ≈ ln 4 − ln λψ is large, but bends like a root where a type
        leaves ε̂. At `low` every type, the dearest too, has at least the budget's share; at `high` nobody has above ε̂.

        Examples
        --------
        Virtual costs of 1 and 100, where the cheaper type sells much before the other leaves ε̂:

        >>> from ....formulations.contract.declaration import PrivacyContract
        >>> from .charges import charges
        >>> cover = Cover(charges(PrivacyContract([1, 10], [10, 1], 240, estimator="group-weighted")))
        >>> two = np.array([2])
        >>> cover.epsilon(two, cover.multiplier(two, np.array([240.0]))).round(5).tolist()
        [[7.00643, 1.69936]]
        """
        cheapest, dearest = self.levels[first, 0], self.levels[first, np.maximum(first - 1, 0)]
        high = np.log(STEEPEST) - np.log(cheapest)
        low = np.log(STEEPEST) - np.log(dearest) - 1 - budget / np.maximum(self.totals[first], 1e-300)
        low = np.minimum(np.maximum(low, -690.0), high)
        cost_low, cost_high = (self.epsilon(first, np.exp(end)) @ self.charge - budget for end in (low, high))
        found, wanted = np.where(cost_high >= 0, high, low), (cost_low > 0) & (cost_high < 0)
        side = np.zeros(len(first))
        for _ in range(MOST_STEPS):
            at = np.flatnonzero(wanted)
            if not len(at):
                break
            part = cost_low[at] / (cost_low[at] - cost_high[at])
            middle = low[at] + np.clip(part, 0.0, 1.0) * (high[at] - low[at])
            over = self.epsilon(first[at], np.exp(middle)) @ self.charge - budget[at]
            now = np.where(over > 0, 1.0, -1.0)
            # Illinois: an end that stays twice counts half
            fading = np.where(now == side[at], 0.5, 1.0)
            cost_low[at] = np.where(over > 0, over, cost_low[at] * fading)
            cost_high[at] = np.where(over > 0, cost_high[at] * fading, over)
            low[at], high[at] = np.where(over > 0, middle, low[at]), np.where(over > 0, high[at], middle)
            found[at], side[at] = middle, now
            wanted[at] = np.abs(over) > CLOSE * budget[at]
        return np.asarray(np.exp(found))

    def most(self, first: Any, last: Any) -> Any:
        """Return the largest v of branches."""
        left = np.maximum(self.pool - BEND * self.totals[first], 0.0)
        cost = self.totals[last] - self.totals[first]
        return np.minimum(BEND, np.divide(left, cost, out=np.zeros_like(cost), where=cost > 0))

    def tangent(self, first: np.ndarray, multiplier: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return a, λ and the room for rounding of bounds a + λ·budget on what the `first` cheapest types are worth."""
        epsilon = self.epsilon(first, multiplier)
        inside = epsilon > 0
        slope = np.where(inside, self.count * steepness(epsilon), 0.0)
        saved = slope.cumsum(axis=1)
        price = np.max(np.where(inside, saved / self.totals[1:], 0.0), axis=1, initial=0.0)
        price = np.where(first > 0, price, multiplier)
        worth = np.where(inside, self.count * precision(Vectors(), epsilon), 0.0)
        unspent = BEND * (price * self.totals[first] - saved[:, -1])
        room = ROUNDING * (self.owners[first] + price * self.pool)
        return (worth - slope * epsilon).sum(axis=1) - unspent, price, room

    def bounded(self, first: Any, last: Any, start: Any, end: Any, multiplier: Any) -> Nodes:
        """Return nodes with their bounds."""
        owners, cost = self.owners[last] - self.owners[first], self.totals[last] - self.totals[first]
        most = self.most(first, last)
        known, place = np.unique(np.stack([first, multiplier]), axis=1, return_inverse=True)
        constant, price, room = (x[place.ravel()] for x in self.tangent(known[0].astype(np.intp), known[1]))
        ends = [owners * precision(Vectors(), most * x) - price * cost * most * x for x in (start, end)]
        found = constant + price * self.pool + np.maximum(*ends) + room
        alone = owners * precision(Vectors(), most) * (1 + ROUNDING)  # nobody beyond ε̂: worth more as v rises
        return Nodes(first, last, start, end, multiplier, np.where(first > 0, found, alone))

    def branches(self) -> Nodes:
        """Return one node a branch, with the best of a few multipliers common to all with the same `first`."""
        size = len(self.count)
        # left out only where there surely is no menu: ε̂T is right to 2⁻⁵¹
        sold = np.flatnonzero(BEND * self.totals * (1 - ROUNDING) <= self.pool)
        first, last = (x.ravel() for x in np.meshgrid(sold, np.arange(size + 1), indexing="ij"))
        first, last = first[first <= last], last[first <= last]
        zero, one = np.zeros(len(first)), np.ones(len(first))
        most = self.multiplier(sold, np.full(len(sold), self.pool))
        none = STEEPEST / self.levels[sold].min(axis=1)
        best = self.bounded(first, last, zero, one, none[np.searchsorted(sold, first)])
        for part in np.linspace(0, 1, MULTIPLIERS):
            hint = most ** (1 - part) * none**part
            trial = self.bounded(first, last, zero, one, hint[np.searchsorted(sold, first)])
            better = trial.bound < best.bound
            best = Nodes(
                first,
                last,
                zero,
                one,
                *(np.where(better, getattr(trial, x), getattr(best, x)) for x in ("multiplier", "bound")),
            )
        return best

    def halved(self, nodes: Nodes) -> Nodes:
        """Return both halves of nodes with a level of their own; others with a multiplier of their own."""
        own = nodes.last > nodes.first
        middle = (nodes.start + nodes.end) / 2
        parts = [(nodes.start, np.where(own, middle, nodes.end), np.full(len(own), True)), (middle, nodes.end, own)]
        halves = []
        for start, end, chosen in parts:
            first, last = nodes.first[chosen], nodes.last[chosen]
            level = self.most(first, last) * (start[chosen] + end[chosen]) / 2
            budget = self.pool - (self.totals[last] - self.totals[first]) * level
            found = self.bounded(first, last, start[chosen], end[chosen], self.multiplier(first, budget))
            worse = found.bound > nodes.bound[chosen]
            halves.append(
                Nodes(
                    *(first, last, found.start, found.end),
                    np.where(worse, nodes.multiplier[chosen], found.multiplier),
                    np.where(worse, nodes.bound[chosen], found.bound),
                )
            )
        return halves[0] + halves[1]

    def menus(self, nodes: Nodes) -> np.ndarray:
        """Return ε of a menu in the middle of each node, within the pool but for rounding."""
        level = self.most(nodes.first, nodes.last) * (nodes.start + nodes.end) / 2
        level = np.where(nodes.first == 0, self.most(nodes.first, nodes.last), level)
        budget = self.pool - (self.totals[nodes.last] - self.totals[nodes.first]) * level
        epsilon = self.epsilon(nodes.first, self.multiplier(nodes.first, budget))
        cost = epsilon @ self.charge
        epsilon = epsilon * np.minimum(1.0, np.divide(budget, cost, out=np.ones_like(cost), where=cost > 0))[:, None]
        at = np.arange(len(self.count))
        among = (at >= nodes.first[:, None]) & (at < nodes.last[:, None])
        return np.asarray(np.where(among, level[:, None], epsilon))

    def refined(self, reached: float, target: float) -> tuple[Nodes, np.ndarray]:
        """Return a cover of which no node seems worth more than what was reached, or than the best menu found: ε."""
        open_nodes = self.branches()
        closed, best = open_nodes.those(slice(0, 0)), np.zeros(len(self.count))
        for _ in range(MOST_ROUNDS):
            if not len(open_nodes.first) or len(open_nodes.first) + len(closed.first) > MOST_NODES:
                break
            likely = open_nodes.those(np.argsort(-open_nodes.bound)[:64])
            found = self.menus(likely)
            worth = precision(Vectors(), found) @ self.count
            at = int(np.argmax(worth))
            if worth[at] > precision(Vectors(), best) @ self.count:
                best = found[at]
            known = max(reached, float(worth[at]), float(precision(Vectors(), best) @ self.count))
            done = (open_nodes.bound <= known * (1 + target)) | (open_nodes.first == 0)
            closed, open_nodes = closed + open_nodes.those(done), open_nodes.those(~done)
            alike = (open_nodes.last == open_nodes.first) & (open_nodes.start > 0)
            closed, open_nodes = closed + open_nodes.those(alike), self.halved(open_nodes.those(~alike))
            exact = open_nodes.last == open_nodes.first  # nothing is left to halve
            closed, open_nodes = closed + open_nodes.those(exact), open_nodes.those(~exact)
        return closed + open_nodes, best
