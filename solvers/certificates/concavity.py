"""That utilities are concave in the own decision: the second derivative on boxes that cover the whole range."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


def concave(reading: GameReading, faced: tuple[Any, Any], decided: Mapping[str, Any]) -> bool:
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

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> from mechproof.solvers.readings.vectors import Vectors
    >>> reading = GameReading(StackelbergPricing(cost=[1, 1, 3], alpha=30, beta=6), Vectors())
    >>> others = np.array([0.5, 0.5, 1.0])
    >>> concave(reading, (others, others), {"reward_pool": 2.0})
    True
    """
    others = _box(reading, *faced)
    if isinstance(reading.algebra, Rationals):
        decided = {name: Balls().number(value) for name, value in decided.items()}
    try:
        with precision(BITS), np.errstate(all="ignore"):
            sides = sides_of(reading.game, decided)
            turns = Turns(GameReading(reading.game, _enclosing(reading)), decided)
            if len(sides) > 1 and not _everywhere(reading, lambda own: turns.down(own, others) or None):
                return False
            return all(_everywhere(reading, partial(_falls, reading, side, others, decided)) for side in sides)
    except (TypeError, UnsupportedModel):
        return False


def _everywhere(reading: GameReading, shown: Callable[[Any], bool | None]) -> bool:
    """Whether something is shown on boxes that cover everybody's range; None is that it may be on smaller ones."""
    pieces = [(Fraction(0), Fraction(1))]
    for _ in range(PIECES):
        if not pieces:
            return True
        low, high = pieces.pop()
        found = shown(_box(reading, _between(reading, low), _between(reading, high)))
        if found is False or (found is None and high - low < FINEST):
            return False
        if found is None:
            middle = (low + high) / 2
            pieces += [(low, middle), (middle, high)]
    return False


def _enclosing(reading: GameReading) -> Any:
    return Balls() if isinstance(reading.algebra, Rationals) else Intervals()


def _box(reading: GameReading, low: Any, high: Any) -> Any:
    return np.frompyfunc(enclosing, 2, 1)(low, high) if isinstance(reading.algebra, Rationals) else Interval(low, high)


def _between(reading: GameReading, part: Fraction) -> Any:
    """A part of the way from the lower to the upper bounds."""
    span = reading.upper - reading.lower
    return reading.lower + span * (part if isinstance(reading.algebra, Rationals) else float(part))


def _falls(reading: GameReading, side: Game, others: Any, decided: Mapping[str, Any], own: Any) -> bool | None:
    """Whether everybody's marginal utility falls on boxes; False where somebody's rises, None where that is open."""
    dual = Derivative(_enclosing(reading))
    bend = dual.slope(GameReading(side, dual).marginal(dual.variable(own), others, decided))
    least, most = (bend.low, bend.high) if isinstance(bend, Interval) else (bend, bend)
    if np.all(np.asarray(most <= 0, dtype=bool)):
        return True
    return False if np.any(np.asarray(least > 0, dtype=bool)) else None
