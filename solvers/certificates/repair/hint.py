"""The nearest changes and the prices of what they must mend, under each norm: a hint, for whoever wants one."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ...linear.projection import projection
from ...linear.vertex import LinearProgram, Optimum, optimum
from .changes import Changes


@dataclass(frozen=True)
class _InMoney:
    """The rows of changes in money, each in units of its own largest slope: so units change nothing for a solver."""

    rows: list[dict[int, Fraction]]
    missing: list[Fraction]
    unit: list[Fraction]


def _in_money(changes: Changes) -> _InMoney:
    rows = [
        {place: rate / changes.worth[place] for place, rate in row.line.slope.items() if rate} for row in changes.rows
    ]
    unit = [max(map(abs, row.values()), default=Fraction(1)) for row in rows]
    scaled = [{place: rate / u for place, rate in row.items()} for row, u in zip(rows, unit, strict=True)]
    return _InMoney(scaled, [v / u for v, u in zip(changes.missing, unit, strict=True)], unit)


def nearest_changes(changes: Changes) -> Optimum:
    """Return the changes, one for each entry, and the rows' prices.

    Raises
    ------
    ClaimedInfeasible
        When a solver says that nothing keeps all rows.
    """
    money, width, one = _in_money(changes), len(changes.stated), Fraction(1)
    if changes.program.norm == "2":
        return _of_entries(changes, money, projection(changes.count, money.rows, money.missing))
    both = _either_way(money, width)
    if changes.program.norm == "1":
        found = optimum(LinearProgram([*changes.count, *changes.count], both, money.missing))
    else:
        capped = [{2 * width: one, k: -one, k + width: -one} for k in range(width)]
        cost = [*[Fraction(0)] * (2 * width), one]
        found = optimum(LinearProgram(cost, [*both, *capped], [*money.missing, *[Fraction(0)] * width]))
    moved = [up - down for up, down in zip(found.point[:width], found.point[width : 2 * width], strict=True)]
    return _of_entries(changes, money, Optimum(moved, found.price[: len(both)], found.exact))


def _either_way(money: _InMoney, width: int) -> list[dict[int, Fraction]]:
    """Return the rows of what is raised and what is lowered."""
    return [{**row, **{place + width: -rate for place, rate in row.items()}} for row in money.rows]


def _of_entries(changes: Changes, money: _InMoney, found: Optimum) -> Optimum:
    """Return changes in the entries' own units, and the prices of the rows as they were declared."""
    point = [x / w for x, w in zip(found.point, changes.worth, strict=True)]
    return Optimum(point, [y / u for y, u in zip(found.price, money.unit, strict=True)], found.exact)


def contradiction(changes: Changes) -> Optimum | None:
    """Return prices whose sum of rows has no slope and asks for more than zero, if the rows contradict each other.

    They are those of the least s that all rows may be short by: A d + s ≥ v.
    """
    money, width = _in_money(changes), len(changes.stated)
    rows = [{**row, 2 * width: Fraction(1)} for row in _either_way(money, width)]
    found = optimum(LinearProgram([*[Fraction(0)] * (2 * width), Fraction(1)], rows, money.missing))
    if not (found.exact and found.point[2 * width] > 0):
        return None
    moved = [up - down for up, down in zip(found.point[:width], found.point[width : 2 * width], strict=True)]
    return _of_entries(changes, money, Optimum(moved, found.price, True))
