"""Who counts as one in the contest: second accounts, idle accounts and cartels, for every number of clients."""

from __future__ import annotations

from typing import Any

from ....formulations.algebra import Algebra
from ....formulations.stackelberg.contest import equilibrium_share
from ....formulations.stackelberg.declaration import client_utility
from ...kernel.sentence import Sentence, above, at_least, at_most, below, equal
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Step
from .terms import (
    COST,
    COUNT,
    OTHERS,
    OWN,
    POOL,
    RATIO,
    REVENUE,
    SAME_COST,
    best_pool,
    equal_utility,
    optimal_pool,
    ratio_of_two,
)

SECOND = {"ε′ ≥ 0": lambda a, second: at_least(second, 0)}
THREE_AT_LEAST = {"N ≥ 3": lambda a, client_count: at_least(client_count, 3)}


def two_accounts(a: Algebra, own: Any, second: Any, others: Any, cost: Any, reward_pool: Any) -> Any:
    """What an owner has of two accounts: each is one of the others to the other."""
    first = client_utility(a, own, others + second, cost, reward_pool)
    return first + client_utility(a, second, others + own, cost, reward_pool)


NEUTRAL = Claim(
    "stackelberg/second-account-neutral",
    "At a fixed pool without caps an owner of two accounts has what one account has that sells as much as both, "
    "whatever the others of any number sell: splitting is neutral.",
    "theorem; costs of accounts add up",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**OTHERS, **OWN, **SECOND, **POOL, **COST},
                lambda a, own, second, others, cost, reward_pool: equal(
                    two_accounts(a, own, second, others, cost, reward_pool),
                    client_utility(a, own + second, others, cost, reward_pool),
                ),
            )
        ),
    ),
    variant=Counterexample(
        {**OTHERS, **OWN, **SECOND, **POOL, **COST},
        lambda a, own, second, others, cost, reward_pool: equal(
            two_accounts(a, own, second, others, cost, reward_pool),
            client_utility(a, own + second, others + second, cost, reward_pool),
        ),
    ),
)

IDLE = Claim(
    "stackelberg/idle-account-lowers-pool",
    "With the mean over all, one more account that sells nothing leaves every share as it is, and lowers the server's "
    "stationary pool by 1/(αz), for every number of clients.",
    "theorem",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**COST, **RATIO, "ρᵢ z ≥ 1": lambda a, cost, ratio: at_least(cost * ratio, 1)},
                lambda a, cost, ratio: equal(equilibrium_share(a, cost, ratio), 0),
            ),
            "it has no share, so the others' add up to one at the same z",
        ),
        Step(
            Sentence(
                {**RATIO, **COUNT, **REVENUE},
                lambda a, ratio, client_count, alpha, beta: equal(
                    best_pool(a, ratio, client_count, alpha, beta) - best_pool(a, ratio, client_count + 1, alpha, beta),
                    1 / (alpha * ratio),
                ),
            ),
            "the pool for N + 1",
        ),
    ),
    variant=Counterexample(
        {**RATIO, **COUNT, **REVENUE},
        lambda a, ratio, client_count, alpha, beta: at_most(
            best_pool(a, ratio, client_count, alpha, beta), best_pool(a, ratio, client_count + 1, alpha, beta)
        ),
    ),
)

IDLE_IS_NOTHING = Claim(
    "stackelberg/idle-account-changes-nothing",
    "With the mean over all, an account that sells nothing leaves the server's pool as it is.",
    "claim sought: that who does not take part does not matter",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**RATIO, **COUNT, **REVENUE},
            lambda a, ratio, client_count, alpha, beta: equal(
                optimal_pool(a, ratio, client_count + 1, alpha, beta), optimal_pool(a, ratio, client_count, alpha, beta)
            ),
            costs={
                "the pool of N clients": optimal_pool,
                "with an idle account": lambda a, ratio, client_count, alpha, beta: optimal_pool(
                    a, ratio, client_count + 1, alpha, beta
                ),
            },
            start={"ratio": "1/2", "client_count": "2", "alpha": "10", "beta": "10"},
            kept=True,
        ),
    ),
    attribution=Attribution.READING,
)


def merged_gain(a: Algebra, same_cost: Any, client_count: Any, reward_pool: Any) -> Any:
    """What two of N equal clients gain at the same pool if one of them takes part for both."""
    together = equal_utility(a, same_cost, client_count - 1, reward_pool)
    return together - 2 * equal_utility(a, same_cost, client_count, reward_pool)


MERGED = Claim(
    "stackelberg/merged-bidders",
    "Two of N ≥ 3 clients of equal costs who bid as one at a fixed pool have B/(N − 1)² in place of 2B/N²: of three "
    "they gain B/36, of more they lose.",
    "theorem",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**SAME_COST, **THREE_AT_LEAST, **POOL},
                lambda a, same_cost, client_count, reward_pool: equal(
                    merged_gain(a, same_cost, client_count, reward_pool),
                    reward_pool / a.square(client_count - 1) - 2 * reward_pool / a.square(client_count),
                ),
                degree=4,
            ),
            "the gain",
        ),
        Step(
            Sentence(
                {**SAME_COST, **POOL},
                lambda a, same_cost, reward_pool: equal(
                    merged_gain(a, same_cost, a.number(3), reward_pool), reward_pool / 36
                ),
            ),
            "of three",
        ),
        Step(
            Sentence(
                {"N ≥ 4": lambda a, client_count: at_least(client_count, 4), **POOL},
                lambda a, client_count, reward_pool: below(
                    reward_pool / a.square(client_count - 1), 2 * reward_pool / a.square(client_count)
                ),
                degree=4,
            ),
            "of four and more",
        ),
    ),
    variant=Counterexample(
        {**THREE_AT_LEAST, **POOL},
        lambda a, client_count, reward_pool: below(
            reward_pool / a.square(client_count - 1), 2 * reward_pool / a.square(client_count)
        ),
    ),
)


def pool_of_merged(a: Algebra, same_cost: Any, alpha: Any, beta: Any) -> Any:
    """The server's pool for three accounts of equal costs, one of which is left idle."""
    return best_pool(a, ratio_of_two(a, same_cost, same_cost), a.number(3), alpha, beta)


def merged_gain_anew(a: Algebra, same_cost: Any, alpha: Any, beta: Any) -> Any:
    """What two of three equal clients gain by bidding as one, the pool being set for what the clients then do."""
    pool = best_pool(a, a.number(2) / (3 * same_cost), a.number(3), alpha, beta)
    together = equal_utility(a, same_cost, a.number(2), pool_of_merged(a, same_cost, alpha, beta))
    return together - 2 * equal_utility(a, same_cost, a.number(3), pool)


MERGED_ANEW = Claim(
    "stackelberg/merged-bidders-pool-anew",
    "Two of three clients of equal costs who bid as one gain β/36 − ρ/(2α) if the server sets its pool anew, over all "
    "three accounts and positive: they gain where αβ > 18ρ, and lose where it is less.",
    "theorem",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    **SAME_COST,
                    **REVENUE,
                    "the pool is positive": lambda a, same_cost, alpha, beta: above(
                        pool_of_merged(a, same_cost, alpha, beta), 0
                    ),
                },
                lambda a, same_cost, alpha, beta: equal(
                    merged_gain_anew(a, same_cost, alpha, beta), beta / 36 - same_cost / (2 * alpha)
                ),
                degree=4,
            )
        ),
    ),
    variant=Counterexample(
        {
            **SAME_COST,
            **REVENUE,
            "the pool is positive": lambda a, same_cost, alpha, beta: above(
                pool_of_merged(a, same_cost, alpha, beta), 0
            ),
        },
        lambda a, same_cost, alpha, beta: above(merged_gain_anew(a, same_cost, alpha, beta), 0),
        start={"same_cost": "1", "alpha": "10", "beta": "1"},
    ),
)

IDENTITY = (NEUTRAL, IDLE, IDLE_IS_NOTHING, MERGED, MERGED_ANEW)
