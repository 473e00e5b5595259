"""Claims about a client's best response, eq. 22 of Zhou 2023: what it is, and where there is none."""

from __future__ import annotations

from ....formulations.stackelberg import contest
from ...kernel.sentence import Sentence
from ...kernel.terms import Term, roles, sqrt
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, Lemma, Step
from .vocabulary import CLIENT, COST, OTHERS, POOL, SELLS, client_utility

own, others, cost, reward_pool = roles("own others cost reward_pool")

best_response = Term(contest.best_response)
at_response = client_utility.at(own=best_response)
"""A client's utility at its best response."""
wanted = sqrt(reward_pool * others / cost)
"""The total that a client would like, before the others' part is taken off."""
rootless = client_utility.at(own=reward_pool * others / cost - others)
"""A client's utility by (22) as extracted, without its root."""
alone = client_utility.at(others=0)
"""A client's utility where nobody else sells."""

AFFORDABLE = {"ρᵢ ε₋ᵢ ≤ B": cost * others <= reward_pool}

NOBODY_ALONE = Step(
    Sentence({**POOL, **COST, **SELLS}, alone.at(own=own / 2) > alone),
    "half of any budget is better, where nobody else sells",
)

BEST_RESPONSE = Claim(
    "stackelberg/eq-22-best-response",
    "Where the others sell something, max(0, √(B ε₋ᵢ/ρᵢ) − ε₋ᵢ) is a best response: no budget gives a client a larger "
    "utility.",
    "Zhou 2023, eq. 22",
    ClaimVerdict.PROVED,
    (Step(Sentence(CLIENT, at_response >= client_utility, squares=(own + others - wanted,), degree=4)),),
    variant=Counterexample(CLIENT, client_utility.at(own=best_response.at(cost=2 * cost)) >= client_utility),
)

RESPONSE_UNIQUE = Claim(
    "stackelberg/best-response-unique",
    "Where the others sell something, no other budget is as good for a client as its best response.",
    "theorem: the strict form of Zhou 2023, eq. 22",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**CLIENT, "εᵢ is as good": client_utility >= at_response},
                own.equals(best_response),
                squares=(own + others - wanted,),
                degree=4,
            )
        ),
    ),
    variant=Counterexample(CLIENT, at_response > client_utility),
)

UNTRUNCATED = Claim(
    "stackelberg/eq-22-untruncated",
    "√(B ε₋ᵢ/ρᵢ) − ε₋ᵢ, without a maximum with zero, is a budget: it is not negative.",
    "Zhou 2023, eq. 22 as printed (the extracted text drops the root)",
    ClaimVerdict.PROVED_UNDER,
    (
        Step(Sentence({**OTHERS, **POOL, **COST, **AFFORDABLE}, wanted >= others, degree=4)),
        Counterexample(
            {**OTHERS, **POOL, **COST},
            wanted >= others,
            costs={"the budget by (22)": wanted - others},
            start={"others": "4", "reward_pool": "1", "cost": "1"},
            kept=True,
            needed="ρᵢ ε₋ᵢ ≤ B",
        ),
    ),
    missing=("ρᵢ ε₋ᵢ ≤ B",),
    variant=Counterexample({**OTHERS, **POOL, **COST, **AFFORDABLE}, wanted >= 2 * others),
    attribution=Attribution.PRINTED,
    erratum=Erratum(
        "(22): εᵢ = √(Bε₋ᵢ/ρᵢ) − ε₋ᵢ for every client",
        "εᵢ = max(0, √(Bε₋ᵢ/ρᵢ) − ε₋ᵢ)",
        "stackelberg/eq-22-best-response",
    ),
)

ROOTLESS = Claim(
    "stackelberg/eq-22-rootless",
    "B ε₋ᵢ/ρᵢ − ε₋ᵢ is a best response.",
    "Zhou 2023, eq. 22 as extracted; by (30) the printed one has a root",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**OTHERS, **POOL, **COST},
            rootless >= at_response,
            costs={"the client loses": at_response - rootless},
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
            Sentence({**POOL, **COST}, alone.at(own=reward_pool / (2 * cost)) > 0),
            "and some budget is better than none",
        ),
        Counterexample(
            {**POOL, **COST, **SELLS},
            alone >= alone.at(own=own / 2),
            costs={"gained by selling half as much": alone.at(own=own / 2) - alone},
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
