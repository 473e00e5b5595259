"""An objective at single points: bounds of its value, and its size, to which tolerances are relative."""

from __future__ import annotations

import math
from fractions import Fraction

from ...readings.balls import lower_bound, upper_bound
from .objective import Objective, Point


def size_of(objective: Objective) -> Fraction:
    """Return the size of an objective: the largest value, but for its sign, at the box's corners and its middle.

    Tolerances are relative to it, so that units change nothing.
    """
    corners: list[dict[str, Fraction]] = [{}]
    box = objective.family.box()
    for name, bounds in box.items():
        corners = [{**corner, name: value} for corner in corners for value in bounds]
    middle = {name: (low + high) / 2 for name, (low, high) in box.items()}
    found = [abs(objective.at(point)) for point in (*corners, middle)]
    return max((upper_bound(value) for value in found if value.is_finite()), default=Fraction(1)) or Fraction(1)


def value_at(objective: Objective, point: Point) -> tuple[Fraction, Fraction] | None:
    """Return bounds of an objective at a point; None where it is not defined there."""
    found = objective.at(point)
    return (lower_bound(found), upper_bound(found)) if found.is_finite() else None


def double(value: Fraction, up: bool = True) -> float:
    """Return a double that is no less than a number, or no more; infinite where the number is beyond all doubles.

    Examples
    --------
    >>> double(Fraction(1, 10)) > Fraction(1, 10) > double(Fraction(1, 10), up=False), double(Fraction(10) ** 400)
    (True, inf)
    """
    outwards = math.inf if up else -math.inf
    try:
        found = float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
    exact = Fraction(found)
    return math.nextafter(found, outwards) if (exact < value if up else exact > value) else found
