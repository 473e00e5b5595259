"""The second stage: what clients do under an announced pool (Zhou 2023, eqs 3–31; figures 4, 6–8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...formulations.algebra import Algebra, Formula
from ...formulations.contest import best_response
from ...formulations.stackelberg import client_utility, payment
from ..claim import Claim, ClaimVerdict, Counterexample, ForAnyNumber, Step
from ..sentence import Induction, Sentence, above, at_least, below, equal, slope

POOL: Mapping[str, Formula] = {"B > 0": lambda a, reward_pool: above(reward_pool, 0)}
COST: Mapping[str, Formula] = {"ρᵢ > 0": lambda a, cost: above(cost, 0)}
OTHERS: Mapping[str, Formula] = {"ε₋ᵢ > 0": lambda a, others: above(others, 0)}
OWN: Mapping[str, Formula] = {"εᵢ ≥ 0": lambda a, own: at_least(own, 0)}
CLIENT = {**OTHERS, **OWN, **POOL, **COST}

marginal = slope(client_utility, "own")
curvature = slope(marginal, "own")


def utility_at_response(a: Algebra, others: Any, cost: Any, reward_pool: Any) -> Any:
    """A client's utility at its best response."""
    return client_utility(a, best_response(a, others, cost, reward_pool), others, cost, reward_pool)


CONCAVE = Claim(
    "stackelberg/eq-16-concave",
    "A client's utility is strictly concave in its own budget, where the others sell something.",
    "Zhou 2023, eq. 16",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                CLIENT,
                lambda a, own, others, cost, reward_pool: below(
                    curvature(a, own=own, others=others, cost=cost, reward_pool=reward_pool), 0
                ),
            )
        ),
    ),
    variant=Counterexample(
        CLIENT,
        lambda a, own, others, cost, reward_pool: below(
            curvature(a, own=own, others=others, cost=cost, reward_pool=reward_pool), -1
        ),
    ),
)
BEST_RESPONSE = Claim(
    "stackelberg/eq-22-best-response",
    "max(0, √(B ε₋ᵢ/ρᵢ) − ε₋ᵢ) is a best response: no budget gives a client a larger utility.",
    "Zhou 2023, eq. 22",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                CLIENT,
                lambda a, own, others, cost, reward_pool: at_least(
                    utility_at_response(a, others, cost, reward_pool),
                    client_utility(a, own, others, cost, reward_pool),
                ),
                squares=(lambda a, own, others, cost, reward_pool: own + others - a.sqrt(reward_pool * others / cost),),
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
NO_RESPONSE_ALONE = Claim(
    "stackelberg/eq-22-alone",
    "Where nobody else sells anything a client's utility has a maximum, so that formula 22 may be used there.",
    "Zhou 2023, eq. 22 with ε₋ᵢ = 0",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**POOL, **COST, "εᵢ > 0": lambda a, own: above(own, 0)},
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
PAYMENTS = Claim(
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
                closing={"all have sold E": lambda a, sold, total: equal(sold, total)},
                goal=lambda a, paid, reward_pool: equal(paid, reward_pool),
            ),
            "for every number of clients and whatever they sell, Σ Pᵢ = B",
        ),
    ),
    variant=Counterexample(
        {"one of them sells": lambda a, one: above(one, 0), "the other too": lambda a, two: above(two, 0)},
        lambda a, one, two, reward_pool: equal(
            payment(a, one, two, reward_pool) + payment(a, two, two, reward_pool), reward_pool
        ),
    ),
)
FOLLOWERS = (CONCAVE, BEST_RESPONSE, NO_RESPONSE_ALONE, PAYMENTS)
