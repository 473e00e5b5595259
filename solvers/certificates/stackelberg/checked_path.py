"""The contest's path of equilibria, each point checked against the declared marginal utilities, and what it earns.

The points come from the same formulas as the answers that are judged with them, so nothing of a point is believed:

- checked from the declaration at every point: that it is an equilibrium (marginal utilities), that its total is the
  declared one, and that its regime is that of its offers. What it earns is the declared utility of the server, and
  over how many the mean runs the declared count of those who sell. So is the price B′(Z) wherever it is used
  (`checked_point`), the path's start (an equilibrium so small that nobody is capped) and where somebody enters.
- proved for all contests, so that few points stand for the whole path: every equilibrium has these offers
  (`stackelberg/capped-equilibrium-has-shares`); B/Z never falls, so entries come in the order of the costs and who has
  entered stays (`stackelberg/ratio-never-rises`); who is capped stays so (`stackelberg/capping-is-permanent`); B(Z) has
  a rising slope within a regime and where somebody is capped (`stackelberg/pool-convex-in-regime`,
  `stackelberg/capping-raises-slope`); between two points it has a least slope (`stackelberg/pool-slope-at-least`).
- told exactly: who sells at the smallest pools (fractions are compared where doubles cannot tell), and by it the number
  of each stretch. Two entries that share a double are refused over floats where they matter.

Over fractions and balls nothing is rounded.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from typing import Any

import numpy as np

from ....formulations.stackelberg.declaration import StackelbergPricing
from ...readings.balls import Balls, ball
from ...readings.game import GameReading
from ...readings.rationals import Irrational, Rationals
from .checked_point import ROUNDING, Standing, is_price, sellers_at
from .path import ContestPath, are_first_sellers, first_ratio, first_sellers
from .piece import NEGLIGIBLE, Point, Regime
from .server import Server, UnprovedError


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
    def server(self) -> Server:
        """The server's declared utility, over floats or balls."""
        return Server(GameReading(self.game, Balls()) if self.exact else self.reading)

    @cached_property
    def path(self) -> ContestPath:
        """The path itself."""
        cap = None if self.game.epsilon_cap is None else self.reading.upper
        return ContestPath(self.reading.algebra, self.reading.data["cost"], cap)

    @cached_property
    def first(self) -> Any:
        """Z/B at the start, checked where the total is so small that nobody is capped."""
        path, ratio = self.path, self.path.first_ratio
        share = ContestPath(path.algebra, path.cost, None).offers(1, ratio)
        sells = self.able & (share > 0)
        total = ratio if path.cap is None else min(path.cap[sells] / share[sells]) / 2
        regime = Regime(int(np.count_nonzero(sells)), path.algebra.sum(path.cost[sells]), ratio * 0)
        return self.checked(Point(total, total / ratio, ratio, regime)).ratio

    @cached_property
    def able(self) -> Any:
        """A mask of those who may sell at all."""
        return self.path.cost > 0 if self.path.cap is None else self.path.cap > 0

    @cached_property
    def sell_at_first(self) -> Any:
        """A mask of those who sell at the smallest pools, compared exactly."""
        if self.exact:
            return self.able & (self.path.cost * self.first < 1)
        sells = first_sellers(self.game, self.able)[1]
        if not are_first_sellers(self.game, self.able, sells):
            raise UnprovedError("who sells at the smallest pools failed its check against the declared costs")
        return sells

    @cached_property
    def late(self) -> Any:
        """The costs of those who enter later, in order; none without caps."""
        if self.path.cap is None:
            return self.path.cost[:0]
        return np.sort(self.path.cost[self.able & ~self.sell_at_first])

    @cached_property
    def entries(self) -> Any:
        """The costs at which somebody enters, in order; none without caps."""
        first = np.ones(len(self.late), dtype=bool)
        first[1:] = self.late[1:] != self.late[:-1]
        return self.late[first]

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
        asked = total if self.end is None else min(total, self.end)
        point = self.checked(self.path.at_total(asked))
        # where all are capped, each of N may be short of the cap by what is taken for rounding
        if not abs(point.total - asked) <= (0 if self.exact else 4 * len(self.path.cost) * NEGLIGIBLE * asked):
            raise UnprovedError("a point of the path failed its check: it has another total")
        return point

    def entry(self, k: int) -> Point:
        """The end of stretch k, where somebody is about to enter or everybody is capped; the start without caps."""
        if k < len(self.entries):
            point = self.checked(self.path.at_ratio(1 / self.entries[k], entered=self.sellers(k)))
            if not abs(point.ratio * self.entries[k] - 1) <= (0 if self.exact else NEGLIGIBLE):
                raise UnprovedError("a point of the path failed its check: nobody is about to enter there")
            return point
        return self.start() if self.end is None else self.at(self.end)

    def cheapest(self, point: Point) -> Point:
        """The least pool with a point's total: where all who sell are capped a larger one buys nothing more."""
        return point if point.regime.interior_count else self.at(point.total)

    def after_entry(self, k: int, point: Point) -> Point:
        """The point at the start of stretch k with the regime that holds right behind it."""
        if k == 0:
            return point
        new = self.path.cost[(self.path.cost == self.entries[k - 1]) & self.able]
        count, cost = point.regime.interior_count + len(new), point.regime.interior_cost + self.reading.algebra.sum(new)
        return self.checked(Point(point.total, point.pool, point.ratio, Regime(count, cost, point.regime.capped_total)))

    def entered(self, point: Point) -> int:
        """How many of the entries lie before a point."""
        if not point.total > 0:
            return 0
        room = 0 if self.exact else NEGLIGIBLE
        return bisect_left(self.entries, True, key=lambda cost: bool(cost * point.ratio >= 1 - room))

    def entered_by(self, offers: Any) -> int:
        """How many of the entries lie before a point where these offers are made."""
        late = (offers > 0) & ~self.sell_at_first
        return bisect_right(self.entries, max(self.path.cost[late].tolist(), default=0))

    def sellers(self, k: int) -> Any:
        """A mask of those who sell on stretch k."""
        if k == 0:  # told exactly, also where doubles cannot
            return self.sell_at_first
        return self.able & (self.sell_at_first | (self.path.cost <= self.entries[k - 1]))

    @cached_property
    def counts(self) -> tuple[int, int]:
        """Over how many clients the mean runs, least and most, anywhere on the path."""
        return self.server.counted(self.sell_at_first, self.able if len(self.entries) else None)

    def entering(self, low: int, high: int) -> int:
        """How many enter from the start of stretch `low` to the end of stretch `high`, at most."""
        if low > high or not len(self.entries):
            return 0
        before = bisect_left(self.late, self.entries[low - 1]) if low else 0
        behind = bisect_right(self.late, self.entries[high - 1]) if high else 0
        return behind - before

    def counted(self, k: int) -> int:
        """Over how many clients the mean runs on stretch k, and on later ones at least."""
        if self.counts[0] == self.counts[1]:
            return self.counts[0]
        return self._count(k)

    @cached_property
    def _count(self) -> Callable[[int], int]:
        @cache
        def count(k: int) -> int:
            least, most = self.server.counted(self.sellers(k))
            later = self.server.counted(self.sellers(k), self.able)[0]
            if least != most or later < least or not self.told_apart:
                raise UnprovedError("the number that the mean runs over was not told at a point of the path")
            return least

        return count

    @cached_property
    def told_apart(self) -> bool:
        """Whether those who enter with one double have one cost: two entries in one are no stretch of floats."""
        if self.exact or not len(self.entries):
            return True
        late = np.flatnonzero(self.able & ~self.sell_at_first)
        late = late[np.argsort(self.path.cost[late], kind="stable")]
        twins = np.flatnonzero(np.diff(self.path.cost[late]) == 0)
        declared = self.game.cost
        return all(declared[late[at]] == declared[late[at + 1]] for at in twins.tolist())

    def value(self, point: Point, k: int) -> Any:
        """The server's utility at a point of stretch k."""
        return self.earned(point.total, point.pool, k)

    def earned(self, total: Any, pool: Any, k: int) -> Any:
        """The server's utility where a total costs a pool on stretch k."""
        return self.server.value(self.number(total), self.counted(k), self.number(pool))

    def slope(self, point: Point, k: int) -> Any:
        """The slope of the server's utility in the total at a point of stretch k."""
        return self._slope(point, k)

    @cached_property
    def _slope(self) -> Callable[[Point, int], Any]:
        return cache(self._checked_slope)  # over fractions a slope is dear, and edges are asked for theirs again

    def _checked_slope(self, point: Point, k: int) -> Any:
        if not point.total > 0:
            return self.rise(point.total, point.pool, 1 / self.first, k)
        sellers = sellers_at(self.path, point, self.sellers(k), 0 if self.exact else NEGLIGIBLE)
        nobody_between = point.regime.interior_count == 0
        if sellers is None or (nobody_between and np.any(sellers.free)):
            raise UnprovedError("a point of the path failed its check: it is not on its stretch")
        if nobody_between:  # a larger pool buys nothing at all; of this slope only the sign is used
            return -self.number(self.game.revenue.largest_pool)
        price = point.regime.pool_slope(self.reading.algebra, point.total)
        slack = self.standing.slack(point)
        if not is_price(self.reading, point, sellers, price, slack, 0 if self.exact else ROUNDING):
            raise UnprovedError("a point of the path failed its check: one more unit has another price")
        return self.rise(point.total, point.pool, price, k)

    def told(self, point: Point) -> float:
        """What a slope in doubles must differ from zero by: it is a difference of terms of about the price, rounded."""
        known = self.exact or point.regime.interior_count == 0  # where nobody is between, by its sign
        return 0.0 if known else float(NEGLIGIBLE * point.regime.pool_slope(self.reading.algebra, point.total))

    def rise(self, total: Any, pool: Any, price: Any, k: int) -> Any:
        """The slope of the server's utility on stretch k where one more unit of the total costs a price."""
        return self.server.slope(self.number(total), self.counted(k), self.number(pool), self.number(price))

    def raised(self, utility: float) -> float:
        """A utility computed in doubles, raised by what they may have rounded: of a revenue and a pool, a few ulps."""
        return float(utility + NEGLIGIBLE * (float(self.game.revenue.largest_pool) + abs(utility)))

    def worth_starting(self) -> bool:
        """Whether the smallest pools earn more than they cost; told exactly where doubles cannot."""
        if not self.exact and abs(rise := float(self.slope(self.start(), 0) * self.first)) > NEGLIGIBLE:
            return rise > 0
        price, count = 1 / first_ratio(self.game, self.sell_at_first), self.counted(0)
        try:
            return bool(Server(GameReading(self.game, Rationals())).slope(Fraction(0), count, Fraction(0), price) > 0)
        except Irrational:
            return not Server(GameReading(self.game, Balls())).slope(ball(0), count, ball(0), ball(price)) <= 0

    def number(self, value: Any) -> Any:
        """A number in the algebra of the utilities."""
        return ball(value) if self.exact else float(value)

    def checked(self, point: Point) -> Point:
        """Return a point of the path after checking it against the declared marginal utilities.

        Raises
        ------
        UnprovedError
            When it is no equilibrium, or its regime is not that of its offers.
        """
        offers = self.path.offers(point.total, point.ratio)
        # each of N offers is off by a few ulps of the total at most
        rounding = 0 if self.exact else (ROUNDING + len(self.path.cost) * 2.0**-48) * point.total
        if not abs(Server(self.reading).total(offers) - point.total) <= rounding:
            raise UnprovedError("a point of the path failed its check against the declared utilities")
        self.standing.check(point, offers)
        return point

    @cached_property
    def standing(self) -> Standing:
        """The check of everybody's offers."""
        return Standing(self.reading, self.path.cost, self.path.cap, self.exact)
