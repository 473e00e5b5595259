"""A piece of the contest's path: those whose part in it is known are summed up, so that its points are found quickly.

A client is out where z ≥ 1/ρ_i, capped where z ≤ (1 − c_i/Z)/ρ_i, and interior between the two. Along the path Z grows
and z never rises, so everybody goes from out to interior to capped and never back: who is interior at both ends of a
piece is so all along it. Only the others are looked at again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ....formulations.algebra import Algebra
from ....formulations.stackelberg.contest import pool_for_total
from ...readings.derivative import Derivative

NEGLIGIBLE = 2.0**-46
"""What is taken for rounding over floats, relative to the total or to one: 64 ulps.

An offer Z(1 − ρz) has the rounding of z, of a product and of a difference, relative to Z; z is a sum over the clients
inside, added in pairs, so that a million of them cost it twenty ulps.
"""
SAMPLE = 1024
"""Of the turns of a sum, whose median is tried for the median of all; any pivot is right, a good one is quick."""


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
class Settled:
    """Sums over those whose part is known: the interior ones' number, cost, caps and shares, and what the capped sell.

    The shares 1 − ρ_i z are summed at a piece's largest z, where they are smallest: further on Σ ρ_i times the fall of
    z is added, so that nothing cancels.
    """

    count: int
    cost: Any
    cap: Any
    share: Any
    capped: Any

    def shares(self, fall: Any) -> Any:
        """The interior ones' summed share where z has fallen by so much."""
        return self.share + self.cost * fall

    def joined(self, algebra: Algebra, fall: Any, cost: Any, cap: Any, share: Any, capped: Any) -> Settled:
        """With more interior ones, by cost, cap and share after z has fallen, and more capped ones, by cap."""
        return Settled(
            self.count + len(cost),
            self.cost + algebra.sum(cost),
            self.cap + algebra.sum(cap),
            self.shares(fall) + algebra.sum(share),
            self.capped + algebra.sum(capped),
        )


@dataclass(frozen=True)
class Piece:
    """The path's part with z from `low` to `high`: who is open there, by cost, cap and index, and who is settled."""

    algebra: Algebra
    cost: np.ndarray
    cap: np.ndarray
    index: np.ndarray
    settled: Settled
    low: Any
    high: Any

    def between(self, first: Point, last: Point) -> Piece:
        """Return the piece between two of its points."""
        low, high = max(last.ratio, self.low), min(first.ratio, self.high)
        full = self._full(last.total)
        # who comes off the cap just where the piece ends is not interior all along it
        full = np.where(full == low, high, full)
        return self._within(low, high, self._full(first.total), full)[0]

    def at_ratio(self, ratio: Any, largest: Any, among: Any = None) -> Point:
        """Return the largest equilibrium with this z and a total up to the largest; `among` restricts who is open.

        The offers' sum minus Z is concave in Z, so Newton's steps from the right fall and end in the right regime.
        """
        inside = self.cost * ratio < 1
        if among is not None:
            inside &= among
        cost, cap = self.cost[inside], self.cap[inside]
        share, total, settled = 1 - cost * ratio, largest, self.settled
        others = 1 - settled.shares(self.high - ratio)
        while True:
            capped = share * total >= cap
            held = settled.capped + self.algebra.sum(cap[capped])
            left = others - self.algebra.sum(share[~capped])
            # at the first ratio every total up to the first cap is an equilibrium, and `left` is zero but for rounding
            lower = held / left if left > (0 if self.cost.dtype == object else NEGLIGIBLE) else total
            if not lower < total:
                count = settled.count + int(np.count_nonzero(~capped))
                regime = Regime(count, settled.cost + self.algebra.sum(cost[~capped]), held)
                return Point(total, total / ratio, ratio, regime)
            total = lower

    def at_total(self, total: Any) -> Point:
        """Return the equilibrium with this total: the z at which the offers sum to it, the largest if there are many.

        Σ min(c_i, Z max(0, 1 − ρ_i z)) falls along z and is linear between its turns, where somebody enters or comes
        off the cap; z is bisected between turns until none is left within its bounds.
        """
        full = self._full(total)
        piece, open_full = self._within(self.low, self.high, full, full)
        while len(turns := piece._turns(open_full)):
            ratio = _about_the_median(turns)
            # a total that all who sell have on their caps is reached from where z may be largest
            if piece._sold(total, ratio, open_full) >= total - 2 * self._rounding * total:
                piece, open_full = piece._within(ratio, piece.high, open_full, open_full)
            else:
                piece, open_full = piece._within(piece.low, ratio, open_full, open_full)
        found = piece.settled
        missing = (total - found.capped) / total - found.share
        ratio = piece.high - missing / found.cost if found.count else piece.low
        # alike ones come off their caps together, each by less than is told: then no z is left between the two
        told = 2 * self._rounding * total * (1 if ratio > piece.low else max(found.count, 1))
        held = found.capped + found.cap
        if abs(held - total) <= told:
            # nobody is between: z may rise, and B fall, until the first of the capped would leave the cap
            capped = full >= piece.low
            ratio = min((1 - self.cap[capped] / held) / self.cost[capped], default=piece.low)
            return Point(held, held / ratio, ratio, Regime(0, found.cost * 0, held))
        ratio = min(max(ratio, piece.low), piece.high)
        return Point(total, total / ratio, ratio, Regime(found.count, found.cost, found.capped))

    @property
    def regime(self) -> Regime:
        """The regime all along the piece, if nobody is open in it."""
        return Regime(self.settled.count, self.settled.cost, self.settled.capped)

    @property
    def _rounding(self) -> Any:
        """What is taken for rounding, relative to the total: well within what regimes are checked by."""
        return 0 if self.cost.dtype == object else NEGLIGIBLE / 8

    def _full(self, total: Any) -> Any:
        """The z up to which each is on the cap, but for rounding; none where nothing is sold."""
        if not total > 0:
            return -1 / self.cost
        return (1 - self.cap / total + self._rounding) / self.cost

    def _turns(self, full: Any) -> Any:
        """The z within the bounds at which somebody enters or comes off the cap."""
        enters = 1 / self.cost
        return np.concatenate([enters[enters < self.high], full[(full > self.low) & (full < self.high)]])

    def _sold(self, total: Any, ratio: Any, full: Any) -> Any:
        """What all sell together at z."""
        wanted = total * self.algebra.maximum(1 - self.cost * ratio, 0)
        settled = self.settled
        offers = np.where(full >= ratio, self.cap, wanted)
        return settled.capped + total * settled.shares(self.high - ratio) + self.algebra.sum(offers)

    def _within(self, low: Any, high: Any, full_first: Any, full_last: Any) -> tuple[Piece, Any]:
        """The piece with narrower bounds of z, and up to which z those open in it are on their caps at its end.

        Parameters
        ----------
        low, high
            The bounds of z.
        full_first, full_last
            The z up to which each is on the cap, at the smallest total and at the largest.
        """
        enters = 1 / self.cost
        out, capped = enters <= low, full_first >= high
        free = ~(out | capped) & (enters >= high) & (full_last <= low)
        is_open = ~(out | capped | free)
        cost = self.cost[free]
        fall = self.high - high
        settled = self.settled.joined(
            self.algebra, fall, cost, self.cap[free], 1 - cost * high, self.cap[capped & ~out]
        )
        piece = Piece(self.algebra, self.cost[is_open], self.cap[is_open], self.index[is_open], settled, low, high)
        return piece, full_last[is_open]


def _about_the_median(turns: Any) -> Any:
    """One of some numbers, near the middle of them."""
    if len(turns) > SAMPLE:
        turns = turns[np.random.default_rng(len(turns)).integers(0, len(turns), SAMPLE)]
    return np.partition(turns, len(turns) // 2)[len(turns) // 2]
