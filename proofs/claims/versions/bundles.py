"""Which menus bundles cannot undercut, and which tests do not show it."""

from __future__ import annotations

from ...kernel.sentence import Induction, Sentence
from ...kernel.terms import Term, minimum, roles
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, ForAnyNumber, Step
from .vocabulary import DEALER, RISING, monotone, proportional, weight_against

epsilon, next_epsilon, price, next_price, copy_count = roles("epsilon next_epsilon price next_price copy_count")
weight, goal_weight, goal_price, bought, paid = roles("weight goal_weight goal_price bought paid")
second_weight, second_price, third_weight, third_price = roles("second_weight second_price third_weight third_price")

GOAL = {"x > 0": goal_weight > 0, "v ≥ 0": goal_price >= 0}
ITEM = {"xᵢ > 0": weight > 0}
VERSIONS = {"ε > 0": epsilon > 0, "ε′ > ε": next_epsilon > epsilon, "v > 0": price > 0, **RISING}
added_up = weight_against("composition")
COPIES = {**VERSIONS, "n ε ≥ ε′": copy_count * added_up >= added_up.at(epsilon=next_epsilon), "n ≥ 1": copy_count >= 1}
no_cheaper = copy_count * price >= next_price
"""N copies cost no less than what they replace."""
LOST = {"the seller loses": next_price - copy_count * price}
covers = price * goal_weight >= goal_price * minimum(weight, goal_weight)
"""An item costs at least its part of the price: vᵢ x ≥ v min(xᵢ, x)."""
COVERS = {"vᵢ x ≥ v min(xᵢ, x)": covers}


def safe_against(attack: str) -> Term:
    """Return the cone's second constraint between two versions, by their privacy budgets."""
    own = weight_against(attack)
    return proportional.at(weight=own, next_weight=own.at(epsilon=next_epsilon)) >= 0


CONE_SAFE = Claim(
    "pricing/cone-safe",
    "In the safe cone no bundle, of any number of copies of any versions, does what a version does for less money.",
    f"PIECE, eq. 26; {DEALER}",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    **GOAL,
                    **ITEM,
                    "the item is lighter": weight <= goal_weight,
                    "the price per weight does not rise": (
                        proportional.at(next_price=goal_price, next_weight=goal_weight) >= 0
                    ),
                },
                covers,
            ),
            "a lighter item costs its part",
        ),
        Step(
            Sentence(
                {
                    **GOAL,
                    **ITEM,
                    "the item is heavier": weight >= goal_weight,
                    "prices do not fall": monotone.at(price=goal_price, next_price=price) >= 0,
                },
                covers,
            ),
            "a heavier item costs the whole",
        ),
        ForAnyNumber(
            Induction(
                {"bought": weight, "paid": price},
                (bought >= 0, covers.at(price=paid, weight=bought)),
                given=GOAL,
                member={**ITEM, **COVERS},
                closing={"the bundle covers x": bought >= goal_weight},
                goal=paid >= goal_price,
            ),
            "every bundle whose weights add up to a version's costs at least its price, whatever is in it",
        ),
    ),
    variant=Counterexample(
        {**GOAL, **ITEM, **COVERS, "half the weight is bought": 2 * weight >= goal_weight}, price >= goal_price
    ),
)
THREE = {
    "x₁ > 0": weight > 0,
    "x₂ > x₁": second_weight > weight,
    "x₃ > x₂": third_weight > second_weight,
    "v₁/x₁ ≥ v₂/x₂": proportional.at(next_price=second_price, next_weight=second_weight) >= 0,
}
further = proportional.at(next_price=third_price, next_weight=third_weight) >= 0
"""The price per weight does not rise, one version further."""
NEIGHBOURS = Claim(
    "pricing/neighbours-suffice",
    "It is enough to ask the cone's constraints of neighbours: they then hold between any two versions.",
    f"PIECE, eq. 26; {DEALER}",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence({**THREE, "v₂/x₂ ≥ v₃/x₃": further.at(price=second_price, weight=second_weight)}, further),
            "the price per weight, one version further",
        ),
        Step(
            Sentence(
                {
                    "v₁ ≤ v₂": monotone.at(next_price=second_price) >= 0,
                    "v₂ ≤ v₃": monotone.at(price=second_price, next_price=third_price) >= 0,
                },
                monotone.at(next_price=third_price) >= 0,
            ),
            "the price, one version further",
        ),
    ),
    variant=Counterexample(THREE, further),
)
PAIR_TEST = Claim(
    "pricing/pair-test",
    "A menu on which no one or two purchases do what a version does for less cannot be arbitraged.",
    "a common test of arbitrage-freeness",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**COPIES, "two copies do not reach ε′": 2 * epsilon < next_epsilon},
            no_cheaper,
            costs=LOST,
            start={"epsilon": "3/10", "next_epsilon": "9/10", "price": "1", "next_price": "7/2", "copy_count": "3"},
        ),
    ),
    attribution=Attribution.READING,
)
SUMS_ON_THE_MENU = Claim(
    "pricing/sums-on-the-menu",
    "A monotone menu is safe if no two versions whose weights add up to a third's cost less than it.",
    "a common test of arbitrage-freeness",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**COPIES, "2ε > ε′, which is not on the menu": 2 * epsilon > next_epsilon},
            no_cheaper,
            costs=LOST,
            start={"epsilon": "2", "next_epsilon": "3", "price": "1", "next_price": "5", "copy_count": "2"},
        ),
    ),
    attribution=Attribution.READING,
)
MONOTONE_SUFFICES = Claim(
    "pricing/monotone-suffices",
    "Prices that never fall in the privacy budget cannot be arbitraged, even if noise is drawn afresh for each sale.",
    "false beyond one realised nested chain of versions",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            COPIES,
            no_cheaper,
            costs=LOST,
            start={"epsilon": "1", "next_epsilon": "2", "price": "1", "next_price": "3", "copy_count": "2"},
        ),
    ),
    attribution=Attribution.READING,
)
COMPOSITION_IN_AVERAGING = Claim(
    "pricing/composition-in-averaging",
    "Every menu in the cone against adding up budgets is in the cone against averaging independent noise.",
    "theorem; x = ε against x = ε²",
    ClaimVerdict.PROVED,
    (Step(Sentence({**VERSIONS, "v/ε ≥ v′/ε′": safe_against("composition")}, safe_against("averaging"))),),
    variant=Counterexample({**VERSIONS, "v/ε² ≥ v′/ε′²": safe_against("averaging")}, safe_against("composition")),
)
AVERAGING_SAFE = Claim(
    "pricing/averaging-stops-composition",
    "A menu in the cone against averaging cannot be arbitraged by adding up budgets.",
    "false: v = ε^1.5 is such a menu",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**COPIES, "v/ε² ≥ v′/ε′²": safe_against("averaging")},
            no_cheaper,
            costs=LOST,
            start={"epsilon": "1", "next_epsilon": "4", "price": "1", "next_price": "8", "copy_count": "4"},
        ),
    ),
    attribution=Attribution.READING,
)
