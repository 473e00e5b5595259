"""What paired runs show: tests, Holm's correction, and equality by two one-sided tests.

Of runs that all agree too little is known of the spread to be certain (see :mod:`.intervals`): no p-value of n of them
is below :math:`2^{1-n}`, the chance that as many fair coins fall alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import numpy as np

from .intervals import Interval, IntervalMethod, interval, standard_error

Verdict: TypeAlias = Literal["exact tie", "higher", "lower", "no detectable difference", "undetermined"]


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
        ``exact tie`` (every pair is equal to the last bit), ``higher`` or ``lower`` (first than second),
        ``no detectable difference``, or ``undetermined``: all pairs differ by the same, and are too few to tell
        a difference from chance. Nothing is then known of the spread, and the interval is all of [−1, 1].
    equal_within_margin
        Whether equality within the margin is itself shown. Without it, "no detectable difference" only says that none
        was found.

    Examples
    --------
    >>> compare("a", [0.8, 0.9], "b", [0.8, 0.9], grain=0.01).verdict
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


def compare(
    first: str,
    first_values: Sequence[float],
    second: str,
    second_values: Sequence[float],
    *,
    grain: float,
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
        Their values, proportions in [0, 1], seed by seed; at least two.
    grain
        As in :func:`interval`.
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
    Equality: two one-sided t tests (Schuirmann 1987). Where all n pairs differ by the same, no p-value is below
    2^(1 − n), the sign test's.

    Examples
    --------
    >>> better = compare("a", [0.81, 0.84, 0.83], "b", [0.70, 0.72, 0.74], grain=0.01)
    >>> better.verdict, round(better.interval.mean, 3)
    ('higher', 0.107)
    >>> alike = compare("a", [0.8, 0.9], "b", [0.7, 0.8], grain=0.01)
    >>> alike.verdict, alike.p_value
    ('undetermined', 0.5)
    """
    difference = np.subtract(first_values, second_values)
    estimate = interval(difference.tolist(), confidence, method, seed, grain=grain, least=-1.0, most=1.0)
    two_sided = _p_value(difference, 0.0, "two-sided", grain)
    equality = max(_p_value(difference, -margin, "greater", grain), _p_value(difference, margin, "less", grain))
    level = 1 - confidence
    verdict = _verdict(estimate.mean, two_sided, level)
    if not difference.any():
        verdict = "exact tie"
    elif _agree(difference, grain) and two_sided >= level:
        verdict, estimate = "undetermined", Interval(estimate.mean, -1.0, 1.0)
    return Contrast(
        first=first,
        second=second,
        interval=estimate,
        p_value=two_sided,
        adjusted_p_value=two_sided,
        equality_p_value=equality,
        margin=margin,
        verdict=verdict,
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
    >>> pair = compare("a", [0.81, 0.84, 0.83], "b", [0.70, 0.72, 0.74], grain=0.01)
    >>> corrected([pair, pair])[0].adjusted_p_value == 2 * pair.p_value
    True
    """
    adjusted = holm([contrast.p_value for contrast in contrasts])
    return tuple(
        replace(
            contrast,
            adjusted_p_value=p_value,
            verdict=contrast.verdict
            if contrast.verdict in ("exact tie", "undetermined")
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


def _agree(sample: np.ndarray, grain: float) -> bool:
    """Whether all values are the same step of the grain; doubles differ in their last bits though counts agree."""
    return bool(np.ptp(sample) < grain / 2)


def _p_value(
    difference: np.ndarray, hypothesis: float, alternative: Literal["two-sided", "less", "greater"], grain: float
) -> float:
    from scipy import stats

    count = len(difference)
    statistic = (difference.mean() - hypothesis) / standard_error(difference, grain)
    tail = {"two-sided": abs(statistic), "greater": statistic, "less": -statistic}[alternative]
    p_value = float(stats.t.sf(tail, count - 1)) * (2 if alternative == "two-sided" else 1)
    return max(p_value, 2.0 ** (1 - count)) if _agree(difference, grain) else p_value


def _verdict(mean: float, p_value: float, level: float) -> Verdict:
    if p_value >= level:
        return "no detectable difference"
    return "higher" if mean > 0 else "lower"
