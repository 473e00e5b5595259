"""Scaling a program for its solvers: variables by their bounds, the objective by how it changes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...formulations.algebra import read
from ...formulations.language import Decision, Program
from .vectors import Vectors


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
    count = max(sum(int(np.size(item.lower)) for item in program.variables()), 1)
    found = []
    for part in (1 / (count + 1), 2 / (count + 2)):
        roles = dict(program.read_in(algebra))
        for item in program.variables():
            lower, upper = bounds_of(item)
            roles[item.name] = lower + (upper - lower) * part
        with np.errstate(all="ignore"):
            found.append(float(np.sum(read(program.objective(), algebra, roles))))
    change = abs(found[1] - found[0])
    # a change that small is mostly rounding of an objective near one, and its inverse would scale that up; that large,
    # the points met a pole; a guess in between: only how well the solvers converge depends on it
    return 1 / change if np.isfinite(change) and 1e-12 < change < 1e12 else 1.0


def bounds_of(item: Decision) -> tuple[Any, Any]:
    """Return a variable's bounds as doubles."""
    return np.asarray(item.lower, dtype=np.float64), np.asarray(item.upper, dtype=np.float64)
