"""The claims of the three-party game as Zhou 2023 restates it (57–59), and the theorems that stand in their place."""

from __future__ import annotations

from ....formulations.three_party.formulas import seller_utility, wanted_quantity
from ...kernel.sentence import Induction, Sentence
from ...kernel.terms import Term, roles
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, ForAnyNumber, Step, Theory
from .printed import BUDGET, PRICE, QUANTITY, RECIPROCAL
from .vocabulary import ALPHA, BUYER, RECONSTRUCTED, SELLER, best, by_budget, in_parts, indifferent_price

alpha, privacy_weight, epsilon, price, cost, others = roles("alpha privacy_weight epsilon price cost others")
left, left_then, per, per_then, first, second = roles("left left_then per per_then first second")

next_worth = by_budget.at(quantity=0)
"""What the next ε is worth to a buyer who wants no quantity."""
BOUNDED = Claim(
    "three-party/joint-bounded",
    "Choosing quantity and budget jointly, without a largest budget, the buyer has a best budget: beyond some ε, where "
    "it wants no quantity any more, a larger ε is worth no more.",
    "Zhou 2023, eqs 57 and 59 taken together",
    ClaimVerdict.REFUTED,
    (
        Step(
            Sentence(BUYER, next_worth.equals(privacy_weight / epsilon)),
            "without any quantity the next ε is worth α₃/ε, however large ε is",
        ),
        Counterexample(
            {**BUYER, "pᵢ(1 + εᵢ) ≥ α": price * (1 + epsilon) >= alpha},
            next_worth <= 0,
            start={"alpha": "1", "privacy_weight": "1", "epsilon": "1", "price": "1"},
            kept=True,
            costs={"what the next ε is worth": next_worth},
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
TOTALS = {"1/Z > 0": per > 0, "1/Z′ > 0": per_then > 0, "Z′ > Z": per_then < per}
PARTS = {
    "Sᵢ/Z ≥ 0": left >= 0,
    "S′ᵢ/Z′ ≥ 0": left_then >= 0,
    "1/pᵢ is best at Z": in_parts,
    "1/p′ᵢ is best at Z′": in_parts.at(left=left_then, per=per_then),
}
UNIQUE = Claim(
    "three-party/price-unique",
    "With the budgets fixed there is at most one price equilibrium among those who sell, for every number of sellers: "
    "at a larger total of 1/p each seller's part of it is smaller.",
    "in the place of Zhou 2023, section 7.4, which does not ask; by shares, as Cornes & Hartley 2005",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {"first": 1 - left, "second": 1 - left_then},
                (first >= second,),
                given={**ALPHA, **TOTALS},
                member={**SELLER, **PARTS},
                lemmas=(left_then >= left,),
                degree=4,
            ),
            "for every number of sellers, their parts of a larger total add up to no more than of a smaller one",
        ),
        Step(Sentence({**ALPHA, **SELLER, **TOTALS, **PARTS}, left_then > left, degree=4), "strictly"),
    ),
    variant=Counterexample({"0 ≤ Sᵢ/Z": left >= 0, "0 ≤ S′ᵢ/Z′": left_then >= 0}, left_then > left),
    attribution=Attribution.RECONSTRUCTION,
    assumes=(RECONSTRUCTED,),
)
foreseen = Term(seller_utility).at(own=1 / price, quantity=wanted_quantity).at(price=indifferent_price).slope(epsilon)
"""The slope of a seller's utility in ε, at the price at which the buyer, buying what it wants, chooses that ε."""
PERFECT = Claim(
    "three-party/printed-order-subgame-perfect",
    "Where (57), (58) corrected and (59) hold at once, a seller who foresees the buyer's budget has no reason to "
    "change its price: its utility is flat along the buyer's choices.",
    "Zhou 2023, eqs 57–59, read as the outcome of a game in stages",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {
                **ALPHA,
                "cᵢ > 0": cost > 0,
                "α₃ > 0": privacy_weight > 0,
                "εᵢ > 0": epsilon > 0,
                "S > 0": others > 0,
                "the price of (57) and (59) is positive": indifferent_price > 0,
                "and (58) corrected": best.at(own=1 / indifferent_price),
            },
            foreseen.equals(0),
            costs={"slope of the seller's utility in the ε it foresees": foreseen, "its price": indifferent_price},
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
