"""The formulas for the optimal pool and its range as they are printed (Zhou 2023, eqs 32–47)."""

from __future__ import annotations

from typing import Any

from ....formulations.algebra import Algebra, Formula
from ....formulations.stackelberg.contest import printed_pool
from ...kernel.sentence import Sentence, above, at_most, below, equal, substitute
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, Lemma, Step
from .leader import ANY_POOL, MEAN_VALUE, server_slope
from .terms import (
    COUNT,
    POOL,
    RATIO,
    REVENUE,
    SUM,
    THREE,
    all_in,
    best_pool,
    optimal_pool,
    ratio_of_three,
    served,
)

WORTH_OF_ALL = {
    "NR/(α(N − 1)) < β (45)": lambda a, alpha, beta, cost_sum, client_count: below(
        client_count * cost_sum / (alpha * (client_count - 1)), beta
    ),
}


TAKE_PART = "all take part: z = (N − 1)/R"


ALL_IN = {
    **RATIO,
    TAKE_PART: lambda a, ratio, cost_sum, client_count: equal(ratio * cost_sum, client_count - 1),
}


def at_optimum(a: Algebra, ratio: Any, client_count: Any, alpha: Any, beta: Any) -> Any:
    """The server's utility at its optimal pool, nothing where that is nothing."""
    return served(a, optimal_pool(a, ratio, client_count, alpha, beta), ratio, client_count, alpha, beta)


def above_line(a: Algebra, alpha: Any, beta: Any, client_count: Any) -> Any:
    """What (33) divides."""
    return alpha * beta * (client_count - 1)


def below_line(a: Algebra, alpha: Any, cost_sum: Any, client_count: Any, reward_pool: Any) -> Any:
    """What (33) divides by."""
    return client_count * cost_sum + alpha * (client_count - 1) * reward_pool


def printed_slope(a: Algebra, alpha: Any, beta: Any, cost_sum: Any, client_count: Any, reward_pool: Any) -> Any:
    """The right side of (33)."""
    return above_line(a, alpha, beta, client_count) / below_line(a, alpha, cost_sum, client_count, reward_pool) - 1


def printed_value(a: Algebra, alpha: Any, beta: Any, cost_sum: Any, client_count: Any) -> Any:
    """The right side of (42)."""
    worth = a.log(alpha * beta * (client_count - 1) / (client_count * cost_sum))
    return beta * worth - printed_pool(a, alpha, beta, cost_sum, client_count)


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
            costs={
                "the slope": of_three(server_slope),
                "by (33)": of_three(printed_slope),
            },
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
            substitute(
                lambda a, utility: at_most(utility, 0),
                utility=substitute(served, ratio=all_in),
            ),
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


STATIONARY = Claim(
    "stackelberg/eq-40-stationary",
    "At B = β − NR/(α(N − 1)) the slope of the server's utility is zero.",
    "Zhou 2023, eq. 40",
    ClaimVerdict.PROVED_UNDER,
    (
        Step(
            Sentence(
                {
                    **COUNT,
                    **SUM,
                    **REVENUE,
                    **ANY_POOL,
                    **ALL_IN,
                    "B = β − NR/(α(N − 1))": lambda a, reward_pool, alpha, beta, cost_sum, client_count: equal(
                        reward_pool, printed_pool(a, alpha, beta, cost_sum, client_count)
                    ),
                },
                substitute(lambda a, m: equal(m, 0), m=server_slope),
                degree=4,
            )
        ),
        Counterexample(
            {**THREE, **REVENUE, **WORTH_OF_THREE},
            of_three(substitute(lambda a, m: equal(m, 0), m=substitute(server_slope, reward_pool=printed_pool))),
            costs={"the slope there": of_three(substitute(server_slope, reward_pool=printed_pool))},
            start={"one": "1/5", "two": "3/10", "three": "2", "alpha": "10", "beta": "10"},
            kept=True,
            needed=TAKE_PART,
        ),
    ),
    missing=(TAKE_PART,),
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
    attribution=Attribution.PRINTED,
    erratum=Erratum(
        "(40): the slope is zero at β − NR/(α(N − 1)) for all costs",
        "it is zero at β − N/(αz)",
        "stackelberg/leader-optimum",
    ),
)


def extracted_pool(a: Algebra, alpha: Any, cost_sum: Any, client_count: Any) -> Any:
    """The pool of (40) as extracted, without β."""
    return -client_count * cost_sum / (alpha * (client_count - 1))


EXTRACTED_STATIONARY = Claim(
    "stackelberg/eq-40-as-extracted",
    "At B = −NR/(α(N − 1)) the slope of the server's utility is zero.",
    "Zhou 2023, eq. 40, as extracted: the β of the line before it is lost; (33) is 0 where αβ(N − 1) is what it "
    "divides by, and that is 0 there",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**COUNT, **SUM, **REVENUE},
            substitute(
                lambda a, gained, divisor: equal(gained, divisor),
                gained=above_line,
                divisor=substitute(below_line, reward_pool=extracted_pool),
            ),
            costs={
                "the pool": extracted_pool,
                "what (33) divides by there": substitute(below_line, reward_pool=extracted_pool),
            },
            start={"client_count": "2", "cost_sum": "1", "alpha": "4", "beta": "2"},
            kept=True,
        ),
    ),
    attribution=Attribution.EXTRACTED,
    erratum=Erratum(
        "(40) as extracted: the slope is zero at −NR/(α(N − 1))",
        "it is zero at β − N/(αz), which is β − NR/(α(N − 1)) where all take part",
        "stackelberg/leader-optimum",
    ),
)


def lost(a: Algebra, alpha: Any, beta: Any, cost_sum: Any, ratio: Any, client_count: Any) -> Any:
    """What the server loses by the pool of (41) in place of the best one."""
    printed = printed_pool(a, alpha, beta, cost_sum, client_count)
    return at_optimum(a, ratio, client_count, alpha, beta) - served(a, printed, ratio, client_count, alpha, beta)


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
                    **ALL_IN,
                },
                substitute(lambda a, printed, best: equal(printed, best), printed=printed_pool, best=optimal_pool),
                degree=4,
            )
        ),
        MEAN_VALUE,
        Counterexample(
            {**THREE, **REVENUE, **WORTH_OF_THREE},
            of_three(
                substitute(lambda a, printed, best: equal(printed, best), printed=printed_pool, best=optimal_pool)
            ),
            costs={"the server loses by (41)": of_three(lost)},
            start={"one": "1/5", "two": "3/10", "three": "2", "alpha": "10", "beta": "10"},
            kept=True,
            needed=TAKE_PART,
        ),
        Lemma("stackelberg/leader-optimum"),
    ),
    missing=(TAKE_PART, "NR/(α(N − 1)) < β (45)"),
    variant=Counterexample(
        {**COUNT, **SUM, **REVENUE, **WORTH_OF_ALL},
        substitute(
            lambda a, printed, best: equal(printed, best),
            printed=printed_pool,
            best=substitute(best_pool, ratio=lambda a, cost_sum, client_count: client_count / cost_sum),
        ),
    ),
    attribution=Attribution.PRINTED,
    erratum=Erratum(
        "(41): B* = β − NR/(α(N − 1)) for all costs",
        "B* = max(0, β − N/(αz))",
        "stackelberg/leader-optimum",
    ),
)


VALUE = Claim(
    "stackelberg/eq-42-optimal-utility",
    "At the optimal pool the server's utility is β ln(αβ(N − 1)/(NR)) − β + NR/(α(N − 1)).",
    "Zhou 2023, eq. 42",
    ClaimVerdict.PROVED_UNDER,
    (
        Step(
            Sentence(
                {**COUNT, **SUM, **REVENUE, **WORTH_OF_ALL},
                substitute(
                    lambda a, utility, printed: equal(utility, printed),
                    utility=substitute(at_optimum, ratio=all_in),
                    printed=printed_value,
                ),
                degree=4,
            )
        ),
        Lemma("stackelberg/leader-optimum"),
        Counterexample(
            {**THREE, **REVENUE, **WORTH_OF_THREE},
            of_three(
                substitute(
                    lambda a, utility, printed: equal(utility, printed), utility=at_optimum, printed=printed_value
                )
            ),
            costs={"the utility": of_three(at_optimum), "by (42)": of_three(printed_value)},
            start={"one": "1/5", "two": "3/10", "three": "2", "alpha": "10", "beta": "10"},
            kept=True,
            needed=TAKE_PART,
        ),
    ),
    missing=(TAKE_PART, "NR/(α(N − 1)) < β (45)"),
    variant=Counterexample(
        {**COUNT, **SUM, **REVENUE, **WORTH_OF_ALL},
        substitute(
            lambda a, utility, alpha, beta, cost_sum, client_count: equal(
                utility, beta * a.log(alpha * beta * (client_count - 1) / (client_count * cost_sum)) - beta
            ),
            utility=substitute(at_optimum, ratio=all_in),
        ),
    ),
    attribution=Attribution.PRINTED,
    assumes=(TAKE_PART,),
    erratum=Erratum(
        "(42): the server has β ln(αβ(N − 1)/(NR)) − β + NR/(α(N − 1)) for all costs",
        "β ln(αβz/N) − β + N/(αz) where that pays, else 0",
        "stackelberg/leader-gains",
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
            costs={"the third's cost": lambda a, three: three, "αβ/N": lambda a, alpha, beta: alpha * beta / 3},
            start={"one": "1/5", "two": "3/10", "three": "2", "alpha": "2", "beta": "5/2"},
            kept=True,
            needed="(N − 1)ρᵢ < R (44)",
        ),
    ),
    missing=("(N − 1)ρᵢ < R (44)",),
    variant=Counterexample(
        {**COUNT, **SUM, **REVENUE, **WORTH_OF_ALL, **BELOW_BOUND},
        lambda a, cost, alpha, beta, client_count: below(cost, alpha * beta / client_count / 2),
    ),
    attribution=Attribution.PRINTED,
    erratum=Erratum(
        "(47): ρᵢ < αβ/N for every client, from (45)",
        "from (44) and (45): for every client where all take part",
        "",
    ),
)

POOL_FORMULA = (
    SLOPE,
    RANGE,
    SUFFICIENT,
    AT_NOTHING,
    STATIONARY,
    EXTRACTED_STATIONARY,
    PRINTED,
    VALUE,
    COST_BOUND,
)
