"""Equilibria of utilities with steps and kinks, case by case: certificates piece by piece, jumps included.

Between its steps and kinks a utility is one smooth formula. An equilibrium of the game in which everybody keeps to the
piece of their answer is enclosed as any smooth game's is (see `nearby`). It is one of the game itself where for every
person

- the best decision of the piece is one that can be taken: an end of it counts only if the utility there is the piece's;
- no other piece has anything better: its formula stays below, up to its ends and whether they are attained or not, and
  so do the thresholds themselves;
- pieces do not move with the others' decisions; where they do, all is shown at the answer itself, over fractions.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.algebra import roles_of
from ...formulations.data import as_fractions
from ...formulations.errors import UnsupportedModel
from ..readings.balls import Balls, precision
from ..readings.game import GameReading
from ..readings.piece_game import Branching, PieceGame
from ..readings.rationals import Irrational, Rationals
from .concavity import BITS, concave
from .enclosed_pieces import Home
from .equilibrium import enclose, exactly_stationary
from .nearby import Near, equilibrium_near, nobody_near
from .pieces import PEOPLE, PIECES, Person, fractions_of

REFINED = 6
"""How often a best decision is enclosed, each time sixteen times as near."""


@dataclass(frozen=True)
class ByPieces:
    """A judgement: whether the answer is near an equilibrium, why, and how far at most it is from it."""

    optimal: bool | None
    reason: str
    distance: float | None = None


def judged_by_pieces(reading: GameReading, own: Any, decided: Mapping[str, Any], tolerance: float) -> ByPieces:
    """Return whether decisions are within the tolerance of an equilibrium, where utilities have steps or kinks.

    Nothing is refuted here: what is not shown is undecided.

    Parameters
    ----------
    reading
        The game over floats or fractions.
    own, decided
        The population's decisions, within their bounds, and the earlier ones.
    tolerance
        Relative to the largest decision.
    """
    count = len(reading.lower)
    if count > PEOPLE:
        return ByPieces(None, f"pieces are searched for up to {PEOPLE} people, not {count}")
    on_points, as_given = (Home.of(Branching(reading.game, decided), own, reach) for reach in (tolerance, 0.0))
    found = _judged(reading, on_points, own, decided, tolerance)
    return found if found.optimal or on_points == as_given else _judged(reading, as_given, own, decided, tolerance)


def _judged(
    reading: GameReading, homes: list[Home], own: Any, decided: Mapping[str, Any], tolerance: float
) -> ByPieces:
    """Return the same for decisions on given pieces."""
    there = reading.vector(np.array([home.own for home in homes], dtype=object))
    moved = float(np.max(abs(there - own)) / np.max(abs(own))) if np.any(own != 0) else 0.0
    smooth = GameReading(PieceGame(reading.game, tuple(home.kept for home in homes)), reading.algebra)
    there = smooth.algebra.maximum(smooth.algebra.minimum(there, smooth.upper), smooth.lower)
    near = _near(smooth, there, decided, tolerance)
    if near is None:
        return ByPieces(None, "an equilibrium on the pieces of the answer was not shown to be near")
    (low, high), apart = near.boxes, near.distance + moved
    shifting = [side.place for home in homes for piece in home.pieces for side in piece.sides if side.moved]
    if shifting and not (isinstance(reading.algebra, Rationals) and np.all(low == high) and np.all(low == there)):
        text = "where it changes depends on what the others decide; only an exact equilibrium is certified there"
        return ByPieces(None, f"{shifting[0]}: {text}")
    if apart > tolerance:
        return ByPieces(None, f"an equilibrium is enclosed, but only within {apart:.3g} of the answer", apart)
    objection = _elsewhere(smooth, homes, near.boxes, _faced(reading, low, high, there), decided)
    if objection:
        return ByPieces(None, objection)
    return ByPieces(True, "an equilibrium is enclosed, and on no other piece of anybody's range is a better one", apart)


def _elsewhere(smooth: GameReading, homes: list[Home], boxes: Any, faced: Any, decided: Mapping[str, Any]) -> str:
    """Who may have something better than on the own piece, or nothing that is best; "" if nobody."""
    game, (low, high) = smooth.game.inner, boxes  # type: ignore[attr-defined]
    on_low, on_high = (np.asarray(on, dtype=bool) for on in (low <= smooth.lower, high >= smooth.upper))
    few, many = (fractions_of(values) for values in faced)
    for index, home in enumerate(homes):
        if not home.attains(on_low[index], on_high[index]):
            text = "is the best on its piece only in the limit: the threshold itself is worth something else"
            return f"what {game.owner_of(index)} decides {text}"
        person = Person(game, index, (few[index], many[index]), home.own, home.kept.weights, decided)
        if not all(person.beaten(piece, side, 0, PIECES // len(homes)) for piece, side in home.elsewhere()):
            return f"that {game.owner_of(index)} has no better decision elsewhere was not shown"
    return ""


def _near(smooth: GameReading, own: Any, decided: Mapping[str, Any], tolerance: float) -> Any:
    """An equilibrium on the pieces, where it is shown."""
    try:
        if "others" not in roles_of(smooth.population.utility):
            return best_alone(smooth.over(Rationals()), own, decided, tolerance)
        if not np.any(own > smooth.lower) and not np.any(own > 0):
            return nobody_near(smooth, own, decided)
        enclosure = enclose(smooth, own, decided)
        return None if enclosure is None else equilibrium_near(smooth, own, decided, enclosure)
    except (TypeError, ZeroDivisionError, UnsupportedModel, Irrational):
        return None


def best_alone(smooth: GameReading, own: Any, decided: Mapping[str, Any], tolerance: float) -> Near | None:
    """Return where best decisions are that depend on nobody else's: between two signs of a falling marginal utility.

    The signs are shown in balls, ever nearer to the decisions.
    """
    own = np.array(fractions_of(own), dtype=object)
    if not concave(smooth, (own * 0, own * 0), decided):
        return None
    with suppress(Irrational):
        if exactly_stationary(smooth, own, decided):
            return Near(0.0, (smooth.lower, smooth.upper), own > smooth.lower, own <= smooth.lower, (own, own))
    balls = GameReading(smooth.game, Balls())
    known = {name: Balls().number(as_fractions([value])[0]) for name, value in decided.items() if np.ndim(value) == 0}

    def pulls(there: Any) -> Any:
        return balls.marginal(balls.vector(there), balls.vector(own * 0), known)

    largest, found = max(map(abs, own)) or Fraction(1), None
    for part in range(REFINED):
        reach = Fraction(tolerance) * largest / 2 / 16**part
        low = np.maximum(own - reach, smooth.lower)
        high = np.minimum(own + reach, smooth.upper)
        with precision(BITS):
            rises = np.asarray((pulls(low) >= 0) | (low <= smooth.lower), dtype=bool)
            falls = np.asarray((pulls(high) <= 0) | (high >= smooth.upper), dtype=bool)
        if not (np.all(rises) and np.all(falls)):
            break
        found = low, high
    if found is None:
        return None
    low, high = found
    apart = float(max(np.maximum(own - low, high - own)) / largest)
    return Near(apart, (smooth.lower, smooth.upper), low > smooth.lower, high <= smooth.lower, found)


def _faced(reading: GameReading, low: Any, high: Any, own: Any) -> tuple[Any, Any]:
    """What the others' decisions add up to at the least and at the most, at the equilibrium and at the answer."""
    algebra, others = reading.algebra, reading.algebra.sum(own) - own
    least, most = algebra.sum(low) - low, algebra.sum(high) - high
    return algebra.minimum(least, others), algebra.maximum(most, others)
