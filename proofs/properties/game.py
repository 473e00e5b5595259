"""The properties of every game of one population, after at most one leader."""

from __future__ import annotations

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


def judge_game(game: Game, solution: Solution) -> tuple[Item, ...]:
    """Judge a game's seven properties; the later ones rest on the earlier."""
    profile = profile_of(solution)
    deviation = no_profitable_deviation(profile)
    leader = leader_optimality(profile, at_equilibrium=deviation.verdict == Verdict.HOLDS)
    follows = leader.verdict == Verdict.HOLDS
    return (
        individual_rationality(profile),
        deviation,
        leader,
        uniqueness(profile),
        budget_balance(profile),
        participation(profile),
        truthfulness(profile, follows),
    )
