"""The experiment: a model trained with the mechanism's budgets, against what else could have been done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias, overload

import numpy as np

from ...formulations.errors import InputError
from ...solvers.rounds.result import Played
from ..accounting.budgets import Budgets, budgets_of
from ..accounting.ledger import ledger
from ..runs.audit import audit
from .arm_result import ArmResult
from .arms import Arm, contrasts
from .comparisons import against_field, agreement, contrast, controls, curve
from .data import Dataset
from .effects import effects
from .intervals import interval
from .loaders import load
from .pilots import Forecast, Load, choosing_runs, chosen, forecast_runs, forecasts, groups, loads
from .played import TrainedInRounds, train_in_rounds
from .protocol import Protocol
from .registration import keep, library_versions, registration
from .results import TrainingResult
from .runs import Reached, Told, measure, planned, repeated
from .set_up import set_up
from .setting import Setting
from .statistics import corrected
from .transcribed import transcribed

Progress: TypeAlias = Callable[[int, int, str], None]
"""Called as ``progress(done, total, what)`` after every run."""


@overload
def train(
    budgets: Played,
    protocol: Protocol | None = None,
    *,
    dataset: Dataset | None = None,
    records: Sequence[int] | int | None = None,
) -> TrainedInRounds: ...


@overload
def train(
    budgets: Budgets | Mapping[Any, Any] | Iterable[Any],
    protocol: Protocol | None = None,
    *,
    dataset: Dataset | None = None,
    records: Sequence[int] | int | None = None,
    model: Any = None,
    processes: int = 1,
    progress: Progress | None = None,
    register: Path | None = None,
    costs: Sequence[float] | None = None,
) -> TrainingResult: ...


def train(
    budgets: Budgets | Mapping[Any, Any] | Iterable[Any] | Played,
    protocol: Protocol | None = None,
    *,
    dataset: Dataset | None = None,
    records: Sequence[int] | int | None = None,
    model: Any = None,
    processes: int = 1,
    progress: Progress | None = None,
    register: Path | None = None,
    costs: Sequence[float] | None = None,
) -> TrainingResult | TrainedInRounds:
    r"""Train with the mechanism's budgets, and with what they are compared with, on the same splits and noise draws.

    Parameters
    ----------
    budgets
        :math:`\varepsilon_i \ge 0` keyed by client id, or numbers alone; see :func:`.budgets.budgets_of`. A budget of
        0 means that the client does not take part. A play in rounds is trained round by round instead, each with the
        budgets that were sold in it: see :func:`.played.train_in_rounds`, which returns what such a training has.
    protocol
        What is registered beforehand; by default that of :class:`.protocol.Protocol`.
    dataset
        Data of the caller's own, in place of those that the protocol names.
    records
        How many records each client holds, one number or one a client in the order of the budgets: public numbers. By
        default all hold as many as there are for each; see :func:`.data.partition`.
    model
        A ``torch.nn.Module`` that returns a score for each class, in place of the linear head; it sees records in the
        data's shape. See :mod:`.client_engine`, and the protocol's `unit`, `local_epochs`, `momentum`.
    processes
        How many compute for a module, with a thread each. It does not change a bit of the result.
    progress
        Told of every finished run.
    register
        A file to which the experiment is written before it is run: settings, digests of budgets and data, versions.
        Where the file is there, this must be the experiment that it holds.
    costs
        Of a unit of ε to each client, for the protocol's baselines that select by it; the same to all if not given.

    Returns
    -------
    TrainingResult
        Accuracies, contrasts, controls, predictions and the ledger of every client. The same arguments give the same
        result, to the last bit on the same machine and libraries.

    Raises
    ------
    InputError
        For budgets that break a rule, when nobody takes part, when there are fewer records than clients, or for a
        primary contrast between arms that do not exist.
    UnsupportedModel
        When torch or scikit-learn is not installed.

    Examples
    --------
    >>> quick = Protocol(rounds=2, repetitions=2, pilot_repetitions=1)
    >>> train([4, 0, 1], quick).clients["participants"]
    2
    """
    if isinstance(budgets, Played):
        if model is not None or register is not None:
            name = "model" if model is not None else "register"
            raise InputError(name, "given", "is for one training, not for the rounds of a play", "leave it out")
        return train_in_rounds(budgets, protocol, dataset=dataset, records=records)
    protocol = protocol or Protocol()
    sold = budgets_of(budgets)
    source = dataset or load(protocol.dataset)
    protocol = replace(protocol, dataset=source.name) if dataset else protocol
    setting = set_up(protocol, sold.epsilon, source, records, model, processes, costs)

    first = planned(setting, 0)
    names = [plan.arm.name for plan in first]
    _check_primary(protocol, names)
    registered = registration(sold, protocol, source, setting.split(0).records)
    if register is not None:
        keep(register, registered)
    each = loads(repeated(setting, first))
    together = groups(each)
    pilots = choosing_runs(setting, together) + forecast_runs(setting, together)
    told = _counter(progress, pilots + len(names) * protocol.repetitions)
    choices = chosen(setting, together, told)
    foretold = forecasts(setting, together, choices, told)
    runs = [measure(setting, place, arms, choices, told) for place, arms in enumerate(repeated(setting, first))]
    results = {
        name: _arm_result(setting, plan.arm, each[name], column, foretold[name])
        for name, plan, column in zip(names, first, zip(*runs, strict=True), strict=True)
    }
    chance = [reached.chance for repetition in runs for reached in repetition if reached.chance is not None]
    primary = contrast(setting, results, protocol.primary_first, protocol.primary_second)
    own = [plan.arm.name for plan in first if plan.arm.baseline is None]
    secondary = corrected([contrast(setting, results, *pair) for pair in contrasts(protocol, own)])
    arms = tuple(results.values())
    field = against_field(setting, results, first)
    compared = (primary, *secondary, *(one.contrast for one in field))
    trained = transcribed(setting, first[0], choices["mechanism"], sold)
    judged = audit(trained.lines)
    spent = {account.client: account.spent for account in judged.accounts}
    return TrainingResult(
        protocol=protocol,
        data=_data(setting),
        clients=_clients(sold),
        arms=arms,
        primary=primary,
        secondary=secondary,
        controls=controls(setting, results, chance, judged),
        effects=effects(arms, compared),
        registration=registered,
        curve=curve([results[name] for name in own], len(sold.clients)),
        order_agreement=agreement([results[name] for name in own], len(sold.clients)),
        ledger=ledger(sold, protocol.delta, results["mechanism"].rounds, protocol.release, spent),
        trained=trained,
        versions=library_versions(),
        baselines=field,
    )


def _check_primary(protocol: Protocol, names: Sequence[str]) -> None:
    for field in ("primary_first", "primary_second"):
        if getattr(protocol, field) not in names:
            raise InputError(field, getattr(protocol, field), "is no arm", f"choose one of: {', '.join(names)}")
    if protocol.primary_first == protocol.primary_second:
        raise InputError("primary_second", protocol.primary_second, "must differ from primary_first", "name another")


def _counter(progress: Progress | None, total: int) -> Told:
    done = 0

    def told(what: str) -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total, what)

    return told


def _arm_result(
    setting: Setting, arm: Arm, each: Sequence[Load], runs: Sequence[Reached], forecast: Forecast
) -> ArmResult:
    protocol = setting.protocol
    noises = tuple(load.noise[forecast.rounds] for load in each)
    accuracies = [reached.accuracy for reached in runs]
    return ArmResult(
        name=arm.name,
        description=arm.description,
        role=arm.role,
        weighting=arm.baseline or arm.weighting,
        participants=int(np.count_nonzero(arm.epsilon)),
        total_epsilon=None if arm.weighting is None else float(np.mean([load.epsilon for load in each])),
        noise=noises,
        noise_to_clip=float(np.mean(noises) * np.sqrt(setting.coordinates) / protocol.clip),
        effective_records=float(np.mean([load.records[forecast.rounds] for load in each])),
        rounds=forecast.rounds,
        learning_rate=forecast.learning_rate,
        predicted=None if arm.shuffled else forecast.accuracy,
        accuracy=tuple(accuracies),
        interval=interval(
            accuracies, protocol.confidence, protocol.interval, protocol.seed, grain=setting.grain, least=0.0, most=1.0
        ),
        low_budget_accuracy=_low_budget([reached.low_budget for reached in runs]),
    )


def _low_budget(each: Sequence[float | None]) -> tuple[float, ...] | None:
    known = tuple(value for value in each if value is not None)
    return known or None


def _data(setting: Setting) -> dict[str, Any]:
    split = setting.split(0)
    return {
        "name": setting.dataset.name,
        "source": setting.dataset.source,
        "licence": setting.dataset.licence,
        "records": len(setting.dataset.labels),
        "training_records": len(split.training),
        "test_records": len(split.test),
        "records_per_client": {"min": int(split.records.min()), "max": int(split.records.max())},
        "features": setting.features.shape[1],
        "classes": setting.dataset.classes,
    }


def _clients(budgets: Budgets) -> dict[str, Any]:
    return {
        "count": len(budgets.clients),
        "participants": budgets.participants,
        "total_epsilon": float(budgets.epsilon.sum()),
        "mean_epsilon": float(budgets.epsilon.mean()),
        "max_epsilon": float(budgets.epsilon.max()),
    }
