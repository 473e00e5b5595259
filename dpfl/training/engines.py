"""From a protocol to what trains by it: the linear head, or somebody's module, on the records of a partition."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..accounting.privacy import Array
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
    rate: float,
    model: Model | None,
    features: Array,
    labels: Integers,
    owner: Integers,
    classes: int,
    processes: int = 1,
) -> Engine:
    """Return the engine that a protocol asks for, on all clients' records.

    Parameters
    ----------
    protocol
        Clipping, what a client trains by itself, and how often one does not answer.
    rate
        Step length.
    model
        Somebody's module; None is the linear head.
    features, labels, owner
        One row, one class and one client per record.
    classes
        How many classes there are.
    processes
        How many compute for a module.

    Examples
    --------
    >>> engine = engine_of(Protocol(), 8.0, None, np.eye(2), np.array([0, 1]), np.array([0, 1]), 2)
    >>> type(engine).__name__
    'LinearEngine'
    """
    if model is None:
        descent = Descent(protocol.rounds, protocol.clip, rate, classes)
        engine: Engine = LinearEngine(features, labels, owner, descent)
    else:
        engine = ClientEngine(model, features, labels, owner, local_training(protocol, rate), processes)
    return DropOuts(engine, protocol.drop_out, protocol.seed) if protocol.drop_out else engine


def local_training(protocol: Protocol, rate: float) -> LocalTraining:
    """Return what of a protocol is about a client's own training."""
    names = ("unit", "clip", "local_epochs", "batch_size", "local_learning_rate", "momentum", "seed")
    return LocalTraining(learning_rate=rate, **{name: getattr(protocol, name) for name in names})


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
    generator = np.random.default_rng(seed)
    state = engine.start()
    for round in range(rounds):
        given = engine.contribute(state, weight, round)
        scale = noise if isinstance(noise, float) else float(np.linalg.norm(noise[list(given.participants)]))
        fresh = {name: generator.standard_normal(values.shape) for name, values in given.total.items()}
        state = engine.apply(state, {name: values + scale * fresh[name] for name, values in given.total.items()})
    return state


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
    >>> engine = engine_of(Protocol(drop_out=0.5), 8.0, None, np.eye(2), np.array([0, 1]), np.array([0, 1]), 2)
    >>> [engine.contribute(engine.start(), np.ones(2), round).participants for round in range(3)]
    [(0,), (0,), ()]
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
