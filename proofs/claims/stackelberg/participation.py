"""Who takes part in the equilibrium, and what it gives them (Zhou 2023, eqs 18, 31 and 43–52)."""

from __future__ import annotations

from ...kernel.sentence import Sentence
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, Lemma, Step
from .equilibrium import CLIENT_AT, TWO
from .vocabulary import (
    AT_EQUILIBRIUM,
    COST,
    COUNT,
    POOL,
    SELLS,
    SUM,
    all_in,
    budget,
    client_count,
    client_utility,
    cost,
    cost_sum,
    of_three,
    one,
    others,
    own,
    ratio,
    ratio_of_two,
    reward_pool,
    share,
    three,
    two,
    utility,
)

GENERAL_UTILITY = Claim(
    "stackelberg/equilibrium-utility",
    "At the equilibrium a client's utility is B max(0, 1 − ρᵢz)², whether it takes part or not.",
    "theorem; replaces Zhou 2023, eq. 31",
    ClaimVerdict.PROVED,
    (
        Step(Sentence(CLIENT_AT, utility.equals(reward_pool * share**2), degree=4)),
        Lemma("stackelberg/equilibrium-has-shares"),
    ),
    variant=Counterexample(CLIENT_AT, utility.equals(reward_pool * share)),
)


RATIONAL = Claim(
    "stackelberg/individual-rationality",
    "At the equilibrium no client is worse off than by staying out, whatever its cost.",
    "Zhou 2023, sections 5 and 6; corrected from U > 0 to U ≥ 0",
    ClaimVerdict.PROVED,
    (
        Step(Sentence(CLIENT_AT, utility >= 0, degree=4)),
        Lemma("stackelberg/equilibrium-has-shares"),
    ),
    variant=Counterexample(CLIENT_AT, utility >= reward_pool / 2),
)


TAKES_PART = Claim(
    "stackelberg/participants-gain",
    "A client gains something exactly where it takes part: from sᵢ > 0 follows U > 0, and from U > 0 follows ρᵢz < 1.",
    "theorem; what is right of Zhou 2023, eqs 18 and 44",
    ClaimVerdict.PROVED,
    (
        Step(Sentence({**CLIENT_AT, "ρᵢ z < 1": cost * ratio < 1}, utility > 0, degree=4), "who takes part gains"),
        Step(Sentence({**CLIENT_AT, "U > 0": utility > 0}, cost * ratio < 1, degree=4), "who gains takes part"),
        Lemma("stackelberg/equilibrium-has-shares"),
    ),
    variant=Counterexample({**CLIENT_AT, "ρᵢ z ≤ 1": cost * ratio <= 1}, utility > 0),
)


BOUND = Claim(
    "stackelberg/eq-44-cost-bound",
    "Every client satisfies (N − 1)ρᵢ < R, since it would not take part otherwise.",
    "Zhou 2023, eqs 43, 44 and 48, which derive it of all clients",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {
                **AT_EQUILIBRIUM,
                "N = 3": client_count.equals(3),
                "R = ρ₁ + ρ₂ + ρ₃": cost_sum.equals(one + two + three),
            },
            (client_count - 1) * three < cost_sum,
            start={"one": "1", "two": "1", "three": "3", "client_count": "3", "cost_sum": "5"},
            kept=True,
            costs={"what the third sells of a pool of 1": of_three(budget.at(reward_pool=1))},
        ),
    ),
    attribution=Attribution.PRINTED,
    erratum=Erratum(
        "(43), (44): (N − 1)ρᵢ < R for every client",
        "for those who take part where all do; others have ρᵢ ≥ 1/z and sell nothing",
        "stackelberg/eq-48-cost-bound-of-participants",
    ),
)


BOUND_OF_ALL = Claim(
    "stackelberg/eq-48-cost-bound-of-participants",
    "Where all clients take part, each satisfies ρᵢ < R/(N − 1).",
    "Zhou 2023, eqs 44 and 48",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**COST, **SUM, **COUNT, "sᵢ > 0": share.at(ratio=all_in) > 0},
                cost < cost_sum / (client_count - 1),
            )
        ),
    ),
    variant=Counterexample({**TWO, "s₁ > 0": share.at(cost=one, ratio=ratio_of_two) > 0}, one < (one + two) / 2),
)


CHEAP = Claim(
    "stackelberg/cost-bound-is-one-sided",
    "The bound on costs is one-sided: a client whose cost is no more than the mean satisfies it, however cheap it is.",
    "theorem; against Zhou 2023, section 6, which sees a selection of clients that are alike",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**SUM, **COUNT, "ρᵢ ≤ R/N": cost <= cost_sum / client_count}, (client_count - 1) * cost < cost_sum
            )
        ),
    ),
    variant=Counterexample(
        {**SUM, **COUNT, "ρᵢ ≤ 2R/N": cost <= 2 * cost_sum / client_count}, (client_count - 1) * cost < cost_sum
    ),
    aliases=("stackelberg/cheap-clients-take-part",),
)


BUDGET_BOUND = Claim(
    "stackelberg/eq-52-budget-bound",
    "No client sells as much as B/ρᵢ.",
    "Zhou 2023, eqs 50–52",
    ClaimVerdict.PROVED_UNDER,
    (
        Step(
            Sentence(
                {
                    **POOL,
                    **COST,
                    **SELLS,
                    "ε₋ᵢ ≥ 0": others >= 0,
                    "U > 0": client_utility > 0,
                },
                own < reward_pool / cost,
            )
        ),
        Counterexample(
            {**POOL, **COST, **SELLS, "ε₋ᵢ ≥ 0": others >= 0},
            own < reward_pool / cost,
            costs={"its utility": client_utility},
            start={"own": "2", "others": "1", "reward_pool": "1", "cost": "1"},
            kept=True,
            needed="U > 0",
        ),
    ),
    missing=("U > 0",),
    variant=Counterexample({**POOL, **COST, **SELLS, "U > 0": client_utility > 0}, own < reward_pool / cost / 2),
    attribution=Attribution.PRINTED,
    erratum=Erratum("(52): εᵢ < B/ρᵢ always", "where Uᵢ > 0, which (49) assumes of all", ""),
)

PARTICIPATION = (GENERAL_UTILITY, RATIONAL, TAKES_PART, BOUND, BOUND_OF_ALL, CHEAP, BUDGET_BOUND)
