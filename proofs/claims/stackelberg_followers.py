"""The second stage: what one client does under an announced pool, given the others (Zhou 2023, eqs 3–22)."""

from __future__ import annotations

from typing import Any

from ...formulations.algebra import Algebra
from ...formulations.contest import best_response
from ...formulations.stackelberg import client_utility, payment
from ..claim import Claim, ClaimVerdict, Counterexample, ForAnyNumber, Step
from ..sentence import Induction, Sentence, above, at_least, at_most, below, equal, slope, substitute
from .contest_terms import (
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


def at_response(a: Algebra, others: Any, cost: Any, reward_pool: Any) -> Any:
    """A client's utility at its best response."""
    return client_utility(a, best_response(a, others, cost, reward_pool), others, cost, reward_pool)


def from_response(a: Algebra, own: Any, others: Any, cost: Any, reward_pool: Any) -> Any:
    """How far a client's total is from the one it would like, before the others' part is taken off."""
    return own + others - a.sqrt(reward_pool * others / cost)


NOBODY_ALONE = Step(
    Sentence(
        {**POOL, **COST, **SELLS},
        lambda a, own, cost, reward_pool: above(
            client_utility(a, own / 2, a.number(0), cost, reward_pool),
            client_utility(a, own, a.number(0), cost, reward_pool),
        ),
    ),
    "half of any budget is better, where nobody else sells",
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
)


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
)


CONCAVE = Claim(
    "stackelberg/eq-16-concave",
    "A client's utility is strictly concave in its own budget, where the others sell something.",
    "Zhou 2023, eq. 16",
    ClaimVerdict.PROVED,
    (Step(Sentence(CLIENT, substitute(lambda a, second: below(second, 0), second=curvature))),),
    variant=Counterexample(CLIENT, substitute(lambda a, second: below(second, -1), second=curvature)),
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
                "budget of the third client": lambda a, one, two, three, reward_pool: budget(
                    a, three, ratio_of_three(a, one, two, three), reward_pool
                )
            },
        ),
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
)


AT_INFINITY = Claim(
    "stackelberg/eq-21-limit-at-infinity",
    "As a client's budget grows, the slope of its utility goes to −ρᵢ from above, at most B ε₋ᵢ/εᵢ² away.",
    "Zhou 2023, eq. 21",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence({**CLIENT, **SELLS}, substitute(lambda a, m, cost: above(m, -cost), m=marginal)),
            "from above",
        ),
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
)


BEST_RESPONSE = Claim(
    "stackelberg/eq-22-best-response",
    "Where the others sell something, max(0, √(B ε₋ᵢ/ρᵢ) − ε₋ᵢ) is a best response: no budget gives a client a larger "
    "utility.",
    "Zhou 2023, eq. 22",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                CLIENT,
                lambda a, own, others, cost, reward_pool: at_least(
                    at_response(a, others, cost, reward_pool), client_utility(a, own, others, cost, reward_pool)
                ),
                squares=(from_response,),
                degree=4,
            )
        ),
    ),
    variant=Counterexample(
        CLIENT,
        lambda a, own, others, cost, reward_pool: at_least(
            client_utility(a, best_response(a, others, 2 * cost, reward_pool), others, cost, reward_pool),
            client_utility(a, own, others, cost, reward_pool),
        ),
    ),
)


RESPONSE_UNIQUE = Claim(
    "stackelberg/best-response-unique",
    "Where the others sell something, no other budget is as good for a client as its best response.",
    "theorem: the strict form of Zhou 2023, eq. 22",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    **CLIENT,
                    "εᵢ is as good": lambda a, own, others, cost, reward_pool: at_least(
                        client_utility(a, own, others, cost, reward_pool), at_response(a, others, cost, reward_pool)
                    ),
                },
                lambda a, own, others, cost, reward_pool: equal(own, best_response(a, others, cost, reward_pool)),
                squares=(from_response,),
                degree=4,
            )
        ),
    ),
    variant=Counterexample(
        CLIENT,
        lambda a, own, others, cost, reward_pool: above(
            at_response(a, others, cost, reward_pool), client_utility(a, own, others, cost, reward_pool)
        ),
    ),
)


UNTRUNCATED = Claim(
    "stackelberg/eq-22-untruncated",
    "√(B ε₋ᵢ/ρᵢ) − ε₋ᵢ, without a maximum with zero, is a budget: it is not negative.",
    "Zhou 2023, eq. 22 as printed (the extracted text drops the root)",
    ClaimVerdict.PROVED_UNDER,
    (
        Step(
            Sentence(
                {
                    **OTHERS,
                    **POOL,
                    **COST,
                    "ρᵢ ε₋ᵢ ≤ B": lambda a, cost, others, reward_pool: at_most(cost * others, reward_pool),
                },
                lambda a, others, cost, reward_pool: at_least(a.sqrt(reward_pool * others / cost), others),
                degree=4,
            )
        ),
    ),
    missing=("ρᵢ ε₋ᵢ ≤ B",),
    variant=Counterexample(
        {
            **OTHERS,
            **POOL,
            **COST,
            "ρᵢ ε₋ᵢ ≤ B": lambda a, cost, others, reward_pool: at_most(cost * others, reward_pool),
        },
        lambda a, others, cost, reward_pool: at_least(a.sqrt(reward_pool * others / cost), 2 * others),
    ),
)


ALONE = Claim(
    "stackelberg/eq-22-alone",
    "Where nobody else sells anything, a client has a best response too.",
    "Zhou 2023, eq. 22 with ε₋ᵢ = 0, and N = 1 in figures 7 and 8",
    ClaimVerdict.REFUTED,
    (
        NOBODY_ALONE,
        Step(
            Sentence(
                {**POOL, **COST},
                lambda a, cost, reward_pool: above(
                    client_utility(a, reward_pool / (2 * cost), a.number(0), cost, reward_pool), 0
                ),
            ),
            "and some budget is better than none",
        ),
        Counterexample(
            {**POOL, **COST, **SELLS},
            lambda a, own, cost, reward_pool: at_least(
                client_utility(a, own, a.number(0), cost, reward_pool),
                client_utility(a, own / 2, a.number(0), cost, reward_pool),
            ),
            costs={
                "gained by selling half as much": lambda a, own, cost, reward_pool: (
                    client_utility(a, own / 2, a.number(0), cost, reward_pool)
                    - client_utility(a, own, a.number(0), cost, reward_pool)
                )
            },
        ),
    ),
)

FOLLOWERS = (
    PAYMENT_RISES,
    POOL_IS_SPENT,
    MARGINAL,
    CONCAVE,
    AT_ZERO,
    POSITIVE_UTILITY,
    SLOPE_AT_ZERO,
    AT_INFINITY,
    BEST_RESPONSE,
    RESPONSE_UNIQUE,
    UNTRUNCATED,
    ALONE,
)
