"""Independent answers for Stackelberg pricing: sorted prefixes over fractions, and brute force on a grid of pools.

Nothing here is taken from the package: the formulas are the textbook's, evaluated another way.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np


def contest(cost: list[Fraction]) -> tuple[Fraction, list[Fraction]]:
    """Return e = max over k ≥ 2 of (k − 1)/(sum of the k cheapest), and the shares max(0, 1 − ρ e)."""
    ordered = sorted(cost)
    total, best = ordered[0], Fraction(0)
    for k, value in enumerate(ordered[1:], start=2):
        total += value
        best = max(best, Fraction(k - 1) / total)
    return best, [max(Fraction(0), 1 - value * best) for value in cost]


def log_pricing(cost: list[Fraction], alpha: Fraction, beta: Fraction) -> tuple[Fraction, list[Fraction]]:
    """Return B* = max(0, β − N/(α e)) and the budgets, for the mean over all clients."""
    per_pool, shares = contest(cost)
    pool = max(Fraction(0), beta - len(cost) / (alpha * per_pool))
    return pool, [share * pool * per_pool for share in shares]


def capped_total(pool: np.ndarray, cost: np.ndarray, cap: np.ndarray) -> np.ndarray:
    """Return Z for each pool: the root of Σ min(c/Z, max(0, 1 − ρ Z/B)) = 1, by bisection."""
    low, high = np.zeros(len(pool)), np.full(len(pool), 2 * cap.sum())
    for _ in range(110):
        middle = (low + high) / 2
        shares = np.minimum(cap[:, None] / middle, np.maximum(0, 1 - cost[:, None] * middle / pool)).sum(axis=0)
        low, high = np.where(shares > 1, middle, low), np.where(shares > 1, high, middle)
    return low


def capped_utility(pool: np.ndarray, cost: np.ndarray, cap: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """Return the server's utility for each pool."""
    return beta * np.log1p(alpha * capped_total(pool, cost, cap) / len(cost)) - pool
