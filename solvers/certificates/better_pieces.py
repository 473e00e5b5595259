"""Better decisions than the given ones, looked for on every piece of a utility, thresholds included.

They are looked for in doubles; what is found is evaluated anew over fractions, or in balls, before anything is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.algebra import read
from ..formatting import shown
from ..readings.balls import lower_bound
from ..readings.branches import Piece
from ..readings.game import GameReading
from ..readings.piece_game import Branching, one_of, taken
from ..readings.vectors import Vectors
from .pieces import PEOPLE, Person

PLACES = 65
"""Of a piece, at which its utility is tried, and around the best of which it is tried once more."""
ROUNDS = 5
"""How often; each time sixteen times as near."""


@dataclass(frozen=True)
class Better:
    """Somebody's better decision, what it gains at the least, and at which threshold, or beside which, it is."""

    index: int
    here: Any
    there: Fraction
    gain: Any
    name: str
    where: str

    def told(self, game: Any) -> str:
        """Return it in words."""
        return (
            f"{game.owner_of(self.index)} gains {float(self.gain):.6g} by {self.name} = {shown(self.there)}{self.where}"
        )


def better_elsewhere(game: Any, own: Any, decided: Mapping[str, Any], least: float) -> Better | None:
    """Return the best decision found that certainly gains somebody more than so much, None where none was found.

    Parameters
    ----------
    game
        The game.
    own, decided
        The population's decisions and the earlier ones.
    least
        What has to be gained.
    """
    exact = [Fraction(value) for value in np.asarray(own).tolist()]
    if len(exact) > PEOPLE:
        return None
    found = [better_of(game, index, exact, decided) for index in range(len(exact))]
    gains = [one for one in found if one is not None and one.gain > least]
    return max(gains, key=lambda one: one.gain, default=None)


def better_of(game: Any, index: int, own: list[Fraction], decided: Mapping[str, Any]) -> Better | None:
    """Return the best decision found for one person that certainly gains something."""
    others = sum(own, Fraction(0)) - own[index]
    branching = Branching(game, decided)
    pieces = branching.pieces(index, others)
    here = min(max(own[index], pieces[0].low), pieces[-1].high)  # a bound in doubles may be beyond the declared one
    mine = next(piece for piece in pieces if piece.holds(here))
    person = Person(game, index, (others, others), here, mine.weights, decided)
    name, best = branching.reading.population.decision.name, None
    for place, piece in enumerate(pieces):
        for there in _tried(game, index, piece, others, decided):
            gain = _gain(person, there, piece)
            if gain is not None and gain > (0 if best is None else best.gain):
                best = Better(index, here, there, gain, name, _where(pieces, place, there))
    return best


def _where(pieces: list[Piece], place: int, there: Fraction) -> str:
    """Say at which threshold a decision is, or beside which one at which the utility is less than it is near it."""
    piece = pieces[place]
    line = next((f" ({side.place})" for side in piece.sides if side.step), "")
    beside = [pieces[k] for k in (place - 1, place + 1) if 0 <= k < len(pieces)]
    if piece.point:
        jumps = len(beside) == 2 and not all(other.same_steps(piece) for other in beside)
        return f", the threshold{line}" if jumps else ""
    near = (piece.high - piece.low) / 1000
    ends = [end.low for end in beside if abs(end.low - there) < near and not end.same_steps(piece)]
    return "".join(
        f", beside the threshold {shown(end)}{line}: the best is approached, and never reached" for end in ends
    )


def _gain(person: Person, there: Fraction, piece: Piece) -> Any:
    """What a decision certainly gains."""
    one, two = person.worth(there), person.worth(person.best)
    if one is not None and two is not None:
        return one - two
    apart = replace(person, best=there, sides=piece.weights).reached - person.reached
    return lower_bound(apart) if apart.is_finite() else None


def _tried(game: Any, index: int, piece: Piece, others: Fraction, decided: Mapping[str, Any]) -> list[Fraction]:
    """The point, or decisions inside a piece: the best of some places, and of those around it."""
    if piece.point:
        return [Fraction(piece.low)]
    reading = GameReading(game, Vectors())
    known = {name: float(value) for name, value in decided.items() if np.ndim(value) == 0}
    roles = {**one_of(reading, index), **known, "others": float(others)}
    utility = taken(reading.population.utility, piece.weights)
    low, high = float(piece.low), float(piece.high)
    found = (low + high) / 2
    for _ in range(ROUNDS):
        places = np.linspace(low, high, PLACES + 2)[1:-1]
        with np.errstate(all="ignore"):
            values = np.broadcast_to(
                np.asarray(read(utility, reading.algebra, {**roles, "own": places}), float), places.shape
            )
        at = int(np.argmax(np.where(np.isfinite(values), values, -np.inf)))
        found = float(places[at])
        step = (high - low) / PLACES * 2
        low, high = max(low, found - step), min(high, found + step)
    return [there for there in (Fraction(found),) if piece.low < there < piece.high]
