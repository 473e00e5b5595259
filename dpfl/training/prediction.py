"""Accuracy predicted from the aggregate's noise, before it is measured on other seeds.

Pilot runs train all clients with equal weights at a ladder of noise levels. Accuracy as a function of noise is then
the best non-increasing fit, interpolated in the logarithm of the noise. It predicts every arm from its noise alone; so
where an arm uses fewer records, the gap between prediction and measurement is what the missing records cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class NoiseCurve:
    """Accuracy against the standard deviation of the aggregate's noise, as the pilot runs show it.

    Attributes
    ----------
    noise
        Levels in increasing order, the first of which is 0.
    pilot
        Mean accuracy of the pilot runs at each level.
    fitted
        The best non-increasing fit of it.

    Examples
    --------
    >>> round(noise_curve([0.0, 1.0, 4.0], [0.8, 0.9, 0.5]).at(2.0), 6)
    0.675
    """

    noise: tuple[float, ...]
    pilot: tuple[float, ...]
    fitted: tuple[float, ...]

    def at(self, noise: float) -> float:
        """Return the predicted accuracy; constant beyond the ladder's ends.

        Examples
        --------
        >>> noise_curve([0.0, 1.0, 4.0], [0.9, 0.9, 0.5]).at(100.0)
        0.5
        """
        if noise <= self.noise[1]:  # below the smallest level there is no logarithm to interpolate in
            share = noise / self.noise[1]
            return float((1 - share) * self.fitted[0] + share * self.fitted[1])
        return float(np.interp(np.log(noise), np.log(self.noise[1:]), self.fitted[1:]))

    def document(self) -> list[dict[str, float]]:
        """Return the curve as plain data, level by level."""
        rows = zip(self.noise, self.pilot, self.fitted, strict=True)
        return [{"noise": noise, "pilot": pilot, "fitted": fitted} for noise, pilot, fitted in rows]


def noise_ladder(noises: Sequence[float], steps: int = 8) -> tuple[float, ...]:
    """Return 0 and `steps` levels in equal ratios that span the positive ones of `noises`.

    Parameters
    ----------
    noises
        The noise of every arm.
    steps
        At least 2.

    Examples
    --------
    >>> noise_ladder([0.0, 1.0, 4.0], steps=3)
    (0.0, 1.0, 2.0, 4.0)
    """
    positive = [noise for noise in noises if noise > 0]
    low, high = min(positive), max(positive)
    if low == high:
        low, high = low / 2, high * 2
    return (0.0, *np.geomspace(low, high, steps).tolist())


def noise_curve(noise: Sequence[float], accuracy: Sequence[float]) -> NoiseCurve:
    """Fit a non-increasing curve to the pilot runs (isotonic regression).

    Parameters
    ----------
    noise
        Levels in increasing order, the first of which is 0.
    accuracy
        Mean accuracy of the pilot runs at each level.

    Examples
    --------
    >>> noise_curve([0.0, 1.0, 4.0], [0.8, 0.9, 0.5]).fitted
    (0.85, 0.85, 0.5)
    """
    from scipy.optimize import isotonic_regression

    fitted = isotonic_regression(np.asarray(accuracy), increasing=False).x
    return NoiseCurve(tuple(noise), tuple(accuracy), tuple(round(value, 12) for value in fitted.tolist()))


def order_agreement(noise: Sequence[float], accuracy: Sequence[float]) -> float | None:
    """Return Kendall's τ-b between less noise and more accuracy: 1 when noise foretold the whole order.

    Parameters
    ----------
    noise, accuracy
        One of each for every arm that trains on the same records; noises equal to 12 digits are the same.

    Returns
    -------
    float or None
        In [−1, 1]; None when fewer than two arms differ in noise or in accuracy.

    Examples
    --------
    >>> order_agreement([3.0, 2.0, 1.0], [0.5, 0.6, 0.7])
    1.0
    """
    from scipy.stats import kendalltau

    levels = [float(f"{-value:.12g}") for value in noise]
    if len(set(levels)) < 2 or len(set(accuracy)) < 2:
        return None
    return float(kendalltau(levels, accuracy).statistic)


def prediction_document(curve: NoiseCurve, agreement: float | None, repetitions: int) -> dict[str, Any]:
    """Return what was predicted, and from what, as plain data."""
    return {
        "method": "non-increasing fit of accuracy against the aggregate's noise, all records, other seeds",
        "pilot_repetitions": repetitions,
        "curve": curve.document(),
        "kendall_tau_of_arms_with_all_clients": agreement,
    }
