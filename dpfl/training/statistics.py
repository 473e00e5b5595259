r"""What paired runs show: tests, simultaneous intervals, and equality by two one-sided tests.

Of a family of m contrasts each interval is widened to the level 1 − α/m, so that all of them hold together with a
chance of 1 − α at the least (Bonferroni); a difference is called higher or lower when its widened interval says so, and
never otherwise. Claims of equality are corrected by Holm's method. Beside the t test stands the sign-flip test, which
needs no normality: of n runs it gives no p-value below :math:`2^{1-n}`, the chance that as many fair coins fall alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

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


@dataclass(frozen=True)
class Contrast:
    """The paired difference of two arms, first minus second, and what it shows.

    Attributes
    ----------
    first, second
        Names of the arms.
    pairs
        What it is computed from.
    interval
        Of the mean difference, by itself.
    simultaneous
        Of the mean difference, so wide that it holds together with the others of its family. The verdict is read off
        it.
    p_value
        Of the paired t test that the mean difference is 0.
    adjusted_p_value
        The t test's, times the number of contrasts in the family.
    equality_p_value
        The larger of the two one-sided tests that the mean difference is as large as the margin.
    adjusted_equality_p_value
        The same after Holm's correction over the family.
    verdict
        ``exact tie`` (every pair is equal to the last bit), ``higher`` or ``lower`` (first than second),
        ``no detectable difference``, or ``undetermined``: all pairs differ by the same, and are too few to tell
        a difference from chance. Nothing is then known of the spread, and the interval is all of [−1, 1].
    equal_within_margin
        Whether equality within the margin is itself shown, after the correction. Without it, "no detectable
        difference" only says that none was found.

    Examples
    --------
    >>> compare("a", [0.8, 0.9], "b", [0.8, 0.9], grain=0.01).verdict
    'exact tie'
    """

    first: str
    second: str
    pairs: Pairs
    interval: Interval
    simultaneous: Interval
    p_value: float
    adjusted_p_value: float
    equality_p_value: float
    adjusted_equality_p_value: float
    verdict: Verdict
    equal_within_margin: bool

    @property
    def margin(self) -> float:
        """Differences below this are held to be equal in practice."""
        return self.pairs.margin

    @property
    def sign_flip_p_value(self) -> float:
        """Of the test that the differences are as likely with their signs turned; two-sided."""
        return sign_flip_p_value(self.pairs.differences, self.pairs.seed)

    def document(self) -> dict[str, Any]:
        """Return the contrast as plain data."""
        return {
            "first": self.first,
            "second": self.second,
            "difference": self.interval.document(),
            "simultaneous": self.simultaneous.document(),
            "p_value": self.p_value,
            "sign_flip_p_value": self.sign_flip_p_value,
            "adjusted_p_value": self.adjusted_p_value,
            "equality_p_value": self.equality_p_value,
            "adjusted_equality_p_value": self.adjusted_equality_p_value,
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
        A family of one; :func:`corrected` makes a family of several.

    Notes
    -----
    Equality: two one-sided t tests (Schuirmann 1987). Where all n pairs differ by the same, no p-value is below
    2^(1 − n), the sign test's. With ``bca`` the p-values are still those of t.

    Examples
    --------
    >>> better = compare("a", [0.81, 0.84, 0.83], "b", [0.70, 0.72, 0.74], grain=0.01)
    >>> better.verdict, round(better.interval.mean, 3), better.sign_flip_p_value
    ('higher', 0.107, 0.25)
    >>> alike = compare("a", [0.8, 0.9], "b", [0.7, 0.8], grain=0.01)
    >>> alike.verdict, alike.p_value
    ('undetermined', 0.5)
    """
    differences = np.subtract(first_values, second_values)
    pairs = Pairs(tuple(differences.tolist()), grain, margin, confidence, method, seed)
    p_value = pairs.p_value(0.0, "two-sided")
    equality = max(pairs.p_value(-margin, "greater"), pairs.p_value(margin, "less"))
    estimate = pairs.estimate(1, p_value)
    return Contrast(
        first=first,
        second=second,
        pairs=pairs,
        interval=estimate,
        simultaneous=estimate,
        p_value=p_value,
        adjusted_p_value=p_value,
        equality_p_value=equality,
        adjusted_equality_p_value=equality,
        verdict=pairs.verdict(estimate),
        equal_within_margin=equality < 1 - confidence,
    )


def corrected(contrasts: Sequence[Contrast]) -> tuple[Contrast, ...]:
    """Make a family of contrasts: simultaneous intervals with the verdicts read off them, equality after Holm.

    Parameters
    ----------
    contrasts
        The family, as :func:`compare` returns them. Their `confidence` is the chance that all intervals hold together,
        at the least; so 1 − `confidence` bounds the chance of any false "higher" or "lower", and of any false equality.

    Returns
    -------
    tuple of Contrast
        In the same order.

    Notes
    -----
    Differences have Bonferroni's correction and not Holm's: the intervals that belong to Holm's tests say nothing of
    how large a difference is that they call one.

    Examples
    --------
    >>> pair = compare("a", [0.81, 0.84, 0.83], "b", [0.70, 0.72, 0.74], grain=0.01)
    >>> corrected([pair, pair])[0].adjusted_p_value == 2 * pair.p_value
    True
    """
    equalities = holm([contrast.equality_p_value for contrast in contrasts])
    return tuple(
        _in_family(contrast, len(contrasts), equality) for contrast, equality in zip(contrasts, equalities, strict=True)
    )


def _in_family(contrast: Contrast, family: int, equality: float) -> Contrast:
    pairs = contrast.pairs
    simultaneous = pairs.estimate(family, contrast.p_value)
    return replace(
        contrast,
        simultaneous=simultaneous,
        adjusted_p_value=min(1.0, family * contrast.p_value),
        adjusted_equality_p_value=equality,
        verdict=pairs.verdict(simultaneous),
        equal_within_margin=equality < 1 - pairs.confidence,
    )


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
