"""The privacy contract's formulas: what noise costs, what owners keep, what a menu costs.

Of a menu (ε_k, p_k) for types of costs c_k with m_k owners each; formulas that speak of neighbours take distinct costs
in ascending order. Sources: Zhou 2023, eqs 53–56; Mussa & Rosen 1978 and Myerson 1981 for virtual costs.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..algebra import Algebra
from ..virtual_cost import virtual_cost


def excess_noise(a: Algebra, epsilon: Any) -> Any:
    """coth²(ε/2) − 1 = r (r + 2) with r = coth(ε/2) − 1 = 2/(e^ε − 1): it keeps its digits where ε is large."""
    above_one = 2 / a.expm1(epsilon)
    return above_one * (above_one + 2)


def noise(a: Algebra, epsilon: Any) -> Any:
    """g(ε) = coth²(ε/2): how far an owner's noise blows up the variance."""
    return 1 + excess_noise(a, epsilon)


def precision(a: Algebra, epsilon: Any) -> Any:
    """1/g(ε) = tanh²(ε/2), nothing at ε = 0."""
    return a.square(a.expm1(-epsilon) / (a.expm1(-epsilon) + 2))


def variance(a: Algebra, epsilon: Any, count: Any) -> Any:
    """Σ m_k coth²(ε_k/2): M² times the variance of the owners' unweighted mean, in units of one owner's (53)."""
    return a.sum(count * noise(a, epsilon))


def grouped_variance(a: Algebra, epsilon: Any, count: Any) -> Any:
    """M²/Σ m_k tanh²(ε_k/2): M² times the variance if each group is weighted by its precision, in the same units."""
    return a.square(a.sum(count)) / a.sum(count * precision(a, epsilon))


def lost_precision(a: Algebra, epsilon: Any, count: Any) -> Any:
    """−Σ m_k tanh²(ε_k/2), least where the grouped variance is, and simpler for solvers."""
    return -a.sum(count * precision(a, epsilon))


def owner_utility(a: Algebra, payment: Any, epsilon: Any, cost: Any) -> Any:
    """What an owner keeps: p_k − c_k ε_k, which must not be negative (55)."""
    return payment - cost * epsilon


def ic_slack(a: Algebra, payment: Any, epsilon: Any, other_payment: Any, other_epsilon: Any, cost: Any) -> Any:
    """(p_k − c_k ε_k) − (p_l − c_k ε_l), what an owner of cost c_k would lose by taking another type's item.

    It must not be negative (56), where the last ε is printed as ε_k too.
    """
    return owner_utility(a, payment, epsilon, cost) - owner_utility(a, other_payment, other_epsilon, cost)


def pool_left(a: Algebra, payment: Any, count: Any, reward_pool: Any) -> Any:
    """B − Σ m_k p_k, which must not be negative (54)."""
    return reward_pool - a.sum(count * payment)


def printed_epsilon(a: Algebra, cost: Any, owner_count: Any, reward_pool: Any) -> Any:
    """ε_k = B/(M c_k), the best menu where (56) is taken as printed: each type's rationality binds.

    With ε_k on both sides (56) only says that no type is paid less than another: all M owners are paid the same.
    """
    return reward_pool / (owner_count * cost)


def printed_payment(a: Algebra, cost: Any, owner_count: Any, reward_pool: Any) -> Any:
    """p_k = B/M, the best menu where (56) is taken as printed."""
    return reward_pool / owner_count + 0 * cost


def cheapest_payment(a: Algebra, epsilon: Any, cost: Any) -> Any:
    """p_k = c_k ε_k + Σ_{j>k} (c_j − c_{j−1}) ε_j, of ascending costs and falling ε."""
    rents = ((cost[1:] - cost[:-1]) * epsilon[1:])[::-1].cumsum()[::-1]
    return np.concatenate([cost[:-1] * epsilon[:-1] + rents, cost[-1:] * epsilon[-1:]])


def known_payment(a: Algebra, epsilon: Any, cost: Any) -> Any:
    """p_k = c_k ε_k."""
    return cost * epsilon


def spread_variance(a: Algebra, epsilon: Any, log_gap: Any, count: Any) -> Any:
    """Σ m_k (1 + 4 e^(−ε_k − 2 t_k))."""
    return a.sum(count * (1 + 4 * a.exp(-epsilon - 2 * log_gap)))


def gap_room(a: Algebra, epsilon: Any, log_gap: Any) -> Any:
    """1 − e^t − e^(−ε), zero where t = ln(1 − e^(−ε))."""
    return 1 - a.exp(log_gap) - a.exp(-epsilon)


def virtual_pool_left(a: Algebra, epsilon: Any, cost: Any, count: Any, reward_pool: Any) -> Any:
    """1 − Σ m_k ψ_k ε_k/B."""
    return 1 - a.sum((count * virtual_cost(a, cost, count) / reward_pool) * epsilon)


def known_pool_left(a: Algebra, epsilon: Any, cost: Any, count: Any, reward_pool: Any) -> Any:
    """1 − Σ m_k c_k ε_k/B."""
    return 1 - a.sum((count * cost / reward_pool) * epsilon)


def fall(a: Algebra, epsilon: Any) -> Any:
    """ε_k − ε_{k+1}."""
    return epsilon[:-1] - epsilon[1:]
