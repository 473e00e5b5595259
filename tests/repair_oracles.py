"""References for repairs: every pair of types written down, and general solvers; none of the package's own code."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.optimize import linprog


def all_rows(cost: Any, count: Any, pool: float | None) -> tuple[Any, Any]:
    """Rows of (ε, p) that must be at most: everybody against everybody, rationality, the pool, ε ≥ 0."""
    kinds = len(cost)
    rows, sides = [], []
    for k in range(kinds):
        for other in range(kinds):
            if k != other:
                row = np.zeros(2 * kinds)
                row[k], row[other], row[kinds + k], row[kinds + other] = cost[k], -cost[k], -1, 1
                rows.append(row)
                sides.append(0.0)
        row = np.zeros(2 * kinds)
        row[k], row[kinds + k] = cost[k], -1
        rows.append(row)
        sides.append(0.0)
        row = np.zeros(2 * kinds)
        row[k] = -1
        rows.append(row)
        sides.append(0.0)
    if pool is not None:
        rows.append(np.concatenate([np.zeros(kinds), count]))
        sides.append(pool)
    return np.array(rows), np.array(sides)


def least_distance(cost: Any, count: Any, pool: Any, epsilon: Any, payment: Any, norm: str, fixed: str = "") -> Any:
    """The least distance by HiGHS through SciPy, or None where nothing is sound."""
    kinds = len(cost)
    rows, sides = all_rows(cost, count, pool)
    stated = np.concatenate([epsilon, payment])
    worth = np.concatenate([cost, np.ones(kinds)])
    many = np.concatenate([count, count])
    free = np.ones(2 * kinds, dtype=bool)
    if fixed:
        free[:kinds] = fixed != "epsilon"
        free[kinds:] = fixed != "payments"
    missing, part = sides - rows @ stated, rows[:, free]
    w, m, n = worth[free], many[free], int(free.sum())
    if norm == "1":
        objective, system = np.concatenate([m * w, m * w]), np.hstack([part, -part])
    else:
        objective = np.append(np.zeros(2 * n), 1.0)
        cap = np.hstack([np.diag(w), np.diag(w), -np.ones((n, 1))])
        system = np.vstack([np.hstack([part, -part, np.zeros((len(part), 1))]), cap])
        missing = np.concatenate([missing, np.zeros(n)])
    found = linprog(objective, A_ub=system, b_ub=missing, method="highs")
    return found.fun if found.status == 0 else None


def gains(cost: Any, epsilon: Any, payment: Any) -> list[Fraction]:
    """What every type gains by every other item."""
    items = list(zip(epsilon, payment, strict=True))
    return [
        (p - Fraction(c) * e) - (items[k][1] - Fraction(c) * items[k][0]) for k, c in enumerate(cost) for e, p in items
    ]


def local_rows_alone(cost: Any, count: Any, pool: Any, epsilon: Any, payment: Any) -> tuple[Any, Any]:
    """The nearest menu that keeps the rows of neighbours in the given order, and the last type's rationality, only."""
    kinds = len(cost)
    rows = []
    for k in range(kinds - 1):
        for own, other in ((k, k + 1), (k + 1, k)):
            row = np.zeros(2 * kinds)
            row[own], row[other], row[kinds + own], row[kinds + other] = cost[own], -cost[own], -1, 1
            rows.append(row)
    last = np.zeros(2 * kinds)
    last[kinds - 1], last[-1] = cost[-1], -1
    least = np.zeros(2 * kinds)
    least[kinds - 1] = -1
    system = np.array([*rows, last, least, np.concatenate([np.zeros(kinds), count])])
    sides = np.append(np.zeros(len(system) - 1), pool)
    stated, worth = np.concatenate([epsilon, payment]), np.concatenate([cost, np.ones(kinds)])
    price = np.concatenate([count, count]) * worth
    found = linprog(np.concatenate([price, price]), np.hstack([system, -system]), sides - system @ stated)
    menu = stated + found.x[: 2 * kinds] - found.x[2 * kinds :]
    return menu[:kinds], menu[kinds:]


def rational_payments(cost: Any, count: Any, pool: Any, epsilon: Any, payment: Any) -> Any:
    """The least distance with ε kept, by SymPy's simplex over the rationals; None where nothing is sound."""
    from sympy import Rational, symbols
    from sympy.solvers.simplex import InfeasibleLPError, lpmin

    def exact(value: Any) -> Any:
        fraction = Fraction(value)
        return Rational(fraction.numerator, fraction.denominator)

    kinds = len(cost)
    up, down = symbols(f"u0:{kinds}"), symbols(f"d0:{kinds}")
    c, m, e, p = ([exact(x) for x in values] for values in (cost, count, epsilon, payment))
    paid = [p[k] + up[k] - down[k] for k in range(kinds)]
    rows = [x >= 0 for x in (*up, *down)]
    rows += [paid[k] - c[k] * e[k] >= 0 for k in range(kinds)]
    order = sorted(range(kinds), key=lambda k: c[k])
    for one, two in pairwise(order):  # costs are all different: neighbours are enough, by the text-book's argument
        rows.append(paid[one] - c[one] * e[one] >= paid[two] - c[one] * e[two])
        rows.append(paid[two] - c[two] * e[two] >= paid[one] - c[two] * e[one])
    if pool is not None:
        rows.append(sum(m[k] * paid[k] for k in range(kinds)) <= exact(pool))
    try:
        least, _ = lpmin(sum(m[k] * (up[k] + down[k]) for k in range(kinds)), rows)
    except InfeasibleLPError:
        return None
    return Fraction(int(least.p), int(least.q))
