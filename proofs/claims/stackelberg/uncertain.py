"""Costs that the server knows between two numbers: what is the worst of them, and what is regretted most."""

from __future__ import annotations

from ...kernel.sentence import Induction, Sentence
from ...kernel.terms import roles
from ..claim import Claim, ClaimVerdict, Counterexample, ForAnyNumber, Lemma, Step
from .caps import GAP, RISING_TOTAL, capped_share, share_before
from .equilibrium import share_at_high, share_at_low
from .leader import ANY_TOTAL, RISING, SERVER_AT, at_best
from .vocabulary import COST, POOL, RATIO, REVENUE, best_pool, served, server, share

cost, worst_cost, least_cost, cap, least_cap = roles("cost worst_cost least_cost cap least_cap")
total, small, large, low, high, gap, least, known, worst = roles("total small large low high gap least known worst")
reward_pool, ratio, worst_ratio, sellers, client_count = roles("reward_pool ratio worst_ratio sellers client_count")

DEARER = {**COST, "ρ* ≥ ρᵢ": worst_cost >= cost, "c₀ ≥ 0": least_cap >= 0, "c₀ ≤ cᵢ": least_cap <= cap}
worst_capped_share = capped_share.at(cost=worst_cost, cap=least_cap)
"""A share at the largest cost and the least cap."""
share_at_worst = worst_capped_share.at(total=large, ratio=high)
worst_free_share = share.at(cost=worst_cost, ratio=high)

DEARER_SELL_LESS = Claim(
    "stackelberg/dearer-costs-lower-the-total",
    "At the same pool the clients together sell no more where no cost is smaller and no cap larger: if the shares add "
    "up to one at Z₁, those at the larger costs and smaller caps add up to less at every larger Z₂. So against costs "
    "in intervals, for every pool and with the mean over all, the largest costs and least caps are the worst for a "
    "server whose utility rises with the total.",
    "theorem (what is guaranteed against uncertain costs rests on it)",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {"known": share_before, "worst": share_at_worst},
                (worst <= (1 - gap) * known,),
                given={**RISING_TOTAL, "0 < z₁": low > 0, "z₁ < z₂, since the pool is the same": low < high, **GAP},
                member={"ρᵢ ≥ r": cost >= least, **DEARER},
                closing={"Σsᵢ(Z₁) = 1": known.equals(1)},
                goal=worst < 1,
                lemmas=(
                    worst_free_share <= share_at_high,
                    share_at_high <= (1 - gap) * share_at_low,
                    worst_free_share <= (1 - gap) * share_at_low,
                    share_at_worst <= (1 - gap) * share_before,
                ),
                degree=4,
            ),
            "for every number of clients, whatever their costs and caps",
        ),
        Step(Sentence(ANY_TOTAL, server.slope(total) > 0), "the server's utility rises with the total"),
        RISING,
    ),
    variant=Counterexample(
        {**DEARER, "Z > 0": small > 0, "z > 0": low > 0}, worst_capped_share.at(total=small, ratio=low) < share_before
    ),
)

LATE = {
    **RATIO,
    "0 < z₀": worst_ratio > 0,
    "z₀ ≤ z: the total is least at the largest costs": worst_ratio <= ratio,
    **COST,
    "ρ₀ ≤ ρᵢ": least_cost <= cost,
}
LATE_ENTRANTS = Claim(
    "stackelberg/late-entrants-are-the-worst",
    "Without caps and with the mean over participants, whoever takes part at any costs of the intervals has a least "
    "cost below 1/z₀ at the largest costs: no more can take part than there are of those. The mean is least where all "
    "of them do and the total is that at the largest costs; costs just below 1/z₀ come as close as one likes.",
    "theorem (what is guaranteed with the mean over participants rests on it)",
    ClaimVerdict.PROVED,
    (
        Lemma("stackelberg/dearer-costs-lower-the-total"),
        Step(
            Sentence({**LATE, "takes part: ρᵢz < 1": cost * ratio < 1}, least_cost * worst_ratio < 1, degree=4),
            "whoever takes part could do so at the worst",
        ),
        Step(
            Sentence(
                {
                    **REVENUE,
                    **POOL,
                    "0 < z₀ ≤ z": worst_ratio <= ratio,
                    "z₀ > 0": worst_ratio > 0,
                    "2 ≤ n": sellers >= 2,
                    "n ≤ N": sellers <= client_count,
                },
                reward_pool * worst_ratio / client_count <= reward_pool * ratio / sellers,
                degree=4,
            ),
            "the mean is no smaller than with the least total over the most that can take part",
        ),
    ),
    variant=Counterexample(LATE, cost * worst_ratio < 1),
)

regret_slope = (at_best - served).slope(ratio)
"""How what a pool earns less than the best one changes with Z/B, where the best pool is positive."""

REGRET = Claim(
    "stackelberg/regret-rises-as-costs-fall",
    "Without caps and with the mean over all, what a pool B earns less than the best one rises with z wherever the "
    "best pool is at least B: of the pool that is best at the largest costs most is regretted at the least ones.",
    "theorem (the largest regret of the pool with the best guarantee)",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence({**SERVER_AT, "B ≤ β − N/(αz)": reward_pool <= best_pool}, regret_slope >= 0, degree=4),
            "its slope",
        ),
        RISING,
    ),
    variant=Counterexample(SERVER_AT, regret_slope >= 0),
)

UNCERTAIN = (DEARER_SELL_LESS, LATE_ENTRANTS, REGRET)
