r"""Random allocation: in an epoch of k batches every record is in exactly one, which nobody else knows.

With the record's gradient of norm 1 in a batch drawn evenly, and noise :math:`\sigma` in each, the worst pair is
:math:`P = \frac1k \sum_i N(e_i, \sigma^2 I)` against :math:`Q = N(0, \sigma^2 I)` (Chua et al. 2024, "Balls-and-bins";
Feldman & Shenfeld 2025). So under Q :math:`L = dP/dQ` is the mean of k independent ratios
:math:`L_i = e^{x_i/\sigma^2 - 1/(2\sigma^2)}`, log-normal, and an epoch is :math:`(\varepsilon, \delta)`-private with

.. math:: \delta(\varepsilon) = \max\{E_Q[(L - e^\varepsilon)_+],\; E_Q[(1 - e^\varepsilon L)_+]\}.

Both are expectations of convex functions. So each :math:`L_i` is laid on a grid by dividing all mass between two
neighbours such that the mean stays: that makes both only larger, for sums as well. What lies beyond the grid counts as
told with certainty. The result is an upper bound, off by the second order of the grid's step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from ...formulations.errors import InputError
from .losses import between
from .privacy import Array

MOST_BATCHES = 10_000

_FAR = 9.0
"""How many standard deviations of the noise the grid covers: what lies beyond, 1e-19 each, counts as told."""

_COARSEST, _OF_SPREAD = 0.05, 0.1
"""The grid's step in ln L: at most this, and this part of how far the mean of all ratios spreads, 1/(σ√k)."""

_NOTHING = 1e-19
"""Mass at the ends of a sum that counts as told, to keep the grid short."""


@dataclass(frozen=True, eq=False)
class Ratios:
    r"""A sum of ratios: it is :math:`e^{h i}` for the places i from `first` on, or 0.

    Attributes
    ----------
    step
        h.
    first
        The first place.
    mass
        How likely each value is under Q.
    none
        How likely it counts as 0.
    """

    step: float
    first: int
    mass: Array
    none: float

    @property
    def values(self) -> Array:
        """What it can be, but for 0."""
        return np.asarray(np.exp(self.step * (self.first + np.arange(len(self.mass)))))

    def plus(self, other: Ratios) -> Ratios:
        r"""Return the sum of two independent sums: :math:`e^{hi} + e^{hj}` lies as far beyond place i for all i."""
        apart = np.arange(other.first - self.first - len(self.mass) + 1, other.first - self.first + len(other.mass))
        beyond = np.logaddexp(0.0, apart * self.step) / self.step
        places = np.floor(beyond).astype(np.int64)
        part = np.expm1((beyond - places) * self.step) / np.expm1(self.step)  # goes up, so that the mean stays
        first = min(self.first, other.first)
        last = max(self.first + len(self.mass), other.first + len(other.mass)) + int(np.log(2) / self.step)
        total = np.zeros(last - first + 3)
        total[self.first - first :][: len(self.mass)] += other.none * self.mass
        total[other.first - first :][: len(other.mass)] += self.none * other.mass
        between_masses = (apart + self.first - other.first).tolist()
        for distance, place, up in zip(between_masses, places.tolist(), part.tolist(), strict=True):
            low, high = max(0, -distance), min(len(self.mass), len(other.mass) - distance)
            both = self.mass[low:high] * other.mass[low + distance : high + distance]
            at = self.first - first + low + place
            total[at : at + len(both)] += (1 - up) * both
            total[at + 1 : at + 1 + len(both)] += up * both
        return Ratios(self.step, first, total, self.none * other.none).shortened()

    def shortened(self) -> Ratios:
        """Return the same without ends that hold next to nothing, which counts as told from here on."""
        weight = self.mass * self.values
        low = int(np.searchsorted(np.cumsum(self.mass), _NOTHING))
        high = len(weight) - int(np.searchsorted(np.cumsum(weight[::-1]), _NOTHING * weight.sum()))
        kept = self.mass[low:high]
        return Ratios(self.step, self.first + low, kept, max(0.0, 1 - float(kept.sum())))


def mean_of_ratios(sigma: float, batches: int) -> tuple[Array, Array]:
    r"""Return values that L takes, in increasing order from 0, and how likely each is under Q.

    Parameters
    ----------
    sigma
        Noise multiplier of each batch.
    batches
        :math:`k`, from 1 to :data:`MOST_BATCHES`.

    Returns
    -------
    values, probability
        The mean falls short of 1 by what counts as told.

    Raises
    ------
    InputError
        For more batches.

    Examples
    --------
    >>> values, probability = mean_of_ratios(1.0, 4)
    >>> f"{probability.sum():.12f}, {values @ probability:.12f}"
    '1.000000000000, 1.000000000000'
    """
    if batches > MOST_BATCHES:
        raise InputError("sampling_rate", 1 / batches, f"needs more than {MOST_BATCHES} batches", "use a higher rate")
    power, total, rest = _one_ratio(sigma, min(_COARSEST, _OF_SPREAD / (sigma * np.sqrt(batches)))), None, batches
    while True:
        if rest % 2:
            total = power if total is None else total.plus(power)
        rest //= 2
        if not rest:
            break
        power = power.plus(power)
    assert total is not None
    return np.append(0.0, total.values) / batches, np.append(total.none, total.mass)


def _one_ratio(sigma: float, step: float) -> Ratios:
    """Return a single ratio on the grid."""
    most = int(np.ceil((_FAR / sigma + 0.5 / sigma**2) / step))
    logarithm = step * np.arange(-most, most + 1)
    grid = np.append(0.0, np.exp(logarithm))
    place = np.append(-np.inf, sigma * logarithm + 0.5 / sigma)
    likely = between(place)  # under N(0, 1), interval by interval
    mean = between(place - 1 / sigma)  # the same times L
    upper = np.clip((mean - grid[:-1] * likely) / np.diff(grid), 0.0, likely)
    mass = np.append(likely - upper, 0.0)
    mass[1:] += upper
    beyond = float(ndtr(-place[-1]))  # as if L were 0 under Q, and infinite under P
    return Ratios(step, -most, mass[1:], float(mass[0]) + beyond)
