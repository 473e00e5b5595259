"""MPS files, free and fixed, read over fractions: ROWS, COLUMNS, RHS, RANGES, BOUNDS, QUADOBJ, QMATRIX, OBJSENSE.

What readers of others understand differently is refused: a negative upper bound without a lower one, an integer
variable without any bound, sections with cones or indicators.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from ...formulations.errors import InputError
from .problem import Draft, Problem, bound, exact, lines_of

FIELDS = ((1, 3), (4, 12), (14, 22), (24, 36), (39, 47), (49, 61))
"""The columns of the fixed format."""
BARE = ("FR", "MI", "PL", "BV")
"""Bounds without a number."""


def read_mps(file: Path) -> Problem:
    """Read a model; names with spaces, which only the fixed format has, are tried where words do not make sense.

    Raises
    ------
    InputError
        Naming the line that cannot be read, or that readers understand differently.
    """
    lines = list(lines_of(file))
    try:
        return _Reader(Draft(file), _words).read(lines)
    except InputError as refused:
        try:
            return _Reader(Draft(file), _fixed).read(lines)
        except (InputError, IndexError):
            raise refused from None


def _words(line: str) -> list[str]:
    return line.split()


def _fixed(line: str) -> list[str]:
    return [text for start, end in FIELDS if (text := line.expandtabs()[start:end].strip())]


@dataclass
class _Reader:
    """Reads section by section."""

    draft: Draft
    split: Callable[[str], list[str]]
    kinds: dict[str, str] = field(default_factory=dict)
    goal: str | None = None
    between: bool = False
    number: int = 0

    def read(self, lines: list[tuple[int, str]]) -> Problem:
        sections: dict[str, Callable[[list[str]], None]] = {
            "ROWS": self.row,
            "COLUMNS": self.column,
            "RHS": self.side,
            "RANGES": self.range,
            "BOUNDS": self.bounds,
            "QUADOBJ": self.triangle,
            "QMATRIX": self.square,
            "OBJSENSE": self.sense,
        }
        section, ended = "", False
        for self.number, line in lines:
            if not line.strip() or line.startswith("*"):
                continue
            if not line[0].isspace():
                section, *rest = line.split()
                if section == "ENDATA":
                    ended = True
                    break
                if section not in sections and section != "NAME":
                    self.refuse(section, "is no section that is read", f"those are {', '.join(sections)}")
                if section == "OBJSENSE" and rest:
                    self.sense(rest)
                continue
            if section not in sections:
                self.refuse(line.strip(), "stands in no section")
            sections[section](self.split(line))
        if not ended:
            self.refuse("", "the file ends without ENDATA", "it may have been cut off")
        unbounded = [name for name, j in self.draft.names.items() if j in self.draft.whole - set(self.draft.bounds)]
        if unbounded:
            self.refuse(unbounded[0], "is an integer without a bound, at most 1 to some readers", "write its bounds")
        return self.draft.problem()

    def refuse(self, what: str, rule: str, remedy: str | None = None) -> None:
        raise InputError(f"{self.draft.file.name}, line {self.number}", what, rule, *([remedy] if remedy else []))

    def value(self, text: str) -> Fraction:
        return exact(text, self.draft.file, self.number)

    def sense(self, words: list[str]) -> None:
        known = {"MAX": -1, "MAXIMIZE": -1, "MAXIMISE": -1, "MIN": 1, "MINIMIZE": 1, "MINIMISE": 1}
        if words[0].upper() not in known:
            self.refuse(words[0], "is no sense", "write MIN or MAX")
        self.draft.sense = known[words[0].upper()]

    def row(self, words: list[str]) -> None:
        if len(words) != 2 or words[0].upper() not in "NLGE" or words[1] in self.kinds:
            self.refuse(" ".join(words), "is no new row", "write one of N, L, G, E, and a name")
        kind, name = words[0].upper(), words[1]
        self.kinds[name] = kind
        if kind == "N":
            self.goal = self.goal or name
            return
        zero = Fraction(0)
        self.draft.rows[name] = ({}, None if kind == "L" else zero, None if kind == "G" else zero)

    def pairs(self, words: list[str]) -> Iterator[tuple[str, Fraction]]:
        for name, text in zip(words[::2], words[1::2], strict=False):
            if name not in self.kinds:
                self.refuse(name, "is no row")
            yield name, self.value(text)

    def column(self, words: list[str]) -> None:
        if "'MARKER'" in words:
            self.between = "'INTORG'" in words
            return
        if len(words) not in (3, 5):
            self.refuse(" ".join(words), "is no variable with one row or two")
        index = self.draft.variable(words[0])
        if self.between:
            self.draft.whole.add(index)
        for name, value in self.pairs(words[1:]):
            free = self.kinds[name] == "N" and name != self.goal
            terms = {} if free else self.draft.linear if name == self.goal else self.draft.rows[name][0]
            if index in terms:
                self.refuse(name, f"has a coefficient of {words[0]} already")
            terms[index] = value

    def side(self, words: list[str]) -> None:
        for name, value in self.pairs(words[len(words) % 2 :]):
            if self.kinds[name] == "N":
                self.draft.constant = -value if name == self.goal else self.draft.constant
                continue
            terms, low, high = self.draft.rows[name]
            self.draft.rows[name] = (terms, None if low is None else value, None if high is None else value)

    def range(self, words: list[str]) -> None:
        for name, value in self.pairs(words[len(words) % 2 :]):
            terms, low, high = self.draft.rows.get(name, ({}, None, None))
            kind, size = self.kinds[name], abs(value)
            if kind == "L" or (kind == "E" and value < 0):
                low = None if high is None else high - size
            elif kind in "GE" and low is not None:
                high = low + size
            else:
                self.refuse(name, "is free, and has no range")
            self.draft.rows[name] = (terms, low, high)

    def bounds(self, words: list[str]) -> None:
        kind = words[0].upper()
        known = (*BARE, "LO", "UP", "FX", "LI", "UI")
        rest = words[1:]
        if kind in BARE:
            name, text = rest[1] if len(rest) > 1 and rest[1] in self.draft.names else rest[0], ""
        else:
            name, text = rest[-2], rest[-1]
        if kind not in known or name not in self.draft.names:
            self.refuse(" ".join(words), "is no bound of a variable", f"the kinds are {', '.join(known)}")
        index = self.draft.names[name]
        self.draft.bounds[index] = self.bounded(kind, text, name, index)
        if kind in ("BV", "LI", "UI"):
            self.draft.whole.add(index)

    def bounded(self, kind: str, text: str, name: str, index: int) -> tuple[Fraction | None, Fraction | None]:
        """A variable's bounds with one more."""
        low, high = self.draft.bounds.get(index, (Fraction(0), None))
        value = bound(text, self.draft.file, self.number) if text else None
        if kind in ("UP", "UI") and value is not None and value < 0 and index not in self.draft.bounds:
            self.refuse(
                name, "has a negative upper bound and no lower one", "readers differ: write the lower one before"
            )
        return {
            "FR": (None, None),
            "MI": (None, high),
            "PL": (low, None),
            "BV": (Fraction(0), Fraction(1)),
            "FX": (value, value),
            "LO": (value, high),
            "LI": (value, high),
            "UP": (low, value),
            "UI": (low, value),
        }[kind]

    def triangle(self, words: list[str]) -> None:
        i, j, value = self.entry(words)
        self.draft.quadratic[i, j] = self.draft.quadratic[j, i] = value

    def square(self, words: list[str]) -> None:
        i, j, value = self.entry(words)
        if self.draft.quadratic.get((j, i), value) != value:
            self.refuse(" ".join(words), "is another than the entry across", "QMATRIX has both triangles")
        self.draft.quadratic[i, j] = value

    def entry(self, words: list[str]) -> tuple[int, int, Fraction]:
        if len(words) != 3 or not set(words[:2]) <= set(self.draft.names):
            self.refuse(" ".join(words), "is no entry of two variables")
        return self.draft.names[words[0]], self.draft.names[words[1]], self.value(words[2])
