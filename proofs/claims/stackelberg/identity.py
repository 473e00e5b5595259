"""Who counts as one in the contest: second accounts, idle accounts and cartels, for every number of clients."""

from __future__ import annotations

from ...kernel.sentence import Sentence
from ...kernel.terms import roles
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Step
from .vocabulary import (
    COST,
    COUNT,
    OTHERS,
    OWN,
    POOL,
    RATIO,
    REVENUE,
    SAME_COST,
    best_pool,
    client_utility,
    equal_ratio,
    equal_utility,
    optimal_pool,
    share,
)

own, second, others, cost, same_cost, reward_pool = roles("own second others cost same_cost reward_pool")
ratio, client_count, alpha, beta = roles("ratio client_count alpha beta")

TWO_ACCOUNTS = {**OTHERS, **OWN, "ε′ ≥ 0": second >= 0, **POOL, **COST}
two_accounts = client_utility.at(others=others + second) + client_utility.at(own=second, others=others + own)
"""What an owner has of two accounts: each is one of the others to the other."""

NEUTRAL = Claim(
    "stackelberg/second-account-neutral",
    "At a fixed pool without caps an owner of two accounts has what one account has that sells as much as both, "
    "whatever the others of any number sell: splitting is neutral.",
    "theorem; costs of accounts add up",
    ClaimVerdict.PROVED,
    (Step(Sentence(TWO_ACCOUNTS, two_accounts.equals(client_utility.at(own=own + second)))),),
    variant=Counterexample(
        TWO_ACCOUNTS, two_accounts.equals(client_utility.at(own=own + second, others=others + second))
    ),
)

SERVED = {**RATIO, **COUNT, **REVENUE}
with_one_more = best_pool.at(client_count=client_count + 1)
IDLE = Claim(
    "stackelberg/idle-account-lowers-pool",
    "With the mean over all, one more account that sells nothing leaves every share as it is, and lowers the server's "
    "stationary pool by 1/(αz), for every number of clients.",
    "theorem",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence({**COST, **RATIO, "ρᵢ z ≥ 1": cost * ratio >= 1}, share.equals(0)),
            "it has no share, so the others' add up to one at the same z",
        ),
        Step(Sentence(SERVED, (best_pool - with_one_more).equals(1 / (alpha * ratio))), "the pool for N + 1"),
    ),
    variant=Counterexample(SERVED, best_pool <= with_one_more),
)

with_idle = optimal_pool.at(client_count=client_count + 1)
IDLE_IS_NOTHING = Claim(
    "stackelberg/idle-account-changes-nothing",
    "With the mean over all, an account that sells nothing leaves the server's pool as it is.",
    "claim sought: that who does not take part does not matter",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            SERVED,
            with_idle.equals(optimal_pool),
            costs={"the pool of N clients": optimal_pool, "with an idle account": with_idle},
            start={"ratio": "1/2", "client_count": "2", "alpha": "10", "beta": "10"},
            kept=True,
        ),
    ),
    attribution=Attribution.READING,
)

THREE_AT_LEAST = {"N ≥ 3": client_count >= 3}
merged_gain = equal_utility.at(client_count=client_count - 1) - 2 * equal_utility
"""What two of N equal clients gain at the same pool if one of them takes part for both."""
as_one, as_two = reward_pool / (client_count - 1) ** 2, 2 * reward_pool / client_count**2

MERGED = Claim(
    "stackelberg/merged-bidders",
    "Two of N ≥ 3 clients of equal costs who bid as one at a fixed pool have B/(N − 1)² in place of 2B/N²: of three "
    "they gain B/36, of more they lose.",
    "theorem",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence({**SAME_COST, **THREE_AT_LEAST, **POOL}, merged_gain.equals(as_one - as_two), degree=4), "the gain"
        ),
        Step(Sentence({**SAME_COST, **POOL}, merged_gain.at(client_count=3).equals(reward_pool / 36)), "of three"),
        Step(Sentence({"N ≥ 4": client_count >= 4, **POOL}, as_one < as_two, degree=4), "of four and more"),
    ),
    variant=Counterexample({**THREE_AT_LEAST, **POOL}, as_one < as_two),
)

pool_of_merged = best_pool.at(ratio=equal_ratio.at(client_count=2), client_count=3)
"""The server's pool for three accounts of equal costs, one of which is left idle."""
pool_of_three = best_pool.at(ratio=equal_ratio).at(client_count=3)
together = equal_utility.at(client_count=2, reward_pool=pool_of_merged)
gain_anew = together - 2 * equal_utility.at(client_count=3, reward_pool=pool_of_three)
"""What two of three equal clients gain by bidding as one, the pool being set for what the clients then do."""
SERVED_ALIKE = {**SAME_COST, **REVENUE, "the pool is positive": pool_of_merged > 0}

MERGED_ANEW = Claim(
    "stackelberg/merged-bidders-pool-anew",
    "Two of three clients of equal costs who bid as one gain β/36 − ρ/(2α) if the server sets its pool anew, over all "
    "three accounts and positive: they gain where αβ > 18ρ, and lose where it is less.",
    "theorem",
    ClaimVerdict.PROVED,
    (Step(Sentence(SERVED_ALIKE, gain_anew.equals(beta / 36 - same_cost / (2 * alpha)), degree=4)),),
    variant=Counterexample(SERVED_ALIKE, gain_anew > 0, start={"same_cost": "1", "alpha": "10", "beta": "1"}),
)

IDENTITY = (NEUTRAL, IDLE, IDLE_IS_NOTHING, MERGED, MERGED_ANEW)
