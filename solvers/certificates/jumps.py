"""Judging decisions where utilities have steps or kinks: shown case by case, or refuted by a better piece elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..readings.game import GameReading
from ..readings.piece_game import lines_of_steps
from .better_pieces import better_elsewhere
from .deviations import utility_scale
from .piecewise import ByPieces, judged_by_pieces


def judged_with_jumps(
    reading: GameReading, own: Any, decided: Mapping[str, Any], tolerance: float, moved: float
) -> ByPieces:
    """Judge decisions that keep their bounds, and have been moved by so much to do so.

    Parameters
    ----------
    reading
        The game over floats or fractions.
    own, decided
        The population's decisions, and the earlier ones.
    tolerance
        Relative to the largest decision.
    moved
        The part of it that is used up.
    """
    found = judged_by_pieces(reading, own, decided, tolerance)
    if found.optimal and found.distance is not None and found.distance + moved <= tolerance:
        if reading.leader is None:
            return ByPieces(True, found.reason, found.distance + moved)
        what, line = reading.leader.decision.name, lines_of_steps(reading.game)[0]
        reason = f"how the population answers to another {what} is not known, where utilities jump ({line})"
        return ByPieces(None, f"{found.reason}; {reason}; declared as data {what} is nobody's choice")
    gain = better_elsewhere(reading.game, own, decided, tolerance * utility_scale(reading, own, decided))
    if gain is not None:
        return ByPieces(False, gain.told(reading.game))
    return ByPieces(None, found.reason, found.distance)
