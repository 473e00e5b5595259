"""Replies in rounds near an equilibrium at which nobody sells more than half, for every number of clients.

With a_i = (1 − 2s_i)/(2(1 − s_i)), by which a reply falls, replies at once turn deviations v into −a_i Σ_{j≠i} v_j. An
eigenvalue λ with its v fulfils v_i (a_i − λ) = a_i Σv: it is one of the a_i, or Σ a_i/(a_i − λ) = 1. That sum is looked
at here: it has no root off the real line, none at 1/2 or above, and none below −(n − 2)/2.
"""

from __future__ import annotations

from ...kernel.sentence import Induction, Sentence
from ...kernel.terms import number, roles
from ..claim import Axiom, Claim, ClaimVerdict, Counterexample, ForAnyNumber, Lemma, Step
from .rounds import DAMPING, DESCENT, NEARBY, damped, from_share

share, falls, sellers, damping, eigenvalue = roles("share falls sellers damping eigenvalue")
real, imaginary, right, up, most = roles("real imaginary right up most")
parts, shares, counted, there, further, bound, beyond = roles("parts shares counted there further bound beyond")
own, others, remainder, deviation, squares, weighed = roles("own others remainder deviation squares weighed")

HALF = {"sᵢ ≥ 0": share >= 0, "sᵢ ≤ 1/2": 2 * share <= 1}
THREE_SELL = {"n ≥ 3": sellers >= 3}
FALLS = {"aᵢ ≥ 0": falls >= 0, "aᵢ ≤ 1/2": 2 * falls <= 1}

RANGE = Step(Sentence(HALF, from_share <= number(1) / 2), "aᵢ ≤ 1/2")
distance = (falls - right) ** 2 + up**2
"""|aᵢ − λ|²."""
REAL = ForAnyNumber(
    Induction(
        {"real": falls * (falls - right) / distance, "imaginary": falls * up / distance},
        (most * imaginary >= up * real,),
        given={"Im λ > 0": up > 0, "M > 0": most > 0, "M ≥ 1/2 − Re λ": 2 * most >= 1 - 2 * right},
        member=FALLS,
        closing={"Σ Re aᵢ/(aᵢ − λ) = 1": real.equals(1)},
        goal=imaginary > 0,
        degree=4,
    ),
    "off the real line, where the real parts add up to one, the imaginary parts do not add up to zero",
    "real",
)
FROM_ABOVE = ForAnyNumber(
    Induction(
        {"parts": -falls / (right - falls)}, (parts <= 0,), given={"λ > 1/2": 2 * right > 1}, member=FALLS, degree=4
    ),
    "above one half the parts add up to nothing or less",
    "from above",
)
part = from_share / (from_share + (sellers - 2) / 2)
"""a/(a + ℓ) of a client, with a by its share: what it adds to the sum at λ = −ℓ, here −(n − 2)/2."""
FROM_BELOW = ForAnyNumber(
    Induction(
        {"parts": part, "shares": share, "counted": number(1)},
        (parts * sellers * (sellers - 2) <= counted * (sellers - 1) - shares * sellers,),
        given=THREE_SELL,
        member=HALF,
        closing={"Σs = 1": shares.equals(1), "n clients": counted.equals(sellers)},
        goal=parts <= 1,
        lemmas=(part * sellers * (sellers - 2) <= sellers - 1 - share * sellers,),
        squares=(sellers * share - 1,),
        degree=4,
    ),
    "at −(n − 2)/2 the parts add up to at most one",
    "from below",
)
FURTHER_BELOW = ForAnyNumber(
    Induction(
        {"there": falls / (falls + bound), "further": falls / (falls + beyond)},
        (further * (1 + 2 * beyond) <= there * (1 + 2 * bound),),
        given={"h > 0": bound > 0, "ℓ > h": beyond > bound},
        member=FALLS,
        closing={"at most one at h": there <= 1},
        goal=further < 1,
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
WITHIN = {"λ ≥ −(n − 2)/2": 2 * eigenvalue >= 2 - sellers, "λ ≤ 1/2": 2 * eigenvalue <= 1}
BELOW_FOUR = {**THREE_SELL, **DAMPING, "γ < 4/n": damping * sellers < 4, **WITHIN}

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
        Step(Sentence(BELOW_FOUR, damped(eigenvalue) < 1, degree=4), "damped, below one"),
        Step(Sentence(BELOW_FOUR, damped(eigenvalue) > -1, degree=4), "damped, above minus one"),
        Step(
            Sentence({"s = 1/2": (2 * share).equals(1)}, from_share.equals(0)),
            "of two, each with half, nobody's reply moves",
        ),
        NEARBY,
        Lemma("stackelberg/reply-slope"),
    ),
    variant=Counterexample(
        {**THREE_SELL, **DAMPING, "γ < 5/n": damping * sellers < 5, **WITHIN}, damped(eigenvalue) > -1
    ),
)

potential = own**2 * (1 / falls - 1) + remainder + (own + others) ** 2
"""Σ vⱼ²(1/aⱼ − 1) + (Σ v)², by one deviation, the sum of the others', and the rest of the first sum."""
answered = -falls * others
"""The deviation of a client's reply from the equilibrium, where the others' add up to this."""
FALLING = {"0 < aᵢ": falls > 0, "aᵢ ≤ 1/2": 2 * falls <= 1}
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
                potential >= potential.at(own=answered) + (own - answered) ** 2 / 2,
                squares=(own - answered,),
                degree=4,
            ),
            "the reply is where the potential is least in the own deviation",
        ),
        Step(Sentence({**HALF, "sᵢ < 1/2": 2 * share < 1}, from_share > 0), "aᵢ > 0"),
        RANGE,
        ForAnyNumber(
            Induction(
                {"squares": deviation**2, "weighed": deviation**2 * (1 / falls - 1)},
                (weighed >= squares,),
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
    variant=Counterexample(FALLING, potential >= potential.at(own=-2 * falls * others)),
)
ANY_COSTS_IN_ROUNDS = (ANY_COSTS, IN_TURN)
