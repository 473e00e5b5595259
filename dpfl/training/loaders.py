"""Data sets that can be named: a loader is a function without arguments, and :data:`LOADERS` lists them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from ...formulations.errors import InputError
from ...formulations.extras import refuse_missing
from .data import Dataset
from .formats.named import fashion_mnist


def digits() -> Dataset:
    """Return the 1,797 real 8×8 images of handwritten digits that ship inside scikit-learn.

    Returns
    -------
    Dataset
        64 features, pixel / 16, and ten classes.

    Raises
    ------
    UnsupportedModel
        When scikit-learn is not installed.

    Notes
    -----
    Source: Alpaydin & Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository (test set).

    Examples
    --------
    >>> digits().features.shape
    (1797, 64)
    """
    refuse_missing("the data set digits", "scikit-learn", "sklearn")
    from sklearn.datasets import load_digits

    bunch = load_digits()
    return Dataset(
        name="scikit-learn digits",
        source="UCI Optical Recognition of Handwritten Digits (Alpaydin & Kaynak), inside scikit-learn",
        licence="BSD-3-Clause, as shipped with scikit-learn",
        features=np.asarray(bunch.data, dtype=np.float64) / 16,
        labels=np.asarray(bunch.target, dtype=np.int64),
        classes=10,
        shape=(1, 8, 8),
    )


LOADERS: Mapping[str, Callable[[], Dataset]] = MappingProxyType({"digits": digits, "fashion-mnist": fashion_mnist})
"""Every data set that can be named, and the function that loads it."""


def load(name: str) -> Dataset:
    """Load a data set by name.

    Parameters
    ----------
    name
        A key of :data:`LOADERS`.

    Raises
    ------
    InputError
        For another name; the message lists the choices.

    Examples
    --------
    >>> load("digits").classes
    10
    """
    if not isinstance(name, str) or name not in LOADERS:
        raise InputError("dataset", name, "is unknown", f"choose one of: {', '.join(LOADERS)}")
    return LOADERS[name]()
