"""A linear or quadratic program over fractions, as a file states it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from ...formulations.errors import InputError
from ...formulations.specification.tables import read_text

Terms = Mapping[int, Fraction]
"""Coefficients by the index of their variable."""
NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,4})?")

LARGEST = Fraction(10**100)
"""Numbers are below it: of three of them even the product is a double."""


@dataclass(frozen=True)
class Row:
    """A linear expression between two bounds, of which either may be missing."""

    name: str
    terms: Terms
    low: Fraction | None
    high: Fraction | None

    def at(self, point: list[Fraction]) -> Fraction:
        """The expression's value."""
        return sum((value * point[j] for j, value in self.terms.items()), Fraction(0))


@dataclass(frozen=True)
class Problem:
    """Minimise ½xᵀQx + cᵀx + constant over the rows; those of the variables' own bounds are called ``bound of NAME``.

    A problem to be maximised is held as the negative one, and `sense` is −1. `quadratic` has both triangles.
    """

    names: list[str]
    sense: int
    constant: Fraction
    linear: Terms
    quadratic: Mapping[tuple[int, int], Fraction]
    rows: list[Row]
    whole: frozenset[int] = field(default_factory=frozenset)

    def value(self, point: list[Fraction]) -> Fraction:
        """What is minimised."""
        square = sum((q * point[i] * point[j] for (i, j), q in self.quadratic.items()), Fraction(0))
        return square / 2 + sum((c * point[j] for j, c in self.linear.items()), Fraction(0)) + self.constant

    def slope(self, point: list[Fraction]) -> list[Fraction]:
        """Its gradient."""
        found = [self.linear.get(j, Fraction(0)) for j in range(len(self.names))]
        for (i, j), q in self.quadratic.items():
            found[i] += q * point[j]
        return found


@dataclass
class Draft:
    """A problem while it is read: rows and bounds by name, in their order."""

    file: Path
    names: dict[str, int] = field(default_factory=dict)
    sense: int = 1
    constant: Fraction = Fraction(0)
    linear: dict[int, Fraction] = field(default_factory=dict)
    quadratic: dict[tuple[int, int], Fraction] = field(default_factory=dict)
    rows: dict[str, tuple[dict[int, Fraction], Fraction | None, Fraction | None]] = field(default_factory=dict)
    bounds: dict[int, tuple[Fraction | None, Fraction | None]] = field(default_factory=dict)
    whole: set[int] = field(default_factory=set)

    def variable(self, name: str) -> int:
        """The index of a variable, which is new if it was not seen."""
        return self.names.setdefault(name, len(self.names))

    def problem(self) -> Problem:
        """Return what was read."""
        if not self.names:
            raise InputError("model", str(self.file), "has no variables")
        sides = [Row(name, terms, low, high) for name, (terms, low, high) in self.rows.items()]
        for name, index in self.names.items():
            low, high = self.bounds.get(index, (Fraction(0), None))
            if low is not None and high is not None and low > high:
                raise InputError("model", str(self.file), f"bounds {name} from {low} to {high}: nothing is between")
            sides.append(Row(f"bound of {name}", {index: Fraction(1)}, low, high))
        signed = {key: self.sense * value for key, value in self.linear.items() if value}
        square = {key: self.sense * value for key, value in self.quadratic.items() if value}
        constant = self.sense * self.constant
        self._refuse_large([constant, *signed.values(), *square.values()], "the objective")
        for row in sides:
            self._refuse_large(
                [*row.terms.values(), *(end for end in (row.low, row.high) if end is not None)], row.name
            )
        return Problem(list(self.names), self.sense, constant, signed, square, sides, frozenset(self.whole))

    def _refuse_large(self, values: Iterable[Fraction], where: str) -> None:
        if any(abs(value) >= LARGEST for value in values):
            raise InputError("model", str(self.file), f"has a number of 1e100 or more in {where}", "scale it")


def exact(text: str, file: Path, line: int) -> Fraction:
    """Read a decimal number as the fraction it is.

    Examples
    --------
    >>> exact("1.5e-1", Path("model.mps"), 3)
    Fraction(3, 20)
    """
    if NUMBER.fullmatch(text) is None:
        raise InputError(f"{file.name}, line {line}", text, "must be a finite decimal number")
    return Fraction(text)


def bound(text: str, file: Path, line: int) -> Fraction | None:
    """Read a bound, None where it is infinite; numbers from 1e20 on mean that too, as they do to HiGHS.

    Examples
    --------
    >>> bound("-inf", Path("model.lp"), 3) is None, bound("2.5", Path("model.lp"), 3)
    (True, Fraction(5, 2))
    """
    if text.lower().lstrip("+-") in ("inf", "infinity"):
        return None
    value = exact(text, file, line)
    return None if abs(value) >= 10**20 else value


def lines_of(file: Path, field: str = "model") -> Iterator[tuple[int, str]]:
    """Yield the numbered lines of a text file, which a message calls by its field."""
    text, _ = read_text(file, field)
    yield from enumerate(text.splitlines(), 1)
