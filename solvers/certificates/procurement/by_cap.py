"""What it costs to do without a cap, for a million caps: a convex function, enclosed between a few thousand knots.

Who sells all of its cap e could be replaced by the others' best allocation, so that it is paid

    P(e) = V(E*) − max over y ≥ 0 of (V(E* − e + y) − K(y)),    K(y) the least that y more of the others costs,

and the maximum of a function concave in e and y is concave in e: P is convex, and by Myerson's rule too, where its
slope is the cost that is charged with the marginal price, which rises with e. So between two knots it is below the
chord, and above the continuations of the chords beside it. The rest, where the two are too far apart, is asked for
one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

KNOTS = 2**14
"""Between so many knots P is enclosed."""
CHUNK = 2**15
"""So many are read at once: what fits into a cache is twice as fast."""
INSIDE = 1 - 2.0**-50
"""Keeps the largest cap in the last piece."""

Bounds: TypeAlias = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""What encloses P at some caps."""


def read_off(bounds: Bounds, caps: np.ndarray, within: float) -> tuple[np.ndarray, float]:
    """Return P of each positive cap and by how much it may be off, of many at most a part of the largest.

    Examples
    --------
    >>> caps = np.linspace(0.5, 2, 100_000)
    >>> found, off = read_off(lambda e: (e**2 - 1e-12, e**2 + 1e-12), caps, 1e-8)
    >>> 1e-12 < off < 1e-8 * 4, bool(np.max(np.abs(found - caps**2)) <= off)
    (True, True)
    """
    if len(caps) <= 4 * KNOTS:
        return _one_by_one(bounds, caps)
    largest = float(np.max(caps))
    low, high = bounds(largest / KNOTS * np.arange(1, KNOTS + 1))
    low, high = np.append(0.0, low), np.append(0.0, high)  # to do without nothing costs nothing
    apart = _apart(low, high)
    loose = apart > within * float(high[-1])
    off = float(np.max(apart, where=~loose, initial=0.0))
    found = np.empty(len(caps))
    rise, scale, rough = np.diff(high), KNOTS * INSIDE / largest, bool(np.any(loose))
    for start in range(0, len(caps), CHUNK):
        some = slice(start, start + CHUNK)
        at = caps[some] * scale
        piece = at.astype(np.intp)
        at -= piece
        found[some] = high[piece] + at * rise[piece]
        if rough and len(hard := np.flatnonzero(loose[piece])):
            found[start + hard], more = _one_by_one(bounds, caps[start + hard])
            off = max(off, more)
    return found, off


def _one_by_one(bounds: Bounds, caps: np.ndarray) -> tuple[np.ndarray, float]:
    found, off = np.empty(len(caps)), 0.0
    for start in range(0, len(caps), CHUNK):
        low, high = bounds(caps[start : start + CHUNK])
        found[start : start + CHUNK] = (low + high) / 2
        off = max(off, float(np.max(np.abs(high - low))))  # the two may cross by their rounding
    return found, off


def _apart(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return how far the chord of each piece is at most from what is certainly below P on it.

    From the left P rises no slower than before (from 0, than not at all), from the right it falls no faster than
    behind. The chord's distance from the larger of the two lines is largest where they cross, or at an end.
    """
    left, rise = np.append(0.0, low[1:-1] - high[:-2]), np.diff(high)
    right = np.append(high[2:] - low[1:-1], 0.0)
    with np.errstate(all="ignore"):
        cross = np.nan_to_num((low[1:] - right - low[:-1]) / (left - right))
    gaps = []
    for at in (np.zeros(len(rise)), np.clip(cross, 0.0, 1.0), np.ones(len(rise))):
        behind = low[1:] - right * (1 - at)
        behind[-1] = -np.inf  # nothing is known behind the last knot
        gaps.append(high[:-1] + at * rise - np.maximum(low[:-1] + left * at, behind))
    return np.asarray(np.max(gaps, axis=0))
