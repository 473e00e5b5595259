"""What certificates of version revenue rest on: that few prices suffice, and that a potential bounds the revenue."""

from __future__ import annotations

from ....formulations.versions import price_space
from ...kernel.sentence import Induction, Sentence
from ...kernel.terms import Term, minimum, roles
from ..claim import Claim, ClaimVerdict, Counterexample, ForAnyNumber, Lemma, Step, Theory
from .vocabulary import ORDERED, RISING, WEIGHT, monotone, proportional

weight, next_weight, own_weight, value = roles("weight next_weight own_weight value")
price, next_price, own_price, other, next_other = roles("price next_price own_price other next_other")
potential, first_potential, following, earned, revenue, fall = roles(
    "potential first_potential following earned revenue fall"
)

CHEN = "Chen, Koutris & Kumar, SIGMOD 2019"
WEIGHTS = {**WEIGHT, "x_b > 0": own_weight > 0}
PAYS = {"t ≥ 0": value >= 0}
BUYER = {**WEIGHTS, "v_b ≤ t": own_price <= value, **PAYS}
LIGHTER = {**BUYER, "x ≤ x_b": weight <= own_weight, "v_b ≥ v": monotone.at(next_price=own_price) >= 0}
ASCENDING = {**WEIGHTS, **ORDERED, **PAYS}
OTHER = {"price": other, "next_price": next_other}
LOWER = {"price": minimum(price, other), "next_price": minimum(next_price, next_other)}

ceiling = Term(price_space.ceiling).at(unit_value=value / own_weight)
"""The most a version may cost for the buyer to be kept: t max(1, x/x_b)."""
CEILINGS = {"price": ceiling, "next_price": ceiling.at(weight=next_weight)}
from_own = proportional.at(price=own_price, weight=own_weight, next_price=price, next_weight=weight)
"""The slack between the version that the buyer takes and a heavier one."""

PRICE_SPACE = Claim(
    "revenue/price-space",
    "Where a buyer of a version of weight x_b and valuation t buys from a safe menu, every version of weight x costs "
    "at most t max(1, x/x_b); these ceilings are themselves a safe menu, and so is the lower of two. The dearest safe "
    "menu that keeps any buyers is therefore made of ceilings.",
    f"the complete price space of Liu et al., Dealer, PVLDB 14(6) 2021; {CHEN}",
    ClaimVerdict.PROVED,
    (
        Step(Sentence(LIGHTER, price <= ceiling), "lighter versions"),
        Step(Sentence({**BUYER, "v/x ≤ v_b/x_b": from_own >= 0}, price <= ceiling), "heavier versions"),
        Step(Sentence(ASCENDING, monotone.at(**CEILINGS) >= 0), "ceilings do not fall"),
        Step(Sentence(ASCENDING, proportional.at(**CEILINGS) >= 0), "ceilings per weight do not rise"),
        Step(
            Sentence({**RISING, "u′ ≥ u": monotone.at(**OTHER) >= 0}, monotone.at(**LOWER) >= 0),
            "the lower of two does not fall",
        ),
        Step(
            Sentence(
                {**WEIGHT, **ORDERED, "v′/x′ ≤ v/x": proportional >= 0, "u′/x′ ≤ u/x": proportional.at(**OTHER) >= 0},
                proportional.at(**LOWER) >= 0,
            ),
            "the lower of two per weight does not rise",
        ),
        Lemma("pricing/neighbours-suffice"),
    ),
    variant=Counterexample(LIGHTER, price <= weight * value / own_weight),
)
MEMBER = {"V ≥ g + V′": potential >= earned + following}
POTENTIAL_BOUND = Claim(
    "revenue/potential-bound",
    "If a number V for every price of every version is at least what the version earns there plus V at any price of "
    "the next version that can go with it, then no menu of these prices earns more than V at its first price.",
    "weak duality of the longest path; Bellman 1957",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {"revenue": earned, "fall": potential - following},
                (revenue <= fall,),
                member=MEMBER,
                closing={"Σ (V − V′) = V₁": fall.equals(first_potential)},
                goal=revenue <= first_potential,
            ),
            "for every number of versions the revenue is at most V₁, where the last V′ is 0",
        ),
    ),
    variant=Counterexample(MEMBER, potential >= 2 * earned + following),
)

THEORY = Theory(
    "revenue",
    (PRICE_SPACE, POTENTIAL_BOUND),
    mechanism="version-revenue",
    symbols={
        "value": "t",
        "own_weight": "x_b",
        "own_price": "v_b",
        "weight": "x",
        "next_weight": "x'",
        "price": "v",
        "next_price": "v'",
        "other": "u",
        "next_other": "u'",
        "potential": "V",
        "following": "V'",
        "earned": "g",
        "first_potential": "V_1",
    },
)
