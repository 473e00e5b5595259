"""What each client sells and has at the equilibrium as it is printed (Zhou 2023, eqs 30–31)."""

from __future__ import annotations

from ...kernel.sentence import Sentence
from ...kernel.terms import roles
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, Lemma, Step
from .best_response import best_response, wanted
from .printed_equilibrium import AFFORDABLE, ALL, ALL_TAKE_PART, DEAR_THIRD, SUMS, printed_budget, printed_total
from .vocabulary import AT_EQUILIBRIUM, POOL, all_in, of_three, utility

cost, ratio, reward_pool = roles("cost ratio reward_pool")

rest = printed_total - printed_budget
response = best_response.at(others=rest)
"""The best response to what the others sell by (29)."""
printed_utility = reward_pool * (1 - cost * all_in) ** 2
"""The right side of (31)."""

SAME_AS_RESPONSE = Claim(
    "stackelberg/eq-30-response",
    "Formula 29 is the best response to what the others sell by it: formula 22 gives the same budget.",
    "Zhou 2023, eq. 30",
    ClaimVerdict.PROVED_UNDER,
    (
        Step(
            Sentence(
                ALL, printed_budget.equals(response), lemmas=(wanted.at(others=rest).equals(printed_total),), degree=4
            )
        ),
        Counterexample({**POOL, **AT_EQUILIBRIUM}, of_three(printed_budget.equals(response)), needed="(N − 1)ρᵢ < R"),
    ),
    missing=("(N − 1)ρᵢ < R",),
    variant=Counterexample(ALL, (2 * printed_budget).equals(response)),
    attribution=Attribution.PRINTED,
)

UTILITY = Claim(
    "stackelberg/eq-31-utility",
    "At the equilibrium a client's utility is B(1 − ρᵢ(N − 1)/R)².",
    "Zhou 2023, eq. 31",
    ClaimVerdict.PROVED_UNDER,
    (
        ALL_TAKE_PART,
        Step(Sentence({**SUMS, **AFFORDABLE}, utility.at(ratio=all_in).equals(printed_utility))),
        Counterexample(
            {**POOL, **AT_EQUILIBRIUM},
            of_three(utility.equals(printed_utility)),
            costs={"what the third has": of_three(utility), "by (31)": of_three(printed_utility)},
            start=DEAR_THIRD,
            kept=True,
            needed="(N − 1)ρᵢ ≤ R",
        ),
        Lemma("stackelberg/equilibrium-by-shares"),
        Lemma("stackelberg/equilibrium-unique"),
    ),
    missing=("(N − 1)ρᵢ ≤ R",),
    variant=Counterexample(ALL, (2 * utility.at(ratio=all_in)).equals(printed_utility)),
    attribution=Attribution.PRINTED,
    erratum=Erratum(
        "(31): Uᵢ = B(1 − ρᵢ(N − 1)/R)² for all costs", "Uᵢ = B max(0, 1 − ρᵢz)²", "stackelberg/equilibrium-utility"
    ),
)

PRINTED_REPLIES = (SAME_AS_RESPONSE, UTILITY)
