"""The experiment: a model trained with the mechanism's budgets, against what else could have been done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from importlib import metadata
from itertools import chain
from typing import Any, TypeAlias

import numpy as np

from ...formulations.errors import InputError
from ..accounting.budgets import Budgets, budgets_of
from ..accounting.ledger import ledger
from ..runs.audit import Audit, audit
from .arms import contrasts
from .data import Dataset
from .features import prepare
from .intervals import interval
from .loaders import load
from .prediction import NoiseCurve, noise_ladder, order_agreement
from .protocol import Protocol
from .results import ArmResult, Controls, TrainingResult
from .runs import Phase, Planned, Setting, Told, measure, pilot, planned
from .statistics import Contrast, compare, corrected
from .transcribed import transcribed

Progress: TypeAlias = Callable[[int, int, str], None]
"""Called as ``progress(done, total, what)`` after every run."""


def train(
    budgets: Budgets | Mapping[Any, Any] | Iterable[Any],
    protocol: Protocol | None = None,
    *,
    dataset: Dataset | None = None,
    records: Sequence[int] | None = None,
    progress: Progress | None = None,
) -> TrainingResult:
    r"""Train with the mechanism's budgets, and with what they are compared with, on the same splits and noise draws.

    Parameters
    ----------
    budgets
        :math:`\varepsilon_i \ge 0` keyed by client id, or numbers alone; see :func:`.budgets.budgets_of`. A budget of
        0 means that the client does not take part.
    protocol
        What is registered beforehand; by default that of :class:`.protocol.Protocol`.
    dataset
        Data of the caller's own, in place of those that the protocol names.
    records
        How many records each client holds, in the order of the budgets: public numbers. By default all hold the same
        number; see :func:`.data.partition`.
    progress
        Told of every finished run.

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
    protocol = protocol or Protocol()
    chosen = budgets_of(budgets)
    source = dataset or load(protocol.dataset)
    protocol = replace(protocol, dataset=source.name) if dataset else protocol
    features = prepare(source.features, protocol.features, protocol.feature_count)
    setting = Setting(protocol, chosen.epsilon, source, features, records)

    plans = [planned(setting, repetition) for repetition in range(protocol.repetitions)]
    names = [plan.arm.name for plan in plans[0]]
    _check_primary(protocol, names)
    ladder = noise_ladder([plan.aggregate.noise for plan in chain.from_iterable(plans)])
    told = _counter(progress, len(ladder) * protocol.pilot_repetitions + len(names) * protocol.repetitions)
    curve = pilot(setting, ladder, told)
    accuracies = [measure(setting, repetition, arms, told) for repetition, arms in enumerate(plans)]
    results = tuple(
        _arm_result(setting, arm, column, curve)
        for arm, column in zip(zip(*plans, strict=True), np.transpose(accuracies).tolist(), strict=True)
    )
    by_name = {result.name: result for result in results}
    trained = transcribed(setting, plans[0][0], chosen)
    judged = audit(trained.lines)
    spent = {account.client: account.spent for account in judged.accounts}
    return TrainingResult(
        protocol=protocol,
        data=_data(setting),
        clients=_clients(chosen),
        arms=results,
        primary=_contrast(setting, by_name, protocol.primary_first, protocol.primary_second),
        secondary=corrected(
            [_contrast(setting, by_name, *pair) for pair in contrasts(protocol, names)], protocol.confidence
        ),
        controls=_controls(setting, by_name, judged),
        curve=curve,
        order_agreement=_order_agreement(results, len(chosen.clients)),
        ledger=ledger(chosen, protocol.delta, protocol.rounds, protocol.release, spent),
        trained=trained,
        versions=library_versions(),
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


def _arm_result(setting: Setting, plans: Sequence[Planned], accuracies: list[float], curve: NoiseCurve) -> ArmResult:
    protocol, arm = setting.protocol, plans[0].arm
    noises = tuple(plan.aggregate.noise for plan in plans)
    coordinates = setting.features.shape[1] * setting.dataset.classes
    return ArmResult(
        name=arm.name,
        description=arm.description,
        role=arm.role,
        weighting=arm.weighting,
        participants=int(np.count_nonzero(arm.epsilon)),
        total_epsilon=None if arm.weighting is None else float(np.mean([plan.arm.epsilon.sum() for plan in plans])),
        noise=noises,
        noise_to_clip=float(np.mean(noises) * np.sqrt(coordinates) / protocol.clip),
        effective_records=float(np.mean([plan.aggregate.effective_records for plan in plans])),
        predicted_accuracy=None if arm.shuffled else float(np.mean([curve.at(noise) for noise in noises])),
        accuracy=tuple(accuracies),
        interval=interval(
            accuracies, protocol.confidence, protocol.interval, protocol.seed, grain=setting.grain, least=0.0, most=1.0
        ),
    )


def _contrast(setting: Setting, results: Mapping[str, ArmResult], first: str, second: str) -> Contrast:
    protocol = setting.protocol
    return compare(
        first,
        results[first].accuracy,
        second,
        results[second].accuracy,
        grain=setting.grain,
        margin=protocol.margin,
        confidence=protocol.confidence,
        method=protocol.interval,
        seed=protocol.seed,
    )


def _controls(setting: Setting, results: Mapping[str, ArmResult], judged: Audit) -> Controls:
    protocol = setting.protocol
    shuffled = results["shuffled-labels"].accuracy
    return Controls(
        equal_budgets=_contrast(setting, results, "equal-budgets/inverse-variance", "equal-budgets/uniform"),
        shuffled_labels=compare(
            "shuffled-labels",
            shuffled,
            "chance",
            [1 / setting.dataset.classes] * len(shuffled),
            grain=setting.grain,
            margin=protocol.chance_margin,
            confidence=protocol.confidence,
            method=protocol.interval,
            seed=protocol.seed,
        ),
        transcript=judged.findings,
    )


def _order_agreement(results: Sequence[ArmResult], clients: int) -> float | None:
    """Compare the arms in which all clients take part: elsewhere the noise is not all that differs."""
    alike = [
        arm
        for arm in results
        if arm.predicted_accuracy is not None and arm.participants == clients and arm.role != "control"
    ]
    return order_agreement([float(np.mean(arm.noise)) for arm in alike], [arm.interval.mean for arm in alike])


def library_versions() -> dict[str, str]:
    """Return the versions of the libraries whose arithmetic a training depends on.

    Examples
    --------
    >>> "numpy" in library_versions()
    True
    """
    versions = {}
    for name in ("mechproof", "numpy", "scipy", "torch", "scikit-learn"):
        with suppress(metadata.PackageNotFoundError):  # data of the caller's own need no scikit-learn
            versions[name] = metadata.version(name)
    return versions


def _data(setting: Setting) -> dict[str, Any]:
    split = setting.split(Phase.MEASURED, 0)
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
