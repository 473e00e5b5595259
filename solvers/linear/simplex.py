"""Small linear programs by the simplex method over fractions: slower than doubles, and at home in every scale.

Of max c·z over z ≥ 0 with A z ≤ b, where b ≥ 0, nothing at all is a vertex to start from. Bland's rule ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

Row = list[Fraction]


def largest(cost: Sequence[Fraction], rows: Sequence[Sequence[Fraction]], most: Sequence[Fraction]) -> tuple[Row, Row]:
    """Return an optimal z and the rows' prices of a program that is bounded.

    Examples
    --------
    The largest x + y with 2x + y ≤ 1 and x + 2y ≤ 1:

    >>> one, two = Fraction(1), Fraction(2)
    >>> z, price = largest([one, one], [[two, one], [one, two]], [one, one])
    >>> print(*z, *price)
    1/3 1/3 1/3 1/3
    """
    width, height = len(cost), len(rows)
    zero, one = Fraction(0), Fraction(1)
    table = [
        [*row, *(one if k == place else zero for k in range(height)), end]
        for place, (row, end) in enumerate(zip(rows, most, strict=True))
    ]
    gains = [*cost, *([zero] * height), zero]
    basis = list(range(width, width + height))
    while (column := next((k for k, gain in enumerate(gains[:-1]) if gain > 0), None)) is not None:
        row = min(
            (k for k in range(height) if table[k][column] > 0),
            key=lambda k: (table[k][-1] / table[k][column], basis[k]),
        )
        basis[row] = column
        pivot = table[row][column]
        table[row] = [entry / pivot for entry in table[row]]
        for k in range(height):
            if k != row:
                table[k] = _without(table[k], table[row], column)
        gains = _without(gains, table[row], column)
    found = [zero] * (width + height)
    for place, entries in zip(basis, table, strict=True):
        found[place] = entries[-1]
    return found[:width], [-gain for gain in gains[width:-1]]


def _without(row: Row, pivot: Row, column: int) -> Row:
    """Return a row less so much of the pivot's that nothing is left in a column."""
    much = row[column]
    return [entry - much * other for entry, other in zip(row, pivot, strict=True)] if much else row
