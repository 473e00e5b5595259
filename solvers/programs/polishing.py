"""An exact optimum beside a point, if there is one: the rows that hold it and their multipliers, solved over fractions.

Which rows hold the point, and about which multipliers balance the slope there, is found in doubles and need not be
believed. The equations Qx + c = Σ yᵢ aᵢ and aᵢ x = bᵢ are then solved exactly; what they leave open stays as it was. A
solution is returned only if it keeps every row and every sign, which for a convex problem proves that it is optimal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from .problem import Problem

NEAR = 1e-6
"""Slacks up to that, of the row's own size, may be none."""
NOTHING = 1e-9
"""Multipliers up to that, of the largest, may be zero."""
TURNS = 12


@dataclass(frozen=True)
class Side:
    """A row's side that a point may be at: terms ≥ limit, or = limit; `sign` is −1 where it is the upper one."""

    row: int
    sign: int
    terms: dict[int, Fraction]
    limit: Fraction
    equal: bool

    def slack(self, point: Sequence[Any]) -> Any:
        """What is left, which must not be negative."""
        return sum((value * point[j] for j, value in self.terms.items()), Fraction(0)) - self.limit


@dataclass(frozen=True)
class Optimum:
    """A point that keeps all rows exactly, and multipliers of sides that prove that none is better."""

    point: list[Fraction]
    multipliers: list[tuple[Side, Fraction]]


def sides_of(problem: Problem) -> list[Side]:
    """Return all sides of a problem's rows."""
    found = []
    for row, item in enumerate(problem.rows):
        equal = item.low is not None and item.low == item.high
        if item.low is not None:
            found.append(Side(row, 1, dict(item.terms), item.low, equal))
        if item.high is not None and not equal:
            found.append(Side(row, -1, {j: -value for j, value in item.terms.items()}, -item.high, False))
    return found


def optimum_near(problem: Problem, point: list[Fraction]) -> Optimum | None:
    """Return an exact optimum beside a point of a convex problem, None where none is found."""
    sides = sides_of(problem)
    doubles = np.array([float(x) for x in point])
    held = [k for k, side in enumerate(sides) if side.equal or _at(side, doubles)]
    carrying = _carrying(problem, sides, held, doubles)
    for _ in range(TURNS):
        found = _solved(problem, sides, carrying, held, point)
        if found is None:
            return None
        there, weights = found
        broken = [k for k, side in enumerate(sides) if side.slack(there) < 0]
        wrong = [k for k, weight in zip(carrying, weights, strict=True) if weight < 0 and not sides[k].equal]
        if not broken and not wrong:
            return Optimum(there, [(sides[k], y) for k, y in zip(carrying, weights, strict=True) if y])
        if not wrong and set(broken) <= set(held):
            return None
        held = sorted({*held, *broken} - set(wrong))
        carrying = (
            [k for k in carrying if k not in wrong]
            if wrong
            else _carrying(problem, sides, held, np.array([float(x) for x in there]))
        )
    return None


def _at(side: Side, point: Any) -> bool:
    terms = [float(value) * point[j] for j, value in side.terms.items()]
    size = max(1.0, abs(float(side.limit)), *map(abs, terms)) if terms else 1.0
    return bool(abs(sum(terms) - float(side.limit)) <= NEAR * size)


def _carrying(problem: Problem, sides: list[Side], held: list[int], point: Any) -> list[int]:
    """Return the sides whose multipliers balance the slope at a point, as far as that is possible: few of them."""
    from scipy.optimize import nnls  # what is certified by other means needs none of it

    slope = np.array([float(problem.linear.get(j, 0)) for j in range(len(problem.names))])
    for (i, j), q in problem.quadratic.items():
        slope[i] += float(q) * point[j]
    columns, owners = [], []
    for k in held:
        row = np.zeros(len(slope))
        for j, value in sides[k].terms.items():
            row[j] = float(value)
        size = np.linalg.norm(row) or 1.0
        for sign in (1, -1) if sides[k].equal else (1,):
            columns.append(sign * row / size)
            owners.append(k)
    if not columns:
        return []
    try:
        weights, _ = nnls(np.array(columns).T, slope, maxiter=50 * len(columns) + 1000)
    except RuntimeError:
        return []
    least = NOTHING * max(float(np.max(weights)), 1e-300)
    return sorted({owner for owner, weight in zip(owners, weights, strict=True) if weight > least})


def _solved(
    problem: Problem, sides: list[Side], carrying: list[int], held: list[int], point: list[Fraction]
) -> tuple[list[Fraction], list[Fraction]] | None:
    """Solve for the point and the multipliers; rows that carry nothing are kept tight as long as that is possible."""
    count, size = len(point), len(point) + len(carrying)
    rows: list[dict[int, Fraction]] = []
    for j in range(count):
        row = {i: q for (i, other), q in problem.quadratic.items() if other == j}
        for place, k in enumerate(carrying):
            if j in sides[k].terms:
                row[count + place] = -sides[k].terms[j]
        rows.append({**row, size: -problem.linear.get(j, Fraction(0))})
    rows += [{**sides[k].terms, size: sides[k].limit} for k in carrying]
    idle = [{**sides[k].terms, size: sides[k].limit} for k in held if k not in carrying]
    start = [*point, *[Fraction(0)] * len(carrying)]
    found = _echelon([*rows, *idle], size, start)
    if found is None and idle:
        kept: list[dict[int, Fraction]] = []
        for one in idle:
            if _echelon([*rows, *kept, one], size, start) is not None:
                kept.append(one)
        found = _echelon([*rows, *kept], size, start)
    return None if found is None else (found[:count], found[count:])


def _echelon(rows: list[dict[int, Fraction]], size: int, start: list[Fraction]) -> list[Fraction] | None:
    """Solve equations, whose right side is entry `size`; what they leave open is as at the start. None: no solution."""
    from flint import fmpq, fmpq_mat

    table = fmpq_mat(len(rows), size + 1)
    for k, row in enumerate(rows):
        for j, value in row.items():
            table[k, j] = fmpq(value.numerator, value.denominator)
    reduced, rank = table.rref()
    found, pivots = list(start), []
    for k in range(rank):
        pivots.append(next(j for j in range(size + 1) if reduced[k, j] != 0))
    if pivots and pivots[-1] == size:
        return None
    free = [j for j in range(size) if j not in set(pivots)]
    for k, pivot in enumerate(pivots):
        value = _fraction(reduced[k, size])
        for j in free:
            if reduced[k, j] != 0:
                value -= _fraction(reduced[k, j]) * start[j]
        found[pivot] = value
    return found


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.p), int(value.q))
