"""The claims of the three-party game as Zhou 2023 restates it (57–59), and the theorems that stand in their place."""

from __future__ import annotations

from ....formulations.three_party.formulas import buyer_value, indifferent_price
from ...kernel.sentence import Induction, Sentence, above, at_least, at_most, below, equal, slope, substitute
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, ForAnyNumber, Step, Theory
from .printed import BUDGET, BUYER, PRICE, QUANTITY, RECIPROCAL, RECONSTRUCTED, best, foreseen, in_parts

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
                lambda a, m: at_most(m, 0), m=substitute(slope(buyer_value, "epsilon"), quantity=lambda a: a.number(0))
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
