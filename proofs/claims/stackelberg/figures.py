"""What figures 6 to 12 of Zhou 2023 show; here those of a client: what it sells and has, as costs and numbers grow."""

from __future__ import annotations

from ...kernel.sentence import Sentence
from ...kernel.terms import roles
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, Lemma, Step
from .best_response import alone
from .pool_figures import POOL_FIGURES
from .same_pool import EQUAL
from .vocabulary import POOL, SAME_COST, equal_budget, equal_utility

own, same_cost, dearer = roles("own same_cost dearer")
client_count, reward_pool, larger = roles("client_count reward_pool larger")

IS_EQUILIBRIUM = (Lemma("stackelberg/equilibrium-by-shares"), Lemma("stackelberg/equilibrium-unique"))
MORE_COST = {"ρ < ρ′": same_cost < dearer}
budget_falls = equal_budget.at(client_count=client_count + 1) < equal_budget
of_one = alone.at(cost=same_cost)
"""A client's utility where there is no other."""

FIGURE_6 = Claim(
    "stackelberg/fig-6-budget-falls-with-cost",
    "With equal costs the budget at the equilibrium falls with the cost, and rises with the pool.",
    "Zhou 2023, figure 6",
    ClaimVerdict.PROVED,
    (
        Step(Sentence({**EQUAL, **MORE_COST}, equal_budget.at(same_cost=dearer) < equal_budget, degree=4), "cost"),
        Step(
            Sentence(
                {**EQUAL, "B < B′": reward_pool < larger}, equal_budget < equal_budget.at(reward_pool=larger), degree=4
            ),
            "pool",
        ),
        *IS_EQUILIBRIUM,
    ),
    variant=Counterexample({**EQUAL, **MORE_COST}, 2 * equal_budget.at(same_cost=dearer) < equal_budget),
    attribution=Attribution.PRINTED,
)

FIGURE_7 = Claim(
    "stackelberg/fig-7-budget-falls-with-number",
    "With equal costs and N ≥ 2 the budget at the equilibrium falls with every further client.",
    "Zhou 2023, figure 7",
    ClaimVerdict.PROVED,
    (Step(Sentence(EQUAL, budget_falls, degree=4)), *IS_EQUILIBRIUM),
    variant=Counterexample({**POOL, **SAME_COST, "N ≥ 1": client_count >= 1}, budget_falls),
    attribution=Attribution.PRINTED,
)

FIGURE_7_ONE = Claim(
    "stackelberg/fig-7-one-client",
    "With N = 1 the budget at the equilibrium is zero.",
    "Zhou 2023, figure 7 at N = 1",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**POOL, **SAME_COST, "ε > 0": own > 0},
            of_one.at(own=equal_budget.at(client_count=1)) >= of_one,
            costs={"gained by selling 1/2": of_one},
            start={"reward_pool": "1", "same_cost": "1", "own": "1/2"},
            kept=True,
        ),
    ),
    attribution=Attribution.PRINTED,
    erratum=Erratum(
        "figure 7: with one client its budget is 0",
        "with one client there is no equilibrium",
        "stackelberg/zero-is-no-equilibrium",
    ),
)

by_count = reward_pool / client_count**2
FIGURE_8 = Claim(
    "stackelberg/fig-8-utility-falls-with-number",
    "With equal costs a client's utility at the equilibrium is B/N²; it falls with every further client.",
    "Zhou 2023, figure 8",
    ClaimVerdict.PROVED,
    (
        Step(Sentence(EQUAL, equal_utility.equals(by_count), degree=4), "value"),
        Step(Sentence(EQUAL, by_count.at(client_count=client_count + 1) < by_count, degree=4), "falls"),
        *IS_EQUILIBRIUM,
    ),
    variant=Counterexample(EQUAL, equal_utility.equals(reward_pool / client_count)),
    attribution=Attribution.PRINTED,
)

FIGURES = (FIGURE_6, FIGURE_7, FIGURE_7_ONE, FIGURE_8, *POOL_FIGURES)
