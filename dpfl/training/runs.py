"""The runs of an experiment: which randomness each uses, what is known before it, and what it measures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import numpy as np

from ..accounting.privacy import Array
from .arms import SHUFFLES, Arm, aggregation, arms, deviations
from .data import Dataset, Integers, Partition, partition
from .engine import Engine
from .engines import engine_of, trained
from .prediction import NoiseCurve, noise_curve
from .protocol import Protocol
from .skew import skewed
from .torch_models import Model
from .weights import Aggregate, noiseless

Told = Callable[[str], None]
"""Called with what has just been run."""


class Purpose(IntEnum):
    """What a stream of random numbers is for; the streams are independent of each other."""

    SPLIT = 0
    NOISE = 1
    BUDGETS = 2
    LABELS = 3


class Phase(IntEnum):
    """Pilot runs share no randomness with the measured ones."""

    MEASURED = 0
    PILOT = 1


@dataclass(frozen=True, eq=False)
class Setting:
    """What all runs of an experiment share.

    Attributes
    ----------
    protocol
        What was registered.
    epsilon
        The mechanism's budgets.
    dataset
        All records.
    features
        The records as the head sees them.
    records
        How many each client holds; None for the same number each.
    model, processes
        Somebody's module in place of the linear head, and how many processes compute for it.
    """

    protocol: Protocol
    epsilon: Array
    dataset: Dataset
    features: Array
    records: Sequence[int] | None
    model: Model | None = None
    processes: int = 1

    def stream(self, purpose: Purpose, phase: Phase, repetition: int) -> np.random.SeedSequence:
        """Return the seed of one stream of random numbers."""
        return np.random.SeedSequence(self.protocol.seed, spawn_key=(purpose, phase, repetition))

    def split(self, phase: Phase, repetition: int) -> Partition:
        """Return which records each client holds in one repetition."""
        seed = self.stream(Purpose.SPLIT, phase, repetition)
        fraction, held_out = self.protocol.test_fraction, self.dataset.held_out
        clients, concentration = len(self.epsilon), self.protocol.concentration
        if concentration is not None:
            return skewed(self.dataset.labels, clients, concentration, seed, fraction, self.records, held_out)
        return partition(len(self.features), clients, seed, fraction, self.records, held_out)

    def engine(self, split: Partition, features: Array, labels: Integers) -> Engine:
        """Return what is trained on a split's training records, with these labels."""
        owner, classes = split.owner, self.dataset.classes
        return engine_of(self.protocol, self.model, features, labels, owner, classes, self.processes)

    @property
    def coordinates(self) -> int:
        """How many numbers are trained, each of which is noised."""
        if self.model is not None:
            return sum(values.size for values in self.model.start().values())
        return int(self.features.shape[1]) * self.dataset.classes

    @property
    def grain(self) -> float:
        """The smallest step between two accuracies: one over the number of test records."""
        return 1 / len(self.split(Phase.MEASURED, 0).test)


@dataclass(frozen=True, eq=False)
class Planned:
    """One arm in one repetition, before it is trained.

    Attributes
    ----------
    arm
        Budgets and weighting.
    aggregate
        Weights, and the noise that they leave.
    """

    arm: Arm
    aggregate: Aggregate


def planned(setting: Setting, repetition: int) -> tuple[Planned, ...]:
    """Return every arm of one repetition with its weights and noise, known before any training.

    Parameters
    ----------
    setting
        Of the experiment.
    repetition
        From 0.

    Raises
    ------
    InputError
        When nobody takes part, or there are too few records.

    Examples
    --------
    >>> tiny = Dataset("tiny", "", "", np.eye(10), np.arange(10) % 2, 2)
    >>> plan = planned(Setting(Protocol(), np.array([1.0, 0.0]), tiny, tiny.features, None), 0)
    >>> plan[0].arm.name, plan[0].aggregate.record_weight.tolist()
    ('mechanism', [0.25, 0.0])
    """
    records = setting.split(Phase.MEASURED, repetition).records
    generator = np.random.default_rng(setting.stream(Purpose.BUDGETS, Phase.MEASURED, repetition))
    return tuple(
        Planned(arm, aggregation(arm, records, setting.protocol))
        for arm in arms(setting.epsilon, setting.protocol, generator)
    )


def measure(setting: Setting, repetition: int, plans: Sequence[Planned], told: Told) -> list[float]:
    """Train every arm of one repetition, on the same split and the same noise draws.

    Parameters
    ----------
    setting
        Of the experiment.
    repetition
        From 0.
    plans
        Its arms, as :func:`planned` returns them.
    told
        Called after each run.

    Returns
    -------
    list of float
        Accuracy of each arm on the records that no client holds.

    Examples
    --------
    >>> tiny = Dataset("tiny", "", "", np.repeat(np.eye(2), 50, axis=0), np.repeat([0, 1], 50), 2)
    >>> setting = Setting(Protocol(), np.array([1e3, 1e3]), tiny, tiny.features, None)
    >>> measure(setting, 0, planned(setting, 0)[:2], lambda what: None)
    [1.0, 1.0]
    """
    run = Run(setting, Phase.MEASURED, repetition)
    labels = run.labels
    generator = np.random.default_rng(setting.stream(Purpose.LABELS, Phase.MEASURED, repetition))
    shuffles = [generator.permutation(labels) for _ in range(SHUFFLES)]
    accuracies = []
    for plan in plans:
        noise = deviations(plan.arm, plan.aggregate, setting.protocol)
        targets = shuffles if plan.arm.shuffled else [labels]
        reached = [run.accuracy(target, plan.aggregate.record_weight, noise) for target in targets]
        accuracies.append(float(np.mean(reached)))
        told(f"repetition {repetition + 1}: {plan.arm.name}")
    return accuracies


def pilot(setting: Setting, ladder: Sequence[float], told: Told) -> NoiseCurve:
    """Train all clients with equal weights at every noise level, on randomness that no measured run uses.

    Parameters
    ----------
    setting
        Of the experiment.
    ladder
        Noise levels in increasing order, the first of which is 0.
    told
        Called after each run.

    Returns
    -------
    NoiseCurve
        From which accuracies are predicted.

    Examples
    --------
    >>> tiny = Dataset("tiny", "", "", np.repeat(np.eye(2), 50, axis=0), np.repeat([0, 1], 50), 2)
    >>> setting = Setting(Protocol(), np.array([1e3, 1e3]), tiny, tiny.features, None)
    >>> pilot(setting, [0.0, 1e-3, 1e-2], lambda what: None).at(0.0)
    1.0
    """
    accuracies = np.zeros((setting.protocol.pilot_repetitions, len(ladder)))
    for repetition in range(len(accuracies)):
        run = Run(setting, Phase.PILOT, repetition)
        equal = noiseless(run.split.records, run.split.records > 0).record_weight
        for level, noise in enumerate(ladder):
            accuracies[repetition, level] = run.accuracy(run.labels, equal, noise)
            told(f"pilot {repetition + 1}: noise {noise:.3g}")
    return noise_curve(ladder, accuracies.mean(axis=0).tolist())


@dataclass(frozen=True, eq=False)
class Run:
    """One repetition's records, on which any number of models are trained, all with the same noise draws.

    Attributes
    ----------
    setting, phase, repetition
        Which decide the split and the seeds.
    """

    setting: Setting
    phase: Phase
    repetition: int

    @cached_property
    def split(self) -> Partition:
        """Which records each client holds."""
        return self.setting.split(self.phase, self.repetition)

    @cached_property
    def rows(self) -> Array:
        """The clients' records."""
        return self.setting.features[self.split.training]

    @cached_property
    def labels(self) -> Integers:
        """Their classes."""
        return self.setting.dataset.labels[self.split.training]

    def accuracy(self, labels: Integers, weight: Array, noise: Array | float) -> float:
        """Train on these labels with these weights, and return the accuracy on the records that no client holds."""
        setting, test = self.setting, self.split.test
        engine = setting.engine(self.split, self.rows, labels)
        seed = setting.stream(Purpose.NOISE, self.phase, self.repetition)
        state = trained(engine, weight, noise, setting.protocol.rounds, seed)
        return engine.accuracy(state, setting.features[test], setting.dataset.labels[test])
