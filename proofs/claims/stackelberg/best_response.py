"""Claims about a client's best response, eq. 22 of Zhou 2023: what it is, and where there is none."""

from __future__ import annotations

from typing import Any

from ....formulations.algebra import Algebra
from ....formulations.stackelberg.contest import best_response
from ....formulations.stackelberg.declaration import client_utility
from ...kernel.sentence import Sentence, above, at_least, at_most, equal
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, Lemma, Step
from .terms import CLIENT, COST, OTHERS, POOL, SELLS


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
        Counterexample(
            {**OTHERS, **POOL, **COST},
            lambda a, others, cost, reward_pool: at_least(a.sqrt(reward_pool * others / cost), others),
            costs={
                "the budget by (22)": lambda a, others, cost, reward_pool: a.sqrt(reward_pool * others / cost) - others
            },
            start={"others": "4", "reward_pool": "1", "cost": "1"},
            kept=True,
            needed="ρᵢ ε₋ᵢ ≤ B",
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
    attribution=Attribution.PRINTED,
    erratum=Erratum(
        "(22): εᵢ = √(Bε₋ᵢ/ρᵢ) − ε₋ᵢ for every client",
        "εᵢ = max(0, √(Bε₋ᵢ/ρᵢ) − ε₋ᵢ)",
        "stackelberg/eq-22-best-response",
    ),
)


def rootless(a: Algebra, others: Any, cost: Any, reward_pool: Any) -> Any:
    """(22) as extracted, without its root."""
    return reward_pool * others / cost - others


ROOTLESS = Claim(
    "stackelberg/eq-22-rootless",
    "B ε₋ᵢ/ρᵢ − ε₋ᵢ is a best response.",
    "Zhou 2023, eq. 22 as extracted; by (30) the printed one has a root",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**OTHERS, **POOL, **COST},
            lambda a, others, cost, reward_pool: at_least(
                client_utility(a, rootless(a, others, cost, reward_pool), others, cost, reward_pool),
                at_response(a, others, cost, reward_pool),
            ),
            costs={
                "the client loses": lambda a, others, cost, reward_pool: (
                    at_response(a, others, cost, reward_pool)
                    - client_utility(a, rootless(a, others, cost, reward_pool), others, cost, reward_pool)
                )
            },
            start={"others": "1", "reward_pool": "4", "cost": "1"},
            kept=True,
        ),
        Lemma("stackelberg/eq-22-best-response"),
    ),
    attribution=Attribution.EXTRACTED,
    erratum=Erratum(
        "(22) and (30) as extracted: εᵢ = Bε₋ᵢ/ρᵢ − ε₋ᵢ",
        "εᵢ = max(0, √(Bε₋ᵢ/ρᵢ) − ε₋ᵢ)",
        "stackelberg/eq-22-best-response",
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
            start={"own": "1/2", "reward_pool": "1", "cost": "1"},
            kept=True,
        ),
    ),
    erratum=Erratum(
        "(22) with ε₋ᵢ = 0, as at N = 1 in figures 7 and 8: the best budget is 0",
        "there is no best budget: half of any is better, and none is worse than some",
        "stackelberg/zero-is-no-equilibrium",
    ),
)


REPLIES = (BEST_RESPONSE, RESPONSE_UNIQUE, UNTRUNCATED, ROOTLESS, ALONE)
