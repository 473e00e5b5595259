"""One person's utility of two decisions at once, in balls or fractions: joint concavity, and what beats a pair.

A utility is jointly concave where its second derivatives h satisfy Sylvester's conditions

    h_xx ≤ 0,    h_yy ≤ 0,    h_xx h_yy − h_xy² ≥ 0,

shown on boxes that cover the rectangle of both decisions, whatever the others decide between two sums.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from ...formulations.algebra import read
from ...formulations.errors import UnsupportedModel
from ..readings.balls import Balls, ball, enclosing
from ..readings.derivative import Derivative
from ..readings.piece_game import one_of
from ..readings.rationals import Irrational, Rationals
from ..readings.two_decisions import TwoDecisions

Side: TypeAlias = tuple[Fraction, Fraction]
Box: TypeAlias = tuple[Side, Side]
BOXES = 4000
"""Boxes of one person's rectangle at most; only time depends on it."""
HALVINGS = 14
"""How often the rectangle is halved around a pair until a utility is concave there."""


@dataclass(frozen=True)
class TwoPerson:
    """Somebody's utility of two decisions, the others' sums being within two sides."""

    game: Any
    index: int
    faced: Box

    @cached_property
    def _balls(self) -> tuple[TwoDecisions, dict[str, Any], list[Any]]:
        reading = TwoDecisions(self.game, Balls())
        return reading, one_of(reading, self.index), [enclosing(*side) for side in self.faced]

    def value(self, box: Box) -> Any:
        """The utility on a box, in balls."""
        reading, data, others = self._balls
        own = [enclosing(*side) for side in box]
        return _one(read(reading.population.utility, Balls(), {**data, **reading.of_two(own, others)}))

    def exactly(self, pair: tuple[Fraction, Fraction]) -> Any:
        """The utility at a pair over fractions, None where it is not rational, or the others' sums are not known."""
        if any(low != high for low, high in self.faced):
            return None
        reading = TwoDecisions(self.game, Rationals())
        roles = {**one_of(reading, self.index), **reading.of_two(pair, [low for low, _ in self.faced])}
        try:
            found = _one(read(reading.population.utility, Rationals(), roles))
        except (Irrational, ZeroDivisionError, TypeError):
            return None
        return found if isinstance(found, int | Fraction) else None

    def slopes(self, box: Box) -> list[Any]:
        """Both marginal utilities on a box, in balls."""
        reading, data, others = self._balls
        dual, found = Derivative(Balls()), []
        for k in range(2):
            own: list[Any] = [enclosing(*side) for side in box]
            own[k] = dual.variable(own[k])
            value = read(reading.population.utility, dual, {**data, **reading.of_two(own, others)})
            found.append(ball(_one(dual.slope(value))))
        return found

    def bend(self, box: Box, one: int, two: int) -> Any:
        """A second derivative on a box, in balls."""
        reading, data, others = self._balls
        once = Derivative(Balls())
        twice = Derivative(once)
        own: list[Any] = [enclosing(*side) for side in box]
        own[one] = once.variable(own[one])
        own[two] = twice.variable(own[two])
        value = read(reading.population.utility, twice, {**data, **reading.of_two(own, others)})
        return ball(_one(once.slope(twice.slope(value))))

    def bends_down(self, box: Box) -> bool | None:
        """Whether Sylvester's conditions hold on a box; False where one fails on all of it, None where it is open."""
        try:
            first, second, mixed = self.bend(box, 0, 0), self.bend(box, 1, 1), self.bend(box, 0, 1)
        except (TypeError, ZeroDivisionError, UnsupportedModel):
            return None
        determinant = first * second - mixed * mixed
        if first <= 0 and second <= 0 and determinant >= 0:
            return True
        return False if first > 0 or second > 0 or determinant < 0 else None

    def concave(self, box: Box) -> bool | None:
        """Whether the utility is jointly concave on a rectangle; False where it is not, None where that is open."""
        waiting = [box]
        for _ in range(BOXES):
            if not waiting:
                return True
            part = waiting.pop()
            found = self.bends_down(part)
            if found is False:
                return False
            if found is None:
                waiting += halves(part, box)
        return None

    def best(self, pair: tuple[Fraction, Fraction], box: Box, near: Box) -> bool:
        """Whether nothing on a rectangle beats a pair, though the utility is not jointly concave on all of it."""
        around = self._concave_around(box, near)
        if around is None:
            return False
        reached, waiting = self.value(((pair[0], pair[0]), (pair[1], pair[1]))), [box]
        for _ in range(BOXES):
            if not waiting:
                return True
            part = waiting.pop()
            if not (_inside(part, around) or self._below(part, reached)):
                waiting += halves(part, box)
        return False

    def _concave_around(self, box: Box, near: Box) -> Box | None:
        for power in range(1, HALVINGS):
            sides = []
            for (low, high), (least, most) in zip(box, near, strict=True):
                reach = (high - low) / 2**power
                sides.append((max(low, least - reach), min(high, most + reach)))
            if self._peaks(sides, box, near):
                return sides[0], sides[1]
        return None

    def _peaks(self, sides: list[Side], box: Box, near: Box) -> bool:
        """Whether what is best on a rectangle is near: held along what is pushed to a bound, concave along the rest.

        At the enclosed pair the conditions hold of the rest, and concavity does what is left.
        """
        around = sides[0], sides[1]
        try:
            slopes = self.slopes(around)
        except (TypeError, ZeroDivisionError, UnsupportedModel):
            return False
        held = [
            bool((near[k] == (box[k][0],) * 2 and slopes[k] <= 0) or (near[k] == (box[k][1],) * 2 and slopes[k] >= 0))
            for k in range(2)
        ]
        if not any(held):
            return self.concave(around) is True
        return all(held[k] or bool(self.bend(around, k, k) <= 0) for k in range(2))

    def _below(self, box: Box, reached: Any) -> bool:
        if self.value(box) <= reached:
            return True
        middle = tuple((low + high) / 2 for low, high in box)
        try:
            slopes = self.slopes(box)
        except (TypeError, ZeroDivisionError, UnsupportedModel):
            return False
        moved = sum(slopes[k] * (enclosing(*box[k]) - ball(middle[k])) for k in range(2))
        return bool(self.value(((middle[0],) * 2, (middle[1],) * 2)) + moved <= reached)


def halves(box: Box, whole: Box) -> Iterator[Box]:
    """Cut a box across the side that is relatively the longer.

    Examples
    --------
    >>> unit = ((Fraction(0), Fraction(1)), (Fraction(0), Fraction(1, 2)))
    >>> [str(part[0][0]) for part in halves(unit, unit)]
    ['0', '1/2']
    """
    lengths = [
        (high - low) / (most - least) if most > least else Fraction(0)
        for (low, high), (least, most) in zip(box, whole, strict=True)
    ]
    at = 0 if lengths[0] >= lengths[1] else 1
    low, high = box[at]
    middle = (low + high) / 2
    for side in ((low, middle), (middle, high)):
        yield (side, box[1]) if at == 0 else (box[0], side)


def _inside(box: Box, other: Box) -> bool:
    return all(least <= low and high <= most for (low, high), (least, most) in zip(box, other, strict=True))


def _one(value: Any) -> Any:
    return np.ravel(np.asarray(value, dtype=object))[0]
