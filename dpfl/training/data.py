"""Labelled data sets, and their random partition over clients."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...formulations.errors import InputError
from ...formulations.shown import Shown
from ..accounting.privacy import Array

Integers = NDArray[np.int64]
DIGESTED_AT_ONCE = 4096
"""Records, so that no second copy of all of them is made."""


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
    shape
        Of one record before it was flattened, as a model sees it: channels × height × width of an image. None is flat.
    held_out
        How many of the last records are the official test split, which no client holds; 0 where there is none.

    Raises
    ------
    InputError
        When shapes differ, a feature is not finite, a label is no class, or no record is left for training.

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
    shape: tuple[int, ...] | None = None
    held_out: int = 0

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
        if self.shape is not None and math.prod(self.shape) != self.features.shape[1]:
            rule = f"must be the shape of {self.features.shape[1]} features"
            raise InputError("shape", self.shape, rule, "leave it out for flat records")
        if not 0 <= self.held_out < len(self.labels):
            rule = f"must be a number of test records from 0 to {len(self.labels) - 1}"
            raise InputError("held_out", self.held_out, rule, "keep records for training")

    def described(self) -> dict[str, Any]:
        """Return what it is as plain data, with a digest of all records.

        Examples
        --------
        >>> tiny = Dataset("tiny", "made up", "CC0-1.0", np.array([[0.0], [1.0]]), np.array([0, 1]), 2)
        >>> tiny.described()["sha256"][:8]
        '0d6baef4'
        """
        digest = sha256()
        for begin in range(0, len(self.features), DIGESTED_AT_ONCE):
            digest.update(self.features[begin : begin + DIGESTED_AT_ONCE].astype("<f8").tobytes())
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


def partition(
    total: int,
    clients: int,
    seed: int | np.random.SeedSequence,
    test_fraction: float = 0.2,
    records: Sequence[int] | None = None,
    held_out: int = 0,
) -> Partition:
    r"""Deal records out to clients at random; what is left is the test set.

    By default every client holds the same number of records, the largest that leaves `test_fraction` of the data for
    the test: :math:`\lfloor (1 - f)\,n / N \rfloor`. The remainder is tested on rather than thrown away, and no record
    is ever held twice. 1,000 clients of the 1,797 digits hold one record each, and 797 are held out. Where the data
    have an official test split, it alone is tested on, whatever else is left. :func:`.skew.skewed` deals by label.

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
    held_out
        How many of the last records are an official test split.

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
    >>> partition(10, clients=3, seed=0, held_out=4).test.tolist()
    [6, 7, 8, 9]
    """
    counts = counts_of(total - held_out, clients, 0 if held_out else test_fraction, records)
    order = np.random.default_rng(seed).permutation(total - held_out)
    return Partition(
        training=order[: counts.sum()],
        owner=np.repeat(np.arange(clients), counts),
        records=counts,
        test=np.arange(total - held_out, total) if held_out else order[counts.sum() :],
    )


def counts_of(total: int, clients: int, test_fraction: float, records: Sequence[int] | None) -> Integers:
    """Return how many of `total` records each client holds, when `test_fraction` of them may be tested on.

    Raises
    ------
    InputError
        When there are too few records for the clients, or `test_fraction` is outside [0, 1).

    Examples
    --------
    >>> counts_of(10, 4, 0.2, None).tolist()
    [2, 2, 2, 2]
    """
    if not 0 <= test_fraction < 1:
        raise InputError("test_fraction", test_fraction, "must lie strictly between 0 and 1", "use 0.2")
    available = int((1 - test_fraction) * total)
    if records is None:
        if not 1 <= clients <= available:
            rule = f"there are {available} training records, and every client must hold one"
            raise InputError("clients", clients, rule, f"use 1 to {available} clients, or a larger data set")
        return np.full(clients, available // clients)
    counts = np.asarray(records)
    whole = counts.shape == (clients,) and np.issubdtype(counts.dtype, np.integer) and counts.min() >= 0
    if not whole or not 1 <= counts.sum() <= available:
        rule = f"must be {clients} whole numbers of at least 0, with a sum from 1 to {available}"
        raise InputError("records", list(records), rule, "give one count per client")
    return np.asarray(counts, dtype=np.int64)
