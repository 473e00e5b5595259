"""The integrals of a falling function from each of many numbers to one, by splines, and by how much they may be off."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from ...readings.vectors import ROUNDING

KNOTS = (128, 4096)
"""Knots of a spline, and half as many for comparison; the second number where the first is not enough."""
NARROW = 2.0**-30
"""A part of the upper end with no room for so many knots among doubles; what the function falls by is missed there."""


def integrals(
    function: Callable[[np.ndarray], np.ndarray], starts: np.ndarray, edges: list[float]
) -> tuple[np.ndarray, float]:
    """Return the integrals from each start to the last edge; between edges the function is smooth.

    Examples
    --------
    >>> found, off = integrals(lambda x: 2 - x, np.array([0.0, 1.0, 2.0]), [0.0, 2.0])
    >>> found.round(9).tolist(), off < 1e-9
    ([2.0, 0.5, 0.0], True)
    """
    found, off = np.zeros(len(starts)), 0.0
    for low, high in pairwise(edges):
        clipped = np.clip(starts, low, high)
        if high - low <= NARROW * edges[-1]:  # too narrow for knots between doubles
            most, least = function(np.array([low, high])).tolist()
            found += least * (high - clipped)
            off += (most - least) * (high - low)
            continue
        here, more = _by_splines(function, clipped, low, high)
        found += here
        off += more
    return found, off


def _by_splines(
    function: Callable[[np.ndarray], np.ndarray], starts: np.ndarray, low: float, high: float
) -> tuple[np.ndarray, float]:
    """Return the integrals from each start to the upper end, and how far half as many knots are from them."""
    from scipy.interpolate import CubicSpline

    denser = 3 if low < high / 2 else 1  # it falls by far the most near 0
    found, off = np.zeros(len(starts)), np.inf
    for knots in KNOTS:
        x = low + (high - low) * np.linspace(0, 1, knots + 1) ** denser
        values, several = function(x), []
        for every in (1, 2):
            whole = CubicSpline(x[::every], values[::every]).antiderivative()
            several.append(whole(high) - whole(starts))
        found, off = several[0], float(np.max(np.abs(several[0] - several[1])))
        if off <= ROUNDING * values[-1] * (high - low):
            break
    return found, off
