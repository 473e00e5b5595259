"""The clients' equilibrium for every number of clients: existence, uniqueness, what it gives, who takes part."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...formulations.algebra import Algebra
from ...formulations.contest import (
    capped_budget,
    equilibrium_share,
    pool_for_total,
    shares_objective,
)
from ...formulations.stackelberg import client_utility
from ..claim import Axiom, Claim, ClaimVerdict, Counterexample, ForAnyNumber, Step
from ..sentence import Induction, Sentence, above, at_least, at_most, below, equal, slope, substitute
from .contest_terms import (
    COST,
    COUNT,
    OTHERS,
    OWN,
    POOL,
    RATIO,
    SELLS,
    SUM,
    THREE,
    all_in,
    budget,
    marginal,
    of_three,
    ratio_of_two,
    utility,
)

INTERMEDIATE = Axiom(
    "intermediate values",
    "a continuous function that is at least 1 at one point and at most 1 at another is 1 at a point between them",
    "Bolzano 1817",
)
TWO = {"ρ₁ > 0": THREE["ρ₁ > 0"], "ρ₂ > 0": THREE["ρ₂ > 0"]}
CLIENT_AT = {**POOL, **COST, **RATIO}


def share_of(a: Algebra, cost: Any, total: Any, ratio: Any, cap: Any) -> Any:
    """A client's share of a total Z where Z/B is `ratio`, its budget being capped."""
    return capped_budget(a, total, cost, ratio, cap) / total


def one_term(a: Algebra, share: Any, cost: Any) -> Any:
    """What one client adds to the shares' programme."""
    return shares_objective(a, np.array([share]), np.array([cost]))


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
                {
                    "sold": budget,
                    "shares": lambda a, cost, ratio: equilibrium_share(a, cost, ratio),
                },
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
    "At any equilibrium with total Z > 0 every client sells Z max(0, 1 − ρᵢZ/B).",
    "theorem (Cornes & Hartley 2005)",
    ClaimVerdict.PROVED,
    (
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
            )
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
    ),
    variant=Counterexample(
        {**TWO, "0 < z₁": lambda a, low: above(low, 0), "z₁ < z₂": lambda a, low, high: below(low, high)},
        lambda a, one, two, low, high: below(
            equilibrium_share(a, one, high) + equilibrium_share(a, two, high),
            equilibrium_share(a, one, low) + equilibrium_share(a, two, low),
        ),
    ),
)
EXISTS = Claim(
    "stackelberg/equilibrium-exists",
    "For every number N ≥ 2 of clients, whatever their costs, the shares add up to one at some z: there is an "
    "equilibrium for every B > 0.",
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
    ),
    variant=Counterexample(
        {**TWO, **RATIO, "z ≤ 1/ρ₁": lambda a, one, ratio: at_most(one * ratio, 1)},
        lambda a, one, two, ratio: at_least(equilibrium_share(a, one, ratio) + equilibrium_share(a, two, ratio), 1),
    ),
)
GENERAL_UTILITY = Claim(
    "stackelberg/equilibrium-utility",
    "At the equilibrium a client's utility is B max(0, 1 − ρᵢz)², whether it takes part or not.",
    "theorem; replaces Zhou 2023, eq. 31",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                CLIENT_AT,
                lambda a, cost, ratio, reward_pool: equal(
                    utility(a, cost, ratio, reward_pool), reward_pool * equilibrium_share(a, cost, ratio) ** 2
                ),
                degree=4,
            )
        ),
    ),
    variant=Counterexample(
        CLIENT_AT,
        lambda a, cost, ratio, reward_pool: equal(
            utility(a, cost, ratio, reward_pool), reward_pool * equilibrium_share(a, cost, ratio)
        ),
    ),
)
RATIONAL = Claim(
    "stackelberg/individual-rationality",
    "At the equilibrium no client is worse off than by staying out, whatever its cost.",
    "Zhou 2023, sections 5 and 6; corrected from U > 0 to U ≥ 0",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                CLIENT_AT,
                lambda a, cost, ratio, reward_pool: at_least(utility(a, cost, ratio, reward_pool), 0),
                degree=4,
            )
        ),
    ),
    variant=Counterexample(
        CLIENT_AT, lambda a, cost, ratio, reward_pool: at_least(utility(a, cost, ratio, reward_pool), reward_pool / 2)
    ),
)
TAKES_PART = Claim(
    "stackelberg/participants-gain",
    "A client gains something exactly where it takes part: from sᵢ > 0 follows U > 0, and from U > 0 follows ρᵢz < 1.",
    "theorem; what is right of Zhou 2023, eqs 18 and 44",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**CLIENT_AT, "ρᵢ z < 1": lambda a, cost, ratio: below(cost * ratio, 1)},
                lambda a, cost, ratio, reward_pool: above(utility(a, cost, ratio, reward_pool), 0),
                degree=4,
            ),
            "who takes part gains",
        ),
        Step(
            Sentence(
                {
                    **CLIENT_AT,
                    "U > 0": lambda a, cost, ratio, reward_pool: above(utility(a, cost, ratio, reward_pool), 0),
                },
                lambda a, cost, ratio: below(cost * ratio, 1),
                degree=4,
            ),
            "who gains takes part",
        ),
    ),
    variant=Counterexample(
        {**CLIENT_AT, "ρᵢ z ≤ 1": lambda a, cost, ratio: at_most(cost * ratio, 1)},
        lambda a, cost, ratio, reward_pool: above(utility(a, cost, ratio, reward_pool), 0),
    ),
)
BOUND = Claim(
    "stackelberg/eq-44-cost-bound",
    "Every client satisfies (N − 1)ρᵢ < R, since it would not take part otherwise.",
    "Zhou 2023, eqs 43, 44 and 48, which derive it of all clients",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            THREE,
            of_three(lambda a, cost, cost_sum, client_count: below((client_count - 1) * cost, cost_sum)),
            costs={
                "what the third sells of a pool of 1": of_three(
                    lambda a, cost, ratio: budget(a, cost, ratio, a.number(1))
                )
            },
        ),
    ),
)
BOUND_OF_ALL = Claim(
    "stackelberg/eq-48-cost-bound-of-participants",
    "Where all clients take part, each satisfies ρᵢ < R/(N − 1), and the share that it gets says by how much.",
    "Zhou 2023, eqs 44 and 48",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    **COST,
                    **SUM,
                    **COUNT,
                    "sᵢ > 0": substitute(
                        lambda a, cost, ratio: above(equilibrium_share(a, cost, ratio), 0), ratio=all_in
                    ),
                },
                lambda a, cost, cost_sum, client_count: below(cost, cost_sum / (client_count - 1)),
            )
        ),
    ),
    variant=Counterexample(
        {
            **TWO,
            "s₁ > 0": lambda a, one, two: above(equilibrium_share(a, one, ratio_of_two(a, one, two)), 0),
        },
        lambda a, one, two: below(one, (one + two) / 2),
    ),
)
CHEAP = Claim(
    "stackelberg/cheap-clients-take-part",
    "The bound on costs is one-sided: a client whose cost is no more than the mean satisfies it, however cheap it is.",
    "theorem; against Zhou 2023, section 6, which sees a selection of clients that are alike",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    **SUM,
                    **COUNT,
                    "ρᵢ ≤ R/N": lambda a, cost, cost_sum, client_count: at_most(cost, cost_sum / client_count),
                },
                lambda a, cost, cost_sum, client_count: below((client_count - 1) * cost, cost_sum),
            )
        ),
    ),
    variant=Counterexample(
        {
            **SUM,
            **COUNT,
            "ρᵢ ≤ 2R/N": lambda a, cost, cost_sum, client_count: at_most(cost, 2 * cost_sum / client_count),
        },
        lambda a, cost, cost_sum, client_count: below((client_count - 1) * cost, cost_sum),
    ),
)
BUDGET_BOUND = Claim(
    "stackelberg/eq-52-budget-bound",
    "No client sells as much as B/ρᵢ.",
    "Zhou 2023, eqs 50–52",
    ClaimVerdict.PROVED_UNDER,
    (
        Step(
            Sentence(
                {
                    **POOL,
                    **COST,
                    **SELLS,
                    "ε₋ᵢ ≥ 0": lambda a, others: at_least(others, 0),
                    "U > 0": lambda a, own, others, cost, reward_pool: above(
                        client_utility(a, own, others, cost, reward_pool), 0
                    ),
                },
                lambda a, own, cost, reward_pool: below(own, reward_pool / cost),
            )
        ),
    ),
    missing=("U > 0",),
    variant=Counterexample(
        {
            **POOL,
            **COST,
            **SELLS,
            "U > 0": lambda a, own, others, cost, reward_pool: above(
                client_utility(a, own, others, cost, reward_pool), 0
            ),
        },
        lambda a, own, cost, reward_pool: below(own, reward_pool / cost / 2),
    ),
)
PROGRAMME = Claim(
    "stackelberg/shares-programme",
    "The optimality conditions of min Σ(1 − sᵢ)²/(2ρᵢ) on the simplex are the equilibrium: with the multiplier z, "
    "each share is max(0, 1 − ρᵢz).",
    "theorem: how a convex solver computes the equilibrium",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    **COST,
                    **RATIO,
                    "s ≥ 0": lambda a, share: at_least(share, 0),
                    "the slope is at least −z": substitute(
                        lambda a, m, ratio: at_least(m, -ratio),
                        m=slope(one_term, "share"),
                    ),
                    "and is −z if s > 0": substitute(
                        lambda a, m, ratio, share: equal((m + ratio) * share, 0),
                        m=slope(one_term, "share"),
                    ),
                },
                lambda a, share, cost, ratio: equal(share, equilibrium_share(a, cost, ratio)),
                degree=4,
            )
        ),
    ),
    variant=Counterexample(
        {**COST, **RATIO, "s ≥ 0": lambda a, share: at_least(share, 0)},
        lambda a, share, cost, ratio: equal(share, equilibrium_share(a, cost, ratio)),
    ),
)
TOTAL_FROM_SHARES = Claim(
    "stackelberg/total-from-shares",
    "The shares of the programme give the total: Z/B = Σsᵢ(1 − sᵢ)/Σsᵢρᵢ.",
    "theorem: how budgets are read off the shares",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {
                    "above_line": lambda a, cost, ratio: (
                        equilibrium_share(a, cost, ratio) * (1 - equilibrium_share(a, cost, ratio))
                    ),
                    "below_line": lambda a, cost, ratio: equilibrium_share(a, cost, ratio) * cost,
                },
                (lambda a, above_line, below_line, ratio: equal(above_line, ratio * below_line),),
                given=RATIO,
                member=COST,
                closing={"somebody takes part": lambda a, below_line: above(below_line, 0)},
                goal=lambda a, above_line, below_line, ratio: equal(above_line / below_line, ratio),
            ),
            "for every number of clients the quotient is z",
        ),
    ),
    variant=Counterexample(
        {**RATIO, **COST, "ρ z < 1": lambda a, cost, ratio: below(cost * ratio, 1)},
        lambda a, cost, ratio: equal(1 / (equilibrium_share(a, cost, ratio) * cost), ratio),
    ),
)
PATH = Claim(
    "stackelberg/ratio-never-rises",
    "Along the path of capped equilibria B/Z never falls: of two equilibria the one with the larger total Z has no "
    "larger z = Z/B. So who has entered stays in.",
    "theorem (the certificate of a capped pool rests on it)",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {
                    "first": lambda a, cost, cap, small, low: share_of(a, cost, small, low, cap),
                    "second": lambda a, cost, cap, large, high: share_of(a, cost, large, high, cap),
                },
                (lambda a, first, second, gap: at_most(second, (1 - gap) * first),),
                given={
                    "0 < Z₁": lambda a, small: above(small, 0),
                    "Z₁ < Z₂": lambda a, small, large: below(small, large),
                    "0 < z₁": lambda a, low: above(low, 0),
                    "z₁ < z₂": lambda a, low, high: below(low, high),
                    "0 < κ": lambda a, gap: above(gap, 0),
                    "κ Z₂ ≤ Z₂ − Z₁": lambda a, gap, small, large: at_most(gap * large, large - small),
                    "0 < r": lambda a, least: above(least, 0),
                    "κ ≤ r(z₂ − z₁)": lambda a, gap, least, low, high: at_most(gap, least * (high - low)),
                    "r z₂ ≤ 1": lambda a, least, high: at_most(least * high, 1),
                    "κ ≤ 1": lambda a, gap: at_most(gap, 1),
                },
                member={
                    "ρᵢ ≥ r": lambda a, cost, least: at_least(cost, least),
                    "cᵢ ≥ 0": lambda a, cap: at_least(cap, 0),
                },
                closing={"Σsᵢ = 1 at Z₁, z₁": lambda a, first: equal(first, 1)},
                goal=lambda a, second: below(second, 1),
                lemmas=(
                    lambda a, cost, low, high, gap: at_most(
                        equilibrium_share(a, cost, high), (1 - gap) * equilibrium_share(a, cost, low)
                    ),
                    lambda a, cost, cap, small, low, large, high, gap: at_most(
                        share_of(a, cost, large, high, cap), (1 - gap) * share_of(a, cost, small, low, cap)
                    ),
                ),
                degree=4,
            ),
            "if the shares add up to one at (Z₁, z₁), they add up to less wherever both are larger",
        ),
    ),
    variant=Counterexample(
        {
            **TWO,
            "0 < Z₁": lambda a, small: above(small, 0),
            "Z₁ < Z₂": lambda a, small, large: below(small, large),
            "0 < z": lambda a, low: above(low, 0),
        },
        lambda a, one, two, small, large, low: below(
            share_of(a, one, large, low, a.number(1)) + share_of(a, two, large, low, a.number(1)),
            share_of(a, one, small, low, a.number(1)) + share_of(a, two, small, low, a.number(1)),
        ),
    ),
)
CAPPED_STAYS = Claim(
    "stackelberg/capping-is-permanent",
    "Who is at its cap stays there when the total grows and z does not.",
    "theorem (the certificate of a capped pool rests on it)",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    **COST,
                    "0 < Z₁": lambda a, small: above(small, 0),
                    "Z₁ ≤ Z₂": lambda a, small, large: at_most(small, large),
                    "z₂ ≤ z₁": lambda a, low, high: at_most(low, high),
                    "c > 0": lambda a, cap: above(cap, 0),
                    "capped at Z₁, z₁": lambda a, cost, cap, small, high: equal(
                        capped_budget(a, small, cost, high, cap), cap
                    ),
                },
                lambda a, cost, cap, large, low: equal(capped_budget(a, large, cost, low, cap), cap),
                degree=4,
            )
        ),
    ),
    variant=Counterexample(
        {
            **COST,
            "0 < Z₁": lambda a, small: above(small, 0),
            "Z₁ ≤ Z₂": lambda a, small, large: at_most(small, large),
            "c > 0": lambda a, cap: above(cap, 0),
            "0 < z": lambda a, low: above(low, 0),
        },
        lambda a, cost, cap, large, low: equal(capped_budget(a, large, cost, low, cap), cap),
    ),
)
REGIME = {
    "Z > 0": lambda a, total: above(total, 0),
    "R′ > 0": lambda a, interior_cost: above(interior_cost, 0),
    "C ≥ 0": lambda a, capped_total: at_least(capped_total, 0),
}
SPENT = {
    "(n′ − 1)Z + C > 0": lambda a, total, interior_count, capped_total: above(
        (interior_count - 1) * total + capped_total, 0
    ),
}
pool_slope = slope(pool_for_total, "total")


def interior_count(a: Algebra, total: Any, ratio: Any, interior_cost: Any, capped_total: Any) -> Any:
    """n′ of the regime in which z = ((n′ − 1)Z + C)/(R′Z)."""
    return 1 + interior_cost * ratio - capped_total / total


def slope_before(a: Algebra, total: Any, ratio: Any, interior_cost: Any, capped_total: Any) -> Any:
    """B′ at a point of the path."""
    count = interior_count(a, total, ratio, interior_cost, capped_total)
    roles = {"interior_count": count, "interior_cost": interior_cost, "capped_total": capped_total}
    return pool_slope(a, total=total, **roles)


def slope_after_capping(a: Algebra, cost: Any, total: Any, ratio: Any, interior_cost: Any, capped_total: Any) -> Any:
    """B′ when a client that reaches its cap, which is what it sells here, no longer is in between."""
    count = interior_count(a, total, ratio, interior_cost, capped_total) - 1
    cap = total * (1 - cost * ratio)
    roles = {"interior_count": count, "interior_cost": interior_cost - cost, "capped_total": capped_total + cap}
    return pool_slope(a, total=total, **roles)


def slope_after_entry(a: Algebra, total: Any, interior_count: Any, interior_cost: Any, capped_total: Any) -> Any:
    """B′ when one more client comes in, whose cost is just 1/z."""
    entering = pool_for_total(a, total, interior_count, interior_cost, capped_total) / total
    roles = {"interior_cost": interior_cost + entering, "capped_total": capped_total}
    return pool_slope(a, total=total, interior_count=interior_count + 1, **roles)


CONVEX_PIECE = Claim(
    "stackelberg/pool-convex-in-regime",
    "While nobody enters or reaches a cap, the pool B(Z) that buys a total has a slope that does not fall: the "
    "server's utility is concave in Z there.",
    "theorem (the certificate of a capped pool rests on it)",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**REGIME, **SPENT},
                substitute(lambda a, second: at_least(second, 0), second=slope(pool_slope, "total")),
                degree=4,
            )
        ),
    ),
    variant=Counterexample(
        {**REGIME, **SPENT}, substitute(lambda a, second: above(second, 0), second=slope(pool_slope, "total"))
    ),
)
CAPPING_RAISES = Claim(
    "stackelberg/capping-raises-slope",
    "When a client reaches its cap the slope of B(Z) does not fall either; so it only rises between two entries.",
    "theorem (the certificate of a capped pool rests on it)",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    **REGIME,
                    **RATIO,
                    **COST,
                    "it is not the last": lambda a, cost, interior_cost: below(cost, interior_cost),
                    "it sells something": lambda a, cost, ratio: at_most(cost * ratio, 1),
                },
                substitute(
                    lambda a, after, before: at_least(after, before), after=slope_after_capping, before=slope_before
                ),
                degree=4,
            )
        ),
    ),
    variant=Counterexample(
        {
            **REGIME,
            **RATIO,
            **COST,
            "it is not the last": lambda a, cost, interior_cost: below(cost, interior_cost),
            "it sells something": lambda a, cost, ratio: at_most(cost * ratio, 1),
        },
        substitute(
            lambda a, after, before: at_least(after, 2 * before), after=slope_after_capping, before=slope_before
        ),
    ),
)
ENTRY_LOWERS = Claim(
    "stackelberg/capped-leader-concave",
    "Under caps the slope of B(Z) never falls, so that the server's utility is concave and a local maximum is global.",
    "what Zhou 2023, eq. 34, would say under caps",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {
                **REGIME,
                **SPENT,
                "somebody is capped": lambda a, capped_total: above(capped_total, 0),
                "n′ ≥ 1": lambda a, interior_count: at_least(interior_count, 1),
            },
            substitute(lambda a, after, before: at_least(after, before), after=slope_after_entry, before=pool_slope),
        ),
    ),
)
EQUILIBRIUM = (
    BY_SHARES,
    MUST_BE_SHARES,
    NOT_ZERO,
    EXISTS,
    UNIQUE,
    GENERAL_UTILITY,
    RATIONAL,
    TAKES_PART,
    BOUND,
    BOUND_OF_ALL,
    CHEAP,
    BUDGET_BOUND,
    PROGRAMME,
    TOTAL_FROM_SHARES,
)
CAPPED = (PATH, CAPPED_STAYS, CONVEX_PIECE, CAPPING_RAISES, ENTRY_LOWERS)
