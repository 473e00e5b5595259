"""Caps on what clients may sell: the path of equilibria, and what the certificate of a capped pool rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....formulations.algebra import Algebra, Formula
from ....formulations.stackelberg.contest import capped_budget, equilibrium_share, pool_for_total
from ...kernel.sentence import Induction, Sentence, above, at_least, at_most, below, equal, slope, substitute
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, ForAnyNumber, Step
from .best_response import NOBODY_ALONE
from .equilibrium import FERMAT, TWO
from .terms import COST, OTHERS, OWN, POOL, RATIO, marginal


def share_of(a: Algebra, cost: Any, total: Any, ratio: Any, cap: Any) -> Any:
    """A client's share of a total Z where Z/B is `ratio`, its budget being capped."""
    return capped_budget(a, total, cost, ratio, cap) / total


CAPPED_BUDGET = {
    **OTHERS,
    **OWN,
    **POOL,
    **COST,
    "εᵢ ≤ c": lambda a, own, cap: at_most(own, cap),
    "its utility does not rise, unless εᵢ = c": substitute(
        lambda a, m, own, cap: at_most(m * (cap - own), 0), m=marginal
    ),
    "nor fall, unless εᵢ = 0": substitute(lambda a, m, own: at_least(m * own, 0), m=marginal),
}
CAPPED_SHARES = Claim(
    "stackelberg/capped-equilibrium-has-shares",
    "At any equilibrium under caps with a total Z = Σε > 0 every client sells min(cᵢ, Z max(0, 1 − ρᵢZ/B)).",
    "theorem (what is said of capped equilibria by their shares rests on it)",
    ClaimVerdict.PROVED,
    (
        NOBODY_ALONE,
        FERMAT,
        Step(
            Sentence(
                CAPPED_BUDGET,
                lambda a, own, others, cost, cap, reward_pool: equal(
                    own, capped_budget(a, own + others, cost, (own + others) / reward_pool, cap)
                ),
                degree=4,
            ),
            "where the others sell something",
        ),
    ),
    variant=Counterexample(
        {text: formula for text, formula in CAPPED_BUDGET.items() if not text.startswith("nor fall")},
        lambda a, own, others, cost, cap, reward_pool: equal(
            own, capped_budget(a, own + others, cost, (own + others) / reward_pool, cap)
        ),
    ),
)


GAP: Mapping[str, Formula] = {
    "0 < κ": lambda a, gap: above(gap, 0),
    "κ Z₂ ≤ Z₂ − Z₁": lambda a, gap, small, large: at_most(gap * large, large - small),
    "0 < r": lambda a, least: above(least, 0),
    "κ ≤ r(z₂ − z₁)": lambda a, gap, least, low, high: at_most(gap, least * (high - low)),
    "r z₂ ≤ 1": lambda a, least, high: at_most(least * high, 1),
    "κ ≤ 1": lambda a, gap: at_most(gap, 1),
}
"""A part κ by which the shares at a larger total Z₂ and z₂ stay behind those at Z₁ and z₁."""
PATH = Claim(
    "stackelberg/ratio-never-rises",
    "Along the path of capped equilibria z never rises: of two equilibria the one with the larger total has no larger "
    "z. So who has entered stays in.",
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
                    **GAP,
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
    )
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


def paid_on_top(a: Algebra, total: Any, interior_count: Any, capped_total: Any) -> Any:
    """C/((n′ − 1)Z + C), by which part one more unit of the total costs more than one so far."""
    return capped_total / ((interior_count - 1) * total + capped_total)


def paid_at_least(a: Algebra, last_total: Any, most_count: Any, least_capped: Any) -> Any:
    """The same at Z₂, of n₁ between zero and their caps, where C₁ is capped."""
    return paid_on_top(a, last_total, most_count, least_capped)


ALONG: Mapping[str, Formula] = {
    "Z > 0": lambda a, total: above(total, 0),
    **SPENT,
    "Z ≤ Z₂": lambda a, total, last_total: at_most(total, last_total),
    "0 ≤ C₁": lambda a, least_capped: at_least(least_capped, 0),
    "C₁ ≤ C": lambda a, least_capped, capped_total: at_most(least_capped, capped_total),
    "n′ ≤ n₁": lambda a, interior_count, most_count: at_most(interior_count, most_count),
    "1 ≤ n₁": lambda a, most_count: at_least(most_count, 1),
    "(n₁ − 1)Z₂ + C₁ > 0": lambda a, most_count, last_total, least_capped: above(
        (most_count - 1) * last_total + least_capped, 0
    ),
}
"""A regime behind a point of the path where C₁ is capped, up to a total of Z₂, with n₁ in between at most."""
SLOPE_AT_LEAST = Claim(
    "stackelberg/pool-slope-at-least",
    "Where B/Z ≥ p, at most n₁ clients are between zero and their caps, the capped ones sell C₁ at least and Z ≤ Z₂, "
    "one more unit of the total costs p (1 + C₁/((n₁ − 1)Z₂ + C₁)) at least.",
    "theorem (the certificate of a capped pool rests on it)",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**REGIME, **SPENT},
                substitute(
                    lambda a, here, pool, part, total: equal(here, pool / total * (1 + part)),
                    here=pool_slope,
                    pool=pool_for_total,
                    part=paid_on_top,
                ),
                degree=4,
            ),
            "B′ = B/Z (1 + C/((n′ − 1)Z + C))",
        ),
        Step(
            Sentence(
                ALONG,
                substitute(lambda a, part, least: at_least(part, least), part=paid_on_top, least=paid_at_least),
                degree=4,
            ),
            "the part on top is C₁/((n₁ − 1)Z₂ + C₁) at least",
        ),
        Step(
            Sentence(
                {
                    "p > 0": lambda a, average: above(average, 0),
                    "p ≤ B/Z": lambda a, average, ratio: at_most(average, ratio),
                    "0 ≤ least part": lambda a, least: at_least(least, 0),
                    "least part ≤ part": lambda a, least, part: at_most(least, part),
                },
                lambda a, average, ratio, least, part: at_least(ratio * (1 + part), average * (1 + least)),
                degree=2,
            ),
            "so is the product of both",
        ),
    ),
    variant=Counterexample(
        {text: formula for text, formula in ALONG.items() if text != "n′ ≤ n₁"},
        substitute(lambda a, part, least: at_least(part, least), part=paid_on_top, least=paid_at_least),
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
                "the capped do not sell all": lambda a, capped_total, total: below(capped_total, total),
                "n′ ≥ 1": lambda a, interior_count: at_least(interior_count, 1),
            },
            substitute(lambda a, after, before: at_least(after, before), after=slope_after_entry, before=pool_slope),
        ),
    ),
    attribution=Attribution.READING,
)

CAPPED = (CAPPED_SHARES, PATH, CAPPED_STAYS, CONVEX_PIECE, CAPPING_RAISES, SLOPE_AT_LEAST, ENTRY_LOWERS)
