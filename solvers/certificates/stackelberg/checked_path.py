"""The contest's path of equilibria, each point checked against the declared marginal utilities, and what it earns.

The points come from the same formulas as the answers that are judged with them; the check makes them independent of
those. Over fractions and balls nothing is rounded.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.stackelberg.declaration import StackelbergPricing
from ...backends.stackelberg.closed_form import Leader
from ...readings.balls import Balls, ball
from ...readings.game import GameReading
from ...readings.rationals import Irrational, Rationals
from ...readings.vectors import Vectors
from .first_sellers import first_sellers
from .path import NEGLIGIBLE, ContestPath, Point, Regime


class UnprovedError(Exception):
    """A bound could not be closed; the text says where."""


@dataclass(frozen=True)
class CheckedPath:
    """A path in stretches 0..m, where stretch k lies between the entries k and k + 1 of those who do not sell at first.

    Points are those of `ContestPath`; the utilities are numbers over floats and balls over fractions.
    """

    game: StackelbergPricing
    reading: GameReading

    @cached_property
    def exact(self) -> bool:
        """Whether nothing is rounded."""
        return isinstance(self.reading.algebra, Rationals)

    @cached_property
    def leader(self) -> Leader:
        """The server's side."""
        return Leader(self.game, Balls() if self.exact else Vectors())

    @cached_property
    def path(self) -> ContestPath:
        """The path itself."""
        cap = None if self.game.epsilon_cap is None else self.reading.upper
        return ContestPath(self.reading.algebra, self.reading.data["cost"], cap)

    @cached_property
    def first(self) -> Any:
        """Z/B at the start."""
        return self.path.first_ratio

    @cached_property
    def able(self) -> Any:
        """A mask of those who may sell at all."""
        return self.path.cost > 0 if self.path.cap is None else self.path.cap > 0

    @cached_property
    def sell_at_first(self) -> Any:
        """A mask of those who sell at the smallest pools, compared exactly."""
        if self.exact:
            return self.able & (self.path.cost * self.first < 1)
        return first_sellers(self.game, self.able)[1]

    @cached_property
    def entries(self) -> list[Any]:
        """The costs at which somebody enters, in order; none without caps."""
        if self.path.cap is None:
            return []
        return sorted(set(self.path.cost[self.able & ~self.sell_at_first].tolist()))

    @cached_property
    def end(self) -> Any:
        """The largest total, all caps together; None without caps."""
        return None if self.path.cap is None else self.reading.algebra.sum(self.path.cap)

    def start(self) -> Point:
        """Where nothing is sold."""
        zero = self.first * 0
        return Point(zero, zero, self.first, Regime(0, zero, zero))

    def at(self, total: Any) -> Point:
        """The point with a total, no further than the end."""
        if not total > 0:
            return self.start()
        return self.checked(self.path.at_total(total if self.end is None else min(total, self.end)))

    def entry(self, k: int) -> Point:
        """The end of stretch k, where somebody is about to enter or everybody is capped; the start without caps."""
        if k < len(self.entries):
            return self.checked(self.path.at_ratio(1 / self.entries[k], entered=self.path.cost < self.entries[k]))
        return self.start() if self.end is None else self.at(self.end)

    def after_entry(self, k: int, point: Point) -> Point:
        """The point at the start of stretch k with the regime that holds right behind it."""
        if k == 0:
            return point
        new = self.path.cost[(self.path.cost == self.entries[k - 1]) & self.able]
        count, cost = point.regime.interior_count + len(new), point.regime.interior_cost + self.reading.algebra.sum(new)
        return Point(point.total, point.pool, point.ratio, Regime(count, cost, point.regime.capped_total))

    def entered(self, point: Point) -> int:
        """How many of the entries lie before a point."""
        if not point.total > 0:
            return 0
        room = 0 if self.exact else NEGLIGIBLE
        return sum(1 for cost in self.entries if cost * point.ratio < 1 - room)

    def entered_by(self, offers: Any) -> int:
        """How many of the entries lie before a point where these offers are made."""
        dearest = max(self.path.cost[offers > 0].tolist(), default=0)
        return bisect_right(self.entries, dearest)

    def counted(self, k: int) -> int:
        """Over how many clients the mean runs on stretch k."""
        if not self.entries:
            return self.leader.counted(int(np.count_nonzero(self.sell_at_first)))
        late = self.path.cost >= self.entries[k] if k < len(self.entries) else self.path.cost < 0
        return self.leader.counted(int(np.count_nonzero(self.able & ~late)))

    def value(self, point: Point, k: int) -> Any:
        """The server's utility at a point of stretch k."""
        return self.leader.value(self.number(point.total), self.counted(k)) - self.number(point.pool)

    def slope(self, point: Point, k: int) -> Any:
        """The slope of the server's utility in the total at a point of stretch k."""
        earned = self.leader.slope(self.number(point.total), self.counted(k))
        if not point.total > 0:
            return earned - self.number(1 / self.first)
        if point.regime.interior_count == 0:  # a larger pool buys nothing at all
            return earned * 0 - self.number(self.game.revenue.largest_pool)
        return earned - self.number(point.regime.pool_slope(self.reading.algebra, point.total))

    def worth_starting(self) -> bool:
        """Whether the smallest pools earn more than they cost, for all that can be told."""
        zero = self.first * 0
        if not self.exact:
            return bool(self.slope(self.start(), 0) * self.first > NEGLIGIBLE)
        try:
            earned = Leader(self.game, Rationals()).slope(zero, self.counted(0))
            return bool(earned > 1 / self.first)
        except Irrational:
            return not self.slope(self.start(), 0) <= 0

    def number(self, value: Any) -> Any:
        """A number in the algebra of the utilities."""
        return ball(value) if self.exact else float(value)

    def checked(self, point: Point) -> Point:
        """Return a point of the path after checking it against the declared marginal utilities.

        Raises
        ------
        UnprovedError
            When it is no equilibrium.
        """
        offers = self.path.offers(point.total, point.ratio)
        marginal = self.reading.marginal(offers, point.total - offers, {"reward_pool": point.pool})
        cost = self.path.cost
        slack = cost * 0 if self.exact else 2.0**-40 * (cost + 1 / point.ratio)
        capped = np.zeros(len(cost), dtype=bool) if self.path.cap is None else offers >= self.path.cap
        nothing = offers <= 0
        rounding = 0 if self.exact else (2.0**-40 + len(cost) * 2.0**-48) * point.total
        balanced = abs(self.reading.algebra.sum(offers) - point.total) <= rounding
        stationary = np.where(capped, marginal >= -slack, np.where(nothing, marginal <= slack, abs(marginal) <= slack))
        if not (balanced and np.all(stationary | (capped & nothing))):
            raise UnprovedError("a point of the path failed its check against the declared utilities")
        return point
