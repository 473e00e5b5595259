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


def capped_path(cost: list[Fraction], cap: list[Fraction]) -> list[tuple[Fraction, Fraction]]:
    """Return (Z, B) at every entry and capping of the contest's path, followed event by event."""
    order = sorted((i for i in range(len(cost)) if cap[i] > 0), key=lambda i: cost[i])
    per_pool, _ = contest([cost[i] for i in order])
    inside = [i for i in order if cost[i] * per_pool < 1]
    waiting = [i for i in order if i not in inside]
    capped: list[int] = []
    events: list[tuple[Fraction, Fraction]] = []
    total = Fraction(0)
    while True:
        free = [i for i in inside if i not in capped]
        held = sum((cap[i] for i in capped), Fraction(0))
        if not free:
            pool = max(cost[i] * total / (1 - cap[i] / total) for i in capped)
            events.append((total, pool))
            if not waiting:
                return events
            inside.append(waiting.pop(0))
            events.append((total, cost[inside[-1]] * total))
            continue
        summed, others = sum(cost[i] for i in free), len(free) - 1
        upcoming = [
            ((cap[i] + cost[i] * held / summed) / (1 - cost[i] * others / summed), 0, i)
            for i in free
            if cost[i] * others < summed
        ]
        if waiting and summed > cost[waiting[0]] * others:
            entry = held / (summed / cost[waiting[0]] - others)
            upcoming += [(entry, 1, waiting[0])] if entry >= total else []
        total, kind, who = min(upcoming)
        events.append((total, summed * total * total / (others * total + held)))
        if kind == 0:
            capped.append(who)
        else:
            inside.append(waiting.pop(0))
