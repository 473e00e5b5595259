r"""A partition in which clients hold different mixtures of classes.

Each client's mixture is drawn from a Dirichlet distribution of one concentration :math:`a` for all classes (Hsu, Qi &
Brown 2019): near 0 a client holds one class, at infinity all hold the same. Its records are then drawn one class at a
time; a class that is used up leaves its part to the client's others, and if none is left to those that remain. How many
records a client holds is given, and public.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...formulations.errors import InputError
from .data import Partition, counts_of

if TYPE_CHECKING:
    from ..accounting.privacy import Array
    from .data import Integers


def skewed(
    labels: Integers,
    concentration: float,
    clients: int,
    seed: int | np.random.SeedSequence,
    test_fraction: float = 0.2,
    records: Sequence[int] | None = None,
    held_out: int = 0,
) -> Partition:
    r"""Deal records out so that clients' classes differ; what is left, or the official test split, is the test set.

    Parameters
    ----------
    labels
        Class of every record, from 0.
    concentration
        :math:`a > 0`: 0.1 is very uneven, 100 nearly even.
    clients, seed, test_fraction, records, held_out
        As in :func:`.data.partition`.

    Returns
    -------
    Partition
        Row numbers; the same for the same arguments.

    Raises
    ------
    InputError
        For a `concentration` that is not positive, and as :func:`.data.counts_of`.

    Examples
    --------
    >>> split = skewed(np.repeat([0, 1], 50), 1e-6, clients=2, seed=0, records=[10, 10])
    >>> [len(set(np.repeat([0, 1], 50)[split.training[split.owner == client]])) for client in (0, 1)]
    [1, 1]
    """
    if not 0 < concentration < np.inf:
        raise InputError("concentration", concentration, "must be a positive number", "use 0.5, or the IID partition")
    generator = np.random.default_rng(seed)
    total = len(labels) - held_out
    counts = counts_of(total, clients, 0 if held_out else test_fraction, records)
    held_by_class = _mixtures(np.bincount(labels[:total]), counts, concentration, generator)
    order = generator.permutation(total)
    owner = np.full(total, clients)
    for label, taken in enumerate(held_by_class.T):
        rows = order[labels[order] == label][: taken.sum()]
        owner[rows] = np.repeat(np.arange(clients), taken)
    dealt = np.argsort(owner, kind="stable")
    training, rest = dealt[: counts.sum()], dealt[counts.sum() :]
    test = np.arange(total, len(labels)) if held_out else rest
    return Partition(training, np.repeat(np.arange(clients), counts), counts, test)


def _mixtures(left: Integers, counts: Integers, concentration: float, generator: np.random.Generator) -> Integers:
    """Return how many records of each class each client gets, clients × classes."""
    left = left.copy()
    shares = generator.dirichlet(np.full(len(left), concentration), size=len(counts))
    dealt = np.zeros((len(counts), len(left)), dtype=np.int64)
    for client, wanted in enumerate(counts):
        while (missing := int(wanted - dealt[client].sum())) > 0:
            taken = np.minimum(generator.multinomial(missing, _of_those_left(shares[client], left)), left)
            dealt[client] += taken
            left -= taken
    return dealt


def _of_those_left(share: Array, left: Integers) -> Array:
    possible = np.where(left > 0, share, 0.0)
    if not possible.sum() > 0:
        possible = left.astype(float)
    chances: Array = possible / possible.sum()
    return chances
