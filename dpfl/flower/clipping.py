"""Bounding what is released: named arrays as one vector, and the floating ones of them alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..accounting.privacy import Array

Arrays: TypeAlias = Mapping[str, NDArray[Any]]
Clipped: TypeAlias = dict[str, Array]


def floating(arrays: Arrays, names: Arrays) -> tuple[str, ...]:
    """Return the names of the arrays that are floating in both: the others are counters and the like.

    Averaging makes doubles of counters, so that one of the two may be floating while the other still is not.

    Examples
    --------
    >>> floating({"a": np.zeros(1), "n": np.zeros(1)}, {"a": np.zeros(1), "n": np.zeros(1, dtype=int)})
    ('a',)
    """
    both = ((name, arrays[name].dtype, names[name].dtype) for name in arrays)
    return tuple(name for name, *kinds in both if all(np.issubdtype(kind, np.floating) for kind in kinds))


def clipped_update(update: Arrays, bound: float) -> Clipped:
    r"""Return :math:`u \min(1, C/\lVert u\rVert_2)` over all arrays as one vector; what is not finite becomes zero.

    Zero is a value like any other. Whatever the data make of an update, nothing or not a number included, it yields
    something of norm at most :math:`C` to be noised, so that *whether* there is a release does not depend on the data.

    Parameters
    ----------
    update
        Floating arrays by name.
    bound
        :math:`C > 0`.

    Examples
    --------
    >>> clipped_update({"a": np.array([3.0]), "b": np.array([4.0])}, 1.0)
    {'a': array([0.6]), 'b': array([0.8])}
    >>> clipped_update({"a": np.zeros(1), "b": np.zeros(1)}, 1.0)
    {'a': array([0.]), 'b': array([0.])}
    >>> clipped_update({"a": np.array([np.nan]), "b": np.ones(1)}, 1.0)
    {'a': array([0.]), 'b': array([0.])}
    """
    doubles = {name: array.astype(np.float64) for name, array in update.items()}
    largest = max((float(np.max(np.abs(array), initial=0.0)) for array in doubles.values()), default=0.0)
    if not np.isfinite(largest):
        return {name: np.zeros_like(array) for name, array in doubles.items()}
    norm = largest * np.sqrt(sum(float(np.sum((array / largest) ** 2)) for array in doubles.values())) if largest else 0
    return {name: array * (bound / norm) for name, array in doubles.items()} if norm > bound else doubles


def clipped_records(gradients: Arrays, bound: float) -> Clipped:
    r"""Return :math:`\sum_r g_r \min(1, C/\lVert g_r\rVert_2)`: each record is clipped over all arrays, then summed.

    Parameters
    ----------
    gradients
        By name, records × shape of the array.
    bound
        :math:`C > 0`.

    Examples
    --------
    >>> clipped_records({"a": np.array([[3.0], [0.0], [np.inf]]), "b": np.array([[4.0], [0.5], [1.0]])}, 1.0)
    {'a': array([0.6]), 'b': array([1.3])}
    """
    rows = {
        name: np.asarray(array, dtype=np.float64).reshape(len(array), int(np.prod(array.shape[1:])))
        for name, array in gradients.items()
    }
    finite = np.logical_and.reduce([np.isfinite(row).all(axis=1) for row in rows.values()])
    kept = {name: np.where(finite[:, None], row, 0.0) for name, row in rows.items()}
    scale = np.max([np.abs(row).max(axis=1, initial=0.0) for row in kept.values()], axis=0)
    safe = np.where(scale > 0, scale, 1.0)
    norm = safe * np.sqrt(np.sum([((row / safe[:, None]) ** 2).sum(axis=1) for row in kept.values()], axis=0))
    shrink = bound / np.maximum(norm, bound)
    return {name: (shrink @ row).reshape(np.shape(gradients[name])[1:]) for name, row in kept.items()}
