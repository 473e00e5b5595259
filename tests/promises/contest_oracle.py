"""What a contest's promises are held to: supports enumerated, deviations in fractions, a grid of pools.

Nothing here is taken from the package.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from oracles import capped_total
from promises.strategies import Contest

OUT, INSIDE, CAPPED = range(3)
NEAR = 1e-9


def numbers(instance: Contest) -> Contest:
    """The instance as the package was given it: over the doubles' own values, where doubles were given."""
    if instance.exact:
        return instance
    same = {name: Fraction(float(getattr(instance, name))) for name in ("alpha", "beta")}
    cost = tuple(Fraction(float(c)) for c in instance.cost)
    cap = instance.cap and tuple(Fraction(float(c)) for c in instance.cap)
    return Contest(cost, same["alpha"], same["beta"], cap, instance.mean_over, instance.saturating, False)


def equilibria(instance: Contest, pool: float) -> list[np.ndarray]:
    """All equilibria at a pool: each way to be out, inside or at the cap is solved for, and kept if nobody errs."""
    cost = np.array([float(c) for c in instance.cost], dtype=np.longdouble)
    cap = None if instance.cap is None else np.array([float(c) for c in instance.cap], dtype=np.longdouble)
    ways = (OUT, INSIDE) if cap is None else (OUT, INSIDE, CAPPED)
    found: list[np.ndarray] = []
    for way in itertools.product(ways, repeat=len(cost)):
        state = np.array(way)
        total = _total(state, cost, cap, np.longdouble(pool))
        if not total > 0:
            continue
        wish = total * (1 - cost * total / pool)
        own = np.where(state == INSIDE, wish, 0)
        if cap is not None:
            own = np.where(state == CAPPED, cap, own)
        if _nobody_errs(state, own, wish, cap, total) and all(
            np.max(abs(own - other)) > 1e-7 * np.max(other) for other in found
        ):
            found.append(own)
    return [own.astype(float) for own in found]


def _total(state: np.ndarray, cost: np.ndarray, cap: np.ndarray | None, pool: np.longdouble) -> Any:
    """Z of B = R′Z²/((n′ − 1) Z + C); the caps' sum where nobody is inside."""
    inside = state == INSIDE
    held = np.longdouble(0) if cap is None else np.sum(cap[state == CAPPED])
    if not np.any(inside):
        return held
    others, slope = pool * (np.sum(inside) - 1), np.sum(cost[inside])
    return (others + np.sqrt(others * others + 4 * slope * pool * held)) / (2 * slope)


def _nobody_errs(state: np.ndarray, own: np.ndarray, wish: np.ndarray, cap: Any, total: Any) -> bool:
    """Whether the ends are wished for: inside between them, out at or below zero, capped at or above the cap."""
    little = NEAR * total
    able = np.ones(len(own), dtype=bool) if cap is None else cap > 0
    if cap is not None and np.any(own > cap + little):
        return False
    if np.any(own[state == INSIDE] < -little) or np.any(wish[(state == OUT) & able] > little):
        return False
    held = state == CAPPED
    if cap is not None and np.any(wish[held] < cap[held] - little):
        return False
    return bool(np.sum(own > little) >= 2)


def utility(own: Fraction, others: Fraction, cost: Fraction, pool: Fraction) -> Fraction:
    """B ε/(ε + others) − ρ ε."""
    return (pool * own / (own + others) if own + others else Fraction(0)) - cost * own


def largest_gain(instance: Contest, epsilon: Sequence[Fraction], pool: Fraction) -> tuple[Fraction, Fraction]:
    """The most that anybody gains by another budget, of a grid and near the root of the slope; and what is at stake."""
    best, stake = Fraction(0), pool
    for index, (own, cost) in enumerate(zip(epsilon, instance.cost, strict=True)):
        cap = pool / cost if instance.cap is None else instance.cap[index]
        others = sum(epsilon) - own
        here = utility(own, others, cost, pool)
        stake = max(stake, abs(cost * own))
        root = Fraction(float(np.sqrt(float(pool) * float(others) / float(cost)) - float(others))) if others > 0 else 0
        grid = [cap * k / 24 for k in range(25)] + [cap / 10**6, own / 2, min(own * 2, cap), min(max(root, 0), cap)]
        best = max(best, *(utility(Fraction(there), others, cost, pool) - here for there in grid))
    return best, stake


def server(instance: Contest, pools: Any) -> Any:
    """The server's utility at each pool, the clients responding as the bisected sum of shares says."""
    cost = np.array([float(c) for c in instance.cost])
    pools = np.atleast_1d(np.asarray(pools, dtype=float))
    alpha, beta = float(instance.alpha), float(instance.beta)
    cap = 2 * beta / cost if instance.cap is None else np.array([float(c) for c in instance.cap])
    with np.errstate(all="ignore"):
        total = np.where(pools > 0, capped_total(pools, cost, cap), 0)
        share = np.where(cap[:, None] > 0, 1 - cost[:, None] * total / pools, 0)
    counted = len(cost) if instance.mean_over == "all" else np.maximum(np.sum(share > 1e-10, axis=0), 1)
    if instance.saturating:
        return -beta * np.expm1(-alpha * total / counted) - pools
    return beta * np.log1p(alpha * total / counted) - pools


def pools_to_try(beta: Fraction, pool: float) -> np.ndarray:
    """A grid of pools: even, towards zero, and around one."""
    most = float(beta)
    near = pool * (1 + np.concatenate([-np.geomspace(1e-5, 0.5, 20), np.geomspace(1e-5, 0.5, 20)]))
    return np.concatenate([[0.0], np.linspace(0, most, 301)[1:], most * np.geomspace(1e-6, 1e-2, 40), near])
