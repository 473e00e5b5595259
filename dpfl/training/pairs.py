"""The differences of two arms run by run: their tests, the interval of their mean, and what that says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from .intervals import Interval, IntervalMethod, interval, standard_error

Verdict: TypeAlias = Literal["exact tie", "higher", "lower", "no detectable difference", "undetermined"]

RESAMPLES = 9_999
"""Sign flips that are drawn where not all of them can be tried: from 14 runs on."""


@dataclass(frozen=True)
class Pairs:
    """The differences of two arms run by run, and how they are judged.

    Attributes
    ----------
    differences
        First minus second, seed by seed.
    grain
        As in :func:`.intervals.interval`.
    margin
        Differences below this are held to be equal in practice.
    confidence, method, seed
        As in :func:`.intervals.interval`.
    """

    differences: tuple[float, ...]
    grain: float
    margin: float
    confidence: float
    method: IntervalMethod
    seed: int

    @property
    def alike(self) -> bool:
        """Whether all differ by the same step of the grain; doubles differ in their last bits though counts agree."""
        return bool(np.ptp(self.differences) < self.grain / 2)

    @property
    def tied(self) -> bool:
        """Whether every pair is equal to the last bit."""
        return not any(self.differences)

    def p_value(self, hypothesis: float, alternative: Literal["two-sided", "less", "greater"]) -> float:
        """Return the t test's; where all pairs differ by the same, nothing is below the sign test's 2^(1 − n)."""
        from scipy import stats

        sample = np.asarray(self.differences)
        statistic = (sample.mean() - hypothesis) / standard_error(sample, self.grain)
        tail = {"two-sided": abs(statistic), "greater": statistic, "less": -statistic}[alternative]
        p_value = float(stats.t.sf(tail, len(sample) - 1)) * (2 if alternative == "two-sided" else 1)
        return max(p_value, 2.0 ** (1 - len(sample))) if self.alike else p_value

    def estimate(self, family: int, p_value: float) -> Interval:
        """Return the interval of the mean that holds together with `family` − 1 others."""
        level = (1 - self.confidence) / family
        if self.alike and not self.tied and p_value >= level:  # nothing is known of the spread
            return Interval(float(np.mean(self.differences)), -1.0, 1.0)
        return interval(self.differences, 1 - level, self.method, self.seed, grain=self.grain, least=-1.0, most=1.0)

    def verdict(self, estimate: Interval) -> Verdict:
        """Return what an interval says."""
        if self.tied:
            return "exact tie"
        if estimate.low > 0:
            return "higher"
        if estimate.high < 0:
            return "lower"
        return "undetermined" if self.alike and (estimate.low, estimate.high) == (-1, 1) else "no detectable difference"


def sign_flip_p_value(differences: Sequence[float], seed: int = 0) -> float:
    """Return the two-sided p-value of the test that flips the signs of paired differences (Fisher 1935).

    Parameters
    ----------
    differences
        At least two.
    seed
        Of the flips that are drawn where there are more than :data:`RESAMPLES`; else all of them are tried.

    Returns
    -------
    float
        Never below 2^(1 − n).

    Examples
    --------
    >>> sign_flip_p_value([0.1, 0.2, 0.3]), sign_flip_p_value([0.1, -0.1])
    (0.25, 1.0)
    """
    from scipy import stats

    tested = stats.permutation_test(
        (np.asarray(differences), np.zeros(len(differences))),
        lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=RESAMPLES,
        rng=np.random.default_rng(seed),
    )
    return float(tested.pvalue)
