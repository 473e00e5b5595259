"""Multipliers that leave a small gap: a hint from a linear program, made more precise where it leaves no slope.

The gap of a Lagrangian f − λg − νh at x is, to first order, Σ λ_r g_r(x) plus what its slopes d_j = p_j − q_j can
still gain between the bounds, Σ p_j (x_j − l_j) + q_j (u_j − x_j) with p, q ≥ 0. So an entry on a bound costs nothing
where its slope points out of the box. Rows are in units of their own size and entries in units of their range, so that
the hint does not depend on what anything is counted in.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ..readings.rationals import solved

PRECISE = 1e-10
"""What the linear program stops at, the least that it takes."""
MOST = 40
"""Multipliers, or entries without slope, up to which equations are solved over fractions."""


@dataclass(frozen=True)
class Slopes:
    """The derivatives of objective and rows, the slacks, and where the answer is between its bounds."""

    gradient: Any
    rows: Any
    slack: Any
    equality: Any
    point: Any
    low: Any
    high: Any

    def in_floats(self) -> Slopes:
        """Return the same in doubles."""
        parts = (self.gradient, self.rows, self.slack)
        ends = (self.point, self.low, self.high)
        gradient, rows, slack = (np.asarray(entries, dtype=np.float64) for entries in parts)
        return Slopes(gradient, rows, slack, self.equality, *(np.asarray(x, dtype=np.float64) for x in ends))


def multipliers(slopes: Slopes, near: float) -> Any:
    """Return multipliers in doubles, or fractions where the derivatives are; zeros where no hint was found.

    Parameters
    ----------
    slopes
        What they are asked for.
    near
        Parts of the range by which an entry may miss a bound that it is on.

    Examples
    --------
    The cheapest x + 3y with x + y ≥ 1 between 0 and 1: at (1, 0) one more would cost something between 1 and 3.

    >>> one = np.ones(1)
    >>> box = np.zeros(2), np.ones(2)
    >>> at = Slopes(np.array([1.0, 3.0]), np.ones((1, 2)), 0 * one, one > 1, np.array([1.0, 0.0]), *box)
    >>> bool(1 <= multipliers(at, 1e-6)[0] <= 3)
    True
    """
    floats, nothing = slopes.in_floats(), slopes.slack * 0
    if not all(np.all(np.isfinite(entries)) for entries in (floats.gradient, floats.rows, floats.slack)):
        return nothing  # there is no bound where slopes are not finite, whatever they are multiplied with
    found = _hint(floats)
    if found is None:
        return nothing
    price, unsloped = found
    spread = floats.high - floats.low
    inside = (floats.point - floats.low > near * spread) & (floats.high - floats.point > near * spread)
    held = price != 0
    # of an entry on a bound the program cannot tell no slope from a small one: it is asked where the rest is too few
    enough = not np.any(held) or np.linalg.matrix_rank(_scaled(floats, price)[:, inside]) == np.sum(held)
    return _precise(slopes, price, inside if enough else inside | (unsloped & (spread > 0)))


def _scaled(slopes: Slopes, price: Any) -> Any:
    """The rows that have a multiplier, times that, by the largest of each entry."""
    rows = (slopes.rows * price[:, None])[price != 0]
    size = np.maximum(np.max(np.abs(rows), axis=0, initial=0.0), np.abs(slopes.gradient))
    return rows / np.where(size > 0, size, 1.0)


def _hint(slopes: Slopes) -> tuple[Any, Any] | None:
    """Return multipliers that make the gap small, and a mask of the entries to which they leave no slope."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_matrix, hstack, identity

    spread = slopes.high - slopes.low
    moves = spread > 0
    target = (slopes.gradient * spread)[moves]
    unit = np.max(np.abs(target), initial=0.0)
    if not (len(slopes.slack) and unit > 0):
        return slopes.slack * 0, np.zeros(len(spread), dtype=bool)
    rows = (slopes.rows * spread)[:, moves]
    sizes = np.max(np.abs(rows), axis=1, initial=0.0)
    used = sizes > 0
    rows, sizes, equality = rows[used] / sizes[used, None], sizes[used], slopes.equality[used]
    below = np.clip((slopes.point - slopes.low)[moves] / spread[moves], 0.0, 1.0)
    paid = np.abs(slopes.slack[used]) / sizes
    # an equation's multiplier is the difference of two that are not negative
    columns: Any = hstack(
        [csr_matrix(rows.T), csr_matrix(-rows[equality].T), identity(len(below)), -identity(len(below))]
    )
    cost = np.concatenate([paid, paid[equality], below, 1 - below])
    options: Any = {"primal_feasibility_tolerance": PRECISE, "dual_feasibility_tolerance": PRECISE}
    best: Any = linprog(cost, A_eq=columns.tocsr(), b_eq=target / unit, method="highs", options=options)
    if best.x is None:
        return None
    count, twice = len(paid), len(paid) + int(np.sum(equality))
    price = np.zeros(len(slopes.slack))
    mine = np.maximum(best.x[:count], 0.0)
    mine[equality] -= np.maximum(best.x[count:twice], 0.0)
    price[used] = mine * unit / sizes
    unsloped = np.zeros(len(spread), dtype=bool)
    unsloped[moves] = np.max(best.x[twice:].reshape(2, -1), axis=0) <= 0
    return price, unsloped


def _precise(slopes: Slopes, price: Any, free: Any) -> Any:
    """Return multipliers of the same rows that leave no slope to what is free, where there are some."""
    held, exact = price != 0, slopes.gradient.dtype == object
    if exact:
        price = np.array([Fraction(x) for x in price], dtype=object)
    if not np.any(held) or not np.any(free) or (exact and max(np.sum(held), np.sum(free)) > MOST):
        return price
    rows, target = slopes.rows[held][:, free].T, slopes.gradient[free]
    if exact:
        found = solved(rows, target)
    else:
        size = np.maximum(np.max(np.abs(rows * price[held]), axis=1), np.abs(target))
        size = np.where(size > 0, size, 1.0)
        found = price[held] * np.linalg.lstsq(rows * price[held] / size[:, None], target / size, rcond=None)[0]
    if np.any((found < 0) & ~slopes.equality[held]):
        return price
    better = price.copy()
    better[held] = found
    return better
