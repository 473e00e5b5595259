"""Where everybody's best replies are, though utilities are not concave: one decision is searched through, rigorously.

Around the boxes B_i, in which the first-order condition holds, utilities may be concave, so that nothing there beats
what is in the box. Elsewhere a piece of the range is bisected until

- U_i on the piece is at most U_i(r), for a point r of B_i, by balls;
- U_i moves one way on it: towards the box, where the piece beside it is at least as good, or away from it, where its
  end is what has to be compared. That is done over fractions where others' decisions and the utility are rational, so
  that a best reply that is as good as another one, at a bound, stays a best reply.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from heapq import heappop, heappush
from typing import Any

import numpy as np

from ...formulations.errors import UnsupportedModel
from ..readings.balls import Balls, enclosing, precision
from ..readings.game import GameReading
from ..readings.rationals import Irrational, Rationals
from .concavity import BITS, concave

PEOPLE = 64
"""Of up to how many people each one's range is searched."""
PIECES = 4096
"""Pieces of all ranges at most; only time depends on it."""
HALVINGS = 40
"""How often the range is halved at most around boxes, until utilities are concave there."""


def best_between(
    reading: GameReading, boxes: tuple[Any, Any], faced: tuple[Any, Any], decided: Mapping[str, Any]
) -> tuple[Any, Any] | None:
    """Return bounds around boxes between which utilities are concave, and beyond which nobody has a better reply.

    None where that is not shown. It holds against whatever the others decide, if it adds up to between what is faced.

    Parameters
    ----------
    reading
        The game over floats or fractions.
    boxes
        The least and the most of everybody's decisions.
    faced
        The least and the most that the others' decisions may add up to, for each person.
    decided
        The earlier decisions.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> reading = GameReading(StackelbergPricing(cost=[1, 1], alpha=4, beta=2), Rationals())
    >>> boxes, others = (reading.vector(["1/5", "1/5"]), reading.vector(["2/5", "2/5"])), reading.vector(["1/4", "1/4"])
    >>> low, high = best_between(reading, boxes, (others, others), {"reward_pool": 1})
    >>> bool(low[0] <= boxes[0][0] and high[0] >= boxes[1][0])
    True
    """
    if len(reading.lower) > PEOPLE:
        return None
    low, high = boxes
    algebra, span = reading.algebra, reading.upper - reading.lower
    for power in range(1, HALVINGS):
        reach = span / 2**power
        around = algebra.maximum(low - reach, reading.lower), algebra.minimum(high + reach, reading.upper)
        if concave(reading, faced, decided, around):
            break
    else:
        return None
    fractions = [_fractions(ends) for ends in (*boxes, *around, *faced, reading.lower, reading.upper)]
    room = PIECES // len(span)
    with precision(BITS):
        for index in range(len(span)):
            below, above, left, right, least, most, lower, upper = (ends[index] for ends in fractions)
            person = _Person(reading.game, index, (least, most), (below + above) / 2, decided)
            if not (person.beaten(lower, left, 1, room) and person.beaten(right, upper, -1, room)):
                return None
    return around


def better_reply(
    reading: GameReading, own: Any, decided: Mapping[str, Any], gain: float
) -> tuple[int, Fraction] | None:
    """Return somebody and a decision that gains more than so much; None, where none is found, proves nothing.

    The most promising pieces of everybody's range are bisected first.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> reading = GameReading(StackelbergPricing(cost=[1, 1], alpha=4, beta=2), Rationals())
    >>> print(*better_reply(reading, reading.vector(["1/4", "1/9"]), {"reward_pool": 1}, 1e-3))
    0 7/32
    """
    count = len(reading.lower)
    if count > PEOPLE:
        return None
    others = reading.algebra.sum(own) - own
    bounds = [_fractions(ends) for ends in (own, others, reading.lower, reading.upper)]
    with precision(BITS):
        for index in range(count):
            here, rest, lower, upper = (ends[index] for ends in bounds)
            person = _Person(reading.game, index, (rest, rest), here, decided)
            found = person.better(lower, upper, gain, PIECES // count)
            if found is not None:
                return index, found
    return None


def _fractions(values: Any) -> list[Fraction]:
    return [Fraction(value) for value in np.asarray(values).tolist()]


@dataclass(frozen=True)
class _Person:
    """Somebody's utility against the others' sums, and a decision that no other one is to beat."""

    game: Any
    index: int
    faced: tuple[Fraction, Fraction]
    best: Fraction
    decided: Mapping[str, Any]

    def beaten(self, low: Fraction, high: Fraction, towards: int, room: int) -> bool:
        """Whether nothing between two decisions is better; the best is above them (1) or below them (−1)."""
        pieces = [(low, high)] if low < high else []
        for _ in range(room):
            if not pieces:
                return True
            low, high = pieces.pop()
            if not self._settled(low, high, towards):
                middle = (low + high) / 2
                if self._utility(enclosing(middle, middle)) > self._reached:
                    return False
                pieces += [(low, middle), (middle, high)]
        return False

    def better(self, low: Fraction, high: Fraction, gain: float, room: int) -> Fraction | None:
        """Return a decision that certainly gains more."""
        pieces: list[tuple[float, Fraction, Fraction]] = [(-np.inf, low, high)]
        for _ in range(room):
            if not pieces:
                return None
            _, low, high = heappop(pieces)
            middle = (low + high) / 2
            gained = self._utility(enclosing(middle, middle)) - self._reached
            if gained > gain:
                return middle
            for piece in ((low, middle), (middle, high)):
                most = self._utility(enclosing(*piece)) - self._reached
                if not most <= gain:
                    heappush(pieces, (-float(most.upper()) if most.is_finite() else -np.inf, *piece))
        return None

    def _settled(self, low: Fraction, high: Fraction, towards: int) -> bool:
        piece = enclosing(low, high)
        if self._utility(piece) <= self._reached:
            return True
        slope = self._slope(piece)
        if slope is None:
            return False
        if towards * slope >= 0:
            return True
        return bool(towards * slope <= 0) and self._at_most(low if towards > 0 else high)

    def _at_most(self, there: Fraction) -> bool:
        """Whether a decision is certainly no better."""
        if self._utility(enclosing(there, there)) <= self._reached:
            return True
        if self.faced[0] != self.faced[1]:
            return False
        person, one = self._person(Rationals()), np.ones(1, dtype=object)
        try:
            worth = [person.utility(x * one, self.faced[0] * one, self._fixed)[0] for x in (there, self.best)]
            return bool(worth[0] <= worth[1])
        except (Irrational, ZeroDivisionError, TypeError):
            return False

    @cached_property
    def _fixed(self) -> dict[str, Any]:
        return {name: Fraction(value) for name, value in self.decided.items() if np.ndim(value) == 0}

    def _person(self, algebra: Any) -> GameReading:
        return GameReading(self.game, algebra).subset([self.index])

    @cached_property
    def _balls(self) -> tuple[GameReading, Any, dict[str, Any]]:
        known = {name: Balls().number(value) for name, value in self._fixed.items()}
        return self._person(Balls()), np.array([enclosing(*self.faced)], dtype=object), known

    def _utility(self, own: Any) -> Any:
        person, others, known = self._balls
        return person.utility(np.array([own], dtype=object), others, known)[0]

    def _slope(self, own: Any) -> Any:
        """The marginal utility, None where a kink or a step may be."""
        person, others, known = self._balls
        try:
            return person.marginal(np.array([own], dtype=object), others, known)[0]
        except (TypeError, ZeroDivisionError, UnsupportedModel):
            return None

    @cached_property
    def _reached(self) -> Any:
        return self._utility(enclosing(self.best, self.best))
