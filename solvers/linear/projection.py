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
PRECISE = ((1e-13, 1e-12), (1e-11, 1e-8))
"""Where Clarabel stops, and how much it shifts the equations that it solves: its own shift where less does not do."""
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
    """Return the point and the prices in doubles: bounds come in where they are missed, since most others imply."""
    if max(least, default=Fraction(0)) <= 0:  # zero keeps all rows, and a cone with the optimum at its tip is hard
        return [0.0] * len(square), [0.0] * len(rows)
    from scipy.sparse import csr_matrix

    root = np.sqrt(np.array([float(q) for q in square]))  # in units in which all squares count alike
    places = [(k, place, float(rate) / root[place]) for k, row in enumerate(rows) for place, rate in row.items()]
    across, down, rates = (np.array(part) for part in zip(*places, strict=True))
    matrix = csr_matrix((rates, (across, down)), shape=(len(rows), len(square)))
    unit, short = zoomed(least)
    asked = (np.diff(matrix.indptr) > 1) | (short > 0)
    price = np.zeros(len(rows))
    for _ in range(TURNS):
        which = np.flatnonzero(asked)
        point, price[which] = _sharp(matrix[which], short[which])
        missed = ~asked & (matrix @ point < short)
        if not np.any(missed):
            break
        asked |= missed
    return (unit * point / root).tolist(), price.tolist()


def _sharp(matrix: Any, least: Any) -> tuple[Any, Any]:
    """Return Clarabel's point and prices, sharpened where the rows that it says hold the point do."""
    import clarabel
    from scipy.sparse import identity

    from .active_set import sharpened

    height, width = matrix.shape
    cones, eye = [clarabel.NonnegativeConeT(height)], (2 * identity(width)).tocsc()
    for stop, shift in PRECISE:
        settings = clarabel.DefaultSettings()
        settings.verbose, settings.static_regularization_constant = False, shift
        settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = stop
        found = clarabel.DefaultSolver(eye, np.zeros(width), -matrix.tocsc(), -least, cones, settings).solve()
        if "Solved" in str(found.status):
            break
    if "Infeasible" in str(found.status):
        raise ClaimedInfeasible("Clarabel says that nothing keeps all rows")
    if "Solved" not in str(found.status):
        raise BackendError(f"Clarabel stopped: {found.status}")
    price, slack = np.maximum(found.z, 0.0), np.maximum(found.s, 0.0)
    sharp = sharpened(matrix, least, price > slack)
    return (sharp.point, sharp.price) if sharp.settled else (np.array(found.x), price)
