"""Arrays of boxes in intervals of doubles or in balls: how they are made, what is certain of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from typing import Any

import numpy as np

from ....formulations.algebra import Algebra
from ...readings.balls import Balls, ball, enclosing, lower_bound, upper_bound
from ...readings.intervals import Interval, Intervals, interval

ROUNDED = 2.0**-50
"""What sums of doubles may be off by, relative: the sums here are NumPy's, added in pairs, within log₂ n · 2⁻⁵³."""


@dataclass(frozen=True)
class Boxes:
    """One of the two kinds of intervals: ends in doubles are not rounded outwards, in balls nothing is lost."""

    algebra: Algebra

    @property
    def rigorous(self) -> bool:
        """Whether nothing is lost by rounding."""
        return isinstance(self.algebra, Balls)

    def read(self, value: Any) -> Any:
        """Return points as balls; doubles and intervals are as they are."""
        return self._each(ball, lambda x: x, value)

    def between(self, low: Any, high: Any) -> Any:
        """Return boxes by their ends."""
        return np.frompyfunc(enclosing, 2, 1)(low, high) if self.rigorous else Interval(low, high)

    def low(self, value: Any) -> Any:
        """Return the lower ends; of what may be anything, minus infinity."""
        return self._each(lambda x: lower_bound(x) if x.is_finite() else -inf, lambda x: interval(x).low, value)

    def high(self, value: Any) -> Any:
        """Return the upper ends; of what may be anything, infinity."""
        return self._each(lambda x: upper_bound(x) if x.is_finite() else inf, lambda x: interval(x).high, value)

    def bounds(self, value: Any) -> tuple[Any, Any]:
        """Return both ends."""
        return self.low(value), self.high(value)

    def middle(self, value: Any) -> Any:
        """Return the middles."""
        low, high = self.bounds(value)
        return low if high is low else (low + high) / 2

    def numbers(self, values: Any) -> Any:
        """Return doubles as points are: over balls, fractions."""
        return np.array([Fraction(value) for value in values.tolist()], dtype=object) if self.rigorous else values

    def positive(self, value: Any) -> Any:
        """Whether what is in the boxes is certainly positive."""
        return np.asarray(self._each(lambda x: x > 0, lambda x: interval(x).low > 0, value), dtype=bool)

    def negative(self, value: Any) -> Any:
        """Whether it is certainly negative."""
        return np.asarray(self._each(lambda x: x < 0, lambda x: interval(x).high < 0, value), dtype=bool)

    def slack(self, ends: Any) -> float:
        """How far the sum of ends may be off by rounding; that of fractions is not."""
        return 0 if self.rigorous else float(np.sum(ends)) * ROUNDED

    def taken(self, value: Any, who: Any) -> Any:
        """Return some entries of an array of boxes."""
        return value[who] if self.rigorous else Interval(value.low[who], value.high[who])

    def where(self, one: Any, first: Any, second: Any) -> Any:
        """Take the first where something holds, else the second."""
        if self.rigorous:
            return np.where(one, first, second)
        a, b = interval(first), interval(second)
        return Interval(np.where(one, a.low, b.low), np.where(one, a.high, b.high))

    def others(self, low: Any, high: Any) -> tuple[Any, Any]:
        """Return ends of everybody's sum of the others' values, which are not negative."""
        least = np.sum(low) - low - self.slack(low)
        return np.maximum(least, 0), np.sum(high) - high + self.slack(high)

    def _each(self, of_ball: Callable[[Any], Any], of_interval: Callable[[Any], Any], value: Any) -> Any:
        return np.frompyfunc(of_ball, 1, 1)(value) if self.rigorous else of_interval(value)


def intervals() -> Boxes:
    """Return intervals of doubles."""
    return Boxes(Intervals())


def balls() -> Boxes:
    """Return balls."""
    return Boxes(Balls())
