"""What the contest's claims speak about: hypotheses in common, marginal utilities, equilibria of few clients."""

from __future__ import annotations

from typing import Any

from ....formulations.algebra import Algebra, Formula
from ....formulations.revenue_curve import LogRevenue
from ....formulations.stackelberg import contest, declaration
from ...kernel.terms import Term, maximum, roles

own, others, cost, reward_pool, total = roles("own others cost reward_pool total")
same_cost, cost_sum, client_count, ratio, alpha, beta = roles("same_cost cost_sum client_count ratio alpha beta")
one, two, three = roles("one two three")

POOL = {"B > 0": reward_pool > 0}
COST = {"ρᵢ > 0": cost > 0}
SAME_COST = {"ρ > 0, the cost of every client": same_cost > 0}
OTHERS = {"ε₋ᵢ > 0": others > 0}
OWN = {"εᵢ ≥ 0": own >= 0}
SELLS = {"εᵢ > 0": own > 0}
CLIENT = {**OTHERS, **OWN, **POOL, **COST}
SUM = {"R > 0": cost_sum > 0}
COUNT = {"N ≥ 2": client_count >= 2}
TOTAL = {"E > 0": total > 0}
RATIO = {"z > 0": ratio > 0}
REVENUE = {"α > 0": alpha > 0, "β > 0": beta > 0}

client_utility = Term(declaration.client_utility)
marginal = client_utility.slope(own)
curvature = marginal.slope(own)


def _log_revenue(a: Algebra, alpha: Any, beta: Any) -> LogRevenue:
    """The logarithmic revenue, its parameters being numbers of an algebra, which a declaration would refuse."""
    revenue = object.__new__(LogRevenue)
    object.__setattr__(revenue, "alpha", alpha)
    object.__setattr__(revenue, "beta", beta)
    return revenue


revenue = Term(_log_revenue)
"""The revenue f, of which formulas of a declaration ask for its value and its demand."""
server = Term(declaration.server_utility).at(counted=client_count, revenue=revenue)
"""The server's utility with the logarithmic revenue of the mean over all clients."""
served = server.at(total=reward_pool * ratio)
"""The same where the clients answer a pool B with the total B z, as an uncapped contest does."""
best_pool = Term(contest.best_pool).at(counted=client_count, revenue=revenue)
"""The server's stationary pool: where the revenue's slope pays for the mean budget, negative if it never does."""
optimal_pool = maximum(best_pool, 0)
"""The pool that is best for the server: the stationary one, or none where that is negative."""

share = Term(contest.equilibrium_share).at(total_per_pool=ratio)
"""A client's share of the total at the uncapped equilibrium, max(0, 1 − ρ z)."""
budget = reward_pool * ratio * share
"""What a client sells there: Z max(0, 1 − ρ z), with Z = B z."""
utility = client_utility.at(own=budget, others=reward_pool * ratio - budget)
"""A client's utility there."""

all_in = Term(contest.printed_total_per_pool)
"""Z = Σε/B = (N − 1)/R, when everybody takes part."""
ratio_of_two = 1 / (one + two)
"""Z of two clients by their costs: both always take part."""
ratio_of_three = maximum(
    maximum(maximum(1 / (one + two), 1 / (one + three)), 1 / (two + three)), 2 / (one + two + three)
)
"""Z of three clients by their costs: the largest of (k − 1)/R over all groups of k ≥ 2."""

equal_ratio = all_in.at(cost_sum=client_count * same_cost)
"""Z where all have the same cost."""
equal_budget = budget.at(cost=same_cost, ratio=equal_ratio)
"""A client's budget where all have the same cost."""
equal_utility = utility.at(cost=same_cost, ratio=equal_ratio)
"""A client's utility where all have the same cost."""


def share_of(cost: Term) -> Term:
    """Return the share of one of three clients."""
    return share.at(cost=cost, ratio=ratio_of_three)


THREE = {"ρ₁ > 0": one > 0, "ρ₂ > 0": two > 0, "ρ₃ > 0": three > 0}
AT_EQUILIBRIUM = {
    **THREE,
    "their shares add up to one at z": sum((share_of(cost) for cost in (two, three)), share_of(one)).equals(1),
}


def of_three(formula: Formula) -> Term:
    """Return a formula about the third of three clients, its role for z computed from their costs."""
    known = {"cost": three, "cost_sum": one + two + three, "client_count": 3, "ratio": ratio_of_three}
    return Term(formula).at(**known)
