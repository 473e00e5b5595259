"""What an expression computes, as rows: each quantity once; two formulas are alike if their rows are."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .expressions import Expression

LEAVES = ("role", "data", "entry", "number")
"""What is not computed: a role asked for by name, a number or an entry read off the instance, a constant."""
Row = tuple[Any, ...]
"""An operation, and the places of what it is applied to; of a leaf its name, of a number its value."""


def straight(found: Any) -> tuple[Row, ...]:
    """Return an expression as rows, each of which is computed from rows above it; the last is its value.

    Examples
    --------
    >>> straight(3)
    (('number', Fraction(3, 1)),)
    """
    rows: dict[Any, int] = {}
    places: dict[int, int] = {}

    def put(row: Row) -> int:
        return rows.setdefault(row, len(rows))

    def place(x: Any) -> int:
        return places[id(x)] if isinstance(x, Expression) else put(("number", Fraction(x)))

    waiting: list[Any] = [found] if isinstance(found, Expression) else []
    while waiting:
        item = waiting[-1]
        inner = () if item.operation in LEAVES else item.arguments
        missing = [x for x in inner if isinstance(x, Expression) and id(x) not in places]
        waiting += missing
        if not missing:
            waiting.pop()
            leaf = item.arguments if item.operation == "number" else (*item.arguments, item.each)
            places[id(item)] = put((item.operation, *([*map(place, inner)] or leaf)))
    last = place(found)
    return pruned(tuple(rows), last)


def pruned(rows: tuple[Row, ...], last: int) -> tuple[Row, ...]:
    """Return a row and those it needs, in order."""
    needed, waiting = set[int](), [last]
    while waiting:
        here = waiting.pop()
        if here not in needed:
            needed.add(here)
            waiting += () if rows[here][0] in LEAVES else rows[here][1:]
    place = {here: number for number, here in enumerate(sorted(needed))}
    return tuple(
        rows[here] if rows[here][0] in LEAVES else (rows[here][0], *(place[one] for one in rows[here][1:]))
        for here in sorted(needed)
    )
