"""Better decisions than the given ones, searched for in doubles: a guess, on which no verdict rests.

What is found is evaluated again by whoever refutes with it; that nothing is found shows nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...solvers.readings.game import GameReading
from ...solvers.readings.vectors import Vectors
from .profile import Profile


def best_deviations(profile: Profile, members: Any, points: int = 128, sections: int = 50) -> tuple[Any, Any]:
    """Return the best decisions found for some people and what they gain, in doubles: grids, refined by sections.

    The grids are even between the bounds, and by halvings towards the lower bound and around the given decision.
    """
    reading = GameReading(profile.game, Vectors())
    own, others = np.asarray(profile.own, dtype=float), np.asarray(profile.others, dtype=float)
    decided = {name: float(value) for name, value in profile.decided.items()}
    part = reading.subset(members)
    low, high, rest = part.lower, part.upper, others[members]
    span, given = high - low, own[members]

    def utility(there: Any) -> Any:
        values = np.asarray(part.utility(there, rest, decided), dtype=float)
        return np.where(np.isfinite(values), values, -np.inf)

    here = utility(given)
    # a guess: a better decision that is missed makes no verdict wrong, since `holds` rests on concavity or a cover
    tried = [low + span * k / points for k in range(points + 1)]
    tried += [low + span / 2.0**k for k in range(8, 50, 3)]
    tried += [np.clip(given + side * given / 2.0**k, low, high) for k in range(1, 30, 4) for side in (-1, 1)]
    best, value = given, here
    width = span / points
    for there in tried:
        reached = utility(there)
        better = reached > value
        best, value = np.where(better, there, best), np.where(better, reached, value)
    # a maximum between neighbours of the grid, by golden sections; fifty narrow it by 3e-11, and values tell no better
    left, right = np.maximum(best - np.minimum(width, best), low), np.minimum(best + width, high)
    ratio = (np.sqrt(5) - 1) / 2
    for _ in range(sections):
        inner, outer = right - ratio * (right - left), left + ratio * (right - left)
        rises = utility(outer) > utility(inner)
        left, right = np.where(rises, inner, left), np.where(rises, right, outer)
    middle = (left + right) / 2
    refined = utility(middle)
    better = refined > value
    return np.where(better, middle, best), np.where(better, refined, value) - here


def utility_scale(profile: Profile) -> float:
    """What a gain is relative to where utilities are not concave: the largest utility, here or at the upper bounds."""
    floats = GameReading(profile.game, Vectors())
    decided = {name: float(value) for name, value in profile.decided.items()}
    others = np.asarray(profile.others, dtype=float)
    for own in (np.asarray(profile.own, dtype=float), floats.upper):
        largest = float(np.max(np.abs(floats.utility(own, others, decided))))
        if largest > 0:
            return largest
    return 1.0
