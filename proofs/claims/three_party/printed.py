"""The formulas of the three-party game as Zhou 2023 prints them (57–59), of the utilities that were reconstructed."""

from __future__ import annotations

from ....formulations.three_party.formulas import uncapped_epsilon, wanted_quantity
from ...kernel.sentence import Sentence
from ...kernel.terms import roles
from ..claim import Attribution, Axiom, Claim, ClaimVerdict, Counterexample, Erratum, Step
from .vocabulary import ALPHA, BUYER, RECONSTRUCTED, SELLER, best, by_budget, by_price, by_quantity, price_utility

alpha, epsilon, price, own, others, quantity = roles("alpha epsilon price own others quantity")

FLAT_IS_LARGEST = Axiom(
    "largest values of concave functions",
    "a differentiable function with a falling slope is largest where the slope is zero",
    "mean value theorem",
)
AGAINST = {**ALPHA, **SELLER, "S > 0": others > 0}
SELLS = {**AGAINST, "1/pᵢ > 0": own > 0}
SOME = {**BUYER, "aᵢ ≥ 0": quantity >= 0}
BUYS = {**BUYER, "aᵢ > 0": quantity > 0}

QUANTITY = Claim(
    "three-party/eq-57-quantity",
    "At given prices and budgets the quantity α/(pᵢ(1 + εᵢ)) − 1, where it is not negative, is the buyer's best: its "
    "value is concave in the quantity and flat there.",
    "Zhou 2023, eq. 57",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    **BUYER,
                    "pᵢ(1 + εᵢ) ≤ α": price * (1 + epsilon) <= alpha,
                    "aᵢ = α/(pᵢ(1 + εᵢ)) − 1": quantity.equals(wanted_quantity),
                },
                by_quantity.equals(0),
            ),
            "flat",
        ),
        Step(Sentence(SOME, by_quantity.slope(quantity) < 0), "concave"),
        FLAT_IS_LARGEST,
    ),
    variant=Counterexample(SOME, by_quantity.equals(0)),
    attribution=Attribution.RECONSTRUCTION,
    assumes=(RECONSTRUCTED,),
)
PRICE = Claim(
    "three-party/eq-58-price",
    "The price √((S + T/α)(S + T/c)) − S with T = 1 + ε, where S is the sum of the others' 1/p, is a seller's best.",
    "Zhou 2023, eq. 58, as extracted",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**AGAINST, "pᵢ > 0": price > 0, "pᵢ is (58)": best.at(own=price)},
            by_price.at(own=1 / price).equals(0),
            costs={
                "slope of the seller's utility in 1/p": by_price.at(own=1 / price),
                "slope at the reciprocal of that price": by_price.at(own=price),
                "the seller's utility there": price_utility.at(own=1 / price),
                "at the reciprocal": price_utility.at(own=price),
            },
            kept=True,
            start={"others": "10/7", "price": "8/7", "epsilon": "1", "alpha": "4", "cost": "1"},
        ),
    ),
    attribution=Attribution.EXTRACTED,
    assumes=(RECONSTRUCTED,),
    erratum=Erratum(
        "(58) as extracted: pᵢ = √((S + T/α)(S + T/c)) − S",
        "pᵢ is the reciprocal, 1/(√((S + T/α)(S + T/c)) − S)",
        "three-party/eq-58-corrected",
    ),
)
RECIPROCAL = Claim(
    "three-party/eq-58-corrected",
    "A seller's utility is concave in 1/p, and flat where 1/p is √((S + T/α)(S + T/c)) − S: the best price is the "
    "reciprocal of (58) as extracted.",
    "Zhou 2023, eq. 58, corrected",
    ClaimVerdict.PROVED,
    (
        Step(Sentence({**SELLS, "1/pᵢ is √((S + T/α)(S + T/c)) − S": best}, by_price.equals(0)), "flat"),
        Step(Sentence(SELLS, by_price.slope(own) < 0), "concave"),
        FLAT_IS_LARGEST,
    ),
    variant=Counterexample(SELLS, by_price.equals(0)),
    attribution=Attribution.RECONSTRUCTION,
    assumes=(RECONSTRUCTED,),
)
BUDGET = Claim(
    "three-party/eq-59-budget",
    "At a given positive quantity the budget α₃/(aᵢpᵢ) is the buyer's best: its value is concave in ε and flat there.",
    "Zhou 2023, eq. 59, with α₃ a coefficient of its own",
    ClaimVerdict.PROVED,
    (
        Step(Sentence({**BUYS, "εᵢ = α₃/(aᵢpᵢ)": epsilon.equals(uncapped_epsilon)}, by_budget.equals(0)), "flat"),
        Step(Sentence(BUYS, by_budget.slope(epsilon) < 0), "concave"),
        FLAT_IS_LARGEST,
    ),
    variant=Counterexample(BUYS, by_budget.equals(0)),
    attribution=Attribution.RECONSTRUCTION,
    assumes=(RECONSTRUCTED,),
)
