"""Accuracy measured over budgets: each client sells the same, and pilots choose (T, η) anew at every budget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from ...formulations.errors import InputError
from ..accounting.privacy import Array
from ..training.arms import Arm, aggregation
from ..training.data import Dataset
from ..training.loaders import load
from ..training.pilots import choosing_runs, chosen, groups, loads
from ..training.protocol import Protocol
from ..training.runs import Planned, measure
from ..training.set_up import set_up
from ..training.setting import Setting

Progress: TypeAlias = Callable[[int, int, str], None]

BUDGETS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)


@dataclass(frozen=True, eq=False)
class AccuracyCurve:
    """Accuracy over budgets, run by run.

    Attributes
    ----------
    epsilon
        Budgets, the same for every client, in increasing order.
    accuracy
        One row for each run, one column for each budget; all budgets of a run share its records and noise draws.
    choices
        Rounds and learning rate at each budget.
    chance
        Accuracy of naming the most frequent class: what is known without anybody's data.

    Examples
    --------
    >>> runs = np.array([[0.5, 0.7], [0.6, 0.7]])
    >>> AccuracyCurve((1.0, 2.0), runs, ((30, 8.0), (30, 8.0)), 0.1).mean.round(2).tolist()
    [0.55, 0.7]
    """

    epsilon: tuple[float, ...]
    accuracy: Array
    choices: tuple[tuple[int, float], ...]
    chance: float

    @property
    def mean(self) -> Array:
        """Mean accuracy at each budget."""
        return np.asarray(self.accuracy.mean(axis=0))

    def worth(self, value: float) -> Array:
        """Return what each run is worth at each budget, where all accuracy above chance is worth `value` a unit."""
        return np.asarray(value * (self.accuracy - self.chance))


def measure_accuracy(
    epsilon: Sequence[float] = BUDGETS,
    *,
    clients: int = 100,
    protocol: Protocol | None = None,
    dataset: Dataset | None = None,
    model: Any = None,
    processes: int = 1,
    progress: Progress | None = None,
) -> AccuracyCurve:
    """Train at every budget, with the (T, η) that pilots choose for it.

    Parameters
    ----------
    epsilon
        Budgets of every client, positive and different.
    clients
        How many clients there are; all hold the same number of records.
    protocol
        Of the trainings; its `learning_rates` and `fewer_rounds` are what pilots choose among.
    dataset
        Records of the user's own task, in place of those that the protocol names.
    model, processes
        As :func:`.train.train` takes them.
    progress
        Told of every finished run.

    Returns
    -------
    AccuracyCurve
        The same arguments give the same curve.

    Raises
    ------
    InputError
        For budgets that are not positive or not different, and whatever :func:`.train.train` refuses.

    Examples
    --------
    >>> quick = Protocol(rounds=2, repetitions=2, pilot_repetitions=1, learning_rate=4)
    >>> measure_accuracy([1, 10], clients=20, protocol=quick).accuracy.shape
    (2, 2)
    """
    protocol = protocol or Protocol()
    budgets = tuple(sorted(map(float, epsilon)))
    if not budgets or budgets[0] <= 0 or len(set(budgets)) < len(budgets) or not np.isfinite(budgets[-1]):
        raise InputError("epsilon", list(epsilon), "must be positive, finite and different", f"use {list(BUDGETS)}")
    source = dataset or load(protocol.dataset)
    setting = set_up(protocol, np.full(clients, budgets[-1]), source, None, model, processes)
    plans = [_planned(setting, budgets, repetition) for repetition in range(protocol.repetitions)]
    together, done = groups(loads(plans)), 0
    total = choosing_runs(setting, together) + len(budgets) * protocol.repetitions

    def told(what: str) -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total, what)

    choices = chosen(setting, together, told)
    runs = [measure(setting, repetition, arms, choices, told) for repetition, arms in enumerate(plans)]
    return AccuracyCurve(
        budgets,
        np.array([[reached.accuracy for reached in run] for run in runs]),
        tuple(choices[plan.arm.name] for plan in plans[0]),
        float(np.bincount(source.labels).max() / len(source.labels)),
    )


def _planned(setting: Setting, budgets: Sequence[float], repetition: int) -> tuple[Planned, ...]:
    records, protocol = setting.split(repetition).records, setting.protocol
    counts = {rounds for rounds, _ in protocol.choices}
    arms = [
        Arm(f"ε = {budget!r}", "the same for every client", "baseline", np.full(len(records), budget), "uniform")
        for budget in budgets
    ]
    return tuple(
        Planned(arm, {rounds: aggregation(arm, records, protocol, rounds) for rounds in counts}) for arm in arms
    )
