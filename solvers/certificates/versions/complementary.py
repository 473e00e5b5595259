"""Lemke's method for linear complementarity problems over fractions, lexicographic so that it ends.

    w = M z + q,    w, z ≥ 0,    wᵀz = 0.

The optimality conditions of a convex quadratic or linear program are one. What it returns need not be believed: those
who use it check what they need of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import flint
import numpy as np

MOST_PIVOTS = 5_000


def optimum(quadratic: Any, linear: Any, rows: Any, least: Any) -> tuple[Any, Any] | None:
    """Return where ½ xᵀQx + cᵀx is least over x ≥ 0 with Gx ≥ h, and the rows' multipliers; None if nowhere.

    Examples
    --------
    >>> one = np.array([[Fraction(1)]], dtype=object)
    >>> x, price = optimum(0 * one, np.array([Fraction(3)]), one, np.array([Fraction(2)]))
    >>> print(x[0], price[0])
    2 3
    """
    count, size = len(linear), len(linear) + len(least)
    matrix = np.full((size, size), Fraction(0), dtype=object)
    matrix[:count, :count] = quadratic
    matrix[:count, count:] = -np.transpose(rows)
    matrix[count:, :count] = rows
    found = _lemke(matrix.tolist(), [*linear, *(-least)])
    return None if found is None else (np.array(found[:count], dtype=object), np.array(found[count:], dtype=object))


def _lemke(matrix: Sequence[Sequence[Fraction]], constant: Sequence[Fraction]) -> list[Fraction] | None:
    size = len(constant)
    # columns: w, then z, then the artificial one, then the constants; row i holds the basic variable of `basic[i]`
    table = [
        [_q(int(i == j)) for j in range(size)] + [-_q(entry) for entry in matrix[i]] + [_q(-1), _q(constant[i])]
        for i in range(size)
    ]
    basic = list(range(size))
    if all(row[-1] >= 0 for row in table):
        return [Fraction(0)] * size
    artificial = entering = 2 * size
    leaving: int | None = min(basic, key=lambda i: [table[i][-1], *table[i][:size]])
    for _ in range(MOST_PIVOTS):
        if leaving is None:
            return None
        _pivot(table, leaving, entering)
        gone, basic[leaving] = basic[leaving], entering
        if gone == artificial:
            values = dict(zip(basic, (row[-1] for row in table), strict=True))
            return [_fraction(values.get(size + j, _q(0))) for j in range(size)]
        entering = gone + size if gone < size else gone - size
        leaving = _leaving(table, basic, entering)
    return None


def _leaving(table: list[list[Any]], basic: list[int], entering: int) -> int | None:
    """The row of the least ratio, the artificial variable's before others and then lexicographically; None if none."""
    size = len(table)
    rising = [i for i in range(size) if table[i][entering] > 0]
    ratios = {i: [entry / table[i][entering] for entry in (table[i][-1], *table[i][:size])] for i in rising}
    return min(rising, key=lambda i: (ratios[i][:1], basic[i] != 2 * size, ratios[i]), default=None)


def _pivot(table: list[list[Any]], row: int, column: int) -> None:
    turned = table[row][column]
    table[row] = [entry / turned for entry in table[row]]
    for i, other in enumerate(table):
        factor = other[column]
        if i != row and factor != 0:
            table[i] = [
                entry - factor * own if own != 0 else entry for entry, own in zip(other, table[row], strict=True)
            ]


def _q(value: Any) -> Any:
    fraction = Fraction(value)
    return flint.fmpq(fraction.numerator, fraction.denominator)


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.p), int(value.q))
