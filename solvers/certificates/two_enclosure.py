"""An equilibrium of two decisions a person, enclosed in balls by Krawczyk's operator.

Decisions that somebody's marginal utility pushes against a bound are held there; of the others z the marginal utilities
G vanish. With Y near the inverse of G's derivative and a box Z around z,

    z − Y G(z) + (1 − Y G′(Z)) (Z − z)  inside Z

shows that G has a zero in Z, and only one.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.errors import UnsupportedModel
from ..readings.balls import Balls, ball, enclosing, lower_bound, upper_bound
from ..readings.rationals import Irrational, Rationals
from ..readings.two_decisions import TwoDecisions
from ..readings.vectors import Vectors

WIDENED = 12
"""How often a box is widened, each time sixteen times."""
FINEST = Fraction(1, 2**50)
"""Half the width of the first box, relative to the largest decision."""


@dataclass(frozen=True)
class TwoEnclosure:
    """Boxes, one for each of the first decisions and then of the second, that hold an equilibrium's conditions."""

    low: list[Fraction]
    high: list[Fraction]

    def faced(self, index: int) -> tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]:
        """Return what the others of one person decide together, at the least and at the most."""
        half = len(self.low) // 2
        first, second = (
            tuple(sum(ends[part], Fraction(0)) - ends[part][index] for ends in (self.low, self.high))
            for part in (slice(0, half), slice(half, None))
        )
        return (first[0], first[1]), (second[0], second[1])

    def own(self, index: int) -> tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]:
        """Return one person's boxes."""
        other = index + len(self.low) // 2
        return (self.low[index], self.high[index]), (self.low[other], self.high[other])


def enclosed(game: Any, here: list[Fraction], bounds: tuple[list[Fraction], list[Fraction]]) -> TwoEnclosure | str:
    """Return boxes around decisions that hold a point at which everybody's conditions hold; or why there is none.

    Parameters
    ----------
    game
        A game whose people decide on two things.
    here
        The first decisions of everybody, then the second ones, within their bounds.
    bounds
        The lower and the upper bounds of all of them.
    """
    if _exactly(game, here, bounds):
        return TwoEnclosure(here, here)
    try:
        return _Krawczyk(game, here, bounds).enclosure()
    except (TypeError, ZeroDivisionError, UnsupportedModel, np.linalg.LinAlgError) as refusal:
        return f"the marginal utilities at the answer are not known: {refusal}"


def _exactly(game: Any, here: list[Fraction], bounds: tuple[list[Fraction], list[Fraction]]) -> bool:
    """Whether everybody's conditions hold exactly."""
    reading, half = TwoDecisions(game, Rationals()), len(here) // 2
    own = np.array(here[:half], dtype=object), np.array(here[half:], dtype=object)
    try:
        pulls = np.concatenate(reading.slopes(own, reading.faced(own))).tolist()
        return all(
            (pull == 0) or (pull < 0 and value == low) or (pull > 0 and value == high)
            for pull, value, low, high in zip(pulls, here, *bounds, strict=True)
        )
    except (Irrational, ZeroDivisionError, TypeError, UnsupportedModel):
        return False


@dataclass(frozen=True)
class _Krawczyk:
    game: Any
    here: list[Fraction]
    bounds: tuple[list[Fraction], list[Fraction]]

    @property
    def half(self) -> int:
        return len(self.here) // 2

    def enclosure(self) -> TwoEnclosure | str:
        floats = TwoDecisions(self.game, Vectors())
        start = np.array([float(value) for value in self.here])
        pull = self._flat(floats.slopes, floats, start)
        lower, upper = (np.array([float(value) for value in side]) for side in self.bounds)
        held = ((start <= lower) & (pull < 0)) | ((start >= upper) & (pull > 0))
        free = np.flatnonzero(~held)
        inverse = np.linalg.inv(self._rates(floats, start)[np.ix_(free, free)]) if len(free) else np.zeros((0, 0))
        if not np.all(np.isfinite(inverse)):
            return "the marginal utilities at the answer are not known"
        centre = self._centred(free, inverse)
        reach = FINEST * (max(abs(value) for value in self.here) or Fraction(1))
        for _ in range(WIDENED):
            found = self._inside(centre, free, inverse, reach)
            if found is not None:
                return (
                    found
                    if self._pushed(found, free)
                    else "somebody's decision on a bound is not shown to be held there"
                )
            reach *= 16
        return "no point at which all conditions hold was enclosed around the answer"

    def _balls(self, low: list[Fraction], high: list[Fraction]) -> Any:
        return np.array([enclosing(*ends) for ends in zip(low, high, strict=True)], dtype=object)

    def _flat(self, function: Any, reading: TwoDecisions, values: Any) -> Any:
        own = values[: self.half], values[self.half :]
        return np.concatenate(function(own, reading.faced(own)))

    def _rates(self, reading: TwoDecisions, values: Any) -> Any:
        own = values[: self.half], values[self.half :]
        return reading.jacobian(own, reading.faced(own))

    def _centred(self, free: Any, inverse: Any) -> list[Fraction]:
        """Move the free decisions by a Newton step or two, nearer to where the conditions hold."""
        reading, centre = TwoDecisions(self.game, Balls()), list(self.here)
        for _ in range(2):
            pull = self._flat(reading.slopes, reading, self._balls(centre, centre))[free]
            for place, step in zip(free.tolist(), _times(inverse, pull), strict=True):
                centre[place] -= Fraction(float(ball(step).mid()))
        return centre

    def _inside(self, centre: list[Fraction], free: Any, inverse: Any, reach: Fraction) -> TwoEnclosure | None:
        reading, (lower, upper) = TwoDecisions(self.game, Balls()), self.bounds
        low, high = list(centre), list(centre)
        for place in free.tolist():
            low[place], high[place] = centre[place] - reach, centre[place] + reach
        if any(low[k] < lower[k] or high[k] > upper[k] for k in free.tolist()):
            return None
        pull = self._flat(reading.slopes, reading, self._balls(centre, centre))[free]
        rates = self._rates(reading, self._balls(low, high))[np.ix_(free, free)]
        steps = _times(inverse, pull)
        for row, place in enumerate(free.tolist()):
            spread = ball(0)
            for column in range(len(free)):
                left = ball(1 if row == column else 0)
                for k in range(len(free)):
                    left = left - ball(float(inverse[row, k])) * ball(rates[k, column])
                spread = spread + left * enclosing(-reach, reach)
            image = ball(centre[place]) - steps[row] + spread
            if not (image.is_finite() and lower_bound(image) > low[place] and upper_bound(image) < high[place]):
                return None
        return TwoEnclosure(low, high)

    def _pushed(self, found: TwoEnclosure, free: Any) -> bool:
        """Whether the decisions that are held on a bound are pushed against it, wherever the others are."""
        reading = TwoDecisions(self.game, Balls())
        pull = self._flat(reading.slopes, reading, self._balls(found.low, found.high))
        lower, upper = self.bounds
        held = set(range(len(self.here))) - set(free.tolist())
        return all(
            lower[k] == upper[k]
            or bool(pull[k] <= 0 and found.low[k] == lower[k])
            or bool(pull[k] >= 0 and found.high[k] == upper[k])
            for k in held
        )


def _times(matrix: Any, vector: Any) -> list[Any]:
    """Return a product in balls of a matrix in doubles and a vector."""
    rows = []
    for row in matrix:
        total = ball(0)
        for entry, value in zip(row.tolist(), vector, strict=True):
            total = total + ball(entry) * ball(value)
        rows.append(total)
    return rows
