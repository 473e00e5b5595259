"""How the server's utility moves with the pool where costs are convex: its slope and its bend on a cell, in intervals.

At an equilibrium everybody's marginal utility G_i(x_i, Z, B) is zero, or x_i is held at a bound, and Σ x_i = Z. So

    x′ = (G_Z Z′ + G_B)/(−G_x),    x″ = (G_Z Z″ + D²G)/(−G_x),    with Σ x′ = Z′ and Σ x″ = Z″,

where D²G is the second derivative of G along (x′, Z′, 1). All of it is read off the declared utilities by nested dual
numbers. Where nobody starts, stops or comes to its cap in a cell, the slope is within what the bend allows of the
slopes at the cell's ends: so it is known to the square of the cell's width.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ...readings.game import GameReading
from ...readings.intervals import Interval, interval

UNKNOWN = (-np.inf, np.inf)


@dataclass(frozen=True, eq=False)
class Motion:
    """A cell of the path: everybody's budgets, their totals, the pools, and over how many the mean runs.

    Clients who sell nothing there may be left out of both readings, that in doubles and that in intervals.
    """

    reading: GameReading
    inside: GameReading
    own: Interval
    totals: Interval
    pools: Interval
    counted: Interval

    @cached_property
    def _others(self) -> Interval:
        found: Interval = self.totals - self.own
        return found

    @cached_property
    def held(self) -> Any:
        """Who is held at a bound."""
        return (self.own.high <= self.reading.lower) | (self.own.low >= self.reading.upper)

    @cached_property
    def free(self) -> Any:
        """Who is at none; others may be either."""
        return (self.own.low > self.reading.lower) & (self.own.high < self.reading.upper)

    @cached_property
    def _along(self) -> list[Interval]:
        """How fast marginal utilities rise with the own decision, the total and the pool, each alone."""
        one, none = np.ones(len(self.held)), np.zeros(len(self.held))
        speeds = (
            {"own": one, "others": -one, "reward_pool": 0.0},
            {"own": none, "others": one, "reward_pool": 0.0},
            {"own": none, "others": none, "reward_pool": 1.0},
        )
        with np.errstate(all="ignore"):
            decided = {"reward_pool": self.pools}
            return [interval(self.inside.marginal_slope(self.own, self._others, decided, each)) for each in speeds]

    @cached_property
    def _rates(self) -> list[Interval] | None:
        """How fast budgets rise with the total and with the pool; None if that is not known."""
        if not np.all(self._along[0].high < 0):
            return None
        with np.errstate(all="ignore"):
            return [rate / -self._along[0] for rate in self._along[1:]]

    def _summed(self, rate: Interval) -> Interval:
        """The sum of rates: none of those who are held, and perhaps none of those who may be."""
        low = np.where(self.held, 0.0, np.where(self.free, rate.low, np.minimum(rate.low, 0.0)))
        high = np.where(self.held, 0.0, np.where(self.free, rate.high, np.maximum(rate.high, 0.0)))
        return Interval(np.sum(low), np.sum(high))

    @cached_property
    def _speed(self) -> tuple[Interval, Interval] | None:
        """1 − Σ of what budgets rise by with the total, and Z′."""
        if self._rates is None:
            return None
        of_total, of_pool = map(self._summed, self._rates)
        return (1 - of_total, of_pool / (1 - of_total)) if of_total.high < 1 else None

    @property
    def _seen(self) -> dict[str, Any]:
        return {"total": self.totals, "counted": self.counted, "reward_pool": self.pools}

    @cached_property
    def slope(self) -> tuple[float, float]:
        """How fast the server's utility rises with the pool, at least and at most."""
        if self._speed is None:
            return UNKNOWN
        found = interval(self.inside.leader_slope(self._seen, {"total": self._speed[1], "reward_pool": 1.0}))
        return float(found.low), float(found.high)

    @cached_property
    def bend(self) -> Interval | None:
        """The second derivative of the server's utility; None where somebody may start, stop or come to its cap."""
        if self._speed is None or self._rates is None or not np.all(self.held | self.free):
            return None
        left, rate = self._speed
        of_total, of_pool = self._rates
        with np.errstate(all="ignore"):
            moved = of_total * rate + of_pool
            moved = Interval(np.where(self.held, 0.0, moved.low), np.where(self.held, 0.0, moved.high))
            speed = {"own": moved, "others": rate - moved, "reward_pool": 1.0}
            decided = {"reward_pool": self.pools}
            second = interval(self.inside.marginal_bend(self.own, self._others, decided, speed)) / -self._along[0]
            grown = self._summed(second) / left
            along = interval(self.inside.leader_bend(self._seen, {"total": rate, "reward_pool": 1.0}))
            found: Interval = along + interval(self.inside.leader_slope(self._seen, {"total": grown}))
        return found

    def slope_between(self, first: Motion, last: Motion) -> tuple[float, float]:
        """Return the slope on a cell, by itself, and by the bend from the slopes at its two ends."""
        found = self.slope
        if not found[0] <= 0 <= found[1] or self.bend is None or UNKNOWN in (first.slope, last.slope):
            return found
        width = interval(self.pools.high) - self.pools.low
        reach = Interval(0.0, float(width.high))
        rising, falling = Interval(*first.slope) + self.bend * reach, Interval(*last.slope) - self.bend * reach
        low = max(found[0], float(rising.low), float(falling.low))
        high = min(found[1], float(rising.high), float(falling.high))
        return low, high
