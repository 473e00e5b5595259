"""What figures 6 to 12 of Zhou 2023 show; here those of a client: what it sells and has, as costs and numbers grow."""

from __future__ import annotations

from typing import Any

from ....formulations.stackelberg.declaration import client_utility
from ...kernel.sentence import Sentence, above, at_least, below, equal, substitute
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, Lemma, Step
from .pool_figures import POOL_FIGURES
from .same_pool import EQUAL
from .terms import POOL, SAME_COST, equal_budget, equal_utility

SOME = {"N ≥ 1": lambda a, client_count: at_least(client_count, 1)}


def next_count(formula: Any) -> Any:
    """Return a formula with one client more."""
    return substitute(formula, client_count=lambda a, client_count: client_count + 1)


FIGURE_6 = Claim(
    "stackelberg/fig-6-budget-falls-with-cost",
    "With equal costs the budget at the equilibrium falls with the cost, and rises with the pool.",
    "Zhou 2023, figure 6",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**EQUAL, "ρ < ρ′": lambda a, same_cost, dearer: below(same_cost, dearer)},
                lambda a, same_cost, dearer, client_count, reward_pool: below(
                    equal_budget(a, dearer, client_count, reward_pool),
                    equal_budget(a, same_cost, client_count, reward_pool),
                ),
                degree=4,
            ),
            "cost",
        ),
        Step(
            Sentence(
                {**EQUAL, "B < B′": lambda a, reward_pool, larger: below(reward_pool, larger)},
                lambda a, same_cost, larger, client_count, reward_pool: below(
                    equal_budget(a, same_cost, client_count, reward_pool),
                    equal_budget(a, same_cost, client_count, larger),
                ),
                degree=4,
            ),
            "pool",
        ),
        Lemma("stackelberg/equilibrium-by-shares"),
        Lemma("stackelberg/equilibrium-unique"),
    ),
    variant=Counterexample(
        {**EQUAL, "ρ < ρ′": lambda a, same_cost, dearer: below(same_cost, dearer)},
        lambda a, same_cost, dearer, client_count, reward_pool: below(
            2 * equal_budget(a, dearer, client_count, reward_pool),
            equal_budget(a, same_cost, client_count, reward_pool),
        ),
    ),
    attribution=Attribution.PRINTED,
)


FIGURE_7 = Claim(
    "stackelberg/fig-7-budget-falls-with-number",
    "With equal costs and N ≥ 2 the budget at the equilibrium falls with every further client.",
    "Zhou 2023, figure 7",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                EQUAL,
                substitute(lambda a, more, now: below(more, now), more=next_count(equal_budget), now=equal_budget),
                degree=4,
            )
        ),
        Lemma("stackelberg/equilibrium-by-shares"),
        Lemma("stackelberg/equilibrium-unique"),
    ),
    variant=Counterexample(
        {**POOL, **SAME_COST, **SOME},
        substitute(lambda a, more, now: below(more, now), more=next_count(equal_budget), now=equal_budget),
    ),
    attribution=Attribution.PRINTED,
)


FIGURE_7_ONE = Claim(
    "stackelberg/fig-7-one-client",
    "With N = 1 the budget at the equilibrium is zero.",
    "Zhou 2023, figure 7 at N = 1",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**POOL, **SAME_COST, "ε > 0": lambda a, own: above(own, 0)},
            lambda a, own, same_cost, reward_pool: at_least(
                client_utility(
                    a, equal_budget(a, same_cost, a.number(1), reward_pool), a.number(0), same_cost, reward_pool
                ),
                client_utility(a, own, a.number(0), same_cost, reward_pool),
            ),
            costs={
                "gained by selling 1/2": lambda a, own, same_cost, reward_pool: client_utility(
                    a, own, a.number(0), same_cost, reward_pool
                )
            },
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


FIGURE_8 = Claim(
    "stackelberg/fig-8-utility-falls-with-number",
    "With equal costs a client's utility at the equilibrium is B/N²; it falls with every further client.",
    "Zhou 2023, figure 8",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                EQUAL,
                lambda a, same_cost, client_count, reward_pool: equal(
                    equal_utility(a, same_cost, client_count, reward_pool), reward_pool / client_count**2
                ),
                degree=4,
            ),
            "value",
        ),
        Step(
            Sentence(
                EQUAL,
                substitute(
                    lambda a, more, now: below(more, now),
                    more=lambda a, client_count, reward_pool: reward_pool / (client_count + 1) ** 2,
                    now=lambda a, client_count, reward_pool: reward_pool / client_count**2,
                ),
                degree=4,
            ),
            "falls",
        ),
        Lemma("stackelberg/equilibrium-by-shares"),
        Lemma("stackelberg/equilibrium-unique"),
    ),
    variant=Counterexample(
        EQUAL,
        lambda a, same_cost, client_count, reward_pool: equal(
            equal_utility(a, same_cost, client_count, reward_pool), reward_pool / client_count
        ),
    ),
    attribution=Attribution.PRINTED,
)


FIGURES = (FIGURE_6, FIGURE_7, FIGURE_7_ONE, FIGURE_8, *POOL_FIGURES)
