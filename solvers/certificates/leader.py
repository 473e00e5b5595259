"""Whether a leader's decision is the best one, given how the population responds; the general case.

For a mechanism of which nothing more is known, better decisions are searched for: one found refutes the answer, none
found leaves it undecided. A mechanism that has an argument for global optimality brings it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...formulations.algebra import read
from ...formulations.errors import MechproofError
from ...formulations.language import Game
from ...formulations.registry import Registry
from ..readings.game import GameReading
from ..readings.vectors import Vectors


@dataclass(frozen=True)
class LeaderVerdict:
    """Whether the leader's decision is optimal, and bounds on its loss and on its distance, relative.

    `gap` and `distance` are bounds from above where the decision is optimal; where it is refuted nothing is read off
    them, and `distance_at_least` is a bound from below on the distance, if there is one.
    """

    optimal: bool | None
    gap: float | None
    distance: float | None
    reason: str
    distance_at_least: float | None = None


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
    if argument is not None:
        return argument(game, reading, values, tolerance)
    from ..backends.general.share_function import equilibrium

    floats = GameReading(game, Vectors())
    assert floats.leader is not None
    decision = floats.leader.decision
    low, high, here = float(decision.lower), float(decision.upper), float(values[decision.name])

    def utility(choice: float) -> float:
        own = equilibrium(floats, {decision.name: choice})
        roles = floats.roles({decision.name: choice, floats.population.decision.name: own})
        return float(read(floats.leader.utility, floats.algebra, roles))  # type: ignore[union-attr]

    nearby = [here + side * (high - low) * 2.0**-k for k in range(4, 22, 3) for side in (-1, 1)]
    tried = [choice for choice in (*np.linspace(low, high, 33), *nearby) if low <= choice <= high]
    try:
        reached = utility(here)
        best = max(tried, key=utility)
        gain = (utility(best) - reached) / (high - low)
    except MechproofError as error:
        return LeaderVerdict(None, None, None, f"the response to other decisions was not found: {error}")
    if gain > tolerance:
        reason = f"{decision.name} = {best:.9g} is better for the {floats.leader.name} than {here:.9g}"
        return LeaderVerdict(False, gain, abs(best - here) / (high - low), reason)
    return LeaderVerdict(
        None,
        max(gain, 0.0),
        None,
        f"no better {decision.name} among {len(tried)} tried; that there is none is not shown",
    )
