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
from .arm_result import ArmResult
from .baselines.judged import Judged
from .effects import Effect
from .prediction import NoiseCurve, prediction_document
from .protocol import Protocol
from .registration import Registration
from .statistics import Contrast

SCHEMA = "mechproof/train/1"

Outcome: TypeAlias = Literal["failed", "inconclusive", "passed"]

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""From the worst to the best."""


@dataclass(frozen=True)
class Controls:
    """Whether the experiment can be trusted: what must tie does, and what cannot be learned is not.

    Attributes
    ----------
    equal_budgets
        Inverse-variance against uniform weights at equal budgets: an exact tie, or the engine is wrong.
    shuffled_labels
        Accuracy after shuffling the training labels, against chance: what the same models have in the mean over all
        permutations of the test labels.
    permuted_budgets
        The mechanism's budgets against the same ones dealt to other clients with as many records. Records are dealt at
        random, so a difference that is shown says that budgets and data were not independent. It is an alarm: that
        none was found does not say that there is none.
    transcript
        What is wrong with the mechanism's run by its transcript; nothing if its noise and clipping were as they should.

    Examples
    --------
    >>> from .statistics import compare
    >>> tie = compare("a", [0.5, 0.6], "b", [0.5, 0.6], grain=0.01)
    >>> chance = compare("c", [0.1, 0.12, 0.11], "chance", [0.1] * 3, margin=0.05, grain=0.01)
    >>> Controls(tie, chance, tie).outcome
    'passed'
    """

    equal_budgets: Contrast
    shuffled_labels: Contrast
    permuted_budgets: Contrast
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
    def permuted_budgets_outcome(self) -> Outcome:
        """Failed when a difference is shown."""
        return "failed" if self.permuted_budgets.verdict in ("higher", "lower") else "passed"

    @property
    def transcript_outcome(self) -> Outcome:
        """Failed when anything was found in what was measured."""
        return "failed" if self.transcript else "passed"

    @property
    def outcome(self) -> Outcome:
        """The worst of them."""
        each = (
            self.equal_budgets_outcome,
            self.shuffled_labels_outcome,
            self.permuted_budgets_outcome,
            self.transcript_outcome,
        )
        return next((outcome for outcome in OUTCOMES if outcome in each), "passed")

    def document(self) -> dict[str, Any]:
        """Return the controls as plain data."""
        return {
            "outcome": self.outcome,
            "equal_budgets": {"outcome": self.equal_budgets_outcome, **self.equal_budgets.document()},
            "shuffled_labels": {"outcome": self.shuffled_labels_outcome, **self.shuffled_labels.document()},
            "permuted_budgets": {"outcome": self.permuted_budgets_outcome, **self.permuted_budgets.document()},
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
        All others, as a family: see :func:`.statistics.corrected`.
    controls
        Of the experiment itself.
    effects
        What was foretold, and what became of it.
    registration
        What the experiment was before it was run; its fingerprint.
    curve, order_agreement
        See :mod:`.prediction`.
    ledger
        The account of every client under the mechanism's budgets, computed from the transcript.
    trained
        The run with the mechanism's budgets that was written down: the first repetition's.
    versions
        Of the libraries that computed it.
    baselines
        Of the field, beside the mechanism under the same trust; empty where none was asked for.

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
    effects: tuple[Effect, ...]
    registration: Registration
    curve: NoiseCurve
    order_agreement: float | None
    ledger: tuple[LedgerEntry, ...]
    trained: Trained
    versions: dict[str, str]
    baselines: tuple[Judged, ...] = ()

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
        field = (one.contrast for one in self.baselines)
        compared = (self.primary, *self.secondary, self.controls.permuted_budgets, *field)
        for contrast in compared:
            if (contrast.first, contrast.second) == (first, second):
                return contrast
        known = ", ".join(f"{contrast.first} - {contrast.second}" for contrast in compared)
        raise InputError("contrast", f"{first} - {second}", "is not part of the experiment", f"choose one of: {known}")

    def document(self) -> dict[str, Any]:
        """Return everything as plain data: the document that reports read. The same seed gives the same bytes."""
        field = {"baselines": [one.document() for one in self.baselines]} if self.baselines else {}
        return {
            "schema": SCHEMA,
            "protocol": {**self.protocol.document(), "fingerprint": self.registration.fingerprint},
            "registration": self.registration.document(),
            "data": self.data,
            "clients": self.clients,
            "arms": [arm.document() for arm in self.arms],
            "contrasts": {
                "primary": self.primary.document(),
                "secondary": [contrast.document() for contrast in self.secondary],
            },
            "effects": [effect.document() for effect in self.effects],
            "controls": self.controls.document(),
            "prediction": prediction_document(self.curve, self.order_agreement, self.protocol.pilot_repetitions),
            "release": self.protocol.release.document(),
            "ledger": [entry.document() for entry in self.ledger],
            "transcript": {"run": self.trained.run, "rounds": self.trained.rounds, "head": self.trained.head},
            "versions": self.versions,
            **field,
        }
