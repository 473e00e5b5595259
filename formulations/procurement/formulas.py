"""The procurement's formulas: what privacy is worth, what sellers keep, what the two rules pay.

Σ ε is worth V(Σ ε) = f(Σ ε/N), with f the revenue of the mean budget and N the number of clients that were declared:
without one of them V is the same.
"""

from __future__ import annotations

from typing import Any

from ..algebra import Algebra
from ..revenue_curve import Revenue


def worth(a: Algebra, total: Any, client_count: Any, value: Revenue) -> Any:
    """V(E) = f(E/N), nothing at E = 0."""
    return value.value(a, total / client_count)


def total_budget(a: Algebra, epsilon: Any) -> Any:
    """E = Σ ε."""
    return a.sum(epsilon)


def welfare(a: Algebra, epsilon: Any, charge: Any, client_count: Any, value: Revenue) -> Any:
    """V(Σ ε) − Σ w_i ε_i: what is gained in all, where w_i is what a unit of client i's ε is charged with."""
    return worth(a, a.sum(epsilon), client_count, value) - a.sum(charge * epsilon)


def client_utility(a: Algebra, payment: Any, epsilon: Any, cost: Any) -> Any:
    """What a client keeps: p_i − c_i ε_i."""
    return payment - cost * epsilon


def server_utility(a: Algebra, payment: Any, epsilon: Any, client_count: Any, value: Revenue) -> Any:
    """What the server keeps: V(Σ ε) − Σ p; not negative if there is no deficit."""
    return worth(a, a.sum(epsilon), client_count, value) - a.sum(payment)


def pivot_payment(a: Algebra, epsilon: Any, cost: Any, most: Any, most_without: Any) -> Any:
    """VCG: p_i = c_i ε_i + W(N) − W(N∖i), with W(S) the most welfare that the clients of S allow."""
    return cost * epsilon + most - most_without


def threshold_payment(a: Algebra, epsilon: Any, cost: Any, rent: Any) -> Any:
    """Myerson: p_i = c_i ε_i + ∫ ε_i(z, c_−i) dz, from c_i to the upper end of the support."""
    return cost * epsilon + rent


def step_rent(a: Algebra, cost: Any, next_cost: Any, next_epsilon: Any) -> Any:
    """What the next type adds to the integral, where costs are of finitely many types: (c_{j+1} − c_j) ε_i(c_{j+1})."""
    return (next_cost - cost) * next_epsilon


def first_price_payment(a: Algebra, epsilon: Any, cost: Any) -> Any:
    """Everybody is paid what it asks for: p_i = c_i ε_i, and asks for more."""
    return cost * epsilon
