r"""What paired runs show: tests, simultaneous intervals, and equality by two one-sided tests.

Of a family of m contrasts each interval is widened to the level 1 − α/m, so that all of them hold together with a
chance of 1 − α at the least (Bonferroni); a difference is called higher or lower when its widened interval says so, and
never otherwise. Claims of equality are corrected by Holm's method. Beside the t test stands the sign-flip test, which
needs no normality: of n runs it gives no p-value below :math:`2^{1-n}`, the chance that as many fair coins fall alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .intervals import Interval, IntervalMethod
from .pairs import Pairs, Verdict, sign_flip_p_value


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
