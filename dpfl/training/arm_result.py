"""What is known of one arm of a training experiment, before and after it was trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .arms import Role
from .intervals import Interval


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
    rounds, learning_rate
        What it was trained with: by the rule of :mod:`.pilots`, where they were not given.
    predicted
        Accuracy from noise and effective records, with the interval in which the measured mean should lie; None for the
        control without anything to learn.
    accuracy
        On the held-out records, per repetition.
    interval
        Of the mean accuracy.
    low_budget_accuracy
        Of the mechanism's arms, per repetition: on the own records of the quarter of participants with the smallest
        budgets, who count least. It is of their data, and not to be published. None where budgets are equal.

    Examples
    --------
    >>> half = Interval(0.5, 0.4, 0.6)
    >>> about = ("static", "", "baseline", "uniform", 9, 90.0, (0.1, 0.1), 5.0, 9.0, 30, 8.0)
    >>> arm = ArmResult(*about, half, (0.4, 0.6), half)
    >>> arm.document()["predicted"]["accuracy"]
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
    rounds: int
    learning_rate: float
    predicted: Interval | None
    accuracy: tuple[float, ...]
    interval: Interval
    low_budget_accuracy: tuple[float, ...] | None = None

    @property
    def predicted_accuracy(self) -> float | None:
        """The middle of `predicted`."""
        return None if self.predicted is None else self.predicted.mean

    def document(self) -> dict[str, Any]:
        """Return the arm as plain data."""
        low = {} if self.low_budget_accuracy is None else {"low_budget_accuracy": list(self.low_budget_accuracy)}
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
                "interval": None if self.predicted is None else self.predicted.document(),
            },
            "rounds": self.rounds,
            "learning_rate": self.learning_rate,
            "measured": {"accuracy": list(self.accuracy), "interval": self.interval.document(), **low},
        }
