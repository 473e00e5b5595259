"""Scaling a program for its solvers: variables by their bounds, the objective by how it changes, rows by their terms.

What a solver is handed is then the same in whatever unit money or privacy is counted; its tolerances are not.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...formulations.algebra import read
from ...formulations.language import Decision, Program
from .magnitudes import Magnitudes
from .vectors import Vectors

SMALLEST = 1e-250
"""Beyond which, or its inverse, nothing is scaled: what is that large or small is no size."""


def multiplier(program: Program) -> float:
    """Return a factor that makes the objective change by about one where its variables are shared out.

    Of n variables that share something, each is of the order of 1/n of its range; the objective is compared at two such
    points. Where it is not finite there, it is left as it is.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.contest import ContestShares
    >>> round(multiplier(ContestShares([1, 1])), 3)
    5.143
    """
    algebra = Vectors()
    found = []
    for point in sample_points(program):
        roles = {**program.read_in(algebra), **point}
        with np.errstate(all="ignore"):
            found.append(float(np.sum(read(program.objective(), algebra, roles))))
    change, size = abs(found[1] - found[0]), max(map(abs, found))
    # a change that small is mostly rounding of the objective, and its inverse would scale that up; that large,
    # the points met a pole; a guess in between: only how well the solvers converge depends on it
    return 1 / change if np.isfinite(change) and max(SMALLEST, 1e-12 * size) < change < 1 / SMALLEST else 1.0


def row_scales(program: Program) -> dict[str, Any]:
    """Return for every constraint what its entries are multiplied with, so that their terms are of the order of one.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.contest import ContestShares
    >>> row_scales(ContestShares([1, 1]))
    {'shares_sum_to_one': array(0.5)}
    """
    if not program.constraints():
        return {}
    sized = Magnitudes(Vectors())
    sizes = []
    for point in sample_points(program):
        roles = {**program.read_in(sized), **{name: sized.term(value) for name, value in point.items()}}
        with np.errstate(all="ignore"):
            sizes.append([np.asarray(sized.size(read(item.slack, sized, roles))) for item in program.constraints()])
    scales = {}
    for item, one, other in zip(program.constraints(), *sizes, strict=True):
        size = np.maximum(one, other)
        known = np.isfinite(size) & (size > SMALLEST) & (size < 1 / SMALLEST)
        scales[item.name] = np.where(known, 1 / np.where(known, size, 1.0), 1.0)
    return scales


def sample_points(program: Program) -> list[dict[str, Any]]:
    """Return two points at which variables that share something have about a fair part of it each."""
    count = max(sum(int(np.size(item.lower)) for item in program.variables()), 1)
    points = []
    for part in (1 / (count + 1), 2 / (count + 2)):
        bounds = {item.name: bounds_of(item) for item in program.variables()}
        points.append({name: (lower + (upper - lower) * part)[()] for name, (lower, upper) in bounds.items()})
    return points


def bounds_of(item: Decision) -> tuple[Any, Any]:
    """Return a variable's bounds as doubles."""
    return np.asarray(item.lower, dtype=np.float64), np.asarray(item.upper, dtype=np.float64)
