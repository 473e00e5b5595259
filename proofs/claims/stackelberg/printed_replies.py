"""What each client sells and has at the equilibrium as it is printed (Zhou 2023, eqs 30–31)."""

from __future__ import annotations

from ....formulations.stackelberg.contest import best_response, printed_budget
from ...kernel.sentence import Sentence, equal, substitute
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, Lemma, Step
from .printed_equilibrium import AFFORDABLE, ALL, ALL_TAKE_PART, SUMS, printed_total
from .terms import AT_EQUILIBRIUM, POOL, all_in, of_three, utility

SAME_AS_RESPONSE = Claim(
    "stackelberg/eq-30-response",
    "Formula 29 is the best response to what the others sell by it: formula 22 gives the same budget.",
    "Zhou 2023, eq. 30",
    ClaimVerdict.PROVED_UNDER,
    (
        Step(
            Sentence(
                ALL,
                substitute(
                    lambda a, own, total, cost, reward_pool: equal(
                        own, best_response(a, total - own, cost, reward_pool)
                    ),
                    own=printed_budget,
                    total=printed_total,
                ),
                lemmas=(
                    substitute(
                        lambda a, own, total, cost, reward_pool: equal(
                            a.sqrt(reward_pool * (total - own) / cost), total
                        ),
                        own=printed_budget,
                        total=printed_total,
                    ),
                ),
                degree=4,
            )
        ),
        Counterexample(
            {**POOL, **AT_EQUILIBRIUM},
            of_three(
                substitute(
                    lambda a, own, total, cost, reward_pool: equal(
                        own, best_response(a, total - own, cost, reward_pool)
                    ),
                    own=printed_budget,
                    total=printed_total,
                )
            ),
            needed="(N − 1)ρᵢ < R",
        ),
    ),
    missing=("(N − 1)ρᵢ < R",),
    variant=Counterexample(
        ALL,
        substitute(
            lambda a, own, total, cost, reward_pool: equal(2 * own, best_response(a, total - own, cost, reward_pool)),
            own=printed_budget,
            total=printed_total,
        ),
    ),
    attribution=Attribution.PRINTED,
)


printed_utility = substitute(lambda a, ratio, cost, reward_pool: reward_pool * (1 - cost * ratio) ** 2, ratio=all_in)


UTILITY = Claim(
    "stackelberg/eq-31-utility",
    "At the equilibrium a client's utility is B(1 − ρᵢ(N − 1)/R)².",
    "Zhou 2023, eq. 31",
    ClaimVerdict.PROVED_UNDER,
    (
        ALL_TAKE_PART,
        Step(
            Sentence(
                {**SUMS, **AFFORDABLE},
                substitute(
                    lambda a, ratio, printed, cost, reward_pool: equal(utility(a, cost, ratio, reward_pool), printed),
                    ratio=all_in,
                    printed=printed_utility,
                ),
            )
        ),
        Counterexample(
            {**POOL, **AT_EQUILIBRIUM},
            of_three(
                substitute(
                    lambda a, ratio, printed, cost, reward_pool: equal(utility(a, cost, ratio, reward_pool), printed),
                    printed=printed_utility,
                )
            ),
            costs={"what the third has": of_three(utility), "by (31)": of_three(printed_utility)},
            start={"one": "1/5", "two": "3/10", "three": "2", "reward_pool": "1"},
            kept=True,
            needed="(N − 1)ρᵢ ≤ R",
        ),
        Lemma("stackelberg/equilibrium-by-shares"),
        Lemma("stackelberg/equilibrium-unique"),
    ),
    missing=("(N − 1)ρᵢ ≤ R",),
    variant=Counterexample(
        ALL,
        substitute(
            lambda a, ratio, printed, cost, reward_pool: equal(2 * utility(a, cost, ratio, reward_pool), printed),
            ratio=all_in,
            printed=printed_utility,
        ),
    ),
    attribution=Attribution.PRINTED,
    erratum=Erratum(
        "(31): Uᵢ = B(1 − ρᵢ(N − 1)/R)² for all costs", "Uᵢ = B max(0, 1 − ρᵢz)²", "stackelberg/equilibrium-utility"
    ),
)

PRINTED_REPLIES = (SAME_AS_RESPONSE, UTILITY)
