"""The optimal pool and what the server has at it, as they are printed (Zhou 2023, eqs 40–47)."""

from __future__ import annotations

from typing import Any

from ....formulations.algebra import Algebra
from ....formulations.stackelberg.contest import printed_pool
from ...kernel.sentence import Sentence, below, equal, substitute
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, Lemma, Step
from .leader import ANY_POOL, MEAN_VALUE, server_slope
from .pool_formula import ALL_IN, TAKE_PART, WORTH_OF_ALL, WORTH_OF_THREE, above_line, below_line, of_three
from .terms import COUNT, REVENUE, SUM, THREE, all_in, best_pool, optimal_pool, served


def at_optimum(a: Algebra, ratio: Any, client_count: Any, alpha: Any, beta: Any) -> Any:
    """The server's utility at its optimal pool, nothing where that is nothing."""
    return served(a, optimal_pool(a, ratio, client_count, alpha, beta), ratio, client_count, alpha, beta)


def printed_value(a: Algebra, alpha: Any, beta: Any, cost_sum: Any, client_count: Any) -> Any:
    """The right side of (42)."""
    worth = a.log(alpha * beta * (client_count - 1) / (client_count * cost_sum))
    return beta * worth - printed_pool(a, alpha, beta, cost_sum, client_count)


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
                {**COUNT, **SUM, **REVENUE, **WORTH_OF_ALL, **ALL_IN},
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
        "(41): B* = β − NR/(α(N − 1)) for all costs", "B* = max(0, β − N/(αz))", "stackelberg/leader-optimum"
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
        "(47): ρᵢ < αβ/N for every client, from (45)", "from (44) and (45): for every client where all take part", ""
    ),
)

OPTIMAL_PAYMENT = (STATIONARY, EXTRACTED_STATIONARY, PRINTED, VALUE, COST_BOUND)
