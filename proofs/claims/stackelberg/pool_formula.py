"""The slope of the server's utility and the range of payments as they are printed (Zhou 2023, eqs 32–39)."""

from __future__ import annotations

from typing import Any

from ....formulations.algebra import Algebra, Formula
from ....formulations.stackelberg.contest import printed_pool
from ...kernel.sentence import Sentence, above, at_most, below, equal, substitute
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, Step
from .leader import ANY_POOL, server_slope
from .terms import COUNT, POOL, RATIO, REVENUE, SUM, THREE, all_in, ratio_of_three, served

WORTH_OF_ALL = {
    "NR/(α(N − 1)) < β (45)": lambda a, alpha, beta, cost_sum, client_count: below(
        client_count * cost_sum / (alpha * (client_count - 1)), beta
    )
}


TAKE_PART = "all take part: z = (N − 1)/R"


ALL_IN = {**RATIO, TAKE_PART: lambda a, ratio, cost_sum, client_count: equal(ratio * cost_sum, client_count - 1)}


def above_line(a: Algebra, alpha: Any, beta: Any, client_count: Any) -> Any:
    """What (33) divides."""
    return alpha * beta * (client_count - 1)


def below_line(a: Algebra, alpha: Any, cost_sum: Any, client_count: Any, reward_pool: Any) -> Any:
    """What (33) divides by."""
    return client_count * cost_sum + alpha * (client_count - 1) * reward_pool


def printed_slope(a: Algebra, alpha: Any, beta: Any, cost_sum: Any, client_count: Any, reward_pool: Any) -> Any:
    """The right side of (33)."""
    return above_line(a, alpha, beta, client_count) / below_line(a, alpha, cost_sum, client_count, reward_pool) - 1


def of_three(formula: Formula) -> Formula:
    """Return a formula about a server with three clients, of whom not all need to take part."""
    return substitute(
        formula,
        ratio=ratio_of_three,
        cost_sum=lambda a, one, two, three: one + two + three,
        client_count=lambda a: a.number(3),
    )


WORTH_OF_THREE = {
    "3R/(2α) < β (45)": lambda a, one, two, three, alpha, beta: below(3 * (one + two + three) / (2 * alpha), beta)
}


SLOPE = Claim(
    "stackelberg/eq-33-slope",
    "The slope of the server's utility in the pool is αβ(N − 1)/(NR + α(N − 1)B) − 1.",
    "Zhou 2023, eqs 32 and 33",
    ClaimVerdict.PROVED_UNDER,
    (
        Step(
            Sentence(
                {**COUNT, **SUM, **REVENUE, **ANY_POOL, **ALL_IN},
                substitute(lambda a, m, printed: equal(m, printed), m=server_slope, printed=printed_slope),
                degree=4,
            )
        ),
        Counterexample(
            {**THREE, **REVENUE, **ANY_POOL},
            of_three(substitute(lambda a, m, printed: equal(m, printed), m=server_slope, printed=printed_slope)),
            costs={"the slope": of_three(server_slope), "by (33)": of_three(printed_slope)},
            start={"one": "1/5", "two": "3/10", "three": "2", "alpha": "10", "beta": "10", "reward_pool": "1"},
            kept=True,
            needed=TAKE_PART,
        ),
    ),
    missing=(TAKE_PART,),
    variant=Counterexample(
        {**COUNT, **SUM, **REVENUE, **ANY_POOL},
        substitute(
            lambda a, m, alpha, beta, cost_sum, client_count, reward_pool: equal(
                m, alpha * beta / (client_count * cost_sum + alpha * (client_count - 1) * reward_pool) - 1
            ),
            m=substitute(server_slope, ratio=all_in),
        ),
    ),
    attribution=Attribution.PRINTED,
    erratum=Erratum(
        "(33): the slope in B is αβ(N − 1)/(NR + α(N − 1)B) − 1 for all costs",
        "αβz/(N + αzB) − 1, with z of those who take part",
        "stackelberg/leader-optimum",
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
            substitute(lambda a, utility: at_most(utility, 0), utility=substitute(served, ratio=all_in)),
            costs={"the server's utility": substitute(served, ratio=all_in)},
            start={"client_count": "2", "cost_sum": "2", "alpha": "4", "beta": "2", "reward_pool": "3/2"},
            kept=True,
        ),
    ),
    attribution=Attribution.PRINTED,
    erratum=Erratum(
        "(35)–(37): the server gains only by pools up to β − NR/(α(N − 1))",
        "it gains by all of these, and by larger ones up to where β ln(1 + αzB/N) = B",
        "stackelberg/eq-37-sufficient-range",
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
    attribution=Attribution.PRINTED,
)


POOL_FORMULA = (SLOPE, RANGE, SUFFICIENT, AT_NOTHING)
