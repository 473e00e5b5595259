"""Sharpening the nearest point of a polyhedron in doubles: the equations of the rows that hold it, turn by turn.

A method of the interior stops near the point, at prices near the right ones, and prices multiply what is missed. Which
rows hold the point is what it tells best. Their equations

    d = Aᵀ y / 2,    A d = v,    over the held rows,

are sparse; solved and refined in extended precision, rows of negative price leave and rows that are missed enter, until
neither is left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, hstack, identity, vstack
from scipy.sparse.linalg import splu

TURNS = 30
"""Sets of rows that are tried."""
PATIENCE = 4
"""So many turns at which no fewer rows are wrong all wrong rows are turned, then one at a time."""
REFINED = 6
"""How often the equations are solved for what is left of them."""
SOFT = 1e-13
"""What rows that depend on others are softened by."""
NEGLIGIBLE = 1e-13
"""Relative to the largest, what is missed or negative by rounding."""


@dataclass(frozen=True, eq=False)
class Held:
    """A point, the prices of all rows, and whether no row is missed and no price negative, but for rounding."""

    point: np.ndarray
    price: np.ndarray
    settled: bool


def sharpened(rows: csr_matrix, least: np.ndarray, held: np.ndarray) -> Held:
    """Return the point nearest to zero that keeps all rows, from a guess of which of them hold it.

    Examples
    --------
    >>> found = sharpened(csr_matrix([[1.0, 2.0], [1.0, 0.0]]), np.array([1.0, -1.0]), np.array([True, True]))
    >>> found.point.round(12).tolist(), found.price.round(12).tolist(), found.settled
    ([0.2, 0.4], [0.4, 0.0], True)
    """
    found, fewest, patience = Held(np.zeros(rows.shape[1]), np.zeros(rows.shape[0]), False), len(held) + 1, PATIENCE
    for _ in range(TURNS):
        point, price = _on(rows, least, held)
        missed = least - rows @ point
        scale = np.abs(least) + abs(rows) @ np.abs(point)
        enter = ~held & (missed > NEGLIGIBLE * scale)
        leave = held & (price < -NEGLIGIBLE * np.max(np.abs(price), initial=0.0))
        wrong = np.flatnonzero(enter | leave)
        found = Held(point, price, not len(wrong))
        if found.settled:
            break
        fewest, patience = (len(wrong), PATIENCE) if len(wrong) < fewest else (fewest, patience - 1)
        turned = wrong if patience >= 0 else wrong[-1:]  # by Murty's rule nothing goes around in circles
        held = held.copy()
        held[turned] = ~held[turned]
    return found


def _on(rows: csr_matrix, least: np.ndarray, held: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the nearest point on some rows, and their prices, zero elsewhere."""
    price = np.zeros(len(held))
    which = np.flatnonzero(held)
    if not len(which):
        return np.zeros(rows.shape[1]), price
    mine, target, width = rows[which], least[which], rows.shape[1]
    above, below = hstack([2 * identity(width), -mine.T]), hstack([mine, SOFT * identity(len(which))])
    solver = splu(vstack([above, below], format="csc"))
    entries = mine.tocoo()
    rate = entries.data.astype(np.longdouble)
    point, paid = np.zeros(width, dtype=np.longdouble), np.zeros(len(which), dtype=np.longdouble)
    for _ in range(REFINED):
        pull, reached = -2 * point, target.astype(np.longdouble)
        np.add.at(pull, entries.col, rate * paid[entries.row])
        np.add.at(reached, entries.row, -rate * point[entries.col])
        step = solver.solve(np.concatenate([pull, reached]).astype(np.float64))
        point, paid = point + step[:width], paid + step[width:]
    price[which] = paid
    return np.asarray(point, dtype=np.float64), price
