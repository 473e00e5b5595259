"""That an equilibrium is near an answer, or that none is: of games of which nothing more is known than the declaration.

Boxes B_i and totals Z⁻ < Z⁺ hold an equilibrium where, for every Z between the two,

- ∂U_i/∂own at (x, Z − x) falls in x on B_i, and points into B_i at both ends or B_i ends at a bound of the decision.
  The x at which the first-order condition holds are then an interval R_i(Z) that moves without jumps;
- Σ R_i(Z⁻) reaches Z⁻ and Σ R_i(Z⁺) does not exceed Z⁺ (see `equilibrium`), so that Σ R_i meets the total between them;
- U_i is concave in the own decision over all of its range, against whatever the others decide in their boxes; or
  around B_i, with all that is beyond shown to be worse (see `replies`).

There is none near where somebody's marginal utility has one sign, and room to move, wherever all decide within so much
of the answer. All is shown on balls, or in doubles on intervals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...formulations.errors import UnsupportedModel
from ..readings.balls import Balls, enclosing, precision
from ..readings.game import GameReading
from ..readings.intervals import Interval, Intervals
from ..readings.rationals import Rationals
from .concavity import BITS, concave
from .equilibrium import Enclosure
from .replies import best_between
from .sides import sides_of

WIDENED = range(0, 44, 4)
"""Powers of two, of the distance between the totals, by which boxes are widened until the marginal utilities point into
them: at first that is a rounding of the total, at last more than any tolerance."""
HALVINGS = 12
"""Of the distances, on a logarithmic scale, at which no equilibrium is looked for."""


@dataclass(frozen=True)
class Near:
    """An equilibrium within a distance of the answer, relative to the largest decision.

    Everybody's utility is concave `within` bounds, which hold the best replies to whatever the others decide between
    their answer and the equilibrium. `starts` are those whose decision there is certainly off its lower bound, `stays`
    those who are certainly on it.
    """

    distance: float
    within: tuple[Any, Any]
    starts: Any
    stays: Any
    boxes: tuple[Any, Any] = (0, 0)
    """The least and the most of everybody's decisions there."""


def equilibrium_near(reading: GameReading, own: Any, decided: Mapping[str, Any], enclosure: Enclosure) -> Near | None:
    """Return an equilibrium that is shown to be near decisions, where an enclosure says; None where none is shown.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> from mechproof.solvers.readings.vectors import Vectors
    >>> from mechproof.solvers.certificates.equilibrium import enclose
    >>> reading = GameReading(StackelbergPricing(cost=[1, 1], alpha=4, beta=2), Vectors())
    >>> own, decided = np.array([0.25, 0.25]), {"reward_pool": 1.0}
    >>> equilibrium_near(reading, own, decided, enclose(reading, own, decided)).distance < 1e-12
    True
    """
    algebra, (least, most) = reading.algebra, enclosure.totals
    if not least < most:
        return _near(reading, own, enclosure.low, enclosure.high, decided)  # stationary there, if not at the answer
    below, above = algebra.minimum(enclosure.low, enclosure.high), algebra.maximum(enclosure.low, enclosure.high)
    for power in WIDENED:
        width = (most - least) * 2**power
        low, high = algebra.maximum(below - width, reading.lower), algebra.minimum(above + width, reading.upper)
        if _points_in(reading, low, high, (least, most), decided):
            return _near(reading, own, low, high, decided)
    return None


def _near(reading: GameReading, own: Any, low: Any, high: Any, decided: Mapping[str, Any]) -> Near | None:
    """The equilibrium between two decisions of everybody, if utilities are concave against all of them."""
    algebra = reading.algebra
    faced = algebra.sum(low) - low, algebra.sum(high) - high
    apart, enclosed = algebra.maximum(own - low, high - own), _enclosing(reading)
    distance = float(np.max(apart) / np.max(abs(own))) if np.any(apart > 0) else 0.0
    if not concave(reading, faced, decided):
        others = algebra.sum(own) - own
        faced = algebra.minimum(faced[0], others), algebra.maximum(faced[1], others)
        within = best_between(reading, (low, high), faced, decided)
        return (
            None if within is None else Near(distance, within, low > reading.lower, high <= reading.lower, (low, high))
        )
    try:
        with precision(BITS), np.errstate(all="ignore"):
            pull = enclosed.marginal(_box(reading.lower, reading.lower), _box(*faced), _numbers(reading, decided))
        starts, stays = _rises(pull, strictly=True) & (reading.upper > reading.lower), _rises(-pull, strictly=True)
    except (TypeError, ZeroDivisionError, UnsupportedModel):
        starts = stays = np.zeros(len(own), dtype=bool)
    return Near(distance, (reading.lower, reading.upper), starts, stays, (low, high))


def nobody_near(reading: GameReading, own: Any, decided: Mapping[str, Any]) -> Near | None:
    """Return that nobody decides on anything, at the lower bounds, if no concave utility rises from there."""
    try:
        pull = reading.marginal(own, own * 0, decided)
    except (TypeError, ZeroDivisionError, UnsupportedModel):
        return None
    still = np.asarray((reading.upper <= reading.lower) | (pull <= 0), dtype=bool)
    return _near(reading, own, own, own, decided) if np.all(still) else None


def none_within(reading: GameReading, own: Any, decided: Mapping[str, Any], apart: float) -> bool:
    """Whether no equilibrium is so near, relative to the largest decision.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> from mechproof.solvers.readings.vectors import Vectors
    >>> reading = GameReading(StackelbergPricing(cost=[1, 1], alpha=4, beta=2), Vectors())
    >>> [none_within(reading, np.array([0.2, 0.25]), {"reward_pool": 1.0}, apart) for apart in (0.01, 0.2)]
    [True, False]
    """
    algebra = reading.algebra
    reach = algebra.number(apart) * np.max(abs(own))
    low, high = algebra.maximum(own - reach, reading.lower), algebra.minimum(own + reach, reading.upper)
    others = algebra.sum(low) - low, algebra.sum(high) - high
    try:
        with precision(BITS), np.errstate(all="ignore"):
            marginals = [
                side.marginal(_box(low, high), _box(*others), _numbers(reading, decided))
                for side in _sides(reading, decided)
            ]
    except (TypeError, ZeroDivisionError, UnsupportedModel):
        return False
    rises, falls = (np.all([_rises(sign * x, strictly=True) for x in marginals], axis=0) for sign in (1, -1))
    return bool(np.any((rises & (high < reading.upper)) | (falls & (low > reading.lower))))


def none_nearer_than(reading: GameReading, own: Any, decided: Mapping[str, Any], tolerance: float) -> float | None:
    """Return a distance, at least the tolerance, within which no equilibrium is; None where that is not shown."""
    if not np.any(own != 0) or not none_within(reading, own, decided, tolerance):
        return None
    shown, open_ = tolerance, 1.0
    for _ in range(HALVINGS):
        middle = float(np.sqrt(shown * open_))
        shown, open_ = (middle, open_) if none_within(reading, own, decided, middle) else (shown, middle)
    return shown


def _points_in(reading: GameReading, low: Any, high: Any, totals: Any, decided: Mapping[str, Any]) -> bool:
    """Whether marginal utilities point into boxes at both ends, and fall between them, whatever the total is."""
    enclosed, decided = _enclosing(reading), _numbers(reading, decided)
    (least, most), speed = totals, {"own": enclosed.algebra.number(1), "others": enclosed.algebra.number(-1)}
    try:
        with precision(BITS), np.errstate(all="ignore"):
            # over fractions too, for otherwise a ball around a point is taken for one around a box
            ends = [enclosed.marginal(_box(x, x), _box(least - x, most - x), decided) for x in (low, high)]
            moving = [
                side.marginal_slope(_box(low, high), _box(least - high, most - low), decided, speed)
                for side in _sides(reading, decided)
            ]
    except (TypeError, ZeroDivisionError, UnsupportedModel):
        return False
    inwards = (_rises(ends[0]) | (low <= reading.lower)) & (_rises(-ends[1]) | (high >= reading.upper))
    return bool(np.all(inwards) and all(np.all(_rises(-fall) | (low >= high)) for fall in moving))


def _enclosing(reading: GameReading) -> GameReading:
    return GameReading(reading.game, Balls() if isinstance(reading.algebra, Rationals) else Intervals())


def _sides(reading: GameReading, decided: Mapping[str, Any]) -> list[GameReading]:
    """The game with each choice of its kinks' sides, between which marginal utilities lie on a kink."""
    return [GameReading(side, _enclosing(reading).algebra) for side in sides_of(reading.game, decided)]


def _numbers(reading: GameReading, decided: Mapping[str, Any]) -> dict[str, Any]:
    exact = isinstance(reading.algebra, Rationals)
    return {name: Balls().number(value) if exact else value for name, value in decided.items()}


def _box(low: Any, high: Any) -> Any:
    return np.frompyfunc(enclosing, 2, 1)(low, high) if low.dtype == object else Interval(low, high)


def _rises(slope: Any, strictly: bool = False) -> Any:
    """A mask of the slopes that are certainly at least zero, or above it."""
    least = slope.low if isinstance(slope, Interval) else slope
    return np.asarray(least > 0 if strictly else least >= 0, dtype=bool)
