"""What the claims about procurements speak of: VCG's and Myerson's payments, and what is bought of one client alone.

V is what all that is bought is worth, `rest` what the others' part of it costs them, W what is gained in all. Sums over
the others are single numbers here, so that what is said holds for every number of clients.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....formulations.algebra import Algebra, Formula
from ....formulations.procurement.formulas import client_utility, pivot_payment, threshold_payment
from ....formulations.revenue_curve import LogRevenue
from ...kernel.sentence import above, at_least, at_most


def gained(a: Algebra, worth: Any, cost: Any, epsilon: Any, rest: Any) -> Any:
    """V − c ε − what the others' part costs: the welfare, told apart by client."""
    return worth - client_cost(a, cost, epsilon) - rest


def client_cost(a: Algebra, cost: Any, epsilon: Any) -> Any:
    """What a client's ε costs it: minus what it keeps if it is paid nothing."""
    return -client_utility(a, 0, epsilon, cost)


def pivot_utility(a: Algebra, epsilon: Any, report: Any, most: Any, most_without: Any, cost: Any) -> Any:
    """What VCG leaves a client of a cost that reports something."""
    return client_utility(a, pivot_payment(a, epsilon, report, most, most_without), epsilon, cost)


def threshold_utility(a: Algebra, epsilon: Any, report: Any, rent: Any, cost: Any) -> Any:
    """What Myerson's rule leaves a client of a cost that reports something."""
    return client_utility(a, threshold_payment(a, epsilon, report, rent), epsilon, cost)


def log_revenue(alpha: Any, beta: Any) -> LogRevenue:
    """The logarithmic revenue with its parameters as roles."""
    revenue = object.__new__(LogRevenue)
    object.__setattr__(revenue, "alpha", alpha)
    object.__setattr__(revenue, "beta", beta)
    return revenue


def bought_alone(a: Algebra, charge: Any, cap: Any, alpha: Any, beta: Any) -> Any:
    """What is bought of one client where there is no other, at what its ε is charged with."""
    return a.maximum(a.minimum(log_revenue(alpha, beta).demand(a, charge), cap), 0)


REPORTS: Mapping[str, Formula] = {
    "c > 0": lambda a, cost: above(cost, 0),
    "the report is positive": lambda a, report: above(report, 0),
}
ALONE: Mapping[str, Formula] = {
    **REPORTS,
    "e > 0": lambda a, cap: above(cap, 0),
    "α > 0": lambda a, alpha: above(alpha, 0),
    "β > 0": lambda a, beta: above(beta, 0),
}
SOLD: Mapping[str, Formula] = {"ε ≥ 0": lambda a, epsilon: at_least(epsilon, 0)}
FALLING: Mapping[str, Formula] = {
    "the step of the cost is no less than 0": lambda a, step: at_least(step, 0),
    "ε ≥ 0": lambda a, epsilon: at_least(epsilon, 0),
}
DOES_NOT_RISE: Mapping[str, Formula] = {
    "ε does not rise with the report": lambda a, epsilon, epsilon_now: at_most(epsilon, epsilon_now)
}
DOES_NOT_FALL: Mapping[str, Formula] = {
    "ε does not fall as the report falls": lambda a, epsilon, epsilon_now: at_least(epsilon, epsilon_now)
}
