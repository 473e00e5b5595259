"""Best replies in rounds, near an equilibrium: when they settle, undamped, damped, and one at a time."""

from __future__ import annotations

from collections.abc import Mapping

from ....formulations.stackelberg import contest
from ...kernel.sentence import Sentence
from ...kernel.terms import Term, roles
from ..claim import Axiom, Claim, ClaimVerdict, Counterexample, Lemma, Step
from .best_response import best_response, wanted
from .followers import OTHERS_SELL
from .vocabulary import COUNT, SELLS

own, others, cost, reward_pool = roles("own others cost reward_pool")
share, client_count, damping = roles("share client_count damping")

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
interior_response = Term(contest.interior_response)
reply_slope = interior_response.slope(others)
from_share = (1 - 2 * share) / (2 * (1 - share))
"""By how much a client's best reply falls where the others sell a little more, by its share at the equilibrium."""
common = (client_count - 1) * reply_slope
"""By what simultaneous replies multiply a deviation that is the same for all of N clients who sell the same."""
different = -reply_slope
"""By what they multiply deviations that add up to nothing: the others of each deviate by less its own."""


def damped(multiplier: Term) -> Term:
    """Return the multiplier of replies that go a part of the way."""
    return 1 - damping + damping * multiplier


DAMPING = {"γ > 0": damping > 0}

REPLY_BOUND = Claim(
    "stackelberg/reply-at-most-a-quarter",
    "No best reply exceeds B/(4ρᵢ), whatever the others sell.",
    "theorem (how far a play in rounds can go)",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                OTHERS_SELL,
                best_response <= reward_pool / (4 * cost),
                squares=(2 * wanted - reward_pool / cost,),
                degree=4,
            )
        ),
    ),
    variant=Counterexample(
        OTHERS_SELL, best_response <= reward_pool / (5 * cost), start={"others": "1/4", "cost": "1", "reward_pool": "1"}
    ),
)

AT_REPLY = {**OTHERS_SELL, **SELLS, "εᵢ is the best reply": own.equals(interior_response)}
REPLY_SLOPE = Claim(
    "stackelberg/reply-slope",
    "Where what a client sells is its best reply and positive, that reply falls by (1 − 2s)/(2(1 − s)) of a little "
    "more that the others sell, with s its share.",
    "theorem (the derivative of Zhou 2023, eq. 22, at an equilibrium)",
    ClaimVerdict.PROVED,
    (Step(Sentence(AT_REPLY, reply_slope.equals(-from_share.at(share=own / (own + others))), degree=4)),),
    variant=Counterexample(OTHERS_SELL, reply_slope <= 0, start={"others": "1/100", "cost": "1", "reward_pool": "1"}),
)

ALIKE = {**AT_REPLY, **COUNT, "all sell the same": others.equals((client_count - 1) * own)}
COMMON = Claim(
    "stackelberg/common-deviation",
    "At the equilibrium of N clients of equal cost, who all sell the same, simultaneous best replies multiply a small "
    "deviation that is the same for all by −(N − 2)/2, and deviations that add up to nothing by (N − 2)/(2(N − 1)).",
    "theorem (play in rounds, Zhou 2023, section 3.1)",
    ClaimVerdict.PROVED,
    (
        Step(Sentence(ALIKE, common.equals(-(client_count - 2) / 2), degree=4), "common"),
        Step(Sentence(ALIKE, different.equals((client_count - 2) / (2 * (client_count - 1))), degree=4), "different"),
        Lemma("stackelberg/equilibrium-by-shares"),
    ),
    variant=Counterexample(
        ALIKE,
        common.equals(-(client_count - 1) / 2),
        start={"own": "1/4", "others": "1/4", "cost": "1", "reward_pool": "1", "client_count": "2"},
    ),
)
UP_TO_THREE = {**ALIKE, "N ≤ 3": client_count <= 3}
BELOW_FOUR = {**ALIKE, **DAMPING, "γ < 4/N": damping * client_count < 4}


def between(given: Mapping[str, Term], multiplier: Term, name: str) -> tuple[Step, Step]:
    """Return that a multiplier is below one in modulus."""
    return (
        Step(Sentence(given, multiplier < 1, degree=4), f"{name}, from above"),
        Step(Sentence(given, multiplier > -1, degree=4), f"{name}, from below"),
    )


SIMULTANEOUS = Claim(
    "stackelberg/simultaneous-replies-settle",
    "Clients of equal cost who all give their best replies at once settle near the equilibrium if there are two or "
    "three, and do not if there are five or more (of four, a common deviation is turned around and keeps its size).",
    "theorem (play in rounds, Zhou 2023, section 3.1)",
    ClaimVerdict.PROVED,
    (
        *between(UP_TO_THREE, common, "up to three, common"),
        *between(UP_TO_THREE, different, "up to three, different"),
        Step(Sentence({**ALIKE, "N ≥ 5": client_count >= 5}, common < -1, degree=4), "five or more"),
        ADDITION,
        NEARBY,
        Lemma("stackelberg/common-deviation"),
    ),
    variant=Counterexample(
        {**ALIKE, "N ≤ 5": client_count <= 5},
        common > -1,
        start={"own": "4", "others": "16", "cost": "1", "reward_pool": "25", "client_count": "5"},
    ),
)

DAMPED = Claim(
    "stackelberg/damped-replies-settle",
    "Clients of equal cost whose replies go a part γ > 0 of the way settle near the equilibrium if γ < 4/N, and do not "
    "if γ > 4/N.",
    "theorem (play in rounds)",
    ClaimVerdict.PROVED,
    (
        *between(BELOW_FOUR, damped(common), "below 4/N, common"),
        *between(BELOW_FOUR, damped(different), "below 4/N, different"),
        Step(
            Sentence({**ALIKE, **DAMPING, "γ > 4/N": damping * client_count > 4}, damped(common) < -1, degree=4),
            "above 4/N",
        ),
        ADDITION,
        NEARBY,
        Lemma("stackelberg/common-deviation"),
    ),
    variant=Counterexample(
        {**ALIKE, **DAMPING, "γ < 5/N": damping * client_count < 5},
        damped(common) > -1,
        start={"own": "5", "others": "25", "cost": "1", "reward_pool": "36", "client_count": "6", "damping": "4/5"},
    ),
)

ROUNDS = (REPLY_BOUND, REPLY_SLOPE, COMMON, SIMULTANEOUS, DAMPED)
