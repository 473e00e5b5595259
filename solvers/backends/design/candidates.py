"""Candidates for the best parameters, in doubles: a grid, descents from its best points, and what is simple nearby.

Nothing here is believed: what is found is proved best by a cover of all parameters, or is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any, cast

import numpy as np
from scipy.optimize import minimize, nnls

from ....formulations.algebra import read
from ....formulations.design.family import Family
from ...certificates.design.objective import Objective, Point
from ...certificates.design.points import value_at
from ...readings.rationals import simplest_between
from ...readings.vectors import Vectors

GRID = {1: 65, 2: 17, 3: 9}
"""Points of a grid in each of so many parameters; 3 of more."""
STARTS = 3
"""How many of the grid's best points are descended from."""
NEAR = (1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6)
"""How far, in parts of a side, a simple number may be away from what was found."""

BACK = (1e-15, 1e-14, 1e-13, 1e-12, 1e-11, 1e-10, 1e-8, 1e-6, 1e-3)
"""How far back to where it came from a place is moved, in parts of the way, until it is allowed."""
ACTIVE, STEP = 1e-6, 1e-5
"""Below which slack a constraint is taken to bind, and the step of differences in parts of a side."""


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
        roles = self._roles(place)
        if not all(low <= roles[name] <= high for name, (low, high) in self.family.box().items()):
            return float("inf")
        with np.errstate(all="ignore"):
            if any(read(item.slack, Vectors(), roles) < 0 for item in self.family.constraints()):
                return float("inf")
        return self.unbounded(place)

    def unbounded(self, place: np.ndarray) -> float:
        """Return minus the objective, whatever is allowed."""
        try:
            with np.errstate(all="ignore"):
                found = -float(read(self.family.objectives()[self.name], Vectors(), self._roles(place)))
        except ArithmeticError:  # Python's own numbers do not divide by zero
            return float("inf")
        return found if np.isfinite(found) else float("inf")

    def _roles(self, place: np.ndarray) -> dict[str, Any]:
        return {**self._data, **dict(zip(self.family.box(), np.asarray(place, dtype=float).tolist(), strict=True))}


def first_candidates(family: Family, name: str) -> list[np.ndarray]:
    """Return local optima, the best first, as doubles find them."""
    loss, sides = Doubles(family, name), _sides(family)
    axes = [np.linspace(low, high, GRID.get(len(sides), 3)) for low, high in sides]
    grid = sorted((np.array(place) for place in product(*axes)), key=loss)
    return sorted((descend(family, name, place) for place in grid[:STARTS]), key=loss)


def descend(family: Family, name: str, place: np.ndarray) -> np.ndarray:
    """Return a local optimum near a place."""
    loss, sides = Doubles(family, name), _sides(family)
    asked: Any = loss  # SciPy's types know no objects that are called, nor these options
    options: Any
    with np.errstate(all="ignore"):
        if family.constraints():
            options, inside = {"ftol": 1e-15}, cast(Any, _inside(family))
            found = minimize(
                asked.unbounded,
                place,
                method="SLSQP",
                bounds=sides,
                constraints=inside,
                options=options,
            )
        else:
            options = {"xatol": 1e-12, "fatol": 1e-16, "maxfev": 600, "initial_simplex": _simplex(place, sides)}
            found = minimize(asked, place, method="Nelder-Mead", options=options)
    ended = np.clip(found.x, *np.transpose(sides))
    for back in (0.0, *BACK):  # rounding may have led out of what is allowed
        tried = ended + back * (place - ended)
        if loss(tried) <= loss(place):
            return np.asarray(tried)
    return place


def _simplex(place: np.ndarray, sides: Sequence[tuple[float, float]]) -> np.ndarray:
    """A place and one a little away in each parameter, inwards: at a bound the simplex must not lose a dimension."""
    corners = [place]
    for k, (low, high) in enumerate(sides):
        step = np.zeros(len(sides))
        step[k] = (high - low) / 100 * (1 if place[k] < (low + high) / 2 else -1)
        corners.append(place + step)
    return np.array(corners)


def _inside(family: Family) -> list[dict[str, Any]]:
    """The constraints, as SciPy asks for them."""
    data, names = family.read_in(Vectors()), list(family.box())

    def slack(item: Any) -> Any:
        return lambda place: float(
            read(item.slack, Vectors(), {**data, **dict(zip(names, place.tolist(), strict=True))})
        )

    return [{"type": "ineq", "fun": slack(item)} for item in family.constraints()]


def multipliers_at(family: Family, name: str, place: np.ndarray) -> dict[str, Fraction]:
    """Return multipliers with which the slopes of f + Σ λ s vanish at a place, as nearly as may be, if any."""
    sides = _sides(family)
    free = [
        k
        for k, (low, high) in enumerate(sides)
        if low + NEAR[-1] * (high - low) < place[k] < high - NEAR[-1] * (high - low)
    ]
    near = [(item, made["fun"]) for item, made in zip(family.constraints(), _inside(family), strict=True)]
    active = [
        (item.name, slack) for item, slack in near if slack(place) < ACTIVE * max(1.0, abs(slack(_middle(sides))))
    ]
    if not active or not free:
        return {}
    loss = Doubles(family, name)
    columns = np.array([_gradient(slack, place, sides)[free] for _, slack in active]).T
    found, _ = nnls(columns, _gradient(loss.unbounded, place, sides)[free])
    return {
        item: Fraction(weight).limit_denominator(10**9)
        for (item, _), weight in zip(active, found.tolist(), strict=True)
    }


def _gradient(function: Any, place: np.ndarray, sides: Sequence[tuple[float, float]]) -> np.ndarray:
    """Central differences."""
    found = []
    for k, (low, high) in enumerate(sides):
        step = np.zeros(len(sides))
        step[k] = STEP * (high - low)
        found.append((function(place + step) - function(place - step)) / (2 * step[k]))
    return np.array(found)


def _middle(sides: Sequence[tuple[float, float]]) -> np.ndarray:
    return np.array([(low + high) / 2 for low, high in sides])


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
