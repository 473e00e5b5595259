"""The LP format, read over fractions: an objective, rows, bounds, general and binary variables, ``[ … ] / 2``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from ...formulations.errors import InputError
from .problem import Draft, Problem, bound, exact, lines_of

SECTIONS = {
    **dict.fromkeys(("minimize", "minimise", "minimum", "min"), "min"),
    **dict.fromkeys(("maximize", "maximise", "maximum", "max"), "max"),
    **dict.fromkeys(("subject to", "such that", "st", "s.t.", "st."), "rows"),
    **dict.fromkeys(("bounds", "bound"), "bounds"),
    **dict.fromkeys(("general", "generals", "gen", "integer", "integers"), "general"),
    **dict.fromkeys(("binary", "binaries", "bin"), "binary"),
    "end": "end",
}
TOKEN = re.compile(
    r"(?P<number>(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?)|(?P<compare><=|>=|=<|=>|<|>|=)|(?P<sign>[-+])"
    r"|(?P<mark>[\[\]^*/:])|(?P<name>[A-Za-z_!\"#$%&(),;?@`'{}~][\w!\"#$%&(),.;?@`'{}~]*)|(?P<space>\s+)"
)


def read_lp(file: Path) -> Problem:
    """Read a model.

    Raises
    ------
    InputError
        Naming the line that cannot be read.
    """
    reader = _Reader(Draft(file))
    section, text, first = "", "", 1
    for number, raw in lines_of(file):
        line = raw.split("\\")[0].strip()
        named = SECTIONS.get(" ".join(line.lower().split()))
        if named is None:
            if line and not section:
                raise InputError(f"{file.name}, line {number}", line, "must be minimize or maximize")
            first, text = (first if text else number), f"{text}\n{line}" if text else line
            if section in ("rows", "bounds") and reader.take(section, text, first, certain=False):
                text = ""
            continue
        reader.take(section, text, first, certain=True)
        section, text = named, ""
    if section != "end":
        raise InputError("model", str(file), "ends without end", "it may have been cut off")
    return reader.draft.problem()


@dataclass
class _Parts:
    """The linear and the quadratic terms of an expression, and its constant."""

    linear: dict[int, Fraction] = field(default_factory=dict)
    quadratic: dict[tuple[int, int], Fraction] = field(default_factory=dict)
    constant: Fraction = Fraction(0)


@dataclass
class _Reader:
    """Reads statements, each of one or more lines."""

    draft: Draft
    tokens: list[tuple[str, str]] = field(default_factory=list)
    at: int = 0
    number: int = 0
    counted: int = 0

    def take(self, section: str, text: str, number: int, certain: bool) -> bool:
        """Read a statement; whether it was one, if that is not certain."""
        if not text.strip():
            return True
        self.number, self.at, self.tokens = number, 0, self.split(text)
        if not certain and not self.whole_statement(section):
            return False
        readers: dict[str, Callable[[], None]] = {
            "min": self.objective,
            "max": self.objective,
            "rows": self.row,
            "bounds": self.bound,
            "general": self.general,
            "binary": self.binary,
        }
        self.draft.sense = -1 if section == "max" else self.draft.sense
        readers[section]()
        if self.at < len(self.tokens):
            self.refuse("is not understood")
        return True

    def whole_statement(self, section: str) -> bool:
        """Whether a row or bound is complete: it compares, and ends in a number or infinity, or says ``free``."""
        kinds, last = [kind for kind, _ in self.tokens], self.tokens[-1]
        if section == "bounds" and last[1].lower() == "free":
            return True
        return "compare" in kinds and (
            last[0] == "number" or last[1].lower() in ("inf", "infinity") or (section == "bounds" and last[0] == "name")
        )

    def split(self, text: str) -> list[tuple[str, str]]:
        found, place = [], 0
        while place < len(text):
            match = TOKEN.match(text, place)
            if match is None:
                raise InputError(f"{self.draft.file.name}, line {self.number}", text[place], "is not understood")
            place = match.end()
            if match.lastgroup != "space":
                kind = next(name for name, value in match.groupdict().items() if value is not None)
                found.append((kind, match.group()))
        return [item for item in found if item[0] != "space"]

    def refuse(self, rule: str) -> None:
        near = " ".join(text for _, text in self.tokens[self.at : self.at + 5])
        raise InputError(f"{self.draft.file.name}, line {self.number}", near, rule)

    def peek(self, ahead: int = 0) -> tuple[str, str]:
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else ("end", "")

    def next(self, *kinds: str) -> str:
        kind, text = self.peek()
        if kind not in kinds:
            self.refuse(f"must be a {' or '.join(kinds)}")
        self.at += 1
        return text

    def label(self) -> str | None:
        if self.peek()[0] == "name" and self.peek(1)[1] == ":":
            self.at += 2
            return self.tokens[self.at - 2][1]
        return None

    def sign(self) -> int:
        sign = 1
        while self.peek()[0] == "sign":
            sign *= -1 if self.next("sign") == "-" else 1
        return sign

    def coefficient(self) -> Fraction:
        sign = self.sign()
        one = self.peek()[0] != "number"
        return Fraction(sign) if one else sign * exact(self.next("number"), self.draft.file, self.number)

    def expression(self) -> _Parts:
        """Read a sum of terms."""
        parts = _Parts()
        while self.peek()[0] in ("sign", "number", "name") or self.peek()[1] == "[":
            value = self.coefficient()
            if self.peek()[1] == "[":
                self.square(parts, value)
            elif self.peek()[0] == "name":
                index = self.draft.variable(self.next("name"))
                parts.linear[index] = parts.linear.get(index, Fraction(0)) + value
            else:
                parts.constant += value
        return parts

    def square(self, parts: _Parts, factor: Fraction) -> None:
        """Read ``[ a x ^2 + b x * y ] / 2`` as entries of Q in ½xᵀQx."""
        self.at += 1
        while self.peek()[1] != "]":
            value = factor * self.coefficient()
            i = j = self.draft.variable(self.next("name"))
            if self.next("mark") == "*":
                j = self.draft.variable(self.next("name"))
            elif self.next("number") != "2":
                self.refuse("must be a square")
            for key in ((i, j), (j, i)):
                parts.quadratic[key] = parts.quadratic.get(key, Fraction(0)) + value / 2
        self.at += 1
        if (self.peek()[1], self.peek(1)[1]) != ("/", "2"):
            self.refuse("a quadratic part must end in ] / 2")
        self.at += 2

    def objective(self) -> None:
        self.label()
        parts = self.expression()
        self.draft.linear, self.draft.quadratic, self.draft.constant = parts.linear, parts.quadratic, parts.constant

    def limit(self) -> Fraction | None:
        """Read a number, None for an infinite one."""
        sign, text = self.sign(), self.next("number", "name")
        value = bound(text, self.draft.file, self.number)
        return None if value is None else sign * value

    def row(self) -> None:
        name = self.label()
        self.counted += 1
        low = high = None
        first = self.first_side()
        parts = self.expression()
        if parts.quadratic or parts.constant:
            self.refuse("rows must be linear, with their constant on the right")
        compare = self.comparison()
        for value, side in ((self.limit(), compare), *([] if first is None else [first])):
            low, high = value if side != "<" else low, value if side != ">" else high
        name = name or f"R{self.counted}"
        if name in self.draft.rows:
            self.refuse(f"the row {name} is there already")
        self.draft.rows[name] = (parts.linear, low, high)

    def bound(self) -> None:
        if self.peek()[0] == "name" and self.peek(1)[1].lower() == "free":
            self.draft.bounds[self.known(self.next("name"))] = (None, None)
            self.at += 1
            return
        first = self.first_side()
        index = self.known(self.next("name"))
        if first is not None:
            self.set(index, *first)
        if self.peek()[0] == "compare":
            compare = self.comparison()
            self.set(index, self.limit(), compare)

    def first_side(self) -> tuple[Fraction | None, str] | None:
        """Read ``5 <=`` before an expression, as the expression's comparison with it: 5 and ``>``."""
        ahead = 1 if self.peek()[0] == "sign" else 0
        number = self.peek(ahead)[0] == "number" or self.peek(ahead)[1].lower() in ("inf", "infinity")
        if not (number and self.peek(ahead + 1)[0] == "compare"):
            return None
        value = self.limit()
        return value, {"<": ">", ">": "<", "=": "="}[self.comparison()]

    def comparison(self) -> str:
        """Read a comparison as one of <, >, =."""
        return self.next("compare").strip("=") or "="

    def set(self, index: int, value: Fraction | None, compare: str) -> None:
        low, high = self.draft.bounds.get(index, (Fraction(0), None))
        if compare == "<" and value is not None and value < 0 and index not in self.draft.bounds:
            self.refuse("a negative upper bound needs a lower one before it, since readers differ")
        self.draft.bounds[index] = {"<": (low, value), ">": (value, high), "=": (value, value)}[compare]

    def known(self, name: str) -> int:
        if name not in self.draft.names:
            self.refuse(f"{name} is no variable")
        return self.draft.names[name]

    def general(self) -> None:
        while self.peek()[0] == "name":
            self.draft.whole.add(self.known(self.next("name")))

    def binary(self) -> None:
        while self.peek()[0] == "name":
            index = self.known(self.next("name"))
            self.draft.whole.add(index)
            self.draft.bounds[index] = (Fraction(0), Fraction(1))
