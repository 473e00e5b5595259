"""The runs of an experiment: which records and which randomness each uses, and what it measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from ...formulations.errors import InputError
from ..accounting.privacy import Array
from .aggregate_engine import Descent
from .arms import SHUFFLES, Arm, aggregation, arms, deviations
from .data import Dataset, Integers, Partition, partition
from .engines import engine_of, trained_state
from .protocol import Protocol
from .published import experiment_arms
from .skew import skewed
from .torch_models import Model
from .weights import Aggregate

MOST_PILOT_RECORDS = 4_000
LEAST_PILOT_RECORDS = 10
LOW_BUDGET_PART = 4
"""One in so many participants is called one of low budget."""

Told = Callable[[str], None]
"""Called with what has just been run."""
Tested = Callable[[Integers, Integers], float]
"""The accuracy of a model on the records of these rows, taken for these labels."""


class Purpose(IntEnum):
    """What a stream of random numbers is for; the streams are independent of each other."""

    SPLIT = 0
    NOISE = 1
    BUDGETS = 2
    LABELS = 3
    POOL = 4


class Phase(IntEnum):
    """Choosing, forecasting and measuring share no randomness; and the first two no records with the last."""

    MEASURED = 0
    CHOICE = 1
    FORECAST = 2


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

    def divided(self) -> tuple[Integers, Integers]:
        """Return the records of the pilots, and those of clients and tests: no record is among both.

        An official test split comes last.

        Pilots have `pilot_fraction` of all records, fewer where the clients need them, and 4,000 at most.

        Raises
        ------
        InputError
            When ten are not left for pilots.
        """
        total, protocol = len(self.features) - self.dataset.held_out, self.protocol
        fraction = 0 if self.dataset.held_out else protocol.test_fraction
        held = len(self.epsilon) if self.records is None else int(np.sum(self.records))
        spare = total - int(np.ceil(held / (1 - fraction)))
        share = max(int(protocol.pilot_fraction * total), LEAST_PILOT_RECORDS)
        count = min(share, spare, MOST_PILOT_RECORDS)
        if count < LEAST_PILOT_RECORDS:
            most = int((1 - fraction) * (total - LEAST_PILOT_RECORDS))
            rule = f"of {total} records {most} are there for clients; the others are for the test and for pilots"
            name, given = ("clients", len(self.epsilon)) if self.records is None else ("records", f"{held} in all")
            raise InputError(name, given, rule, f"use at most {most}, or a larger data set")
        order = np.random.default_rng(self.stream(Purpose.POOL, Phase.CHOICE, 0)).permutation(total)
        return order[:count], np.concatenate([order[count:], np.arange(total, len(self.features))])

    def split(self, repetition: int) -> Partition:
        """Return which records each client holds in one repetition, and which are tested on."""
        protocol, held_out = self.protocol, self.dataset.held_out
        _, rows = self.divided()
        seed = self.stream(Purpose.SPLIT, Phase.MEASURED, repetition)
        asked = (len(self.epsilon), seed, protocol.test_fraction, self.records, held_out)
        if protocol.concentration is None:
            dealt = partition(len(rows), *asked)
        else:
            dealt = skewed(self.dataset.labels[rows], protocol.concentration, *asked)
        return Partition(rows[dealt.training], dealt.owner, dealt.records, rows[dealt.test])

    @property
    def coordinates(self) -> int:
        """How many numbers are trained, each of which is noised."""
        if self.model is not None:
            return sum(values.size for values in self.model.start().values())
        return int(self.features.shape[1]) * self.dataset.classes

    @property
    def records_a_pilot(self) -> int:
        """How many records one of what is protected has in a pilot: a record itself, or a client of the usual size."""
        return 1 if self.protocol.unit == "record" else max(1, round(float(self.split(0).records.mean())))

    @property
    def grain(self) -> float:
        """The smallest step between two accuracies: one over the number of test records."""
        return 1 / len(self.split(0).test)


@dataclass(frozen=True, eq=False)
class Planned:
    """One arm in one repetition, before it is trained.

    Attributes
    ----------
    arm
        Budgets and weighting.
    aggregates
        For each number of rounds it may have: weights, and the noise that they leave.
    """

    arm: Arm
    aggregates: Mapping[int, Aggregate]


@dataclass(frozen=True)
class Reached:
    """The accuracy of an arm, and of one with nothing to learn what it would be by chance: see :func:`chance_of`.

    Of the mechanism's, `low_budget` is that on the records of the clients with the smallest budgets, who count least.
    """

    accuracy: float
    chance: float | None
    low_budget: float | None = None


def planned(setting: Setting, repetition: int, first: Sequence[Planned] = ()) -> tuple[Planned, ...]:
    """Return every arm of one repetition with its weights and noise, known before any training.

    Parameters
    ----------
    setting
        Of the experiment.
    repetition
        From 0.
    first
        The arms of the first repetition: those whose budgets are the same in all are planned, and kept, once.

    Raises
    ------
    InputError
        When nobody takes part, or there are too few records.

    Examples
    --------
    >>> tiny = Dataset("tiny", "", "", np.eye(20), np.arange(20) % 2, 2)
    >>> plan = planned(Setting(Protocol(), np.array([1.0, 0.0]), tiny, tiny.features, None), 0)
    >>> plan[0].arm.name, plan[0].aggregates[30].record_weight.tolist()
    ('mechanism', [0.25, 0.0])
    """
    protocol, records = setting.protocol, setting.split(repetition).records
    generator = np.random.default_rng(setting.stream(Purpose.BUDGETS, Phase.MEASURED, repetition))
    counts = {rounds for rounds, _ in protocol.choices}
    here = (
        *arms(setting.epsilon, records, protocol, generator),
        *experiment_arms(protocol.experiment, len(records), protocol.weighting),
    )
    same = [next((one for one in first if _alike(one.arm, arm)), None) for arm in here]
    return tuple(
        found or Planned(arm, {rounds: aggregation(arm, records, protocol, rounds) for rounds in counts})
        for arm, found in zip(here, same, strict=True)
    )


def _alike(one: Arm, other: Arm) -> bool:
    return one.name == other.name and np.array_equal(one.epsilon, other.epsilon)


def measure(
    setting: Setting,
    repetition: int,
    plans: Sequence[Planned],
    choices: Mapping[str, tuple[int, float]],
    told: Told,
) -> list[Reached]:
    """Train every arm of one repetition, on the same split and the same noise draws.

    Parameters
    ----------
    setting
        Of the experiment.
    repetition
        From 0.
    plans
        Its arms, as :func:`planned` returns them.
    choices
        Rounds and learning rate of every arm.
    told
        Called after each run.

    Returns
    -------
    list of Reached
        Of each arm, on the test records.

    Examples
    --------
    >>> tiny = Dataset("tiny", "", "", np.repeat(np.eye(2), 50, axis=0), np.repeat([0, 1], 50), 2)
    >>> setting = Setting(Protocol(), np.array([1e3, 1e3]), tiny, tiny.features, None)
    >>> plans = planned(setting, 0)[:1]
    >>> measure(setting, 0, plans, {"mechanism": (30, 8.0)}, lambda what: None)[0].accuracy
    1.0
    """
    split = setting.split(repetition)
    labels = setting.dataset.labels[split.training]
    generator = np.random.default_rng(setting.stream(Purpose.LABELS, Phase.MEASURED, repetition))
    shuffles = [generator.permutation(labels) for _ in range(SHUFFLES)]
    seed = setting.stream(Purpose.NOISE, Phase.MEASURED, repetition)  # the same for every arm: the runs are paired
    found = []
    for plan in plans:
        targets = shuffles if plan.arm.shuffled else [labels]
        found.append(_mean([_reached(setting, plan, choices[plan.arm.name], split, one, seed) for one in targets]))
        told(f"repetition {repetition + 1}: {plan.arm.name}")
    return found


def _reached(
    setting: Setting,
    plan: Planned,
    choice: tuple[int, float],
    split: Partition,
    labels: Integers,
    seed: np.random.SeedSequence,
) -> Reached:
    """Train an arm once and test it; the model, which holds its records, is gone before the next is trained."""
    (rounds, rate), dataset = choice, setting.dataset
    aggregate, truth, low = plan.aggregates[rounds], dataset.labels[split.test], low_budget_records(plan.arm, split)
    noise = deviations(plan.arm, aggregate, setting.protocol, rounds)
    descent = Descent(rounds, setting.protocol.clip, rate, dataset.classes)
    model = trained(setting, split.training, labels, aggregate.record_weight, noise, descent, seed, split.owner)
    chance = chance_of(model, split.test, truth, dataset.classes) if plan.arm.shuffled else None
    return Reached(model(split.test, truth), chance, model(low, dataset.labels[low]) if len(low) else None)


def _mean(each: Sequence[Reached]) -> Reached:
    chance = [one.chance for one in each if one.chance is not None]
    accuracy = float(np.mean([one.accuracy for one in each]))
    return Reached(accuracy, float(np.mean(chance)) if chance else None, each[0].low_budget)


def trained(
    setting: Setting,
    training: Integers,
    labels: Integers,
    weight: Array,
    noise: Array | float,
    descent: Descent,
    seed: np.random.SeedSequence,
    owner: Integers | None = None,
) -> Tested:
    """Train once on some records, and return what tests the model on others.

    Parameters
    ----------
    setting
        Of the experiment.
    training, labels
        Rows of the training records, and their labels, which may be shuffled.
    weight, noise, seed
        As :func:`.engines.trained_state` takes them.
    descent
        Rounds, clipping, step length, classes.
    owner
        Which client holds each record; by default every record is a client's only one.
    """
    owner = np.arange(len(training)) if owner is None else owner
    counted = weight[owner] > 0
    if not counted.all():  # once, rather than in every round
        training, labels, owner = training[counted], labels[counted], owner[counted]
    engine = engine_of(
        setting.protocol, descent, setting.model, setting.features[training], labels, owner, setting.processes
    )
    state = trained_state(engine, weight, noise, descent.rounds, seed)
    return lambda test, truth: engine.accuracy(state, setting.features[test], truth)


def low_budget_records(arm: Arm, split: Partition) -> Integers:
    """Return the records of the quarter of the participants with the smallest budgets; of equal ones there is none.

    Examples
    --------
    >>> split = Partition(np.array([7, 8, 9]), np.array([0, 1, 2]), np.array([1, 1, 1]), np.array([0]))
    >>> low_budget_records(Arm("m", "", "mechanism", np.array([3.0, 0.0, 1.0]), "uniform"), split).tolist()
    [9]
    """
    present = np.flatnonzero((arm.epsilon > 0) & (split.records > 0))
    if arm.role != "mechanism" or len(present) == 0 or np.ptp(arm.epsilon[present]) == 0:
        return split.training[:0]
    order = present[np.argsort(arm.epsilon[present], kind="stable")]
    return split.training[np.isin(split.owner, order[: max(1, len(order) // LOW_BUDGET_PART)])]


def chance_of(tested: Tested, test: Integers, truth: Integers, classes: int) -> float:
    """Return a model's mean accuracy over all permutations of the test labels: what it has without any knowledge.

    A permuted label is c with the share of c among the labels, whatever the model calls the record; so the mean is the
    sum over all c of that share times the share of records that are called c.

    Examples
    --------
    >>> always = lambda test, truth: float(np.mean(truth == 1))
    >>> chance_of(always, np.arange(4), np.array([1, 1, 1, 0]), 2)
    0.75
    """
    shares = np.bincount(truth, minlength=classes) / len(truth)
    return float(sum(tested(test, np.full(len(test), label)) * shares[label] for label in range(classes)))
