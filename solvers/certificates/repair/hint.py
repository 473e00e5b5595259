"""The nearest changes and the prices of what they must mend, under each norm: a hint, for whoever wants one."""

from __future__ import annotations

from fractions import Fraction

from ...linear.projection import projection
from ...linear.vertex import LinearProgram, Optimum, optimum
from .changes import Changes


def nearest_changes(changes: Changes) -> Optimum:
    """Return the changes, one for each entry, and the rows' prices.

    Raises
    ------
    ClaimedInfeasible
        When a solver says that nothing keeps all rows.
    """
    rows = [row.line.slope for row in changes.rows]
    if changes.program.norm == "2":
        square = [m * w * w for m, w in zip(changes.count, changes.worth, strict=True)]
        return projection(square, rows, changes.missing)
    width = len(changes.stated)
    both = [{**row, **{place + width: -rate for place, rate in row.items()}} for row in rows]
    if changes.program.norm == "1":
        cost = [m * w for m, w in zip(changes.count, changes.worth, strict=True)]
        found = optimum(LinearProgram([*cost, *cost], both, changes.missing))
    else:
        capped = [{2 * width: Fraction(1), k: -w, k + width: -w} for k, w in enumerate(changes.worth)]
        cost = [*[Fraction(0)] * (2 * width), Fraction(1)]
        found = optimum(LinearProgram(cost, [*both, *capped], [*changes.missing, *[Fraction(0)] * width]))
    moved = [up - down for up, down in zip(found.point[:width], found.point[width : 2 * width], strict=True)]
    return Optimum(moved, found.price[: len(rows)], found.exact)


def contradiction(changes: Changes) -> Optimum | None:
    """Return prices whose sum of rows has no slope and asks for more than zero, if the rows contradict each other.

    They are those of the least s that all rows may be short by: A d + s ≥ v.
    """
    width = len(changes.stated)
    rows = [
        {**row.line.slope, **{place + width: -rate for place, rate in row.line.slope.items()}, 2 * width: Fraction(1)}
        for row in changes.rows
    ]
    found = optimum(LinearProgram([*[Fraction(0)] * (2 * width), Fraction(1)], rows, changes.missing))
    return found if found.exact and found.point[2 * width] > 0 else None
