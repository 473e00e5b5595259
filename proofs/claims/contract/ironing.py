"""The claim that the ironed menu is the best one: tangents, the walk along the types, the menu itself, pooling."""

from __future__ import annotations

import numpy as np

from ....formulations.contract.formulas import cheapest_payment
from ...kernel.sentence import Sentence
from ...kernel.terms import Term, roles
from ..claim import Axiom, Claim, ClaimVerdict, Counterexample, ForAnyNumber, Lemma, Step
from .ironing_chain import (
    ASCENDING,
    INDIFFERENT,
    MULTIPLIER,
    POSITIVE,
    RIVAL,
    SUMS_BELOW,
    TYPE,
    above_tangent,
    best_noise,
    best_slope,
    chain,
    charge,
    exp,
    ironed_menu,
    last_keeps,
    least_charge,
    noise_room,
    own_noise,
    slack_back,
    slack_now,
)
from .vocabulary import kept

payment, payment_now, epsilon, epsilon_now, cost, cost_now = roles(
    "payment payment_now epsilon epsilon_now cost cost_now"
)
best_epsilon, best_epsilon_now, ironed, ironed_now = roles("best_epsilon best_epsilon_now ironed ironed_now")
count, owners, virtual_sum, multiplier = roles("count owners virtual_sum multiplier")
before, weight, level = roles("before weight level")
low_weight, high_weight, low_level, high_level = roles("low_weight high_weight low_level high_level")

EXPONENTS = Axiom("powers", "eˣ eʸ = eˣ⁺ʸ", "functional equation of the exponential")
TANGENT = Step(
    Sentence(
        {
            "ε > 0": epsilon > 0,
            "ε* > 0": best_epsilon > 0,
            **MULTIPLIER,
            "powers of e": (exp(epsilon) * exp(best_epsilon - epsilon)).equals(exp(best_epsilon)),
        },
        above_tangent.at(ironed=-best_slope / multiplier),  # ψ* = −g′(ε*)/λ makes the ironed menu
        lemmas=(
            exp(best_epsilon) * (exp(epsilon) - 1) > 0,
            2 * exp(epsilon) * exp(best_epsilon) > exp(best_epsilon) + 1,
            # convex in e^(−ε)
            own_noise >= best_noise + best_slope * (1 - exp(best_epsilon) / exp(epsilon)),
            exp(epsilon) * (epsilon - best_epsilon) >= exp(epsilon) - exp(best_epsilon),
            noise_room(epsilon) > 0,
            noise_room(epsilon) * exp(best_epsilon) * (exp(best_epsilon) + 1) > 0,
        ),
    ),
    "tangent",
)
FALLING = Step(
    Sentence(
        {
            **MULTIPLIER,
            "ε*_{k−1} > 0": best_epsilon_now > 0,
            "ε*_k > 0": best_epsilon > 0,
            "ψ*_k > ψ*_{k−1}": ironed > ironed_now,
            "tangent at ε*_k": above_tangent.at(epsilon=best_epsilon_now),
            "tangent at ε*_{k−1}": above_tangent.at(
                epsilon=best_epsilon, best_epsilon=best_epsilon_now, ironed=ironed_now
            ),
        },
        best_epsilon <= best_epsilon_now,
        lemmas=(
            noise_room(best_epsilon_now) > 0,
            noise_room(best_epsilon) > 0,
            multiplier * noise_room(best_epsilon_now) * noise_room(best_epsilon) > 0,
        ),
    ),
    "ε* falls",
)


def cheapest(k: int) -> Term:
    """Return the cheapest payment of one of the two dearest types."""
    return Term(
        lambda a, epsilon_now, epsilon, cost_now, cost: cheapest_payment(
            a, np.array([epsilon_now, epsilon]), np.array([cost_now, cost])
        )[k]
    )


CHEAPEST = Step(
    Sentence(
        {
            "p_{k−1} is the cheapest payment": payment_now.equals(cheapest(0)),
            "p_k is the cheapest payment": payment.equals(cheapest(1)),
        },
        slack_now.equals(0),
    ),
    "cheapest payments",
)
INCENTIVES = Step(
    Sentence({**ASCENDING, "ε_k ≤ ε_{k−1}": epsilon <= epsilon_now, **INDIFFERENT}, slack_back >= 0),
    "the dearer neighbour keeps its item",
)

pooled = (low_weight * low_level + high_weight * high_level) / (low_weight + high_weight)
"""The level of two adjacent blocks made one: their weighted mean."""
BLOCKS = {"w > 0": low_weight > 0, "w′ > 0": high_weight > 0}
VIOLATORS = {**BLOCKS, "the cheaper block is higher": low_level > high_level, "owners within the block": weight >= 0}
POOLING = (
    Step(
        Sentence(
            {
                **VIOLATORS,
                "in the cheaper block": weight <= low_weight,
                "sums below": before + weight * low_level <= virtual_sum,
            },
            before + weight * pooled <= virtual_sum,
        ),
        "pooling, in the cheaper block",
    ),
    Step(
        Sentence(
            {
                **VIOLATORS,
                "in the dearer block": weight <= high_weight,
                "sums below": before + low_weight * low_level + weight * high_level <= virtual_sum,
            },
            before + (low_weight + weight) * pooled <= virtual_sum,
        ),
        "pooling, in the dearer block",
    ),
    Step(
        Sentence(
            {
                **BLOCKS,
                "sums agree": (before + low_weight * low_level + high_weight * high_level).equals(virtual_sum),
                "v is the level of both": level.equals(pooled),
            },
            (before + (low_weight + high_weight) * level).equals(virtual_sum),
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
            "c_{k−1} > 0": cost_now > 0,
            "m_{k−1} > 0": owners > 0,
            "ε_{k−1} ≥ ε_k": epsilon_now >= epsilon,
            "ε_k > 0": epsilon > 0,
            "type k − 1 loses nothing": last_keeps >= 0,
            "type k loses nothing": kept >= 0,
        },
        owners * payment_now + count * payment
        >= least_charge.at(cost=cost_now, count=owners) * epsilon_now + charge * epsilon,
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
