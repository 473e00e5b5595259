"""The privacy budgets that a solved mechanism sells, ready to train with."""

from __future__ import annotations

from fractions import Fraction

from ...formulations.errors import UnsupportedModel
from ...formulations.language import Model
from ...solvers.solution import Solution
from .budgets import Budgets, budgets_of


def sold_budgets(solution: Solution) -> Budgets:
    r"""Return what each owner of records sells in a solution, as the mechanism's declaration says it.

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
    >>> contract = mp.PrivacyContract(cost=[1, 2], count=[2, 1], reward_pool=3, owner_type=["low", "high"])
    >>> sold_budgets(mp.solve(contract)).clients
    ('low/1', 'low/2', 'high/1')
    """
    model = solution.model
    if not isinstance(model, Model) or (sold := model.budgets(solution.values)) is None:
        raise UnsupportedModel(
            f"{type(model).__name__} decides on no privacy budgets, so there is nothing to train with; "
            'a Decision with unit="ε" for each owner would be some'
        )
    names, doubles = [name for name, _ in sold], [float(value) for _, value in sold]
    exact = None if solution.exact is None else model.budgets(solution.exact)
    if exact and all(isinstance(value, Fraction | int) for _, value in exact):
        return budgets_of([value for _, value in exact], names)
    return budgets_of(doubles, names)
