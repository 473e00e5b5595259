"""The optimal pool and what the server has at it, as they are printed (Zhou 2023, eqs 40–47)."""

from __future__ import annotations

from ...kernel.sentence import Sentence
from ...kernel.terms import log, roles
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, Lemma, Step
from .leader import ANY_POOL, MEAN_VALUE, server_slope
from .pool_formula import ALL, ALL_IN, TAKE_PART, WORTH_OF_ALL, above_line, below_line, fails_of_three, printed_pool
from .vocabulary import all_in, best_pool, optimal_pool, served

cost, cost_sum, client_count, reward_pool, alpha, beta = roles("cost cost_sum client_count reward_pool alpha beta")

OF_ALL = {**ALL, **WORTH_OF_ALL}
at_optimum = served.at(reward_pool=optimal_pool)
"""The server's utility at its optimal pool, nothing where that is nothing."""
lost = at_optimum - served.at(reward_pool=printed_pool)
"""What it loses by the pool of (41) in place of that."""
printed_worth = beta * log(alpha * beta * (client_count - 1) / (client_count * cost_sum))
printed_value = printed_worth - printed_pool
"""The right side of (42)."""
printed_there = server_slope.at(reward_pool=printed_pool)
"""The slope at the pool of (40)."""

STATIONARY = Claim(
    "stackelberg/eq-40-stationary",
    "At B = β − NR/(α(N − 1)) the slope of the server's utility is zero.",
    "Zhou 2023, eq. 40",
    ClaimVerdict.PROVED_UNDER,
    (
        Step(
            Sentence(
                {**ALL, **ANY_POOL, **ALL_IN, "B = β − NR/(α(N − 1))": reward_pool.equals(printed_pool)},
                server_slope.equals(0),
                degree=4,
            )
        ),
        fails_of_three(printed_there.equals(0), {"the slope there": printed_there}),
    ),
    missing=(TAKE_PART,),
    variant=Counterexample(
        ALL, server_slope.at(ratio=all_in, reward_pool=beta - cost_sum / (alpha * (client_count - 1))).equals(0)
    ),
    attribution=Attribution.PRINTED,
    erratum=Erratum(
        "(40): the slope is zero at β − NR/(α(N − 1)) for all costs",
        "it is zero at β − N/(αz)",
        "stackelberg/leader-optimum",
    ),
)

extracted_pool = -client_count * cost_sum / (alpha * (client_count - 1))
"""The pool of (40) as extracted, without β."""
extracted_divisor = below_line.at(reward_pool=extracted_pool)
"""What (33) divides by there."""

EXTRACTED_STATIONARY = Claim(
    "stackelberg/eq-40-as-extracted",
    "At B = −NR/(α(N − 1)) the slope of the server's utility is zero.",
    "Zhou 2023, eq. 40, as extracted: the β of the line before it is lost; (33) is 0 where αβ(N − 1) is what it "
    "divides by, and that is 0 there",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            ALL,
            above_line.equals(extracted_divisor),
            costs={"the pool": extracted_pool, "what (33) divides by there": extracted_divisor},
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

PRINTED = Claim(
    "stackelberg/eq-41-optimal-payment",
    "The server's optimal pool is β − NR/(α(N − 1)).",
    "Zhou 2023, eq. 41",
    ClaimVerdict.PROVED_UNDER,
    (
        Step(Sentence({**OF_ALL, **ALL_IN}, printed_pool.equals(optimal_pool), degree=4)),
        MEAN_VALUE,
        fails_of_three(printed_pool.equals(optimal_pool), {"the server loses by (41)": lost}),
        Lemma("stackelberg/leader-optimum"),
    ),
    missing=(TAKE_PART, "NR/(α(N − 1)) < β (45)"),
    variant=Counterexample(OF_ALL, printed_pool.equals(best_pool.at(ratio=client_count / cost_sum))),
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
        Step(Sentence(OF_ALL, at_optimum.at(ratio=all_in).equals(printed_value), degree=4)),
        Lemma("stackelberg/leader-optimum"),
        fails_of_three(at_optimum.equals(printed_value), {"the utility": at_optimum, "by (42)": printed_value}),
    ),
    missing=(TAKE_PART, "NR/(α(N − 1)) < β (45)"),
    variant=Counterexample(OF_ALL, at_optimum.at(ratio=all_in).equals(printed_worth - beta)),
    attribution=Attribution.PRINTED,
    assumes=(TAKE_PART,),
    erratum=Erratum(
        "(42): the server has β ln(αβ(N − 1)/(NR)) − β + NR/(α(N − 1)) for all costs",
        "β ln(αβz/N) − β + N/(αz) where that pays, else 0",
        "stackelberg/leader-gains",
    ),
)

BELOW_BOUND = {"(N − 1)ρᵢ < R (44)": (client_count - 1) * cost < cost_sum}
bound = alpha * beta / client_count

COST_BOUND = Claim(
    "stackelberg/eq-47-cost-below",
    "Every client's cost is below αβ/N.",
    "Zhou 2023, eqs 46 and 47, from (45)",
    ClaimVerdict.PROVED_UNDER,
    (
        Step(Sentence({**OF_ALL, **BELOW_BOUND}, cost < bound, degree=4)),
        fails_of_three(
            cost < bound, {"the third's cost": cost, "αβ/N": bound}, needed="(N − 1)ρᵢ < R (44)", alpha="2", beta="5/2"
        ),
    ),
    missing=("(N − 1)ρᵢ < R (44)",),
    variant=Counterexample({**OF_ALL, **BELOW_BOUND}, cost < bound / 2),
    attribution=Attribution.PRINTED,
    erratum=Erratum(
        "(47): ρᵢ < αβ/N for every client, from (45)", "from (44) and (45): for every client where all take part", ""
    ),
)

OPTIMAL_PAYMENT = (STATIONARY, EXTRACTED_STATIONARY, PRINTED, VALUE, COST_BOUND)
