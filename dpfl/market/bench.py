"""The records of a market's owners, dealt out, and what is done with them: training that is charged, and tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from ..accounting.budgets import Budgets
from ..accounting.privacy import Array
from ..runs.ledger import Ledger
from ..runs.loop import run_training
from ..runs.terms import Terms
from ..training.aggregate_engine import Descent
from ..training.data import Dataset, Partition, partition
from ..training.features import prepare
from ..training.linear_engine import HEAD, LinearEngine, fit
from ..training.loaders import load
from ..training.protocol import Protocol
from ..training.weights import noiseless
from .protocol import step_of
from .streams import Stream, known


@dataclass(frozen=True, eq=False)
class Bench:
    """The records, dealt out, and what is done with them whatever the noise.

    Attributes
    ----------
    source
        All records.
    features
        The records as the head sees them.
    split
        Who holds which of them, and which nobody does.
    protocol
        Of the training.

    Examples
    --------
    >>> tiny = Dataset("tiny", "", "", np.repeat(np.eye(2), 50, axis=0), np.repeat([0, 1], 50), 2)
    >>> bench = dealt_out(Protocol(), 2, None, tiny)
    >>> bench.split.records.tolist(), bench.without_noise(np.array([True, False]))
    ([40, 40], 1.0)
    """

    source: Dataset
    features: Array
    split: Partition
    protocol: Protocol

    @property
    def descent(self) -> Descent:
        """Rounds, clipping, step length and classes."""
        protocol = self.protocol
        return Descent(protocol.rounds, protocol.clip, step_of(protocol), self.source.classes)

    def terms(self, budgets: Budgets, sigma: Array, weight: Array, noise: float, trust: str) -> Terms:
        """Return on which terms a training charges the owners, whose budgets are what they sold in all."""
        count, protocol = len(weight), self.protocol
        rounds = np.where(weight > 0, protocol.rounds, 0)
        return Terms(
            client=budgets.clients,
            budget=budgets.texts,
            delta=np.full(count, protocol.delta),
            records=np.asarray(self.split.records, dtype=np.int64),
            releases=rounds.astype(np.int64),
            sigma=sigma,
            weight=weight,
            noise=noise,
            rounds=protocol.rounds,
            trust=trust,
            unit=protocol.release.unit,
            adjacency=protocol.release.adjacency,
            clip=protocol.clip,
        )

    def shares_of_noise(self, weight: Array, noise: float) -> Array:
        """Return the multipliers by which owners would make up the noise of a sum, equal parts of its variance."""
        present = weight > 0
        sigma = np.full(len(weight), np.inf)
        parts = weight[present] * self.protocol.release.sensitivity * sqrt(np.count_nonzero(present))
        sigma[present] = noise / parts
        return sigma

    def charged(self, terms: Terms, book: Ledger, seed: np.random.SeedSequence | None) -> Array:
        """Return a head whose every round is charged to the owners before its noise is drawn."""
        rows = self.split.training
        engine = LinearEngine(self.features[rows], self.source.labels[rows], self.split.owner, self.descent)
        return np.asarray(run_training(engine, terms, ledger=book, seed=seed).state[HEAD])

    def head(self, weight: Array, noise: float, seed: np.random.SeedSequence | int) -> Array:
        """Return a head that nobody is given, trained with a weight for each owner's records."""
        rows = self.split.training
        x, y, owner = self.features[rows], self.source.labels[rows], self.split.owner
        return fit(x, y, weight[owner], noise, self.descent, seed)

    def without_noise(self, present: np.ndarray) -> float:
        """Return the accuracy of a head that was trained without any noise on the records of those present."""
        free = noiseless(self.split.records, present & (self.split.records > 0))
        return float(self.right(self.head(free.record_weight, 0.0, 0)).mean())

    def right(self, head: Array) -> np.ndarray:
        """Return which of the test records a head is right on."""
        guessed = np.argmax(self.features[self.split.test] @ head, axis=1)
        return np.asarray(guessed == self.source.labels[self.split.test])

    def mean(self, heads: Iterable[Array]) -> float:
        """Return the mean accuracy of several heads."""
        return float(np.mean([self.right(head).mean() for head in heads]))

    def described(self) -> dict[str, Any]:
        """Return what is trained on as plain data."""
        source, test = self.source, self.source.labels[self.split.test]
        return {
            "name": source.name,
            "source": source.source,
            "licence": source.licence,
            "training_records": len(self.split.training),
            "test_records": len(test),
            "features": self.features.shape[1],
            "classes": source.classes,
            "commonest_class": float(np.bincount(test).max() / len(test)),
        }


def dealt_out(protocol: Protocol, owners: int, records: Sequence[int] | None, dataset: Dataset | None) -> Bench:
    """Deal records out to owners, by the protocol's seed.

    Raises
    ------
    InputError
        When there are too few records.
    """
    source = dataset or load(protocol.dataset)
    doubles = np.asarray(source.features, dtype=np.float64)  # norms are bounded to a few units of 2⁻⁵³
    features = prepare(doubles, protocol.features, protocol.feature_count, shape=source.shape)
    dealt = known(protocol.seed, Stream.SPLIT)
    split = partition(len(features), owners, dealt, protocol.test_fraction, records, source.held_out)
    return Bench(source, features, split, protocol)
