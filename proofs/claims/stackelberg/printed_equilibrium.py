"""The equilibrium in closed form as it is printed, for the case that all take part (Zhou 2023, eqs 23–31)."""

from __future__ import annotations

from ....formulations.stackelberg import contest
from ...kernel.sentence import Induction, Sentence
from ...kernel.terms import Term, number, roles
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, ForAnyNumber, Lemma, Step
from .equilibrium import TWO
from .vocabulary import AT_EQUILIBRIUM, COST, COUNT, POOL, RATIO, SUM, TOTAL, all_in, budget, marginal, of_three, share

own, others, cost, ratio, reward_pool, one, two = roles("own others cost ratio reward_pool one two")
cost_sum, client_count, total, shares, sold = roles("cost_sum client_count total shares sold")

SUMS = {**POOL, **COST, **SUM, **COUNT}
ALL = {**SUMS, "(N − 1)ρᵢ < R": (client_count - 1) * cost < cost_sum}
AFFORDABLE = {"(N − 1)ρᵢ ≤ R": (client_count - 1) * cost <= cost_sum}
DEAR_THIRD = {"one": "1/5", "two": "3/10", "three": "2", "reward_pool": "1"}

printed_total = reward_pool * all_in
printed_budget = Term(contest.printed_budget)

ALL_TAKE_PART = ForAnyNumber(
    Induction(
        {"shares": share, "cost_sum": cost, "client_count": number(1)},
        (shares.equals(client_count - ratio * cost_sum),),
        given=RATIO,
        member={**COST, "ρᵢ z ≤ 1": cost * ratio <= 1},
        closing={**SUM, "z = (N − 1)/R": (ratio * cost_sum).equals(client_count - 1)},
        goal=shares.equals(1),
    ),
    "for every number of clients of whom none costs more than 1/z = R/(N − 1), the shares add up to one at z = "
    "(N − 1)/R, so that the budgets there are the equilibrium",
    "all take part",
)

TOTAL_BUDGET = Claim(
    "stackelberg/eq-26-total-budget",
    "At the equilibrium the clients together sell Σε = B(N − 1)/R.",
    "Zhou 2023, eqs 23–26",
    ClaimVerdict.PROVED_UNDER,
    (
        ForAnyNumber(
            Induction(
                {"sold": own, "cost_sum": cost, "client_count": number(1)},
                ((cost_sum * total**2).equals(reward_pool * (client_count * total - sold)),),
                given={**POOL, **TOTAL},
                member={"every client's marginal utility is zero": marginal.at(others=total - own).equals(0)},
                closing={**SUM, "E is what all sell": sold.equals(total)},
                goal=total.equals(printed_total),
            ),
            "for every number of clients whose marginal utilities are all zero, Σε = B(N − 1)/R",
        ),
        Counterexample(
            {**POOL, **AT_EQUILIBRIUM},
            of_three((reward_pool * ratio).equals(printed_total)),
            costs={"what they sell": of_three(reward_pool * ratio), "by (26)": of_three(printed_total)},
            start=DEAR_THIRD,
            kept=True,
            needed="every client's marginal utility is zero",
        ),
    ),
    missing=("every client's marginal utility is zero",),
    variant=Counterexample(
        {**POOL, **TWO}, (reward_pool / (one + two)).equals(printed_total.at(cost_sum=one + two, client_count=3))
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
                    "εᵢ is the rest of the total": own.equals(printed_budget),
                    "ε₋ᵢ = ρᵢB((N − 1)/R)²": others.equals(cost * reward_pool * all_in**2),
                },
                marginal.equals(0),
                lemmas=((own + others).equals(printed_total), own + others > 0),
                degree=4,
            ),
            "marginal utility",
        ),
        Step(Sentence(ALL, printed_budget > 0), "what it sells"),
        Counterexample({**POOL, **AT_EQUILIBRIUM}, of_three(printed_budget >= 0), needed="(N − 1)ρᵢ < R"),
    ),
    missing=("(N − 1)ρᵢ < R",),
    variant=Counterexample(ALL, marginal.at(own=printed_budget, others=cost * reward_pool * all_in).equals(0)),
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
            Sentence({**SUMS, **AFFORDABLE}, printed_budget.equals(budget.at(ratio=all_in)), degree=4),
            "what is sold at that z",
        ),
        Step(Sentence({**SUMS, **AFFORDABLE}, printed_budget >= 0)),
        Counterexample(
            {**POOL, **AT_EQUILIBRIUM},
            of_three(printed_budget >= 0),
            costs={"what the third sells": of_three(budget), "by (29)": of_three(printed_budget)},
            start=DEAR_THIRD,
            kept=True,
            needed="(N − 1)ρᵢ ≤ R",
        ),
        Lemma("stackelberg/equilibrium-by-shares"),
        Lemma("stackelberg/equilibrium-unique"),
    ),
    missing=("(N − 1)ρᵢ ≤ R",),
    variant=Counterexample(ALL, printed_budget >= reward_pool),
    attribution=Attribution.PRINTED,
    erratum=Erratum(
        "(29): εᵢ = B(N − 1)/R · (1 − ρᵢ(N − 1)/R) for all costs",
        "εᵢ = Bz max(0, 1 − ρᵢz)",
        "stackelberg/equilibrium-by-shares",
    ),
)

PRINTED_EQUILIBRIUM = (TOTAL_BUDGET, OTHERS_BUDGET, BUDGET)
