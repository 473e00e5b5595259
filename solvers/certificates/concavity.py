"""That utilities are concave in the own decision: the second derivative on boxes that cover the whole range."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from ...formulations.errors import UnsupportedModel
from ...formulations.language import Game
from ..readings.balls import Balls, enclosing, precision
from ..readings.derivative import Derivative
from ..readings.game import GameReading
from ..readings.intervals import Interval, Intervals
from ..readings.rationals import Rationals
from .sides import Turns, sides_of

PIECES = 4096
FINEST = Fraction(1, 2**24)
"""Part of the range at which a piece is given up: what falls everywhere is seen to on far wider ones."""
BITS = 128


def concave(
    reading: GameReading, faced: tuple[Any, Any], decided: Mapping[str, Any], within: tuple[Any, Any] | None = None
) -> bool:
    """Whether nobody's marginal utility rises anywhere between the bounds.

    Shown on balls if the reading is over fractions, else on intervals of doubles. False means that it was not shown.

    Parameters
    ----------
    reading
        The game over floats or fractions.
    faced
        The least and the most that the others' decisions may add up to, for each person.
    decided
        The earlier decisions.
    within
        Other bounds than those of the decisions.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> from mechproof.solvers.readings.vectors import Vectors
    >>> reading = GameReading(StackelbergPricing(cost=[1, 1, 3], alpha=30, beta=6), Vectors())
    >>> others = np.array([0.5, 0.5, 1.0])
    >>> concave(reading, (others, others), {"reward_pool": 2.0})
    True
    """
    others, (low, high) = _box(reading, *faced), within or (reading.lower, reading.upper)
    if isinstance(reading.algebra, Rationals):
        decided = {name: Balls().number(value) for name, value in decided.items()}
    try:
        with precision(BITS), np.errstate(all="ignore"):
            sides = sides_of(reading.game, decided)
            turns = Turns(GameReading(reading.game, _enclosing(reading)), decided)
            falls = partial(_falls, reading, others, decided)
            if len(sides) == 1:
                return _everywhere(reading, low, high, partial(falls, sides[0]))
            return _everywhere(reading, low, high, partial(_turns_down, falls, reading.game, sides, turns, others))
    except (TypeError, UnsupportedModel):
        return False


def _everywhere(reading: GameReading, lower: Any, upper: Any, shown: Callable[[Any], bool | None]) -> bool:
    """Whether something is shown on boxes that cover everybody's range; None is that it may be on smaller ones."""

    def between(part: Fraction) -> Any:
        return lower + (upper - lower) * (part if isinstance(reading.algebra, Rationals) else float(part))

    pieces = [(Fraction(0), Fraction(1))]
    for _ in range(PIECES):
        if not pieces:
            return True
        low, high = pieces.pop()
        found = shown(_box(reading, between(low), between(high)))
        if found:
            continue
        middle = (low + high) / 2
        # where it is false it is seldom so by a hair: a point tells what wide boxes do not
        if (
            found is False
            or high - low < FINEST
            or _at(shown, _box(reading, between(middle), between(middle))) is False
        ):
            return False
        pieces += [(low, middle), (middle, high)]
    return False


def _at(shown: Callable[[Any], bool | None], point: Any) -> bool | None:
    try:
        return shown(point)
    except (TypeError, UnsupportedModel):  # on a step, or on a kink
        return None


def _enclosing(reading: GameReading) -> Any:
    return Balls() if isinstance(reading.algebra, Rationals) else Intervals()


def _box(reading: GameReading, low: Any, high: Any) -> Any:
    return np.frompyfunc(enclosing, 2, 1)(low, high) if isinstance(reading.algebra, Rationals) else Interval(low, high)


def _falls(reading: GameReading, others: Any, decided: Mapping[str, Any], side: Game, own: Any) -> bool | None:
    """Whether everybody's marginal utility falls on boxes; False where somebody's rises, None where that is open."""
    dual = Derivative(_enclosing(reading))
    bend = dual.slope(GameReading(side, dual).marginal(dual.variable(own), others, decided))
    least, most = (bend.low, bend.high) if isinstance(bend, Interval) else (bend, bend)
    if np.all(np.asarray(most <= 0, dtype=bool)):
        return True
    return False if np.any(np.asarray(least > 0, dtype=bool)) else None


def _turns_down(falls: Any, game: Game, sides: list[Game], turns: Turns, others: Any, own: Any) -> bool | None:
    """The same of utilities with kinks; boxes to one side of all of them are those of a smooth one.

    A kink at the edge of two boxes is on one of them, and there shown to turn utilities down.
    """
    with suppress(TypeError, UnsupportedModel):
        found: bool | None = falls(game, own)
        if found is not None:
            return found
    if not turns.down(own, others):
        return None
    found_of = [falls(side, own) for side in sides]
    return True if all(found_of) else None
