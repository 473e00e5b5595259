"""The reading by magnitudes: beside its value, how large a formula is, so that a part of it can be told from rounding.

A row k·x − k ≥ 0 with k = 10⁻¹⁰ is broken by all of itself at x = 0, not by 10⁻¹⁰. Its size is that of its terms, there
|k·x| + |k|. In general the size of a formula is how far it moves when every number in it moves by its own size, to
first order and without cancellation:

    |x + y| → |x| + |y|    |x·y| → the larger of |x|·|y|, either with its factor's size    |f(x)| → |f′(x)|·|x|

A violation of 10⁻⁷ of a row's size is one that changes of 10⁻⁷ in its numbers would mend.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...formulations.algebra import Algebra
from .vectors import ROUNDING


class Sized:
    """A value and its size; a plain number beside it counts with its magnitude.

    Examples
    --------
    >>> from mechproof.solvers.readings.vectors import Vectors
    >>> row = 3 * Sized(Vectors(), 2.0, 2.0) - 7
    >>> print(row.value, row.size)
    -1.0 13.0
    """

    __array_ufunc__ = None
    __slots__ = ("base", "size", "value")
    level = 0

    def __init__(self, base: Algebra, value: Any, size: Any) -> None:
        self.base, self.value, self.size = base, value, size

    @property
    def shape(self) -> tuple[int, ...]:
        """The value's shape."""
        return np.shape(self.value)

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, key: Any) -> Sized:
        return self.like(self.value[key], self.size[key])

    def like(self, value: Any, size: Any) -> Sized:
        """Return another of the same kind."""
        return type(self)(self.base, value, size)

    def beside(self, other: Any) -> tuple[Any, Any]:
        """Return the value and size of what stands beside this in a formula."""
        return (other.value, other.size) if isinstance(other, Sized) else (other, self.size_of_number(other))

    @staticmethod
    def size_of_number(value: Any) -> Any:
        """Return the size of a plain number or vector."""
        return abs(value)

    def __add__(self, other: Any) -> Sized:
        value, size = self.beside(other)
        return self.like(self.value + value, self.size + size)

    __radd__ = __add__

    def __neg__(self) -> Sized:
        return self.like(-self.value, self.size)

    def __sub__(self, other: Any) -> Sized:
        value, size = self.beside(other)
        return self.like(self.value - value, self.size + size)

    def __rsub__(self, other: Any) -> Sized:
        difference: Sized = -self + other
        return difference

    def __mul__(self, other: Any) -> Sized:
        value, size = self.beside(other)
        return self.like(self.value * value, self.base.maximum(self.size * abs(value), abs(self.value) * size))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Sized:
        value, size = self.beside(other)
        ratio = self.value / value
        return self.like(ratio, self.base.maximum(self.size / abs(value), abs(ratio) * size / abs(value)))

    def __rtruediv__(self, other: Any) -> Sized:
        value, size = self.beside(other)
        return self.like(value, size) / self

    def __pow__(self, exponent: Any) -> Sized:
        return self.like(self.value**exponent, abs(self.value) ** (exponent - 1) * self.size)

    def __gt__(self, other: Any) -> Any:
        return self.value > self.beside(other)[0]

    def __ge__(self, other: Any) -> Any:
        return self.value >= self.beside(other)[0]

    def __lt__(self, other: Any) -> Any:
        return self.value < self.beside(other)[0]

    def __le__(self, other: Any) -> Any:
        return self.value <= self.beside(other)[0]

    def __eq__(self, other: object) -> Any:
        return self.value == self.beside(other)[0]

    def __bool__(self) -> bool:
        return bool(self.value)

    def __abs__(self) -> Sized:
        return self.like(abs(self.value), self.size)

    def either(self, function: Any, one: tuple[Any, Any], other: tuple[Any, Any]) -> Sized:
        """Return the larger or the smaller of two values, with the larger of their sizes."""
        return self.like(function(one[0], other[0]), self.base.maximum(one[1], other[1]))

    __hash__ = None  # type: ignore[assignment]


class Rounded(Sized):
    """The same of values that are already off by `ROUNDING` of their size: what rounding can make of a formula.

    The square of a difference that is zero, or hidden in the last digit, moves by the square of the rounding, of which
    there is nothing to first order; and a minimum by no more than its own term, unless the other is nearly as small.

    Examples
    --------
    >>> from mechproof.solvers.readings.vectors import Vectors
    >>> difference = Rounded(Vectors(), 3.0, 3.0) - 3.0
    >>> print((difference * difference).size == 36 * ROUNDING)
    True
    """

    __slots__ = ()

    def __mul__(self, other: Any) -> Sized:
        value, size = self.beside(other)
        one, two = abs(self.value) + ROUNDING * self.size, abs(value) + ROUNDING * size
        return self.like(self.value * value, self.base.maximum(self.size * two, one * size))

    __rmul__ = __mul__

    def __pow__(self, exponent: Any) -> Sized:
        largest = abs(self.value) + ROUNDING * self.size
        return self.like(self.value**exponent, largest ** (exponent - 1) * self.size)

    def either(self, function: Any, one: tuple[Any, Any], other: tuple[Any, Any]) -> Sized:
        """Return the larger or the smaller of two values, with how far it moves by the rounding of both."""
        value = function(one[0], other[0])
        below = value - function(*(number - ROUNDING * size for number, size in (one, other)))
        above = function(*(number + ROUNDING * size for number, size in (one, other))) - value
        return self.like(value, self.base.maximum(below, above) / ROUNDING)


class Moved(Sized):
    """The same where only decisions have a size: a constant term says nothing of how far a formula can move."""

    __slots__ = ()

    @staticmethod
    def size_of_number(value: Any) -> Any:
        """Return zero."""
        return abs(value) * 0


class Magnitudes:
    """Formulas over sized values, on top of another reading; `term` makes the decisions such values.

    Examples
    --------
    >>> from mechproof.solvers.readings.vectors import Vectors
    >>> a = Magnitudes(Vectors())
    >>> x = a.term(np.array([1.0, 2.0]))
    >>> print(a.size(a.sum(x) - a.log(x[1])))
    4.0
    """

    def __init__(self, base: Algebra, kind: type[Sized] = Sized) -> None:
        self.base, self.kind, self.name, self.level = base, kind, base.name, base.level

    def term(self, value: Any) -> Sized:
        """Return a decision with its size."""
        return self.kind(self.base, value, abs(value))

    def size(self, x: Any) -> Any:
        """Return the size of a result."""
        return x.size if isinstance(x, Sized) else self.kind.size_of_number(x)

    def value(self, x: Any) -> Any:
        """Return a result without its size."""
        return x.value if isinstance(x, Sized) else x

    def number(self, value: Any) -> Any:
        """Return a plain number."""
        return self.base.number(value)

    def vector(self, value: Any) -> Any:
        """Return plain numbers."""
        return self.base.vector(value)

    def log(self, x: Any) -> Any:
        """Natural logarithm: it moves by the relative size."""
        return self._function(self.base.log, x, lambda v, s: s / abs(v))

    def log1p(self, x: Any) -> Any:
        """ln(1 + x)."""
        return self._function(self.base.log1p, x, lambda v, s: s / abs(1 + v))

    def exp(self, x: Any) -> Any:
        """Exponential."""
        return self._function(self.base.exp, x, lambda v, s: self.base.exp(v) * s)

    def expm1(self, x: Any) -> Any:
        """eˣ − 1."""
        return self._function(self.base.expm1, x, lambda v, s: self.base.exp(v) * s)

    def power(self, x: Any, exponent: Any) -> Any:
        """The power of x ≥ 0: what it gains by the size."""

        def raised(value: Any) -> Any:
            return self.base.power(value, exponent)

        return self._function(raised, x, lambda v, s: abs(raised(abs(v) + s) - raised(abs(v))))

    def normal_cdf(self, x: Any) -> Any:
        """Φ(x), whose slope is at most 2/5."""
        return self._function(self.base.normal_cdf, x, lambda v, s: self.base.exp(-v * v / 2) * s * 2 / 5)

    def sqrt(self, x: Any) -> Any:
        """Square root: as its slope at zero is infinite, what it gains by the size."""
        root = self.base.sqrt
        return self._function(root, x, lambda v, s: root(abs(v) + s) - root(abs(v)))

    def square(self, x: Any) -> Any:
        """x², a product."""
        return x * x

    def absolute(self, x: Any) -> Any:
        """|x|."""
        return self._function(self.base.absolute, x, lambda v, s: s)

    def maximum(self, x: Any, y: Any) -> Any:
        """The larger, with the size of the larger term."""
        return self._either(self.base.maximum, x, y)

    def minimum(self, x: Any, y: Any) -> Any:
        """The smaller, with the size of the larger term."""
        return self._either(self.base.minimum, x, y)

    def sum(self, x: Any) -> Any:
        """The sum, of values and of sizes."""
        return x.like(self.base.sum(x.value), self.base.sum(x.size)) if isinstance(x, Sized) else self.base.sum(x)

    def share(self, own: Any, others: Any) -> Any:
        """Own / (own + others), and 0 of no size where both are 0."""
        if not isinstance(own, Sized) and not isinstance(others, Sized):
            return self.base.share(own, others)
        whole = own + others
        mine, share = self.size(own), self.base.share(self.value(own), self.value(others))
        apart = self.base.share(mine, whole.value - mine)
        together = abs(share) * self.base.share(whole.size, whole.value - whole.size)
        return whole.like(share, self.base.maximum(apart, together))

    def at_least(self, x: Any, y: Any) -> Any:
        """1 where x ≥ y, else 0: a plain number."""
        return self.base.at_least(self.value(x), self.value(y))

    def count_positive(self, x: Any) -> Any:
        """How many entries are positive: a plain number."""
        return self.base.count_positive(self.value(x))

    def highest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """The k-th highest of the others: a plain number."""
        return self.base.highest(self.value(others), k, self.value(missing))

    def lowest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """The k-th lowest of the others: a plain number."""
        return self.base.lowest(self.value(others), k, self.value(missing))

    def _function(self, function: Any, x: Any, size: Any) -> Any:
        return x.like(function(x.value), size(x.value, x.size)) if isinstance(x, Sized) else function(x)

    def _either(self, function: Any, x: Any, y: Any) -> Any:
        if not isinstance(x, Sized) and not isinstance(y, Sized):
            return function(x, y)
        one = x if isinstance(x, Sized) else y
        pairs = ((self.value(term), self.size(term)) for term in (x, y))
        return one.either(function, *pairs)
