"""What every rebuilt baseline is: how it weighs and what noise it leaves, how it trains, and what it really spends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from ....formulations.errors import InputError
from ...accounting.account import Account, Integers
from ...accounting.privacy import Array
from ...runs.loop import study_rounds
from ...runs.noise import SeededNoise
from ..engine import Engine, State
from ..linear_engine import LinearEngine
from ..protocol import Protocol
from ..weights import Aggregate

Wrapped: TypeAlias = Callable[[LinearEngine, np.random.SeedSequence], Engine]
"""From the linear engine of all clients' records, and the seed of a run, to the engine of a baseline."""


@dataclass(frozen=True, eq=False)
class Population:
    """Whose records are trained, and what is public of them.

    Attributes
    ----------
    epsilon
        Budgets; 0 takes no part.
    records
        Counts.
    cost
        Of a unit of ε to each client.
    coordinates
        How many numbers are trained.
    """

    epsilon: Array
    records: Integers
    cost: Array
    coordinates: int

    @property
    def present(self) -> np.typing.NDArray[np.bool_]:
        """Who takes part.

        Raises
        ------
        InputError
            When nobody does.
        """
        present = (self.epsilon > 0) & (self.records > 0)
        if not present.any():
            raise InputError("budgets", "0 for every client with records", "nobody takes part", "give somebody one")
        return np.asarray(present)

    def needed(self, protocol: Protocol, releases: Integers) -> Array:
        """Return the multipliers that keep the budgets over so many releases of all records; infinite if absent."""
        return self._account(protocol, releases).needed(np.where(self.present, self.epsilon, 0.0))

    def spent(self, protocol: Protocol, releases: Integers, sigma: Array) -> Array:
        """Return the exact ε of releases of all records with this noise."""
        return self._account(protocol, releases).spent(sigma)[0]

    def _account(self, protocol: Protocol, releases: Integers) -> Account:
        count = len(self.epsilon)
        return Account(np.full(count, protocol.delta), np.asarray(releases, dtype=np.int64), [None] * count)


@dataclass(frozen=True, eq=False)
class OverLinear:
    """An engine that is the linear one but for what is contributed.

    Attributes
    ----------
    linear
        Of all records.
    seed
        Of its own coins and noise.
    """

    linear: LinearEngine
    seed: np.random.SeedSequence

    def start(self) -> State:
        """Return the linear engine's own."""
        return self.linear.start()

    def apply(self, state: State, update: State) -> State:
        """Return what the linear engine makes of an update."""
        return self.linear.apply(state, update)

    def accuracy(self, state: State, features: Array, labels: Integers) -> float:
        """Return the linear engine's own."""
        return self.linear.accuracy(state, features, labels)

    def generator(self, round: int) -> np.random.Generator:
        """Return the numbers of a round, apart from those of the noise that is added from outside."""
        key = (*self.seed.spawn_key, round)
        return np.random.default_rng(np.random.SeedSequence(self.seed.entropy, spawn_key=key))


@dataclass(frozen=True, eq=False)
class Rebuilt:
    """A baseline on one population, ready to be trained.

    Attributes
    ----------
    aggregate
        Its weights and noise, as far as they are known before it is trained: what pilots go by.
    deviation
        Of the noise that is added to the engine's sums; or what each client adds to it.
    wrapped
        Makes its engine.
    epsilon
        What every client really spends, by this project's account.
    published
        The same with the noise as the source's own code sets it, where that is another.
    """

    aggregate: Aggregate
    deviation: Array | float
    wrapped: Wrapped
    epsilon: Array
    published: Array | None = None

    def trained(self, linear: LinearEngine, rounds: int, seed: np.random.SeedSequence) -> State:
        """Train once, for a study."""
        engine = self.wrapped(linear, seed)
        return study_rounds(engine, self.aggregate.record_weight, self.deviation, rounds, SeededNoise(seed))
