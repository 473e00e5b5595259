"""Best replies in rounds, near an equilibrium: when they settle, undamped, damped, and one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....formulations.algebra import Algebra, Formula
from ....formulations.stackelberg.contest import best_response, interior_response
from ...kernel.sentence import Sentence, above, at_least, at_most, below, equal, slope, substitute
from ..claim import Axiom, Claim, ClaimVerdict, Counterexample, Lemma, Step
from .terms import COST, COUNT, OTHERS, POOL, SELLS

NEARBY = Axiom(
    "attraction",
    "a fixed point of a map that is continuously differentiable around it attracts what starts nearby if every "
    "eigenvalue of the derivative there is below one in modulus, and does not if one is above",
    "Ostrowski 1966, theorem 22.1; Ortega & Rheinboldt 1970, 10.1",
)
ADDITION = Axiom(
    "common and different",
    "what is the same for all, and what adds up to nothing, span all deviations of N clients",
    "linear algebra",
)
DESCENT = Axiom(
    "coordinate descent",
    "minimising a strictly convex quadratic over one coordinate after the other, in any cyclic order, goes to its "
    "least point from wherever it starts",
    "Ostrowski 1954; Reich 1949",
)
reply_slope = slope(interior_response, "others")


def from_share(a: Algebra, share: Any) -> Any:
    """By how much a client's best reply falls where the others sell a little more, by its share at the equilibrium."""
    return (1 - 2 * share) / (2 * (1 - share))


def common(a: Algebra, others: Any, cost: Any, reward_pool: Any, client_count: Any) -> Any:
    """By what simultaneous replies multiply a deviation that is the same for all of N clients who sell the same."""
    return (client_count - 1) * reply_slope(a, others=others, cost=cost, reward_pool=reward_pool)


def different(a: Algebra, others: Any, cost: Any, reward_pool: Any) -> Any:
    """By what they multiply deviations that add up to nothing: the others of each deviate by less its own."""
    return -reply_slope(a, others=others, cost=cost, reward_pool=reward_pool)


def damped(multiplier: Any, damping: Any) -> Any:
    """The multiplier of replies that go a part of the way."""
    return 1 - damping + damping * multiplier


DAMPING: Mapping[str, Formula] = {"γ > 0": lambda a, damping: above(damping, 0)}

REPLY_BOUND = Claim(
    "stackelberg/reply-at-most-a-quarter",
    "No best reply exceeds B/(4ρᵢ), whatever the others sell.",
    "theorem (how far a play in rounds can go)",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**OTHERS, **POOL, **COST},
                lambda a, others, cost, reward_pool: at_most(
                    best_response(a, others, cost, reward_pool), reward_pool / (4 * cost)
                ),
                squares=(
                    lambda a, others, cost, reward_pool: 2 * a.sqrt(reward_pool * others / cost) - reward_pool / cost,
                ),
                degree=4,
            )
        ),
    ),
    variant=Counterexample(
        {**OTHERS, **POOL, **COST},
        lambda a, others, cost, reward_pool: at_most(
            best_response(a, others, cost, reward_pool), reward_pool / (5 * cost)
        ),
        start={"others": "1/4", "cost": "1", "reward_pool": "1"},
    ),
)

AT_REPLY: Mapping[str, Formula] = {
    **OTHERS,
    **POOL,
    **COST,
    **SELLS,
    "εᵢ is the best reply": lambda a, own, others, cost, reward_pool: equal(
        own, interior_response(a, others, cost, reward_pool)
    ),
}
REPLY_SLOPE = Claim(
    "stackelberg/reply-slope",
    "Where what a client sells is its best reply and positive, that reply falls by (1 − 2s)/(2(1 − s)) of a little "
    "more that the others sell, with s its share.",
    "theorem (the derivative of Zhou 2023, eq. 22, at an equilibrium)",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                AT_REPLY,
                lambda a, own, others, cost, reward_pool: equal(
                    reply_slope(a, others=others, cost=cost, reward_pool=reward_pool),
                    -from_share(a, own / (own + others)),
                ),
                degree=4,
            )
        ),
    ),
    variant=Counterexample(
        {**OTHERS, **POOL, **COST},
        lambda a, others, cost, reward_pool: at_most(
            reply_slope(a, others=others, cost=cost, reward_pool=reward_pool), 0
        ),
        start={"others": "1/100", "cost": "1", "reward_pool": "1"},
    ),
)

ALIKE: Mapping[str, Formula] = {
    **AT_REPLY,
    **COUNT,
    "all sell the same": lambda a, own, others, client_count: equal(others, (client_count - 1) * own),
}
COMMON = Claim(
    "stackelberg/common-deviation",
    "At the equilibrium of N clients of equal cost, who all sell the same, simultaneous best replies multiply a small "
    "deviation that is the same for all by −(N − 2)/2, and deviations that add up to nothing by (N − 2)/(2(N − 1)).",
    "theorem (play in rounds, Zhou 2023, section 3.1)",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                ALIKE,
                substitute(lambda a, m, client_count: equal(m, -(client_count - 2) / 2), m=common),
                degree=4,
            ),
            "common",
        ),
        Step(
            Sentence(
                ALIKE,
                substitute(
                    lambda a, m, client_count: equal(m, (client_count - 2) / (2 * (client_count - 1))), m=different
                ),
                degree=4,
            ),
            "different",
        ),
        Lemma("stackelberg/equilibrium-by-shares"),
    ),
    variant=Counterexample(
        ALIKE,
        substitute(lambda a, m, client_count: equal(m, -(client_count - 1) / 2), m=common),
        start={"own": "1/4", "others": "1/4", "cost": "1", "reward_pool": "1", "client_count": "2"},
    ),
)
UP_TO_THREE: Mapping[str, Formula] = {"N ≤ 3": lambda a, client_count: at_most(client_count, 3)}
FIVE_OR_MORE: Mapping[str, Formula] = {"N ≥ 5": lambda a, client_count: at_least(client_count, 5)}
BELOW_FOUR: Mapping[str, Formula] = {"γ < 4/N": lambda a, damping, client_count: below(damping * client_count, 4)}
ABOVE_FOUR: Mapping[str, Formula] = {"γ > 4/N": lambda a, damping, client_count: above(damping * client_count, 4)}


def between(given: Any, multiplier: Any, name: str) -> tuple[Step, Step]:
    """Return that a multiplier is below one in modulus."""
    return (
        Step(Sentence(given, substitute(lambda a, m: below(m, 1), m=multiplier), degree=4), f"{name}, from above"),
        Step(Sentence(given, substitute(lambda a, m: above(m, -1), m=multiplier), degree=4), f"{name}, from below"),
    )


SIMULTANEOUS = Claim(
    "stackelberg/simultaneous-replies-settle",
    "Clients of equal cost who all give their best replies at once settle near the equilibrium if there are two or "
    "three, and do not if there are five or more (of four, a common deviation is turned around and keeps its size).",
    "theorem (play in rounds, Zhou 2023, section 3.1)",
    ClaimVerdict.PROVED,
    (
        *between({**ALIKE, **UP_TO_THREE}, common, "up to three, common"),
        *between({**ALIKE, **UP_TO_THREE}, different, "up to three, different"),
        Step(
            Sentence({**ALIKE, **FIVE_OR_MORE}, substitute(lambda a, m: below(m, -1), m=common), degree=4),
            "five or more",
        ),
        ADDITION,
        NEARBY,
        Lemma("stackelberg/common-deviation"),
    ),
    variant=Counterexample(
        {**ALIKE, "N ≤ 5": lambda a, client_count: at_most(client_count, 5)},
        substitute(lambda a, m: above(m, -1), m=common),
        start={"own": "4", "others": "16", "cost": "1", "reward_pool": "25", "client_count": "5"},
    ),
)


def damped_common(a: Algebra, damping: Any, others: Any, cost: Any, reward_pool: Any, client_count: Any) -> Any:
    """The multiplier of what is the same for all."""
    return damped(common(a, others, cost, reward_pool, client_count), damping)


def damped_different(a: Algebra, damping: Any, others: Any, cost: Any, reward_pool: Any) -> Any:
    """The multiplier of what adds up to nothing."""
    return damped(different(a, others, cost, reward_pool), damping)


DAMPED = Claim(
    "stackelberg/damped-replies-settle",
    "Clients of equal cost whose replies go a part γ > 0 of the way settle near the equilibrium if γ < 4/N, and do not "
    "if γ > 4/N.",
    "theorem (play in rounds)",
    ClaimVerdict.PROVED,
    (
        *between({**ALIKE, **DAMPING, **BELOW_FOUR}, damped_common, "below 4/N, common"),
        *between({**ALIKE, **DAMPING, **BELOW_FOUR}, damped_different, "below 4/N, different"),
        Step(
            Sentence(
                {**ALIKE, **DAMPING, **ABOVE_FOUR}, substitute(lambda a, m: below(m, -1), m=damped_common), degree=4
            ),
            "above 4/N",
        ),
        ADDITION,
        NEARBY,
        Lemma("stackelberg/common-deviation"),
    ),
    variant=Counterexample(
        {**ALIKE, **DAMPING, "γ < 5/N": lambda a, damping, client_count: below(damping * client_count, 5)},
        substitute(lambda a, m: above(m, -1), m=damped_common),
        start={
            "own": "5",
            "others": "25",
            "cost": "1",
            "reward_pool": "36",
            "client_count": "6",
            "damping": "4/5",
        },
    ),
)

ROUNDS = (REPLY_BOUND, REPLY_SLOPE, COMMON, SIMULTANEOUS, DAMPED)
