"""Which menus bundles cannot undercut, and which tests do not show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....formulations.algebra import Algebra, Formula
from ....formulations.versions.menu import monotone_slack, proportional_slack, version_weight
from ...kernel.sentence import Induction, Sentence, above, at_least, at_most, below
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, ForAnyNumber, Step

DEALER = "Chen, Koutris & Kumar, SIGMOD 2019; Liu et al., Dealer, PVLDB 2021"
GOAL: Mapping[str, Formula] = {
    "x > 0": lambda a, goal_weight: above(goal_weight, 0),
    "v ≥ 0": lambda a, goal_price: at_least(goal_price, 0),
}
ITEM: Mapping[str, Formula] = {"xᵢ > 0": lambda a, weight: above(weight, 0)}
VERSIONS: Mapping[str, Formula] = {
    "ε > 0": lambda a, epsilon: above(epsilon, 0),
    "ε′ > ε": lambda a, epsilon, next_epsilon: above(next_epsilon, epsilon),
    "v > 0": lambda a, price: above(price, 0),
    "v′ ≥ v": lambda a, price, next_price: at_least(monotone_slack(a, price, next_price), 0),
}
ENOUGH_COPIES: Mapping[str, Formula] = {
    "n ε ≥ ε′": lambda a, copy_count, epsilon, next_epsilon: at_least(
        copy_count * version_weight(a, epsilon, "composition"), version_weight(a, next_epsilon, "composition")
    ),
    "n ≥ 1": lambda a, copy_count: at_least(copy_count, 1),
}


def no_cheaper(a: Algebra, copy_count: Any, price: Any, next_price: Any) -> Any:
    """N copies cost no less than what they replace."""
    return at_least(copy_count * price, next_price)


def money_lost(a: Algebra, copy_count: Any, price: Any, next_price: Any) -> Any:
    """What the seller loses by a buyer who takes the copies."""
    return next_price - copy_count * price


def covers(a: Algebra, price: Any, weight: Any, goal_price: Any, goal_weight: Any) -> Any:
    """An item costs at least its part of the price: vᵢ x ≥ v min(xᵢ, x)."""
    return at_least(price * goal_weight, goal_price * a.minimum(weight, goal_weight))


def safe_between(attack: str) -> Formula:
    """The cone's second constraint between two versions, by their privacy budgets."""

    def slack(a: Algebra, price: Any, epsilon: Any, next_price: Any, next_epsilon: Any) -> Any:
        weights = (version_weight(a, budget, attack) for budget in (epsilon, next_epsilon))
        weight, next_weight = weights
        return at_least(proportional_slack(a, price, weight, next_price, next_weight), 0)

    return slack


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
                    "the item is lighter": lambda a, weight, goal_weight: at_most(weight, goal_weight),
                    "the price per weight does not rise": lambda a, price, weight, goal_price, goal_weight: at_least(
                        proportional_slack(a, price, weight, goal_price, goal_weight), 0
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
                    "the item is heavier": lambda a, weight, goal_weight: at_least(weight, goal_weight),
                    "prices do not fall": lambda a, price, goal_price: at_least(
                        monotone_slack(a, goal_price, price), 0
                    ),
                },
                covers,
            ),
            "a heavier item costs the whole",
        ),
        ForAnyNumber(
            Induction(
                {"bought": lambda a, weight: weight, "paid": lambda a, price: price},
                (
                    lambda a, bought: at_least(bought, 0),
                    lambda a, bought, paid, goal_price, goal_weight: covers(a, paid, bought, goal_price, goal_weight),
                ),
                given=GOAL,
                member={**ITEM, "vᵢ x ≥ v min(xᵢ, x)": covers},
                closing={"the bundle covers x": lambda a, bought, goal_weight: at_least(bought, goal_weight)},
                goal=lambda a, paid, goal_price: at_least(paid, goal_price),
            ),
            "every bundle whose weights add up to a version's costs at least its price, whatever is in it",
        ),
    ),
    variant=Counterexample(
        {
            **GOAL,
            **ITEM,
            "vᵢ x ≥ v min(xᵢ, x)": covers,
            "half the weight is bought": lambda a, weight, goal_weight: at_least(2 * weight, goal_weight),
        },
        lambda a, price, goal_price: at_least(price, goal_price),
    ),
)
THREE_VERSIONS: Mapping[str, Formula] = {
    "x₁ > 0": lambda a, weight: above(weight, 0),
    "x₂ > x₁": lambda a, weight, second_weight: above(second_weight, weight),
    "x₃ > x₂": lambda a, second_weight, third_weight: above(third_weight, second_weight),
}
NEIGHBOURS = Claim(
    "pricing/neighbours-suffice",
    "It is enough to ask the cone's constraints of neighbours: they then hold between any two versions.",
    f"PIECE, eq. 26; {DEALER}",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    **THREE_VERSIONS,
                    "v₁/x₁ ≥ v₂/x₂": lambda a, price, weight, second_price, second_weight: at_least(
                        proportional_slack(a, price, weight, second_price, second_weight), 0
                    ),
                    "v₂/x₂ ≥ v₃/x₃": lambda a, second_price, second_weight, third_price, third_weight: at_least(
                        proportional_slack(a, second_price, second_weight, third_price, third_weight), 0
                    ),
                },
                lambda a, price, weight, third_price, third_weight: at_least(
                    proportional_slack(a, price, weight, third_price, third_weight), 0
                ),
            ),
            "the price per weight, one version further",
        ),
        Step(
            Sentence(
                {
                    "v₁ ≤ v₂": lambda a, price, second_price: at_least(monotone_slack(a, price, second_price), 0),
                    "v₂ ≤ v₃": lambda a, second_price, third_price: at_least(
                        monotone_slack(a, second_price, third_price), 0
                    ),
                },
                lambda a, price, third_price: at_least(monotone_slack(a, price, third_price), 0),
            ),
            "the price, one version further",
        ),
    ),
    variant=Counterexample(
        {
            **THREE_VERSIONS,
            "v₁/x₁ ≥ v₂/x₂": lambda a, price, weight, second_price, second_weight: at_least(
                proportional_slack(a, price, weight, second_price, second_weight), 0
            ),
        },
        lambda a, price, weight, third_price, third_weight: at_least(
            proportional_slack(a, price, weight, third_price, third_weight), 0
        ),
    ),
)
PAIR_TEST = Claim(
    "pricing/pair-test",
    "A menu on which no one or two purchases do what a version does for less cannot be arbitraged.",
    "a common test of arbitrage-freeness",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {
                **VERSIONS,
                **ENOUGH_COPIES,
                "two copies do not reach ε′": lambda a, epsilon, next_epsilon: below(2 * epsilon, next_epsilon),
            },
            no_cheaper,
            costs={"the seller loses": money_lost},
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
            {
                **VERSIONS,
                **ENOUGH_COPIES,
                "2ε > ε′, which is not on the menu": lambda a, epsilon, next_epsilon: above(2 * epsilon, next_epsilon),
            },
            no_cheaper,
            costs={"the seller loses": money_lost},
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
            {**VERSIONS, **ENOUGH_COPIES},
            no_cheaper,
            costs={"the seller loses": money_lost},
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
    (Step(Sentence({**VERSIONS, "v/ε ≥ v′/ε′": safe_between("composition")}, safe_between("averaging"))),),
    variant=Counterexample({**VERSIONS, "v/ε² ≥ v′/ε′²": safe_between("averaging")}, safe_between("composition")),
)
AVERAGING_SAFE = Claim(
    "pricing/averaging-stops-composition",
    "A menu in the cone against averaging cannot be arbitraged by adding up budgets.",
    "false: v = ε^1.5 is such a menu",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**VERSIONS, **ENOUGH_COPIES, "v/ε² ≥ v′/ε′²": safe_between("averaging")},
            no_cheaper,
            costs={"the seller loses": money_lost},
            start={"epsilon": "1", "next_epsilon": "4", "price": "1", "next_price": "8", "copy_count": "4"},
        ),
    ),
    attribution=Attribution.READING,
)
