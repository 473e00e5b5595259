"""What somebody's other decisions are worth, piece by piece: bounds on each piece of a utility with steps and kinks.

On a piece the utility is one smooth formula. It is bounded there, its ends included whether they are attained or not,
by balls on ever smaller parts: by its values, by its slope, or, where it is concave, by its slope at an end over
fractions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.algebra import Formula, read, roles_of
from ...formulations.data import as_fractions
from ...formulations.errors import UnsupportedModel
from ..readings.balls import Balls, ball, enclosing
from ..readings.branches import Piece
from ..readings.derivative import Derivative
from ..readings.game import GameReading
from ..readings.piece_game import Branching, one_of, taken
from ..readings.rationals import Irrational, Rationals

PEOPLE = 64
"""Of up to how many people each one's pieces are searched."""
PIECES = 4096
"""Into how many parts all pieces are cut at most; only time depends on it."""


@dataclass(frozen=True)
class Person:
    """Somebody's utility against the others' sums, between two, and the decision that no other is to beat.

    `sides` are those of its steps and kinks: in balls it cannot be told on which side of an edge a decision on it is.
    """

    game: Any
    index: int
    faced: tuple[Any, Any]
    best: Any
    sides: tuple[int, ...]
    decided: Mapping[str, Any]

    @cached_property
    def utility(self) -> Formula:
        """The utility by role."""
        return GameReading(self.game, Rationals()).population.utility

    @cached_property
    def exact(self) -> dict[str, Any] | None:
        """Everything but the own decision over fractions, None if the others' sum counts and is not one number."""
        if self.faced[0] != self.faced[1] and "others" in roles_of(self.utility):
            return None
        return self._roles(GameReading(self.game, Rationals()), self.faced[0])

    @cached_property
    def balls(self) -> dict[str, Any]:
        """The same in balls."""
        return self._roles(GameReading(self.game, Balls()), enclosing(*self.faced))

    def _roles(self, reading: GameReading, others: Any) -> dict[str, Any]:
        known = {n: reading.algebra.number(as_fractions([v])[0]) for n, v in self.decided.items() if np.ndim(v) == 0}
        return {**one_of(reading, self.index), **known, "others": others}

    @cached_property
    def reached(self) -> Any:
        """What the own decision is worth, in balls."""
        return _one(read(taken(self.utility, self.sides), Balls(), {**self.balls, "own": ball(self.best)}))

    def worth(self, own: Any, utility: Formula | None = None) -> Any:
        """Return what a decision is worth exactly; None where that is not known."""
        try:
            if self.exact is None:
                return None
            found = _one(read(utility or self.utility, Rationals(), {**self.exact, "own": Fraction(own)}))
        except (Irrational, ZeroDivisionError, TypeError):
            return None
        return found if isinstance(found, int | Fraction) else None

    def beaten(self, piece: Piece, towards: int, gain: Any, room: int) -> bool:
        """Whether nothing on a piece, its ends included, is worth more than what is reached, and so much.

        A piece that leads `towards` the own one without a jump (1: it is below, −1: above) needs only to rise so.
        """
        there = _Part(self, piece, towards, gain)
        if piece.point:
            return there.at_most(piece.low)
        parts = [(Fraction(piece.low), Fraction(piece.high))]
        for _ in range(room):
            if not parts:
                return True
            low, high = parts.pop()
            if there.settled(low, high):
                continue
            middle = (low + high) / 2
            if there.value(middle, middle) > self.reached + gain:
                return False
            parts += [(low, middle), (middle, high)]
        return False


@dataclass(frozen=True)
class _Part:
    """One person's utility on one piece, as the smooth formula it is there."""

    person: Person
    piece: Piece
    towards: int
    gain: Any

    @cached_property
    def utility(self) -> Formula:
        return taken(self.person.utility, self.piece.weights)

    def value(self, low: Any, high: Any) -> Any:
        return _one(read(self.utility, Balls(), {**self.person.balls, "own": enclosing(low, high)}))

    def slope(self, low: Any, high: Any) -> Any:
        dual = Derivative(Balls())
        try:
            roles = {**self.person.balls, "own": dual.variable(enclosing(low, high))}
            return ball(_one(dual.slope(read(self.utility, dual, roles))))
        except (TypeError, ZeroDivisionError, UnsupportedModel):
            return None

    def bends_down(self, low: Any, high: Any) -> bool:
        """Whether the utility is certainly concave between two decisions."""
        once = Derivative(Balls())
        twice = Derivative(once)
        try:
            own = twice.variable(once.variable(enclosing(low, high)))
            return bool(
                ball(_one(once.slope(twice.slope(read(self.utility, twice, {**self.person.balls, "own": own}))))) <= 0
            )
        except (TypeError, ZeroDivisionError, UnsupportedModel):
            return False

    def exact_slope(self, there: Any) -> Any:
        """The marginal utility over fractions, None where it is not known."""
        dual = Derivative(Rationals())
        try:
            if self.person.exact is None:
                return None
            roles = {**self.person.exact, "own": dual.variable(Fraction(there))}
            found = _one(dual.slope(read(self.utility, dual, roles)))
        except (Irrational, ZeroDivisionError, TypeError, UnsupportedModel):
            return None
        return found if isinstance(found, int | Fraction) else None

    def settled(self, low: Fraction, high: Fraction) -> bool:
        reached = self.person.reached + self.gain
        if self.value(low, high) <= reached:
            return True
        slope = self.slope(low, high)
        if slope is None:
            return False
        if self.towards and slope * self.towards >= 0:
            return True
        if slope >= 0 or slope <= 0:
            return self.at_most(high if slope >= 0 else low)
        middle = (low + high) / 2
        if self.value(middle, middle) + slope * (enclosing(low, high) - ball(middle)) <= reached:
            return True
        return self.bends_down(low, high) and self.falls_away(low, high)

    def falls_away(self, low: Fraction, high: Fraction) -> bool:
        """Whether, being concave, it certainly falls from the lower one or rises to the upper one, no better itself."""
        at_low, at_high = self.exact_slope(low), self.exact_slope(high)
        if at_low is not None and at_low <= 0:
            return self.at_most(low)
        return at_high is not None and bool(at_high >= 0) and self.at_most(high)

    def at_most(self, there: Any) -> bool:
        """Whether a decision, valued by the piece's formula, is certainly worth no more."""
        if self.value(there, there) <= self.person.reached + self.gain:
            return True
        one, two = self.person.worth(there, self.utility), self.person.worth(self.person.best)
        return one is not None and two is not None and bool(one <= two)


def _one(value: Any) -> Any:
    return np.ravel(np.asarray(value, dtype=object))[0]


def nobody_gains(game: Any, own: Any, decided: Mapping[str, Any], gain: Any) -> bool:
    """Whether nobody is shown to gain more than so much by any other decision, on any piece of the own range.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> game = StackelbergPricing(cost=[1, 1], alpha=4, beta=2)
    >>> nobody_gains(game, [Fraction(1, 4)] * 2, {"reward_pool": 1}, 1e-9)
    True
    """
    branching, exact = Branching(game, decided), fractions_of(own)
    if len(exact) > PEOPLE:
        return False
    total = sum(exact)
    for index, here in enumerate(exact):
        others = total - here
        pieces = branching.pieces(index, others)
        mine = next((piece for piece in pieces if piece.holds(here)), None)
        if mine is None:
            return False
        person = Person(game, index, (others, others), here, mine.weights, decided)
        if not all(person.beaten(piece, 0, ball(gain), PIECES // len(exact)) for piece in pieces):
            return False
    return True


def fractions_of(values: Any) -> list[Fraction]:
    """Return numbers as the fractions they are."""
    return [Fraction(value) for value in np.asarray(values).tolist()]
