"""Tables of the page: digits below each other, money by its name, and no more rows than are read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .money import SMALLEST, amount
from .numbers import as_number, short

MOST_ROWS = 40
"""As many rows are shown in the open."""
FIRST, LAST = 10, 5
"""Of more rows these many are shown, and the rest unfolded."""
UNFOLDED = 2000
"""Beyond as many rows a table is not unfolded: the document has them."""
DIGITS = 6
"""How many digits the largest number of a column has."""
WIDE = 10
"""A table of as many columns is printed across the page."""


@dataclass(frozen=True)
class Table:
    """What a table is, its header, its rows; the first entry of a row names it. `money` are the columns of money."""

    label: str
    header: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    money: frozenset[int] = field(default_factory=frozenset)

    @property
    def style(self) -> str:
        """How it is laid out: stacked on a telephone from three columns on, and across the paper if it is wide."""
        return " ".join(["stack"] * (len(self.header) > 2) + ["wide"] * (len(self.header) >= WIDE))

    @property
    def textual(self) -> frozenset[int]:
        """The columns of words, which begin at the left."""
        columns = enumerate(zip(*self.rows, strict=True))
        return frozenset(place for place, column in columns if any(map(_is_word, column)))

    @property
    def cells(self) -> tuple[tuple[tuple[Any, str], ...], ...]:
        """Every entry with its text; the digits of a column are as many behind the point."""
        columns = list(zip(*self.rows, strict=True))
        texts = [aligned(column, place in self.money) for place, column in enumerate(columns)]
        lined = [list(zip(*pair, strict=True)) for pair in zip(columns, texts, strict=True)]
        return tuple(zip(*lined, strict=True))


@dataclass(frozen=True)
class Opened:
    """A table in the open; of a long one its ends, how many rows are between them, and where the whole is."""

    shown: tuple[Table, ...]
    between: int
    whole: Table | None


def opened(table: Table) -> Opened:
    """Return what is shown of a table: all of it up to some dozens of rows, else its first and last rows.

    Examples
    --------
    >>> long = opened(Table("squares", ("x", "x²"), tuple((x, x * x) for x in range(50))))
    >>> long.shown[0].rows[:2], long.between, long.shown[1].rows[-1], len(long.whole.rows)
    (((0, 0), (1, 1)), 35, (49, 2401), 50)
    """
    count = len(table.rows)
    if count <= MOST_ROWS:
        return Opened((table,), 0, None)
    ends = table.rows[:FIRST], table.rows[-LAST:]
    shown = tuple(Table(table.label, table.header, rows, table.money) for rows in ends)
    return Opened(shown, count - FIRST - LAST, table if count <= UNFOLDED else None)


def aligned(column: Sequence[Any], money: bool = False) -> tuple[str, ...]:
    """Return the texts of a column: numbers with as many digits behind the point as the largest of them bears.

    A number that so many digits would show as nothing is written by its own.

    Examples
    --------
    >>> aligned([1, 12.5, "39/17", None]), aligned([1000, 2.5], money=True), aligned([200.0, 1e-7])
    (('1.0000', '12.5000', '2.2941', '–'), ('1,000.00', '2.50'), ('200', '10⁻⁷'))
    """
    numbers = [as_number(value) for value in column]
    known = [value for value in numbers if value is not None]
    digits = _digits(known)
    return tuple(
        short(value) if number is None else _money(number) if money else _number(number, digits)
        for value, number in zip(column, numbers, strict=True)
    )


def _digits(known: Sequence[float]) -> int:
    """Return how many digits behind the point a column has."""
    largest = max(map(abs, known), default=0.0)
    if not largest or not math.isfinite(largest):
        return 0
    most = max(0, DIGITS - 1 - max(0, math.floor(math.log10(largest))))
    large = [value for value in known if abs(value) >= 10**-most]
    return next((few for few in range(most) if all(round(value, few) == value for value in large)), most)


def _number(value: float, digits: int) -> str:
    tiny = value and abs(value) < 5 * 10.0 ** -(digits + 1)
    return short(value) if tiny or abs(value) >= 1e12 else f"{value:,.{digits}f}".replace("-", "−")


def _is_word(value: Any) -> bool:
    return isinstance(value, bool) or (isinstance(value, str) and not any(map(str.isdecimal, value)) and value != "–")


def _money(value: float) -> str:
    return f"{'−' if value < 0 else ''}{amount(abs(value)) if abs(value) < SMALLEST else f'{abs(value):,.2f}'}"
