"""The order of the arms, foretold from the noise: accuracy as pilots foretell it, against the aggregate's noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class NoiseCurve:
    """Accuracy foretold for the arms in which all clients take part, against the noise of their aggregate.

    Attributes
    ----------
    noise
        Levels in increasing order.
    pilot
        Accuracy foretold at each level.
    fitted
        The best non-increasing fit of it.

    Examples
    --------
    >>> noise_curve([0.0, 1.0, 4.0], [0.8, 0.9, 0.5]).document()[1]
    {'noise': 1.0, 'pilot': 0.9, 'fitted': 0.85}
    """

    noise: tuple[float, ...]
    pilot: tuple[float, ...]
    fitted: tuple[float, ...]

    def document(self) -> list[dict[str, float]]:
        """Return the curve as plain data, level by level."""
        rows = zip(self.noise, self.pilot, self.fitted, strict=True)
        return [{"noise": noise, "pilot": pilot, "fitted": fitted} for noise, pilot, fitted in rows]


def noise_curve(noise: Sequence[float], accuracy: Sequence[float]) -> NoiseCurve:
    """Fit a non-increasing curve (isotonic regression).

    Parameters
    ----------
    noise, accuracy
        Of each arm, in any order; of equal noises the first is taken.

    Examples
    --------
    >>> noise_curve([4.0, 0.0, 1.0, 4.0], [0.5, 0.8, 0.9, 0.5]).fitted
    (0.85, 0.85, 0.5)
    """
    from scipy.optimize import isotonic_regression

    levels, place = np.unique(noise, return_index=True)
    accuracies = np.asarray(accuracy, dtype=np.float64)[place]
    fitted = isotonic_regression(accuracies, increasing=False).x
    return NoiseCurve(
        tuple(levels.tolist()), tuple(accuracies.tolist()), tuple(round(value, 12) for value in fitted.tolist())
    )


def order_agreement(foretold: Sequence[float], accuracy: Sequence[float]) -> float | None:
    """Return Kendall's τ-b between the accuracies foretold and measured: 1 when the whole order was foretold.

    Parameters
    ----------
    foretold, accuracy
        One of each for every arm that trains on the same records; what is equal to 12 digits is the same.

    Returns
    -------
    float or None
        In [−1, 1]; None when no two arms differ in one of them.

    Examples
    --------
    >>> order_agreement([0.4, 0.5, 0.8], [0.5, 0.6, 0.7])
    1.0
    """
    from scipy.stats import kendalltau

    levels = [float(f"{value:.12g}") for value in foretold]
    if len(set(levels)) < 2 or len(set(accuracy)) < 2:
        return None
    return float(kendalltau(levels, accuracy).statistic)


def prediction_document(curve: NoiseCurve, agreement: float | None, repetitions: int) -> dict[str, Any]:
    """Return what was predicted, and from what, as plain data."""
    return {
        "method": "pilots with each arm's noise and effective records, on records that no measured run touches",
        "pilot_repetitions": repetitions,
        "curve": curve.document(),
        "kendall_tau_of_arms_with_all_clients": agreement,
    }
