"""The second stage: what one client does under an announced pool, given the others (Zhou 2023, eqs 3–22)."""

from __future__ import annotations

from typing import Any

from ....formulations.algebra import Algebra, Formula
from ....formulations.stackelberg.declaration import payment
from ...kernel.sentence import Induction, Sentence, above, at_most, below, equal, slope, substitute
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, ForAnyNumber, Lemma, Step
from .terms import (
    AT_EQUILIBRIUM,
    CLIENT,
    COST,
    OTHERS,
    OWN,
    POOL,
    SELLS,
    budget,
    curvature,
    marginal,
    ratio_of_three,
    utility,
)

PAYMENT_RISES = Claim(
    "stackelberg/eq-3-payment-rises",
    "Where the others sell something, selling more is paid more: the payment rises strictly with the client's budget.",
    "Zhou 2023, eq. 3 and section 3.1",
    ClaimVerdict.PROVED,
    (Step(Sentence({**OTHERS, **OWN, **POOL}, substitute(lambda a, p: above(p, 0), p=slope(payment, "own")))),),
    variant=Counterexample(
        {**OTHERS, **OWN, **POOL}, substitute(lambda a, p, reward_pool: above(p, reward_pool), p=slope(payment, "own"))
    ),
    attribution=Attribution.PRINTED,
)


POOL_IS_SPENT = Claim(
    "stackelberg/eq-9-pool-is-spent",
    "Whatever the clients sell, if anything, their payments add up to the pool.",
    "Zhou 2023, eq. 9",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {
                    "paid": lambda a, own, total, reward_pool: payment(a, own, total - own, reward_pool),
                    "sold": lambda a, own: own,
                },
                (lambda a, paid, sold, total, reward_pool: equal(paid * total, reward_pool * sold),),
                given={"E > 0": lambda a, total: above(total, 0)},
                closing={"E is what all sell": lambda a, sold, total: equal(sold, total)},
                goal=lambda a, paid, reward_pool: equal(paid, reward_pool),
            ),
            "for every number of clients and whatever they sell, Σ Pᵢ = B",
        ),
    ),
    variant=Counterexample(
        {"ε₁ > 0": lambda a, one: above(one, 0), "ε₂ > 0": lambda a, two: above(two, 0)},
        lambda a, one, two, reward_pool: equal(
            payment(a, one, two, reward_pool) + payment(a, two, two, reward_pool), reward_pool
        ),
    ),
    attribution=Attribution.PRINTED,
)


def of_the_other(formula: Formula) -> Formula:
    """Return a formula about one of two clients as one about the other."""
    return substitute(formula, own=lambda a, others: others, others=lambda a, own: own)


MARGINAL = Claim(
    "stackelberg/eq-15-marginal",
    "The slope of a client's utility in its own budget is B ε₋ᵢ/(Σε)² − ρᵢ.",
    "Zhou 2023, eq. 15",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                CLIENT,
                substitute(
                    lambda a, m, own, others, cost, reward_pool: equal(
                        m, reward_pool * others / (own + others) ** 2 - cost
                    ),
                    m=marginal,
                ),
            )
        ),
    ),
    variant=Counterexample(
        CLIENT,
        substitute(
            lambda a, m, own, others, cost, reward_pool: equal(m, reward_pool * own / (own + others) ** 2 - cost),
            m=marginal,
        ),
    ),
    attribution=Attribution.PRINTED,
)


def extracted_slope(a: Algebra, own: Any, others: Any, cost: Any, reward_pool: Any, unexplained: Any) -> Any:
    """The right side of (15) as extracted, with a letter z that is explained nowhere."""
    return reward_pool * unexplained / (own + others) ** 2 - cost


EXTRACTED_MARGINAL = Claim(
    "stackelberg/eq-15-as-extracted",
    "The slope of a client's utility in its own budget is Bz/(Σε)² − ρᵢ, with one z for all clients.",
    "Zhou 2023, eq. 15, as extracted: z stands where (16) and (17) have ε₋ᵢ, and is explained nowhere",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {
                **OTHERS,
                **SELLS,
                **POOL,
                **COST,
                "z is right for who sells εᵢ": substitute(
                    lambda a, m, extracted: equal(m, extracted), m=marginal, extracted=extracted_slope
                ),
            },
            substitute(
                lambda a, m, extracted: equal(m, extracted),
                m=of_the_other(marginal),
                extracted=of_the_other(extracted_slope),
            ),
            costs={
                "the slope of the other": of_the_other(marginal),
                "by (15) with that z": of_the_other(extracted_slope),
            },
            start={"own": "1", "others": "2", "cost": "1", "reward_pool": "9", "unexplained": "2"},
            kept=True,
        ),
    ),
    attribution=Attribution.EXTRACTED,
    erratum=Erratum(
        "(15) as extracted: the slope is Bz/(εᵢ + ε₋ᵢ)² − ρᵢ", "Bε₋ᵢ/(εᵢ + ε₋ᵢ)² − ρᵢ", "stackelberg/eq-15-marginal"
    ),
)


CONCAVE = Claim(
    "stackelberg/eq-16-concave",
    "A client's utility is strictly concave in its own budget, where the others sell something.",
    "Zhou 2023, eq. 16",
    ClaimVerdict.PROVED,
    (Step(Sentence(CLIENT, substitute(lambda a, second: below(second, 0), second=curvature))),),
    variant=Counterexample(CLIENT, substitute(lambda a, second: below(second, -1), second=curvature)),
    attribution=Attribution.PRINTED,
)


AT_ZERO = Claim(
    "stackelberg/eq-17-limit-at-zero",
    "As a client's budget goes to zero, the slope of its utility goes to B/ε₋ᵢ − ρᵢ, which it never exceeds.",
    "Zhou 2023, eq. 17",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**OTHERS, **POOL, **COST},
                substitute(
                    lambda a, m, others, cost, reward_pool: equal(m, reward_pool / others - cost),
                    m=substitute(marginal, own=lambda a: a.number(0)),
                ),
            ),
            "limit",
        ),
        Step(
            Sentence(
                CLIENT,
                substitute(lambda a, m, others, cost, reward_pool: at_most(m, reward_pool / others - cost), m=marginal),
            ),
            "bound",
        ),
    ),
    variant=Counterexample(
        CLIENT,
        substitute(lambda a, m, others, cost, reward_pool: at_most(m, reward_pool / others - 2 * cost), m=marginal),
    ),
    attribution=Attribution.PRINTED,
)


POSITIVE_UTILITY = Claim(
    "stackelberg/eq-18-everybody-gains",
    "At the equilibrium every client's utility is positive.",
    "Zhou 2023, eqs 18 and 49, which assume it of all",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**POOL, **AT_EQUILIBRIUM},
            lambda a, one, two, three, reward_pool: above(
                utility(a, three, ratio_of_three(a, one, two, three), reward_pool), 0
            ),
            costs={
                "what the third client sells": lambda a, one, two, three, reward_pool: budget(
                    a, three, ratio_of_three(a, one, two, three), reward_pool
                )
            },
            start={"one": "1/5", "two": "3/10", "three": "2", "reward_pool": "1"},
            kept=True,
        ),
        Lemma("stackelberg/equilibrium-by-shares"),
    ),
    attribution=Attribution.PRINTED,
    erratum=Erratum(
        "(18) and (49): Uᵢ > 0 for every client",
        "Uᵢ = B max(0, 1 − ρᵢz)² ≥ 0, positive exactly for those who take part",
        "stackelberg/participants-gain",
    ),
)


SLOPE_AT_ZERO = Claim(
    "stackelberg/eq-20-slope-at-zero",
    "Where a client sells nothing yet, its utility rises with its budget.",
    "Zhou 2023, eqs 19 and 20: that the utility is positive is assumed, which presupposes it",
    ClaimVerdict.PROVED_UNDER,
    (
        Step(
            Sentence(
                {
                    **OTHERS,
                    **POOL,
                    **COST,
                    "ρᵢ ε₋ᵢ < B": lambda a, cost, others, reward_pool: below(cost * others, reward_pool),
                },
                substitute(lambda a, m: above(m, 0), m=substitute(marginal, own=lambda a: a.number(0))),
            )
        ),
        Counterexample(
            {**OTHERS, **POOL, **COST},
            substitute(lambda a, m: above(m, 0), m=substitute(marginal, own=lambda a: a.number(0))),
            costs={"the slope": substitute(marginal, own=lambda a: a.number(0))},
            start={"others": "2", "reward_pool": "1", "cost": "1"},
            kept=True,
            needed="ρᵢ ε₋ᵢ < B",
        ),
    ),
    missing=("ρᵢ ε₋ᵢ < B",),
    variant=Counterexample(
        {
            **OTHERS,
            **POOL,
            **COST,
            "ρᵢ ε₋ᵢ < 2B": lambda a, cost, others, reward_pool: below(cost * others, 2 * reward_pool),
        },
        substitute(lambda a, m: above(m, 0), m=substitute(marginal, own=lambda a: a.number(0))),
    ),
    attribution=Attribution.PRINTED,
    erratum=Erratum(
        "(17)–(20): the utility rises at εᵢ = 0, because it is positive",
        "it rises there only if ρᵢε₋ᵢ < B; that it is positive is what was to be shown",
        "",
    ),
)


AT_INFINITY = Claim(
    "stackelberg/eq-21-limit-at-infinity",
    "As a client's budget grows, the slope of its utility goes to −ρᵢ from above, at most B ε₋ᵢ/εᵢ² away.",
    "Zhou 2023, eq. 21",
    ClaimVerdict.PROVED,
    (
        Step(Sentence({**CLIENT, **SELLS}, substitute(lambda a, m, cost: above(m, -cost), m=marginal)), "from above"),
        Step(
            Sentence(
                {**CLIENT, **SELLS},
                substitute(
                    lambda a, m, own, others, cost, reward_pool: below(m + cost, reward_pool * others / own**2),
                    m=marginal,
                ),
                degree=4,
            ),
            "how far",
        ),
    ),
    variant=Counterexample({**CLIENT, **SELLS}, substitute(lambda a, m, cost: below(m, -cost), m=marginal)),
    attribution=Attribution.PRINTED,
)


FOLLOWERS = (
    PAYMENT_RISES,
    POOL_IS_SPENT,
    MARGINAL,
    EXTRACTED_MARGINAL,
    CONCAVE,
    AT_ZERO,
    POSITIVE_UTILITY,
    SLOPE_AT_ZERO,
    AT_INFINITY,
)
