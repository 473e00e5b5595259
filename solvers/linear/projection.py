"""The nearest point of a polyhedron under weighted squares, exactly: equations of the rows that hold it there.

Of min Σ q_j d_j² with A d ≥ v the nearest point is d = Q⁻¹ Aᵀ y / 2 for prices y ≥ 0 of the rows that are met with
equality. Which these are is a guess from doubles, and mended over fractions: rows whose price is negative leave, the
row that is missed most enters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.errors import BackendError, ClaimedInfeasible
from ..readings.rationals import solved
from .vertex import Optimum, solve_square, zoomed

MOST = 80
"""Rows that hold the point, up to which they are found over fractions: a second's work."""
TURNS = 60
"""Sets of rows that are tried."""
NEAR = 1e-6
"""A price this small, relative to the largest, may be none."""


def projection(
    square: Sequence[Fraction], rows: Sequence[Mapping[int, Fraction]], least: Sequence[Fraction]
) -> Optimum:
    """Return the nearest point to zero and the rows' prices, exactly where that succeeds.

    Raises
    ------
    ClaimedInfeasible
        When Clarabel says that nothing keeps the rows.
    BackendError
        When it stops for another reason.

    Examples
    --------
    >>> found = projection([Fraction(1), Fraction(1)], [{0: Fraction(1), 1: Fraction(2)}], [Fraction(1)])
    >>> print(*found.point, *found.price, found.exact)
    1/5 2/5 2/5 True
    """
    point, price = _solved(square, rows, least)
    held = {k for k, paid in enumerate(price) if paid > NEAR * max(price)}
    for _ in range(TURNS if len(held) <= MOST else 0):
        exactly = _held(square, rows, least, sorted(held))
        pushed = {k for k in held if exactly.price[k] < 0}
        missing = [h - _of(row, exactly.point) for row, h in zip(rows, least, strict=True)]
        worst = max(range(len(rows)), key=missing.__getitem__, default=0)
        if not pushed and (not rows or missing[worst] <= 0):
            return exactly
        held = held - pushed if pushed else held | {worst}
        if len(held) > MOST:
            break
    return Optimum([Fraction(x) for x in point], [Fraction(max(y, 0.0)) for y in price], False)


def _held(square: Sequence[Fraction], rows: Any, least: Any, held: list[int]) -> Optimum:
    """Return the nearest point that meets some rows with equality, and their prices."""
    soft = [{place: rate / square[place] / 2 for place, rate in rows[k].items()} for k in held]
    gram = [
        [sum((rate * one[p] for p, rate in rows[k].items() if p in one), Fraction(0)) for one in soft] for k in held
    ]
    target = [least[k] for k in held]
    paid = solve_square(gram, target)
    if paid is None:  # rows that depend on others are passed over
        paid = solved(np.array(gram, dtype=object), np.array(target, dtype=object)).tolist()
    point, price = [Fraction(0)] * len(square), [Fraction(0)] * len(rows)
    for k, row, y in zip(held, soft, paid, strict=True):
        price[k] = y
        for place, rate in row.items():
            point[place] += rate * y
    return Optimum(point, price, True)


def _of(row: Mapping[int, Fraction], point: Sequence[Fraction]) -> Fraction:
    return sum((rate * point[place] for place, rate in row.items()), Fraction(0))


def _solved(square: Any, rows: Any, least: Any) -> tuple[list[float], list[float]]:
    """Return the point and the prices in doubles."""
    if max(least, default=Fraction(0)) <= 0:  # zero keeps all rows, and a cone with the optimum at its tip is hard
        return [0.0] * len(square), [0.0] * len(rows)
    import clarabel
    from scipy.sparse import csc_matrix, diags

    root = np.sqrt(np.array([float(q) for q in square]))  # in units in which all squares count alike
    places = [(k, place, -float(rate) / root[place]) for k, row in enumerate(rows) for place, rate in row.items()]
    across, down, rates = (np.array(part) for part in zip(*places, strict=True))
    matrix = csc_matrix((rates, (across, down)), shape=(len(rows), len(square)))
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-11
    unit, short = zoomed(least)
    eye = diags(np.full(len(square), 2.0)).tocsc()
    cones = [clarabel.NonnegativeConeT(len(rows))]
    found = clarabel.DefaultSolver(eye, np.zeros(len(square)), matrix, -short, cones, settings).solve()
    if "Infeasible" in str(found.status):
        raise ClaimedInfeasible("Clarabel says that nothing keeps all rows")
    if "Solved" not in str(found.status):
        raise BackendError(f"Clarabel stopped: {found.status}")
    return (unit * np.array(found.x) / root).tolist(), list(found.z)
