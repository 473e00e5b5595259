"""The slope of the pool B(Z) that buys a total under caps: where it rises, and how much it is at least."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....formulations.algebra import Algebra, Formula
from ....formulations.stackelberg.contest import pool_for_total
from ...kernel.sentence import Sentence, above, at_least, at_most, below, equal, slope, substitute
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Step
from .terms import COST, RATIO

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

CAPPED_SLOPE = (CONVEX_PIECE, CAPPING_RAISES, SLOPE_AT_LEAST, ENTRY_LOWERS)
