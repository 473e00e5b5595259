"""Verify a mechanism's instance: every property, with the witness of each violation."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.data import read_number
from ...formulations.errors import InputError, UnsupportedModel
from ...formulations.language import Declaration, Game, Model, Program
from ...formulations.promises import ASKED_OF_PROGRAMS, HOW, check_promises
from ...formulations.words import suggestion
from ...solvers.candidate import candidate
from ...solvers.evaluation import decisions_of
from ...solvers.readings.game import decides_twice, population_of
from ...solvers.readings.two_decisions import population_of_two
from ...solvers.solution import Request, Solution
from ...solvers.solve import solve
from ...solvers.specification import WITHIN, Specification
from .judge import judge, named_properties
from .profile import EXACT_PEOPLE, has_exact_data
from .results import Item, Verdict, Verification


def verify(
    game_or_solution: Model | Solution,
    require: Sequence[str] | None = None,
    expect_violated: Sequence[str] | None = None,
    within: Any = None,
) -> Verification:
    """Verify the properties of a mechanism at its solution, or at somebody's own numbers.

    Parameters
    ----------
    game_or_solution
        A solution or candidate, or a model, which is solved first: exactly, if its data are exact and there are not too
        many people. Everything is then judged over fractions where the numbers are fractions, else over doubles.
    require
        The properties that must hold; by default those the mechanism promises (`Model.promises`).
    expect_violated
        The properties that must not hold; by default none.
    within
        An amount of money: a violation that is shown to be no larger holds *within* it, such as that nobody gains more
        than a cent. What is not shown to be is inconclusive, what is shown to be larger violated; properties that are
        not about money are forgiven nothing. By default every violation is one.

    Returns
    -------
    Verification
        One item for each of `Model.properties`; of a game: individual-rationality, no-profitable-deviation (of the
        population), leader-optimality, uniqueness, budget-balance, participation and truthfulness.

    Raises
    ------
    InputError
        When a property is not known, or both required and expected to be violated.
    UnsupportedModel
        When nothing is known of the model's properties, or it is a game of another shape than one population after at
        most one leader.

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
    >>> mp.verify(cheated, within="0.01").ok, mp.verify(cheated, within="0.009").ok
    (True, False)
    """
    started = time.perf_counter()
    model = game_or_solution.model if isinstance(game_or_solution, Solution) else game_or_solution
    required, expected = required_of(model, require, expect_violated)
    forgiven = None if within is None else Fraction(read_number("within", within, WITHIN))
    if isinstance(model, Game):
        (population_of_two if decides_twice(model) else population_of)(model)
    solution = game_or_solution if isinstance(game_or_solution, Solution) else solved(model)
    assert isinstance(model, Model)
    items = judged(solution)
    if forgiven is not None:
        items = tuple(item.forgiven(forgiven) for item in items)
    wanted = {*required, *expected}
    items = tuple(replace(item, informational=False) if item.property in wanted else item for item in items)
    return Verification(solution, items, required, expected, time.perf_counter() - started, forgiven)


def judged(solution: Solution, only: Sequence[str] | None = None) -> tuple[Item, ...]:
    """Return the items of a solution's properties, or of some of them, by which time is saved.

    Examples
    --------
    >>> import mechproof as mp
    >>> [item.property for item in judged(mp.solve(mp.StackelbergPricing([1, 1], 4, 2)), ["participation"])]
    ['participation']
    """
    model = solution.model
    assert isinstance(model, Model)
    items = _of_no_numbers(solution) or judge(model, solution, only)
    return tuple(item for item in items if only is None or item.property in only)


def _of_no_numbers(solution: Solution) -> tuple[Item, ...]:
    """Return what is said of a solution whose decisions are no finite numbers; nothing of one whose decisions are."""
    model = solution.model
    assert isinstance(model, Model)
    for decision in model.decisions():
        if not np.all(np.isfinite(solution.values[decision.name])):
            text = f"{decision.name} is not finite: there is no answer to be judged"
            open_ones = ((name, name not in model.promises) for name in named_properties(model))
            return tuple(Item(name, Verdict.INCONCLUSIVE, text, "float", None, other) for name, other in open_ones)
    return ()


def required_of(
    model: Declaration, require: Sequence[str] | None, expect_violated: Sequence[str] | None
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
    if not isinstance(model, Model) or not named_properties(model):
        name = type(model).__name__
        raise UnsupportedModel(
            f"{name} names no properties that could be verified; name yours in the class, as "
            f'properties = ("fair-split",), and {HOW.format(name=name)}'
        )
    if require is None:
        check_promises(type(model), ASKED_OF_PROGRAMS if isinstance(model, Program) else ())
    for field, names in (("require", require), ("expect_violated", expect_violated)):
        if isinstance(names, str):
            raise InputError(field, names, "must be a list of properties", f"write [{names!r}]")
    expected = _known("expect_violated", expect_violated or (), model)
    kept = [name for name in model.promises if name not in expected] if require is None else require
    required = _known("require", kept, model)
    for name in required:
        if name in expected:
            raise InputError("expect_violated", name, "is required as well", "drop one")
    return required, expected


def solved(model: Declaration, backend: str = "auto", request: Request | None = None) -> Solution:
    """Solve a model for verification: exactly, where data are exact and few enough and the back end can.

    Examples
    --------
    >>> import mechproof as mp
    >>> solved(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)).exact["reward_pool"]
    Fraction(1, 1)
    """
    asked = request or Request()
    arguments = (asked.tolerance, asked.time_limit, asked.seed, asked.options)
    sizes = [int(np.size(decision.upper)) for decision in decisions_of(model)]
    if has_exact_data(model) and max(sizes) <= EXACT_PEOPLE:
        try:
            return solve(model, backend, "exact", *arguments)
        except UnsupportedModel:
            pass
    return solve(model, backend, "float", *arguments)


def asked_solution(asked: Specification) -> Solution:
    """Return what a specification's properties are judged at: its candidate, or the solution where it has none.

    Examples
    --------
    >>> import mechproof as mp
    >>> menu = mp.VersionPricing(epsilon=[1, 8], target=[1, 20])
    >>> asked_solution(Specification("version-pricing", menu, candidate={"price": [1, 20]})).backend
    'candidate'
    """
    request = asked.request
    if asked.candidate is not None:
        return replace(candidate(asked.model, **asked.candidate), request=request)
    if request.arithmetic == "exact":
        return solve(asked.model, asked.backend, "exact", request.tolerance, request.time_limit, request.seed)
    return solved(asked.model, asked.backend, request)


def _known(field: str, names: Sequence[str], model: Model) -> tuple[str, ...]:
    for name in names:
        if name not in (known := named_properties(model)):
            choices = f"the properties are {', '.join(known)}"
            raise InputError(field, name, "is no known property", suggestion(name, known, choices))
    return tuple(dict.fromkeys(names))
