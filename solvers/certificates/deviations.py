"""What somebody gains by moving alone: gains that are found, and a bound on all where utilities are concave."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import numpy as np

from ..evaluation import to_floats
from ..readings.balls import Balls, lower_bound, precision, upper_bound
from ..readings.game import GameReading
from ..readings.magnitudes import Magnitudes
from ..readings.rationals import Irrational, Rationals
from ..readings.vectors import ROUNDING, Vectors

BITS = 128
"""Of the balls in which gains are evaluated that leave the rational numbers."""


def best_deviation(reading: GameReading, own: Any, decided: Mapping[str, Any], grid: int = 0) -> tuple[float, int]:
    """Return the largest utility anybody was found to gain by moving alone, at the least, and who.

    Tried are both bounds, the marginal's linear root, halfway to it and, if asked for, a grid between the bounds; a
    gain found is a gain, while none found is no proof of none. What may be rounding is taken off.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> from mechproof.solvers.readings.rationals import Rationals
    >>> reading = GameReading(StackelbergPricing(cost=[1, 1], alpha=4, beta=2), Rationals())
    >>> gain, who = best_deviation(reading, reading.vector(["1/4", "1/9"]), {"reward_pool": 1})
    >>> round(gain, 4), who
    (0.0473, 1)
    """
    tried = [reading.vector(there) for there in _tried(reading.game, to_floats(own), decided, grid)]
    with np.errstate(all="ignore"):
        found = np.max([gains(reading, own, there, decided)[0] for there in tried], axis=0)
    found = np.where(np.isfinite(found), found, 0.0)
    who = int(np.argmax(found))
    return max(float(found[who]), 0.0), who


def _tried(game: Any, own: Any, decided: Mapping[str, Any], grid: int) -> list[Any]:
    """Decisions to be tried, in doubles."""
    reading = GameReading(game, Vectors())
    others, span = reading.algebra.sum(own) - own, reading.upper - reading.lower
    tried = [reading.lower + span * k / max(grid, 1) for k in range(max(grid, 1) + 1)]
    with np.errstate(all="ignore"):
        if np.any(others > 0):
            with suppress(TypeError):  # a kink has no derivative
                root = to_floats(_linear_root(reading, own, others, {name: float(x) for name, x in decided.items()}))
                # beyond the best reply the root of a marginal utility that falls ever more slowly may gain nothing
                tried += [root, (own + root) / 2]
        else:  # alone against nobody, where a little may be worth as much as a lot
            tried += [reading.lower + span / 2**k for k in range(60)]
    return [np.where(np.isfinite(there), there, own) for there in tried]


def gains(reading: GameReading, own: Any, there: Any, decided: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return what everybody gains by moving somewhere within the bounds, at the least and at the most, in doubles."""
    algebra = reading.algebra
    there, others = algebra.maximum(algebra.minimum(there, reading.upper), reading.lower), reading.others(own)
    try:
        with np.errstate(all="ignore"):
            gained = reading.utility(there, others, decided) - reading.utility(own, others, decided)
            if isinstance(algebra, Rationals):
                return (np.asarray(gained, dtype=float),) * 2
            sized = Magnitudes(algebra)
            terms = [GameReading(reading.game, sized).utility(sized.term(x), others, decided) for x in (there, own)]
            # a logarithm of zero has no size, and is no sum that rounds
            room = ROUNDING * np.nan_to_num(sum(sized.size(term) for term in terms), nan=0.0, posinf=np.inf)
            # somebody's own fractions among doubles leave objects
            return to_floats(gained - room), to_floats(gained + room)
    except Irrational:
        with precision(BITS):
            balls = GameReading(reading.game, Balls())
            one, two = balls.vector(there), balls.vector(own)
            rest = balls.others(two) if reading.game.asks_one_by_one else balls.vector(others)
            known = {name: balls.algebra.number(value) for name, value in decided.items()}
            gained = balls.utility(one, rest, known) - balls.utility(two, rest, known)
            ends = [_ends(x) for x in gained]
            return np.array([low for low, _ in ends]), np.array([high for _, high in ends])


def _ends(gained: Any) -> tuple[float, float]:
    if not gained.is_finite():
        return -np.inf, np.inf
    low, high = float(lower_bound(gained)), float(upper_bound(gained))
    return np.nextafter(low, -np.inf), np.nextafter(high, np.inf)


def utility_scale(reading: GameReading, own: Any, decided: Mapping[str, Any]) -> float:
    """What a gain is relative to: the leader's largest decision, else the largest of the utilities, in doubles."""
    if reading.leader is not None:
        return float(reading.leader.decision.upper)
    floats, own = GameReading(reading.game, Vectors()), to_floats(own)
    with np.errstate(all="ignore"):
        utilities = floats.utility(own, np.sum(own) - own, {name: float(value) for name, value in decided.items()})
    return float(np.max(np.abs(utilities[np.isfinite(utilities)]), initial=0.0)) or 1.0


def gain_at_most(
    reading: GameReading, own: Any, decided: Mapping[str, Any], within: tuple[Any, Any] | None = None
) -> float | None:
    """Return a bound on what anybody can gain by moving alone, where utilities are concave in the own decision.

    They are to be so between the decisions' bounds, or `within` others that hold the best replies. The marginal
    utility's sign says to which side a best reply lies; where it has the other sign further on, it lies between. A
    concave utility is below its tangent at the answer. None where the marginals have no value, or the answer is beyond.
    """
    low, high = within or (reading.lower, reading.upper)
    if not np.all((own >= low) & (own <= high)):
        return None
    total = reading.algebra.sum(own)
    if not total > 0:
        return best_deviation(reading, own, decided)[0]
    others = total - own
    with np.errstate(all="ignore"):
        marginal = reading.marginal(own, others, decided)
        rises = marginal > 0
        step = 2 * abs(_linear_root(reading, own, others, decided, marginal) - own) + total / 2**48
        there = reading.algebra.minimum(np.where(rises, own + step, own - step), high)
        there = reading.algebra.maximum(there, low)
        beyond = reading.marginal(there, others, decided)
        ends = np.where(rises, beyond <= 0, beyond >= 0)
        there = np.where(ends, there, np.where(rises, high, low))
        most = float(np.max(marginal * (there - own)))
    return max(0.0, most) if np.isfinite(most) else None


def _linear_root(reading: GameReading, own: Any, others: Any, decided: Mapping[str, Any], marginal: Any = None) -> Any:
    """The root of a line through two values of each marginal utility, within the bounds."""
    step = (own + reading.upper * 0 + own.max()) / 2**20
    marginal = reading.marginal(own, others, decided) if marginal is None else marginal
    slope = (reading.marginal(own + step, others, decided) - marginal) / step
    root = own - np.where(slope < 0, marginal / np.where(slope < 0, slope, -1), own * 0)
    return reading.algebra.maximum(reading.algebra.minimum(root, reading.upper), reading.lower)
