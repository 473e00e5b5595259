"""What figures 4 to 12 of Zhou 2023 show: signs of derivatives on their domains."""

from __future__ import annotations

from typing import Any

from ....formulations.stackelberg.declaration import client_utility
from ...kernel.sentence import Sentence, above, at_least, below, equal, slope, substitute
from ..claim import Claim, ClaimVerdict, Counterexample, Step
from .leader import SERVER, WORTH, at_best
from .terms import COST, COUNT, POOL, best_pool, equal_budget, equal_utility

EQUAL = {**POOL, **COST, **COUNT}


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
                {**EQUAL, "ρ < ρ′": lambda a, cost, dearer: below(cost, dearer)},
                lambda a, cost, dearer, client_count, reward_pool: below(
                    equal_budget(a, dearer, client_count, reward_pool), equal_budget(a, cost, client_count, reward_pool)
                ),
                degree=4,
            ),
            "cost",
        ),
        Step(
            Sentence(
                {**EQUAL, "B < B′": lambda a, reward_pool, larger: below(reward_pool, larger)},
                lambda a, cost, larger, client_count, reward_pool: below(
                    equal_budget(a, cost, client_count, reward_pool), equal_budget(a, cost, client_count, larger)
                ),
                degree=4,
            ),
            "pool",
        ),
    ),
    variant=Counterexample(
        {**EQUAL, "ρ < ρ′": lambda a, cost, dearer: below(cost, dearer)},
        lambda a, cost, dearer, client_count, reward_pool: below(
            2 * equal_budget(a, dearer, client_count, reward_pool), equal_budget(a, cost, client_count, reward_pool)
        ),
    ),
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
    ),
    variant=Counterexample(
        {**POOL, **COST, **SOME},
        substitute(lambda a, more, now: below(more, now), more=next_count(equal_budget), now=equal_budget),
    ),
)


FIGURE_7_ONE = Claim(
    "stackelberg/fig-7-one-client",
    "With N = 1 the budget at the equilibrium is zero.",
    "Zhou 2023, figure 7 at N = 1",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**POOL, **COST, "ε > 0": lambda a, own: above(own, 0)},
            lambda a, own, cost, reward_pool: at_least(
                client_utility(a, equal_budget(a, cost, a.number(1), reward_pool), a.number(0), cost, reward_pool),
                client_utility(a, own, a.number(0), cost, reward_pool),
            ),
            start={"reward_pool": "1", "cost": "1", "own": "1/2"},
        ),
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
                lambda a, cost, client_count, reward_pool: equal(
                    equal_utility(a, cost, client_count, reward_pool), reward_pool / client_count**2
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
    ),
    variant=Counterexample(
        EQUAL,
        lambda a, cost, client_count, reward_pool: equal(
            equal_utility(a, cost, client_count, reward_pool), reward_pool / client_count
        ),
    ),
)


FIGURE_9 = Claim(
    "stackelberg/fig-9-pool-in-alpha",
    "The optimal pool rises with α and stays below β, from which it is N/(αz) away.",
    "Zhou 2023, figure 9",
    ClaimVerdict.PROVED,
    (
        Step(Sentence(SERVER, substitute(lambda a, m: above(m, 0), m=slope(best_pool, "alpha"))), "rises"),
        Step(
            Sentence(
                SERVER,
                substitute(
                    lambda a, best, alpha, beta, ratio, client_count: equal(
                        best, beta - client_count / (alpha * ratio)
                    ),
                    best=best_pool,
                ),
            ),
            "how far below",
        ),
    ),
    variant=Counterexample(SERVER, substitute(lambda a, m: above(m, 1), m=slope(best_pool, "alpha"))),
)


FIGURE_10 = Claim(
    "stackelberg/fig-10-pool-in-beta",
    "The optimal pool rises with β, one for one.",
    "Zhou 2023, figure 10",
    ClaimVerdict.PROVED,
    (Step(Sentence(SERVER, substitute(lambda a, m: equal(m, 1), m=slope(best_pool, "beta")))),),
    variant=Counterexample(SERVER, substitute(lambda a, m, beta: equal(m, beta), m=slope(best_pool, "beta"))),
)


FIGURE_11 = Claim(
    "stackelberg/fig-11-utility-in-alpha",
    "The server's utility at the optimal pool rises with α, wherever any pool pays.",
    "Zhou 2023, figure 11",
    ClaimVerdict.PROVED,
    (Step(Sentence({**SERVER, **WORTH}, substitute(lambda a, m: above(m, 0), m=slope(at_best, "alpha")))),),
    variant=Counterexample({**SERVER, **WORTH}, substitute(lambda a, m: above(m, 1), m=slope(at_best, "alpha"))),
)


FIGURE_12 = Claim(
    "stackelberg/fig-12-utility-in-beta",
    "The server's utility at the optimal pool rises with β, wherever any pool pays.",
    "Zhou 2023, figure 12",
    ClaimVerdict.PROVED,
    (Step(Sentence({**SERVER, **WORTH}, substitute(lambda a, m: above(m, 0), m=slope(at_best, "beta")), degree=4)),),
    variant=Counterexample({**SERVER, **WORTH}, substitute(lambda a, m: above(m, 1), m=slope(at_best, "beta"))),
)

FIGURES = (
    FIGURE_6,
    FIGURE_7,
    FIGURE_7_ONE,
    FIGURE_8,
    FIGURE_9,
    FIGURE_10,
    FIGURE_11,
    FIGURE_12,
)
