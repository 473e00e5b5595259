"""What the contest's claims speak about: hypotheses in common, marginal utilities, equilibria of few clients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....formulations.algebra import Algebra, Formula
from ....formulations.revenue_curve import LogRevenue
from ....formulations.stackelberg import contest
from ....formulations.stackelberg.contest import equilibrium_share, printed_total_per_pool
from ....formulations.stackelberg.declaration import client_utility, server_utility
from ...kernel.sentence import above, at_least, equal, slope, substitute

POOL: Mapping[str, Formula] = {"B > 0": lambda a, reward_pool: above(reward_pool, 0)}
COST: Mapping[str, Formula] = {"ρᵢ > 0": lambda a, cost: above(cost, 0)}
SAME_COST: Mapping[str, Formula] = {"ρ > 0, the cost of every client": lambda a, same_cost: above(same_cost, 0)}
OTHERS: Mapping[str, Formula] = {"ε₋ᵢ > 0": lambda a, others: above(others, 0)}
OWN: Mapping[str, Formula] = {"εᵢ ≥ 0": lambda a, own: at_least(own, 0)}
SELLS: Mapping[str, Formula] = {"εᵢ > 0": lambda a, own: above(own, 0)}
CLIENT = {**OTHERS, **OWN, **POOL, **COST}
SUM: Mapping[str, Formula] = {"R > 0": lambda a, cost_sum: above(cost_sum, 0)}
COUNT: Mapping[str, Formula] = {"N ≥ 2": lambda a, client_count: at_least(client_count, 2)}
TOTAL: Mapping[str, Formula] = {"E > 0": lambda a, total: above(total, 0)}
RATIO: Mapping[str, Formula] = {"z > 0": lambda a, ratio: above(ratio, 0)}
REVENUE: Mapping[str, Formula] = {"α > 0": lambda a, alpha: above(alpha, 0), "β > 0": lambda a, beta: above(beta, 0)}

marginal = slope(client_utility, "own")
curvature = slope(marginal, "own")


def log_revenue(alpha: Any, beta: Any) -> LogRevenue:
    """The logarithmic revenue with its parameters as roles."""
    revenue = object.__new__(LogRevenue)
    object.__setattr__(revenue, "alpha", alpha)
    object.__setattr__(revenue, "beta", beta)
    return revenue


def server(a: Algebra, total: Any, client_count: Any, reward_pool: Any, alpha: Any, beta: Any) -> Any:
    """The server's utility with the logarithmic revenue of the mean over all clients."""
    return server_utility(a, total, client_count, reward_pool, log_revenue(alpha, beta))


def served(a: Algebra, reward_pool: Any, ratio: Any, client_count: Any, alpha: Any, beta: Any) -> Any:
    """The server's utility where the clients answer a pool B with the total B z, as an uncapped contest does."""
    return server(a, reward_pool * ratio, client_count, reward_pool, alpha, beta)


def best_pool(a: Algebra, ratio: Any, client_count: Any, alpha: Any, beta: Any) -> Any:
    """The server's stationary pool: where the revenue's slope pays for the mean budget, negative if it never does."""
    return contest.best_pool(a, ratio, client_count, log_revenue(alpha, beta))


def optimal_pool(a: Algebra, ratio: Any, client_count: Any, alpha: Any, beta: Any) -> Any:
    """The pool that is best for the server: the stationary one, or none where that is negative."""
    return a.maximum(best_pool(a, ratio, client_count, alpha, beta), 0)


all_in = printed_total_per_pool
"""Z = Σε/B = (N − 1)/R, when everybody takes part."""


def ratio_of_two(a: Algebra, one: Any, two: Any) -> Any:
    """Z of two clients by their costs: both always take part."""
    return 1 / (one + two)


def ratio_of_three(a: Algebra, one: Any, two: Any, three: Any) -> Any:
    """Z of three clients by their costs: the largest of (k − 1)/R over all groups of k ≥ 2."""
    pairs = a.maximum(a.maximum(1 / (one + two), 1 / (one + three)), 1 / (two + three))
    return a.maximum(pairs, 2 / (one + two + three))


def budget(a: Algebra, cost: Any, ratio: Any, reward_pool: Any) -> Any:
    """A client's budget at the uncapped equilibrium: Z max(0, 1 − ρ z), with Z = B z."""
    return reward_pool * ratio * equilibrium_share(a, cost, ratio)


def utility(a: Algebra, cost: Any, ratio: Any, reward_pool: Any) -> Any:
    """A client's utility at the uncapped equilibrium."""
    own = budget(a, cost, ratio, reward_pool)
    return client_utility(a, own, reward_pool * ratio - own, cost, reward_pool)


def equal_budget(a: Algebra, same_cost: Any, client_count: Any, reward_pool: Any) -> Any:
    """A client's budget where all have the same cost."""
    return budget(a, same_cost, all_in(a, client_count * same_cost, client_count), reward_pool)


def equal_utility(a: Algebra, same_cost: Any, client_count: Any, reward_pool: Any) -> Any:
    """A client's utility where all have the same cost."""
    return utility(a, same_cost, all_in(a, client_count * same_cost, client_count), reward_pool)


THREE: Mapping[str, Formula] = {
    "ρ₁ > 0": lambda a, one: above(one, 0),
    "ρ₂ > 0": lambda a, two: above(two, 0),
    "ρ₃ > 0": lambda a, three: above(three, 0),
}
AT_EQUILIBRIUM: Mapping[str, Formula] = {
    **THREE,
    "their shares add up to one at z": lambda a, one, two, three: equal(
        sum(equilibrium_share(a, cost, ratio_of_three(a, one, two, three)) for cost in (one, two, three)), 1
    ),
}


def of_three(formula: Formula) -> Formula:
    """Return a formula about the third of three clients, its role for z computed from their costs."""
    return substitute(
        formula,
        cost=lambda a, three: three,
        cost_sum=lambda a, one, two, three: one + two + three,
        client_count=lambda a: a.number(3),
        ratio=ratio_of_three,
    )
