"""The runs of an experiment: which randomness each uses, what is known before it, and what it measures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from ..accounting.privacy import Array
from .aggregate_engine import Descent, accuracy
from .arms import SHUFFLES, Arm, aggregation, arms
from .data import Dataset, Integers, Partition, partition
from .linear_engine import fit
from .prediction import NoiseCurve, noise_curve
from .protocol import Protocol
from .weights import Aggregate

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
    """

    protocol: Protocol
    epsilon: Array
    dataset: Dataset
    features: Array
    records: Sequence[int] | None

    def stream(self, purpose: Purpose, phase: Phase, repetition: int) -> np.random.SeedSequence:
        """Return the seed of one stream of random numbers."""
        return np.random.SeedSequence(self.protocol.seed, spawn_key=(purpose, phase, repetition))

    def split(self, phase: Phase, repetition: int) -> Partition:
        """Return which records each client holds in one repetition."""
        seed = self.stream(Purpose.SPLIT, phase, repetition)
        total, fraction = len(self.features), self.protocol.test_fraction
        return partition(total, len(self.epsilon), seed, fraction, self.records)

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
    split = setting.split(Phase.MEASURED, repetition)
    labels = setting.dataset.labels[split.training]
    generator = np.random.default_rng(setting.stream(Purpose.LABELS, Phase.MEASURED, repetition))
    shuffles = [generator.permutation(labels) for _ in range(SHUFFLES)]
    accuracies = []
    for plan in plans:
        weight, noise = plan.aggregate.record_weight[split.owner], plan.aggregate.noise
        targets = shuffles if plan.arm.shuffled else [labels]
        reached = [_run(setting, Phase.MEASURED, repetition, split, target, weight, noise) for target in targets]
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
    for repetition, level in np.ndindex(accuracies.shape):
        split = setting.split(Phase.PILOT, repetition)
        equal = np.full(len(split.training), 1 / len(split.training))
        labels = setting.dataset.labels[split.training]
        accuracies[repetition, level] = _run(setting, Phase.PILOT, repetition, split, labels, equal, ladder[level])
        told(f"pilot {repetition + 1}: noise {ladder[level]:.3g}")
    return noise_curve(ladder, accuracies.mean(axis=0).tolist())


def _run(
    setting: Setting, phase: Phase, repetition: int, split: Partition, labels: Integers, weight: Array, noise: float
) -> float:
    protocol = setting.protocol
    descent = Descent(protocol.rounds, protocol.clip, protocol.learning_rate, setting.dataset.classes)
    seed = setting.stream(Purpose.NOISE, phase, repetition)  # the same for every arm: the runs are paired
    head = fit(setting.features[split.training], labels, weight, noise, descent, seed)
    return accuracy(head, setting.features[split.test], setting.dataset.labels[split.test])
