"""Vertices of linear programs, exactly: HiGHS says which rows and columns are in the basis, fractions say the rest.

Of min c z over z ≥ 0 with G z ≥ h a vertex has as many rows that are met with equality as entries that are not zero.
The equations are solved over fractions, for the entries and for the rows' prices, and both are checked: so the answer
does not depend on what the solver calls zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.errors import BackendError, ClaimedInfeasible

MOST = 250
"""Equations up to which they are solved over fractions: a few seconds' work."""

PRECISE = 1e-10
"""What HiGHS stops at, the least that it takes."""
MOST_ROOM = 10**6
"""Room of a row, in units of the most that is missing in any, beyond which it may as well be as much."""


@dataclass(frozen=True)
class LinearProgram:
    """Minimise the cost over z ≥ 0 whose rows, slopes by place, are at least so much."""

    cost: Sequence[Fraction]
    rows: Sequence[Mapping[int, Fraction]]
    least: Sequence[Fraction]


@dataclass(frozen=True)
class Optimum:
    """The entries, the rows' prices, and whether both are exact and shown to be optimal."""

    point: list[Fraction]
    price: list[Fraction]
    exact: bool


def optimum(program: LinearProgram) -> Optimum:
    """Return an optimal vertex and its prices, exactly where that succeeds, else the doubles that HiGHS found.

    Raises
    ------
    ClaimedInfeasible
        When HiGHS says that nothing keeps the rows.
    BackendError
        When it stops for another reason.

    Examples
    --------
    The cheapest x + 3y with 3x + y ≥ 1:

    >>> found = optimum(LinearProgram([Fraction(1), Fraction(3)], [{0: Fraction(3), 1: Fraction(1)}], [Fraction(1)]))
    >>> print(*found.point, *found.price, found.exact)
    1/3 0 1/3 True
    """
    point, price, columns, rows = _solved(program)
    if len(rows) == len(columns) <= MOST:
        exactly = _vertex(program, columns, rows)
        if exactly is not None:
            return exactly
    return Optimum([Fraction(x) for x in point], [Fraction(max(y, 0.0)) for y in price], False)


def _solved(program: LinearProgram) -> tuple[list[float], list[float], list[int], list[int]]:
    """Return entries and prices in doubles, the entries that are in the basis, and the rows that are not."""
    import highspy

    unit, least = zoomed(program.least)
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    for side in ("primal", "dual"):
        solver.setOptionValue(f"{side}_feasibility_tolerance", PRECISE)
    solver.passModel(_model(program, least))
    solver.run()
    status = solver.getModelStatus()
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        raise ClaimedInfeasible("HiGHS says that nothing keeps all rows")
    if status != highspy.HighsModelStatus.kOptimal:
        raise BackendError(f"HiGHS stopped: {solver.modelStatusToString(status)}")
    found, basis = solver.getSolution(), solver.getBasis()
    inside = highspy.HighsBasisStatus.kBasic
    columns = [place for place, status in enumerate(basis.col_status) if status == inside]
    rows = [place for place, status in enumerate(basis.row_status) if status != inside]
    return [unit * x for x in found.col_value], list(found.row_dual), columns, rows


def zoomed(least: Sequence[Fraction]) -> tuple[float, Any]:
    """Return what rows are short by at zero in a unit in which the largest of it is one, and that unit.

    What a solver in doubles takes for zero is then small beside what there is to mend, however little that is. Rows
    with a great deal of room keep some.

    Examples
    --------
    >>> zoomed([Fraction(1, 10**20), Fraction(-3)])
    (1e-20, array([ 1.e+00, -1.e+06]))
    """
    unit = max([*least, Fraction(0)]) or Fraction(1)
    return float(unit), np.array([float(max(short / unit, Fraction(-MOST_ROOM))) for short in least])


def _model(program: LinearProgram, least: Any) -> Any:
    import highspy

    width, height = len(program.cost), len(program.rows)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = width, height
    model.col_cost_ = np.array([float(c) for c in program.cost])
    model.col_lower_, model.col_upper_ = np.zeros(width), np.full(width, highspy.kHighsInf)
    model.row_lower_ = least
    model.row_upper_ = np.full(height, highspy.kHighsInf)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.cumsum([0, *(len(row) for row in program.rows)]).astype(np.int32)
    model.a_matrix_.index_ = np.array([place for row in program.rows for place in row], dtype=np.int32)
    model.a_matrix_.value_ = np.array([float(rate) for row in program.rows for rate in row.values()])
    return model


def _vertex(program: LinearProgram, columns: list[int], rows: list[int]) -> Optimum | None:
    """Return the vertex of a basis with its prices, if it is one and is optimal."""
    system = [[program.rows[row].get(column, Fraction(0)) for column in columns] for row in rows]
    entries = solve_square(system, [program.least[row] for row in rows])
    prices = solve_square(list(map(list, zip(*system, strict=True))), [program.cost[column] for column in columns])
    if entries is None or prices is None:
        return None
    point, price = [Fraction(0)] * len(program.cost), [Fraction(0)] * len(program.rows)
    for column, entry in zip(columns, entries, strict=True):
        point[column] = entry
    for row, paid in zip(rows, prices, strict=True):
        price[row] = paid
    found = Optimum(point, price, True)
    return found if _is_optimal(program, found) else None


def _is_optimal(program: LinearProgram, found: Optimum) -> bool:
    """Whether entries and prices keep both programs' rows; they cost and earn the same by their equations."""
    reduced = list(program.cost)
    for row, least, paid in zip(program.rows, program.least, found.price, strict=True):
        if paid < 0 or sum(rate * found.point[place] for place, rate in row.items()) < least:
            return False
        if paid:
            for place, rate in row.items():
                reduced[place] -= paid * rate
    return min(found.point, default=Fraction(0)) >= 0 and min(reduced, default=Fraction(0)) >= 0


def solve_square(system: Sequence[Sequence[Fraction]], target: Sequence[Fraction]) -> list[Fraction] | None:
    """Return the solution of as many linear equations as unknowns over fractions, or None if there is not one.

    Examples
    --------
    >>> print(*solve_square([[Fraction(2), Fraction(1)], [Fraction(0), Fraction(3)]], [Fraction(1), Fraction(1)]))
    1/3 1/3
    """
    if not len(target):
        return []
    from flint import fmpq, fmpq_mat

    def number(x: Fraction) -> Any:
        return fmpq(x.numerator, x.denominator)

    square = fmpq_mat([[number(x) for x in row] for row in system])
    try:
        found = square.solve(fmpq_mat([[number(x)] for x in target]))
    except ZeroDivisionError:
        return None
    return [Fraction(int(found[k, 0].p), int(found[k, 0].q)) for k in range(len(target))]
