"""Labelled data sets, and their random partition over clients.

A loader is a function without arguments that returns a :class:`Dataset`; :data:`LOADERS` lists them by name, so that a
further set (Fashion-MNIST, say) is one function and one line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...formulations.errors import InputError
from ...formulations.extras import refuse_missing
from ...formulations.shown import Shown
from ..accounting.privacy import Array

Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False)
class Dataset(Shown):
    """Records with labels.

    Attributes
    ----------
    name, source, licence
        What it is, where it comes from, and on what terms.
    features
        One row per record, scaled to [0, 1] by public constants, never by statistics of the records.
    labels
        One class from 0 per record.
    classes
        How many classes there are.

    Raises
    ------
    InputError
        When shapes differ, a feature is not finite, or a label is no class.

    Examples
    --------
    >>> tiny = Dataset("tiny", "made up", "CC0-1.0", np.array([[0.0], [1.0]]), np.array([0, 1]), 2)
    >>> tiny.features.shape
    (2, 1)
    """

    name: str
    source: str
    licence: str
    features: Array
    labels: Integers
    classes: int

    def __post_init__(self) -> None:
        if self.features.ndim != 2 or len(self.features) == 0:
            raise InputError("features", self.features.shape, "must have one row per record", "flatten each record")
        if self.labels.shape != self.features.shape[:1]:
            raise InputError("labels", self.labels.shape, f"must be {len(self.features)}", "give one per record")
        if not np.all(np.isfinite(self.features)):
            raise InputError("features", "NaN or infinite", "must be finite", "remove or mend those records")
        if self.labels.min() < 0 or self.labels.max() >= self.classes:
            given = f"{self.labels.min()} to {self.labels.max()}"
            raise InputError("labels", given, f"must be classes 0 to {self.classes - 1}", "number the classes from 0")

    def described(self) -> dict[str, Any]:
        """Return what it is as plain data, with a digest of all records.

        Examples
        --------
        >>> tiny = Dataset("tiny", "made up", "CC0-1.0", np.array([[0.0], [1.0]]), np.array([0, 1]), 2)
        >>> tiny.described()["sha256"][:8]
        '0d6baef4'
        """
        digest = sha256(self.features.astype("<f8").tobytes())
        digest.update(self.labels.astype("<i8").tobytes())
        about = {name: getattr(self, name) for name in ("name", "source", "licence", "classes")}
        records, features = self.features.shape
        return {**about, "records": records, "features": features, "sha256": digest.hexdigest()}


@dataclass(frozen=True, eq=False)
class Partition:
    """Which records each client holds, and which are held out for the test.

    Attributes
    ----------
    training
        Row numbers of the training records, client by client.
    owner
        The client (its place from 0) that holds each of them.
    records
        How many records each client holds: public numbers.
    test
        Row numbers of the test records, which no client holds.

    Examples
    --------
    >>> split = partition(10, clients=4, seed=0)
    >>> split.owner.tolist(), len(split.test)
    ([0, 0, 1, 1, 2, 2, 3, 3], 2)
    """

    training: Integers
    owner: Integers
    records: Integers
    test: Integers


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
    )


LOADERS: Mapping[str, Callable[[], Dataset]] = MappingProxyType({"digits": digits})
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


def partition(
    total: int,
    clients: int,
    seed: int | np.random.SeedSequence,
    test_fraction: float = 0.2,
    records: Sequence[int] | None = None,
) -> Partition:
    r"""Deal records out to clients at random; what is left is the test set.

    By default every client holds the same number of records, the largest that leaves `test_fraction` of the data for
    the test: :math:`\lfloor (1 - f)\,n / N \rfloor`. The remainder is tested on rather than thrown away, and no record
    is ever held twice. 1,000 clients of the 1,797 digits hold one record each, and 797 are held out.

    Parameters
    ----------
    total
        Number :math:`n` of records.
    clients
        Number :math:`N \ge 1` of clients.
    seed
        Of the random permutation.
    test_fraction
        Smallest part :math:`f` of the records that is held out, in (0, 1).
    records
        How many records each client holds, if not all the same.

    Returns
    -------
    Partition
        Row numbers; the same for the same arguments.

    Raises
    ------
    InputError
        When there are too few records for the clients, or `test_fraction` is outside (0, 1).

    Examples
    --------
    >>> split = partition(1797, clients=1000, seed=0)
    >>> int(split.records.max()), len(split.test)
    (1, 797)
    """
    if not 0 < test_fraction < 1:
        raise InputError("test_fraction", test_fraction, "must lie strictly between 0 and 1", "use 0.2")
    available = int((1 - test_fraction) * total)
    if records is None:
        if not 1 <= clients <= available:
            rule = f"there are {available} training records, and every client must hold one"
            raise InputError("clients", clients, rule, f"use 1 to {available} clients, or a larger data set")
        counts = np.full(clients, available // clients)
    else:
        counts = np.asarray(records)
        whole = counts.shape == (clients,) and np.issubdtype(counts.dtype, np.integer) and counts.min() >= 0
        if not whole or not 1 <= counts.sum() <= available:
            rule = f"must be {clients} whole numbers of at least 0, with a sum from 1 to {available}"
            raise InputError("records", list(records), rule, "give one count per client")
    order = np.random.default_rng(seed).permutation(total)
    return Partition(
        training=order[: counts.sum()],
        owner=np.repeat(np.arange(clients), counts),
        records=counts,
        test=order[counts.sum() :],
    )
