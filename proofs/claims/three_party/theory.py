"""The claims of the three-party game as Zhou 2023 restates it (57–59), and the theorems that stand in their place."""

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
from ...kernel.sentence import Induction, Sentence, above, at_least, at_most, below, equal, slope, substitute
from ..claim import Attribution, Axiom, Claim, ClaimVerdict, Counterexample, Erratum, ForAnyNumber, Step, Theory

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
        Step(
            Sentence(SELLER, substitute(lambda a, m: below(m, 0), m=slope(marginal_price, "own"))),
            "concave",
        ),
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
BOUNDED = Claim(
    "three-party/joint-bounded",
    "Choosing quantity and budget jointly, without a largest budget, the buyer has a best budget: beyond some ε, where "
    "it wants no quantity any more, a larger ε is worth no more.",
    "Zhou 2023, eqs 57 and 59 taken together",
    ClaimVerdict.REFUTED,
    (
        Step(
            Sentence(
                BUYER,
                substitute(
                    lambda a, m, epsilon, privacy_weight: equal(m, privacy_weight / epsilon),
                    m=substitute(slope(buyer_value, "epsilon"), quantity=lambda a: a.number(0)),
                ),
            ),
            "without any quantity the next ε is worth α₃/ε, however large ε is",
        ),
        Counterexample(
            {**BUYER, "pᵢ(1 + εᵢ) ≥ α": lambda a, price, epsilon, alpha: at_least(price * (1 + epsilon), alpha)},
            substitute(
                lambda a, m: at_most(m, 0),
                m=substitute(slope(buyer_value, "epsilon"), quantity=lambda a: a.number(0)),
            ),
            start={"alpha": "1", "privacy_weight": "1", "epsilon": "1", "price": "1"},
            kept=True,
            costs={
                "what the next ε is worth": substitute(slope(buyer_value, "epsilon"), quantity=lambda a: a.number(0))
            },
        ),
    ),
    attribution=Attribution.RECONSTRUCTION,
    assumes=(RECONSTRUCTED,),
    erratum=Erratum(
        "(57) and (59) taken together: the buyer has a best quantity and budget",
        "without a largest budget it has none; declare ε ≤ ε_max",
        "",
    ),
)
UNIQUE = Claim(
    "three-party/price-unique",
    "With the budgets fixed there is at most one price equilibrium among those who sell, for every number of sellers: "
    "at a larger total of 1/p each seller's part of it is smaller.",
    "in the place of Zhou 2023, section 7.4, which does not ask; by shares, as Cornes & Hartley 2005",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {"first": lambda a, left: 1 - left, "second": lambda a, left_then: 1 - left_then},
                (lambda a, first, second: at_least(first, second),),
                given={
                    "α > 0": lambda a, alpha: above(alpha, 0),
                    "1/Z > 0": lambda a, per: above(per, 0),
                    "1/Z′ > 0": lambda a, per_then: above(per_then, 0),
                    "Z′ > Z": lambda a, per, per_then: below(per_then, per),
                },
                member={
                    "cᵢ > 0": lambda a, cost: above(cost, 0),
                    "εᵢ > 0": lambda a, epsilon: above(epsilon, 0),
                    "Sᵢ/Z ≥ 0": lambda a, left: at_least(left, 0),
                    "S′ᵢ/Z′ ≥ 0": lambda a, left_then: at_least(left_then, 0),
                    "1/pᵢ is best at Z": in_parts,
                    "1/p′ᵢ is best at Z′": lambda a, left_then, per_then, epsilon, alpha, cost: in_parts(
                        a, left_then, per_then, epsilon, alpha, cost
                    ),
                },
                lemmas=(lambda a, left, left_then: at_least(left_then, left),),
                degree=4,
            ),
            "for every number of sellers, their parts of a larger total add up to no more than of a smaller one",
        ),
        Step(
            Sentence(
                {
                    "α > 0": lambda a, alpha: above(alpha, 0),
                    "cᵢ > 0": lambda a, cost: above(cost, 0),
                    "εᵢ > 0": lambda a, epsilon: above(epsilon, 0),
                    "1/Z > 0": lambda a, per: above(per, 0),
                    "1/Z′ > 0": lambda a, per_then: above(per_then, 0),
                    "Z′ > Z": lambda a, per, per_then: below(per_then, per),
                    "Sᵢ/Z ≥ 0": lambda a, left: at_least(left, 0),
                    "S′ᵢ/Z′ ≥ 0": lambda a, left_then: at_least(left_then, 0),
                    "1/pᵢ is best at Z": in_parts,
                    "1/p′ᵢ is best at Z′": lambda a, left_then, per_then, epsilon, alpha, cost: in_parts(
                        a, left_then, per_then, epsilon, alpha, cost
                    ),
                },
                lambda a, left, left_then: above(left_then, left),
                degree=4,
            ),
            "strictly",
        ),
    ),
    variant=Counterexample(
        {"0 ≤ Sᵢ/Z": lambda a, left: at_least(left, 0), "0 ≤ S′ᵢ/Z′": lambda a, left_then: at_least(left_then, 0)},
        lambda a, left, left_then: above(left_then, left),
    ),
    attribution=Attribution.RECONSTRUCTION,
    assumes=(RECONSTRUCTED,),
)
PERFECT = Claim(
    "three-party/printed-order-subgame-perfect",
    "Where (57), (58) corrected and (59) hold at once, a seller who foresees the buyer's budget has no reason to "
    "change its price: its utility is flat along the buyer's choices.",
    "Zhou 2023, eqs 57–59, read as the outcome of a game in stages",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {
                "α > 0": lambda a, alpha: above(alpha, 0),
                "cᵢ > 0": lambda a, cost: above(cost, 0),
                "α₃ > 0": lambda a, privacy_weight: above(privacy_weight, 0),
                "εᵢ > 0": lambda a, epsilon: above(epsilon, 0),
                "S > 0": lambda a, others: above(others, 0),
                "the price of (57) and (59) is positive": substitute(
                    lambda a, price: above(price, 0), price=indifferent_price
                ),
                "and (58) corrected": substitute(
                    best, own=substitute(lambda a, price: 1 / price, price=indifferent_price)
                ),
            },
            substitute(lambda a, m: equal(m, 0), m=slope(foreseen, "epsilon")),
            costs={
                "slope of the seller's utility in the ε it foresees": slope(foreseen, "epsilon"),
                "its price": indifferent_price,
            },
            start={"others": "10/7", "epsilon": "1", "alpha": "4", "cost": "1", "privacy_weight": "9/8"},
            kept=True,
        ),
    ),
    attribution=Attribution.RECONSTRUCTION,
    assumes=(RECONSTRUCTED,),
    erratum=Erratum(
        "(57)–(59) at once are the outcome of the game in stages",
        "they are a joint fixed point; a seller who foresees the buyer's budget asks another price",
        "",
    ),
)
THEORY = Theory(
    "three-party",
    (QUANTITY, PRICE, RECIPROCAL, BUDGET, BOUNDED, UNIQUE, PERFECT),
    mechanism="three-party-market",
    symbols={
        "cost": "c_i",
        "privacy_weight": r"\alpha_3",
        "price": "p_i",
        "quantity": "a_i",
        "left": "s",
        "left_then": "s'",
        "per": "z",
        "per_then": "z'",
        "own": "y",
        "others": "S",
    },
)
