"""The first stage: which pool is worth announcing, whoever takes part (Zhou 2023, eqs 7–10 and 34)."""

from __future__ import annotations

from ...kernel.sentence import Sentence
from ...kernel.terms import applied, roles
from ..claim import Attribution, Axiom, Claim, ClaimVerdict, Counterexample, Erratum, Step
from .vocabulary import COUNT, RATIO, REVENUE, best_pool, optimal_pool, revenue, served

alpha, beta, ratio, client_count, reward_pool = roles("alpha beta ratio client_count reward_pool")
total, epsilon = roles("total epsilon")

MEAN_VALUE = Axiom(
    "mean values",
    "a function whose slope is nowhere negative below a point and nowhere positive above it is largest at that point",
    "mean value theorem",
)
RISING = Axiom(
    "rising values",
    "a continuous function whose slope is positive between two points is larger at the second",
    "mean value theorem",
)

SERVER = {**COUNT, **RATIO, **REVENUE}
ANY_POOL = {"B ≥ 0": reward_pool >= 0}
SERVER_AT = {**SERVER, **ANY_POOL}
ANY_TOTAL = {**COUNT, **REVENUE, "Z ≥ 0": total >= 0}
WORTH = {**SERVER, "αβz > N": alpha * beta * ratio > client_count}
EPSILON = {**REVENUE, "ε ≥ 0": epsilon >= 0}

server_slope = served.slope(reward_pool)
at_best = served.at(reward_pool=best_pool)
"""The server's utility at its stationary pool."""
revenue_of_mean = applied(lambda a, curve, mean: curve.value(a, mean), revenue, epsilon)
"""f(ε)."""
revenue_slope = revenue_of_mean.slope(epsilon)

REVENUE_SHAPE = Claim(
    "stackelberg/eq-7-revenue",
    "The revenue β ln(1 + αε) rises with the mean budget, ever more slowly, and is at least zero.",
    "Zhou 2023, eq. 7 and section 4.3",
    ClaimVerdict.PROVED,
    (
        Step(Sentence(EPSILON, revenue_slope > 0), "rises"),
        Step(Sentence(EPSILON, revenue_slope.slope(epsilon) < 0), "ever more slowly"),
        Step(Sentence(EPSILON, revenue_of_mean >= 0), "at least zero"),
    ),
    variant=Counterexample(EPSILON, revenue_slope > beta),
    attribution=Attribution.PRINTED,
)

mean_from_zero = (client_count + 1) * epsilon / client_count
"""The mean of equal budgets by (8): a sum from i = 0 to N has N + 1 of them."""

SUM_FROM_ZERO = Claim(
    "stackelberg/eq-8-sum-from-zero",
    "The mean of N budgets of ε each, summed from i = 0 to N as it is printed, is ε.",
    "Zhou 2023, eqs 8 and 10; a slip",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**COUNT, "ε > 0": epsilon > 0},
            mean_from_zero.equals(epsilon),
            costs={"the mean by (8)": mean_from_zero},
            start={"client_count": "2", "epsilon": "1"},
            kept=True,
        ),
    ),
    attribution=Attribution.PRINTED,
    erratum=Erratum(
        "(8) and (10): the mean budget is Σ/N, summed from i = 0 to N",
        "summed from i = 1, over the N clients there are",
    ),
)

SERVER_CONCAVE = Claim(
    "stackelberg/eq-34-concave",
    "Without caps the server's utility is strictly concave in the pool, whoever takes part.",
    "Zhou 2023, eq. 34",
    ClaimVerdict.PROVED,
    (Step(Sentence(SERVER_AT, server_slope.slope(reward_pool) < 0)),),
    variant=Counterexample(SERVER_AT, server_slope.slope(reward_pool) < -1),
    attribution=Attribution.PRINTED,
)

OPTIMUM = Claim(
    "stackelberg/leader-optimum",
    "Whoever takes part, without caps the pool max(0, β − N/(αz)) is the server's global optimum: its utility does not "
    "fall below that pool and does not rise above it.",
    "theorem; replaces Zhou 2023, eq. 41",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                SERVER_AT,
                server_slope * (reward_pool - optimal_pool) <= 0,
                squares=(alpha * beta * ratio - client_count - alpha * ratio * reward_pool,),
                degree=4,
            )
        ),
        MEAN_VALUE,
    ),
    variant=Counterexample(SERVER_AT, server_slope * (reward_pool - best_pool / 2) <= 0),
)

GAINS = Claim(
    "stackelberg/leader-gains",
    "Where αβz > N the server gains by its optimal pool, which is less than β.",
    "theorem: that Zhou 2023, eq. 42, is positive",
    ClaimVerdict.PROVED,
    (
        Step(Sentence(WORTH, at_best >= 0, degree=4), "it does not lose"),
        Step(Sentence(WORTH, best_pool < beta), "less than β"),
        Step(Sentence(WORTH, best_pool > 0), "more than nothing"),
        Step(
            Sentence({**SERVER_AT, "B < B*": reward_pool < best_pool}, server_slope > 0, degree=4),
            "its utility rises all the way from B = 0, where it is zero",
        ),
        RISING,
    ),
    variant=Counterexample(WORTH, at_best >= beta),
)

BOUNDED = Claim(
    "stackelberg/pool-below-beta",
    "From B = β on a larger pool is only a loss, so that 0 ≤ B ≤ β may be declared.",
    "theorem: the bound in the declaration",
    ClaimVerdict.PROVED,
    (Step(Sentence({**SERVER, "B ≥ β": reward_pool >= beta}, server_slope < 0)),),
    variant=Counterexample({**SERVER, "B ≥ β/2": 2 * reward_pool >= beta}, server_slope < 0),
)

LEADER = (REVENUE_SHAPE, SUM_FROM_ZERO, SERVER_CONCAVE, OPTIMUM, GAINS, BOUNDED)
