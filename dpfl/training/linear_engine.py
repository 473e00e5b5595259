r"""The linear head of :mod:`.aggregate_engine` as an engine: one step of every record in each round."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..accounting.privacy import Array
from ..runs.loop import study_rounds
from ..runs.noise import SeededNoise
from .aggregate_engine import Descent, accuracy, blocks, clipped_rows, loaded_torch, norms_of, one_thread
from .data import Integers
from .engine import Contribution, State

HEAD = "head"


@dataclass(frozen=True, eq=False)
class LinearEngine:
    """A linear head, trained from zero by steps along the sum of its records' clipped gradients.

    Attributes
    ----------
    features, labels
        One row and one class per record, those of all clients.
    owner
        Which client holds each record: its row among the weights.
    descent
        Clipping, step length, classes. (The number of rounds is the run's.)
    bounds
        On the norm of each record's gradient, one a client, in place of the descent's for all.

    Examples
    --------
    >>> engine = LinearEngine(np.eye(2), np.array([0, 1]), np.array([0, 1]), Descent(50, 1.0, 1.0, 2))
    >>> state = engine.start()
    >>> given = engine.contribute(state, np.array([0.5, 0.0]), round=0)
    >>> given.participants, round(given.largest_norm, 6)
    ((0,), 0.707107)
    >>> engine.apply(state, given.total)["head"].tolist()
    [[0.25, -0.25], [0.0, 0.0]]
    """

    features: Array
    labels: Integers
    owner: Integers
    descent: Descent
    bounds: Array | None = None

    def start(self) -> State:
        """Return the head of zeros, features × classes."""
        return {HEAD: np.zeros((self.features.shape[1], self.descent.classes))}

    def contribute(self, state: State, weight: Array, round: int) -> Contribution:
        """Return the weighted sum of all records' clipped gradients; as :class:`.engine.Engine` says."""
        torch = loaded_torch()
        record_weight = weight[self.owner]
        counted = record_weight > 0
        features, norms, labels = self._records if counted.all() else (part[counted] for part in self._records)
        clips = None if self.bounds is None else torch.from_numpy(self.bounds[self.owner][counted]).to(features.dtype)
        weights = torch.from_numpy(record_weight[counted]).to(features.dtype)
        head = torch.from_numpy(state[HEAD])
        total, largest = torch.zeros(head.shape[::-1], dtype=head.dtype), 0.0
        with one_thread(), torch.no_grad():
            for part in blocks(len(features)):
                some = features[part]
                clip = self.descent.clip if clips is None else clips[part]
                rows = clipped_rows(some, norms[part], labels[part], weights[part], head, clip)
                total += rows @ some
                lengths = rows.square_().sum(dim=0).sqrt_().mul_(norms[part]).div_(weights[part])
                largest = max(largest, float(lengths.max()))
        participants = self._holders[weight[self._holders] > 0]
        return Contribution({HEAD: np.ascontiguousarray(total.T.numpy())}, largest, tuple(participants.tolist()))

    def apply(self, state: State, update: State) -> State:
        """Return the head after one step against the update."""
        return {HEAD: state[HEAD] - self.descent.learning_rate * update[HEAD]}

    def accuracy(self, state: State, features: Array, labels: Integers) -> float:
        """Return the fraction of records whose class has the largest score."""
        return accuracy(state[HEAD], features, labels)

    @cached_property
    def _holders(self) -> Integers:
        """The clients that hold a record."""
        return np.unique(self.owner)

    @cached_property
    def _records(self) -> tuple[Any, Any, Any]:
        """The records as tensors: features, in the precision they have, their norms, and classes."""
        torch = loaded_torch()
        with one_thread():
            features = torch.from_numpy(np.ascontiguousarray(self.features))
            return features, norms_of(features), torch.from_numpy(self.labels)


def fit(
    features: Array,
    labels: Integers,
    record_weight: Array,
    noise: float,
    descent: Descent,
    seed: int | np.random.SeedSequence,
) -> Array:
    """Train the head on all clients' records, for a study: nothing is charged.

    Parameters
    ----------
    features, labels
        One row and one class per record.
    record_weight
        How much each record counts; they sum to one.
    noise
        Standard deviation of the aggregated gradient's noise, per coordinate; 0 for none.
    descent
        Rounds, clipping, step length, classes.
    seed
        Of the noise. Two fits with the same seed see the same draws, scaled by their own `noise`: paired runs.

    Returns
    -------
    numpy.ndarray
        The head, features × classes.

    Raises
    ------
    UnsupportedModel
        When torch is not installed.

    Examples
    --------
    >>> x, y = np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0, 1])
    >>> head = fit(x, y, np.array([0.5, 0.5]), 0.0, Descent(50, 1.0, 1.0, 2), seed=0)
    >>> accuracy(head, x, y)
    1.0
    """
    counted = record_weight > 0
    if not counted.all():
        features, labels, record_weight = features[counted], labels[counted], record_weight[counted]
    engine = LinearEngine(features, labels, np.arange(len(labels)), descent)
    return study_rounds(engine, record_weight, noise, descent.rounds, SeededNoise(seed))[HEAD]
