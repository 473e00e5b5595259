"""One training with the budgets, to be released: each round is charged, and nobody can draw its noise again."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ...formulations.errors import InputError
from ...formulations.shown import Shown
from ...solvers.serialization import written_whole
from ..accounting.budgets import Budgets, budgets_of
from ..accounting.privacy import Array
from ..runs.ledger import Ledger
from ..runs.loop import RoundTold, Trained, run_training
from .aggregate_engine import Descent
from .arms import Arm, aggregation
from .data import Dataset
from .engines import engine_of
from .loaders import load
from .protocol import Protocol
from .runs import Planned, Setting
from .set_up import set_up
from .transcribed import study_terms

LOUD = 10.0
"""How many clipping bounds long the noise may be before that is said; the model then hardly learns."""


@dataclass(frozen=True, eq=False, repr=False)
class PrivateRun(Shown):
    """A finished run.

    Attributes
    ----------
    trained
        The parameters, and the transcript by which ``mp.audit`` judges the run.
    parameters
        What is released: arrays by the names of the module's ``state_dict``; of the linear head one, ``head``.
    accuracy
        On the records that no client holds.
    noise_to_clip
        Root mean square length of a round's noise, over the length that a record's (or a client's) part may have in it.
    seeded
        Whether the noise can be drawn again by whoever knows the seed: then it is for study, and protects nobody.
    """

    trained: Trained
    parameters: Mapping[str, Array]
    accuracy: float
    noise_to_clip: float
    seeded: bool

    def __str__(self) -> str:
        """Return one line."""
        kind = "for study: its noise can be drawn again" if self.seeded else "noise from the system's entropy"
        return f"{self.trained.rounds} rounds, {100 * self.accuracy:.1f} % on records of nobody, {kind}"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the parameters to a file .npz, which is read without unpickling anything.

        Raises
        ------
        InputError
            When the run was seeded, or the file cannot be written.
        """
        if self.seeded:
            rule = "was given, and whoever knows it takes the noise off the model again"
            raise InputError("seed", "given", rule, "train without a seed what is to be released")
        refuse_no_model_file(Path(path))
        with written_whole(Path(path)) as unfinished, unfinished.open("wb") as file:
            np.savez(file, **self.parameters)  # type: ignore[arg-type]


def refuse_no_model_file(path: Path) -> None:
    """Refuse a file for a model that has another ending than .npz.

    Examples
    --------
    >>> refuse_no_model_file(Path("model.npz"))
    """
    if path.suffix != ".npz":
        raise InputError("model output", str(path), "must end in .npz", "name it model.npz; numpy.load reads it")


def private_run(
    budgets: Budgets | Mapping[Any, Any] | Iterable[Any],
    protocol: Protocol | None = None,
    *,
    dataset: Dataset | None = None,
    records: Sequence[int] | int | None = None,
    model: Any = None,
    processes: int = 1,
    ledger: str | os.PathLike[str] | Ledger | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    seed: int | None = None,
    told: RoundTold | None = None,
) -> PrivateRun:
    r"""Train once with the budgets, each round charged before its noise is drawn.

    Parameters
    ----------
    budgets
        :math:`\varepsilon_i \ge 0` keyed by client id, or numbers alone.
    protocol
        Its `rounds`, `learning_rate`, `clip`, `delta`, `unit` and what else is about training; the rest is of studies.
    dataset, records, model, processes
        As in :func:`.train.train`.
    ledger, checkpoint, told
        As in :func:`..runs.loop.run_training`: the file in which all runs over the same clients are charged, and the
        one from which an interrupted run goes on.
    seed
        None draws from the system's entropy. With a seed the run is for study, and its model is not written.

    Returns
    -------
    PrivateRun
        Parameters, transcript and accuracy.

    Raises
    ------
    InputError
        When no learning rate is given: choosing one on the clients' records would have to be paid for.
    BudgetSpent
        When a round would overspend somebody's budget.

    Warns
    -----
    UserWarning
        When the noise is many times as long as what it hides, with the figure.

    Examples
    --------
    >>> tiny = Dataset("tiny", "", "", np.repeat(np.eye(2), 50, axis=0), np.repeat([0, 1], 50), 2)
    >>> run = private_run([50, 50], Protocol(rounds=5, learning_rate=4), dataset=tiny, records=20)
    >>> run.parameters["head"].shape, run.seeded, len(run.trained.lines)
    ((2, 2), False, 11)
    """
    protocol = protocol or Protocol(learning_rate=8.0)
    chosen, source = budgets_of(budgets), dataset or load(protocol.dataset)
    rate = protocol.learning_rate
    if rate is None:
        rule = "is needed: choosing one by pilots on the clients' records would have to be paid for"
        raise InputError("learning_rate", None, rule, "choose it on public records, or by mp.train on such")
    protocol = replace(protocol, dataset=source.name) if dataset else protocol
    setting = set_up(protocol, chosen.epsilon, source, records, model, processes)
    split = setting.split(0)
    arm = Arm("mechanism", "the mechanism's budgets", "mechanism", chosen.epsilon, protocol.weighting)
    plan = Planned(arm, {protocol.rounds: aggregation(arm, split.records, protocol, protocol.rounds)})
    descent = Descent(protocol.rounds, protocol.clip, rate, source.classes)
    rows, labels = setting.features[split.training], source.labels[split.training]
    engine = engine_of(protocol, descent, setting.model, rows, labels, split.owner, processes)
    terms = study_terms(setting, plan, protocol.rounds, chosen)
    loud = _noise_to_clip(setting, terms.noise, plan.aggregates[protocol.rounds].record_weight)
    trained = run_training(engine, terms, ledger=ledger, checkpoint=checkpoint, seed=seed, told=told)
    accuracy = engine.accuracy(trained.state, setting.features[split.test], source.labels[split.test])
    parameters = dict(trained.state) if setting.model is None else setting.model.named(trained.state)
    return PrivateRun(trained, parameters, accuracy, loud, seed is not None)


def _noise_to_clip(setting: Setting, noise: float, weight: Array) -> float:
    """Return the noise's length over what all clipped parts together may be long, and warn where that is much."""
    counts = setting.split(0).records if setting.protocol.unit == "record" else np.ones(len(weight))
    reach = float(np.sum(weight * counts)) * setting.protocol.clip
    loud = float(noise * np.sqrt(setting.coordinates) / reach)
    if loud > LOUD:
        text = (
            f"in each round the noise is {loud:.0f} times as long as all clipped {setting.protocol.unit}s together can "
            f"be ({setting.coordinates:,} parameters): hardly anything is learned; train fewer parameters or rounds, "
            "trust a secure sum, or protect records"
        )
        warnings.warn(text, UserWarning, stacklevel=3)
    return loud
