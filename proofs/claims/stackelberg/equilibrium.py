"""The clients' equilibrium for every number of clients: what it is, that there is one, and only one."""

from __future__ import annotations

from ...kernel.sentence import Induction, Sentence
from ...kernel.terms import number, roles
from ..claim import Attribution, Axiom, Claim, ClaimVerdict, Counterexample, ForAnyNumber, Lemma, Step
from .best_response import NOBODY_ALONE, alone
from .vocabulary import CLIENT, COST, COUNT, POOL, RATIO, SELLS, budget, client_utility, marginal, share

one, two, own, other, others, cost, ratio, reward_pool = roles("one two own other others cost ratio reward_pool")
first, second, sold, shares, client_count = roles("first second sold shares client_count")
low, high, least = roles("low high least")

INTERMEDIATE = Axiom(
    "intermediate values",
    "a continuous function that is at least 1 at one point and at most 1 at another is 1 at a point between them",
    "Bolzano 1817",
)
FERMAT = Axiom(
    "largest values",
    "where a differentiable function on an interval is largest its slope is zero, or not positive at the lower end, or "
    "not negative at the upper end",
    "Fermat's theorem on stationary points",
)

TWO = {"ρ₁ > 0": one > 0, "ρ₂ > 0": two > 0}
CLIENT_AT = {**POOL, **COST, **RATIO}
RISING_RATIO = {"0 < z₁": low > 0, "z₁ < z₂": low < high}
LEAST_COST = {"0 < r": least > 0, "r z₂ ≤ 1": least * high <= 1}

share_at_low, share_at_high = share.at(ratio=low), share.at(ratio=high)
shares_of_two = share.at(cost=one) + share.at(cost=two)
no_gain = (client_utility.at(own=other) <= client_utility).at(others=reward_pool * ratio - own)
"""That a client has no more by another budget, where all together sell Bz."""
CONTENT = {**CLIENT, "its utility does not rise at εᵢ": marginal <= 0}
has_share = own.equals((own + others) * share.at(ratio=(own + others) / reward_pool))

BY_SHARES = Claim(
    "stackelberg/equilibrium-by-shares",
    "If Z = Bz and the shares max(0, 1 − ρᵢz) add up to one, then what each client sells, its share of Z, is a best "
    "response to the others: the budgets are an equilibrium.",
    "theorem (Szidarovszky & Okuguchi 1997); in place of Zhou 2023, eqs 23–31",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**CLIENT_AT, "ε ≥ 0": other >= 0},
                no_gain.at(own=budget),
                squares=(other - reward_pool * ratio * (1 - cost * ratio),),
                degree=4,
            ),
            "nobody gains by another budget",
        ),
        ForAnyNumber(
            Induction(
                {"sold": budget, "shares": share},
                (sold.equals(reward_pool * ratio * shares),),
                given={**POOL, **RATIO},
                member=COST,
                closing={"the shares add up to one": shares.equals(1)},
                goal=sold.equals(reward_pool * ratio),
            ),
            "for every number of clients the others of each sell Bz − εᵢ together",
            "total",
        ),
    ),
    variant=Counterexample({**CLIENT_AT, "ε ≥ 0": other >= 0}, no_gain.at(own=budget.at(cost=cost / 2))),
)

MUST_BE_SHARES = Claim(
    "stackelberg/equilibrium-has-shares",
    "At any equilibrium with a total Z = Σε > 0 every client sells Z max(0, 1 − ρᵢZ/B).",
    "theorem (Cornes & Hartley 2005)",
    ClaimVerdict.PROVED,
    (
        NOBODY_ALONE,
        FERMAT,
        Step(
            Sentence({**CONTENT, "nor fall, if εᵢ > 0": (marginal * own).equals(0)}, has_share, degree=4),
            "where the others sell something",
        ),
    ),
    variant=Counterexample(CONTENT, has_share),
)

NOT_ZERO = Claim(
    "stackelberg/zero-is-no-equilibrium",
    "That nobody sells anything is no equilibrium: alone, a client gains by any budget below B/ρᵢ.",
    "theorem; Zhou 2023 divides by Σε",
    ClaimVerdict.PROVED,
    (Step(Sentence({**POOL, **COST, **SELLS, "ρᵢ εᵢ < B": cost * own < reward_pool}, alone > 0)),),
    variant=Counterexample({**POOL, **COST, **SELLS}, alone > 0),
)

UNIQUE = Claim(
    "stackelberg/equilibrium-unique",
    "For every number of clients and whatever their costs, the shares add up to one at no more than one z; so there is "
    "no more than one equilibrium. (Concavity alone, which the source argues with, does not show it.)",
    "Zhou 2023, section 5.1; theorem (Szidarovszky & Okuguchi 1997)",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {"first": share_at_low, "second": share_at_high},
                (first - second >= least * (high - low) * first,),
                given={**RISING_RATIO, **LEAST_COST},
                member={"ρᵢ ≥ r, the least cost or 1/z₂": cost >= least},
                closing={"Σsᵢ(z₁) = 1": first.equals(1)},
                goal=second < 1,
                degree=4,
            ),
            "if the shares add up to one at z₁, they add up to less at every z₂ > z₁, for every number of clients",
        ),
        Lemma("stackelberg/equilibrium-has-shares"),
        Lemma("stackelberg/zero-is-no-equilibrium"),
    ),
    variant=Counterexample({**TWO, **RISING_RATIO}, shares_of_two.at(ratio=high) < shares_of_two.at(ratio=low)),
    attribution=Attribution.PRINTED,
)

EXISTS = Claim(
    "stackelberg/equilibrium-exists",
    "For every number N ≥ 2 of clients, whatever their costs, the shares add up to one at some z: there is an "
    "equilibrium, whatever the pool.",
    "Zhou 2023, section 5.1; theorem (Szidarovszky & Okuguchi 1997)",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {"shares": share.at(ratio=0), "client_count": number(1)},
                (shares.equals(client_count),),
                member=COST,
                closing=COUNT,
                goal=shares >= 1,
            ),
            "at z = 0 the shares add up to N, which is at least 1",
            "at zero",
        ),
        ForAnyNumber(
            Induction(
                {"shares": share.at(ratio=1 / least)},
                (shares.equals(0),),
                given={"0 < r": least > 0},
                member={"ρᵢ ≥ r": cost >= least},
            ),
            "at z = 1/r, with r the least cost, they add up to nothing",
            "far out",
        ),
        INTERMEDIATE,
        Lemma("stackelberg/equilibrium-by-shares"),
    ),
    variant=Counterexample({**TWO, **RATIO, "z ≤ 1/ρ₁": one * ratio <= 1}, shares_of_two >= 1),
    attribution=Attribution.PRINTED,
)

EQUILIBRIUM = (BY_SHARES, MUST_BE_SHARES, NOT_ZERO, EXISTS, UNIQUE)
