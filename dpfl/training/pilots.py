r"""Pilot runs, on records that no measured run touches: they choose each arm's (T, η), and forecast its accuracy.

An arm's accuracy is taken to follow from two numbers known beforehand: the standard deviation of the aggregate's noise,
and the effective number of records, :math:`1/\sum_i n_i w_i^2`. So a pilot trains so many records with equal weights
under as much noise.

**The rule.** Every arm takes the rounds and the learning rate with the best mean accuracy in its pilots. Pilots of all
candidates share their records and noise draws.

**The forecast** comes from other pilots than the choice, else the best of several would flatter itself. Where an arm
has more effective records than the pilots can train, their accuracy at a quarter, a half and all of what they can is
continued as a line in the reciprocal of the number of records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from ..accounting.privacy import Array
from .aggregate_engine import Descent
from .data import Integers
from .intervals import Interval
from .runs import Planned, Told, trained
from .setting import Phase, Purpose, Setting

COVERAGE = 0.9
"""Chance that a measured mean falls into its forecast interval."""
FORECAST_RUNS = 12
"""Pilots of a forecast for each pilot of a candidate."""
TRAINED_PART = 0.8
"""Part of the pilots' records that is trained on at most; the others are tested on."""


@dataclass(frozen=True)
class Forecast:
    """The accuracy that pilots foretell for an arm.

    Attributes
    ----------
    rounds, learning_rate
        As they were chosen.
    accuracy
        With the interval in which the measured mean should lie.
    pilots
        How many runs it was foretold from.
    """

    rounds: int
    learning_rate: float
    accuracy: Interval
    pilots: int


@dataclass(frozen=True)
class Load:
    """What an arm's accuracy is taken to follow from, for each number of rounds: noise, and effective records.

    Attributes
    ----------
    noise, records
        In one repetition, or in the mean of all.
    epsilon
        The sum of the budgets.
    """

    noise: Mapping[int, float]
    records: Mapping[int, float]
    epsilon: float = 0.0


Groups: TypeAlias = Sequence[tuple[Load, list[str]]]
"""Arms with one and the same load together."""
Choice: TypeAlias = tuple[int, float]
"""Rounds and learning rate."""


def loads(plans: Iterable[Sequence[Planned]]) -> dict[str, list[Load]]:
    """Return the load of every arm in each repetition.

    Parameters
    ----------
    plans
        For each repetition its arms; they may be made one repetition after the other, and are not kept.
    """
    found: dict[str, list[Load]] = {}
    for arms in plans:
        for plan in arms:
            found.setdefault(plan.arm.name, []).append(_load(plan))
    return found


def _load(plan: Planned) -> Load:
    each = plan.aggregates.items()
    return Load(
        {rounds: one.noise for rounds, one in each},
        {rounds: one.effective_records for rounds, one in each},
        float(plan.arm.epsilon.sum()),
    )


def _mean(each: Sequence[Load]) -> Load:
    rounds = each[0].noise
    return Load(
        {r: float(np.mean([load.noise[r] for load in each])) for r in rounds},
        {r: float(np.mean([load.records[r] for load in each])) for r in rounds},
        float(np.mean([load.epsilon for load in each])),
    )


def groups(found: Mapping[str, Sequence[Load]]) -> list[tuple[Load, list[str]]]:
    """Return the arms with one and the same load, in the mean of all repetitions, together: they need pilots only once.

    Examples
    --------
    >>> alike = Load({30: 0.1}, {30: 50.0})
    >>> [names for _, names in groups({"a": [alike], "b": [Load({30: 0.2}, {30: 50.0})], "c": [alike, alike]})]
    [['a', 'c'], ['b']]
    """
    means = {name: _mean(each) for name, each in found.items()}
    together: dict[tuple[str, ...], list[str]] = {}
    for name, load in means.items():
        numbers = (*load.noise.values(), *load.records.values())
        together.setdefault(tuple(f"{number:.10g}" for number in numbers), []).append(name)
    return [(means[names[0]], names) for names in together.values()]


def choosing_runs(setting: Setting, together: Groups) -> int:
    """Return how many pilots :func:`chosen` will run: none where there is nothing to choose."""
    candidates = len(setting.protocol.choices)
    return setting.protocol.pilot_repetitions * len(together) * (candidates if candidates > 1 else 0)


def forecast_runs(setting: Setting, together: Groups) -> int:
    """Return how many pilots :func:`forecasts` will run."""
    return setting.protocol.pilot_repetitions * len(together) * FORECAST_RUNS


def chosen(setting: Setting, together: Groups, told: Told) -> dict[str, Choice]:
    """Choose the rounds and the learning rate of every arm.

    Parameters
    ----------
    setting
        Of the experiment.
    together
        As :func:`groups` returns them.
    told
        Called after each run.
    """
    pool, _ = setting.divided()
    found = [(_choose(setting, pool, load, names[0], told), names) for load, names in together]
    return {name: choice for choice, names in found for name in names}


def forecasts(setting: Setting, together: Groups, choices: Mapping[str, Choice], told: Told) -> dict[str, Forecast]:
    """Foretell the accuracy of every arm.

    Parameters
    ----------
    setting
        Of the experiment.
    together
        As :func:`groups` returns them.
    choices
        As :func:`chosen` returns them.
    told
        Called after each run.

    Examples
    --------
    >>> from .data import Dataset
    >>> from .protocol import Protocol
    >>> tiny = Dataset("tiny", "", "", np.repeat(np.eye(2), 50, axis=0), np.repeat([0, 1], 50), 2)
    >>> setting = Setting(Protocol(), np.array([1e3, 1e3]), tiny, tiny.features, None)
    >>> together = [(Load({30: 0.001}, {30: 60.0}), ["mechanism"])]
    >>> told = forecasts(setting, together, {"mechanism": (30, 8.0)}, lambda what: None)
    >>> told["mechanism"].accuracy.mean, told["mechanism"].pilots
    (1.0, 48)
    """
    pool, _ = setting.divided()
    found = {}
    for load, names in together:
        rounds, rate = choices[names[0]]
        one = _foretell(setting, pool, load, rounds, rate, names[0], told)
        found.update(dict.fromkeys(names, one))
    return found


def _choose(setting: Setting, pool: Integers, load: Load, name: str, told: Told) -> Choice:
    choices = setting.protocol.choices
    if len(choices) == 1:
        return choices[0]
    most = _most(setting, pool)
    accuracies = np.zeros((setting.protocol.pilot_repetitions, len(choices)))
    for run, place in np.ndindex(accuracies.shape):
        rounds, rate = choices[place]
        count = int(np.clip(round(load.records[rounds]), 1, most))
        accuracies[run, place] = _pilot(setting, pool, Phase.CHOICE, run, count, load.noise[rounds], rounds, rate)
        told(f"pilot {run + 1} of {name}: T = {rounds}, η = {rate:g}")
    return choices[int(np.argmax(accuracies.mean(axis=0)))]


def _foretell(
    setting: Setting, pool: Integers, load: Load, rounds: int, rate: float, name: str, told: Told
) -> Forecast:
    protocol, wanted = setting.protocol, load.records[rounds]
    runs = FORECAST_RUNS * protocol.pilot_repetitions
    counts = [count for count, _ in zip(_counts(wanted, _most(setting, pool)), range(runs), strict=False)]
    accuracies = np.zeros(runs)
    for run, count in enumerate(counts):
        accuracies[run] = _pilot(setting, pool, Phase.FORECAST, run, count, load.noise[rounds], rounds, rate)
        told(f"forecast {run + 1} of {name}")
    return Forecast(rounds, rate, continued(counts, accuracies, wanted, protocol.repetitions, len(pool)), runs)


def _most(setting: Setting, pool: Integers) -> int:
    """Return how many records, or clients where these are protected, the pilots can train at most."""
    return max(1, int(TRAINED_PART * len(pool)) // setting.records_a_pilot)


def _counts(wanted: float, most: int) -> Iterator[int]:
    """Return the pilots' numbers of records, in turn."""
    counts = [max(round(wanted), 1)] if wanted <= most else sorted({max(most // part, 1) for part in (4, 2, 1)})
    while True:
        yield from counts


def continued(counts: Sequence[int], accuracies: Array, wanted: float, repetitions: int, pool: int) -> Interval:
    r"""Return the accuracy with as many records as are wanted, from runs with the same number or with fewer.

    Parameters
    ----------
    counts, accuracies
        Of the pilots; at least four.
    wanted
        Effective records of the arm.
    repetitions
        Number of runs whose mean the interval is for.
    pool
        Number of different records that all the pilots have between them.

    Notes
    -----
    With several counts, the line :math:`a - b/n` with b ≥ 0. The interval counts the line's own error, that of a mean
    of `repetitions` further runs, and that the pool is a sample: at most :math:`p(1 - p)` over its size.

    Examples
    --------
    >>> counts = [10, 20, 40, 10, 20, 40]
    >>> round(continued(counts, 0.9 - 2 / np.array(counts), 80, 10, 50).mean, 6)
    0.875
    """
    from scipy import stats

    x, beyond = 1 / np.asarray(counts, dtype=np.float64), 1 / wanted
    columns = np.ones((len(x), 1)) if np.ptp(x) == 0 else np.column_stack([np.ones(len(x)), x - beyond])
    solved = np.linalg.lstsq(columns, accuracies, rcond=None)[0]
    if columns.shape[1] == 2 and solved[1] > 0:  # fewer records were better: by chance
        columns, solved = columns[:, :1], np.array([np.mean(accuracies)])
    free = len(x) - columns.shape[1]
    spread = float(np.sum((accuracies - columns @ solved) ** 2) / free)
    mean = float(np.clip(solved[0], 0, 1))
    error = spread * (np.linalg.inv(columns.T @ columns)[0, 0] + 1 / repetitions) + mean * (1 - mean) / pool
    half = float(stats.t.ppf((1 + COVERAGE) / 2, free) * np.sqrt(error))
    return Interval(mean, max(mean - half, 0.0), min(mean + half, 1.0))


def _pilot(
    setting: Setting, pool: Integers, phase: Phase, run: int, count: int, noise: float, rounds: int, rate: float
) -> float:
    """Train `count` records of the pool with equal weights, and test on those that are never trained in this run."""
    order = np.random.default_rng(setting.stream(Purpose.SPLIT, phase, run)).permutation(pool)
    training, test = order[: count * setting.records_a_pilot], order[int(TRAINED_PART * len(pool)) :]
    descent = Descent(rounds, setting.protocol.clip, rate, setting.dataset.classes)
    weight, labels = np.full(count, 1 / count), setting.dataset.labels[training]
    seed = setting.stream(Purpose.NOISE, phase, run)
    if setting.protocol.unit == "client":
        owner = np.arange(len(training)) // setting.records_a_pilot
        model = trained(setting, training, labels, weight, noise, descent, seed, owner)
    else:
        model = trained(setting, training, labels, weight, noise, descent, seed)
    return model(test, setting.dataset.labels[test])
