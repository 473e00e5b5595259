"""The rigorous reading: Arb balls (midpoint and radius), every result enclosing the true value."""

from __future__ import annotations

import copyreg
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import flint
import numpy as np

from ...formulations.algebra import highest, lowest, summed


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Compute with this many bits inside the block."""
    with flint.ctx.workprec(bits):
        yield


def ball(value: Any) -> flint.arb:
    """Return the smallest ball at the working precision that holds a number.

    Examples
    --------
    >>> ball(Fraction(1, 3)).contains(flint.arb(1) / 3)
    True
    """
    if isinstance(value, flint.arb):
        return value
    if isinstance(value, flint.fmpq):
        return flint.arb(value)
    fraction = Fraction(value)
    return flint.arb(flint.fmpq(fraction.numerator, fraction.denominator))


def enclosing(lower: Any, upper: Any) -> flint.arb:
    """Return a ball that holds the interval from lower to upper."""
    return ball(lower).union(ball(upper))


def lower_bound(value: Any) -> Fraction:
    """Return an exact number that is certainly not above the ball."""
    return _fraction(ball(value).lower())


def upper_bound(value: Any) -> Fraction:
    """Return an exact number that is certainly not below the ball."""
    return _fraction(ball(value).upper())


def restored(midpoint: tuple[int, int], radius: tuple[int, int]) -> flint.arb:
    """Return a ball that holds the one that was pickled; both numbers are a mantissa and an exponent of two."""
    with precision(max(midpoint[0].bit_length(), radius[0].bit_length(), 2)):
        return flint.arb(midpoint, radius)


def _reduced(value: flint.arb) -> Any:
    if not value.is_finite():
        return flint.arb, ("nan",)  # what holds anything
    (mantissa, exponent), (width, scale) = value.mid().man_exp(), value.rad().man_exp()
    return restored, ((int(mantissa), int(exponent)), (int(width), int(scale)))


copyreg.pickle(flint.arb, _reduced)


def _fraction(value: flint.arb) -> Fraction:
    mantissa, exponent = value.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _each(function: Callable[..., Any], *arguments: Any) -> Any:
    return np.frompyfunc(function, len(arguments), 1)(*arguments)


class Balls:
    """Formulas over balls; comparisons are true only when they are certain.

    Examples
    --------
    >>> with precision(128):
    ...     bool(Balls().log(ball(2)) > ball("0.693147180559945"))
    True
    """

    name = "balls"
    level = 0

    def number(self, value: Any) -> Any:
        """Return a ball around the exact value."""
        return ball(value)

    def vector(self, value: Any) -> np.ndarray:
        """Return balls around the exact values."""
        return np.array([ball(item) for item in np.asarray(value).tolist()], dtype=object)

    def log(self, x: Any) -> Any:
        """Natural logarithm, −∞ at zero."""
        return _each(_log, x)

    def log1p(self, x: Any) -> Any:
        """ln(1 + x)."""
        return _each(lambda y: ball(y).log1p(), x)

    def exp(self, x: Any) -> Any:
        """Exponential."""
        return _each(lambda y: ball(y).exp(), x)

    def expm1(self, x: Any) -> Any:
        """eˣ − 1."""
        return _each(lambda y: ball(y).expm1(), x)

    def power(self, x: Any, exponent: Any) -> Any:
        """The power of x ≥ 0: of a ball that reaches zero the hull of what lies between."""
        return _each(lambda y: _power(ball(y), ball(exponent)), x)

    def normal_cdf(self, x: Any) -> Any:
        """Φ(x) = erfc(−x/√2)/2."""
        return _each(lambda y: (-ball(y) / ball(2).sqrt()).erfc() / 2, x)

    def sqrt(self, x: Any) -> Any:
        """Square root."""
        return _each(lambda y: ball(y).sqrt(), x)

    def square(self, x: Any) -> Any:
        """x²."""
        # a product, because the power of a ball around zero is taken by way of its logarithm
        return _each(lambda y: ball(y) * ball(y), x)

    def absolute(self, x: Any) -> Any:
        """|x|."""
        return _each(lambda y: abs(ball(y)), x)

    def maximum(self, x: Any, y: Any) -> Any:
        """The larger."""
        return _each(lambda p, q: ball(p).max(ball(q)), x, y)

    def minimum(self, x: Any, y: Any) -> Any:
        """The smaller."""
        return _each(lambda p, q: ball(p).min(ball(q)), x, y)

    def sum(self, x: Any) -> Any:
        """The sum."""
        return sum(summed(x), ball(0))

    def share(self, own: Any, others: Any) -> Any:
        """Own / (own + others), 0 where both are exactly 0."""
        return _each(_share, own, others)

    def at_least(self, x: Any, y: Any) -> Any:
        """1 where x ≥ y, 0 where x < y, and anything between where the balls cannot tell."""
        return _each(_at_least, x, y)

    def count_positive(self, x: Any) -> Any:
        """How many entries are positive: from those that certainly are to those that may be."""
        return enclosing(sum(bool(value > 0) for value in x), sum(not value <= 0 for value in x))

    def highest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """The k-th highest of the others: from that of the balls' lower ends to that of their upper ends."""
        return _between_ends(highest, others, k, missing)

    def lowest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """The k-th lowest of the others."""
        return _between_ends(lowest, others, k, missing)


def _between_ends(statistic: Any, others: Any, k: int, missing: Any) -> Any:
    from ...formulations.others import Others, gathered  # few formulas ask for it

    if not isinstance(others, Others) or k > len(others.everyone) - 1:
        return statistic(others, k, missing)
    ends = (
        np.array([end(ball(entry)) for entry in others.everyone], dtype=object) for end in (lower_bound, upper_bound)
    )
    low, high = (statistic(gathered(others, everyone, others.places), k, missing) for everyone in ends)
    return _each(enclosing, low, high)


def _log(x: Any) -> Any:
    value = ball(x)
    return flint.arb.neg_inf() if value.is_zero() else value.log()


def _power(x: flint.arb, exponent: flint.arb) -> flint.arb:
    whole = exponent.unique_fmpz() if exponent.is_exact() else None
    if whole is not None and exponent == whole:
        return x ** int(whole) if x > 0 or whole >= 0 else flint.arb.nan()
    if x > 0:
        return x**exponent
    if not exponent > 0:
        return flint.arb.nan()
    upper = x.upper()
    return ball(0).union(upper**exponent) if upper > 0 else ball(0)


def _at_least(x: Any, y: Any) -> Any:
    one, two = ball(x), ball(y)
    return ball(1) if one >= two else ball(0) if one < two else ball(0).union(ball(1))


def _share(own: Any, others: Any) -> Any:
    whole = ball(own) + ball(others)
    return ball(0) if whole.is_zero() else ball(own) / whole
