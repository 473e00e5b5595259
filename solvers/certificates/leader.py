"""Whether a leader's decision is the best one, given how the population responds; the general case.

For a mechanism of which nothing more is known, better decisions are searched for: one found refutes the answer, by an
equilibrium that is enclosed there; none found leaves it undecided. A mechanism that has an argument for global
optimality brings it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...formulations.algebra import read
from ...formulations.errors import MechproofError
from ...formulations.language import Game
from ...formulations.registry import Registry
from ...formulations.shown import Shown
from ..evaluation import to_floats
from ..readings.game import GameReading, decides_discretely
from ..readings.magnitudes import Magnitudes, Moved
from ..readings.vectors import Vectors
from .equilibrium import Enclosure, enclose


@dataclass(frozen=True, repr=False)
class LeaderVerdict(Shown, by="solvers.commands.present:show_leader"):
    """Whether the leader's decision is optimal, and bounds on its loss and on its distance, relative.

    `gap` and `distance` are bounds from above where the decision is optimal; where it is refuted nothing is read off
    them, and `distance_at_least` is a bound from below on the distance, if there is one.
    """

    optimal: bool | None
    gap: float | None
    distance: float | None
    reason: str
    distance_at_least: float | None = None

    def apart(self, distance: float) -> float | None:
        """How far from an optimum the answer is whose population is so far from its reply; None if it is not shown."""
        return None if not self.optimal or self.distance is None else distance + self.distance


LEADERS: Registry[Callable[[Any, GameReading, dict[str, Any], float], LeaderVerdict]] = Registry("mechproof.leaders")
"""The arguments for global optimality that mechanisms bring, each called as `check_leader` is."""


def check_leader(game: Game, reading: GameReading, values: dict[str, Any], tolerance: float) -> LeaderVerdict:
    """Judge the leader's decision in `values`, where the population's is known to be an equilibrium.

    Parameters
    ----------
    game
        The game; of a mechanism that brings an argument of its own, that is asked.
    reading
        The game over floats or fractions.
    values
        All decisions, in the reading's algebra.
    tolerance
        Relative tolerance in the decision.
    """
    argument = LEADERS.of(type(game))
    if argument is not None and game.argued:
        return argument(game, reading, values, tolerance)
    if decides_discretely(game):
        return LeaderVerdict(
            None, None, None, "how a population answers in values of a set, or whole numbers, is not known"
        )
    from ..readings.piece_game import lines_of_steps  # a mechanism with an argument needs none of both
    from ..response import equilibrium

    if lines := lines_of_steps(game):
        jumps = f"how the population answers to another decision is not known, where utilities jump ({lines[0]})"
        return LeaderVerdict(None, None, None, jumps)
    floats = GameReading(game, Vectors())
    assert floats.leader is not None
    decision = floats.leader.decision
    low, high, here = float(decision.lower), float(decision.upper), float(values[decision.name])

    def utility(choice: float) -> float:
        return float(_utility(floats, choice, equilibrium(floats, {decision.name: choice})))

    nearby = [here + side * (high - low) * 2.0**-k for k in range(4, 22, 3) for side in (-1, 1)]
    choices = [*np.linspace(low, high, 33), *nearby]
    if decision.whole:
        choices = [float(choice) for choice in np.unique(np.round([*choices, here - 1, here + 1]))]
    if decision.among is not None:
        known = np.array([float(value) for value in decision.among])
        choices = np.unique(known[[int(np.argmin(abs(known - choice))) for choice in choices]]).tolist()
    tried = [choice for choice in choices if low <= choice <= high]
    try:
        best = max(tried, key=utility)
        there = least_utility(floats, best)
    except MechproofError as error:
        return LeaderVerdict(None, None, None, f"the response to other decisions was not found: {error}")
    reached = float(_utility(floats, here, to_floats(values[floats.population.decision.name])))
    if there is not None and there - reached > tolerance * (high - low):
        reason = f"{decision.name} = {best:.9g} is better for the {floats.leader.name} than {here:.9g}"
        return LeaderVerdict(False, None, None, reason)
    nothing = f"no better {decision.name} among {len(tried)} tried; that there is none is not shown"
    return LeaderVerdict(None, None, None, nothing)


def check_near(
    reading: GameReading,
    own: Any,
    decided: Mapping[str, Any],
    enclosure: Enclosure,
    tolerance: float,
    used: float,
) -> LeaderVerdict:
    """Judge the leader's decision at the equilibrium that is enclosed near the population's.

    It is asked for within what the enclosure has not `used` of the tolerance, but not refuted for missing that.
    """
    left = max(tolerance - used, 0.0)
    # an equilibrium within the distance, in which those who are said to be on a bound are
    middle = np.where(own >= reading.upper, reading.upper, enclosure.middle)
    middle = np.where(own <= reading.lower, reading.lower, middle)
    values = {**decided, reading.population.decision.name: middle}
    verdict = check_leader(reading.game, reading, values, left) if 0 < left < tolerance else None
    if verdict is None or verdict.optimal is not True:
        verdict = check_leader(reading.game, reading, values, tolerance)
    return verdict


def _utility(reading: GameReading, choice: float, own: Any) -> Any:
    """Return the leader's utility where the population decides so."""
    assert reading.leader is not None
    roles = reading.roles({reading.leader.decision.name: choice, reading.population.decision.name: own})
    return read(reading.leader.utility, reading.algebra, roles)


def least_utility(reading: GameReading, choice: float) -> float | None:
    """Return what the leader has of a decision at an equilibrium, at the least; None where none is enclosed.

    The equilibrium found is a hint. It is enclosed, and the utility is taken less what it can move within that, to
    first order.
    """
    from ..response import equilibrium  # a mechanism with an argument needs none of both
    from .nearby import equilibrium_near

    assert reading.leader is not None
    decided = {reading.leader.decision.name: choice}
    own = equilibrium(reading, decided)
    enclosure = enclose(reading, own, decided)
    near = None if enclosure is None else equilibrium_near(reading, own, decided, enclosure)
    if near is None:
        return None
    sized = Magnitudes(reading.algebra, Moved)
    apart = Moved(reading.algebra, own, np.full(own.shape, near.distance * float(np.max(abs(own)))))
    found = _utility(GameReading(reading.game, sized), choice, apart)
    return float(sized.value(found)) - float(sized.size(found))
