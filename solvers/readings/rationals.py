"""The exact reading: fractions, in arrays of objects; what leaves the rationals is unknown and cannot be compared."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq

from ...formulations.algebra import highest, lowest, summed
from ...formulations.data import as_fractions


def as_fraction(value: Any) -> Fraction:
    """Return a fraction, a whole number, a double or a quotient of FLINT's as the fraction it is.

    Examples
    --------
    >>> as_fraction(0.5), as_fraction(fmpq(1, 3))
    (Fraction(1, 2), Fraction(1, 3))
    """
    return Fraction(int(value.p), int(value.q)) if isinstance(value, fmpq) else Fraction(value)


class Irrational(ArithmeticError):
    """A formula left the rational numbers; the reading by balls can go on."""


def exact_sum(values: Any) -> Any:
    """Add a list by halves, so that the denominators of partial sums stay small.

    Examples
    --------
    >>> exact_sum([Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)])
    Fraction(1, 1)
    """
    items = list(values)
    while len(items) > 1:
        items = [sum(items[k : k + 2]) for k in range(0, len(items), 2)]
    return items[0] if items else Fraction(0)


class Unknown:
    """A root, logarithm or exponential: it can be carried along (its slope may be rational) but not compared."""

    __slots__ = ()

    def _same(self, *others: Any) -> Any:
        # a derivative beside it has a slope that may be rational: it does the arithmetic itself
        return NotImplemented if any(getattr(other, "level", 0) for other in others) else self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __neg__ = _same
    __pow__ = __rpow__ = __abs__ = _same

    def _refuse(self, *_: Any) -> Any:
        raise Irrational("a root, logarithm or exponential leaves the rational numbers")

    __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __float__ = _refuse


UNKNOWN = Unknown()


def _unknown(x: Any) -> Any:
    return UNKNOWN if np.ndim(x) == 0 else np.full(np.shape(x), UNKNOWN, dtype=object)


def _unknown_but(known: int, value: int) -> Any:
    """Return a function that is rational at one rational number alone, by Lindemann and Weierstrass."""

    def function(x: Any) -> Any:
        return type(x)(value) if isinstance(x, int | Fraction | fmpq) and x == known else _unknown(x)

    return staticmethod(function)


def _power(x: Any, exponent: Any) -> Any:
    whole = int(exponent)
    if whole == exponent:
        return x**whole
    known = isinstance(x, int | Fraction | fmpq) and (x == 1 or (x == 0 and exponent > 0))
    return x if known else UNKNOWN


def _share(own: Any, others: Any) -> Any:
    whole = own + others
    return own / whole if whole else whole


class Rationals:
    """Formulas over fractions, exactly.

    Examples
    --------
    >>> Rationals().share(Fraction(1), Fraction(2))
    Fraction(1, 3)
    >>> Rationals().log(Fraction(1)), Rationals().exp(Fraction(0))
    (Fraction(0, 1), Fraction(1, 1))
    """

    name = "fractions"
    level = 0
    highest, lowest = staticmethod(highest), staticmethod(lowest)

    log, log1p = _unknown_but(1, 0), _unknown_but(0, 0)
    exp, expm1 = _unknown_but(0, 1), _unknown_but(0, 0)
    normal_cdf = sqrt = staticmethod(_unknown)
    absolute = staticmethod(abs)

    def power(self, x: Any, exponent: Any) -> Any:
        """The power, known of whole exponents, and of 0 and 1."""
        return np.frompyfunc(lambda y: _power(y, exponent), 1, 1)(x)

    def number(self, value: Any) -> Fraction:
        """Return the exact value."""
        return Fraction(value)

    def vector(self, value: Any) -> np.ndarray:
        """Return the exact values."""
        return as_fractions(value)

    def square(self, x: Any) -> Any:
        """x²."""
        return x * x

    def maximum(self, x: Any, y: Any) -> Any:
        """The larger."""
        return _each(max, x, y)

    def minimum(self, x: Any, y: Any) -> Any:
        """The smaller."""
        return _each(min, x, y)

    def sum(self, x: Any) -> Any:
        """The exact sum."""
        return exact_sum(summed(x))

    def share(self, own: Any, others: Any) -> Any:
        """Own / (own + others), 0 where both are 0."""
        return _each(_share, own, others)

    def at_least(self, x: Any, y: Any) -> Any:
        """1 where x ≥ y, else 0."""
        return _each(lambda p, q: int(p >= q), x, y)

    def count_positive(self, x: Any) -> Any:
        """How many entries are positive."""
        return sum(1 for value in x if value > 0)


def _each(function: Any, x: Any, y: Any) -> Any:
    return np.frompyfunc(function, 2, 1)(x, y)


def _closed(name: str) -> Callable[..., Any]:
    """Return an operation of fractions that takes doubles exactly, and returns such a fraction again."""
    of_fractions = getattr(Fraction, name)

    def operation(self: Exact, *other: Any) -> Any:
        found = of_fractions(self, *(Fraction(x) if isinstance(x, float) else x for x in other))
        return _exactly(found) if isinstance(found, Fraction) else found

    return operation


class Exact(Fraction):
    """A fraction that takes doubles as the fractions they are, and is written as a fraction.

    Python rounds a fraction beside a double. A formula such as ``own + 0.1`` would leave the exact reading without a
    word, and of ``own + 1e17 - 1e17`` nothing would be left.

    Examples
    --------
    >>> Exact(1, 2) + 1e17 - 1e17, 0.5 - Exact(1, 3)
    (Fraction(1, 2), Fraction(1, 6))
    >>> Exact(1, 10) == 0.1, abs(Exact(-2)) ** 2
    (False, Fraction(4, 1))
    """

    __slots__ = ()
    __add__, __radd__ = _closed("__add__"), _closed("__radd__")
    __sub__, __rsub__ = _closed("__sub__"), _closed("__rsub__")
    __mul__, __rmul__ = _closed("__mul__"), _closed("__rmul__")
    __truediv__, __rtruediv__ = _closed("__truediv__"), _closed("__rtruediv__")
    __neg__, __abs__ = _closed("__neg__"), _closed("__abs__")

    def __pow__(self, exponent: Any, modulo: None = None) -> Any:
        """Return a power, a fraction where the exponent is whole."""
        found = Fraction(self) ** (int(exponent) if exponent == int(exponent) else exponent)
        return _exactly(found) if isinstance(found, Fraction) else found

    def __repr__(self) -> str:
        """Return what a fraction is written as."""
        return f"Fraction({self.numerator}, {self.denominator})"

    def __reduce__(self) -> Any:
        """Return a plain fraction elsewhere."""
        return Fraction, (self.numerator, self.denominator)


def _exactly(value: Any) -> Exact:
    found: Exact = Fraction.__new__(Exact, value)
    return found


class Literals(Rationals):
    """Formulas over such fractions.

    Examples
    --------
    >>> algebra = Literals()
    >>> algebra.sum(algebra.vector([Fraction(1, 3), 1])) + 1e17 - 1e17
    Fraction(4, 3)
    """

    def number(self, value: Any) -> Fraction:
        """Return the exact value."""
        return _exactly(value)

    def vector(self, value: Any) -> np.ndarray:
        """Return the exact values."""
        return np.array([_exactly(entry) for entry in np.asarray(value).tolist()], dtype=object)

    def sum(self, x: Any) -> Any:
        """The exact sum."""
        found = super().sum(x)
        return _exactly(found) if isinstance(found, int | Fraction) else found


def with_literals(algebra: Any) -> Any:
    """Return the reading over fractions with doubles read exactly; any other as it is."""
    return Literals() if type(algebra) is Rationals else algebra


def solved(rows: Any, target: Any) -> Any:
    """Return one solution of linear equations over fractions; rows that depend on others are passed over.

    Examples
    --------
    >>> rows = np.array([[Fraction(1), Fraction(2)], [Fraction(2), Fraction(4)]], dtype=object)
    >>> print(*solved(rows, np.array([Fraction(1), Fraction(2)], dtype=object)))
    0 1/2
    """
    system, found = np.column_stack([rows, target]), np.full(rows.shape[1], Fraction(0), dtype=object)
    places: list[int] = []
    columns: list[int] = []
    for k, row in enumerate(system if len(found) else ()):
        column = int(np.argmax(abs(row[:-1])))
        if row[column] != 0:
            system[k] = row / row[column]
            others = np.arange(len(system)) != k
            system[others] -= np.outer(system[others, column], system[k])
            places.append(k)
            columns.append(column)
    found[columns] = system[places, -1]
    return found


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """Return the fraction of smallest denominator in [low, high], for 0 < low < high (Stern–Brocot).

    Examples
    --------
    >>> simplest_between(Fraction(314, 100), Fraction(315, 100))
    Fraction(22, 7)
    """
    whole = low.numerator // low.denominator
    if whole == low:
        return Fraction(whole)
    if whole + 1 <= high:
        return Fraction(whole + 1)
    return whole + 1 / simplest_between(1 / (high - whole), 1 / (low - whole))
