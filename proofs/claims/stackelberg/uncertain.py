"""Costs that the server knows between two numbers: what is the worst of them, and what is regretted most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....formulations.algebra import Algebra, Formula
from ....formulations.stackelberg.contest import equilibrium_share
from ...kernel.sentence import Induction, Sentence, above, at_least, at_most, below, equal, slope, substitute
from ..claim import Claim, ClaimVerdict, Counterexample, ForAnyNumber, Lemma, Step
from .caps import GAP, share_of
from .leader import RISING, at_best
from .terms import COST, COUNT, RATIO, REVENUE, best_pool, served, server

DEARER: Mapping[str, Formula] = {
    **COST,
    "ρ* ≥ ρᵢ": lambda a, cost, worst_cost: at_least(worst_cost, cost),
    "c₀ ≥ 0": lambda a, least_cap: at_least(least_cap, 0),
    "c₀ ≤ cᵢ": lambda a, cap, least_cap: at_most(least_cap, cap),
}
TOTALS: Mapping[str, Formula] = {
    "0 < Z₁": lambda a, small: above(small, 0),
    "Z₁ < Z₂": lambda a, small, large: below(small, large),
    "0 < z₁": lambda a, low: above(low, 0),
    "z₁ < z₂, since the pool is the same": lambda a, low, high: below(low, high),
    **GAP,
}


def known_share(a: Algebra, cost: Any, small: Any, low: Any, cap: Any) -> Any:
    """A share at the costs and caps that there are."""
    return share_of(a, cost, small, low, cap)


def worst_share(a: Algebra, worst_cost: Any, large: Any, high: Any, least_cap: Any) -> Any:
    """A share at the largest cost and the least cap."""
    return share_of(a, worst_cost, large, high, least_cap)


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
                {"known": known_share, "worst": worst_share},
                (lambda a, known, worst, gap: at_most(worst, (1 - gap) * known),),
                given=TOTALS,
                member={"ρᵢ ≥ r": lambda a, cost, least: at_least(cost, least), **DEARER},
                closing={"Σsᵢ(Z₁) = 1": lambda a, known: equal(known, 1)},
                goal=lambda a, worst: below(worst, 1),
                lemmas=(
                    lambda a, cost, worst_cost, high: at_most(
                        equilibrium_share(a, worst_cost, high), equilibrium_share(a, cost, high)
                    ),
                    lambda a, cost, low, high, gap: at_most(
                        equilibrium_share(a, cost, high), (1 - gap) * equilibrium_share(a, cost, low)
                    ),
                    lambda a, worst_cost, cost, low, high, gap: at_most(
                        equilibrium_share(a, worst_cost, high), (1 - gap) * equilibrium_share(a, cost, low)
                    ),
                    lambda a, cost, worst_cost, cap, least_cap, small, low, large, high, gap: at_most(
                        worst_share(a, worst_cost, large, high, least_cap),
                        (1 - gap) * known_share(a, cost, small, low, cap),
                    ),
                ),
                degree=4,
            ),
            "for every number of clients, whatever their costs and caps",
        ),
        Step(
            Sentence(
                {**COUNT, **REVENUE, "Z ≥ 0": lambda a, total: at_least(total, 0)},
                substitute(lambda a, m: above(m, 0), m=slope(server, "total")),
            ),
            "the server's utility rises with the total",
        ),
        RISING,
    ),
    variant=Counterexample(
        {**DEARER, "Z > 0": lambda a, small: above(small, 0), "z > 0": lambda a, low: above(low, 0)},
        lambda a, cost, worst_cost, cap, least_cap, small, low: below(
            share_of(a, worst_cost, small, low, least_cap), share_of(a, cost, small, low, cap)
        ),
    ),
)
LATE: Mapping[str, Formula] = {
    **RATIO,
    "0 < z₀": lambda a, worst_ratio: above(worst_ratio, 0),
    "z₀ ≤ z: the total is least at the largest costs": lambda a, ratio, worst_ratio: at_most(worst_ratio, ratio),
    **COST,
    "ρ₀ ≤ ρᵢ": lambda a, cost, least_cost: at_most(least_cost, cost),
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
            Sentence(
                {**LATE, "takes part: ρᵢz < 1": lambda a, cost, ratio: below(cost * ratio, 1)},
                lambda a, least_cost, worst_ratio: below(least_cost * worst_ratio, 1),
                degree=4,
            ),
            "whoever takes part could do so at the worst",
        ),
        Step(
            Sentence(
                {
                    **REVENUE,
                    "B > 0": lambda a, reward_pool: above(reward_pool, 0),
                    "0 < z₀ ≤ z": lambda a, worst_ratio, ratio: at_most(worst_ratio, ratio),
                    "z₀ > 0": lambda a, worst_ratio: above(worst_ratio, 0),
                    "2 ≤ n": lambda a, sellers: at_least(sellers, 2),
                    "n ≤ N": lambda a, sellers, client_count: at_most(sellers, client_count),
                },
                lambda a, reward_pool, worst_ratio, ratio, sellers, client_count: at_most(
                    reward_pool * worst_ratio / client_count, reward_pool * ratio / sellers
                ),
                degree=4,
            ),
            "the mean is no smaller than with the least total over the most that can take part",
        ),
    ),
    variant=Counterexample(LATE, lambda a, cost, worst_ratio: below(cost * worst_ratio, 1)),
)


def regret(a: Algebra, reward_pool: Any, ratio: Any, client_count: Any, alpha: Any, beta: Any) -> Any:
    """What a pool earns less than the best one, where Z/B is `ratio` and the best pool is positive."""
    return at_best(a, ratio, client_count, alpha, beta) - served(a, reward_pool, ratio, client_count, alpha, beta)


REGRET = Claim(
    "stackelberg/regret-rises-as-costs-fall",
    "Without caps and with the mean over all, what a pool B earns less than the best one rises with z wherever the "
    "best pool is at least B: of the pool that is best at the largest costs most is regretted at the least ones.",
    "theorem (the largest regret of the pool with the best guarantee)",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    **COUNT,
                    **RATIO,
                    **REVENUE,
                    "B ≥ 0": lambda a, reward_pool: at_least(reward_pool, 0),
                    "B ≤ β − N/(αz)": substitute(
                        lambda a, reward_pool, best: at_most(reward_pool, best), best=best_pool
                    ),
                },
                substitute(lambda a, m: at_least(m, 0), m=slope(regret, "ratio")),
                degree=4,
            ),
            "its slope",
        ),
        RISING,
    ),
    variant=Counterexample(
        {**COUNT, **RATIO, **REVENUE, "B ≥ 0": lambda a, reward_pool: at_least(reward_pool, 0)},
        substitute(lambda a, m: at_least(m, 0), m=slope(regret, "ratio")),
    ),
)
UNCERTAIN = (DEARER_SELL_LESS, LATE_ENTRANTS, REGRET)
