"""The walk along the types that shows the ironed menu to be the best one, from the cheapest to the dearest.

Of a menu (ε_k, p_k) only the incentives of neighbours are used. The chain carries the last type's item and cost, the
owners so far, and the sums of the virtual costs ψ and the ironed ones ψ*; g is the declared noise.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ....formulations.contract.formulas import noise
from ....formulations.virtual_cost import virtual_cost
from ...kernel.sentence import Induction
from ...kernel.terms import Term, applied, roles
from .vocabulary import cost, epsilon, kept, payment, reward_pool, slack

CARRIED = ("owners", "cost_now", "payment_now", "epsilon_now", "virtual_sum", "ironed_sum")
owners, cost_now, payment_now, epsilon_now, virtual_sum, ironed_sum = roles(" ".join(CARRIED))
count, best_epsilon, ironed, multiplier = roles("count best_epsilon ironed multiplier")
spent, virtual_charge, ironed_charge = roles("spent virtual_charge ironed_charge")
best_charge, variance, best_variance = roles("best_charge variance best_variance")

OF_THE_FIRST = {
    name: roles(f"first_{name}")[0] for name in ("payment", "epsilon", "cost", "count", "best_epsilon", "ironed")
}
"""What the first type's roles are called."""

own_noise = Term(noise)
best_noise = own_noise.at(epsilon=best_epsilon)
"""g(ε*)."""
best_slope = best_noise.slope(best_epsilon)
"""g′(ε*), which is negative."""
charge = Term(
    lambda a, cost_now, cost, owners, count: (
        count * virtual_cost(a, np.array([cost_now, cost]), np.array([owners, count]))[1]
    )
)
"""m_k ψ_k, where all cheaper owners matter by their number and the next cheaper cost alone."""
least_charge = Term(lambda a, cost, count: count * virtual_cost(a, np.array([cost]), np.array([count]))[0])
"""The same of the cheapest type, m_1 ψ_1."""
above_tangent = own_noise >= best_noise - multiplier * ironed * (epsilon - best_epsilon)
"""The noise is no less than on the line of slope −λψ* through the best menu's."""
slack_now = slack.at(
    payment=payment_now, epsilon=epsilon_now, other_payment=payment, other_epsilon=epsilon, cost=cost_now
)
"""What the cheaper of two neighbours loses by the dearer one's item."""
slack_back = slack.at(other_payment=payment_now, other_epsilon=epsilon_now)
"""What the dearer one loses by the cheaper one's item."""
last_keeps = kept.at(payment=payment_now, epsilon=epsilon_now, cost=cost_now)
"""What the dearest type so far keeps."""
spent_on_the_last = virtual_charge + owners * last_keeps
"""Σ m_j ψ_j ε_j and what all owners so far keep at least, which is what the last type keeps."""
above_ironed = (virtual_sum - ironed_sum) * epsilon_now
"""By how much the sum of virtual costs is above that of ironed ones, times the last ε."""

MULTIPLIER = {"λ > 0": multiplier > 0}
POSITIVE = {"c_k > 0": cost > 0, "m_k > 0": count > 0}
TYPE = {
    **POSITIVE,
    "ε_k > 0": epsilon > 0,
    "ε*_k > 0": best_epsilon > 0,
    "g(ε_k) ≥ g(ε*_k) − λψ*_k (ε_k − ε*_k), as the tangent shows": above_tangent,
}
ASCENDING = {"c_k > c_{k−1}": cost > cost_now}
RIVAL = {"type k − 1 keeps its item": slack_now >= 0, "type k keeps its item": slack_back >= 0}
INDIFFERENT = {"type k − 1 would as soon have the item of type k": slack_now.equals(0)}
SUMS_BELOW = {"Σ_{j≤k} m_j ψ*_j ≤ Σ_{j≤k} m_j ψ_j": ironed_sum + count * ironed <= virtual_sum + charge}
STATE = {
    "owners": count,
    "cost_now": cost - cost_now,
    "payment_now": payment - payment_now,
    "epsilon_now": epsilon - epsilon_now,
    "virtual_sum": charge,
    "ironed_sum": count * ironed,
    "spent": count * payment,
    "virtual_charge": charge * epsilon,
    "ironed_charge": count * ironed * epsilon,
}
VARIANCES = {
    "best_charge": count * ironed * best_epsilon,
    "variance": count * own_noise,
    "best_variance": count * best_noise,
}


def exp(x: Term) -> Term:
    """Return eˣ."""
    return applied(lambda a, x: a.exp(x), x)


def noise_room(x: Term) -> Term:
    """Return what the noise of an ε is divided by: (e^ε − 1)²."""
    return applied(lambda a, x: a.square(a.expm1(x)), x)


def of_the_first(terms: Mapping[str, Term]) -> dict[str, Term]:
    """Return what is said of a type, said of the first one."""
    return {text.replace("_k", "_1"): term.at(**OF_THE_FIRST) for text, term in terms.items()}


AT_THE_FIRST = {
    **STATE,
    "cost_now": cost,
    "payment_now": payment,
    "epsilon_now": epsilon,
    "virtual_sum": least_charge,
    "virtual_charge": least_charge * epsilon,
}


def chain(members: Mapping[str, Term]) -> Induction:
    """Return the walk along the types that compares a menu with the ironed one; they hold of each type."""
    return Induction(
        {**STATE, **VARIANCES},
        (
            owners > 0,
            cost_now > 0,
            epsilon_now > 0,
            virtual_sum >= ironed_sum,
            spent >= spent_on_the_last,
            virtual_charge - ironed_charge >= above_ironed,
            variance >= best_variance - multiplier * (ironed_charge - best_charge),
        ),
        given={**MULTIPLIER, **of_the_first({**TYPE, "ψ*_k ≤ ψ_k": count * ironed <= least_charge})},
        member=members,
        closing={
            "Σ m_k p_k ≤ B": spent <= reward_pool,
            "type K loses nothing": last_keeps >= 0,
            "Σ m_k ψ*_k ε*_k = B": best_charge.equals(reward_pool),
        },
        goal=variance >= best_variance,
        start=of_the_first({**AT_THE_FIRST, **VARIANCES}),
        lemmas=(
            epsilon <= epsilon_now,
            noise_room(epsilon) > 0,
            noise_room(best_epsilon) > 0,
            noise_room(epsilon) * noise_room(best_epsilon) > 0,
        ),
        carried=CARRIED,
    )


def ironed_menu() -> Induction:
    """Return the walk along the ironed menu's types with the cheapest payments; what is `epsilon` is ε* here."""
    return Induction(
        STATE,
        (owners > 0, spent.equals(spent_on_the_last), (virtual_charge - ironed_charge).equals(above_ironed)),
        given=of_the_first(POSITIVE),
        member={
            **POSITIVE,
            **INDIFFERENT,
            "ε* changes only where Σ m_j ψ*_j = Σ m_j ψ_j": above_ironed.equals(above_ironed.at(epsilon_now=epsilon)),
        },
        closing={
            "type K keeps nothing": last_keeps.equals(0),
            "Σ m_k ψ*_k = Σ m_k ψ_k": ironed_sum.equals(virtual_sum),
            "Σ m_k ψ*_k ε*_k = B": ironed_charge.equals(reward_pool),
        },
        goal=spent.equals(reward_pool),
        start=of_the_first(AT_THE_FIRST),
        carried=CARRIED,
    )
