"""The clients' equilibrium for every number of clients: what it is, that there is one, and only one."""

from __future__ import annotations

from ....formulations.stackelberg.contest import equilibrium_share
from ....formulations.stackelberg.declaration import client_utility
from ...kernel.sentence import Induction, Sentence, above, at_least, at_most, below, equal, substitute
from ..claim import Attribution, Axiom, Claim, ClaimVerdict, Counterexample, ForAnyNumber, Lemma, Step
from .best_response import NOBODY_ALONE
from .terms import COST, COUNT, OTHERS, OWN, POOL, RATIO, SELLS, THREE, budget, marginal

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


TWO = {"ρ₁ > 0": THREE["ρ₁ > 0"], "ρ₂ > 0": THREE["ρ₂ > 0"]}


CLIENT_AT = {**POOL, **COST, **RATIO}


BY_SHARES = Claim(
    "stackelberg/equilibrium-by-shares",
    "If Z = Bz and the shares max(0, 1 − ρᵢz) add up to one, then what each client sells, its share of Z, is a best "
    "response to the others: the budgets are an equilibrium.",
    "theorem (Szidarovszky & Okuguchi 1997); in place of Zhou 2023, eqs 23–31",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**CLIENT_AT, "ε ≥ 0": lambda a, other: at_least(other, 0)},
                substitute(
                    lambda a, own, other, cost, ratio, reward_pool: at_most(
                        client_utility(a, other, reward_pool * ratio - own, cost, reward_pool),
                        client_utility(a, own, reward_pool * ratio - own, cost, reward_pool),
                    ),
                    own=budget,
                ),
                squares=(lambda a, other, cost, ratio, reward_pool: other - reward_pool * ratio * (1 - cost * ratio),),
                degree=4,
            ),
            "nobody gains by another budget",
        ),
        ForAnyNumber(
            Induction(
                {"sold": budget, "shares": lambda a, cost, ratio: equilibrium_share(a, cost, ratio)},
                (lambda a, sold, shares, reward_pool, ratio: equal(sold, reward_pool * ratio * shares),),
                given={**POOL, **RATIO},
                member=COST,
                closing={"the shares add up to one": lambda a, shares: equal(shares, 1)},
                goal=lambda a, sold, reward_pool, ratio: equal(sold, reward_pool * ratio),
            ),
            "for every number of clients the others of each sell Bz − εᵢ together",
            "total",
        ),
    ),
    variant=Counterexample(
        {**CLIENT_AT, "ε ≥ 0": lambda a, other: at_least(other, 0)},
        substitute(
            lambda a, own, other, cost, ratio, reward_pool: at_most(
                client_utility(a, other, reward_pool * ratio - own, cost, reward_pool),
                client_utility(a, own, reward_pool * ratio - own, cost, reward_pool),
            ),
            own=lambda a, cost, ratio, reward_pool: budget(a, cost / 2, ratio, reward_pool),
        ),
    ),
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
            Sentence(
                {
                    **OTHERS,
                    **OWN,
                    **POOL,
                    **COST,
                    "its utility does not rise at εᵢ": substitute(lambda a, m: at_most(m, 0), m=marginal),
                    "nor fall, if εᵢ > 0": substitute(lambda a, m, own: equal(m * own, 0), m=marginal),
                },
                lambda a, own, others, cost, reward_pool: equal(
                    own, (own + others) * equilibrium_share(a, cost, (own + others) / reward_pool)
                ),
                degree=4,
            ),
            "where the others sell something",
        ),
    ),
    variant=Counterexample(
        {
            **OTHERS,
            **OWN,
            **POOL,
            **COST,
            "its utility does not rise at εᵢ": substitute(lambda a, m: at_most(m, 0), m=marginal),
        },
        lambda a, own, others, cost, reward_pool: equal(
            own, (own + others) * equilibrium_share(a, cost, (own + others) / reward_pool)
        ),
    ),
)


NOT_ZERO = Claim(
    "stackelberg/zero-is-no-equilibrium",
    "That nobody sells anything is no equilibrium: alone, a client gains by any budget below B/ρᵢ.",
    "theorem; Zhou 2023 divides by Σε",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    **POOL,
                    **COST,
                    **SELLS,
                    "ρᵢ εᵢ < B": lambda a, own, cost, reward_pool: below(cost * own, reward_pool),
                },
                lambda a, own, cost, reward_pool: above(client_utility(a, own, a.number(0), cost, reward_pool), 0),
            )
        ),
    ),
    variant=Counterexample(
        {**POOL, **COST, **SELLS},
        lambda a, own, cost, reward_pool: above(client_utility(a, own, a.number(0), cost, reward_pool), 0),
    ),
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
                {
                    "first": lambda a, cost, low: equilibrium_share(a, cost, low),
                    "second": lambda a, cost, high: equilibrium_share(a, cost, high),
                },
                (lambda a, first, second, low, high, least: at_least(first - second, least * (high - low) * first),),
                given={
                    "0 < z₁": lambda a, low: above(low, 0),
                    "z₁ < z₂": lambda a, low, high: below(low, high),
                    "0 < r": lambda a, least: above(least, 0),
                    "r z₂ ≤ 1": lambda a, least, high: at_most(least * high, 1),
                },
                member={"ρᵢ ≥ r, the least cost or 1/z₂": lambda a, cost, least: at_least(cost, least)},
                closing={"Σsᵢ(z₁) = 1": lambda a, first: equal(first, 1)},
                goal=lambda a, second: below(second, 1),
                degree=4,
            ),
            "if the shares add up to one at z₁, they add up to less at every z₂ > z₁, for every number of clients",
        ),
        Lemma("stackelberg/equilibrium-has-shares"),
        Lemma("stackelberg/zero-is-no-equilibrium"),
    ),
    variant=Counterexample(
        {**TWO, "0 < z₁": lambda a, low: above(low, 0), "z₁ < z₂": lambda a, low, high: below(low, high)},
        lambda a, one, two, low, high: below(
            equilibrium_share(a, one, high) + equilibrium_share(a, two, high),
            equilibrium_share(a, one, low) + equilibrium_share(a, two, low),
        ),
    ),
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
                {
                    "shares": lambda a, cost: equilibrium_share(a, cost, a.number(0)),
                    "client_count": lambda a: a.number(1),
                },
                (lambda a, shares, client_count: equal(shares, client_count),),
                member=COST,
                closing=COUNT,
                goal=lambda a, shares: at_least(shares, 1),
            ),
            "at z = 0 the shares add up to N, which is at least 1",
            "at zero",
        ),
        ForAnyNumber(
            Induction(
                {"shares": lambda a, cost, least: equilibrium_share(a, cost, 1 / least)},
                (lambda a, shares: equal(shares, 0),),
                given={"0 < r": lambda a, least: above(least, 0)},
                member={"ρᵢ ≥ r": lambda a, cost, least: at_least(cost, least)},
            ),
            "at z = 1/r, with r the least cost, they add up to nothing",
            "far out",
        ),
        INTERMEDIATE,
        Lemma("stackelberg/equilibrium-by-shares"),
    ),
    variant=Counterexample(
        {**TWO, **RATIO, "z ≤ 1/ρ₁": lambda a, one, ratio: at_most(one * ratio, 1)},
        lambda a, one, two, ratio: at_least(equilibrium_share(a, one, ratio) + equilibrium_share(a, two, ratio), 1),
    ),
    attribution=Attribution.PRINTED,
)

EQUILIBRIUM = (BY_SHARES, MUST_BE_SHARES, NOT_ZERO, EXISTS, UNIQUE)
