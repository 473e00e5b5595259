"""The linear reading: constants and slopes over fractions, exactly; what is not linear is refused.

Rows are read once, whatever their number, and hold only the slopes that are not zero. So the reading shows at the same
time that a row is linear: nothing else can be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.algebra import read, summed
from ...formulations.errors import UnsupportedModel
from ...formulations.language import Program
from .rationals import Rationals


class Line:
    """A constant and slopes by the places of variables' entries."""

    __slots__ = ("constant", "slope")

    def __init__(self, constant: Fraction, slope: Mapping[int, Fraction]) -> None:
        self.constant, self.slope = constant, slope

    def __add__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        if not isinstance(other, Line):
            return Line(self.constant + other, self.slope)
        slope = dict(self.slope)
        for place, rate in other.slope.items():
            slope[place] = slope.get(place, 0) + rate
        return Line(self.constant + other.constant, slope)

    __radd__ = __add__

    def __neg__(self) -> Line:
        return Line(-self.constant, {place: -rate for place, rate in self.slope.items()})

    def __sub__(self, other: Any) -> Any:
        return NotImplemented if isinstance(other, np.ndarray) else self + -other

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        if isinstance(other, Line):
            return _product(self, other)
        return Line(self.constant * other, {place: rate * other for place, rate in self.slope.items()})

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        if isinstance(other, Line):
            _refuse("divides by what is decided")
        return self * (Fraction(1) / other)

    def __rtruediv__(self, other: Any) -> Any:
        return _refuse("divides by what is decided")

    def __pow__(self, power: Any) -> Any:
        return self if power == 1 else _refuse("has a power of what is decided")

    def _compared(self, *_: Any) -> Any:
        return _refuse("compares what is decided")

    __abs__ = __lt__ = __le__ = __gt__ = __ge__ = __float__ = __bool__ = _compared


class Linear(Rationals):
    """Formulas over lines and fractions.

    Examples
    --------
    >>> a = Linear()
    >>> line = a.sum(2 * a.variables(0, 2)) - Fraction(1, 2)
    >>> print(line.constant, line.slope)
    -1/2 {0: Fraction(2, 1), 1: Fraction(2, 1)}
    >>> a.square(line)
    Traceback (most recent call last):
    mechproof.formulations.errors.UnsupportedModel: is not linear: it multiplies what is decided with itself
    """

    name = "linear"

    def variables(self, first: int, count: int) -> Any:
        """Return so many variables' entries, the first of them at this place."""
        return np.array([Line(Fraction(0), {first + k: Fraction(1)}) for k in range(count)], dtype=object)

    def sum(self, x: Any) -> Any:
        """The sum; of lines it is gathered in one."""
        entries = list(summed(x))
        if not any(isinstance(entry, Line) for entry in entries):
            return super().sum(x)
        constant, slope = Fraction(0), dict[int, Fraction]()
        for entry in entries:
            if not isinstance(entry, Line):
                constant += entry
                continue
            constant += entry.constant
            for place, rate in entry.slope.items():
                slope[place] = slope.get(place, Fraction(0)) + rate
        return Line(constant, slope)


def _word(name: str) -> Any:
    plain = getattr(Rationals, name)

    def operation(self: Linear, *arguments: Any) -> Any:
        if any(isinstance(entry, Line) for item in arguments for entry in np.ravel(np.asarray(item, dtype=object))):
            _refuse(f"asks for a.{name} of what is decided")
        return plain(*arguments) if isinstance(vars(Rationals).get(name), staticmethod) else plain(self, *arguments)

    return operation


for _name in ("log", "log1p", "exp", "expm1", "normal_cdf", "sqrt", "absolute", "maximum", "minimum", "share"):
    setattr(Linear, _name, _word(_name))
for _name in ("at_least", "count_positive"):
    setattr(Linear, _name, _word(_name))


def _product(one: Line, other: Line) -> Line:
    """The product of two lines of which one is constant."""
    if any(one.slope.values()) and any(other.slope.values()):
        _refuse("multiplies what is decided with itself")
    line, known = (other, one.constant) if not any(one.slope.values()) else (one, other.constant)
    return Line(line.constant * known, {place: rate * known for place, rate in line.slope.items()})


def _refuse(why: str) -> Any:
    raise UnsupportedModel(f"is not linear: it {why}")


@dataclass(frozen=True)
class Row:
    """A row that must not be negative: of which constraint or bound, which entry of it, and its line."""

    name: str
    entry: int
    line: Line

    def at(self, point: Any) -> Any:
        """Return its slack at a point, the entries of all variables."""
        return self.line.constant + sum(rate * point[place] for place, rate in self.line.slope.items())


def linear_rows(program: Program) -> list[Row]:
    """Return a program's constraints and its variables' bounds as rows over fractions; an equality is two.

    Raises
    ------
    UnsupportedModel
        When one is not linear; the message names it.
    """
    a, places = Linear(), decision_places(program)
    roles = {**program.read_in(a), **lines_of(program)}
    rows = []
    for item in program.constraints():
        try:
            lines = np.atleast_1d(read(item.slack, a, roles))
        except UnsupportedModel as refusal:
            raise UnsupportedModel(f"the constraint {item.name} {refusal}") from None
        for sign in (1, -1) if item.equality else (1,):
            rows += [Row(item.name, k, _line(sign * line)) for k, line in enumerate(lines.tolist())]
    for decision in program.variables():
        ends = np.broadcast_arrays(*(a.vector(np.atleast_1d(end)) for end in (decision.lower, decision.upper)))
        for k, (place, low, high) in enumerate(zip(places[decision.name], *ends, strict=True)):
            rows.append(Row(f"the lower bound of {decision.name}", k, Line(-low, {place: Fraction(1)})))
            rows.append(Row(f"the upper bound of {decision.name}", k, Line(high, {place: Fraction(-1)})))
    return rows


def _line(value: Any) -> Line:
    return value if isinstance(value, Line) else Line(Fraction(value), {})


def decision_places(program: Program) -> dict[str, range]:
    """Return the places of each variable's entries among all of them."""
    places, start = {}, 0
    for item in program.variables():
        places[item.name] = range(start, start + int(np.size(item.lower)))
        start += int(np.size(item.lower))
    return places


def lines_of(program: Program) -> dict[str, Any]:
    """Return the variables as lines, vectors as arrays of them."""
    found = {}
    for item in program.variables():
        place = decision_places(program)[item.name]
        lines = Linear().variables(place.start, len(place))
        found[item.name] = lines if np.ndim(item.lower) else lines[0]
    return found
