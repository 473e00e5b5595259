"""What paired runs show: intervals, Holm's correction, and equality by two one-sided tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from ...formulations.errors import InputError

IntervalMethod: TypeAlias = Literal["t", "bca"]
Verdict: TypeAlias = Literal["exact tie", "higher", "lower", "no detectable difference"]

INTERVAL_METHODS: tuple[IntervalMethod, ...] = get_args(IntervalMethod)


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


@dataclass(frozen=True)
class Contrast:
    """The paired difference of two arms, first minus second, and what it shows.

    Attributes
    ----------
    first, second
        Names of the arms.
    interval
        Of the mean difference, not corrected for the number of contrasts.
    p_value
        Of the paired t test that the mean difference is 0.
    adjusted_p_value
        The same after Holm's correction over the contrasts that are not the primary one.
    equality_p_value
        The larger of the two one-sided tests that the mean difference is as large as the margin.
    margin
        Differences below this are held to be equal in practice.
    verdict
        ``exact tie`` (every pair is equal to the last bit), ``higher`` or ``lower`` (first than second), or
        ``no detectable difference``.
    equal_within_margin
        Whether equality within the margin is itself shown. Without it, "no detectable difference" only says that none
        was found.

    Examples
    --------
    >>> compare("a", [0.8, 0.9], "b", [0.8, 0.9]).verdict
    'exact tie'
    """

    first: str
    second: str
    interval: Interval
    p_value: float
    adjusted_p_value: float
    equality_p_value: float
    margin: float
    verdict: Verdict
    equal_within_margin: bool

    def document(self) -> dict[str, Any]:
        """Return the contrast as plain data."""
        return {
            "first": self.first,
            "second": self.second,
            "difference": self.interval.document(),
            "p_value": self.p_value,
            "adjusted_p_value": self.adjusted_p_value,
            "equality_p_value": self.equality_p_value,
            "margin": self.margin,
            "verdict": self.verdict,
            "equal_within_margin": self.equal_within_margin,
        }


def interval(
    values: Sequence[float], confidence: float = 0.95, method: IntervalMethod = "t", seed: int = 0
) -> Interval:
    """Return the mean of independent values with its confidence interval.

    Parameters
    ----------
    values
        At least two.
    confidence
        In (0, 1).
    method
        ``t`` (Student; exact for normal values) or ``bca`` (bias-corrected and accelerated bootstrap, Efron 1987).
    seed
        Of the bootstrap's 9,999 resamples.

    Raises
    ------
    InputError
        For fewer than two values, or an unknown method.

    Examples
    --------
    >>> estimate = interval([1.0, 2.0, 3.0])
    >>> estimate.mean, round(estimate.low, 4), round(estimate.high, 4)
    (2.0, -0.4841, 4.4841)
    """
    from scipy import stats

    sample = np.asarray(values, dtype=np.float64)
    if len(sample) < 2:
        raise InputError("seeds", len(sample), "an interval needs at least two runs", "use 10")
    if method not in INTERVAL_METHODS:
        raise InputError("interval", method, "is unknown", f"choose one of: {', '.join(INTERVAL_METHODS)}")
    mean = float(sample.mean())
    if np.all(sample == sample[0]):
        return Interval(float(sample[0]), float(sample[0]), float(sample[0]))
    if method == "t":
        half = float(stats.t.ppf((1 + confidence) / 2, len(sample) - 1) * stats.sem(sample))
        return Interval(mean, mean - half, mean + half)
    bounds = stats.bootstrap(
        (sample,), np.mean, confidence_level=confidence, method="BCa", rng=np.random.default_rng(seed)
    ).confidence_interval
    return Interval(mean, float(bounds.low), float(bounds.high))


def compare(
    first: str,
    first_values: Sequence[float],
    second: str,
    second_values: Sequence[float],
    *,
    margin: float = 0.01,
    confidence: float = 0.95,
    method: IntervalMethod = "t",
    seed: int = 0,
) -> Contrast:
    """Compare two arms that were run on the same seeds.

    Parameters
    ----------
    first, second
        Names of the arms.
    first_values, second_values
        Their values, seed by seed; at least two.
    margin
        Of practical equality, in the unit of the values.
    confidence
        Of the interval; 1 − `confidence` is the level of the tests.
    method, seed
        As in :func:`interval`.

    Returns
    -------
    Contrast
        Uncorrected for further contrasts; :func:`corrected` does that.

    Notes
    -----
    Equality: two one-sided t tests (Schuirmann 1987).

    Examples
    --------
    >>> better = compare("a", [0.81, 0.84, 0.83], "b", [0.70, 0.72, 0.74])
    >>> better.verdict, round(better.interval.mean, 3)
    ('higher', 0.107)
    """
    difference = np.subtract(first_values, second_values)
    estimate = interval(difference.tolist(), confidence, method, seed)
    two_sided = _p_value(difference, 0.0, "two-sided")
    equality = max(_p_value(difference, -margin, "greater"), _p_value(difference, margin, "less"))
    level = 1 - confidence
    return Contrast(
        first=first,
        second=second,
        interval=estimate,
        p_value=two_sided,
        adjusted_p_value=two_sided,
        equality_p_value=equality,
        margin=margin,
        verdict="exact tie" if not difference.any() else _verdict(estimate.mean, two_sided, level),
        equal_within_margin=equality < level,
    )


def corrected(contrasts: Sequence[Contrast], confidence: float = 0.95) -> tuple[Contrast, ...]:
    """Correct a family of contrasts for their number (Holm 1979), and restate their verdicts.

    Parameters
    ----------
    contrasts
        The family, as :func:`compare` returns them.
    confidence
        1 − `confidence` bounds the chance of any false "higher" or "lower" in the family.

    Returns
    -------
    tuple of Contrast
        In the same order.

    Examples
    --------
    >>> pair = compare("a", [0.81, 0.84, 0.83], "b", [0.70, 0.72, 0.74])
    >>> corrected([pair, pair])[0].adjusted_p_value == 2 * pair.p_value
    True
    """
    adjusted = holm([contrast.p_value for contrast in contrasts])
    return tuple(
        replace(
            contrast,
            adjusted_p_value=p_value,
            verdict=contrast.verdict
            if contrast.verdict == "exact tie"
            else _verdict(contrast.interval.mean, p_value, 1 - confidence),
        )
        for contrast, p_value in zip(contrasts, adjusted, strict=True)
    )


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return Holm's step-down adjusted p-values, in the same order.

    Parameters
    ----------
    p_values
        Each in [0, 1].

    Notes
    -----
    The k-th smallest of m is multiplied by m − k + 1, and none may fall below an earlier one (Holm 1979).

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    (0.03, 0.06, 0.06)
    """
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values)
    stepped = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
    adjusted = np.empty(len(values))
    adjusted[order] = np.minimum(stepped, 1.0)
    return tuple(adjusted.tolist())


def _p_value(difference: np.ndarray, hypothesis: float, alternative: Literal["two-sided", "less", "greater"]) -> float:
    from scipy import stats

    if np.all(difference == difference[0]):  # no spread: the t statistic is 0/0 or infinite
        gap = difference[0] - hypothesis
        beyond = {"two-sided": gap != 0, "greater": gap > 0, "less": gap < 0}[alternative]
        return 0.0 if beyond else 1.0
    return float(stats.ttest_1samp(difference, hypothesis, alternative=alternative).pvalue)


def _verdict(mean: float, p_value: float, level: float) -> Verdict:
    if p_value >= level:
        return "no detectable difference"
    return "higher" if mean > 0 else "lower"
