"""The claim that the ironed menu is the best one: tangents, the walk along the types, the menu itself, pooling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ....formulations.algebra import Algebra, Formula
from ....formulations.contract.formulas import cheapest_payment, noise, owner_utility
from ...kernel.sentence import Sentence, above, at_least, at_most, equal, substitute
from ..claim import Axiom, Claim, ClaimVerdict, Counterexample, ForAnyNumber, Lemma, Step
from .ironing_chain import (
    ASCENDING,
    POSITIVE,
    RIVAL,
    SUMS_BELOW,
    TYPE,
    above_tangent,
    best_noise,
    best_slope,
    chain,
    charge,
    first_charge,
    indifferent,
    ironed_menu,
    keeps_theirs,
    last_keeps,
    noise_room_of,
    role,
)

EXPONENTS = Axiom("powers", "eˣ eʸ = eˣ⁺ʸ", "functional equation of the exponential")


def one_after_other(a: Algebra, epsilon: Any, best_epsilon: Any) -> Any:
    """e^ε e^(ε* − ε) = e^ε*."""
    return equal(a.exp(epsilon) * a.exp(best_epsilon - epsilon), a.exp(best_epsilon))


TANGENT = Step(
    Sentence(
        {
            "ε > 0": lambda a, epsilon: above(epsilon, 0),
            "ε* > 0": lambda a, best_epsilon: above(best_epsilon, 0),
            "λ > 0": lambda a, multiplier: above(multiplier, 0),
            "powers of e": one_after_other,
        },
        substitute(  # ψ* = −g′(ε*)/λ makes the ironed menu
            above_tangent, ironed=lambda a, best_epsilon, multiplier: -best_slope(a, best_epsilon) / multiplier
        ),
        lemmas=(
            lambda a, epsilon, best_epsilon: above(a.exp(best_epsilon) * a.expm1(epsilon), 0),
            lambda a, epsilon, best_epsilon: above(2 * a.exp(epsilon) * a.exp(best_epsilon), a.exp(best_epsilon) + 1),
            lambda a, epsilon, best_epsilon: at_least(  # convex in e^(−ε)
                noise(a, epsilon),
                best_noise(a, best_epsilon) + best_slope(a, best_epsilon) * (1 - a.exp(best_epsilon) / a.exp(epsilon)),
            ),
            lambda a, epsilon, best_epsilon: at_least(
                a.exp(epsilon) * (epsilon - best_epsilon), a.exp(epsilon) - a.exp(best_epsilon)
            ),
            noise_room_of("epsilon"),
            lambda a, epsilon, best_epsilon: above(
                a.square(a.expm1(epsilon)) * a.exp(best_epsilon) * (a.exp(best_epsilon) + 1), 0
            ),
        ),
    ),
    "tangent",
)


def of_the_last(formula: Formula) -> Formula:
    """Return what a formula says of a type's best ε and ironed cost, said of the cheaper neighbour's."""
    return substitute(formula, best_epsilon=role("best_epsilon_now"), ironed=role("ironed_now"))


FALLING = Step(
    Sentence(
        {
            "λ > 0": lambda a, multiplier: above(multiplier, 0),
            "ε*_{k−1} > 0": lambda a, best_epsilon_now: above(best_epsilon_now, 0),
            "ε*_k > 0": lambda a, best_epsilon: above(best_epsilon, 0),
            "ψ*_k > ψ*_{k−1}": lambda a, ironed, ironed_now: above(ironed, ironed_now),
            "tangent at ε*_k": substitute(above_tangent, epsilon=role("best_epsilon_now")),
            "tangent at ε*_{k−1}": substitute(of_the_last(above_tangent), epsilon=role("best_epsilon")),
        },
        lambda a, best_epsilon, best_epsilon_now: at_most(best_epsilon, best_epsilon_now),
        lemmas=(
            noise_room_of("best_epsilon_now"),
            noise_room_of("best_epsilon"),
            lambda a, best_epsilon_now, best_epsilon, multiplier: above(
                multiplier * a.square(a.expm1(best_epsilon_now)) * a.square(a.expm1(best_epsilon)), 0
            ),
        ),
    ),
    "ε* falls",
)
CHEAPEST = Step(
    Sentence(
        {
            "p_{k−1} is the cheapest payment": lambda a, payment_now, epsilon_now, epsilon, cost_now, cost: equal(
                payment_now, cheapest(a, epsilon_now, epsilon, cost_now, cost)[0]
            ),
            "p_k is the cheapest payment": lambda a, payment, epsilon_now, epsilon, cost_now, cost: equal(
                payment, cheapest(a, epsilon_now, epsilon, cost_now, cost)[1]
            ),
        },
        indifferent,
    ),
    "cheapest payments",
)
INCENTIVES = Step(
    Sentence(
        {
            **ASCENDING,
            "ε_k ≤ ε_{k−1}": lambda a, epsilon, epsilon_now: at_most(epsilon, epsilon_now),
            "type k − 1 would as soon have the item of type k": indifferent,
        },
        keeps_theirs,
    ),
    "the dearer neighbour keeps its item",
)


def cheapest(a: Algebra, epsilon_now: Any, epsilon: Any, cost_now: Any, cost: Any) -> Any:
    """Return the cheapest payments of the two dearest types."""
    return cheapest_payment(a, np.array([epsilon_now, epsilon]), np.array([cost_now, cost]))


def pooled(a: Algebra, low_weight: Any, high_weight: Any, low_level: Any, high_level: Any) -> Any:
    """Return the level of two adjacent blocks made one: their weighted mean."""
    return (low_weight * low_level + high_weight * high_level) / (low_weight + high_weight)


VIOLATORS: Mapping[str, Formula] = {
    "w > 0": lambda a, low_weight: above(low_weight, 0),
    "w′ > 0": lambda a, high_weight: above(high_weight, 0),
    "the cheaper block is higher": lambda a, low_level, high_level: above(low_level, high_level),
    "owners within the block": lambda a, weight: at_least(weight, 0),
}
POOLING = (
    Step(
        Sentence(
            {
                **VIOLATORS,
                "in the cheaper block": lambda a, weight, low_weight: at_most(weight, low_weight),
                "sums below": lambda a, before, weight, low_level, virtual_sum: at_most(
                    before + weight * low_level, virtual_sum
                ),
            },
            lambda a, before, weight, low_weight, high_weight, low_level, high_level, virtual_sum: at_most(
                before + weight * pooled(a, low_weight, high_weight, low_level, high_level), virtual_sum
            ),
        ),
        "pooling, in the cheaper block",
    ),
    Step(
        Sentence(
            {
                **VIOLATORS,
                "in the dearer block": lambda a, weight, high_weight: at_most(weight, high_weight),
                "sums below": lambda a, before, weight, low_weight, low_level, high_level, virtual_sum: at_most(
                    before + low_weight * low_level + weight * high_level, virtual_sum
                ),
            },
            lambda a, before, weight, low_weight, high_weight, low_level, high_level, virtual_sum: at_most(
                before + (low_weight + weight) * pooled(a, low_weight, high_weight, low_level, high_level), virtual_sum
            ),
        ),
        "pooling, in the dearer block",
    ),
    Step(
        Sentence(
            {
                "w > 0": VIOLATORS["w > 0"],
                "w′ > 0": VIOLATORS["w′ > 0"],
                "sums agree": lambda a, before, low_weight, high_weight, low_level, high_level, virtual_sum: equal(
                    before + low_weight * low_level + high_weight * high_level, virtual_sum
                ),
                "v is the level of both": lambda a, level, low_weight, high_weight, low_level, high_level: equal(
                    level, pooled(a, low_weight, high_weight, low_level, high_level)
                ),
            },
            lambda a, before, low_weight, high_weight, level, virtual_sum: equal(
                before + (low_weight + high_weight) * level, virtual_sum
            ),
        ),
        "pooling, at the end",
    ),
)
IRONING_OPTIMAL = Claim(
    "contract/ironing-optimal",
    "The ironed menu, with −g′(ε*_k) = λψ*_k, the cheapest payments and the whole pool spent, has the least variance "
    "Σ m_k g(ε_k) of all incentive compatible, individually rational menus within the pool, for every number of types "
    "K. (The sums of ironed costs Σ_{j≤k} m_j ψ*_j never exceed those of virtual costs, and equal them at K and where "
    "ε* changes.)",
    "Mussa & Rosen 1978; Myerson 1981; against Zhou 2023, eq. 56",
    ClaimVerdict.PROVED,
    (
        TANGENT,
        ForAnyNumber(
            chain({**TYPE, **ASCENDING, **RIVAL, **SUMS_BELOW}),
            "type by type a menu spends its virtual costs and what its last type keeps, ironed costs charge it no more "
            "and its variance is above the tangents: no menu within the pool has less variance than the ironed one",
            "no menu has less",
        ),
        ForAnyNumber(
            ironed_menu(),
            "the ironed menu with the cheapest payments spends the whole pool and no more; that neighbours keep their "
            "items makes all types keep theirs (local-implies-global-ic), and lose nothing (ir-binds-last)",
            "the ironed menu is within the pool",
        ),
        CHEAPEST,
        FALLING,
        INCENTIVES,
        *POOLING,
        EXPONENTS,
        Lemma("contract/local-implies-global-ic"),
        Lemma("contract/ir-binds-last"),
    ),
    variant=Counterexample(
        {
            **POSITIVE,
            **ASCENDING,
            "c_{k−1} > 0": lambda a, cost_now: above(cost_now, 0),
            "m_{k−1} > 0": lambda a, owners: above(owners, 0),
            "ε_{k−1} ≥ ε_k": lambda a, epsilon, epsilon_now: at_least(epsilon_now, epsilon),
            "ε_k > 0": lambda a, epsilon: above(epsilon, 0),
            "type k − 1 loses nothing": lambda a, payment_now, epsilon_now, cost_now: at_least(
                last_keeps(a, payment_now, epsilon_now, cost_now), 0
            ),
            "type k loses nothing": lambda a, payment, epsilon, cost: at_least(
                owner_utility(a, payment, epsilon, cost), 0
            ),
        },
        lambda a, owners, count, payment_now, payment, epsilon_now, epsilon, cost_now, cost: at_least(
            owners * payment_now + count * payment,
            first_charge(a, cost_now, owners) * epsilon_now + charge(a, cost_now, cost, owners, count) * epsilon,
        ),
    ),
)
IRONING = (IRONING_OPTIMAL,)
SYMBOLS = {
    "cost": "c",
    "count": "m",
    "ironed": r"\psi^*",
    "best_epsilon": r"\varepsilon^*",
    "multiplier": r"\lambda",
    "first_cost": "c_1",
    "first_count": "m_1",
    "first_payment": "p_1",
    "first_epsilon": r"\varepsilon_1",
    "first_best_epsilon": r"\varepsilon^*_1",
    "first_ironed": r"\psi^*_1",
    "owners": "M_{k-1}",
    "cost_now": "c_{k-1}",
    "payment_now": "p_{k-1}",
    "epsilon_now": r"\varepsilon_{k-1}",
    "best_epsilon_now": r"\varepsilon^*_{k-1}",
    "ironed_now": r"\psi^*_{k-1}",
}
