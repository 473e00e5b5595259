"""The reading by intervals, vectorised: where marginal utilities can lie, so that models get finite, valid bounds.

Ends are rounded to the nearest double; what must be rigorous is read by balls. Intervals of one point, whose two ends
are one array, stay so, and are computed with once.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np

from ...formulations.algebra import highest, lowest, summed
from ...formulations.data import as_float, as_floats
from ...formulations.errors import UnsupportedModel


class Interval:
    """An array of intervals with elementwise interval arithmetic.

    Examples
    --------
    >>> Interval(1.0, 2.0) - Interval(0.0, 3.0)
    [-2.0, 2.0]
    """

    __array_ufunc__ = None
    level = 0

    def __init__(self, low: Any, high: Any) -> None:
        self.low = np.asarray(low, dtype=np.float64)
        self.high = self.low if high is low else np.asarray(high, dtype=np.float64)

    @property
    def is_point(self) -> bool:
        """Whether the ends are one array."""
        return self.high is self.low

    def __repr__(self) -> str:
        return f"[{self.low}, {self.high}]"

    @property
    def shape(self) -> tuple[int, ...]:
        """The ends' shape."""
        return np.broadcast_shapes(self.low.shape, self.high.shape)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Any) -> Interval:
        low, high = np.broadcast_arrays(self.low, self.high)
        return Interval(low[key], high[key])

    def among(self, everyone: Interval) -> OthersInterval:
        """Return the same as sums of the others among these."""
        return OthersInterval(self, everyone)

    def __add__(self, other: Any) -> Any:
        if _higher(other):
            return NotImplemented
        return _by_ends(np.add, self, interval(other))

    __radd__ = __add__

    def __neg__(self) -> Interval:
        low = -self.high
        return Interval(low, low if self.is_point else -self.low)

    def __sub__(self, other: Any) -> Any:
        if _higher(other):
            return NotImplemented
        return self + -interval(other)

    def __rsub__(self, other: Any) -> Any:
        return interval(other) + -self

    def __mul__(self, other: Any) -> Any:
        if _higher(other):
            return NotImplemented
        right = interval(other)
        with np.errstate(invalid="ignore"):
            if (self.low >= 0).all() and (right.low >= 0).all():
                return _by_ends(_times, self, right)
            ends = [_times(x, y) for x in _ends(self) for y in _ends(right)]
        low = reduce(np.minimum, ends)
        return Interval(low, low if len(ends) == 1 else reduce(np.maximum, ends))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if _higher(other):
            return NotImplemented
        return self * _reciprocal(interval(other))

    def __rtruediv__(self, other: Any) -> Any:
        return interval(other) * _reciprocal(self)

    def __pow__(self, exponent: Any) -> Any:
        if exponent == 2:
            return Intervals().square(self)
        if isinstance(exponent, int) and exponent > 0 and exponent % 2:
            return Interval(self.low**exponent, self.high**exponent)
        return Intervals().exp(exponent * Intervals().log(self))


class OthersInterval(Interval):
    """Intervals of the others' sums, and those of everybody's decisions."""

    def __init__(self, sums: Interval, everyone: Interval) -> None:
        super().__init__(sums.low, sums.high)
        self.everyone = everyone

    def ends(self) -> tuple[Any, Any]:
        """Return the others with the lower ends of their decisions, and with the upper ones."""
        from ...formulations.others import gathered  # few formulas ask for it

        return gathered(self.low, self.everyone.low), gathered(self.high, self.everyone.high)


class Intervals:
    """Formulas over intervals.

    Examples
    --------
    >>> Intervals().share(Interval(1.0, 2.0), Interval(2.0, 3.0))
    [0.25, 0.5]
    """

    name = "intervals"
    level = 0

    def number(self, value: Any) -> float:
        """Return the nearest double."""
        return as_float(value)

    def vector(self, value: Any) -> np.ndarray:
        """Return the nearest doubles."""
        return as_floats(value)

    def log(self, x: Any) -> Any:
        """Natural logarithm, of what is positive."""
        return _rising(lambda v: np.log(np.maximum(v, 0)), x)

    def log1p(self, x: Any) -> Any:
        """ln(1 + x)."""
        return _rising(lambda v: np.log1p(np.maximum(v, -1)), x)

    def exp(self, x: Any) -> Any:
        """Exponential."""
        return _rising(np.exp, x)

    def expm1(self, x: Any) -> Any:
        """eˣ − 1."""
        return _rising(np.expm1, x)

    def power(self, x: Any, exponent: Any) -> Any:
        """The power of x ≥ 0, which rises with x for a positive exponent and falls for a negative one."""
        if exponent < 0:
            return 1 / self.power(x, -exponent)
        return _rising(lambda v: np.power(np.maximum(v, 0), exponent), x)

    def normal_cdf(self, x: Any) -> Any:
        """Φ(x)."""
        from scipy.special import ndtr  # a tenth of a second to import, and few formulas ask for it

        return _rising(ndtr, x)

    def sqrt(self, x: Any) -> Any:
        """Square root, of what is not negative."""
        return _rising(lambda v: np.sqrt(np.maximum(v, 0)), x)

    def square(self, x: Any) -> Any:
        """x²."""
        return self.absolute(x) * self.absolute(x)

    def absolute(self, x: Any) -> Any:
        """|x|."""
        value = interval(x)
        if value.is_point:
            return interval(np.abs(value.low))
        least = np.where((value.low <= 0) & (value.high >= 0), 0.0, np.minimum(np.abs(value.low), np.abs(value.high)))
        return Interval(least, np.maximum(np.abs(value.low), np.abs(value.high)))

    def maximum(self, x: Any, y: Any) -> Any:
        """Return the larger."""
        return _by_ends(np.maximum, interval(x), interval(y))

    def minimum(self, x: Any, y: Any) -> Any:
        """Return the smaller."""
        return -self.maximum(-interval(x), -interval(y))

    def sum(self, x: Any) -> Any:
        """Return the sum over a vector."""
        value = interval(summed(x))
        return Interval(value.low.sum(), value.high.sum())

    def share(self, own: Any, others: Any) -> Any:
        """Return own / (own + others), rising in own and falling in others, both at least zero."""
        mine, rest = interval(own), interval(others)
        low, high = mine.low + rest.high, mine.high + rest.low
        return Interval(
            np.divide(mine.low, low, out=np.zeros(np.shape(low)), where=low > 0),
            np.divide(mine.high, high, out=np.ones(np.shape(high)), where=high > 0),
        )

    def at_least(self, x: Any, y: Any) -> Any:
        """1 where x ≥ y, 0 where x < y; refuse where the intervals cannot tell."""
        one, two = interval(x), interval(y)
        certain = one.low >= two.high
        if not np.all(certain | (one.high < two.low)):
            raise UnsupportedModel("a step is not smooth; a utility without it would be taken")
        return certain.astype(np.float64)

    def highest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """Return the k-th highest of the others, which rises with each of their decisions."""
        return _ranked(highest, others, k, missing)

    def lowest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """Return the k-th lowest of the others, which rises with each of their decisions."""
        return _ranked(lowest, others, k, missing)

    def count_positive(self, x: Any) -> Any:
        """Refuse: counts are not needed for bounds."""
        raise UnsupportedModel("a count of the positive entries is not smooth; a utility without it would be taken")


def _ranked(statistic: Any, others: Any, k: int, missing: Any) -> Any:
    if not isinstance(others, OthersInterval):
        return statistic(others, k, missing)
    if k > len(others.everyone) - 1:
        return statistic(others.ends()[0], k, missing)
    return Interval(*(statistic(end, k, missing) for end in others.ends()))


def interval(x: Any) -> Interval:
    """Return a number or an array as intervals of one point."""
    return x if isinstance(x, Interval) else Interval(x, x)


def _ends(x: Interval) -> tuple[Any, ...]:
    return (x.low,) if x.is_point else (x.low, x.high)


def _by_ends(function: Any, x: Interval, y: Interval) -> Interval:
    """Return where what rises in both lies: from its value at the lower ends to that at the upper ones."""
    low = function(x.low, y.low)
    return Interval(low, low if x.is_point and y.is_point else function(x.high, y.high))


def _times(x: Any, y: Any) -> Any:
    """The product, where 0·∞ is 0: an unbounded factor of something that vanishes."""
    product = x * y
    return np.where(np.isnan(product), 0.0, product) if np.isnan(product).any() else product


def _higher(x: Any) -> bool:
    """Whether something is a derivative over intervals, which does the arithmetic itself."""
    return bool(getattr(x, "level", 0))


def _rising(function: Any, x: Any) -> Interval:
    value = interval(x)
    with np.errstate(divide="ignore", over="ignore"):
        low = function(value.low)
        return Interval(low, low if value.is_point else function(value.high))


def _reciprocal(x: Interval) -> Interval:
    with np.errstate(divide="ignore"):
        low = 1 / x.high
        if x.is_point and np.isfinite(low).all():
            return interval(low)
        high = 1 / x.low
    around = (x.low < 0) & (x.high > 0)
    low = np.where(around | ((x.high == 0) & (x.low < 0)), -np.inf, low)
    return Interval(low, np.where(around | (x.low == 0), np.inf, high))
