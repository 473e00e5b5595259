"""Verify a mechanism's instance: every property, with the witness of each violation."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from ..formulations.errors import InputError, UnsupportedModel
from ..formulations.language import Game
from ..solvers.play import population_of
from ..solvers.solution import Request, Solution
from ..solvers.solve import solve
from ..solvers.tables import suggestion
from .case import EXACT_PEOPLE, Case, case_of, has_exact_data
from .deviations import no_profitable_deviation
from .leader import leader_optimality
from .money import budget_balance, individual_rationality
from .participation import participation
from .results import Item, Verdict, Verification
from .truthfulness import truthfulness
from .uniqueness import uniqueness

PROPERTIES = (
    "individual-rationality",
    "no-profitable-deviation",
    "leader-optimality",
    "uniqueness",
    "budget-balance",
    "participation",
    "truthfulness",
)


def verify(
    game_or_solution: Game | Solution,
    require: Sequence[str] | None = None,
    expect_violated: Sequence[str] | None = None,
) -> Verification:
    """Verify the properties of a game at its solution, or at somebody's own numbers.

    Parameters
    ----------
    game_or_solution
        A solution or candidate, or a game, which is solved first: exactly, if its data are exact and there are not too
        many people. Everything is then judged over fractions where the numbers are fractions, else over doubles.
    require
        The properties that must hold; by default those the mechanism promises (`Game.promises`).
    expect_violated
        The properties that must not hold; by default none.

    Returns
    -------
    Verification
        One item for each property: individual-rationality, no-profitable-deviation (of the population),
        leader-optimality, uniqueness, budget-balance, participation and truthfulness.

    Raises
    ------
    InputError
        When a property is not known, or both required and expected to be violated.
    UnsupportedModel
        When the model is no game of one population after at most one leader.

    Examples
    --------
    >>> import mechproof as mp
    >>> game = mp.StackelbergPricing(cost=["0.2", "0.3", "0.5"], alpha=10, beta=10, client=["Ann", "Bob", "Cat"])
    >>> found = mp.verify(game)
    >>> found.ok, found["truthfulness"].verdict == "violated"
    (True, True)
    >>> cheated = mp.candidate(game, reward_pool="9.75", epsilon=["11.7", "7.8", 0], payment=["5.85", "2.33", 0])
    >>> print(mp.verify(cheated)["individual-rationality"].text)  # doctest: +ELLIPSIS
    client Bob is paid less than its epsilon costs it: 233/100 (≈ 2.33000) − 117/50 (≈ 2.34000) = -1/100 ...
    """
    started = time.perf_counter()
    model = game_or_solution.model if isinstance(game_or_solution, Solution) else game_or_solution
    if not isinstance(model, Game):
        raise UnsupportedModel(f"{type(model).__name__} is no game; properties are verified of games")
    required, expected = required_of(model, require, expect_violated)
    population_of(model)
    solution = game_or_solution if isinstance(game_or_solution, Solution) else solved(model)
    items = _items(case_of(solution))
    wanted = {*required, *expected}
    items = tuple(replace(item, informational=False) if item.property in wanted else item for item in items)
    return Verification(solution, items, required, expected, time.perf_counter() - started)


def required_of(
    game: Game, require: Sequence[str] | None, expect_violated: Sequence[str] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what must hold, by default what the mechanism promises, and what must not.

    Raises
    ------
    InputError
        When a property is not known, or both required and expected to be violated.

    Examples
    --------
    >>> import mechproof as mp
    >>> game = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)
    >>> required_of(game, None, ["uniqueness", "budget-balance", "truthfulness"])[0]
    ('individual-rationality', 'no-profitable-deviation', 'leader-optimality')
    >>> required_of(game, ["truthful"], None)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    mechproof.formulations.errors.InputError: require = 'truthful': is no known property (did you mean ...
    """
    expected = _known("expect_violated", expect_violated or ())
    required = _known(
        "require", [name for name in game.promises if name not in expected] if require is None else require
    )
    for name in required:
        if name in expected:
            raise InputError("expect_violated", name, "is required as well", "drop one")
    return required, expected


def solved(game: Game, backend: str = "auto", request: Request | None = None) -> Solution:
    """Solve a game for verification: exactly, where data are exact and few enough and the back end can.

    Examples
    --------
    >>> import mechproof as mp
    >>> solved(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)).exact["reward_pool"]
    Fraction(1, 1)
    """
    asked = request or Request()
    arguments = (asked.tolerance, asked.time_limit, asked.seed, asked.options)
    if has_exact_data(game) and _people(game) <= EXACT_PEOPLE:
        try:
            return solve(game, backend, "exact", *arguments)
        except UnsupportedModel:
            pass
    return solve(game, backend, "float", *arguments)


def _people(game: Game) -> int:
    return population_of(game).count or 0


def _items(case: Case) -> tuple[Item, ...]:
    deviation = no_profitable_deviation(case)
    leader = leader_optimality(case, at_equilibrium=deviation.verdict == Verdict.HOLDS)
    follows = leader.verdict == Verdict.HOLDS
    return (
        individual_rationality(case),
        deviation,
        leader,
        uniqueness(case),
        budget_balance(case),
        participation(case),
        truthfulness(case, follows),
    )


def _known(field: str, names: Sequence[str]) -> tuple[str, ...]:
    for name in names:
        if name not in PROPERTIES:
            choices = f"the properties are {', '.join(PROPERTIES)}"
            raise InputError(field, name, "is no known property", suggestion(name, PROPERTIES, choices))
    return tuple(dict.fromkeys(names))
