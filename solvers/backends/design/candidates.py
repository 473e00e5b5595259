"""Candidates for the best parameters, in doubles: a grid, descents from its best points, and what is simple nearby.

Nothing here is believed: what is found is proved best by a cover of all parameters, or is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from scipy.optimize import minimize

from ....formulations.algebra import read
from ....formulations.design.family import Family
from ...certificates.design.bounds import Objective, Point
from ...certificates.design.points import value_at
from ...readings.rationals import simplest_between
from ...readings.vectors import Vectors

GRID = {1: 65, 2: 17, 3: 9}
"""Points of a grid in each of so many parameters; 3 of more."""
STARTS = 3
"""How many of the grid's best points are descended from."""
NEAR = (1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6)
"""How far, in parts of a side, a simple number may be away from what was found."""


@dataclass(frozen=True, eq=False)
class Doubles:
    """An objective in doubles, as something to be made small; infinite where the parameters are not allowed."""

    family: Family
    name: str

    @cached_property
    def _data(self) -> dict[str, Any]:
        return self.family.read_in(Vectors())

    def __call__(self, place: np.ndarray) -> float:
        """Return minus the objective."""
        box = self.family.box()
        roles = {**self._data, **dict(zip(box, np.asarray(place, dtype=float).tolist(), strict=True))}
        with np.errstate(all="ignore"):
            if any(read(item.slack, Vectors(), roles) < 0 for item in self.family.constraints()):
                return float("inf")
            found = -float(read(self.family.objectives()[self.name], Vectors(), roles))
        return found if np.isfinite(found) else float("inf")


def first_candidates(family: Family, name: str) -> list[np.ndarray]:
    """Return local optima, the best first, as doubles find them."""
    loss, sides = Doubles(family, name), _sides(family)
    axes = [np.linspace(low, high, GRID.get(len(sides), 3)) for low, high in sides]
    grid = sorted((np.array(place) for place in product(*axes)), key=loss)
    return sorted((descend(family, name, place) for place in grid[:STARTS]), key=loss)


def descend(family: Family, name: str, place: np.ndarray) -> np.ndarray:
    """Return a local optimum near a place."""
    loss, sides = Doubles(family, name), _sides(family)
    found = minimize(
        loss, place, method="Nelder-Mead", bounds=sides, options={"xatol": 1e-12, "fatol": 1e-16, "maxfev": 600}
    )
    return np.asarray(found.x if found.fun <= loss(place) else place)


def simple_points(family: Family, place: np.ndarray) -> Iterable[Point]:
    """Return exact points near a place: itself, and ever simpler ones."""
    box = family.box()
    exact = {name: Fraction(value) for name, value in zip(box, place.tolist(), strict=True)}
    yield exact
    for near in NEAR:
        yield {name: _simple(value, *box[name], Fraction(near)) for name, value in exact.items()}


def best_of(objective: Objective, points: Iterable[Point]) -> Point | None:
    """Return the best allowed point: one at which the slopes vanish exactly if there is one, else of the best value."""
    best: tuple[tuple[bool, Fraction], Point] | None = None
    for point in points:
        found = value_at(objective, point) if objective.allowed(point) else None
        if found is None:
            continue
        key = (stationary(objective, point), found[0])
        if best is None or _better(key, best[0], objective):
            best = (key, point)
    return None if best is None else best[1]


def stationary(objective: Objective, point: Point) -> bool:
    """Whether the slopes vanish at a point, exactly, or lead out of the box."""
    here, box = objective.decided(point), objective.family.box()
    slopes = None if here is None else objective.exact_slopes(point, here[0])
    return slopes is not None and all(
        slope == 0 or (slope > 0 and point[name] == box[name][1]) or (slope < 0 and point[name] == box[name][0])
        for name, slope in slopes.items()
    )


def _better(one: tuple[bool, Fraction], other: tuple[bool, Fraction], objective: Objective) -> bool:
    """Whether a point is better by more than rounding, or as good and stationary."""
    close = abs(one[1] - other[1]) <= Fraction(1, 10**9) * max(abs(one[1]), abs(other[1]))
    return one[0] > other[0] if close and one[0] != other[0] else one[1] > other[1]


def _sides(family: Family) -> list[tuple[float, float]]:
    return [(float(low), float(high)) for low, high in family.box().values()]


def _simple(value: Fraction, low: Fraction, high: Fraction, near: Fraction) -> Fraction:
    """Return the simplest number near a value and between bounds; a bound itself if it is near."""
    within = near * (high - low)
    for bound in (low, high):
        if abs(value - bound) <= within:
            return bound
    below, above = max(low, value - within), min(high, value + within)
    if below > 0:
        return simplest_between(below, above)
    return -simplest_between(-above, -below) if above < 0 else Fraction(0)


def as_place(family: Family, point: Mapping[str, Fraction]) -> np.ndarray:
    """Return a point as doubles."""
    return np.array([float(point[name]) for name in family.box()])
