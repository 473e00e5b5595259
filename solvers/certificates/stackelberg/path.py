"""The path of a contest's equilibrium as its total grows, with or without caps, over floats or fractions.

With z = Z/B every client offers x_i = min(c_i, Z max(0, 1 − ρ_i z)) and the offers sum to Z. As Z grows, z never
rises, so clients only ever enter (at z = 1/ρ_i) and reach their caps. Between two entries B(Z) has a rising slope, so
the server's utility is concave there; these stretches are the pieces in which its maxima are looked for.

Who sells at the smallest pools, where no cap binds, is compared exactly wherever doubles cannot tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.algebra import Algebra
from ....formulations.stackelberg.contest import capped_budget, equilibrium_share, printed_total_per_pool
from ....formulations.stackelberg.declaration import StackelbergPricing
from ...readings.rationals import exact_sum
from ...readings.vectors import ROUNDING, Vectors
from .piece import Piece, Point, Regime, Settled

SOME = 10_000
"""Of how many clients a root is a quick start for that of more."""


@dataclass(frozen=True)
class ContestPath:
    """A contest's equilibria. `cost` and `cap` are arrays of floats or of fractions; `cap` may be None."""

    algebra: Algebra
    cost: np.ndarray
    cap: Any

    @cached_property
    def first_ratio(self) -> Any:
        """Z at B → 0, where no cap binds: the root of Σ max(0, 1 − ρ_i z) = 1, by Newton from the left.

        Every step is (n − 1)/R over the clients still in, so the last one is exact over fractions. Of many clients the
        first step is the root of some of them, which is no larger.
        """
        cost = self.cost if self.cap is None else self.cost[self.cap > 0]
        some = cost[:: len(cost) // SOME + 1]
        ratio = cost[:1].sum() * 0 if len(some) == len(cost) else ContestPath(self.algebra, some, None).first_ratio
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

    @cached_property
    def whole(self) -> Piece:
        """All of a capped contest's path, as one piece."""
        able = np.flatnonzero(self.cap > 0)
        zero = self.first_ratio * 0
        settled = Settled(0, zero, zero, zero, zero)
        return Piece(self.algebra, self.cost[able], self.cap[able], able, settled, zero, self.first_ratio)

    def at_ratio(self, ratio: Any, entered: Any = None) -> Point:
        """Return the largest equilibrium with this z, for z below the first; `entered` restricts it to some clients."""
        among = None if entered is None else entered[self.whole.index]
        return self.whole.at_ratio(ratio, self.algebra.sum(self.cap), among)

    def at_total(self, total: Any) -> Point:
        """Return the equilibrium with this total; where all who sell are capped, that of the smallest pool."""
        if self.cap is not None:
            return self.whole.at_total(total)
        inside = self.cost * self.first_ratio < 1
        regime = Regime(int(np.count_nonzero(inside)), self.algebra.sum(self.cost[inside]), total * 0)
        return Point(total, total / self.first_ratio, self.first_ratio, regime)


def first_sellers(game: StackelbergPricing, members: np.ndarray | None = None) -> tuple[float, np.ndarray]:
    """Return e, the total per pool, and a mask of the clients who sell, in a contest without caps.

    Parameters
    ----------
    game
        The game; its caps are not looked at.
    members
        A mask of those who may sell; everybody by default.

    Examples
    --------
    The third client is exactly indifferent, which doubles cannot tell:

    >>> ratio, sells = first_sellers(StackelbergPricing(cost=[".1", ".2", ".3"], alpha=10, beta=10))
    >>> sells
    array([ True,  True, False])
    """
    members = np.ones(len(game.cost), dtype=bool) if members is None else members
    cost = Vectors().vector(game.cost)
    ratio = ContestPath(Vectors(), cost[members], None).first_ratio
    # ρz has the rounding of a sum added in pairs and of a product; within 64 ulps fractions decide
    edge = 64 * np.finfo(float).eps
    inside = members & (cost * ratio < 1 + edge)
    doubtful = np.flatnonzero(inside & (cost * ratio > 1 - edge))
    if len(doubtful):
        inside[doubtful] = False
        count = int(np.count_nonzero(inside))
        total = sum((Fraction(value) for value in game.cost[inside].tolist()), Fraction(0))
        for index in sorted(doubtful, key=lambda index: Fraction(game.cost[index])):
            candidate = Fraction(game.cost[index])
            if count >= 2 and candidate * (count - 1) >= total:
                break
            inside[index] = True
            count, total = count + 1, total + candidate
        ratio = float((count - 1) / total)
    return float(ratio), inside


def are_first_sellers(game: StackelbergPricing, members: np.ndarray, sells: np.ndarray) -> bool:
    """Whether it is exactly these that sell, of the members, where no cap binds.

    At Z/B = (n − 1)/R the shares 1 − ρ_i Z/B of n clients with summed cost R add up to one. So it is they if their
    shares are positive and those of the others would not be: ρ_i < R/(n − 1) for the n alone.
    """
    count, others = int(np.count_nonzero(sells)), members & ~sells
    if count < 2 or np.any(sells & ~members):
        return False
    cost = Vectors().vector(game.cost)
    limit = float(np.sum(cost[sells])) / (count - 1)
    dearest, cheapest = np.max(cost[sells]), np.min(cost[others], initial=np.inf)
    if dearest < limit * (1 - ROUNDING) and cheapest > limit * (1 + ROUNDING):
        return True
    exact = 1 / first_ratio(game, sells)
    return max(map(Fraction, game.cost[sells])) < exact and all(Fraction(value) >= exact for value in game.cost[others])


def first_ratio(game: StackelbergPricing, sells: np.ndarray) -> Fraction:
    """Z/B where it is these that sell and no cap binds, as a fraction: (n − 1)/R."""
    costs = [Fraction(cost) for cost in game.cost[sells]]
    return Fraction((len(costs) - 1) / exact_sum(costs))
