"""The contract of IC-MLE beside the contest for the same pool: of one type, and of two whose menus instances name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ....formulations.algebra import Algebra, Formula, read
from ....formulations.contract.formulas import (
    cheapest_payment,
    owner_utility,
    printed_epsilon,
    printed_payment,
)
from ....formulations.stackelberg.contest import equilibrium_share
from ....formulations.virtual_cost import virtual_cost
from ...kernel.sentence import above, at_least, equal, slope, substitute

OF_ONE_TYPE = {"cost": lambda a, same_cost: same_cost, "owner_count": lambda a, client_count: client_count}
contract_budget = substitute(printed_epsilon, **OF_ONE_TYPE)
contract_left = substitute(
    owner_utility,
    payment=substitute(printed_payment, **OF_ONE_TYPE),
    epsilon=contract_budget,
    cost=lambda a, same_cost: same_cost,
)


def noise_of_power(a: Algebra, power: Any) -> Any:
    """The noise coth²(ε/2) as a formula of e^ε."""
    return ((power + 1) / (power - 1)) ** 2


def noise_slope(a: Algebra, power: Any) -> Any:
    """The noise's slope in ε, as a formula of e^ε."""
    return power * read(slope(noise_of_power, "power"), a, {"power": power})


def types(a: Algebra, cheap: Any, dear: Any, cheap_count: Any, dear_count: Any) -> Any:
    """The virtual costs of two types."""
    return virtual_cost(a, np.array([cheap, dear]), np.array([cheap_count, dear_count]))


def best(
    a: Algebra, cheap: Any, dear: Any, cheap_count: Any, dear_count: Any, cheap_power: Any, dear_power: Any
) -> Any:
    """−g′(ε)/ψ is the same for both types: then their menu is the best one."""
    psi = types(a, cheap, dear, cheap_count, dear_count)
    return equal(noise_slope(a, cheap_power) * psi[1], noise_slope(a, dear_power) * psi[0])


def spent(
    a: Algebra, cheap: Any, dear: Any, cheap_count: Any, dear_count: Any, cheap_power: Any, dear_power: Any
) -> Any:
    """The pool that the menu spends: Σ m ψ ε."""
    psi = types(a, cheap, dear, cheap_count, dear_count)
    return cheap_count * psi[0] * a.log(cheap_power) + dear_count * psi[1] * a.log(dear_power)


def menu_mean(a: Algebra, cheap_count: Any, dear_count: Any, cheap_power: Any, dear_power: Any) -> Any:
    """The mean budget of the menu."""
    bought = cheap_count * a.log(cheap_power) + dear_count * a.log(dear_power)
    return bought / (cheap_count + dear_count)


def menu_left(
    a: Algebra, cheap: Any, dear: Any, cheap_count: Any, dear_count: Any, cheap_power: Any, dear_power: Any
) -> Any:
    """What owners keep in the mean, paid the least that keeps the menu incentive compatible."""
    cost, epsilon = np.array([cheap, dear]), np.array([a.log(cheap_power), a.log(dear_power)])
    kept = owner_utility(a, cheapest_payment(a, epsilon, cost), epsilon, cost)
    return (cheap_count * kept[0] + dear_count * kept[1]) / (cheap_count + dear_count)


def ratio_of_types(a: Algebra, cheap: Any, dear: Any, cheap_count: Any, dear_count: Any) -> Any:
    """Z of two types of clients, of whom at least two are cheap: all take part, or the cheap ones alone."""
    every = (cheap_count + dear_count - 1) / (cheap_count * cheap + dear_count * dear)
    return a.maximum((cheap_count - 1) / (cheap_count * cheap), every)


def contest_mean(a: Algebra, cheap: Any, dear: Any, cheap_count: Any, dear_count: Any, pool: Any) -> Any:
    """The mean budget of the contest."""
    return pool * ratio_of_types(a, cheap, dear, cheap_count, dear_count) / (cheap_count + dear_count)


def contest_left(a: Algebra, cheap: Any, dear: Any, cheap_count: Any, dear_count: Any, pool: Any) -> Any:
    """What clients keep in the mean in the contest: B Σ s²/N."""
    ratio = ratio_of_types(a, cheap, dear, cheap_count, dear_count)
    shares = [equilibrium_share(a, cost, ratio) for cost in (cheap, dear)]
    return pool * (cheap_count * shares[0] ** 2 + dear_count * shares[1] ** 2) / (cheap_count + dear_count)


MENU: Mapping[str, Formula] = {
    "c > 0": lambda a, cheap: above(cheap, 0),
    "c′ > c": lambda a, cheap, dear: above(dear, cheap),
    "m ≥ 2": lambda a, cheap_count: at_least(cheap_count, 2),
    "m′ ≥ 1": lambda a, dear_count: at_least(dear_count, 1),
    "ε′ > 0": lambda a, dear_power: above(dear_power, 1),
    "ε ≥ ε′": lambda a, cheap_power, dear_power: at_least(cheap_power, dear_power),
    "g′(ε)/ψ = g′(ε′)/ψ′: the menu is the best one": best,
}
SPREAD = {"cheap": "1", "dear": "5/2", "cheap_count": "10", "dear_count": "10", "cheap_power": "3", "dear_power": "2"}
FEW = {**SPREAD, "cheap_count": "2", "dear_count": "2"}
ONE_DEAR = {**SPREAD, "dear": "7/4", "cheap_count": "3", "dear_count": "1"}
