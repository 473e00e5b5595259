"""Symmetric positive definite systems in which only neighbours meet, over floats, fractions or balls."""

from __future__ import annotations

from typing import Any

import numpy as np


def pivots(diagonal: Any, beside: Any) -> np.ndarray:
    """Return the pivots of elimination from the first row to the last.

    Examples
    --------
    >>> pivots(np.array([2.0, 2.0]), np.array([-1.0]))
    array([2. , 1.5])
    """
    found = [diagonal[0]]
    for own, other in zip(diagonal[1:], beside, strict=True):
        found.append(own - other * other / found[-1])
    return np.array(found, dtype=diagonal.dtype)


def solution(diagonal: Any, beside: Any, right: Any) -> np.ndarray:
    """Return the solution of one system.

    Examples
    --------
    >>> solution(np.array([2.0, 2.0]), np.array([-1.0]), np.array([1.0, 1.0]))
    array([1., 1.])
    """
    pivot = pivots(diagonal, beside)
    carried = [right[0]]
    for j in range(1, len(right)):
        carried.append(right[j] - beside[j - 1] / pivot[j - 1] * carried[-1])
    found = [carried[-1] / pivot[-1]]
    for j in range(len(right) - 2, -1, -1):
        found.append((carried[j] - beside[j] * found[-1]) / pivot[j])
    return np.array(found[::-1], dtype=right.dtype)


def inverse_diagonal(diagonal: Any, beside: Any) -> np.ndarray:
    """Return the diagonal of the inverse: the pivots from both ends, less what both count, inverted.

    Examples
    --------
    >>> inverse_diagonal(np.array([2.0, 2.0]), np.array([-1.0]))
    array([0.66666667, 0.66666667])
    """
    return np.asarray(1 / (pivots(diagonal, beside) + pivots(diagonal[::-1], beside[::-1])[::-1] - diagonal))
