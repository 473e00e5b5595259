"""The runs of an experiment: every arm as it is planned, trained and tested."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ..accounting.privacy import Array
from .aggregate_engine import Descent
from .arms import SHUFFLES, Arm, aggregation, arms, deviations
from .baselines.arms import baseline_arms
from .baselines.plans import rebuilt
from .baselines.rebuilt import Population, Rebuilt
from .data import Integers, Partition
from .engines import engine_of, trained_state
from .features import gathered
from .linear_engine import LinearEngine
from .published import experiment_arms
from .setting import Phase, Purpose, Setting
from .weights import Aggregate

LOW_BUDGET_PART = 4
"""One in so many participants is called one of low budget."""

Told = Callable[[str], None]
"""Called with what has just been run."""
Tested = Callable[[Integers, Integers], float]
"""The accuracy of a model on the records of these rows, taken for these labels."""


@dataclass(frozen=True, eq=False)
class Planned:
    """One arm in one repetition, before it is trained.

    Attributes
    ----------
    arm
        Budgets and weighting.
    aggregates
        For each number of rounds it may have: weights, and the noise that they leave.
    rebuilt
        The same of a baseline of the field, with how it trains; of other arms there is none.
    """

    arm: Arm
    aggregates: Mapping[int, Aggregate]
    rebuilt: Mapping[int, Rebuilt] = field(default_factory=dict)


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
    >>> from .data import Dataset
    >>> from .protocol import Protocol
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
        *baseline_arms(protocol.baselines, setting.epsilon),
    )
    same = [next((one for one in first if _alike(one.arm, arm)), None) for arm in here]
    return tuple(found or _planned(setting, arm, records, counts) for arm, found in zip(here, same, strict=True))


def repeated(setting: Setting, first: Sequence[Planned]) -> Iterator[Sequence[Planned]]:
    """Yield the arms of every repetition, made anew from those of the first: what has a number a client is not kept.

    Parameters
    ----------
    setting, first
        As :func:`planned` takes them.
    """
    yield first
    for repetition in range(1, setting.protocol.repetitions):
        yield planned(setting, repetition, first)


def _planned(setting: Setting, arm: Arm, records: Integers, counts: Collection[int]) -> Planned:
    protocol = setting.protocol
    if arm.baseline is None:
        return Planned(arm, {rounds: aggregation(arm, records, protocol, rounds) for rounds in counts})
    people = Population(arm.epsilon, records, setting.costs, setting.coordinates)
    made = {rounds: rebuilt(arm.baseline, people, protocol, rounds) for rounds in counts}
    return Planned(arm, {rounds: one.aggregate for rounds, one in made.items()}, made)


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
    >>> from .data import Dataset
    >>> from .protocol import Protocol
    >>> tiny = Dataset("tiny", "", "", np.repeat(np.eye(2), 50, axis=0), np.repeat([0, 1], 50), 2)
    >>> setting = Setting(Protocol(), np.array([1e3, 1e3]), tiny, tiny.features, None)
    >>> plans = planned(setting, 0)[:1]
    >>> measure(setting, 0, plans, {"mechanism": (30, 8.0)}, lambda what: None)[0].accuracy
    1.0
    """
    split = setting.split(repetition)
    setting = replace(setting, features=gathered(setting.features, np.concatenate([split.training, split.test])))
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
    if rounds in plan.rebuilt:
        model = _baseline(setting, plan.rebuilt[rounds], split, labels, descent, seed)
    else:
        model = trained(setting, split.training, labels, aggregate.record_weight, noise, descent, seed, split.owner)
    chance = chance_of(model, split.test, truth, dataset.classes) if plan.arm.shuffled else None
    return Reached(model(split.test, truth), chance, model(low, dataset.labels[low]) if len(low) else None)


def _baseline(
    setting: Setting,
    made: Rebuilt,
    split: Partition,
    labels: Integers,
    descent: Descent,
    seed: np.random.SeedSequence,
) -> Tested:
    counted = setting.epsilon[split.owner] > 0
    features = setting.features[split.training[counted]]
    linear = LinearEngine(features, labels[counted], split.owner[counted], descent)
    state = made.trained(linear, descent.rounds, seed)
    return lambda test, truth: linear.accuracy(state, setting.features[test], truth)


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
