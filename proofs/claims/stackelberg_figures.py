"""What figures 4 to 12 of Zhou 2023 show: signs of derivatives on their domains."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ...formulations.contest import best_response, printed_pool
from ...formulations.stackelberg import client_utility
from ..claim import Claim, ClaimVerdict, Counterexample, Step
from ..sentence import Sentence, above, at_least, below, equal, slope, substitute
from .contest_terms import (
    CLIENT,
    COST,
    COUNT,
    POOL,
    best_pool,
    curvature,
    equal_budget,
    equal_utility,
    marginal,
    served,
)
from .stackelberg_leader import SERVER, WORTH, at_best

EQUAL = {**POOL, **COST, **COUNT}


SOME = {"N ≥ 1": lambda a, client_count: at_least(client_count, 1)}


def next_count(formula: Any) -> Any:
    """Return a formula with one client more."""
    return substitute(formula, client_count=lambda a, client_count: client_count + 1)


FIGURE_4 = Claim(
    "stackelberg/fig-4-peak",
    "Where the others sell something, a client's utility rises up to one budget, its best response, which may be zero, "
    "and falls after it; it is strictly concave.",
    "Zhou 2023, figure 4",
    ClaimVerdict.PROVED,
    (
        Step(Sentence(CLIENT, substitute(lambda a, second: below(second, 0), second=curvature)), "concave"),
        Step(
            Sentence(
                {
                    **CLIENT,
                    "εᵢ < its best response": lambda a, own, others, cost, reward_pool: below(
                        own, best_response(a, others, cost, reward_pool)
                    ),
                },
                substitute(lambda a, m: above(m, 0), m=marginal),
                degree=4,
            ),
            "below it",
        ),
        Step(
            Sentence(
                {
                    **CLIENT,
                    "εᵢ > its best response": lambda a, own, others, cost, reward_pool: above(
                        own, best_response(a, others, cost, reward_pool)
                    ),
                },
                substitute(lambda a, m: below(m, 0), m=marginal),
                degree=4,
            ),
            "above it",
        ),
    ),
    variant=Counterexample(CLIENT, substitute(lambda a, second: above(second, -1), second=curvature)),
)


AT_FIGURE_4 = {
    "α = 10": lambda a, alpha: equal(alpha, 10),
    "β = 10": lambda a, beta: equal(beta, 10),
    "ρ = 1/1000": lambda a, cost: equal(cost, a.number(1) / 1000),
    "N = 100": lambda a, client_count: equal(client_count, 100),
}


FIGURE_4_NUMBERS = Claim(
    "stackelberg/fig-4-numbers",
    "With N = 100, α = β = 10 and ρ = 0.001 the optimal pool is 980/99.",
    "Zhou 2023, figure 4 and its text; the paragraph does not give α and β, those around it do",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            AT_FIGURE_4,
            substitute(
                lambda a, pool: equal(pool, a.number(980) / 99),
                pool=substitute(printed_pool, cost_sum=lambda a, cost, client_count: client_count * cost),
            ),
            start={"alpha": "10", "beta": "10", "cost": "1/1000", "client_count": "100"},
        ),
    ),
)


FIGURE_4_OTHER = Claim(
    "stackelberg/fig-4-numbers-of-another-alpha",
    "The numbers of figure 4 belong to α = 1: then the optimal pool is 980/99, each client sells 98, and one that "
    "deviates gains nothing any more at 19502/99.",
    "Zhou 2023, figure 4 and its text",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {},
                lambda a: equal(
                    printed_pool(a, a.number(1), a.number(10), a.number(1) / 10, a.number(100)), a.number(980) / 99
                ),
            ),
            "pool",
        ),
        Step(
            Sentence(
                {},
                lambda a: equal(equal_budget(a, *map(a.number, (Fraction(1, 1000), 100, Fraction(980, 99)))), 98),
            ),
            "budget",
        ),
        Step(
            Sentence(
                {},
                lambda a: equal(
                    client_utility(a, a.number(19502) / 99, a.number(99 * 98), a.number(1) / 1000, a.number(980) / 99),
                    0,
                ),
            ),
            "no gain any more",
        ),
    ),
    variant=Counterexample(
        {"β = 10": lambda a, beta: equal(beta, 10)},
        lambda a, beta: equal(printed_pool(a, a.number(2), beta, a.number(1) / 10, a.number(100)), a.number(980) / 99),
        start={"beta": "10"},
    ),
)


FIGURE_5 = Claim(
    "stackelberg/fig-5-peak",
    "The server's utility rises up to one pool and falls after it: its slope is positive below β − N/(αz) and negative "
    "above.",
    "Zhou 2023, figure 5",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    **SERVER,
                    "B ≥ 0": lambda a, reward_pool: at_least(reward_pool, 0),
                    "B < β − N/(αz)": substitute(lambda a, reward_pool, best: below(reward_pool, best), best=best_pool),
                },
                substitute(lambda a, m: above(m, 0), m=slope(served, "reward_pool")),
                degree=4,
            ),
            "below",
        ),
        Step(
            Sentence(
                {
                    **SERVER,
                    "B ≥ 0": lambda a, reward_pool: at_least(reward_pool, 0),
                    "B > β − N/(αz)": substitute(lambda a, reward_pool, best: above(reward_pool, best), best=best_pool),
                },
                substitute(lambda a, m: below(m, 0), m=slope(served, "reward_pool")),
                degree=4,
            ),
            "above",
        ),
    ),
    variant=Counterexample(
        {**SERVER, "B > 0": lambda a, reward_pool: above(reward_pool, 0)},
        substitute(lambda a, m: below(m, 0), m=slope(served, "reward_pool")),
    ),
)
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
    FIGURE_4,
    FIGURE_4_NUMBERS,
    FIGURE_4_OTHER,
    FIGURE_5,
    FIGURE_6,
    FIGURE_7,
    FIGURE_7_ONE,
    FIGURE_8,
    FIGURE_9,
    FIGURE_10,
    FIGURE_11,
    FIGURE_12,
)
