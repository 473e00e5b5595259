"""Oracles for finite games and for mechanisms of finitely many types: fractions alone, nothing of what is tested."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product

Matrix = list[list[Fraction]]
Strategy = tuple[Fraction, ...]
Pair = tuple[Strategy, Strategy]


def solved(rows: Matrix) -> list[Fraction] | None:
    """The one solution of linear equations with their right sides last, by elimination; None if there is not one."""
    rows, width = [list(row) for row in rows], len(rows[0]) - 1
    for column in range(width):
        pivot = next((k for k in range(column, len(rows)) if rows[k][column]), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = rows[column] = [entry / rows[column][column] for entry in rows[column]]
        for k, row in enumerate(rows):
            if k != column and row[column]:
                rows[k] = [a - row[column] * b for a, b in zip(row, head, strict=True)]
    if any(row[-1] for row in rows[width:]):
        return None
    return [row[-1] for row in rows[:width]]


def equalising(table: Matrix, mine: Sequence[int], theirs: Sequence[int]) -> Strategy | None:
    """The mixture of some rows at which some columns pay the same, if there is exactly one."""
    one, none = Fraction(1), Fraction(0)
    rows = [[table[s][t] for s in mine] + [-one, none] for t in theirs]
    rows.append([one] * len(mine) + [none, one])
    if len(rows) < len(mine) + 1:
        return None
    found = solved(rows)
    if found is None:
        return None
    return tuple(found[mine.index(s)] if s in mine else none for s in range(len(table)))


def transposed(table: Matrix) -> Matrix:
    return [list(column) for column in zip(*table, strict=True)]


def is_equilibrium(first: Matrix, second: Matrix, x: Strategy, y: Strategy) -> bool:
    """Whether nobody gains by a pure strategy."""
    rows = [sum((entry * q for entry, q in zip(row, y, strict=True)), Fraction(0)) for row in first]
    columns = [sum((entry * p for entry, p in zip(col, x, strict=True)), Fraction(0)) for col in transposed(second)]
    mine = sum(p * paid for p, paid in zip(x, rows, strict=True))
    theirs = sum(q * paid for q, paid in zip(y, columns, strict=True))
    return min(*x, *y) >= 0 and sum(x) == sum(y) == 1 and mine == max(rows) and theirs == max(columns)


def supports(count: int) -> Iterator[tuple[int, ...]]:
    for size in range(1, count + 1):
        yield from combinations(range(count), size)


def by_supports(first: Matrix, second: Matrix) -> set[Pair]:
    """All equilibria on two supports of one size; of a game that is not degenerate these are all there are."""
    found = set()
    for mine, theirs in product(supports(len(first)), supports(len(first[0]))):
        if len(mine) == len(theirs):
            x, y = equalising(second, mine, theirs), equalising(transposed(first), theirs, mine)
            if x is not None and y is not None and is_equilibrium(first, second, x, y):
                found.add((x, y))
    return found


def corners_of(table: Matrix) -> set[Strategy]:
    """The mixtures of rows that some columns, as many as are mixed, tell from all others by being the best."""
    found = set()
    for mine, theirs in product(supports(len(table)), supports(len(table[0]))):
        x = equalising(table, mine, theirs) if len(mine) == len(theirs) else None
        if x is not None and min(x) >= 0:
            paid = [sum(p * entry for p, entry in zip(x, column, strict=True)) for column in transposed(table)]
            if paid[theirs[0]] == max(paid):
                found.add(x)
    return found


def corners(first: Matrix, second: Matrix) -> set[Pair]:
    """All pairs of corners of best-reply regions that are equilibria: the corners of the set of equilibria."""
    xs, ys = corners_of(second), corners_of(transposed(first))
    return {(x, y) for x in xs for y in ys if is_equilibrium(first, second, x, y)}


def random_table(draw: random.Random, rows: int, columns: int, most: int, parts: int = 1) -> Matrix:
    return [[Fraction(draw.randint(-most, most), draw.randint(1, parts)) for _ in range(columns)] for _ in range(rows)]
