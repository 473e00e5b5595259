"""One model to be given away: noise from the system's entropy, every round charged, and nothing else trained."""

from __future__ import annotations

import io
import json
import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ...formulations.errors import AuditFailed, InputError
from ...formulations.shown import Shown
from ...solvers.serialization import written_whole
from ..accounting.budgets import Budgets, budgets_of
from ..accounting.calibrate import calibrate
from ..accounting.plan import NoisePlan
from ..accounting.privacy import Array
from ..accounting.release import Trust
from ..runs.audit import Audit, audit
from ..runs.loop import RoundTold, Trained, run_training
from .aggregate_engine import Descent
from .data import Dataset
from .engines import engine_of
from .loaders import load
from .protocol import Protocol
from .set_up import set_up

LOUD = 10.0
"""How many clipping bounds long the noise may be before that is said; the model then hardly learns."""


@dataclass(frozen=True, eq=False, repr=False)
class Released(Shown):
    """A model that may be given away if its audit passed, and the account of everybody whose records it saw.

    Attributes
    ----------
    trained
        The run.
    audit
        Of the whole ledger, with this run in it.
    parameters
        What is released: arrays by the names of the module's ``state_dict``; of the linear head one, ``head``.
    accuracy
        On the records that no client holds.
    noise_to_clip
        Root mean square length of a round's noise, over how long all clipped parts together may be.
    """

    trained: Trained
    audit: Audit
    parameters: Mapping[str, Array]
    accuracy: float
    noise_to_clip: float

    def __str__(self) -> str:
        """Return one line."""
        judged = "its audit passed" if self.audit.passed else f"not to be released: {self.audit.findings[0]}"
        return f"{self.trained.rounds} rounds, {100 * self.accuracy:.1f} % on records of nobody, {judged}"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the arrays to an ``.npz`` file, whole or not at all, with the run and the digest of its last line.

        Raises
        ------
        AuditFailed
            When the audit found something: such a model is not given away.
        InputError
            When the file is no .npz, or cannot be written.
        """
        if not self.audit.passed:
            found = self.audit.findings[0]
            raise AuditFailed(f"the model is not written; {found}")
        refuse_no_model_file(Path(path))
        facts = {"run": self.trained.run, "rounds": self.trained.rounds, "head": self.trained.head}
        whole = io.BytesIO()
        np.savez(whole, facts=np.array(json.dumps(facts)), **self.parameters)  # type: ignore[arg-type]
        with written_whole(Path(path)) as unfinished:
            unfinished.write_bytes(whole.getvalue())


def refuse_no_model_file(path: Path) -> None:
    """Refuse a file for a model that has another ending than .npz.

    Examples
    --------
    >>> refuse_no_model_file(Path("model.npz"))
    """
    if path.suffix != ".npz":
        raise InputError("model output", str(path), "must end in .npz", "name it model.npz; numpy.load reads it")


def release_model(
    budgets: Budgets | Mapping[Any, Any] | Iterable[Any],
    protocol: Protocol,
    *,
    trust: Trust,
    ledger: str | os.PathLike[str],
    checkpoint: str | os.PathLike[str] | None = None,
    dataset: Dataset | None = None,
    records: Sequence[int] | int | None = None,
    model: Any = None,
    processes: int = 1,
    rounds: int | None = None,
    told: RoundTold | None = None,
) -> Released:
    r"""Train one model with everybody's budget, to be given away.

    Parameters
    ----------
    budgets
        :math:`\varepsilon_i` over everything in the ledger, by client.
    protocol
        Data, δ, rounds, clipping and steps; its learning rate has to be named. Its seed deals the records out and
        draws no noise.
    trust
        ``local`` or ``secure-sum``; see ``mp.calibrate``.
    ledger
        The file in which each round is charged; see :func:`..runs.loop.run_training`.
    checkpoint
        A file from which an interrupted run goes on.
    dataset, records, model, processes
        As in :func:`.train.train`.
    rounds
        Stop after so many.
    told
        Called after each round.

    Returns
    -------
    Released
        The model and its audit.

    Raises
    ------
    BudgetSpent
        When a round would overspend somebody's budget.
    InputError
        When no learning rate is named: pilots would choose one on records.

    Warns
    -----
    UserWarning
        When the noise is many times as long as what it hides, with the figure.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> asked = Protocol(rounds=2, learning_rate=8)
    >>> with TemporaryDirectory() as folder:
    ...     release_model([8, 2], asked, trust="secure-sum", ledger=Path(folder) / "ledger.jsonl").audit.passed
    True
    """
    rate = protocol.learning_rate
    if rate is None:
        remedy = "name one, such as that which pilots chose in mechproof train"
        raise InputError(
            "learning_rate", None, "is needed: a model to be given away chooses nothing on records", remedy
        )
    protocol = replace(protocol, dataset=dataset.name) if dataset else protocol
    chosen = budgets_of(budgets)
    setting = set_up(protocol, chosen.epsilon, dataset or load(protocol.dataset), records, model, processes)
    split = setting.split(0)
    plan = calibrate(
        chosen,
        delta=protocol.delta,
        rounds=protocol.rounds,
        trust=trust,
        unit=protocol.unit,
        adjacency=protocol.adjacency,
        records=split.records.tolist() if protocol.unit == "record" else None,
        clip=protocol.clip,
        learning_rate=rate,
    )
    descent = Descent(protocol.rounds, protocol.clip, rate, setting.dataset.classes)
    features, labels = setting.features[split.training], setting.dataset.labels[split.training]
    engine = engine_of(protocol, descent, setting.model, features, labels, split.owner, processes)
    loud = _noise_to_clip(plan, setting.coordinates)
    trained = run_training(engine, plan, ledger=ledger, checkpoint=checkpoint, rounds=rounds, told=told)
    accuracy = engine.accuracy(trained.state, setting.features[split.test], setting.dataset.labels[split.test])
    parameters = dict(trained.state) if setting.model is None else setting.model.named(trained.state)
    return Released(trained, audit(ledger), parameters, accuracy, loud)


def _noise_to_clip(plan: NoisePlan, coordinates: int) -> float:
    """Return the noise's length over what all clipped parts together may be long, and warn where that is much."""
    reach = float(plan.weight @ plan.records) * plan.clip
    loud = float(plan.noise * np.sqrt(coordinates) / reach)
    if loud > LOUD:
        text = (
            f"in each round the noise is {loud:.0f} times as long as all clipped {plan.unit}s together can be "
            f"({coordinates:,} parameters): hardly anything is learned; train fewer parameters or rounds, "
            "trust a secure sum, or protect records"
        )
        warnings.warn(text, UserWarning, stacklevel=3)
    return loud
