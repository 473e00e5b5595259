"""Who gains by moving alone more than a tolerance allows: by what is tried, or by a search of everybody's range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...formulations.errors import UnsupportedModel
from ..formatting import at_least as shown_bound
from ..readings.game import GameReading
from .deviations import best_deviation, gains, utility_scale
from .replies import better_reply


def gain_found(reading: GameReading, own: Any, decided: Mapping[str, Any], tolerance: float, grid: int = 0) -> str:
    """Say who was found to gain more than the tolerance by moving alone, and how much; "" if nobody was.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> from mechproof.solvers.readings.rationals import Rationals
    >>> reading = GameReading(StackelbergPricing(cost=[1, 1], alpha=4, beta=2), Rationals())
    >>> gain_found(reading, reading.vector(["1/4", "1/9"]), {"reward_pool": 1}, 1e-7)
    'client 1 gains 0.0473 by another epsilon'
    """
    gain, who = best_deviation(reading, own, decided, grid)
    if not gain > tolerance * utility_scale(reading, own, decided):
        return ""
    return _told(reading, who, gain, f"another {reading.population.decision.name}")


def only_one_elsewhere(
    reading: GameReading, own: Any, decided: Mapping[str, Any], tolerance: float, at_least: float
) -> str:
    """Say what shows that the only equilibrium, at least so far away, is not within the tolerance; "" if nothing."""
    gain = gain_found(reading, own, decided, tolerance)
    if not gain and at_least > tolerance:
        return f"the equilibrium is {shown_bound(at_least, 3)} away"
    return gain


def gain_searched(reading: GameReading, own: Any, decided: Mapping[str, Any], tolerance: float) -> str:
    """Say the same, and by which decision, where everybody's range is searched by balls."""
    try:
        least = tolerance * utility_scale(reading, own, decided)
        found = better_reply(reading, own, decided, least)
    except (TypeError, ZeroDivisionError, UnsupportedModel):
        return ""
    if found is None:
        return ""
    who, there = found
    moved = own.copy()
    moved[who] = reading.vector([there])[0]
    gain = gains(reading, own, moved, decided)[0][who]  # in doubles a step may be on the other side
    if not gain > least:
        return ""
    return _told(reading, who, gain, f"{reading.population.decision.name} = {float(there):.9g}")


def _told(reading: GameReading, who: int, gain: float, move: str) -> str:
    return f"{reading.game.owner_of(who)} gains {gain:.3g} by {move}"
