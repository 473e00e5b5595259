"""From a protocol to what trains by it: the linear head, or somebody's module, on the records of a partition."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..accounting.privacy import Array
from ..runs.loop import study_rounds
from ..runs.noise import SeededNoise
from .aggregate_engine import Descent
from .client_engine import ClientEngine
from .data import Integers
from .engine import Contribution, Engine, State
from .linear_engine import LinearEngine
from .local_training import LocalTraining
from .protocol import Protocol
from .torch_models import Model


def engine_of(
    protocol: Protocol,
    descent: Descent,
    model: Model | None,
    features: Array,
    labels: Integers,
    owner: Integers,
    processes: int = 1,
) -> Engine:
    """Return the engine that a protocol asks for, on all clients' records.

    Parameters
    ----------
    protocol
        What is protected, what a client trains by itself, and how often one does not answer.
    descent
        Clipping, step length, classes.
    model
        Somebody's module; None is the linear head.
    features, labels, owner
        One row, one class and one client per record.
    processes
        How many compute for a module.

    Examples
    --------
    >>> two = np.array([0, 1])
    >>> type(engine_of(Protocol(), Descent(30, 1.0, 8.0, 2), None, np.eye(2), two, two)).__name__
    'LinearEngine'
    """
    if model is None:
        engine: Engine = LinearEngine(features, labels, owner, descent)
    else:
        local = LocalTraining(
            protocol.unit,
            descent.clip,
            descent.learning_rate,
            protocol.local_epochs,
            protocol.batch_size,
            protocol.local_learning_rate,
            protocol.momentum,
            protocol.seed,
        )
        engine = ClientEngine(model, features, labels, owner, local, processes)
    return DropOuts(engine, protocol.drop_out, protocol.seed) if protocol.drop_out else engine


def trained_state(
    engine: Engine, weight: Array, noise: Array | float, rounds: int, seed: int | np.random.SeedSequence
) -> State:
    """Train in rounds with seeded noise: for a study, whose runs are paired; nothing of it is to be released.

    Parameters
    ----------
    engine
        What is trained.
    weight
        How much each record of each client counts.
    noise
        Standard deviation per coordinate; or what each client adds to it, of which those count who answer.
    rounds
        How many.
    seed
        Of the noise: the same draws for all arms, each scaled by its own deviation.
    """
    return study_rounds(engine, weight, noise, rounds, SeededNoise(seed))


@dataclass(frozen=True, eq=False)
class DropOuts:
    """An engine some of whose clients do not answer in a round, by a coin of their own.

    The others weigh as they would have: renormalised, they would count for more than their budgets allow.

    Attributes
    ----------
    engine
        Of those who answer.
    chance
        That a client does not, in [0, 1).
    seed
        Of the coins.

    Examples
    --------
    >>> two = np.array([0, 1])
    >>> engine = engine_of(Protocol(drop_out=0.5), Descent(30, 1.0, 8.0, 2), None, np.eye(2), two, two)
    >>> [engine.contribute(engine.start(), np.ones(2), round).participants for round in range(3)]
    [(0,), (0,), (0,)]
    """

    engine: Engine
    chance: float
    seed: int

    def start(self) -> State:
        """Return the engine's own."""
        return self.engine.start()

    def contribute(self, state: State, weight: Array, round: int) -> Contribution:
        """Return what those who answer contribute."""
        coins = np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(round,)))
        answers = coins.uniform(size=len(weight)) >= self.chance
        return self.engine.contribute(state, np.where(answers, weight, 0.0), round)

    def apply(self, state: State, update: State) -> State:
        """Return what the engine makes of an update."""
        return self.engine.apply(state, update)

    def accuracy(self, state: State, features: Array, labels: Integers) -> float:
        """Return the engine's own."""
        return self.engine.accuracy(state, features, labels)
