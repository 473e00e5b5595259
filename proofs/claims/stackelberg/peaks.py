"""Claims about figures 4 and 5 of Zhou 2023: each utility has one peak, and where it is."""

from __future__ import annotations

from fractions import Fraction

from ...kernel.sentence import Sentence
from ...kernel.terms import number, roles
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, Step
from .best_response import best_response
from .leader import SERVER, SERVER_AT, server_slope
from .pool_formula import printed_pool
from .vocabulary import CLIENT, POOL, best_pool, client_utility, curvature, equal_budget, marginal

own, cost, reward_pool, alpha, beta, client_count = roles("own cost reward_pool alpha beta client_count")

FIGURE_4 = Claim(
    "stackelberg/fig-4-peak",
    "Where the others sell something, a client's utility rises up to one budget, its best response, which may be zero, "
    "and falls after it; it is strictly concave.",
    "Zhou 2023, figure 4",
    ClaimVerdict.PROVED,
    (
        Step(Sentence(CLIENT, curvature < 0), "concave"),
        Step(Sentence({**CLIENT, "εᵢ < its best response": own < best_response}, marginal > 0, degree=4), "below it"),
        Step(Sentence({**CLIENT, "εᵢ > its best response": own > best_response}, marginal < 0, degree=4), "above it"),
    ),
    variant=Counterexample(CLIENT, curvature > -1),
    attribution=Attribution.PRINTED,
)

pool_of_equal = printed_pool.at(cost_sum=client_count * cost)
NAMED_POOL, RHO = Fraction(980, 99), Fraction(1, 1000)
at_figure_4 = pool_of_equal.at(cost=RHO, client_count=100)

FIGURE_4_NUMBERS = Claim(
    "stackelberg/fig-4-numbers",
    "With N = 100, α = β = 10 and ρ = 0.001 the optimal pool is 980/99.",
    "Zhou 2023, figure 4 and its text; the paragraph does not give α and β, those around it do",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {
                "α = 10": alpha.equals(10),
                "β = 10": beta.equals(10),
                "ρ = 1/1000": cost.equals(RHO),
                "N = 100": client_count.equals(100),
            },
            pool_of_equal.equals(NAMED_POOL),
            costs={"the pool": pool_of_equal, "the pool it names": number(NAMED_POOL)},
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
        Step(Sentence({}, at_figure_4.at(alpha=1, beta=10).equals(NAMED_POOL)), "pool"),
        Step(
            Sentence({}, equal_budget.at(same_cost=RHO, client_count=100, reward_pool=NAMED_POOL).equals(98)), "budget"
        ),
        Step(
            Sentence(
                {},
                client_utility.at(own=Fraction(19502, 99), others=99 * 98, cost=RHO, reward_pool=NAMED_POOL).equals(0),
            ),
            "no gain any more",
        ),
    ),
    variant=Counterexample(
        {"β = 10": beta.equals(10)}, at_figure_4.at(alpha=2).equals(NAMED_POOL), start={"beta": "10"}
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
        Step(Sentence({**SERVER_AT, "B < β − N/(αz)": reward_pool < best_pool}, server_slope > 0, degree=4), "below"),
        Step(Sentence({**SERVER_AT, "B > β − N/(αz)": reward_pool > best_pool}, server_slope < 0, degree=4), "above"),
    ),
    variant=Counterexample({**SERVER, **POOL}, server_slope < 0),
    attribution=Attribution.PRINTED,
)

PEAKS = (FIGURE_4, FIGURE_4_NUMBERS, FIGURE_4_OTHER, FIGURE_5)
