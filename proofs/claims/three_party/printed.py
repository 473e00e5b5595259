"""The formulas of the three-party game as Zhou 2023 prints them (57–59), of the utilities that were reconstructed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....formulations.algebra import Algebra, Formula
from ....formulations.three_party.formulas import (
    buyer_value,
    indifferent_price,
    price_utility,
    seller_utility,
    squared_total,
    uncapped_epsilon,
    wanted_quantity,
)
from ...kernel.sentence import Sentence, above, at_least, at_most, below, equal, slope, substitute
from ..claim import Attribution, Axiom, Claim, ClaimVerdict, Counterexample, Erratum, Step

FLAT_IS_LARGEST = Axiom(
    "largest values of concave functions",
    "a differentiable function with a falling slope is largest where the slope is zero",
    "mean value theorem",
)
RECONSTRUCTED = (
    "the utilities are those that were reconstructed: the buyer's Σ (α ln(1 + aᵢ) + α₃ ln εᵢ − pᵢTᵢaᵢ), a seller's "
    "(pᵢTᵢ − cᵢ)aᵢ/(1 + pᵢSᵢ), with Tᵢ = 1 + εᵢ; the source prints none"
)
BUYER: Mapping[str, Formula] = {
    "α > 0": lambda a, alpha: above(alpha, 0),
    "α₃ > 0": lambda a, privacy_weight: above(privacy_weight, 0),
    "εᵢ > 0": lambda a, epsilon: above(epsilon, 0),
    "pᵢ > 0": lambda a, price: above(price, 0),
}
SELLER: Mapping[str, Formula] = {
    "α > 0": lambda a, alpha: above(alpha, 0),
    "cᵢ > 0": lambda a, cost: above(cost, 0),
    "εᵢ > 0": lambda a, epsilon: above(epsilon, 0),
    "S > 0": lambda a, others: above(others, 0),
    "1/pᵢ > 0": lambda a, own: above(own, 0),
}
marginal_price = slope(price_utility, "own")


def best(a: Algebra, own: Any, others: Any, epsilon: Any, alpha: Any, cost: Any) -> Any:
    """(S + 1/p)² = (S + T/α)(S + T/c): the corrected (58) without its root."""
    return equal((others + own) ** 2, squared_total(a, others, epsilon, alpha, cost))


def in_parts(a: Algebra, left: Any, per: Any, epsilon: Any, alpha: Any, cost: Any) -> Any:
    """The same where the others have the part `left` of a total 1/`per`: 1 = (left + per T/α)(left + per T/c)."""
    return equal(squared_total(a, left / per, epsilon, alpha, cost) * per**2, 1)


def foreseen(a: Algebra, epsilon: Any, others: Any, alpha: Any, cost: Any, privacy_weight: Any) -> Any:
    """A seller's utility at the price at which the buyer, buying what it wants, chooses ε."""
    price = indifferent_price(a, epsilon, alpha, privacy_weight)
    return seller_utility(a, 1 / price, others, wanted_quantity(a, price, epsilon, alpha), epsilon, cost)


def at(price: Formula) -> Formula:
    """The slope of a seller's utility in its own 1/p, at a price."""
    return substitute(marginal_price, own=substitute(lambda a, asked: 1 / asked, asked=price))


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
                    "pᵢ(1 + εᵢ) ≤ α": lambda a, price, epsilon, alpha: at_most(price * (1 + epsilon), alpha),
                    "aᵢ = α/(pᵢ(1 + εᵢ)) − 1": substitute(
                        lambda a, quantity, wanted: equal(quantity, wanted), wanted=wanted_quantity
                    ),
                },
                substitute(lambda a, m: equal(m, 0), m=slope(buyer_value, "quantity")),
            ),
            "flat",
        ),
        Step(
            Sentence(
                {**BUYER, "aᵢ ≥ 0": lambda a, quantity: at_least(quantity, 0)},
                substitute(lambda a, m: below(m, 0), m=slope(slope(buyer_value, "quantity"), "quantity")),
            ),
            "concave",
        ),
        FLAT_IS_LARGEST,
    ),
    variant=Counterexample(
        {**BUYER, "aᵢ ≥ 0": lambda a, quantity: at_least(quantity, 0)},
        substitute(lambda a, m: equal(m, 0), m=slope(buyer_value, "quantity")),
    ),
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
            {
                **{name: formula for name, formula in SELLER.items() if name != "1/pᵢ > 0"},
                "pᵢ > 0": lambda a, price: above(price, 0),
                "pᵢ is (58)": lambda a, price, others, epsilon, alpha, cost: best(
                    a, price, others, epsilon, alpha, cost
                ),
            },
            substitute(lambda a, m: equal(m, 0), m=at(lambda a, price: price)),
            costs={
                "slope of the seller's utility in 1/p": at(lambda a, price: price),
                "slope at the reciprocal of that price": substitute(marginal_price, own=lambda a, price: price),
                "the seller's utility there": substitute(price_utility, own=lambda a, price: 1 / price),
                "at the reciprocal": substitute(price_utility, own=lambda a, price: price),
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
        Step(
            Sentence(
                {
                    **SELLER,
                    "1/pᵢ is √((S + T/α)(S + T/c)) − S": lambda a, own, others, epsilon, alpha, cost: best(
                        a, own, others, epsilon, alpha, cost
                    ),
                },
                substitute(lambda a, m: equal(m, 0), m=marginal_price),
            ),
            "flat",
        ),
        Step(Sentence(SELLER, substitute(lambda a, m: below(m, 0), m=slope(marginal_price, "own"))), "concave"),
        FLAT_IS_LARGEST,
    ),
    variant=Counterexample(SELLER, substitute(lambda a, m: equal(m, 0), m=marginal_price)),
    attribution=Attribution.RECONSTRUCTION,
    assumes=(RECONSTRUCTED,),
)
BUDGET = Claim(
    "three-party/eq-59-budget",
    "At a given positive quantity the budget α₃/(aᵢpᵢ) is the buyer's best: its value is concave in ε and flat there.",
    "Zhou 2023, eq. 59, with α₃ a coefficient of its own",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    **BUYER,
                    "aᵢ > 0": lambda a, quantity: above(quantity, 0),
                    "εᵢ = α₃/(aᵢpᵢ)": substitute(lambda a, epsilon, best: equal(epsilon, best), best=uncapped_epsilon),
                },
                substitute(lambda a, m: equal(m, 0), m=slope(buyer_value, "epsilon")),
            ),
            "flat",
        ),
        Step(
            Sentence(
                {**BUYER, "aᵢ > 0": lambda a, quantity: above(quantity, 0)},
                substitute(lambda a, m: below(m, 0), m=slope(slope(buyer_value, "epsilon"), "epsilon")),
            ),
            "concave",
        ),
        FLAT_IS_LARGEST,
    ),
    variant=Counterexample(
        {**BUYER, "aᵢ > 0": lambda a, quantity: above(quantity, 0)},
        substitute(lambda a, m: equal(m, 0), m=slope(buyer_value, "epsilon")),
    ),
    attribution=Attribution.RECONSTRUCTION,
    assumes=(RECONSTRUCTED,),
)
