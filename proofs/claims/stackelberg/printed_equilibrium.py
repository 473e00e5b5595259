"""The equilibrium in closed form as it is printed, for the case that all take part (Zhou 2023, eqs 23–31)."""

from __future__ import annotations

from ....formulations.stackelberg.contest import equilibrium_share, printed_budget
from ...kernel.sentence import Induction, Sentence, above, at_least, at_most, below, equal, substitute
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, ForAnyNumber, Lemma, Step
from .terms import (
    AT_EQUILIBRIUM,
    COST,
    COUNT,
    POOL,
    RATIO,
    SUM,
    THREE,
    all_in,
    budget,
    marginal,
    of_three,
    ratio_of_three,
)

INTERIOR = {"(N − 1)ρᵢ < R": lambda a, cost, cost_sum, client_count: below((client_count - 1) * cost, cost_sum)}


SUMS = {**POOL, **COST, **SUM, **COUNT}


ALL = {**SUMS, **INTERIOR}


printed_total = substitute(lambda a, ratio, reward_pool: reward_pool * ratio, ratio=all_in)


AFFORDABLE = {"(N − 1)ρᵢ ≤ R": lambda a, cost, cost_sum, client_count: at_most((client_count - 1) * cost, cost_sum)}


ALL_TAKE_PART = ForAnyNumber(
    Induction(
        {
            "shares": lambda a, cost, ratio: equilibrium_share(a, cost, ratio),
            "cost_sum": lambda a, cost: cost,
            "client_count": lambda a: a.number(1),
        },
        (lambda a, shares, cost_sum, client_count, ratio: equal(shares, client_count - ratio * cost_sum),),
        given=RATIO,
        member={**COST, "ρᵢ z ≤ 1": lambda a, cost, ratio: at_most(cost * ratio, 1)},
        closing={
            **SUM,
            "z = (N − 1)/R": lambda a, ratio, cost_sum, client_count: equal(ratio * cost_sum, client_count - 1),
        },
        goal=lambda a, shares: equal(shares, 1),
    ),
    "for every number of clients of whom none costs more than 1/z = R/(N − 1), the shares add up to one at z = "
    "(N − 1)/R, so that the budgets there are the equilibrium",
    "all take part",
)


TOTAL = Claim(
    "stackelberg/eq-26-total-budget",
    "At the equilibrium the clients together sell Σε = B(N − 1)/R.",
    "Zhou 2023, eqs 23–26",
    ClaimVerdict.PROVED_UNDER,
    (
        ForAnyNumber(
            Induction(
                {"sold": lambda a, own: own, "cost_sum": lambda a, cost: cost, "client_count": lambda a: a.number(1)},
                (
                    lambda a, sold, cost_sum, client_count, total, reward_pool: equal(
                        cost_sum * total**2, reward_pool * (client_count * total - sold)
                    ),
                ),
                given={**POOL, "E > 0": lambda a, total: above(total, 0)},
                member={
                    "every client's marginal utility is zero": substitute(
                        lambda a, m: equal(m, 0), m=substitute(marginal, others=lambda a, total, own: total - own)
                    )
                },
                closing={**SUM, "E is what all sell": lambda a, sold, total: equal(sold, total)},
                goal=lambda a, total, cost_sum, client_count, reward_pool: equal(
                    total, reward_pool * all_in(a, cost_sum, client_count)
                ),
            ),
            "for every number of clients whose marginal utilities are all zero, Σε = B(N − 1)/R",
        ),
        Counterexample(
            {**POOL, **AT_EQUILIBRIUM},
            lambda a, one, two, three, reward_pool: equal(
                reward_pool * ratio_of_three(a, one, two, three),
                reward_pool * all_in(a, one + two + three, a.number(3)),
            ),
            costs={
                "what they sell": lambda a, one, two, three, reward_pool: (
                    reward_pool * ratio_of_three(a, one, two, three)
                ),
                "by (26)": lambda a, one, two, three, reward_pool: (
                    reward_pool * all_in(a, one + two + three, a.number(3))
                ),
            },
            start={"one": "1/5", "two": "3/10", "three": "2", "reward_pool": "1"},
            kept=True,
            needed="every client's marginal utility is zero",
        ),
    ),
    missing=("every client's marginal utility is zero",),
    variant=Counterexample(
        {**POOL, "ρ₁ > 0": THREE["ρ₁ > 0"], "ρ₂ > 0": THREE["ρ₂ > 0"]},
        lambda a, one, two, reward_pool: equal(
            reward_pool / (one + two), reward_pool * all_in(a, one + two, a.number(3))
        ),
    ),
    attribution=Attribution.PRINTED,
    erratum=Erratum(
        "(26): Σε = B(N − 1)/R for all costs",
        "Σε = Bz with z the largest of (k − 1)/Rₖ over the k ≥ 2 cheapest; (26) where all take part",
        "stackelberg/equilibrium-by-shares",
    ),
)


OTHERS_BUDGET = Claim(
    "stackelberg/eq-28-others",
    "With the total of eq. 26 a client's marginal utility is zero where the others sell ε₋ᵢ = ρᵢB((N − 1)/R)², and the "
    "rest of the total, which is more than nothing, is what the client sells.",
    "Zhou 2023, eqs 27 and 28",
    ClaimVerdict.PROVED_UNDER,
    (
        Step(
            Sentence(
                {
                    **SUMS,
                    "εᵢ is the rest of the total": substitute(
                        lambda a, own, rest: equal(own, rest), rest=printed_budget
                    ),
                    "ε₋ᵢ = ρᵢB((N − 1)/R)²": lambda a, others, cost, reward_pool, cost_sum, client_count: equal(
                        others, cost * reward_pool * all_in(a, cost_sum, client_count) ** 2
                    ),
                },
                substitute(lambda a, m: equal(m, 0), m=marginal),
                lemmas=(
                    lambda a, own, others, reward_pool, cost_sum, client_count: equal(
                        own + others, reward_pool * all_in(a, cost_sum, client_count)
                    ),
                    lambda a, own, others: above(own + others, 0),
                ),
                degree=4,
            ),
            "marginal utility",
        ),
        Step(Sentence(ALL, substitute(lambda a, own: above(own, 0), own=printed_budget)), "what it sells"),
        Counterexample(
            {**POOL, **AT_EQUILIBRIUM},
            of_three(substitute(lambda a, own: at_least(own, 0), own=printed_budget)),
            needed="(N − 1)ρᵢ < R",
        ),
    ),
    missing=("(N − 1)ρᵢ < R",),
    variant=Counterexample(
        ALL,
        substitute(
            lambda a, m: equal(m, 0),
            m=substitute(
                marginal,
                own=printed_budget,
                others=lambda a, cost, reward_pool, cost_sum, client_count: (
                    cost * reward_pool * all_in(a, cost_sum, client_count)
                ),
            ),
        ),
    ),
    attribution=Attribution.PRINTED,
)


BUDGET = Claim(
    "stackelberg/eq-29-budget",
    "At the equilibrium a client sells B(N − 1)/R · (1 − ρᵢ(N − 1)/R), which is not negative.",
    "Zhou 2023, eq. 29",
    ClaimVerdict.PROVED_UNDER,
    (
        ALL_TAKE_PART,
        Step(
            Sentence(
                {**SUMS, **AFFORDABLE},
                substitute(
                    lambda a, ratio, own, cost, reward_pool: equal(own, budget(a, cost, ratio, reward_pool)),
                    ratio=all_in,
                    own=printed_budget,
                ),
                degree=4,
            ),
            "what is sold at that z",
        ),
        Step(Sentence({**SUMS, **AFFORDABLE}, substitute(lambda a, own: at_least(own, 0), own=printed_budget))),
        Counterexample(
            {**POOL, **AT_EQUILIBRIUM},
            of_three(substitute(lambda a, own: at_least(own, 0), own=printed_budget)),
            costs={"what the third sells": of_three(budget), "by (29)": of_three(printed_budget)},
            start={"one": "1/5", "two": "3/10", "three": "2", "reward_pool": "1"},
            kept=True,
            needed="(N − 1)ρᵢ ≤ R",
        ),
        Lemma("stackelberg/equilibrium-by-shares"),
        Lemma("stackelberg/equilibrium-unique"),
    ),
    missing=("(N − 1)ρᵢ ≤ R",),
    variant=Counterexample(ALL, substitute(lambda a, own, reward_pool: at_least(own, reward_pool), own=printed_budget)),
    attribution=Attribution.PRINTED,
    erratum=Erratum(
        "(29): εᵢ = B(N − 1)/R · (1 − ρᵢ(N − 1)/R) for all costs",
        "εᵢ = Bz max(0, 1 − ρᵢz)",
        "stackelberg/equilibrium-by-shares",
    ),
)


PRINTED_EQUILIBRIUM = (TOTAL, OTHERS_BUDGET, BUDGET)
