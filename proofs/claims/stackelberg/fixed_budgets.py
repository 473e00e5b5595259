"""Static and random pricing, whose budgets nobody chooses, against the contest (Zhou 2023, section 7.4).

The source compares clients' utilities (figure 13) and does not say how fixed budgets are paid: shared, all sell them
and share the pool; deviating, one client sells its own while the others stay at the equilibrium. Figures 14 to 16 are
drawn without them.
"""

from __future__ import annotations

from collections.abc import Mapping

from ....formulations.algebra import Formula
from ...kernel.sentence import Induction, Sentence
from ...kernel.terms import Term, number, roles
from ..claim import Attribution, Axiom, Claim, ClaimVerdict, Counterexample, Erratum, ForAnyNumber, Lemma, Step
from .equilibrium import CLIENT_AT, TWO, no_gain
from .same_pool import EQUAL, Comparison, left_over, mean_served, two_have, two_sell
from .vocabulary import POOL, budget, equal_budget, equal_utility

fixed, least_drawn, most_drawn, sold, one, two = roles("fixed least_drawn most_drawn sold one two")
cost, ratio, reward_pool, drawn, kept, had, draw_count = roles("cost ratio reward_pool drawn kept had draw_count")

STATIC = {"fixed ε > 0": fixed > 0}
RANDOM = {"least ε > 0": least_drawn > 0, "largest ε ≥ the least": most_drawn >= least_drawn}
EMNIST = {"client_count": "10", "reward_pool": "1", "same_cost": "1/1000"}
TWO_CLIENTS = {"one": "1/1000", "two": "1/500", "reward_pool": "1"}
RANGE = {"least_drawn": "1", "most_drawn": "100"}

drawn_mean = (least_drawn + most_drawn) / 2
"""What budgets uniform on a range are in the mean."""
chord = (mean_served.at(mean=least_drawn) + mean_served.at(mean=most_drawn)) / 2
"""What the server has no less than, in the mean over budgets uniform on a range: the mean of both ends."""
ABOVE_CHORD = Axiom(
    "means of concave functions",
    "in the mean over draws from a range a concave function is no less than its chord at the mean of the draws",
    "Jensen 1906",
)

two_left = (reward_pool - (one + two) * sold) / 2
"""The mean utility of two clients who each sell a budget and share the pool."""


def shared(name: str, words: str, given: Mapping[str, Formula], sold: Term, start: Mapping[str, str]) -> Claim:
    """Return the claim that clients have more than where all sell such budgets and share the pool, refuted."""
    unequal = name.endswith("unequal")
    contest, other = (two_have, two_left.at(sold=sold)) if unequal else (equal_utility, left_over.at(sold=sold))
    erratum = Erratum(
        f"figure 13: clients have more than where all sell {words}, if those share the pool",
        "B/N − ρε exceeds B/N² for every ε below what the contest sells; only who deviates alone has no more",
        "stackelberg/fig-13-and-16-exclude-each-other",
    )
    return Claim(
        f"stackelberg/fig-13-above-{name}",
        f"With {'unequal' if unequal else 'equal'} costs clients have more in the mean than where all sell {words} and "
        "share the same pool.",
        "Zhou 2023, figure 13, if the pool is shared over these budgets; the source does not say",
        ClaimVerdict.REFUTED,
        (
            Counterexample(
                {**({**TWO, **POOL} if unequal else EQUAL), **given},
                contest > other,
                costs={"in the contest": contest, "with these budgets": other},
                start={**(TWO_CLIENTS if unequal else EMNIST), **start},
                kept=True,
            ),
        ),
        attribution=Attribution.READING,
        erratum=None if unequal else erratum,
    )


SHARED = tuple(
    shared(f"{name}{costs}", words, given, sold, start)
    for name, words, given, sold, start in (
        ("static-shared", "the same fixed budget", STATIC, fixed, {"fixed": "10"}),
        ("random-shared", "budgets drawn at random", RANDOM, drawn_mean, RANGE),
    )
    for costs in ("", "-unequal")
)
gains_nothing = no_gain.at(other=fixed)
"""That a client has no more by the fixed budget, where all together sell Bz."""
DEVIATION = Claim(
    "stackelberg/fig-13-above-static-deviation",
    "Whatever the costs, equal or not: a client that alone sells a fixed budget, while the others stay at the "
    "equilibrium, does not have more.",
    "Zhou 2023, figure 13, if one client deviates; the source does not say",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**CLIENT_AT, **STATIC},
                gains_nothing.at(own=budget),
                squares=(fixed - reward_pool * ratio * (1 - cost * ratio),),
                degree=4,
            )
        ),
        Lemma("stackelberg/equilibrium-by-shares"),
        Lemma("stackelberg/equilibrium-unique"),
    ),
    variant=Counterexample({**CLIENT_AT, **STATIC}, gains_nothing.at(own=budget.at(cost=cost / 2))),
    attribution=Attribution.READING,
)
RANDOM_DEVIATION = Claim(
    "stackelberg/fig-13-above-random-deviation",
    "Whatever the costs, equal or not: a client that alone sells budgets drawn at random, while the others stay at the "
    "equilibrium, does not have more in the mean over any number of draws.",
    "Zhou 2023, figure 13, if one client deviates; the source does not say",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {"had": drawn, "draw_count": number(1)},
                (had <= draw_count * kept,),
                member={"no draw gives more than the equilibrium (fig-13-above-static-deviation)": drawn <= kept},
                closing={"a draw at least": draw_count >= 1},
                goal=had / draw_count <= kept,
            ),
            "for every number of draws what they give in the mean is no more than what the equilibrium gives",
        ),
        Lemma("stackelberg/fig-13-above-static-deviation"),
    ),
    variant=Counterexample({"no draw gives more than twice": drawn <= 2 * kept}, drawn <= kept),
    attribution=Attribution.READING,
)
SERVERS = tuple(
    claim
    for name, words, given, other, start, served in (
        ("static", "the same fixed budget", STATIC, fixed, {"fixed": "10"}, None),
        ("random", "budgets drawn at random, in the mean over draws", RANDOM, drawn_mean, RANGE, (chord, ABOVE_CHORD)),
    )
    for suffix, costs, contest_given, contest, numbers in (
        ("", "equal", EQUAL, equal_budget, {"client_count": "100", "reward_pool": "1", "same_cost": "1/1000"}),
        ("-unequal", "unequal", {**TWO, **POOL}, two_sell, {"one": "1/50", "two": "3/50", "reward_pool": "1"}),
    )
    for claim in Comparison(
        f"{name}{suffix}",
        f"where all sell {words}, at {costs} costs",
        "; drawn without fixed budgets, which its text compares with elsewhere",
        Attribution.READING,
        {**contest_given, **given},
        contest,
        other,
        {**numbers, **start},
        served=served,
    ).claims()
)
FIXED_BUDGETS = (*SHARED, DEVIATION, RANDOM_DEVIATION, *SERVERS)
