"""Claims about figures 4 and 5 of Zhou 2023: each utility has one peak, and where it is."""

from __future__ import annotations

from fractions import Fraction

from ....formulations.stackelberg.contest import best_response, printed_pool
from ....formulations.stackelberg.declaration import client_utility
from ...kernel.sentence import Sentence, above, at_least, below, equal, slope, substitute
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, Step
from .leader import SERVER
from .terms import CLIENT, best_pool, curvature, equal_budget, marginal, served

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
    attribution=Attribution.PRINTED,
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
            costs={
                "the pool": substitute(printed_pool, cost_sum=lambda a, cost, client_count: client_count * cost),
                "the pool it names": lambda a: a.number(980) / 99,
            },
            start={"alpha": "10", "beta": "10", "cost": "1/1000", "client_count": "100"},
            kept=True,
        ),
    ),
    attribution=Attribution.READING,
    erratum=Erratum(
        "figure 4: B* = 980/99, in a paragraph between others with α = β = 10",
        "980/99 belongs to α = 1; with α = 10 it is 989/99",
        "stackelberg/fig-4-numbers-of-another-alpha",
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
                {}, lambda a: equal(equal_budget(a, *map(a.number, (Fraction(1, 1000), 100, Fraction(980, 99)))), 98)
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
    attribution=Attribution.READING,
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
    attribution=Attribution.PRINTED,
)


PEAKS = (FIGURE_4, FIGURE_4_NUMBERS, FIGURE_4_OTHER, FIGURE_5)
