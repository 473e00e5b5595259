"""That utilities are concave in the own decision: the second derivative on boxes that cover the whole range."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.errors import UnsupportedModel
from ..readings.balls import Balls, enclosing, precision
from ..readings.derivative import Derivative
from ..readings.game import GameReading
from ..readings.intervals import Interval, Intervals
from ..readings.rationals import Rationals

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
    pieces = [(Fraction(0), Fraction(1))]
    with precision(BITS), np.errstate(all="ignore"):
        for _ in range(PIECES):
            if not pieces:
                return True
            low, high = pieces.pop()
            own = _box(reading, _between(reading, low), _between(reading, high))
            try:
                bend = _bend(reading, own, others, decided)
            except (TypeError, UnsupportedModel):
                return False
            least, most = (bend.low, bend.high) if isinstance(bend, Interval) else (bend, bend)
            falls = np.all(np.asarray(most <= 0, dtype=bool))
            if np.any(np.asarray(least > 0, dtype=bool)) or (not falls and high - low < FINEST):
                return False
            if not falls:
                middle = (low + high) / 2
                pieces += [(low, middle), (middle, high)]
    return False


def _box(reading: GameReading, low: Any, high: Any) -> Any:
    return np.frompyfunc(enclosing, 2, 1)(low, high) if isinstance(reading.algebra, Rationals) else Interval(low, high)


def _between(reading: GameReading, part: Fraction) -> Any:
    """A part of the way from the lower to the upper bounds."""
    span = reading.upper - reading.lower
    return reading.lower + span * (part if isinstance(reading.algebra, Rationals) else float(part))


def _bend(reading: GameReading, own: Any, others: Any, decided: Mapping[str, Any]) -> Any:
    """How fast marginal utilities rise on boxes of own and others' decisions."""
    dual = Derivative(Balls() if isinstance(reading.algebra, Rationals) else Intervals())
    return dual.slope(GameReading(reading.game, dual).marginal(dual.variable(own), others, decided))
