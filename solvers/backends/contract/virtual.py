"""Virtual costs in doubles, and their levels when ironed."""

from __future__ import annotations

import numpy as np

from ....formulations.algebra import read
from ....formulations.contract.reformulations import Ladder
from ....formulations.data import as_floats
from ....formulations.virtual_cost import stepped_virtual_cost
from ...readings.vectors import Vectors


def virtual_costs(ladder: Ladder) -> np.ndarray:
    """Return ψ in doubles; steps of exact costs are taken before they are rounded."""
    roles = {
        "cost": as_floats(ladder.cost),
        "step": np.asarray(ladder.cost[1:] - ladder.cost[:-1], dtype=np.float64),
        "count": as_floats(ladder.count),
    }
    return np.asarray(read(stepped_virtual_cost, Vectors(), roles))


def ironed(virtual: np.ndarray, count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the levels of the isotonic regression and where each begins, with the end behind the last.

    Examples
    --------
    >>> level, start = ironed(np.array([1.0, 22.0, 4.05]), np.array([20.0, 1.0, 20.0]))
    >>> level.round(5).tolist(), start.tolist()
    ([1.0, 4.90476], [0, 1, 3])
    """
    from scipy.optimize import isotonic_regression

    found = isotonic_regression(virtual, weights=count)
    start = np.asarray(found.blocks)
    return np.asarray(found.x)[start[:-1]], start
