"""The properties of every game of one population, after at most one leader."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache

from ...formulations.language import Game
from ...solvers.solution import Solution
from .deviations import no_profitable_deviation
from .leader import leader_optimality
from .money import budget_balance, individual_rationality
from .participation import participation
from .profile import profile_of
from .results import Item, Verdict
from .truthfulness import truthfulness
from .uniqueness import uniqueness


def judge_game(game: Game, solution: Solution, only: Collection[str] | None = None) -> tuple[Item, ...]:
    """Judge a game's seven properties, or only some of them; the later ones rest on the earlier."""
    profile = profile_of(solution)
    deviation = cache(lambda: no_profitable_deviation(profile))
    leader = cache(lambda: leader_optimality(profile, at_equilibrium=deviation().verdict == Verdict.HOLDS))
    judges: Mapping[str, Callable[[], Item]] = {
        "individual-rationality": lambda: individual_rationality(profile),
        "no-profitable-deviation": deviation,
        "leader-optimality": leader,
        "uniqueness": lambda: uniqueness(profile),
        "budget-balance": lambda: budget_balance(profile),
        "participation": lambda: participation(profile),
        "truthfulness": lambda: truthfulness(profile, leader().verdict == Verdict.HOLDS),
    }
    return tuple(judge() for name, judge in judges.items() if only is None or name in only)
