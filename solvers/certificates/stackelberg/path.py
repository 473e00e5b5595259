"""The path of a contest's equilibrium as its total grows, with or without caps, over floats or fractions.

With z = Z/B every client offers x_i = min(c_i, Z max(0, 1 − ρ_i z)) and the offers sum to Z. As Z grows, z never
rises, so clients only ever enter (at z = 1/ρ_i) and reach their caps. Between two entries B(Z) has a rising slope, so
the server's utility is concave there; these stretches are the pieces in which its maxima are looked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.algebra import Algebra
from ....formulations.stackelberg.contest import (
    capped_budget,
    equilibrium_share,
    pool_for_total,
    printed_total_per_pool,
)
from ...readings.derivative import Derivative

NEGLIGIBLE = 2.0**-46
"""What is taken for rounding over floats, relative to the total or to one: 64 ulps.

An offer Z(1 − ρz) has the rounding of z, of a product and of a difference, relative to Z; z is a sum over the clients
inside, added in pairs, so that a million of them cost it twenty ulps.
"""


@dataclass(frozen=True)
class Regime:
    """Who is where: the interior clients' number n′ and summed cost R′, and the capped ones' summed cap C."""

    interior_count: int
    interior_cost: Any
    capped_total: Any

    def pool(self, algebra: Algebra, total: Any) -> Any:
        """B(Z) while nobody enters or is capped."""
        return pool_for_total(algebra, total, self.interior_count, self.interior_cost, self.capped_total)

    def ratio(self, algebra: Algebra, total: Any) -> Any:
        """Return Z/B(Z)."""
        return total / self.pool(algebra, total)

    def pool_slope(self, algebra: Algebra, total: Any) -> Any:
        """B′(Z)."""
        dual = Derivative(algebra)
        return dual.slope(self.pool(dual, dual.variable(total)))

    def meeting(self, other: Regime) -> Any:
        """The total at which two neighbouring regimes have the same Z/B, of which one at least has interior clients."""
        if self.interior_count == 0:
            return self.capped_total
        if other.interior_count == 0:
            return other.capped_total
        mine, theirs = 1 / self.interior_cost, 1 / other.interior_cost
        slope = (self.interior_count - 1) * mine - (other.interior_count - 1) * theirs
        if slope == 0:  # not neighbours: between the two all who sell are capped
            return max(self.capped_total, other.capped_total)
        return (other.capped_total * theirs - self.capped_total * mine) / slope


@dataclass(frozen=True)
class Point:
    """An equilibrium on the path: the total Z, the pool B that buys it, z = Z/B, and the regime around it."""

    total: Any
    pool: Any
    ratio: Any
    regime: Regime


@dataclass(frozen=True)
class ContestPath:
    """A contest's equilibria. `cost` and `cap` are arrays of floats or of fractions; `cap` may be None."""

    algebra: Algebra
    cost: np.ndarray
    cap: Any

    @cached_property
    def first_ratio(self) -> Any:
        """Z at B → 0, where no cap binds: the root of Σ max(0, 1 − ρ_i z) = 1, by Newton from the left.

        Every step is (n − 1)/R over the clients still in, so the last one is exact over fractions.
        """
        cost = self.cost if self.cap is None else self.cost[self.cap > 0]
        ratio = cost[:1].sum() * 0
        while True:
            cost = cost[cost * ratio < 1]
            improved = printed_total_per_pool(self.algebra, self.algebra.sum(cost), len(cost))
            if not improved > ratio:
                return ratio
            ratio = improved

    def offers(self, total: Any, ratio: Any) -> Any:
        """x_i at Z and z."""
        if self.cap is None:
            return total * equilibrium_share(self.algebra, self.cost, ratio)
        return capped_budget(self.algebra, total, self.cost, ratio, self.cap)

    def at_ratio(self, ratio: Any, entered: Any = None) -> Point:
        """Return the largest equilibrium with this z, for z below the first; by Newton from the right.

        The offers' sum minus Z is concave in Z, so the steps fall monotonically and end in the right regime. `entered`
        restricts the contest to some clients.
        """
        assert self.cap is not None
        inside = (self.cost * ratio < 1) & (self.cap > 0)
        if entered is not None:
            inside &= entered
        cost, cap = self.cost[inside], self.cap[inside]
        room = equilibrium_share(self.algebra, cost, ratio)
        total = self.algebra.sum(cap)
        while True:
            capped = room * total >= cap
            held = self.algebra.sum(cap[capped])
            left = 1 - self.algebra.sum(room[~capped])
            # at the first ratio every total up to the first cap is an equilibrium, and `left` is zero but for rounding
            lower = held / left if left > (0 if self.cost.dtype == object else NEGLIGIBLE) else total
            if not lower < total:
                regime = Regime(int(np.count_nonzero(~capped)), self.algebra.sum(cost[~capped]), held)
                return Point(total, total / ratio, ratio, regime)
            total = lower

    def at_total(self, total: Any) -> Point:
        """Return the equilibrium with this total, by steps of the current regime within a shrinking bracket."""
        cap = self.cap
        low, high = total * 0, self.first_ratio
        ratio = high
        proposed: Regime | None = None
        close = 0 if self.cost.dtype == object else NEGLIGIBLE / 16
        rounding = 0 if self.cost.dtype == object else total * NEGLIGIBLE
        for _ in range(400):
            wanted = total * (1 - self.cost * ratio)
            inside = wanted > 0
            capped = np.zeros(len(self.cost), dtype=bool) if cap is None else inside & (wanted >= cap - rounding)
            interior = inside & ~capped
            held = total * 0 if cap is None else self.algebra.sum(cap[capped])
            count = int(np.count_nonzero(interior))
            interior_cost = self.algebra.sum(self.cost[interior])
            # alike ones come off their caps together, each by less than is told: then no z is left between the two
            told = 2 * rounding * (1 if low < (low + high) / 2 < high else int(np.count_nonzero(capped)))
            if cap is not None and np.any(capped) and abs(held - total) <= told:
                # nobody is between: z may rise, and B fall, until the first of the capped would leave the cap
                ratio = min((1 - cap[capped] / held) / self.cost[capped])
                return Point(held, held / ratio, ratio, Regime(0, interior_cost * 0, held))
            excess = held + self.algebra.sum(wanted[interior]) - total
            if excess >= 0:
                low = ratio
            if excess <= 0:
                high = ratio
            if count == 0:
                ratio, proposed = (low + high) / 2, None
                continue
            regime = Regime(count, interior_cost, held)
            step = regime.ratio(self.algebra, total)
            if regime == proposed or abs(step - ratio) <= close * ratio or low == high:
                break
            inside_bracket = low < step < high
            proposed = regime if inside_bracket else None
            ratio = step if inside_bracket else (low + high) / 2
        return Point(total, regime.pool(self.algebra, total), step, regime)
