"""The slope of the pool B(Z) that buys a total under caps: where it rises, and how much it is at least."""

from __future__ import annotations

from ....formulations.stackelberg import contest
from ...kernel.sentence import Sentence
from ...kernel.terms import Term, roles
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Step
from .vocabulary import COST, RATIO

cost, ratio, total, interior_count, interior_cost = roles("cost ratio total interior_count interior_cost")
capped_total, last_total, most_count, least_capped = roles("capped_total last_total most_count least_capped")
average, part, least = roles("average part least")

REGIME = {"Z > 0": total > 0, "R′ > 0": interior_cost > 0, "C ≥ 0": capped_total >= 0}
spent = (interior_count - 1) * total + capped_total
SPENT = {"(n′ − 1)Z + C > 0": spent > 0}

pool = Term(contest.pool_for_total)
pool_slope = pool.slope(total)
count = 1 + interior_cost * ratio - capped_total / total
"""n′ of the regime in which z = ((n′ − 1)Z + C)/(R′Z)."""
slope_before = pool_slope.at(interior_count=count)
"""B′ at a point of the path."""
slope_after_capping = pool_slope.at(
    interior_count=count - 1, interior_cost=interior_cost - cost, capped_total=capped_total + total * (1 - cost * ratio)
)
"""B′ when a client that reaches its cap, which is what it sells here, no longer is in between."""
slope_after_entry = pool_slope.at(interior_count=interior_count + 1, interior_cost=interior_cost + pool / total)
"""B′ when one more client comes in, whose cost is just 1/z."""

CONVEX_PIECE = Claim(
    "stackelberg/pool-convex-in-regime",
    "While nobody enters or reaches a cap, the pool B(Z) that buys a total has a slope that does not fall: the "
    "server's utility is concave in Z there.",
    "theorem (the certificate of a capped pool rests on it)",
    ClaimVerdict.PROVED,
    (Step(Sentence({**REGIME, **SPENT}, pool_slope.slope(total) >= 0, degree=4)),),
    variant=Counterexample({**REGIME, **SPENT}, pool_slope.slope(total) > 0),
)

REACHES_CAP = {
    **REGIME,
    **RATIO,
    **COST,
    "it is not the last": cost < interior_cost,
    "it sells something": cost * ratio <= 1,
}
CAPPING_RAISES = Claim(
    "stackelberg/capping-raises-slope",
    "When a client reaches its cap the slope of B(Z) does not fall either; so it only rises between two entries.",
    "theorem (the certificate of a capped pool rests on it)",
    ClaimVerdict.PROVED,
    (Step(Sentence(REACHES_CAP, slope_after_capping >= slope_before, degree=4)),),
    variant=Counterexample(REACHES_CAP, slope_after_capping >= 2 * slope_before),
)

paid_on_top = capped_total / spent
"""C/((n′ − 1)Z + C), by which part one more unit of the total costs more than one so far."""
paid_at_least = paid_on_top.at(total=last_total, interior_count=most_count, capped_total=least_capped)
"""The same at Z₂, of n₁ between zero and their caps, where C₁ is capped."""
ALONG = {
    "Z > 0": total > 0,
    **SPENT,
    "Z ≤ Z₂": total <= last_total,
    "0 ≤ C₁": least_capped >= 0,
    "C₁ ≤ C": least_capped <= capped_total,
    "n′ ≤ n₁": interior_count <= most_count,
    "1 ≤ n₁": most_count >= 1,
    "(n₁ − 1)Z₂ + C₁ > 0": (most_count - 1) * last_total + least_capped > 0,
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
            Sentence({**REGIME, **SPENT}, pool_slope.equals(pool / total * (1 + paid_on_top)), degree=4),
            "B′ = B/Z (1 + C/((n′ − 1)Z + C))",
        ),
        Step(
            Sentence(ALONG, paid_on_top >= paid_at_least, degree=4), "the part on top is C₁/((n₁ − 1)Z₂ + C₁) at least"
        ),
        Step(
            Sentence(
                {
                    "p > 0": average > 0,
                    "p ≤ B/Z": average <= ratio,
                    "0 ≤ least part": least >= 0,
                    "least part ≤ part": least <= part,
                },
                ratio * (1 + part) >= average * (1 + least),
                degree=2,
            ),
            "so is the product of both",
        ),
    ),
    variant=Counterexample(
        {text: statement for text, statement in ALONG.items() if text != "n′ ≤ n₁"}, paid_on_top >= paid_at_least
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
                "somebody is capped": capped_total > 0,
                "the capped do not sell all": capped_total < total,
                "n′ ≥ 1": interior_count >= 1,
            },
            slope_after_entry >= pool_slope,
        ),
    ),
    attribution=Attribution.READING,
)

CAPPED_SLOPE = (CONVEX_PIECE, CAPPING_RAISES, SLOPE_AT_LEAST, ENTRY_LOWERS)
