"""The first stage: which pool is worth announcing, whoever takes part (Zhou 2023, eqs 7–10 and 34)."""

from __future__ import annotations

from typing import Any

from ....formulations.algebra import Algebra
from ...kernel.sentence import Sentence, above, at_least, at_most, below, equal, slope, substitute
from ..claim import Attribution, Axiom, Claim, ClaimVerdict, Counterexample, Erratum, Step
from .terms import COUNT, RATIO, REVENUE, best_pool, log_revenue, served

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


ANY_POOL = {"B ≥ 0": lambda a, reward_pool: at_least(reward_pool, 0)}


WORTH = {"αβz > N": lambda a, alpha, beta, ratio, client_count: above(alpha * beta * ratio, client_count)}


server_slope = slope(served, "reward_pool")


def revenue_of(a: Algebra, epsilon: Any, alpha: Any, beta: Any) -> Any:
    """f(ε)."""
    return log_revenue(alpha, beta).value(a, epsilon)


def at_best(a: Algebra, ratio: Any, client_count: Any, alpha: Any, beta: Any) -> Any:
    """The server's utility at its stationary pool."""
    return served(a, best_pool(a, ratio, client_count, alpha, beta), ratio, client_count, alpha, beta)


revenue_slope = slope(revenue_of, "epsilon")


EPSILON = {**REVENUE, "ε ≥ 0": lambda a, epsilon: at_least(epsilon, 0)}


REVENUE_SHAPE = Claim(
    "stackelberg/eq-7-revenue",
    "The revenue β ln(1 + αε) rises with the mean budget, ever more slowly, and is at least zero.",
    "Zhou 2023, eq. 7 and section 4.3",
    ClaimVerdict.PROVED,
    (
        Step(Sentence(EPSILON, substitute(lambda a, m: above(m, 0), m=revenue_slope)), "rises"),
        Step(
            Sentence(EPSILON, substitute(lambda a, second: below(second, 0), second=slope(revenue_slope, "epsilon"))),
            "ever more slowly",
        ),
        Step(
            Sentence(EPSILON, lambda a, epsilon, alpha, beta: at_least(revenue_of(a, epsilon, alpha, beta), 0)),
            "at least zero",
        ),
    ),
    variant=Counterexample(EPSILON, substitute(lambda a, m, beta: above(m, beta), m=revenue_slope)),
    attribution=Attribution.PRINTED,
)


def mean_from_zero(a: Algebra, epsilon: Any, client_count: Any) -> Any:
    """The mean of equal budgets by (8): a sum from i = 0 to N has N + 1 of them."""
    return (client_count + 1) * epsilon / client_count


SUM_FROM_ZERO = Claim(
    "stackelberg/eq-8-sum-from-zero",
    "The mean of N budgets of ε each, summed from i = 0 to N as it is printed, is ε.",
    "Zhou 2023, eqs 8 and 10; a slip",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**COUNT, "ε > 0": lambda a, epsilon: above(epsilon, 0)},
            substitute(lambda a, mean, epsilon: equal(mean, epsilon), mean=mean_from_zero),
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
    (
        Step(
            Sentence(
                {**SERVER, **ANY_POOL},
                substitute(lambda a, second: below(second, 0), second=slope(server_slope, "reward_pool")),
            )
        ),
    ),
    variant=Counterexample(
        {**SERVER, **ANY_POOL},
        substitute(lambda a, second: below(second, -1), second=slope(server_slope, "reward_pool")),
    ),
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
                {**SERVER, **ANY_POOL},
                substitute(
                    lambda a, m, reward_pool, best: at_most(m * (reward_pool - a.maximum(best, 0)), 0),
                    m=server_slope,
                    best=best_pool,
                ),
                squares=(
                    lambda a, alpha, beta, ratio, client_count, reward_pool: (
                        alpha * beta * ratio - client_count - alpha * ratio * reward_pool
                    ),
                ),
                degree=4,
            )
        ),
        MEAN_VALUE,
    ),
    variant=Counterexample(
        {**SERVER, **ANY_POOL},
        substitute(
            lambda a, m, reward_pool, best: at_most(m * (reward_pool - best / 2), 0), m=server_slope, best=best_pool
        ),
    ),
)


GAINS = Claim(
    "stackelberg/leader-gains",
    "Where αβz > N the server gains by its optimal pool, which is less than β.",
    "theorem: that Zhou 2023, eq. 42, is positive",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**SERVER, **WORTH}, substitute(lambda a, utility: at_least(utility, 0), utility=at_best), degree=4
            ),
            "it does not lose",
        ),
        Step(
            Sentence({**SERVER, **WORTH}, substitute(lambda a, best, beta: below(best, beta), best=best_pool)),
            "less than β",
        ),
        Step(
            Sentence({**SERVER, **WORTH}, substitute(lambda a, best: above(best, 0), best=best_pool)),
            "more than nothing",
        ),
        Step(
            Sentence(
                {
                    **SERVER,
                    **ANY_POOL,
                    "B < B*": substitute(lambda a, reward_pool, best: below(reward_pool, best), best=best_pool),
                },
                substitute(lambda a, m: above(m, 0), m=server_slope),
                degree=4,
            ),
            "its utility rises all the way from B = 0, where it is zero",
        ),
        RISING,
    ),
    variant=Counterexample(
        {**SERVER, **WORTH}, substitute(lambda a, utility, beta: at_least(utility, beta), utility=at_best)
    ),
)


BOUNDED = Claim(
    "stackelberg/pool-below-beta",
    "From B = β on a larger pool is only a loss, so that 0 ≤ B ≤ β may be declared.",
    "theorem: the bound in the declaration",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**SERVER, "B ≥ β": lambda a, reward_pool, beta: at_least(reward_pool, beta)},
                substitute(lambda a, m: below(m, 0), m=server_slope),
            )
        ),
    ),
    variant=Counterexample(
        {**SERVER, "B ≥ β/2": lambda a, reward_pool, beta: at_least(2 * reward_pool, beta)},
        substitute(lambda a, m: below(m, 0), m=server_slope),
    ),
)

LEADER = (REVENUE_SHAPE, SUM_FROM_ZERO, SERVER_CONCAVE, OPTIMUM, GAINS, BOUNDED)
