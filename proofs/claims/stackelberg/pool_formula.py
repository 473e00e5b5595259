"""The formulas for the optimal pool and its range as they are printed (Zhou 2023, eqs 35–47)."""

from __future__ import annotations

from ....formulations.stackelberg.contest import printed_pool
from ...kernel.sentence import Sentence, above, at_most, below, equal, substitute
from ..claim import Claim, ClaimVerdict, Counterexample, Step
from .leader import MEAN_VALUE, at_best, server_slope
from .terms import COUNT, POOL, RATIO, REVENUE, SUM, THREE, all_in, best_pool, ratio_of_three, served

WORTH_OF_ALL = {
    "NR/(α(N − 1)) < β (45)": lambda a, alpha, beta, cost_sum, client_count: below(
        client_count * cost_sum / (alpha * (client_count - 1)), beta
    ),
}


WORTH_OF_THREE = {
    "3R/(2α) < β (45)": lambda a, one, two, three, alpha, beta: below(3 * (one + two + three) / (2 * alpha), beta)
}


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


SUFFICIENT = Claim(
    "stackelberg/eq-37-sufficient-range",
    "The server's utility is positive for every pool between nothing and β − NR/(α(N − 1)), where all take part: the "
    "printed range is sufficient, though not necessary.",
    "theorem; what is right of Zhou 2023, eqs 35–37",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    **COUNT,
                    **SUM,
                    **REVENUE,
                    **POOL,
                    "B < β − NR/(α(N − 1))": lambda a, reward_pool, alpha, beta, cost_sum, client_count: below(
                        reward_pool, printed_pool(a, alpha, beta, cost_sum, client_count)
                    ),
                },
                substitute(lambda a, utility: above(utility, 0), utility=substitute(served, ratio=all_in)),
                degree=4,
            )
        ),
    ),
    variant=Counterexample(
        {
            **COUNT,
            **SUM,
            **REVENUE,
            **POOL,
            "B < 4(β − NR/(α(N − 1)))": lambda a, reward_pool, alpha, beta, cost_sum, client_count: below(
                reward_pool, 4 * printed_pool(a, alpha, beta, cost_sum, client_count)
            ),
        },
        substitute(lambda a, utility: above(utility, 0), utility=substitute(served, ratio=all_in)),
        start={"client_count": "2", "cost_sum": "2", "alpha": "4", "beta": "2", "reward_pool": "3"},
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

POOL_FORMULA = (
    RANGE,
    SUFFICIENT,
    AT_NOTHING,
    STATIONARY,
    PRINTED,
    VALUE,
    COST_BOUND,
)
