"""How much a program's objective is bent over its whole box, at the least: what makes its optimum unique and near.

The second derivatives are enclosed over the box. A symmetric matrix H is at least the diagonal matrix of
H_jj − Σ_k |H_jk| (Gershgorin), in units of the box's sides.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...formulations.algebra import read
from ...formulations.errors import UnsupportedModel
from ...formulations.language import Program
from ..readings.balls import Balls, ball, enclosing, lower_bound, upper_bound
from ..readings.derivative import Derivative
from ..readings.intervals import Interval, Intervals, interval

MOST = 48
"""Entries up to which curvature is looked for: it takes half their square of readings, a second for so many."""
ROUNDED = 1e-9
"""What curvature in doubles is reduced by, relative to the largest: intervals round to the nearest double."""


def curvature(program: Program, box: tuple[Any, Any], exact: bool) -> Any:
    """Return for each entry of the variables a least curvature of the objective, zero where none is shown.

    Parameters
    ----------
    program
        A program.
    box
        The bounds of all entries, over fractions or in doubles.
    exact
        Whether to enclose by balls, and return fractions.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.contest import ContestShares
    >>> curvature(ContestShares([1, 3]), (np.zeros(2), np.ones(2)), exact=False).round(6)
    array([1.      , 0.333333])
    """
    low, high = box
    nothing = low * 0
    if len(low) > MOST:
        return nothing
    try:
        with np.errstate(all="ignore"):
            below, above = _second_derivatives(program, low, high, exact)
    except (TypeError, ZeroDivisionError, UnsupportedModel):
        return nothing
    largest, side = np.maximum(abs(below), abs(above)), high - low
    if not np.all(np.isfinite(largest.astype(np.float64))):
        return nothing
    unit = np.where(np.asarray(side > 0, dtype=bool), side, 1)
    beside = largest @ unit - np.diag(largest) * unit
    least = np.diag(below) - beside / unit
    if np.any(np.asarray(least < 0, dtype=bool)):
        return nothing
    return least if exact else np.maximum(least - ROUNDED * np.max(largest), 0.0)


def _second_derivatives(program: Program, low: Any, high: Any, exact: bool) -> tuple[Any, Any]:
    """Return bounds from below and from above on the objective's second derivatives over a box."""
    base: Any = Balls() if exact else Intervals()
    first = Derivative(base)
    second = Derivative(first)
    data, start, boxes = program.read_in(base), 0, {}
    for item in program.variables():
        entries = slice(start, start := start + int(np.size(item.lower))) if np.ndim(item.lower) else start
        start = start if np.ndim(item.lower) else start + 1
        boxes[item.name] = _between(low[entries], high[entries], exact)
    owners = [(item.name, along) for item in program.variables() for along in _directions(item.lower, base)]
    below, above = (np.zeros((len(low), len(low)), dtype=low.dtype) for _ in range(2))
    for j, (one, there) in enumerate(owners):
        for k, (other, here) in enumerate(owners[: j + 1]):
            moved: dict[str, Any] = {**boxes, one: first.moving(boxes[one], there)}
            moved[other] = second.moving(moved[other], here)
            bend = first.slope(second.slope(read(program.objective(), second, {**data, **moved})))
            below[j, k], above[j, k] = below[k, j], above[k, j] = _ends(bend, exact)
    return below, above


def _between(low: Any, high: Any, exact: bool) -> Any:
    return np.frompyfunc(enclosing, 2, 1)(low, high) if exact else Interval(low, high)


def _directions(bound: Any, algebra: Any) -> list[Any]:
    """The unit vectors along a variable's entries; of a single number, one."""
    return [algebra.vector(along) for along in np.eye(len(bound))] if np.ndim(bound) else [algebra.number(1)]


def _ends(bend: Any, exact: bool) -> tuple[Any, Any]:
    if not exact:
        return float(interval(bend).low), float(interval(bend).high)
    if not ball(bend).is_finite():
        raise UnsupportedModel("a second derivative has no bound")
    return lower_bound(bend), upper_bound(bend)
