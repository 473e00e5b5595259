"""The walk along the types that shows the ironed menu to be the best one, from the cheapest to the dearest.

Of a menu (ε_k, p_k) only the incentives of neighbours are used. The chain carries the last type's item and cost, the
owners so far, and the sums of the virtual costs ψ and the ironed ones ψ*; g is the declared noise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ....formulations.algebra import Algebra, Formula, read
from ....formulations.contract.formulas import ic_slack, noise, owner_utility
from ....formulations.virtual_cost import virtual_cost
from ...kernel.sentence import Induction, above, at_least, at_most, by_roles, equal, slope, substitute

CARRIED = ("owners", "cost_now", "payment_now", "epsilon_now", "virtual_sum", "ironed_sum")


def best_noise(a: Algebra, best_epsilon: Any) -> Any:
    """g(ε*)."""
    return noise(a, best_epsilon)


def best_slope(a: Algebra, best_epsilon: Any) -> Any:
    """g′(ε*), which is negative."""
    return read(slope(best_noise, "best_epsilon"), a, {"best_epsilon": best_epsilon})


def role(name: str) -> Formula:
    """Return the formula that is a role."""
    return by_roles((name,), lambda a, given: given[name])


def charge(a: Algebra, cost_now: Any, cost: Any, owners: Any, count: Any) -> Any:
    """m_k ψ_k, where all cheaper owners matter by their number and the next cheaper cost alone."""
    return count * virtual_cost(a, np.array([cost_now, cost]), np.array([owners, count]))[1]


def first_charge(a: Algebra, first_cost: Any, first_count: Any) -> Any:
    """m_1 ψ_1."""
    return first_count * virtual_cost(a, np.array([first_cost]), np.array([first_count]))[0]


def above_tangent(a: Algebra, epsilon: Any, best_epsilon: Any, ironed: Any, multiplier: Any) -> Any:
    """The noise is no less than on the line of slope −λψ* through the best menu's."""
    return at_least(noise(a, epsilon), best_noise(a, best_epsilon) - multiplier * ironed * (epsilon - best_epsilon))


def keeps_own(a: Algebra, payment_now: Any, epsilon_now: Any, payment: Any, epsilon: Any, cost_now: Any) -> Any:
    """The cheaper of two neighbours does not gain by the dearer one's item."""
    return at_least(ic_slack(a, payment_now, epsilon_now, payment, epsilon, cost_now), 0)


def keeps_theirs(a: Algebra, payment_now: Any, epsilon_now: Any, payment: Any, epsilon: Any, cost: Any) -> Any:
    """The dearer of two neighbours does not gain by the cheaper one's item."""
    return at_least(ic_slack(a, payment, epsilon, payment_now, epsilon_now, cost), 0)


def indifferent(a: Algebra, payment_now: Any, epsilon_now: Any, payment: Any, epsilon: Any, cost_now: Any) -> Any:
    """The cheaper of two neighbours neither gains nor loses by the dearer one's item."""
    return equal(ic_slack(a, payment_now, epsilon_now, payment, epsilon, cost_now), 0)


def last_keeps(a: Algebra, payment_now: Any, epsilon_now: Any, cost_now: Any) -> Any:
    """What the dearest type so far keeps."""
    return owner_utility(a, payment_now, epsilon_now, cost_now)


def of_the_first(formula: Formula) -> Formula:
    """Return what a formula says of a type, said of the first one."""
    names = ("payment", "epsilon", "cost", "count", "best_epsilon", "ironed")
    return substitute(formula, **{name: role(f"first_{name}") for name in names})


POSITIVE: Mapping[str, Formula] = {
    "c_k > 0": lambda a, cost: above(cost, 0),
    "m_k > 0": lambda a, count: above(count, 0),
}
TYPE: Mapping[str, Formula] = {
    **POSITIVE,
    "ε_k > 0": lambda a, epsilon: above(epsilon, 0),
    "ε*_k > 0": lambda a, best_epsilon: above(best_epsilon, 0),
    "g(ε_k) ≥ g(ε*_k) − λψ*_k (ε_k − ε*_k), as the tangent shows": above_tangent,
}
ASCENDING: Mapping[str, Formula] = {"c_k > c_{k−1}": lambda a, cost, cost_now: above(cost, cost_now)}
RIVAL: Mapping[str, Formula] = {"type k − 1 keeps its item": keeps_own, "type k keeps its item": keeps_theirs}
SUMS_BELOW: Mapping[str, Formula] = {
    "Σ_{j≤k} m_j ψ*_j ≤ Σ_{j≤k} m_j ψ_j": lambda a, ironed_sum, virtual_sum, count, ironed, cost_now, cost, owners: (
        at_most(ironed_sum + count * ironed, virtual_sum + charge(a, cost_now, cost, owners, count))
    )
}
STATE: Mapping[str, Formula] = {
    "owners": lambda a, count: count,
    "cost_now": lambda a, cost, cost_now: cost - cost_now,
    "payment_now": lambda a, payment, payment_now: payment - payment_now,
    "epsilon_now": lambda a, epsilon, epsilon_now: epsilon - epsilon_now,
    "virtual_sum": charge,
    "ironed_sum": lambda a, count, ironed: count * ironed,
    "spent": lambda a, count, payment: count * payment,
    "virtual_charge": lambda a, cost_now, cost, owners, count, epsilon: (
        charge(a, cost_now, cost, owners, count) * epsilon
    ),
    "ironed_charge": lambda a, count, ironed, epsilon: count * ironed * epsilon,
}
VARIANCES: Mapping[str, Formula] = {
    "best_charge": lambda a, count, ironed, best_epsilon: count * ironed * best_epsilon,
    "variance": lambda a, count, epsilon: count * noise(a, epsilon),
    "best_variance": lambda a, count, best_epsilon: count * best_noise(a, best_epsilon),
}
FIRST: Mapping[str, Formula] = {
    "owners": lambda a, first_count: first_count,
    "cost_now": lambda a, first_cost: first_cost,
    "payment_now": lambda a, first_payment: first_payment,
    "epsilon_now": lambda a, first_epsilon: first_epsilon,
    "virtual_sum": first_charge,
    "ironed_sum": of_the_first(STATE["ironed_sum"]),
    "spent": of_the_first(STATE["spent"]),
    "virtual_charge": lambda a, first_cost, first_count, first_epsilon: (
        first_charge(a, first_cost, first_count) * first_epsilon
    ),
    "ironed_charge": of_the_first(STATE["ironed_charge"]),
}


def spent_on_the_last(
    a: Algebra, virtual_charge: Any, owners: Any, payment_now: Any, epsilon_now: Any, cost_now: Any
) -> Any:
    """Σ m_j ψ_j ε_j and what all owners so far keep at least, which is what the last type keeps."""
    return virtual_charge + owners * last_keeps(a, payment_now, epsilon_now, cost_now)


def above_ironed(a: Algebra, virtual_sum: Any, ironed_sum: Any, epsilon_now: Any) -> Any:
    """By how much the sum of virtual costs is above that of ironed ones, times the last ε."""
    return (virtual_sum - ironed_sum) * epsilon_now


def noise_room_of(name: str) -> Formula:
    """Return the statement that what the noise of an ε is divided by is positive: (e^ε − 1)²."""
    return substitute(lambda a, epsilon: above(a.square(a.expm1(epsilon)), 0), epsilon=role(name))


def chain(members: Mapping[str, Formula]) -> Induction:
    """Return the walk along the types that compares a menu with the ironed one; they hold of each type."""
    return Induction(
        {**STATE, **VARIANCES},
        (
            lambda a, owners: above(owners, 0),
            lambda a, cost_now: above(cost_now, 0),
            lambda a, epsilon_now: above(epsilon_now, 0),
            lambda a, virtual_sum, ironed_sum: at_least(virtual_sum, ironed_sum),
            lambda a, spent, virtual_charge, owners, payment_now, epsilon_now, cost_now: at_least(
                spent, spent_on_the_last(a, virtual_charge, owners, payment_now, epsilon_now, cost_now)
            ),
            lambda a, virtual_charge, ironed_charge, virtual_sum, ironed_sum, epsilon_now: at_least(
                virtual_charge - ironed_charge, above_ironed(a, virtual_sum, ironed_sum, epsilon_now)
            ),
            lambda a, variance, best_variance, ironed_charge, best_charge, multiplier: at_least(
                variance, best_variance - multiplier * (ironed_charge - best_charge)
            ),
        ),
        given={
            "λ > 0": lambda a, multiplier: above(multiplier, 0),
            **{text.replace("_k", "_1"): of_the_first(formula) for text, formula in TYPE.items()},
            "ψ*_1 ≤ ψ_1": lambda a, first_ironed, first_count, first_cost: at_most(
                first_count * first_ironed, first_charge(a, first_cost, first_count)
            ),
        },
        member=members,
        closing={
            "Σ m_k p_k ≤ B": lambda a, spent, reward_pool: at_most(spent, reward_pool),
            "type K loses nothing": lambda a, payment_now, epsilon_now, cost_now: at_least(
                last_keeps(a, payment_now, epsilon_now, cost_now), 0
            ),
            "Σ m_k ψ*_k ε*_k = B": lambda a, best_charge, reward_pool: equal(best_charge, reward_pool),
        },
        goal=lambda a, variance, best_variance: at_least(variance, best_variance),
        start={**FIRST, **{name: of_the_first(formula) for name, formula in VARIANCES.items()}},
        lemmas=(
            lambda a, epsilon, epsilon_now: at_most(epsilon, epsilon_now),
            noise_room_of("epsilon"),
            noise_room_of("best_epsilon"),
            lambda a, epsilon, best_epsilon: above(a.square(a.expm1(epsilon)) * a.square(a.expm1(best_epsilon)), 0),
        ),
        carried=CARRIED,
    )


def ironed_menu() -> Induction:
    """Return the walk along the ironed menu's types with the cheapest payments; what is `epsilon` is ε* here."""
    return Induction(
        STATE,
        (
            lambda a, owners: above(owners, 0),
            lambda a, spent, virtual_charge, owners, payment_now, epsilon_now, cost_now: equal(
                spent, spent_on_the_last(a, virtual_charge, owners, payment_now, epsilon_now, cost_now)
            ),
            lambda a, virtual_charge, ironed_charge, virtual_sum, ironed_sum, epsilon_now: equal(
                virtual_charge - ironed_charge, above_ironed(a, virtual_sum, ironed_sum, epsilon_now)
            ),
        ),
        given={text.replace("_k", "_1"): of_the_first(formula) for text, formula in POSITIVE.items()},
        member={
            **POSITIVE,
            "type k − 1 would as soon have the item of type k": indifferent,
            "ε* changes only where Σ m_j ψ*_j = Σ m_j ψ_j": lambda a, virtual_sum, ironed_sum, epsilon, epsilon_now: (
                equal(
                    above_ironed(a, virtual_sum, ironed_sum, epsilon_now),
                    above_ironed(a, virtual_sum, ironed_sum, epsilon),
                )
            ),
        },
        closing={
            "type K keeps nothing": lambda a, payment_now, epsilon_now, cost_now: equal(
                last_keeps(a, payment_now, epsilon_now, cost_now), 0
            ),
            "Σ m_k ψ*_k = Σ m_k ψ_k": lambda a, virtual_sum, ironed_sum: equal(ironed_sum, virtual_sum),
            "Σ m_k ψ*_k ε*_k = B": lambda a, ironed_charge, reward_pool: equal(ironed_charge, reward_pool),
        },
        goal=lambda a, spent, reward_pool: equal(spent, reward_pool),
        start=FIRST,
        carried=CARRIED,
    )
