"""Which entries of an answer are determined by rows that must stay what they are."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from ..readings.rationals import solved

HELD = 1e-6
"""Singular values this small, relative to the largest, and parts this small may be rounding."""


def determined(rows: Any, ranges: Any) -> Any:
    """Return a mask of the entries that no direction moves along which the rows stay.

    Over fractions it is shown exactly. Entries are compared in units of their ranges.

    Examples
    --------
    >>> determined(np.array([[1.0, 1.0, 0.0], [1.0, -1.0, 0.0]]), np.ones(3)).tolist()
    [True, True, False]
    """
    # a direction in units of the ranges, in which an entry that is determined has no part
    _, sizes, span = np.linalg.svd(np.asarray(rows, dtype=np.float64) * ranges, full_matrices=False)
    held = np.sum(span[sizes > HELD * np.max(sizes)] ** 2, axis=0) > 1 - HELD
    if rows.dtype != object:
        return held
    for entry in np.flatnonzero(held).tolist():
        unit = np.array([Fraction(int(k == entry)) for k in range(rows.shape[1])], dtype=object)
        held[entry] = bool(np.all(rows.T @ solved(rows.T, unit) == unit))
    return held
