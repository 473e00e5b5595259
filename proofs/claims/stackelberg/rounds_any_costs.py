"""Replies in rounds near an equilibrium at which nobody sells more than half, for every number of clients.

With a_i = (1 − 2s_i)/(2(1 − s_i)), by which a reply falls, replies at once turn deviations v into −a_i Σ_{j≠i} v_j. An
eigenvalue λ with its v fulfils v_i (a_i − λ) = a_i Σv: it is one of the a_i, or Σ a_i/(a_i − λ) = 1. That sum is looked
at here: it has no root off the real line, none at 1/2 or above, and none below −(n − 2)/2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....formulations.algebra import Algebra, Formula
from ...kernel.sentence import Induction, Sentence, above, at_least, at_most, below, equal
from ..claim import Axiom, Claim, ClaimVerdict, Counterexample, ForAnyNumber, Lemma, Step
from .rounds import DAMPING, DESCENT, NEARBY, damped, from_share

HALF: Mapping[str, Formula] = {
    "sᵢ ≥ 0": lambda a, share: at_least(share, 0),
    "sᵢ ≤ 1/2": lambda a, share: at_most(2 * share, 1),
}
THREE_SELL: Mapping[str, Formula] = {"n ≥ 3": lambda a, sellers: at_least(sellers, 3)}
FALLS: Mapping[str, Formula] = {
    "aᵢ ≥ 0": lambda a, falls: at_least(falls, 0),
    "aᵢ ≤ 1/2": lambda a, falls: at_most(2 * falls, 1),
}


def part_of_one(a: Algebra, share: Any, beyond: Any) -> Any:
    """a/(a + ℓ) of a client, with a by its share: what it adds to the sum at λ = −ℓ."""
    return from_share(a, share) / (from_share(a, share) + beyond)


RANGE = Step(Sentence(HALF, lambda a, share: at_most(from_share(a, share), a.number(1) / 2)), "aᵢ ≤ 1/2")
REAL = ForAnyNumber(
    Induction(
        {
            "real": lambda a, falls, right, up: falls * (falls - right) / ((falls - right) ** 2 + up**2),
            "imaginary": lambda a, falls, right, up: falls * up / ((falls - right) ** 2 + up**2),
        },
        (lambda a, real, imaginary, up, most: at_least(most * imaginary, up * real),),
        given={
            "Im λ > 0": lambda a, up: above(up, 0),
            "M > 0": lambda a, most: above(most, 0),
            "M ≥ 1/2 − Re λ": lambda a, most, right: at_least(2 * most, 1 - 2 * right),
        },
        member=FALLS,
        closing={"Σ Re aᵢ/(aᵢ − λ) = 1": lambda a, real: equal(real, 1)},
        goal=lambda a, imaginary: above(imaginary, 0),
        degree=4,
    ),
    "off the real line, where the real parts add up to one, the imaginary parts do not add up to zero",
    "real",
)
FROM_ABOVE = ForAnyNumber(
    Induction(
        {"parts": lambda a, falls, right: -falls / (right - falls)},
        (lambda a, parts: at_most(parts, 0),),
        given={"λ > 1/2": lambda a, right: above(2 * right, 1)},
        member=FALLS,
        degree=4,
    ),
    "above one half the parts add up to nothing or less",
    "from above",
)
FROM_BELOW = ForAnyNumber(
    Induction(
        {
            "parts": lambda a, share, sellers: part_of_one(a, share, (sellers - 2) / 2),
            "shares": lambda a, share: share,
            "counted": lambda a: a.number(1),
        },
        (
            lambda a, parts, shares, counted, sellers: at_most(
                parts * sellers * (sellers - 2), counted * (sellers - 1) - shares * sellers
            ),
        ),
        given=THREE_SELL,
        member=HALF,
        closing={
            "Σs = 1": lambda a, shares: equal(shares, 1),
            "n clients": lambda a, counted, sellers: equal(counted, sellers),
        },
        goal=lambda a, parts: at_most(parts, 1),
        lemmas=(
            lambda a, share, sellers: at_most(
                part_of_one(a, share, (sellers - 2) / 2) * sellers * (sellers - 2), sellers - 1 - share * sellers
            ),
        ),
        squares=(lambda a, share, sellers: sellers * share - 1,),
        degree=4,
    ),
    "at −(n − 2)/2 the parts add up to at most one",
    "from below",
)
FURTHER_BELOW = ForAnyNumber(
    Induction(
        {
            "there": lambda a, falls, bound: falls / (falls + bound),
            "further": lambda a, falls, beyond: falls / (falls + beyond),
        },
        (lambda a, there, further, bound, beyond: at_most(further * (1 + 2 * beyond), there * (1 + 2 * bound)),),
        given={
            "h > 0": lambda a, bound: above(bound, 0),
            "ℓ > h": lambda a, bound, beyond: above(beyond, bound),
        },
        member=FALLS,
        closing={"at most one at h": lambda a, there: at_most(there, 1)},
        goal=lambda a, further: below(further, 1),
        degree=4,
    ),
    "further below they add up to less than one",
    "further below",
)
SECULAR = Axiom(
    "secular equation",
    "an eigenvalue λ of v ↦ (aᵢvᵢ − aᵢΣv) is one of the aᵢ, or Σ aᵢ/(aᵢ − λ) = 1: from vᵢ(aᵢ − λ) = aᵢΣv, summed",
    "Golub 1973, of a change of rank one",
)
WITHIN: Mapping[str, Formula] = {
    "λ ≥ −(n − 2)/2": lambda a, eigenvalue, sellers: at_least(2 * eigenvalue, 2 - sellers),
    "λ ≤ 1/2": lambda a, eigenvalue: at_most(2 * eigenvalue, 1),
}
BELOW_FOUR: Mapping[str, Formula] = {"γ < 4/n": lambda a, damping, sellers: below(damping * sellers, 4)}


def stepped(a: Algebra, damping: Any, eigenvalue: Any) -> Any:
    """What damped replies multiply the deviation of an eigenvalue by."""
    return damped(eigenvalue, damping)


ANY_COSTS = Claim(
    "stackelberg/damped-replies-settle-whatever-the-costs",
    "Near an equilibrium at which n ≥ 2 sell, each at most half of all, and nobody else is indifferent to selling, "
    "replies that go a part γ > 0 of the way settle if γ < 4/n, whatever the costs.",
    "theorem (play in rounds)",
    ClaimVerdict.PROVED,
    (
        RANGE,
        SECULAR,
        REAL,
        FROM_ABOVE,
        FROM_BELOW,
        FURTHER_BELOW,
        Step(
            Sentence(
                {**THREE_SELL, **DAMPING, **BELOW_FOUR, **WITHIN},
                lambda a, damping, eigenvalue: below(stepped(a, damping, eigenvalue), 1),
                degree=4,
            ),
            "damped, below one",
        ),
        Step(
            Sentence(
                {**THREE_SELL, **DAMPING, **BELOW_FOUR, **WITHIN},
                lambda a, damping, eigenvalue: above(stepped(a, damping, eigenvalue), -1),
                degree=4,
            ),
            "damped, above minus one",
        ),
        Step(
            Sentence(
                {"s = 1/2": lambda a, share: equal(2 * share, 1)}, lambda a, share: equal(from_share(a, share), 0)
            ),
            "of two, each with half, nobody's reply moves",
        ),
        NEARBY,
        Lemma("stackelberg/reply-slope"),
    ),
    variant=Counterexample(
        {
            **THREE_SELL,
            **DAMPING,
            "γ < 5/n": lambda a, damping, sellers: below(damping * sellers, 5),
            **WITHIN,
        },
        lambda a, damping, eigenvalue: above(stepped(a, damping, eigenvalue), -1),
    ),
)


def potential(a: Algebra, own: Any, others: Any, falls: Any, remainder: Any) -> Any:
    """Σ vⱼ²(1/aⱼ − 1) + (Σ v)², by one deviation, the sum of the others', and the rest of the first sum."""
    return own**2 * (1 / falls - 1) + remainder + (own + others) ** 2


def answered(a: Algebra, others: Any, falls: Any) -> Any:
    """The deviation of a client's reply from the equilibrium, where the others' add up to this."""
    return -falls * others


FALLING: Mapping[str, Formula] = {
    "0 < aᵢ": lambda a, falls: above(falls, 0),
    "aᵢ ≤ 1/2": lambda a, falls: at_most(2 * falls, 1),
}
IN_TURN = Claim(
    "stackelberg/replies-in-turn-settle",
    "Near an equilibrium at which nobody sells half of all or more and nobody else is indifferent to selling, clients "
    "who reply one after the other, in any cyclic order, settle: every reply lowers a potential as far as it can.",
    "theorem (play in rounds)",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                FALLING,
                lambda a, own, others, falls, remainder: at_least(
                    potential(a, own, others, falls, remainder),
                    potential(a, answered(a, others, falls), others, falls, remainder)
                    + (own - answered(a, others, falls)) ** 2 / 2,
                ),
                squares=(lambda a, own, others, falls: own - answered(a, others, falls),),
                degree=4,
            ),
            "the reply is where the potential is least in the own deviation",
        ),
        Step(
            Sentence(
                {**HALF, "sᵢ < 1/2": lambda a, share: below(2 * share, 1)},
                lambda a, share: above(from_share(a, share), 0),
            ),
            "aᵢ > 0",
        ),
        RANGE,
        ForAnyNumber(
            Induction(
                {
                    "squares": lambda a, deviation: deviation**2,
                    "weighed": lambda a, deviation, falls: deviation**2 * (1 / falls - 1),
                },
                (lambda a, squares, weighed: at_least(weighed, squares),),
                member=FALLING,
                degree=4,
            ),
            "the potential is at least Σv², for every number of clients: it is strictly convex",
            "convex",
        ),
        DESCENT,
        NEARBY,
        Lemma("stackelberg/reply-slope"),
    ),
    variant=Counterexample(
        FALLING,
        lambda a, own, others, falls, remainder: at_least(
            potential(a, own, others, falls, remainder), potential(a, -2 * falls * others, others, falls, remainder)
        ),
    ),
)
ANY_COSTS_IN_ROUNDS = (ANY_COSTS, IN_TURN)
