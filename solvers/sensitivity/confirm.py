"""Whether derivatives are what solving anew shows: the answer's differences at data a little apart."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from ..solution import Solution
from ..solve import solve
from .data import altered, number_of
from .nearby import middle

STEPS = {True: Fraction(1, 2**28), False: Fraction(1, 2**14)}
"""Of the datum, in exact arithmetic and in doubles, whose rounding a shorter step would magnify."""


def difference(solution: Solution, name: str, index: int | None, side: int, column: Mapping[str, Any]) -> float:
    """Return by how much rates differ from one-sided differences of second order, relative to the largest slope."""
    exact = solution.exact is not None
    declared = number_of(solution.model, name)
    at = Fraction(declared if index is None else declared[index])
    step = side * STEPS[exact] * (abs(at) or Fraction(1))

    def solved(times: int) -> Mapping[str, Any]:
        datum = at + times * step
        backend = "auto" if solution.backend == "candidate" else solution.backend
        model = altered(solution.model, name, index, datum if exact else float(datum))
        found = solve(model, backend, "exact" if exact else "float")
        return found.exact if found.exact is not None else found.values

    here, near, far = (solved(times) for times in range(3))
    worst = 0.0
    for value, rates in column.items():
        numbers = [np.array([middle(item) for item in np.ravel(_plain(there[value]))]) for there in (here, near, far)]
        slopes = (4 * numbers[1] - 3 * numbers[0] - numbers[2]) / (2 * step)
        found = np.array([middle(rate) for rate in np.ravel(_plain(rates))])
        apart = (found - slopes).astype(np.float64)
        largest = max(float(np.max(np.abs(slopes.astype(np.float64)), initial=0.0)), 1e-12)
        worst = max(worst, float(np.max(np.abs(apart), initial=0.0)) / largest)
    return worst


def _plain(value: Any) -> Any:
    return np.asarray(value, dtype=object) if np.ndim(value) else np.array([value], dtype=object)
