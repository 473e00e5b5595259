"""That a reward pool is the server's global optimum: a bound over every stretch of the contest's path, caps included.

In terms of the total Z the server earns U(Z) = f(Z/n) − B(Z). Two facts about the path carry the argument: B/Z never
falls, and between two entries the slope of B only rises, so that U is concave there. Hence

- on a range that starts where B = p Z the utility is at most max f(Z/n) − p Z over the range;
- on a stretch without entries it lies below its tangents at both ends;
- around the answer a rising slope on one side and a falling one on the other enclose the stretch's maximum.

The points come from the same formulas as the answer, so each is checked against the declared marginal utilities; over
fractions and balls nothing is rounded, and the bound is rigorous.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ..formulations.stackelberg import StackelbergPricing
from .closed_form import Leader
from .contest_path import ContestPath, Point, Regime
from .leader_check import LeaderVerdict, check_leader
from .play import Play
from .readings.balls import Balls, ball, precision
from .readings.derivative import Derivative
from .readings.rationals import Rationals
from .readings.vectors import Vectors

BITS = 192
PIECES = 20_000
FACTORS = (1e-5, 1e-3, 0.1, 0.99, 8.0, 64.0, 1e3, 1e4, 1e5, 1e6)
"""Multiples of the tolerance at which the answer is tried to be enclosed."""


@check_leader.register
def check_pool(game: StackelbergPricing, play: Play, values: dict[str, Any], tolerance: float) -> LeaderVerdict:
    """Judge a reward pool; see the module's text for the argument."""
    with precision(BITS):
        return _Cover(game, play, values["reward_pool"], play.algebra.sum(values["epsilon"]), tolerance).verdict()


class _UnprovedError(Exception):
    """The bound could not be closed; the text says where."""


@dataclass(frozen=True)
class _Cover:
    game: StackelbergPricing
    play: Play
    pool: Any
    total: Any
    tolerance: float

    @cached_property
    def exact(self) -> bool:
        return isinstance(self.play.algebra, Rationals)

    @cached_property
    def leader(self) -> Leader:
        return Leader(self.game, Balls() if self.exact else Vectors())

    @cached_property
    def scale(self) -> float:
        return float(self.game.revenue.largest_pool)

    @cached_property
    def path(self) -> ContestPath:
        cap = None if self.game.epsilon_cap is None else self.play.upper
        return ContestPath(self.play.algebra, self.play.data["cost"], cap)

    @cached_property
    def first(self) -> Any:
        return self.path.first_ratio

    @cached_property
    def entries(self) -> list[Any]:
        """The costs at which somebody enters, in order; none without caps."""
        if self.path.cap is None:
            return []
        waiting = self.path.cost[(self.path.cost * self.first >= 1) & (self.path.cap > 0)]
        return sorted(set(waiting.tolist()))

    @cached_property
    def end(self) -> Any:
        """The largest total, all caps together; None without caps."""
        return None if self.path.cap is None else self.play.algebra.sum(self.path.cap)

    def verdict(self) -> LeaderVerdict:
        if not _concave(self.game.revenue, self.first * self.scale, self.exact):
            return LeaderVerdict(None, None, None, "the revenue was not shown to be increasing and concave")
        try:
            return self._enclosed()
        except _UnprovedError as unproved:
            return LeaderVerdict(None, None, None, str(unproved))

    def _enclosed(self) -> LeaderVerdict:
        here = self._here()
        reached = self.leader.value(self._number(here.total), self._counted(here)) - self._number(self.pool)
        if float(self.pool - here.pool) > self.tolerance * self.scale:  # all are capped: less buys as much
            return self._worse_than(here, here, reached)
        at_zero = not here.total > 0 and bool(self._slope(here) <= 0)
        left, right = (here, here) if at_zero else self._edges(here)
        if (left is None and here.total > 0) or (right is None and not self._at_end(here)):
            return self._improved(here, reached)
        better = self._search(left or here, right or here, reached)
        if better is not None:
            return self._worse_than(better, here, reached)
        distance = max(self._distance(here, point) for point in (left or here, right or here))
        gap = max(self._tangent_bound(left or here, right or here) - _lower(reached), 0.0) / self.scale
        return LeaderVerdict(distance <= self.tolerance, gap, distance, "the server's global optimum is enclosed")

    def _here(self) -> Point:
        if not self.total > 0:
            return self._start()
        here = self.path.at_total(self.total if self.end is None else min(self.total, self.end))
        if self.end is not None:
            # the caps' sum may be missed by a rounding: if all are capped a hair further on, they are capped here
            hair = self.total / 2**40
            held = self.path.at_total(min(self.total + hair, self.end)).regime.capped_total
            if abs(held - self.total) <= hair:
                capped = self.path.at_total(held)
                here = capped if capped.regime.interior_count == 0 else here
        return self._checked(here)

    def _at_end(self, point: Point) -> bool:
        return self.end is not None and bool(point.total >= self.end)

    def _distance(self, here: Point, there: Point) -> float:
        """How far apart two points are: their pools relative to the largest, their budgets relative to the larger."""
        pools = abs(float(self.pool - there.pool)) / self.scale
        if not (here.total > 0 and there.total > 0):
            return pools
        ours, theirs = (self.path.offers(point.total, point.ratio) for point in (here, there))
        return max(pools, float(np.max(abs(ours - theirs)) / np.max(theirs)))

    def _edges(self, here: Point) -> tuple[Point | None, Point | None]:
        """The nearest points around the answer with a rising slope before it and a falling one behind it."""
        regime, algebra = here.regime, self.play.algebra
        steepness = float(1 / here.ratio)
        reach = float(here.total) if here.total > 0 else self.scale / steepness
        if here.total > 0 and regime.interior_count:
            steepness = float(regime.pool_slope(algebra, here.total))
            offers = self.path.offers(here.total, here.ratio)
            inside = (offers > 0) if self.path.cap is None else (offers > 0) & (offers < self.path.cap)
            moving = abs(1 - self.path.cost[inside] * ((regime.interior_count - 1) / regime.interior_cost))
            reach = float(np.max(offers) / np.max(moving, initial=0))
        unit = self.tolerance * min(self.scale / steepness, reach)
        # where all who are in are capped, B jumps before it buys any more
        left, right = None, (here if here.total > 0 and regime.interior_count == 0 else None)
        for factor in FACTORS:
            step = Fraction(factor * unit) if self.exact else factor * unit
            if left is None and here.total > 0:
                left = self._if(self.path.at_total(max(here.total - step, here.total / 2)), +1)
            if right is None and not self._at_end(here):
                there = here.total + step
                right = self._if(self.path.at_total(there if self.end is None else min(there, self.end)), -1)
            if (left is not None or not here.total > 0) and (right is not None or self._at_end(here)):
                break
        return left, right

    def _if(self, point: Point, sign: int) -> Point | None:
        """The point, if the slope of the utility has this sign there."""
        slope = self._slope(self._checked(point))
        return point if sign * slope > 0 else None

    def _improved(self, here: Point, reached: Any) -> LeaderVerdict:
        """The slope shows no maximum near the answer: look for a better pool in steps to both sides."""
        for k in range(40):
            for total in (here.total * (2**k - 1) / 2**k, here.total + self.first * Fraction(self.scale) / 2**k):
                bounded = total if self.end is None else min(total, self.end)
                point = self._start() if not bounded > 0 else self._checked(self.path.at_total(self._total(bounded)))
                if _lower(self._value(point, self._counted(point))) > _upper(reached):
                    return self._worse_than(point, here, reached)
        return LeaderVerdict(None, None, None, "no maximum of the server's utility was found around the reward pool")

    def _total(self, value: Any) -> Any:
        return value if self.exact else float(value)

    def _worse_than(self, better: Point, here: Point, reached: Any) -> LeaderVerdict:
        gain = float(self._value(better, self._counted(better)) - reached) / self.scale
        reason = f"reward_pool = {float(better.pool):.9g} is better for the server than {float(self.pool):.9g}"
        return LeaderVerdict(False, gain, self._distance(here, better), reason)

    def _search(self, left: Point, right: Point, reached: Any) -> Point | None:
        """Bound the utility over the rest of the path below what is reached; return a better point if one turns up.

        The stretches that hold the edges need no bound: they are concave and rise towards the left edge, or fall from
        the right one; stretches between them lie within the edges.
        """
        enclosed = range(self._entered(left), self._entered(right) + 1)
        waiting = [(0, len(self.entries), self._start(), self._end(len(self.entries)))]
        for _ in range(PIECES):
            if not waiting:
                return None
            low, high, first, last = waiting.pop()
            if low in enclosed and high in enclosed:
                continue
            apart = high < enclosed.start or low >= enclosed.stop
            if apart and self._range_bound(low, first, last) < _lower(reached):
                continue
            if high > low:
                middle = (low + high) // 2
                between = self._entry(middle)
                waiting += [(low, middle, first, between), (middle + 1, high, between, last)]
                continue
            better = self._stretch(low, self._after_entry(low, first), self._cheapest(last), reached)
            if better is not None:
                return better
        raise _UnprovedError(f"the bound over the other regimes was not closed within {PIECES} pieces")

    def _entered(self, point: Point) -> int:
        """How many of the entries lie before a point."""
        return sum(1 for cost in self.entries if cost * point.ratio < 1) if point.total > 0 else 0

    def _after_entry(self, k: int, point: Point) -> Point:
        """The point at the start of stretch k with the regime that holds right behind it."""
        if k == 0:
            return point
        new = self.path.cost[(self.path.cost == self.entries[k - 1]) & (self.path.cap > 0)]
        count, cost = point.regime.interior_count + len(new), point.regime.interior_cost + self.play.algebra.sum(new)
        return Point(point.total, point.pool, point.ratio, Regime(count, cost, point.regime.capped_total))

    def _stretch(self, k: int, first: Point, last: Point, reached: Any) -> Point | None:
        """Bound a concave stretch by tangents, halving it where they do not suffice."""
        counted = self._counted_in(k)
        pieces = [(first, last)]
        for _ in range(200):
            if not pieces:
                return None
            low, high = pieces.pop()
            for point in (low, high):
                if point.total > 0 and _lower(self._value(point, counted)) > _upper(reached):
                    return point
            if self._tangent_bound(low, high, counted) < _lower(reached) or not low.total < high.total:
                continue
            middle = self._checked(self.path.at_total((low.total + high.total) / 2))
            pieces += [(low, middle), (middle, high)]
        raise _UnprovedError("another stretch of the path comes too close to the answer to be told from it")

    def _range_bound(self, k: int, first: Point, last: Point) -> float:
        """The most that f(Z/n) − Z/z can be from a point on, where 1/z = B/Z there."""
        counted, price = self._counted_in(k), 1 / first.ratio
        slope = float(price)
        low, high = float(first.total), float(last.total)
        best = np.inf
        for _ in range(60):  # tangents of the concave revenue, at the bisected maximum
            middle = (low + high) / 2
            rise = _upper(self.leader.slope(self._number(middle), counted))
            value = _upper(self.leader.value(self._number(middle), counted)) - slope * middle
            tangent = value + max((rise - slope) * (float(end.total) - middle) for end in (first, last))
            best = min(best, tangent + 1e-14 * self.scale)
            low, high = (middle, high) if rise > slope else (low, middle)
        return float(best)

    def _tangent_bound(self, low: Point, high: Point, counted: int | None = None) -> float:
        """The height at which the tangents at two ends of a concave piece meet."""
        n = self._counted(high) if counted is None else counted
        up, left = _upper(self._slope(low, n)), _upper(self._value(low, n))
        width = float(high.total - low.total)
        if high.regime.interior_count == 0:  # only the tangent on the left bounds a stretch that ends all capped
            return left + max(up, 0.0) * width + 1e-15 * abs(left)
        down, right = _lower(self._slope(high, n)), _upper(self._value(high, n))
        if up <= 0:
            return left
        if down >= 0:
            return right
        meeting = (right - left - down * width) / (up - down)
        return float(left + up * min(max(meeting, 0.0), width)) + 1e-15 * abs(left)

    def _slope(self, point: Point, counted: int | None = None) -> Any:
        counted = self._counted(point) if counted is None else counted
        earned = self.leader.slope(self._number(point.total), counted)
        if not point.total > 0:
            return earned - self._number(1 / self.first)
        if point.regime.interior_count == 0:  # a larger pool buys nothing at all
            return earned * 0 - self._number(self.scale)
        return earned - self._number(point.regime.pool_slope(self.play.algebra, point.total))

    def _value(self, point: Point, counted: int) -> Any:
        return self.leader.value(self._number(point.total), counted) - self._number(point.pool)

    def _number(self, value: Any) -> Any:
        return ball(value) if self.exact else float(value)

    def _counted(self, point: Point) -> int:
        if self.game.mean_over == "all":
            return len(self.game.cost)
        return max(int(np.count_nonzero(self.path.offers(point.total, point.ratio) > 0)), 1)

    def _counted_in(self, k: int) -> int:
        if self.game.mean_over == "all":
            return len(self.game.cost)
        inside = self.path.cost < self.entries[k] if k < len(self.entries) else self.path.cost > 0
        return int(np.count_nonzero(inside & (self.path.cap > 0)))

    def _start(self) -> Point:
        zero = self.first * 0
        return Point(zero, zero, self.first, Regime(0, zero, zero))

    def _entry(self, k: int) -> Point:
        return self._checked(self.path.at_ratio(1 / self.entries[k], entered=self.path.cost < self.entries[k]))

    def _end(self, k: int) -> Point:
        if k < len(self.entries):
            return self._entry(k)
        if self.path.cap is None:
            return self._start()
        return self._checked(self.path.at_total(self.end))

    def _cheapest(self, point: Point) -> Point:
        """Where all who are in are capped a larger pool buys nothing more: the least one with this total."""
        return self._checked(self.path.at_total(point.total)) if point.regime.interior_count == 0 else point

    def _checked(self, point: Point) -> Point:
        """Return a point of the path after checking it against the declared marginal utilities."""
        offers = self.path.offers(point.total, point.ratio)
        marginal = self.play.marginal(offers, point.total - offers, {"reward_pool": point.pool})
        cost = self.path.cost
        slack = cost * 0 if self.exact else 2.0**-40 * (cost + 1 / point.ratio)
        capped = np.zeros(len(cost), dtype=bool) if self.path.cap is None else offers >= self.path.cap
        nothing = offers <= 0
        rounding = 0 if self.exact else (2.0**-40 + len(cost) * 2.0**-48) * point.total
        balanced = abs(self.play.algebra.sum(offers) - point.total) <= rounding
        stationary = np.where(capped, marginal >= -slack, np.where(nothing, marginal <= slack, abs(marginal) <= slack))
        if not (balanced and np.all(stationary | (capped & nothing))):
            raise _UnprovedError("a point of the path failed its check against the declared utilities")
        return point


def _lower(value: Any) -> float:
    """A double below a number or ball."""
    return float(np.nextafter(float(value.lower()), -np.inf)) if hasattr(value, "lower") else float(value)


def _upper(value: Any) -> float:
    """A double above a number or ball."""
    return float(np.nextafter(float(value.upper()), np.inf)) if hasattr(value, "upper") else float(value)


def _concave(revenue: Any, furthest: Any, exact: bool) -> bool:
    """Whether f′ ≥ 0 and f″ ≤ 0 on [0, furthest]: on balls that cover it, or at 64 points of it over floats."""
    algebra = Balls() if exact else Vectors()
    inner = Derivative(algebra)
    outer = Derivative(inner)
    bound = revenue._bound(algebra)

    def holds(point: Any) -> bool:
        slope = outer.slope(bound.value(outer, outer.variable(inner.variable(point))))
        return bool(inner.value(slope) >= 0 and inner.slope(slope) <= 0)

    if not exact:
        return all(holds(float(furthest) * k / 64) for k in range(65))
    pieces = [(Fraction(0), Fraction(furthest))]
    for _ in range(PIECES):
        if not pieces:
            return True
        low, high = pieces.pop()
        if not holds(ball(low).union(ball(high))):
            pieces += [(low, (low + high) / 2), ((low + high) / 2, high)]
    return False
