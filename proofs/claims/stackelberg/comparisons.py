"""What section 7.4 of Zhou 2023 compares the mechanism with: the contract of IC-MLE and fixed budgets."""

from __future__ import annotations

from typing import Any

from ....formulations.algebra import Algebra
from ....formulations.stackelberg.declaration import client_utility
from ...kernel.sentence import Sentence, above, at_least, equal, substitute
from ..claim import Claim, ClaimVerdict, Counterexample, Measurement, Step
from .figures import EQUAL
from .terms import REVENUE, equal_budget, equal_utility, server

STATIC = {"fixed ε > 0": lambda a, fixed: above(fixed, 0)}


def contract_budget(a: Algebra, cost: Any, client_count: Any, reward_pool: Any) -> Any:
    """What the contract of IC-MLE buys of each of N clients of equal cost for the same pool: B/(Nρ)."""
    return reward_pool / (client_count * cost)


def mean_served(a: Algebra, epsilon: Any, reward_pool: Any, alpha: Any, beta: Any) -> Any:
    """The server's utility where every client sells ε."""
    return server(a, epsilon, a.number(1), reward_pool, alpha, beta)


FIGURE_13_CONTRACT = Claim(
    "stackelberg/fig-13-above-contract",
    "With equal costs a client gets more than by the contract of IC-MLE for the same pool, which leaves it nothing.",
    "Zhou 2023, figure 13",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                EQUAL,
                substitute(
                    lambda a, epsilon, cost, client_count, reward_pool: above(
                        equal_utility(a, cost, client_count, reward_pool),
                        reward_pool / client_count - cost * epsilon,
                    ),
                    epsilon=contract_budget,
                ),
                degree=4,
            )
        ),
    ),
    variant=Counterexample(
        EQUAL,
        lambda a, cost, client_count, reward_pool: above(
            equal_utility(a, cost, client_count, reward_pool), reward_pool / client_count / 2
        ),
    ),
)


FIGURE_13_SHARED = Claim(
    "stackelberg/fig-13-above-static-shared",
    "A client gets more than where all sell the same fixed budget and share the same pool.",
    "Zhou 2023, figure 13, if the pool is shared over the fixed budgets; the paper does not say",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**EQUAL, **STATIC},
            lambda a, cost, client_count, reward_pool, fixed: at_least(
                equal_utility(a, cost, client_count, reward_pool),
                client_utility(a, fixed, (client_count - 1) * fixed, cost, reward_pool),
            ),
            costs={
                "gained by the fixed budgets": lambda a, cost, client_count, reward_pool, fixed: (
                    client_utility(a, fixed, (client_count - 1) * fixed, cost, reward_pool)
                    - equal_utility(a, cost, client_count, reward_pool)
                )
            },
            start={"client_count": "10", "reward_pool": "1", "cost": "1/1000", "fixed": "10"},
        ),
    ),
)


FIGURE_13_DEVIATION = Claim(
    "stackelberg/fig-13-above-static-deviation",
    "A client that alone sells a fixed budget, while the others stay at the equilibrium, does not get more.",
    "Zhou 2023, figure 13, if one client deviates; the paper does not say",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**EQUAL, **STATIC},
                substitute(
                    lambda a, own, cost, client_count, reward_pool, fixed: at_least(
                        client_utility(a, own, (client_count - 1) * own, cost, reward_pool),
                        client_utility(a, fixed, (client_count - 1) * own, cost, reward_pool),
                    ),
                    own=lambda a, cost, client_count, reward_pool: (
                        reward_pool * (client_count - 1) / (client_count**2 * cost)
                    ),
                ),
                squares=(
                    lambda a, fixed, cost, client_count, reward_pool: (
                        fixed * client_count**2 * cost - reward_pool * (client_count - 1)
                    ),
                ),
                degree=4,
            )
        ),
        Step(
            Sentence(
                EQUAL,
                lambda a, cost, client_count, reward_pool: equal(
                    equal_budget(a, cost, client_count, reward_pool),
                    reward_pool * (client_count - 1) / (client_count**2 * cost),
                ),
                degree=4,
            ),
            "the budget at the equilibrium",
        ),
    ),
    variant=Counterexample(
        {**EQUAL, **STATIC},
        substitute(
            lambda a, own, cost, client_count, reward_pool, fixed: at_least(
                client_utility(a, own, (client_count - 1) * own, cost, reward_pool),
                client_utility(a, fixed, (client_count - 1) * own, cost, reward_pool),
            ),
            own=lambda a, cost, client_count, reward_pool: reward_pool / (client_count * cost),
        ),
    ),
)


FIGURE_14 = Claim(
    "stackelberg/fig-14-server-above-contract",
    "With equal costs the server gets more than by the contract of IC-MLE for the same pool.",
    "Zhou 2023, figures 14 and 15",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**EQUAL, **REVENUE},
            lambda a, cost, client_count, reward_pool, alpha, beta: at_least(
                mean_served(a, equal_budget(a, cost, client_count, reward_pool), reward_pool, alpha, beta),
                mean_served(a, contract_budget(a, cost, client_count, reward_pool), reward_pool, alpha, beta),
            ),
        ),
    ),
)


FIGURE_16 = Claim(
    "stackelberg/fig-16-budget-above-contract",
    "With equal costs a client sells more than by the contract of IC-MLE for the same pool.",
    "Zhou 2023, figure 16",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            EQUAL,
            lambda a, cost, client_count, reward_pool: above(
                equal_budget(a, cost, client_count, reward_pool),
                contract_budget(a, cost, client_count, reward_pool),
            ),
            costs={
                "sold for the same pool, of what the contract buys": lambda a, cost, client_count, reward_pool: (
                    equal_budget(a, cost, client_count, reward_pool)
                    / contract_budget(a, cost, client_count, reward_pool)
                )
            },
        ),
    ),
)


FIGURE_16_RATIO = Claim(
    "stackelberg/fig-16-exact-ratio",
    "With equal costs a client sells exactly (N − 1)/N of what the contract of IC-MLE buys for the same pool.",
    "theorem; what figure 16 of Zhou 2023 should show",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                EQUAL,
                lambda a, cost, client_count, reward_pool: equal(
                    equal_budget(a, cost, client_count, reward_pool) * client_count,
                    contract_budget(a, cost, client_count, reward_pool) * (client_count - 1),
                ),
                degree=4,
            )
        ),
    ),
    variant=Counterexample(
        EQUAL,
        lambda a, cost, client_count, reward_pool: equal(
            equal_budget(a, cost, client_count, reward_pool), contract_budget(a, cost, client_count, reward_pool)
        ),
    ),
)

FIGURE_17 = Claim(
    "stackelberg/fig-17-accuracy",
    "Models trained with the budgets of the equilibrium are more accurate than with those of the contract of IC-MLE.",
    "Zhou 2023, figures 16 and 17",
    ClaimVerdict.INCONCLUSIVE,
    (
        Measurement(
            "only training shows it (mechproof train); with equal costs and the same pool the budgets are smaller, so "
            "that the noise is larger (see stackelberg/fig-16-exact-ratio)"
        ),
    ),
)
COMPARISONS = (
    FIGURE_13_CONTRACT,
    FIGURE_13_SHARED,
    FIGURE_13_DEVIATION,
    FIGURE_14,
    FIGURE_16,
    FIGURE_16_RATIO,
    FIGURE_17,
)
