"""References for repairs: every pair of types written down, and general solvers; none of the package's own code."""

from __future__ import annotations

from fractions import Fraction
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
    """The least distance with ε kept, by a simplex over the rationals; None where nothing is sound.

    The variables are by how much each payment is raised and lowered; all pairs of types are compared.
    """
    kinds = len(cost)
    c, m, e, p = ([Fraction(int(x)) for x in values] for values in (cost, count, epsilon, payment))
    rows, sides = [], []

    def at_most(slope: list[Fraction], side: Fraction) -> None:
        """Say slope · payments ≤ side, of payments that are the stated ones and changes."""
        rows.append([*slope, *(-x for x in slope)])
        sides.append(side - sum(x * y for x, y in zip(slope, p, strict=True)))

    for k in range(kinds):
        for other in range(kinds):
            if k != other:
                at_most([Fraction((j == other) - (j == k)) for j in range(kinds)], c[k] * (e[other] - e[k]))
        at_most([Fraction(-(j == k)) for j in range(kinds)], -c[k] * e[k])
    if pool is not None:
        at_most(m, Fraction(pool))
    return simplex([*m, *m], rows, sides)


def simplex(cost: list[Fraction], rows: list[list[Fraction]], sides: list[Fraction]) -> Fraction | None:
    """The least cost · x over x ≥ 0 with rows · x ≤ sides, by a tableau and Bland's rule; None if there is none.

    Costs are not negative, so that the slack basis is dual feasible: rows that are broken leave one by one.
    """
    table = [[*row, side] for row, side in zip(rows, sides, strict=True)]
    width, reduced, basis = len(cost), [*cost, Fraction(0)], [len(cost) + k for k in range(len(rows))]
    names = list(range(width))
    while True:
        broken = [k for k in range(len(table)) if table[k][-1] < 0]
        if not broken:
            return -reduced[-1]
        leaves = min(broken, key=basis.__getitem__)
        ways = [j for j in range(width) if table[leaves][j] < 0]
        if not ways:
            return None
        enters = min(ways, key=lambda j: (reduced[j] / -table[leaves][j], names[j]))
        pivot = table[leaves][enters]
        # the leaving slack takes the entering column's place
        basis[leaves], names[enters] = names[enters], basis[leaves]
        old = table[leaves]
        new = [x / pivot for x in old]
        new[enters] = 1 / pivot
        for k, row in enumerate([*table, reduced]):
            if row is not old:
                factor = row[enters]
                changed = [x - factor * y for x, y in zip(row, new, strict=True)]
                changed[enters] = -factor / pivot
                if k < len(table):
                    table[k] = changed
                else:
                    reduced = changed
        table[leaves] = new


def nearest(rows: Any, sides: Any, stated: Any, worth: Any, norm: str) -> float | None:
    """The least change of stated numbers, each worth so much, with rows · x ≤ sides, by HiGHS."""
    size = len(stated)
    missing = sides - rows @ stated
    if norm == "1":
        cost, system = np.concatenate([worth, worth]), np.hstack([rows, -rows])
    else:
        cost = np.append(np.zeros(2 * size), 1.0)
        cap = np.hstack([np.diag(worth), np.diag(worth), -np.ones((size, 1))])
        system = np.vstack([np.hstack([rows, -rows, np.zeros((len(rows), 1))]), cap])
        missing = np.concatenate([missing, np.zeros(size)])
    found = linprog(cost, A_ub=system, b_ub=missing)
    return found.fun if found.status == 0 else None
