"""The properties of every game of one population, after at most one leader."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache

from ...formulations.language import Game
from ...solvers.solution import Solution
from .deviations import no_profitable_deviation
from .identity.idle_account import idle_account
from .identity.merged_bidders import merged_bidders
from .identity.second_account import second_account
from .leader import leader_optimality
from .money import budget_balance, individual_rationality
from .participation import participation
from .profile import profile_of
from .results import Item, Verdict
from .truthfulness import truthfulness
from .uniqueness import uniqueness

TRIED = ("no-profitable-deviation", "uniqueness")
"""What is judged of decisions that take some numbers only by trying all of them."""


def judge_game(game: Game, solution: Solution, only: Collection[str] | None = None) -> tuple[Item, ...]:
    """Judge a game's seven properties, or only some of them; the later ones rest on the earlier.

    What more accounts or fewer change is judged of games that name those properties.
    """
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
        "second-account": lambda: second_account(profile, deviation().verdict == Verdict.HOLDS),
        "merged-bidders": lambda: merged_bidders(profile, leader().verdict == Verdict.HOLDS),
        "idle-account": lambda: idle_account(profile, leader().verdict == Verdict.HOLDS),
    }
    decision = profile.reading.population.decision
    if game.asks_one_by_one or decision.reports:
        from .one_by_one import OneByOneJudge  # few games are auctions

        by_cases = OneByOneJudge(profile).judges
        if decision.discrete:  # every decision is tried, whichever way others are asked for
            by_cases = {name: by_cases[name] for name in by_cases if name not in TRIED}
        deviation = cache(by_cases.get("no-profitable-deviation", deviation))
        judges = {**judges, **by_cases, "no-profitable-deviation": deviation}
    if decision.discrete:
        from .discrete import judges_of  # few games decide on some numbers only

        judges = {**judges, **judges_of(profile)}
    asked = {*Game.properties, *game.properties} if only is None else only
    return tuple(judge() for name, judge in judges.items() if name in asked)
