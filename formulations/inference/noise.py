"""How observed privacy budgets may differ from the true ones: between which bounds, and how surely.

A noise model says in which interval a true budget lies when another was observed. Bounded noise says so for certain;
random noise says so with a probability, which is shared out over all that was observed, so that all intervals hold at
once with the confidence asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import exp, expm1, log, sqrt
from statistics import NormalDist

from ..data import Number
from ..declaration import Declaration, scalar
from ..errors import InputError

OUTWARDS = Fraction(1, 10**9)
"""By which a quantile that was computed in doubles is widened: their errors are a million times smaller."""


class Noise(Declaration):
    """How an observed budget may differ from the true one."""

    certain = False
    """Whether the bounds hold for certain, and no confidence is asked."""

    def units(self, clients: int, rounds: int, confidence: Fraction) -> Fraction:
        """Return how many of the noise's units all errors of so many rounds stay within, all at once."""
        return normal_width(clients * rounds, confidence)

    def between(self, observed: Fraction, units: Fraction) -> tuple[Fraction, Fraction]:
        """Return the least and the largest true budget, for an error of so many units."""
        raise NotImplementedError

    def total_between(self, observed: Sequence[Fraction], units: Fraction) -> tuple[Fraction, Fraction]:
        """Return the least and the largest sum of a round's true budgets."""
        ends = [self.between(budget, units) for budget in observed]
        return sum((low for low, _ in ends), Fraction(0)), sum((high for _, high in ends), Fraction(0))


class RelativeNoise(Noise):
    """An observed budget is the true one times 1 + δ, |δ| ≤ `error`, for certain.

    Examples
    --------
    >>> print(*RelativeNoise(error="0.01").between(Fraction(101), Fraction(1)))
    100 10100/99
    """

    error: Number = scalar("the largest relative error", above=0)
    certain = True

    def check(self) -> None:
        """Refuse errors of all that there is."""
        _refuse_whole(self.error)

    def between(self, observed: Fraction, units: Fraction) -> tuple[Fraction, Fraction]:
        """Return the observed budget over 1 + δ and over 1 − δ."""
        error = Fraction(self.error)
        return observed / (1 + error), observed / (1 - error)


class AbsoluteNoise(Noise):
    """An observed budget is the true one plus δ, |δ| ≤ `error`, for certain.

    Examples
    --------
    >>> print(*AbsoluteNoise(error="0.5").between(Fraction(2), Fraction(1)))
    3/2 5/2
    """

    error: Number = scalar("the largest error", above=0, unit="ε")
    certain = True

    def between(self, observed: Fraction, units: Fraction) -> tuple[Fraction, Fraction]:
        """Return the observed budget less and plus δ; no budget is below zero."""
        error = Fraction(self.error)
        return max(observed - error, Fraction(0)), observed + error


class NormalNoise(Noise):
    """An observed budget is the true one plus a normal error, independent of all others; `deviation` is its σ.

    What was observed below zero is a budget all the same, which is at least zero.
    """

    deviation: Number = scalar("the errors' standard deviation", above=0, unit="ε")

    def units(self, clients: int, rounds: int, confidence: Fraction) -> Fraction:
        """Return the same with each round's sum among the errors: Šidák's inequality holds of dependent ones too."""
        return normal_width((clients + 1) * rounds, confidence)

    def between(self, observed: Fraction, units: Fraction) -> tuple[Fraction, Fraction]:
        """Return the observed budget less and plus so many deviations."""
        error = units * Fraction(self.deviation)
        return max(observed - error, Fraction(0)), max(observed + error, Fraction(0))

    def total_between(self, observed: Sequence[Fraction], units: Fraction) -> tuple[Fraction, Fraction]:
        """Return the narrower of the bounds by the budgets and by their sum, whose error has the deviation σ√N."""
        low, high = super().total_between(observed, units)
        error = units * Fraction(self.deviation) * Fraction(sqrt(len(observed))) * (1 + OUTWARDS)
        whole = sum(observed, Fraction(0))
        return max(low, whole - error), min(high, max(whole + error, Fraction(0)))


class LognormalNoise(Noise):
    """An observed budget is the true one times e^(σξ), ξ standard normal and independent; `deviation` is σ.

    A budget of zero is seen as zero: nobody who sells nothing is taken for a seller.
    """

    deviation: Number = scalar("the standard deviation of the errors' logarithm", above=0)

    def between(self, observed: Fraction, units: Fraction) -> tuple[Fraction, Fraction]:
        """Return the observed budget over and times e^(units σ), rounded outwards."""
        factor = Fraction(exp(float(units * Fraction(self.deviation)))) * (1 + OUTWARDS)
        return observed / factor, observed * factor


def normal_width(count: int, confidence: Fraction) -> Fraction:
    """Return z with (2Φ(z) − 1)^count ≥ confidence: within so many deviations all of so many errors lie (Šidák 1967).

    Examples
    --------
    >>> round(float(normal_width(1, Fraction(95, 100))), 6), round(float(normal_width(100, Fraction(95, 100))), 4)
    (1.959964, 3.474)
    """
    missed = -expm1(log(float(confidence)) / count)  # of each error, without cancelling
    return Fraction(-NormalDist().inv_cdf(missed / 2)) * (1 + OUTWARDS)


def _refuse_whole(error: Fraction | float) -> None:
    if not error < 1:
        raise InputError("error", error, "must be below 1: else the true budget could be anything", "0.02 is 2 %")
