"""Exact first derivatives in any reading: dual numbers over another algebra.

`Derivative(algebra)` reads the same formulas over pairs (value, slope). It nests, so second and mixed derivatives are
derivatives of derivatives; a level keeps the directions apart.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...formulations.algebra import Algebra
from ...formulations.errors import UnsupportedModel

POINTS = ("numpy", "python", "fractions")
"""Readings at points, not on boxes."""
NUMERIC = (*POINTS, "balls", "intervals")
"""Readings whose comparisons are numbers, or between them where they cannot tell."""


class NotSmooth(UnsupportedModel, TypeError):
    """A formula has no derivative where one is asked for: on the edge of a step, or perhaps on it.

    Examples
    --------
    >>> from mechproof.solvers.readings.vectors import Vectors
    >>> a = Derivative(Vectors())
    >>> a.slope(a.at_least(a.variable(1.0), 5))
    0
    >>> a.at_least(a.variable(5.0), 5)
    Traceback (most recent call last):
    mechproof.solvers.readings.derivative.NotSmooth: a step has no derivative on its edge
    """


class Dual:
    """A value with its slope along one direction; quantities of a lower level are constants."""

    __array_ufunc__ = None
    __slots__ = ("level", "slope", "value")

    def __init__(self, level: int, value: Any, slope: Any) -> None:
        self.level, self.value, self.slope = level, value, slope

    @property
    def shape(self) -> tuple[int, ...]:
        """The value's shape."""
        return np.shape(self.value)

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, key: Any) -> Dual:
        slope = self.slope[key] if np.shape(self.slope) else self.slope
        return Dual(self.level, self.value[key], slope)

    def _other(self, other: Any) -> tuple[Any, Any] | None:
        """Return what another quantity is at this level, or None for one of a higher level, to which this is constant.

        Python does not try the reflected operation between two of the same type, so the operators call it themselves.
        """
        level = getattr(other, "level", 0)
        if level > self.level:
            return None
        return (other.value, other.slope) if level == self.level else (other, None)

    def __add__(self, other: Any) -> Any:
        if (pair := self._other(other)) is None:
            return other.__radd__(self)
        value, slope = pair
        return Dual(self.level, self.value + value, self.slope if slope is None else self.slope + slope)

    __radd__ = __add__

    def __neg__(self) -> Dual:
        return Dual(self.level, -self.value, -self.slope)

    def __sub__(self, other: Any) -> Any:
        if (pair := self._other(other)) is None:
            return other.__rsub__(self)
        value, slope = pair
        return Dual(self.level, self.value - value, self.slope if slope is None else self.slope - slope)

    def __rsub__(self, other: Any) -> Any:
        return Dual(self.level, other - self.value, -self.slope)

    def __mul__(self, other: Any) -> Any:
        if (pair := self._other(other)) is None:
            return other.__rmul__(self)
        value, slope = pair
        rate = self.slope * value
        return Dual(self.level, self.value * value, rate if slope is None else rate + self.value * slope)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if (pair := self._other(other)) is None:
            return other.__rtruediv__(self)
        value, slope = pair
        if slope is None:
            return Dual(self.level, self.value / value, self.slope / value)
        return Dual(self.level, self.value / value, (self.slope * value - self.value * slope) / (value * value))

    def __rtruediv__(self, other: Any) -> Any:
        return Dual(self.level, other / self.value, -other * self.slope / (self.value * self.value))

    def __pow__(self, exponent: Any) -> Any:
        return Dual(self.level, self.value**exponent, exponent * self.value ** (exponent - 1) * self.slope)

    def _refuse(self, *_: Any) -> Any:
        # Python's comparison has no slope, and one that is not certain would be taken for false
        raise NotSmooth("a comparison has no derivative; steps are a.at_least, kinks a.maximum and a.minimum")

    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = __bool__ = _refuse
    __hash__ = None  # type: ignore[assignment]


class Derivative:
    """The formulas' values and slopes, over a base reading.

    Examples
    --------
    The slope of x ln x at x = 2, which is 1 + ln 2:

    >>> from mechproof.solvers.readings.vectors import Vectors
    >>> a = Derivative(Vectors())
    >>> x = a.variable(2.0)
    >>> float(a.slope(x * a.log(x)))
    1.6931471805599454
    """

    def __init__(self, base: Algebra) -> None:
        self.base, self.name, self.level = base, base.name, base.level + 1

    def variable(self, value: Any) -> Dual:
        """Return a quantity that moves at unit speed."""
        return Dual(self.level, value, self.base.number(1))

    def moving(self, value: Any, slope: Any) -> Dual:
        """Return a quantity that moves at a given speed."""
        return Dual(self.level, value, slope)

    def slope(self, x: Any) -> Any:
        """Return the derivative of a result, 0 if it does not move."""
        return x.slope if getattr(x, "level", 0) == self.level else 0

    def value(self, x: Any) -> Any:
        """Return a result without its slope."""
        return x.value if getattr(x, "level", 0) == self.level else x

    def number(self, value: Any) -> Any:
        """Return a constant."""
        return self.base.number(value)

    def vector(self, value: Any) -> Any:
        """Return constants."""
        return self.base.vector(value)

    def log(self, x: Any) -> Any:
        """(ln x)′ = x′/x."""
        return self._chain(x, self.base.log, lambda v: 1 / v)

    def log1p(self, x: Any) -> Any:
        """(ln(1 + x))′ = x′/(1 + x)."""
        return self._chain(x, self.base.log1p, lambda v: 1 / (1 + v))

    def exp(self, x: Any) -> Any:
        """(eˣ)′ = x′ eˣ."""
        return self._chain(x, self.base.exp, self.base.exp)

    def expm1(self, x: Any) -> Any:
        """(eˣ − 1)′ = x′ eˣ."""
        return self._chain(x, self.base.expm1, self.base.exp)

    def power(self, x: Any, exponent: Any) -> Any:
        """(xᵍ)′ = g xᵍ⁻¹ x′; what is raised to nothing does not move."""
        if exponent == 0:
            return self.base.power(self.value(x), exponent)
        power = self.base.power
        return self._chain(x, lambda v: power(v, exponent), lambda v: exponent * power(v, exponent - 1))

    def normal_cdf(self, x: Any) -> Any:
        """Φ of what does not move; its density is not needed."""
        if self._moves(x):
            raise NotSmooth("the normal distribution has no derivative here; declare utilities without it")
        return self.base.normal_cdf(x)

    def sqrt(self, x: Any) -> Any:
        """(√x)′ = x′/(2√x)."""
        return self._chain(x, self.base.sqrt, lambda v: 1 / (2 * self.base.sqrt(v)))

    def square(self, x: Any) -> Any:
        """(x²)′ = 2 x x′."""
        return self._chain(x, self.base.square, lambda v: 2 * v)

    def absolute(self, x: Any) -> Any:
        """|x|′ = ±x′; at a point on the kink one side's."""
        if self.base.name in POINTS:
            return self.maximum(x, -x) if self._moves(x) else self.base.absolute(x)
        return self._chain(x, self.base.absolute, lambda v: v / self.base.absolute(v))

    def maximum(self, x: Any, y: Any) -> Any:
        """The slope of the larger; on the kink the first one's, and on a box across it there is none."""
        return self._side(self.base.maximum, x, y, self.at_first)

    def minimum(self, x: Any, y: Any) -> Any:
        """The slope of the smaller; on the kink the second one's, and on a box across it there is none."""
        return self._side(self.base.minimum, x, y, lambda one, two: 1 - self.at_first(one, two))

    def at_first(self, one: Any, two: Any) -> Any:
        """1 where the first of two values is at least the other, else 0."""
        if self.base.name not in NUMERIC:
            raise NotSmooth("a maximum has no derivative here; declare utilities with smooth formulas")
        first = self.base.at_least(one, two)
        if self.base.name in POINTS:  # there it is one of the two
            return first
        if not np.all(np.asarray(first == 0, dtype=bool) | np.asarray(first == 1, dtype=bool)):
            raise NotSmooth("a kink has no derivative on a box across it")
        return first

    def sum(self, x: Any) -> Any:
        """The sum of values and of slopes."""
        if getattr(x, "level", 0) < self.level:
            return self.base.sum(x)
        # one slope that is everybody's
        slope = x.slope if np.shape(x.slope) else x.slope * self.base.number(1) + self.base.vector(np.zeros(len(x)))
        return Dual(self.level, self.base.sum(x.value), self.base.sum(slope))

    def share(self, own: Any, others: Any) -> Any:
        """(own/(own + others))′ = (own′ others − own others′)/(own + others)²."""
        mine, rest = self.value(own), self.value(others)
        whole = mine + rest
        change = self.slope(own) * rest
        if getattr(others, "level", 0) == self.level:
            change = change - mine * others.slope
        slope = change / self.base.square(whole)
        return Dual(self.level, self.base.share(mine, rest), slope)

    def at_least(self, x: Any, y: Any) -> Any:
        """A step does not move away from its edge; on it, or where that cannot be told, there is no derivative."""
        one, two = self.value(x), self.value(y)
        step = self.base.at_least(one, two)
        # exactly one of x ≥ y and y ≥ x holds off the edge; what is not certain is no equation
        if self._moves(x, y) and not np.all(np.asarray(step + self.base.at_least(two, one) == 1, dtype=bool)):
            raise NotSmooth("a step has no derivative on its edge")
        return step

    def count_positive(self, x: Any) -> Any:
        """A count does not move while nobody moves from zero."""
        if self._moves(x):
            still = np.broadcast_to(np.asarray(x.slope == 0, dtype=bool), np.shape(x.value))
            if not np.all(still):
                self.at_least(x[~still], 0)
        return self.base.count_positive(self.value(x))

    def highest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """One of the others, who do not move."""
        return self.base.highest(*self._still("highest", others, k, missing))

    def lowest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """One of the others, who do not move."""
        return self.base.lowest(*self._still("lowest", others, k, missing))

    def _still(self, name: str, others: Any, k: int, missing: Any) -> tuple[Any, int, Any]:
        if self._moves(others, missing):
            raise NotSmooth(f"a.{name} has no derivative where the others move: another one may come to be that one")
        return others, k, missing

    def _moves(self, *quantities: Any) -> bool:
        return any(getattr(x, "level", 0) == self.level for x in quantities)

    def _side(self, function: Any, x: Any, y: Any, first: Any) -> Any:
        if not self._moves(x, y):
            return function(x, y)
        one, two = self.value(x), self.value(y)
        weight = first(one, two)
        slope = weight * self.slope(x)
        if self._moves(y):
            slope = slope + (1 - weight) * self.slope(y)
        return Dual(self.level, function(one, two), slope)

    def _chain(self, x: Any, function: Any, derivative: Any) -> Any:
        if getattr(x, "level", 0) < self.level:
            return function(x)
        with np.errstate(divide="ignore"):  # a root, or a logarithm, has no slope at zero: it is infinite there
            return Dual(self.level, function(x.value), derivative(x.value) * x.slope)
