"""The contract of IC-MLE beside the contest for the same pool: of one type, and of two whose menus instances name."""

from __future__ import annotations

import numpy as np

from ....formulations.contract.formulas import cheapest_payment, owner_utility, printed_epsilon, printed_payment
from ....formulations.virtual_cost import virtual_cost
from ...kernel.terms import Term, applied, log, maximum, roles
from .vocabulary import POOL, share

cheap, dear, cheap_count, dear_count = roles("cheap dear cheap_count dear_count")
cheap_power, dear_power, dear_epsilon, power = roles("cheap_power dear_power dear_epsilon power")
same_cost, client_count, reward_pool = roles("same_cost client_count reward_pool")


def both(cheap: Term, dear: Term) -> Term:
    """Return what holds of the cheap type and of the dear one as a vector."""
    return applied(lambda a, x, y: np.array([x, y]), cheap, dear)


def each(vector: Term) -> tuple[Term, Term]:
    """Return what a vector says of the cheap type and of the dear one."""
    return applied(lambda a, x: x[0], vector), applied(lambda a, x: x[1], vector)


def in_mean(cheap: Term, dear: Term) -> Term:
    """Return the mean over all owners of what each of a type has."""
    return (cheap_count * cheap + dear_count * dear) / (cheap_count + dear_count)


def kept(cheap_epsilon: Term, dear_epsilon: Term) -> Term:
    """Return what owners keep in the mean, paid the least that keeps their menu incentive compatible."""
    each_keeps = Term(owner_utility).at(payment=cheapest_payment)
    return in_mean(*each(each_keeps.at(epsilon=both(cheap_epsilon, dear_epsilon), cost=both(cheap, dear))))


ONE_TYPE = {"cost": same_cost, "owner_count": client_count}
contract_budget = Term(printed_epsilon).at(**ONE_TYPE)
contract_left = Term(owner_utility).at(payment=printed_payment, epsilon=printed_epsilon).at(**ONE_TYPE)
noise_of_power = ((power + 1) / (power - 1)) ** 2
"""The noise coth²(ε/2) as a formula of e^ε."""
noise_slope = power * noise_of_power.slope(power)
"""The noise's slope in ε, as a formula of e^ε."""
cheap_psi, dear_psi = each(Term(virtual_cost).at(cost=both(cheap, dear), count=both(cheap_count, dear_count)))
"""The virtual costs of two types."""
spent = cheap_count * cheap_psi * log(cheap_power) + dear_count * dear_psi * log(dear_power)
"""The pool that a menu spends: Σ m ψ ε."""
menu_mean = in_mean(log(cheap_power), log(dear_power))
"""The mean budget of the menu."""
menu_left = kept(log(cheap_power), log(dear_power))
"""What its owners keep in the mean."""
cheaper_epsilon = (reward_pool - dear_count * dear_psi * dear_epsilon) / (cheap_count * cheap_psi)
"""What the cheaper type sells where the pool is spent and the dearer one sells ε′."""
any_mean = in_mean(cheaper_epsilon, dear_epsilon)
"""The mean budget of such a menu."""
ratio_of_types = maximum(
    (cheap_count - 1) / (cheap_count * cheap),
    (cheap_count + dear_count - 1) / (cheap_count * cheap + dear_count * dear),
)
"""Z of two types of clients, of whom at least two are cheap: all take part, or the cheap ones alone."""
contest_mean = reward_pool * ratio_of_types / (cheap_count + dear_count)
"""The mean budget of the contest."""
contest_left = reward_pool * in_mean(*(share.at(cost=cost, ratio=ratio_of_types) ** 2 for cost in (cheap, dear)))
"""What clients keep in the mean in the contest: B Σ s²/N."""

TYPES = {"c > 0": cheap > 0, "c′ > c": dear > cheap, "m ≥ 2": cheap_count >= 2, "m′ ≥ 1": dear_count >= 1}
MENU = {
    **TYPES,
    "ε′ > 0": dear_power > 1,
    "ε ≥ ε′": cheap_power >= dear_power,
    "g′(ε)/ψ = g′(ε′)/ψ′: the menu is the best one": (
        (noise_slope.at(power=cheap_power) * dear_psi).equals(noise_slope.at(power=dear_power) * cheap_psi)
    ),
}
WITHIN = {
    **POOL,
    **TYPES,
    "ε′ ≥ 0": dear_epsilon >= 0,
    "the menu's ε falls with the cost": (
        (cheap_count * cheap_psi + dear_count * dear_psi) * dear_epsilon <= reward_pool
    ),
}
SPREAD = {"cheap": "1", "dear": "5/2", "cheap_count": "10", "dear_count": "10", "cheap_power": "3", "dear_power": "2"}
FEW = {**SPREAD, "cheap_count": "2", "dear_count": "2"}
ONE_DEAR = {**SPREAD, "dear": "7/4", "cheap_count": "3", "dear_count": "1"}
