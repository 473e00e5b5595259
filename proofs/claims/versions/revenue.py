"""What certificates of version revenue rest on: that few prices suffice, and that a potential bounds the revenue."""

from __future__ import annotations

from collections.abc import Mapping

from ....formulations.algebra import Formula
from ....formulations.versions.menu import monotone_slack, proportional_slack
from ....formulations.versions.price_space import ceiling
from ...kernel.sentence import Induction, Sentence, above, at_least, at_most, equal
from ..claim import Claim, ClaimVerdict, Counterexample, ForAnyNumber, Lemma, Step, Theory

CHEN = "Chen, Koutris & Kumar, SIGMOD 2019"
WEIGHTS: Mapping[str, Formula] = {
    "x > 0": lambda a, weight: above(weight, 0),
    "x_b > 0": lambda a, own_weight: above(own_weight, 0),
}
BUYS: Mapping[str, Formula] = {"v_b ≤ t": lambda a, own_price, value: at_most(own_price, value)}
PAYS: Mapping[str, Formula] = {"t ≥ 0": lambda a, value: at_least(value, 0)}
ORDERED: Mapping[str, Formula] = {"x′ > x": lambda a, weight, next_weight: above(next_weight, weight)}

PRICE_SPACE = Claim(
    "revenue/price-space",
    "Where a buyer of a version of weight x_b and valuation t buys from a safe menu, every version of weight x costs "
    "at most t max(1, x/x_b); these ceilings are themselves a safe menu, and so is the lower of two. The dearest safe "
    "menu that keeps any buyers is therefore made of ceilings.",
    f"the complete price space of Liu et al., Dealer, PVLDB 14(6) 2021; {CHEN}",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    **WEIGHTS,
                    **BUYS,
                    **PAYS,
                    "x ≤ x_b": lambda a, weight, own_weight: at_most(weight, own_weight),
                    "v_b ≥ v": lambda a, price, own_price: at_least(monotone_slack(a, price, own_price), 0),
                },
                lambda a, price, value, own_weight, weight: at_most(
                    price, ceiling(a, value / own_weight, own_weight, weight)
                ),
            ),
            "lighter versions",
        ),
        Step(
            Sentence(
                {
                    **WEIGHTS,
                    **BUYS,
                    **PAYS,
                    "v/x ≤ v_b/x_b": lambda a, price, weight, own_price, own_weight: at_least(
                        proportional_slack(a, own_price, own_weight, price, weight), 0
                    ),
                },
                lambda a, price, value, own_weight, weight: at_most(
                    price, ceiling(a, value / own_weight, own_weight, weight)
                ),
            ),
            "heavier versions",
        ),
        Step(
            Sentence(
                {**WEIGHTS, **ORDERED, **PAYS},
                lambda a, value, own_weight, weight, next_weight: at_least(
                    monotone_slack(
                        a,
                        ceiling(a, value / own_weight, own_weight, weight),
                        ceiling(a, value / own_weight, own_weight, next_weight),
                    ),
                    0,
                ),
            ),
            "ceilings do not fall",
        ),
        Step(
            Sentence(
                {**WEIGHTS, **ORDERED, **PAYS},
                lambda a, value, own_weight, weight, next_weight: at_least(
                    proportional_slack(
                        a,
                        ceiling(a, value / own_weight, own_weight, weight),
                        weight,
                        ceiling(a, value / own_weight, own_weight, next_weight),
                        next_weight,
                    ),
                    0,
                ),
            ),
            "ceilings per weight do not rise",
        ),
        Step(
            Sentence(
                {
                    "v′ ≥ v": lambda a, price, next_price: at_least(monotone_slack(a, price, next_price), 0),
                    "u′ ≥ u": lambda a, other, next_other: at_least(monotone_slack(a, other, next_other), 0),
                },
                lambda a, price, next_price, other, next_other: at_least(
                    monotone_slack(a, a.minimum(price, other), a.minimum(next_price, next_other)), 0
                ),
            ),
            "the lower of two does not fall",
        ),
        Step(
            Sentence(
                {
                    "x > 0": lambda a, weight: above(weight, 0),
                    **ORDERED,
                    "v′/x′ ≤ v/x": lambda a, price, weight, next_price, next_weight: at_least(
                        proportional_slack(a, price, weight, next_price, next_weight), 0
                    ),
                    "u′/x′ ≤ u/x": lambda a, other, weight, next_other, next_weight: at_least(
                        proportional_slack(a, other, weight, next_other, next_weight), 0
                    ),
                },
                lambda a, price, next_price, other, next_other, weight, next_weight: at_least(
                    proportional_slack(
                        a, a.minimum(price, other), weight, a.minimum(next_price, next_other), next_weight
                    ),
                    0,
                ),
            ),
            "the lower of two per weight does not rise",
        ),
        Lemma("pricing/neighbours-suffice"),
    ),
    variant=Counterexample(
        {
            **WEIGHTS,
            **BUYS,
            **PAYS,
            "x ≤ x_b": lambda a, weight, own_weight: at_most(weight, own_weight),
            "v_b ≥ v": lambda a, price, own_price: at_least(monotone_slack(a, price, own_price), 0),
        },
        lambda a, price, value, own_weight, weight: at_most(price, weight * value / own_weight),
    ),
)
MEMBER: Mapping[str, Formula] = {
    "V ≥ g + V′": lambda a, potential, earned, following: at_least(potential, earned + following)
}
POTENTIAL_BOUND = Claim(
    "revenue/potential-bound",
    "If a number V for every price of every version is at least what the version earns there plus V at any price of "
    "the next version that can go with it, then no menu of these prices earns more than V at its first price.",
    "weak duality of the longest path; Bellman 1957",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {"revenue": lambda a, earned: earned, "fall": lambda a, potential, following: potential - following},
                (lambda a, revenue, fall: at_most(revenue, fall),),
                member=MEMBER,
                closing={"Σ (V − V′) = V₁": lambda a, fall, first_potential: equal(fall, first_potential)},
                goal=lambda a, revenue, first_potential: at_most(revenue, first_potential),
            ),
            "for every number of versions the revenue is at most V₁, where the last V′ is 0",
        ),
    ),
    variant=Counterexample(MEMBER, lambda a, potential, earned, following: at_least(potential, 2 * earned + following)),
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
