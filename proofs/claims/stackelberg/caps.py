"""Caps on what clients may sell: the shares of an equilibrium, and the path of equilibria along the total."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....formulations.algebra import Algebra, Formula
from ....formulations.stackelberg.contest import capped_budget, equilibrium_share
from ...kernel.sentence import Induction, Sentence, above, at_least, at_most, below, equal, substitute
from ..claim import Claim, ClaimVerdict, Counterexample, ForAnyNumber, Step
from .best_response import NOBODY_ALONE
from .equilibrium import FERMAT, TWO
from .terms import COST, OTHERS, OWN, POOL, marginal


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

CAPPED = (CAPPED_SHARES, PATH, CAPPED_STAYS)
