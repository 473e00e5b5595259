"""What the server earns along the contest's path: its declared utility, read at totals, pools and counts of the path.

Nothing is stated of the utility here. Its value and its slopes are readings of the declared formula, and over how many
clients the mean runs is a reading of the declared aggregate, over all budgets that a set of sellers may have. What the
argument for a global optimum needs of the formula's shape is shown on balls that cover its whole range.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.algebra import read, roles_of
from ...readings.balls import Balls, ball
from ...readings.derivative import Derivative, NotSmooth
from ...readings.game import GameReading
from ...readings.intervals import Interval, Intervals, interval

PIECES = 20_000
FINEST = Fraction(1, 2**64)
"""Relative width at which a piece is given up; a sign that holds strictly is seen on far wider ones."""
HALVINGS = 2000
"""Beyond so many halvings no double is left."""


class UnprovedError(Exception):
    """A bound could not be closed; the text says where."""


@dataclass(frozen=True)
class Server:
    """The server's declared utility U(Z, n, B) in one algebra: of the total, the number counted, and the pool."""

    reading: GameReading

    def value(self, total: Any, counted: Any, pool: Any) -> Any:
        """U(Z, n, B)."""
        return self.reading.leader_utility(_seen(total, counted, pool))

    def slope(self, total: Any, counted: Any, pool: Any, price: Any) -> Any:
        """D U/dZ where the pool rises at `price` for each unit of the total."""
        one = self.reading.algebra.number(1)
        return self.reading.leader_slope(_seen(total, counted, pool), {"total": one, "reward_pool": price})

    def check_roles(self) -> None:
        """Refuse a declaration whose server looks at anything but the path's total, count and pool."""
        aggregates, leader = set(self.reading.population.aggregates), self.reading.leader
        if leader is None or aggregates != {"total", "counted"} or leader.decision.name != "reward_pool":
            raise UnprovedError("the server's utility is not one of a total, a count and a reward pool")

    def total(self, offers: Any) -> Any:
        """The declared total of some budgets."""
        return read(self.reading.population.aggregates["total"], self.reading.algebra, self.roles(offers))

    def roles(self, offers: Any) -> dict[str, Any]:
        """What an aggregate may ask for."""
        population = self.reading.population
        return {population.decision.name: offers, f"{population.name}_count": population.count}

    def counted(self, sell: Any, may_sell: Any = None) -> tuple[int, int]:
        """Over how many clients the mean runs, least and most, whatever is sold by those who sell, and may sell.

        Raises
        ------
        UnprovedError
            When the declared count depends on anything but who sells.
        """
        may_sell = sell if may_sell is None else may_sell
        formula = self.reading.population.aggregates["counted"]
        budgets = Interval(np.where(sell, np.finfo(float).tiny, 0.0), np.where(may_sell, np.inf, 0.0))
        roles = self.roles(budgets)
        if not set(roles_of(formula)) <= set(roles):
            raise UnprovedError("the number that the mean runs over depends on more than who sells")
        count = interval(read(formula, _Sellers(), roles))
        least, most = float(count.low), float(count.high)
        if not (1 <= least <= most < np.inf and least.is_integer() and most.is_integer()):
            raise UnprovedError("the number that the mean runs over depends on more than who sells")
        return int(least), int(most)


def _seen(total: Any, counted: Any, pool: Any) -> dict[str, Any]:
    return {"total": total, "counted": counted, "reward_pool": pool}


class _Sellers(Intervals):
    """Intervals that count: budgets that are certainly positive, and those that may be."""

    def count_positive(self, x: Any) -> Any:
        """From how many entries are certainly positive to how many may be."""
        value = interval(x)
        return Interval(np.count_nonzero(value.low > 0), np.count_nonzero(value.high > 0))


class _FromZero(Balls):
    """Balls of totals from zero on, which rounding makes reach below: there a root has no value, and no one is."""

    def sqrt(self, x: Any) -> Any:
        """Square root of one ball, of what is not negative in it."""
        return super().sqrt(x) if x > 0 else ball(0).union(ball(x).upper().sqrt())


@dataclass(frozen=True)
class ServerShape:
    """What is shown of the declared utility on balls: signs of its derivatives over whole ranges.

    `counts` are the least and the largest number that the mean runs over anywhere on the path.
    """

    server: Server
    counts: tuple[int, int]

    @cached_property
    def pools(self) -> Any:
        """All pools that may be announced, as one ball."""
        assert self.server.reading.leader is not None
        decision = self.server.reading.leader.decision
        return ball(decision.lower).union(ball(decision.upper))

    def negligible_total(self, most: Fraction, reached: float) -> Fraction:
        """Return a total up to which U stays below what is reached, whatever the pool; 0 if none is found.

        The totals tried are `most` and its halvings.
        """
        server = Server(GameReading(self.server.reading.game, _FromZero()))
        counted = ball(self.counts[0]).union(ball(self.counts[1]))
        for _ in range(HALVINGS):
            if server.value(ball(0).union(ball(most)), counted, self.pools) < ball(reached):
                return most
            most /= 2
        return Fraction(0)

    def regular(self, first: Fraction, furthest: Fraction, more_counted_from: Fraction) -> bool:
        """Whether on `first` ≤ Z ≤ `furthest` U rises in Z, falls in B, and is concave in both.

        And, from a total on, whether it falls in the number counted: one who enters then lowers it.
        """

        def pool_is_lost(total: Any, counted: Any) -> bool:
            slope, bend = self._bend("reward_pool", "reward_pool", total, counted)
            mixed = self._bend("total", "reward_pool", total, counted)[1]
            return bool(slope < 0 and bend <= 0 and mixed == 0)

        def rises_ever_more_slowly(total: Any, counted: Any) -> bool:
            slope, bend = self._bend("total", "total", total, counted)
            return bool(slope >= 0 and bend <= 0)

        def falls_in_count(total: Any, counted: Any) -> bool:
            reading = self.server.reading
            return bool(reading.leader_slope(_seen(total, counted, self.pools), {"counted": ball(1)}) <= 0)

        constant = self.counts[0] == self.counts[1]
        return (
            self._everywhere(pool_is_lost, first, furthest)
            and self._everywhere(rises_ever_more_slowly, first, furthest)
            and (constant or self._everywhere(falls_in_count, more_counted_from, max(furthest, more_counted_from)))
        )

    def useful_total(self, price: Fraction, most: Fraction, reached: float) -> Fraction:
        """Return a total from which on U(Z, n, price·Z) stays below what is reached, `most` if none is found.

        The totals tried are `most` and its halvings.
        """
        counted = self.counts[0]
        for _ in range(HALVINGS):
            totals = ball(most / 2).union(ball(most))
            if not self.server.value(totals, counted, ball(price) * ball(most) / 2) < ball(reached):
                return most
            most /= 2
        return most

    def _bend(self, first: str, second: str, total: Any, counted: Any) -> tuple[Any, Any]:
        """How fast U rises with one of the three, and how fast that does with another."""
        reading, once = self.server.reading, Derivative(Balls())
        seen = _seen(total, counted, self.pools)
        seen[second] = once.variable(seen[second])
        slope = GameReading(reading.game, once).leader_slope(seen, {first: ball(1)})
        return once.value(slope), ball(once.slope(slope))

    def _everywhere(self, shown: Callable[[Any, Any], bool], first: Fraction, last: Fraction) -> bool:
        """Whether something is shown for all totals from the first to the last and every count, by halving boxes."""
        few, many = (Fraction(count) for count in self.counts)
        boxes = [(first, last, few, many)]
        for _ in range(PIECES):
            if not boxes:
                return True
            low, high, least, most = boxes.pop()
            with suppress(NotSmooth):  # not shown where a step may be, however small the box is
                if shown(ball(low).union(ball(high)), ball(least).union(ball(most)) if least < most else ball(least)):
                    continue
            # a divisor's ball is of use only where its ends are close for their size, and closer than the total's
            if 4 * most > 5 * least or (most - least) * high > max(high - low, last * FINEST) * most:
                middle = min((least + most) / 2, 2 * least)
                boxes += [(low, high, least, middle), (low, high, middle, most)]
                continue
            if high - low <= last * FINEST:
                return False
            middle = (low + high) / 2
            boxes += [(low, middle, least, most), (middle, high, least, most)]
        return False
