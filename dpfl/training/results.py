"""What a training experiment found, and the document that reports are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from ...formulations.errors import InputError
from ...formulations.shown import Shown
from ..accounting.ledger import LedgerEntry
from ..runs.audit import Finding
from ..runs.chain import Line
from ..runs.engine import State
from ..runs.loop import Trained
from .arms import Role
from .intervals import Interval
from .prediction import NoiseCurve, prediction_document
from .protocol import Protocol
from .statistics import Contrast

SCHEMA = "mechproof/train/1"

Outcome: TypeAlias = Literal["failed", "inconclusive", "passed"]

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""From the worst to the best."""


@dataclass(frozen=True)
class ArmResult:
    r"""One arm: what was known before it was trained, and how accurate it was in each repetition.

    Attributes
    ----------
    name, description, role, weighting
        As in :class:`.arms.Arm`; the weighting is None without noise.
    participants
        Clients that take part.
    total_epsilon
        Sum of the budgets, mean over repetitions; None without noise.
    noise
        Standard deviation of each coordinate of the aggregated gradient, per repetition, from
        :math:`\Delta^2\sum w_i^2\sigma_i^2`.
    noise_to_clip
        Root mean square norm of the whole noise vector in units of the clipping bound, mean over repetitions.
    effective_records
        As in :class:`.weights.Aggregate`, mean over repetitions.
    predicted_accuracy
        From the noise alone; None for the control without anything to learn.
    accuracy
        On the held-out records, per repetition.
    interval
        Of the mean accuracy.

    Examples
    --------
    >>> ArmResult("static", "", "baseline", "uniform", 9, 90.0, (0.1, 0.1), 5.0, 9.0, 0.5, (0.4, 0.6),
    ...           Interval(0.5, 0.4, 0.6)).document()["predicted"]["accuracy"]
    0.5
    """

    name: str
    description: str
    role: Role
    weighting: str | None
    participants: int
    total_epsilon: float | None
    noise: tuple[float, ...]
    noise_to_clip: float
    effective_records: float
    predicted_accuracy: float | None
    accuracy: tuple[float, ...]
    interval: Interval

    def document(self) -> dict[str, Any]:
        """Return the arm as plain data."""
        return {
            "name": self.name,
            "description": self.description,
            "role": self.role,
            "weighting": self.weighting,
            "participants": self.participants,
            "total_epsilon": self.total_epsilon,
            "predicted": {
                "noise": list(self.noise),
                "noise_to_clip": self.noise_to_clip,
                "effective_records": self.effective_records,
                "accuracy": self.predicted_accuracy,
            },
            "measured": {"accuracy": list(self.accuracy), "interval": self.interval.document()},
        }


@dataclass(frozen=True)
class Controls:
    """Whether the experiment can be trusted: what must tie does, and what cannot be learned is not.

    Attributes
    ----------
    equal_budgets
        Inverse-variance against uniform weights at equal budgets: an exact tie, or the engine is wrong.
    shuffled_labels
        Accuracy after shuffling the training labels, against chance.
    transcript
        What is wrong with the mechanism's run by its transcript; nothing if its noise and clipping were as they should.

    Examples
    --------
    >>> from .statistics import compare
    >>> tie = compare("a", [0.5, 0.6], "b", [0.5, 0.6], grain=0.01)
    >>> chance = compare("c", [0.1, 0.12, 0.11], "chance", [0.1] * 3, margin=0.05, grain=0.01)
    >>> Controls(tie, chance).outcome
    'passed'
    """

    equal_budgets: Contrast
    shuffled_labels: Contrast
    transcript: tuple[Finding, ...] = ()

    @property
    def equal_budgets_outcome(self) -> Outcome:
        """Passed only by an exact tie."""
        return "passed" if self.equal_budgets.verdict == "exact tie" else "failed"

    @property
    def shuffled_labels_outcome(self) -> Outcome:
        """Passed when equality with chance is shown, failed when a difference is, inconclusive when neither is."""
        if self.shuffled_labels.equal_within_margin:
            return "passed"
        return "failed" if self.shuffled_labels.verdict in ("higher", "lower") else "inconclusive"

    @property
    def transcript_outcome(self) -> Outcome:
        """Failed when anything was found in what was measured."""
        return "failed" if self.transcript else "passed"

    @property
    def outcome(self) -> Outcome:
        """The worst of them."""
        each = (self.equal_budgets_outcome, self.shuffled_labels_outcome, self.transcript_outcome)
        return next((outcome for outcome in OUTCOMES if outcome in each), "passed")

    def document(self) -> dict[str, Any]:
        """Return the controls as plain data."""
        return {
            "outcome": self.outcome,
            "equal_budgets": {"outcome": self.equal_budgets_outcome, **self.equal_budgets.document()},
            "shuffled_labels": {"outcome": self.shuffled_labels_outcome, **self.shuffled_labels.document()},
            "transcript": {"outcome": self.transcript_outcome, "findings": [str(found) for found in self.transcript]},
        }


@dataclass(frozen=True, repr=False)
class TrainingResult(Shown, by="dpfl.training.present:show_training"):
    """A finished experiment.

    Attributes
    ----------
    protocol
        What was registered before.
    data
        Name, source and licence of the data, and how many records serve for what.
    clients
        How many clients there are and take part, and the sum of their budgets.
    arms
        In the order of :func:`.arms.arms`.
    primary
        The contrast registered as primary, tested alone.
    secondary
        All others, corrected for their number by Holm's method.
    controls
        Of the experiment itself.
    curve, order_agreement
        See :mod:`.prediction`.
    ledger
        The account of every client under the mechanism's budgets, computed from the transcript.
    trained
        The run with the mechanism's budgets that was written down: the first repetition's.
    versions
        Of the libraries that computed it.

    Examples
    --------
    >>> from .train import train
    >>> result = train({"anna": 8, "bert": 0, "carl": 2}, Protocol(rounds=2, repetitions=2, pilot_repetitions=1))
    >>> result.document()["schema"], len(result.arm("mechanism").accuracy)
    ('mechproof/train/1', 2)
    """

    protocol: Protocol
    data: dict[str, Any]
    clients: dict[str, Any]
    arms: tuple[ArmResult, ...]
    primary: Contrast
    secondary: tuple[Contrast, ...]
    controls: Controls
    curve: NoiseCurve
    order_agreement: float | None
    ledger: tuple[LedgerEntry, ...]
    trained: Trained
    versions: dict[str, str]

    @property
    def model(self) -> State:
        """What was trained with the mechanism's budgets: arrays by name."""
        return self.trained.state

    @property
    def transcript(self) -> tuple[Line, ...]:
        """What was declared and measured in each of its rounds, as :func:`..runs.audit.audit` judges it."""
        return self.trained.lines

    def arm(self, name: str) -> ArmResult:
        """Return the arm of that name; an unknown name is an error that lists the choices."""
        for arm in self.arms:
            if arm.name == name:
                return arm
        raise InputError("arm", name, "is unknown", f"choose one of: {', '.join(arm.name for arm in self.arms)}")

    def contrast(self, first: str, second: str) -> Contrast:
        """Return the contrast of two arms; one that was not registered is an error."""
        for contrast in (self.primary, *self.secondary):
            if (contrast.first, contrast.second) == (first, second):
                return contrast
        known = ", ".join(f"{contrast.first} - {contrast.second}" for contrast in (self.primary, *self.secondary))
        raise InputError("contrast", f"{first} - {second}", "is not part of the experiment", f"choose one of: {known}")

    def document(self) -> dict[str, Any]:
        """Return everything as plain data: the document that reports read. The same seed gives the same bytes."""
        return {
            "schema": SCHEMA,
            "protocol": self.protocol.document(),
            "data": self.data,
            "clients": self.clients,
            "arms": [arm.document() for arm in self.arms],
            "contrasts": {
                "primary": self.primary.document(),
                "secondary": [contrast.document() for contrast in self.secondary],
            },
            "controls": self.controls.document(),
            "prediction": prediction_document(self.curve, self.order_agreement, self.protocol.pilot_repetitions),
            "release": self.protocol.release.document(),
            "ledger": [entry.document() for entry in self.ledger],
            "transcript": {"run": self.trained.run, "rounds": self.trained.rounds, "head": self.trained.head},
            "versions": self.versions,
        }
