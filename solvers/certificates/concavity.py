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
BITS = 128


def concave(reading: GameReading, own: Any, decided: Mapping[str, Any]) -> bool:
    """Whether nobody's marginal utility rises anywhere between the bounds, at the others' decisions.

    Shown on balls if the reading is over fractions, else on intervals of doubles. False means that it was not shown.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> from mechproof.solvers.readings.vectors import Vectors
    >>> reading = GameReading(StackelbergPricing(cost=[1, 1, 3], alpha=30, beta=6), Vectors())
    >>> concave(reading, np.array([0.5, 0.5, 0.0]), {"reward_pool": 2.0})
    True
    """
    others = reading.algebra.sum(own) - own
    pieces = [(Fraction(0), Fraction(1))]
    with precision(BITS), np.errstate(all="ignore"):
        for _ in range(PIECES):
            if not pieces:
                return True
            low, high = pieces.pop()
            try:
                shown = _falls(reading, _between(reading, low), _between(reading, high), others, decided)
            except (TypeError, UnsupportedModel):
                return False
            if not shown:
                middle = (low + high) / 2
                pieces += [(low, middle), (middle, high)]
    return False


def _between(reading: GameReading, part: Fraction) -> Any:
    """A part of the way from the lower to the upper bounds."""
    span = reading.upper - reading.lower
    return reading.lower + span * (part if isinstance(reading.algebra, Rationals) else float(part))


def _falls(reading: GameReading, low: Any, high: Any, others: Any, decided: Mapping[str, Any]) -> bool:
    """Whether all marginal utilities certainly fall from one decision to another."""
    exact = isinstance(reading.algebra, Rationals)
    dual = Derivative(Balls() if exact else Intervals())
    own = np.frompyfunc(enclosing, 2, 1)(low, high) if exact else Interval(low, high)
    if exact:
        others = Balls().vector(others)
        decided = {name: Balls().number(value) for name, value in decided.items()}
    bend = dual.slope(GameReading(reading.game, dual).marginal(dual.variable(own), others, decided))
    return bool(np.all(bend.high <= 0 if isinstance(bend, Interval) else np.asarray(bend <= 0)))
