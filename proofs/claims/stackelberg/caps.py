"""Caps on what clients may sell: the shares of an equilibrium, and the path of equilibria along the total."""

from __future__ import annotations

from ....formulations.stackelberg import contest
from ...kernel.sentence import Induction, Sentence
from ...kernel.terms import Term, roles
from ..claim import Claim, ClaimVerdict, Counterexample, ForAnyNumber, Step
from .best_response import NOBODY_ALONE
from .equilibrium import FERMAT, RISING_RATIO, TWO, share_at_high, share_at_low
from .vocabulary import CLIENT, COST, marginal

one, two, own, others, cost, cap, reward_pool, ratio = roles("one two own others cost cap reward_pool ratio")
total, small, large, low, high, gap, least = roles("total small large low high gap least")
first, second = roles("first second")

capped_budget = Term(contest.capped_budget).at(total_per_pool=ratio)
"""What a client sells of a total Z where Z/B is z, its budget being capped."""
capped_share = capped_budget / total
"""Its share of the total."""
share_before = capped_share.at(total=small, ratio=low)
share_after = capped_share.at(total=large, ratio=high)
shares_of_two = capped_share.at(cost=one, ratio=low, cap=1) + capped_share.at(cost=two, ratio=low, cap=1)

CAPPED_CONTENT = {
    **CLIENT,
    "εᵢ ≤ c": own <= cap,
    "its utility does not rise, unless εᵢ = c": marginal * (cap - own) <= 0,
}
has_capped_share = own.equals(capped_budget.at(total=own + others, ratio=(own + others) / reward_pool))

CAPPED_SHARES = Claim(
    "stackelberg/capped-equilibrium-has-shares",
    "At any equilibrium under caps with a total Z = Σε > 0 every client sells min(cᵢ, Z max(0, 1 − ρᵢZ/B)).",
    "theorem (what is said of capped equilibria by their shares rests on it)",
    ClaimVerdict.PROVED,
    (
        NOBODY_ALONE,
        FERMAT,
        Step(
            Sentence({**CAPPED_CONTENT, "nor fall, unless εᵢ = 0": marginal * own >= 0}, has_capped_share, degree=4),
            "where the others sell something",
        ),
    ),
    variant=Counterexample(CAPPED_CONTENT, has_capped_share),
)

GAP = {
    "0 < κ": gap > 0,
    "κ Z₂ ≤ Z₂ − Z₁": gap * large <= large - small,
    "0 < r": least > 0,
    "κ ≤ r(z₂ − z₁)": gap <= least * (high - low),
    "r z₂ ≤ 1": least * high <= 1,
    "κ ≤ 1": gap <= 1,
}
"""A part κ by which the shares at a larger total Z₂ and z₂ stay behind those at Z₁ and z₁."""
RISING_TOTAL = {"0 < Z₁": small > 0, "Z₁ < Z₂": small < large}
PATH = Claim(
    "stackelberg/ratio-never-rises",
    "Along the path of capped equilibria z never rises: of two equilibria the one with the larger total has no larger "
    "z. So who has entered stays in.",
    "theorem (the certificate of a capped pool rests on it)",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {"first": share_before, "second": share_after},
                (second <= (1 - gap) * first,),
                given={**RISING_TOTAL, **RISING_RATIO, **GAP},
                member={"ρᵢ ≥ r": cost >= least, "cᵢ ≥ 0": cap >= 0},
                closing={"Σsᵢ = 1 at Z₁, z₁": first.equals(1)},
                goal=second < 1,
                lemmas=(share_at_high <= (1 - gap) * share_at_low, share_after <= (1 - gap) * share_before),
                degree=4,
            ),
            "if the shares add up to one at (Z₁, z₁), they add up to less wherever both are larger",
        ),
    ),
    variant=Counterexample(
        {**TWO, **RISING_TOTAL, "0 < z": low > 0}, shares_of_two.at(total=large) < shares_of_two.at(total=small)
    ),
)

MORE_TOTAL = {**COST, "0 < Z₁": small > 0, "Z₁ ≤ Z₂": small <= large}
capped_after = capped_budget.at(total=large, ratio=low).equals(cap)
CAPPED_STAYS = Claim(
    "stackelberg/capping-is-permanent",
    "Who is at its cap stays there when the total grows and z does not.",
    "theorem (the certificate of a capped pool rests on it)",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    **MORE_TOTAL,
                    "z₂ ≤ z₁": low <= high,
                    "c > 0": cap > 0,
                    "capped at Z₁, z₁": capped_budget.at(total=small, ratio=high).equals(cap),
                },
                capped_after,
                degree=4,
            )
        ),
    ),
    variant=Counterexample({**MORE_TOTAL, "c > 0": cap > 0, "0 < z": low > 0}, capped_after),
)

CAPPED = (CAPPED_SHARES, PATH, CAPPED_STAYS)
