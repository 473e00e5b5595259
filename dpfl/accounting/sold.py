"""The privacy budgets that a solved mechanism sells, ready to train with."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ...formulations.errors import UnsupportedModel
from ...formulations.language import Game
from ...solvers.solution import Solution
from .budgets import Budgets, budgets_of


def sold_budgets(solution: Solution) -> Budgets:
    r"""Return what each client sells in a solution: the population's decision that is measured in ε.

    Parameters
    ----------
    solution
        Exact fractions keep their value; of anything else the doubles are taken.

    Raises
    ------
    UnsupportedModel
        When the mechanism decides on no privacy budgets.

    Examples
    --------
    >>> import mechproof as mp
    >>> game = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2, client=["anna", "bert"])
    >>> budgets = sold_budgets(mp.solve(game, arithmetic="exact"))
    >>> budgets.clients, budgets.texts
    (('anna', 'bert'), ('1/4', '1/4'))
    """
    game = solution.model
    players = game.players() if isinstance(game, Game) else ()
    decision = next((item.decision for item in players if item.count is not None and item.decision.unit == "ε"), None)
    if decision is None or not isinstance(game, Game):
        raise UnsupportedModel(
            f"{type(game).__name__} decides on no privacy budgets, so there is nothing to train with; "
            'a population\'s Decision with unit="ε" would be some'
        )
    return budgets_of(_numbers(solution, decision.name), game.people())


def _numbers(solution: Solution, name: str) -> list[Any]:
    exact = None if solution.exact is None else list(solution.exact[name])
    if exact and all(isinstance(value, Fraction) for value in exact):
        return exact
    return [float(value) for value in solution.values[name]]
