"""Static and random pricing, whose budgets nobody chooses, against the contest (Zhou 2023, section 7.4).

The source compares clients' utilities (figure 13) and does not say how fixed budgets are paid: shared, all sell them
and share the pool; deviating, one client sells its own while the others stay at the equilibrium. Figures 14 to 16 are
drawn without them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....formulations.algebra import Algebra, Formula
from ....formulations.stackelberg.declaration import client_utility
from ...kernel.sentence import Induction, Sentence, above, at_least, at_most, substitute
from ..claim import Attribution, Axiom, Claim, ClaimVerdict, Counterexample, Erratum, ForAnyNumber, Lemma, Step
from .equilibrium import CLIENT_AT, TWO
from .same_pool import EQUAL, Comparison, left_over, mean_served
from .terms import POOL, budget, equal_budget, equal_utility, ratio_of_two, utility

STATIC: Mapping[str, Formula] = {"fixed ε > 0": lambda a, fixed: above(fixed, 0)}
RANDOM: Mapping[str, Formula] = {
    "least ε > 0": lambda a, least_drawn: above(least_drawn, 0),
    "largest ε ≥ the least": lambda a, least_drawn, most_drawn: at_least(most_drawn, least_drawn),
}
EMNIST = {"client_count": "10", "reward_pool": "1", "same_cost": "1/1000"}
TWO_CLIENTS = {"one": "1/1000", "two": "1/500", "reward_pool": "1"}
RANGE = {"least_drawn": "1", "most_drawn": "100"}


def drawn_mean(a: Algebra, least_drawn: Any, most_drawn: Any) -> Any:
    """What budgets uniform on a range are in the mean."""
    return (least_drawn + most_drawn) / 2


def served_at_least(a: Algebra, least_drawn: Any, most_drawn: Any, reward_pool: Any, alpha: Any, beta: Any) -> Any:
    """What the server has no less than, in the mean over budgets uniform on a range: the mean of both ends."""
    ends = (mean_served(a, drawn, reward_pool, alpha, beta) for drawn in (least_drawn, most_drawn))
    return sum(ends) / 2


ABOVE_CHORD = Axiom(
    "means of concave functions",
    "in the mean over draws from a range a concave function is no less than its chord at the mean of the draws",
    "Jensen 1906",
)


def two_have(a: Algebra, one: Any, two: Any, reward_pool: Any) -> Any:
    """The mean utility of two clients in the contest."""
    ratio = ratio_of_two(a, one, two)
    return (utility(a, one, ratio, reward_pool) + utility(a, two, ratio, reward_pool)) / 2


def two_left(a: Algebra, one: Any, two: Any, sold: Any, reward_pool: Any) -> Any:
    """The mean utility of two clients who each sell a budget and share the pool."""
    return (reward_pool - (one + two) * sold) / 2


def two_sell(a: Algebra, one: Any, two: Any, reward_pool: Any) -> Any:
    """The mean budget of two clients in the contest."""
    return reward_pool * ratio_of_two(a, one, two) / 2


def shared(name: str, words: str, given: Mapping[str, Formula], sold: Formula, start: Mapping[str, str]) -> Claim:
    """Return the claim that clients have more than where all sell such budgets and share the pool, refuted."""
    unequal = name.endswith("unequal")
    contest, other = (two_have, two_left) if unequal else (equal_utility, left_over)
    had = substitute(other, sold=sold)
    return Claim(
        f"stackelberg/fig-13-above-{name}",
        f"With {'unequal' if unequal else 'equal'} costs clients have more in the mean than where all sell {words} and "
        "share the same pool.",
        "Zhou 2023, figure 13, if the pool is shared over these budgets; the source does not say",
        ClaimVerdict.REFUTED,
        (
            Counterexample(
                {**({**TWO, **POOL} if unequal else EQUAL), **given},
                substitute(lambda a, contest, other: above(contest, other), contest=contest, other=had),
                costs={"in the contest": contest, "with these budgets": had},
                start={**(TWO_CLIENTS if unequal else EMNIST), **start},
                kept=True,
            ),
        ),
        attribution=Attribution.READING,
        erratum=Erratum(
            f"figure 13: clients have more than where all sell {words}, if those share the pool",
            "B/N − ρε exceeds B/N² for every ε below what the contest sells; only who deviates alone has no more",
            "stackelberg/fig-13-and-16-exclude-each-other",
        )
        if not unequal
        else None,
    )


def fixed(a: Algebra, fixed: Any) -> Any:
    """The fixed budget."""
    return fixed


SHARED = tuple(
    shared(f"{name}{costs}", words, given, sold, start)
    for name, words, given, sold, start in (
        ("static-shared", "the same fixed budget", STATIC, fixed, {"fixed": "10"}),
        ("random-shared", "budgets drawn at random", RANDOM, drawn_mean, RANGE),
    )
    for costs in ("", "-unequal")
)
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
                substitute(
                    lambda a, own, fixed, cost, ratio, reward_pool: at_most(
                        client_utility(a, fixed, reward_pool * ratio - own, cost, reward_pool),
                        client_utility(a, own, reward_pool * ratio - own, cost, reward_pool),
                    ),
                    own=budget,
                ),
                squares=(lambda a, fixed, cost, ratio, reward_pool: fixed - reward_pool * ratio * (1 - cost * ratio),),
                degree=4,
            )
        ),
        Lemma("stackelberg/equilibrium-by-shares"),
        Lemma("stackelberg/equilibrium-unique"),
    ),
    variant=Counterexample(
        {**CLIENT_AT, **STATIC},
        substitute(
            lambda a, own, fixed, cost, ratio, reward_pool: at_most(
                client_utility(a, fixed, reward_pool * ratio - own, cost, reward_pool),
                client_utility(a, own, reward_pool * ratio - own, cost, reward_pool),
            ),
            own=lambda a, cost, ratio, reward_pool: budget(a, cost / 2, ratio, reward_pool),
        ),
    ),
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
                {"had": lambda a, drawn: drawn, "draw_count": lambda a: a.number(1)},
                (lambda a, had, draw_count, kept: at_most(had, draw_count * kept),),
                member={
                    "no draw gives more than the equilibrium (fig-13-above-static-deviation)": lambda a, drawn, kept: (
                        at_most(drawn, kept)
                    )
                },
                closing={"a draw at least": lambda a, draw_count: at_least(draw_count, 1)},
                goal=lambda a, had, draw_count, kept: at_most(had / draw_count, kept),
            ),
            "for every number of draws what they give in the mean is no more than what the equilibrium gives",
        ),
        Lemma("stackelberg/fig-13-above-static-deviation"),
    ),
    variant=Counterexample(
        {"no draw gives more than twice": lambda a, drawn, kept: at_most(drawn, 2 * kept)},
        lambda a, drawn, kept: at_most(drawn, kept),
    ),
    attribution=Attribution.READING,
)
NOT_DRAWN = "; drawn without fixed budgets, which its text compares with elsewhere"
HUNDRED = {"client_count": "100", "reward_pool": "1", "same_cost": "1/1000"}
DEARER_TWO = {"one": "1/50", "two": "3/50", "reward_pool": "1"}
SERVERS = tuple(
    claim
    for name, words, given, other, start, served in (
        ("static", "where all sell the same fixed budget", STATIC, fixed, {"fixed": "10"}, None),
        (
            "random",
            "where all sell budgets drawn at random, in the mean over draws",
            RANDOM,
            drawn_mean,
            RANGE,
            (served_at_least, ABOVE_CHORD),
        ),
    )
    for comparison in (
        Comparison(
            name,
            f"{words}, at equal costs",
            NOT_DRAWN,
            Attribution.READING,
            {**EQUAL, **given},
            equal_budget,
            other,
            {**HUNDRED, **start},
            served=served,
        ),
        Comparison(
            f"{name}-unequal",
            f"{words}, at unequal costs",
            NOT_DRAWN,
            Attribution.READING,
            {**TWO, **POOL, **given},
            two_sell,
            other,
            {**DEARER_TWO, **start},
            served=served,
        ),
    )
    for claim in comparison.claims()
)
FIXED_BUDGETS = (*SHARED, DEVIATION, RANDOM_DEVIATION, *SERVERS)
