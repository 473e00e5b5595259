"""The slope of the server's utility and the range of payments as they are printed (Zhou 2023, eqs 32–39)."""

from __future__ import annotations

from collections.abc import Mapping

from ....formulations.stackelberg import contest
from ...kernel.sentence import Sentence
from ...kernel.terms import Term, roles
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, Step
from .leader import ANY_POOL, server_slope
from .vocabulary import COUNT, POOL, RATIO, REVENUE, SUM, THREE, all_in, of_three, served

cost_sum, client_count, reward_pool, ratio, alpha, beta = roles("cost_sum client_count reward_pool ratio alpha beta")

ALL = {**COUNT, **SUM, **REVENUE}
TAKE_PART = "all take part: z = (N − 1)/R"
ALL_IN = {**RATIO, TAKE_PART: (ratio * cost_sum).equals(client_count - 1)}
worth_of_all = client_count * cost_sum / (alpha * (client_count - 1)) < beta
WORTH_OF_ALL = {"NR/(α(N − 1)) < β (45)": worth_of_all}
WORTH_OF_THREE = {"3R/(2α) < β (45)": of_three(worth_of_all)}

printed_pool = Term(contest.printed_pool)
above_line = alpha * beta * (client_count - 1)
"""What (33) divides."""
below_line = client_count * cost_sum + alpha * (client_count - 1) * reward_pool
"""What (33) divides by."""
printed_slope = above_line / below_line - 1
"""The right side of (33)."""
served_all = served.at(ratio=all_in)
slope_of_all = server_slope.at(ratio=all_in)


def fails_of_three(
    goal: Term,
    costs: Mapping[str, Term],
    given: Mapping[str, Term] = WORTH_OF_THREE,
    needed: str = TAKE_PART,
    **start: str,
) -> Counterexample:
    """Return that a statement fails without what is needed: of three clients, of whom the third stays out."""
    return Counterexample(
        {**THREE, **REVENUE, **given},
        of_three(goal),
        costs={text: of_three(term) for text, term in costs.items()},
        start={"one": "1/5", "two": "3/10", "three": "2", "alpha": "10", "beta": "10", **start},
        needed=needed,
        kept=True,
    )


SLOPE = Claim(
    "stackelberg/eq-33-slope",
    "The slope of the server's utility in the pool is αβ(N − 1)/(NR + α(N − 1)B) − 1.",
    "Zhou 2023, eqs 32 and 33",
    ClaimVerdict.PROVED_UNDER,
    (
        Step(Sentence({**ALL, **ANY_POOL, **ALL_IN}, server_slope.equals(printed_slope), degree=4)),
        fails_of_three(
            server_slope.equals(printed_slope),
            {"the slope": server_slope, "by (33)": printed_slope},
            ANY_POOL,
            reward_pool="1",
        ),
    ),
    missing=(TAKE_PART,),
    variant=Counterexample({**ALL, **ANY_POOL}, slope_of_all.equals(alpha * beta / below_line - 1)),
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
            {**ALL, **WORTH_OF_ALL, "B > β − NR/(α(N − 1))": reward_pool > printed_pool},
            served_all <= 0,
            costs={"the server's utility": served_all},
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
    (Step(Sentence({**ALL, **POOL, "B < β − NR/(α(N − 1))": reward_pool < printed_pool}, served_all > 0, degree=4)),),
    variant=Counterexample(
        {**ALL, **POOL, "B < 4(β − NR/(α(N − 1)))": reward_pool < 4 * printed_pool},
        served_all > 0,
        start={"client_count": "2", "cost_sum": "2", "alpha": "4", "beta": "2", "reward_pool": "3"},
    ),
)
AT_NOTHING = Claim(
    "stackelberg/eq-39-slope-at-zero",
    "The server gains by the first pool it announces, where all take part: its utility rises at B = 0.",
    "Zhou 2023, eqs 38 and 39, under the condition (45) that follows later",
    ClaimVerdict.PROVED_UNDER,
    (Step(Sentence({**ALL, **WORTH_OF_ALL}, slope_of_all.at(reward_pool=0) > 0)),),
    missing=("NR/(α(N − 1)) < β (45)",),
    variant=Counterexample({**ALL, **WORTH_OF_ALL}, slope_of_all.at(reward_pool=0) > 1),
    attribution=Attribution.PRINTED,
)

POOL_FORMULA = (SLOPE, RANGE, SUFFICIENT, AT_NOTHING)
