"""What contracts are tested against: the full incentive program in CVXPY, pairs in fractions, grids; no shared code."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction

import cvxpy as cp
import numpy as np


def coth_squared(epsilon: float) -> float:
    """((e^ε + 1)/(e^ε − 1))², by hyperbolic functions."""
    return 1 / math.tanh(epsilon / 2) ** 2


def full_incentive_program(cost: Sequence[float], count: Sequence[float], pool: float) -> tuple[np.ndarray, np.ndarray]:
    """Return ε and payments of the program with every pair's constraint, no virtual costs and no order."""
    size = len(cost)
    c, m = np.asarray(cost, dtype=float), np.asarray(count, dtype=float)
    unit = pool / (m.sum() * c.mean())  # of ε; money is in units of what it costs at the mean
    scaled, paid = cp.Variable(size), cp.Variable(size)
    gap = cp.Variable(size)
    relative = c / c.mean()
    constraints = [
        cp.exp(gap) + cp.exp(-unit * scaled) <= 1,
        cp.sum(cp.multiply(m / m.sum(), paid)) <= 1,
        paid >= cp.multiply(relative, scaled),
    ]
    for k, other in itertools.permutations(range(size), 2):
        constraints.append(paid[k] - relative[k] * scaled[k] >= paid[other] - relative[k] * scaled[other])
    start = min(1.0, unit) ** 2
    objective = cp.sum(cp.multiply(m / m.sum(), cp.exp(-unit * scaled - 2 * gap + math.log(start))))
    problem = cp.Problem(cp.Minimize(objective), constraints)
    problem.solve(solver="CLARABEL", tol_gap_abs=1e-12, tol_gap_rel=1e-12, tol_feas=1e-12, max_iter=200)
    assert problem.status in ("optimal", "optimal_inaccurate")
    return np.asarray(scaled.value) * unit, np.asarray(paid.value) * unit * c.mean()


def all_pairs(
    cost: Sequence[Fraction], epsilon: Sequence[Fraction], payment: Sequence[Fraction]
) -> tuple[Fraction, int, int]:
    """Return the largest gain from another type's item, by comparing every pair, with who and whose."""
    gains = [
        ((payment[other] - cost[k] * epsilon[other]) - (payment[k] - cost[k] * epsilon[k]), k, other)
        for k, other in itertools.permutations(range(len(cost)), 2)
    ]
    return max(gains, default=(Fraction(0), 0, 0))


def cheapest(cost: np.ndarray, epsilon: np.ndarray) -> np.ndarray:
    """Return the least payments that make ascending costs take falling ε, item by item from the dearest type down."""
    paid = [cost[-1] * epsilon[-1]]
    for k in range(len(cost) - 2, -1, -1):
        paid.append(paid[-1] + cost[k] * (epsilon[k] - epsilon[k + 1]))
    return np.array(paid[::-1])


def falling_grid(cost: np.ndarray, count: np.ndarray, pool: float, steps: int) -> np.ndarray:
    """Return falling ε of three or fewer ascending types on a grid of the pool's split, each spending all of it."""
    found = []
    for split in itertools.product(range(steps + 1), repeat=len(cost)):
        if sum(split) != steps:
            continue
        # ε_k = Σ_{j ≥ k} r_j with r_j ≥ 0: a unit of r_j costs M_j c_j
        owners = np.cumsum(count)
        parts = np.array(split) / steps * pool / (owners * cost)
        found.append(np.cumsum(parts[::-1])[::-1])
    return np.array(found)
