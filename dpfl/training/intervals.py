"""Means of runs with their confidence intervals.

Accuracies are counts out of a test set's records, so what two runs differ by is known to the *grain* only, one over the
number of records. Runs that all agree do not show that there is no spread: it is taken for one grain at the least, and
the error of a mean for half a grain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np

from ...formulations.errors import InputError

IntervalMethod: TypeAlias = Literal["t", "bca"]

INTERVAL_METHODS: tuple[IntervalMethod, ...] = get_args(IntervalMethod)

LEAST_RUNS = {"t": 2, "bca": 20}
"""From how many runs on a method covers nearly what it says: BCa's 95 % interval of normal values holds the mean in 85
of a hundred trials with five runs, 90 with ten, 93 with twenty."""


@dataclass(frozen=True)
class Interval:
    """A mean with its confidence interval.

    Examples
    --------
    >>> Interval(mean=0.5, low=0.4, high=0.6).contains(0.45)
    True
    """

    mean: float
    low: float
    high: float

    def contains(self, value: float) -> bool:
        """Return whether `value` lies in the closed interval."""
        return self.low <= value <= self.high

    def document(self) -> dict[str, float]:
        """Return the interval as plain data."""
        return {"mean": self.mean, "low": self.low, "high": self.high}


def interval(
    values: Sequence[float],
    confidence: float = 0.95,
    method: IntervalMethod = "t",
    seed: int = 0,
    *,
    grain: float,
    least: float = -np.inf,
    most: float = np.inf,
) -> Interval:
    """Return the mean of independent values with its confidence interval.

    Parameters
    ----------
    values
        At least two; at least twenty for ``bca``.
    confidence
        In (0, 1).
    method
        ``t`` (Student; exact for normal values) or ``bca`` (bias-corrected and accelerated bootstrap, Efron 1987).
    seed
        Of the bootstrap's 9,999 resamples.
    grain
        > 0, the smallest step between two values: one over the number of test records. The spread is taken for no less,
        and no interval is narrower.
    least, most
        What a value can be: 0 and 1 for proportions. No interval goes beyond.

    Raises
    ------
    InputError
        For too few values, an unknown method, or a grain that is not positive.

    Examples
    --------
    >>> estimate = interval([1.0, 2.0, 3.0], grain=0.1)
    >>> estimate.mean, round(estimate.low, 4), round(estimate.high, 4)
    (2.0, -0.4841, 4.4841)
    >>> alike = interval([0.99, 0.99], grain=0.01, least=0, most=1)
    >>> round(alike.low, 4), alike.high
    (0.9002, 1)
    """
    from scipy import stats

    sample = np.asarray(values, dtype=np.float64)
    check_method(method, len(sample))
    mean = float(sample.mean())
    half = float(stats.t.ppf((1 + confidence) / 2, len(sample) - 1)) * standard_error(sample, grain)
    low, high = mean - half, mean + half
    if method == "bca" and sample.std(ddof=1) > grain:  # values that hardly differ tell a bootstrap nothing
        bounds = stats.bootstrap(
            (sample,), np.mean, confidence_level=confidence, method="BCa", rng=np.random.default_rng(seed)
        ).confidence_interval
        low, high = min(float(bounds.low), mean - grain / 2), max(float(bounds.high), mean + grain / 2)
    low, high = max(low, least), min(high, most)
    return Interval(mean, max(min(low, high - grain), least), min(max(high, low + grain), most))


def check_method(method: str, runs: int) -> None:
    """Refuse a method that is unknown, or does not cover what it says with so few runs.

    Raises
    ------
    InputError
        Naming the least number of runs.

    Examples
    --------
    >>> check_method("t", 2)
    """
    if method not in INTERVAL_METHODS:
        raise InputError("interval", method, "is unknown", f"choose one of: {', '.join(INTERVAL_METHODS)}")
    least = LEAST_RUNS[method]
    if runs < least:
        rule = f"{method} intervals need at least {least} runs, else they cover less than they say"
        raise InputError("repetitions", runs, rule, "use more" if method == "t" else "use more, or interval = 't'")


def standard_error(sample: np.ndarray, grain: float) -> float:
    """Return the standard error of the mean of values that are known to a grain.

    Raises
    ------
    InputError
        When the grain is not positive.

    Examples
    --------
    >>> standard_error(np.array([0.5, 0.5, 0.5, 0.5]), 0.1), standard_error(np.array([1.0, 3.0]), 0.1)
    (0.05, 1.0)
    """
    if not grain > 0:
        raise InputError("grain", grain, "must be positive", "give one over the number of test records")
    return max(max(float(sample.std(ddof=1)), grain) / float(np.sqrt(len(sample))), grain / 2)
