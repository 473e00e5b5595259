"""The first stage: which pool the server announces (Zhou 2023, eqs 7–10 and 32–47)."""

from __future__ import annotations

from typing import Any

from ...formulations.algebra import Algebra
from ...formulations.contest import printed_pool
from ..claim import Axiom, Claim, ClaimVerdict, Counterexample, Step
from ..sentence import Sentence, above, at_least, at_most, below, equal, slope, substitute
from .contest_terms import (
    COUNT,
    RATIO,
    REVENUE,
    SUM,
    THREE,
    all_in,
    best_pool,
    log_revenue,
    ratio_of_three,
    served,
)

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


WORTH = {
    "αβz > N": lambda a, alpha, beta, ratio, client_count: above(alpha * beta * ratio, client_count),
}


WORTH_OF_ALL = {
    "NR/(α(N − 1)) < β (45)": lambda a, alpha, beta, cost_sum, client_count: below(
        client_count * cost_sum / (alpha * (client_count - 1)), beta
    ),
}


WORTH_OF_THREE = {
    "3R/(2α) < β (45)": lambda a, one, two, three, alpha, beta: below(3 * (one + two + three) / (2 * alpha), beta)
}


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
)


SERVER_SLOPE = Claim(
    "stackelberg/eq-33-slope",
    "Where all take part, the slope of the server's utility in the pool is αβ(N − 1)/(NR + α(N − 1)B) − 1.",
    "Zhou 2023, eqs 32 and 33",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**COUNT, **SUM, **REVENUE, **ANY_POOL},
                substitute(
                    lambda a, m, alpha, beta, cost_sum, client_count, reward_pool: equal(
                        m,
                        alpha
                        * beta
                        * (client_count - 1)
                        / (client_count * cost_sum + alpha * (client_count - 1) * reward_pool)
                        - 1,
                    ),
                    m=substitute(server_slope, ratio=all_in),
                ),
            )
        ),
    ),
    variant=Counterexample(
        {**COUNT, **SUM, **REVENUE, **ANY_POOL},
        substitute(
            lambda a, m, alpha, beta, cost_sum, client_count, reward_pool: equal(
                m, alpha * beta / (client_count * cost_sum + alpha * (client_count - 1) * reward_pool) - 1
            ),
            m=substitute(server_slope, ratio=all_in),
        ),
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
)


RANGE = Claim(
    "stackelberg/eq-37-payment-range",
    "The server's utility is positive only for pools up to β − NR/(α(N − 1)).",
    "Zhou 2023, eqs 35–37",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {
                **COUNT,
                **SUM,
                **REVENUE,
                **WORTH_OF_ALL,
                "B > β − NR/(α(N − 1))": lambda a, reward_pool, alpha, beta, cost_sum, client_count: above(
                    reward_pool, printed_pool(a, alpha, beta, cost_sum, client_count)
                ),
            },
            substitute(
                lambda a, utility: at_most(utility, 0),
                utility=substitute(served, ratio=all_in),
            ),
            start={"client_count": "2", "cost_sum": "2", "alpha": "4", "beta": "2", "reward_pool": "3/2"},
        ),
    ),
)


AT_NOTHING = Claim(
    "stackelberg/eq-39-slope-at-zero",
    "The server gains by the first pool it announces, where all take part: its utility rises at B = 0.",
    "Zhou 2023, eqs 38 and 39, under the condition (45) that follows later",
    ClaimVerdict.PROVED_UNDER,
    (
        Step(
            Sentence(
                {**COUNT, **SUM, **REVENUE, **WORTH_OF_ALL},
                substitute(
                    lambda a, m: above(m, 0),
                    m=substitute(server_slope, ratio=all_in, reward_pool=lambda a: a.number(0)),
                ),
            )
        ),
    ),
    missing=("NR/(α(N − 1)) < β (45)",),
    variant=Counterexample(
        {**COUNT, **SUM, **REVENUE, **WORTH_OF_ALL},
        substitute(
            lambda a, m: above(m, 1), m=substitute(server_slope, ratio=all_in, reward_pool=lambda a: a.number(0))
        ),
    ),
)


STATIONARY = Claim(
    "stackelberg/eq-40-stationary",
    "At B = β − NR/(α(N − 1)) the slope of the server's utility is zero, where all take part.",
    "Zhou 2023, eq. 40",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**COUNT, **SUM, **REVENUE},
                substitute(
                    lambda a, m: equal(m, 0),
                    m=substitute(server_slope, ratio=all_in, reward_pool=printed_pool),
                ),
            )
        ),
    ),
    variant=Counterexample(
        {**COUNT, **SUM, **REVENUE},
        substitute(
            lambda a, m: equal(m, 0),
            m=substitute(
                server_slope,
                ratio=all_in,
                reward_pool=lambda a, beta, cost_sum, client_count, alpha: (
                    beta - cost_sum / (alpha * (client_count - 1))
                ),
            ),
        ),
    ),
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


PRINTED = Claim(
    "stackelberg/eq-41-optimal-payment",
    "The server's optimal pool is β − NR/(α(N − 1)).",
    "Zhou 2023, eq. 41",
    ClaimVerdict.PROVED_UNDER,
    (
        Step(
            Sentence(
                {
                    **COUNT,
                    **SUM,
                    **REVENUE,
                    **WORTH_OF_ALL,
                    **RATIO,
                    "all take part: z = (N − 1)/R": lambda a, ratio, cost_sum, client_count: equal(
                        ratio * cost_sum, client_count - 1
                    ),
                },
                substitute(
                    lambda a, printed, best: equal(printed, a.maximum(best, 0)), printed=printed_pool, best=best_pool
                ),
                degree=4,
            )
        ),
        MEAN_VALUE,
        Counterexample(
            {**THREE, **REVENUE, **WORTH_OF_THREE},
            substitute(
                lambda a, printed, best: equal(printed, a.maximum(best, 0)),
                printed=substitute(
                    printed_pool,
                    cost_sum=lambda a, one, two, three: one + two + three,
                    client_count=lambda a: a.number(3),
                ),
                best=substitute(best_pool, ratio=ratio_of_three, client_count=lambda a: a.number(3)),
            ),
            start={"one": "1/5", "two": "3/10", "three": "2", "alpha": "10", "beta": "10"},
            needed="all take part: z = (N − 1)/R",
        ),
    ),
    missing=("all take part: z = (N − 1)/R", "NR/(α(N − 1)) < β (45)"),
    variant=Counterexample(
        {**COUNT, **SUM, **REVENUE, **WORTH_OF_ALL},
        substitute(
            lambda a, printed, best: equal(printed, best),
            printed=printed_pool,
            best=substitute(best_pool, ratio=lambda a, cost_sum, client_count: client_count / cost_sum),
        ),
    ),
)


VALUE = Claim(
    "stackelberg/eq-42-optimal-utility",
    "At the optimal pool the server's utility is β ln(αβ(N − 1)/(NR)) − β + NR/(α(N − 1)), where all take part and "
    "(45) holds.",
    "Zhou 2023, eq. 42",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**COUNT, **SUM, **REVENUE, **WORTH_OF_ALL},
                substitute(
                    lambda a, utility, printed, alpha, beta, cost_sum, client_count: equal(
                        utility, beta * a.log(alpha * beta * (client_count - 1) / (client_count * cost_sum)) - printed
                    ),
                    utility=substitute(at_best, ratio=all_in),
                    printed=printed_pool,
                ),
            )
        ),
    ),
    variant=Counterexample(
        {**COUNT, **SUM, **REVENUE, **WORTH_OF_ALL},
        substitute(
            lambda a, utility, alpha, beta, cost_sum, client_count: equal(
                utility, beta * a.log(alpha * beta * (client_count - 1) / (client_count * cost_sum)) - beta
            ),
            utility=substitute(at_best, ratio=all_in),
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


BELOW_BOUND = {"(N − 1)ρᵢ < R (44)": lambda a, cost, cost_sum, client_count: below((client_count - 1) * cost, cost_sum)}


COST_BOUND = Claim(
    "stackelberg/eq-47-cost-below",
    "Every client's cost is below αβ/N.",
    "Zhou 2023, eqs 46 and 47, from (45)",
    ClaimVerdict.PROVED_UNDER,
    (
        Step(
            Sentence(
                {**COUNT, **SUM, **REVENUE, **WORTH_OF_ALL, **BELOW_BOUND},
                lambda a, cost, alpha, beta, client_count: below(cost, alpha * beta / client_count),
                degree=4,
            )
        ),
        Counterexample(
            {**THREE, **REVENUE, **WORTH_OF_THREE},
            lambda a, three, alpha, beta: below(three, alpha * beta / 3),
            needed="(N − 1)ρᵢ < R (44)",
        ),
    ),
    missing=("(N − 1)ρᵢ < R (44)",),
    variant=Counterexample(
        {**COUNT, **SUM, **REVENUE, **WORTH_OF_ALL, **BELOW_BOUND},
        lambda a, cost, alpha, beta, client_count: below(cost, alpha * beta / client_count / 2),
    ),
)

LEADER = (
    REVENUE_SHAPE,
    SERVER_SLOPE,
    SERVER_CONCAVE,
    RANGE,
    AT_NOTHING,
    STATIONARY,
    OPTIMUM,
    PRINTED,
    VALUE,
    GAINS,
    BOUNDED,
    COST_BOUND,
)
