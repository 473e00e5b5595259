r"""Privacy loss distributions on a grid, as dp-accounting composes them: never less than the true ones.

A pair (P, Q) is told apart by the loss :math:`\ell = \ln dP/dQ`. Mass between two points of the grid is divided between
them such that its weight under P *and* under Q stays ("connect the dots", Doroshenko et al. 2022): every
:math:`\delta(\varepsilon)` only grows, by the second order of the grid's step, and so does that of compositions.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtr

from .privacy import Array

_COARSEST, _FINEST, _OF_SPREAD = 1e-3, 1e-5, 0.2
"""The grid's step: of the spread of a release's loss this part, within bounds."""


def step_for(spread: float) -> float:
    """Return the step of a grid for losses that spread so far.

    Examples
    --------
    >>> step_for(1.0), step_for(1e-4)
    (0.001, 2e-05)
    """
    return max(_FINEST, min(_COARSEST, _OF_SPREAD * spread))


def between(places: Array) -> Array:
    """Return how likely a standard normal variable lies between neighbouring places, with all digits in both tails.

    Examples
    --------
    >>> between(np.array([-np.inf, 0.0, np.inf])).tolist()
    [0.5, 0.5]
    """
    low, high = places[:-1], places[1:]
    upper = low > 0
    return np.asarray(np.where(upper, ndtr(-low) - ndtr(-high), ndtr(high) - ndtr(low)))


def loss_masses(loss: Array, mass: Array, certain: float, step: float) -> Any:
    """Return dp-accounting's masses of losses that were known exactly, laid on the grid.

    Parameters
    ----------
    loss
        Finite losses.
    mass
        How likely each is under P.
    certain
        How likely P tells itself with certainty.
    step
        Of the grid.
    """
    from dp_accounting.pld.pld_pmf import DensePLDPmf

    below = np.floor(loss / step).astype(np.int64)
    part = np.expm1(below * step - loss) / np.expm1(-step)  # of what goes up, so that the weight under Q stays
    lowest = int(below.min())
    masses = np.zeros(int(below.max()) - lowest + 2)
    np.add.at(masses, below - lowest, mass * (1 - part))
    np.add.at(masses, below - lowest + 1, mass * part)
    missing = max(0.0, 1 - masses.sum() - certain)  # by rounding
    return DensePLDPmf(step, lowest, masses, certain + missing, True)


def sampled_swap(sigma: float, rate: float, step: float) -> Any:
    r"""Return the losses of a fixed batch drawn without replacement, where one record is replaced by another.

    A record of the batch moves its sum by at most 1, as :math:`N(1, \sigma^2)` is from :math:`N(0, \sigma^2)`. A share
    :math:`q` of the records then gives, for :math:`\varepsilon \ge 0`, at most what
    :math:`(1-q) N(0, \sigma^2) + q N(1, \sigma^2)` does against :math:`N(0, \sigma^2)` (Zhu, Dong & Wang 2022, theorem
    11). Replacing is symmetric, so below 0 the mirrored pair counts: neither direction alone bounds a composition
    (Lebeda et al. 2024).

    Parameters
    ----------
    sigma
        Noise over how far one record's replacement moves the sum.
    rate
        Batch over records, in (0, 1].
    step
        Of the grid.
    """
    from dp_accounting.pld.privacy_loss_distribution import PrivacyLossDistribution

    most = np.log1p(rate * np.expm1(9.0 / sigma + 0.5 / sigma**2))
    grid = step * np.arange(int(np.ceil(most / step)) + 1)
    shift = np.append(np.log1p(np.expm1(grid) / rate), np.inf)  # the loss of the unsampled pair there
    place = sigma * shift + 0.5 / sigma
    under, moved = between(place), between(place - 1 / sigma)
    over = (1 - rate) * under + rate * moved
    upper = np.clip((over[:-1] * np.exp(-grid[:-1]) - under[:-1]) / -np.diff(np.exp(-grid)), 0.0, over[:-1])
    mass = np.append(over[:-1] - upper, 0.0)
    mass[1:] += upper
    losses = np.concatenate([grid[1:], -grid[1:], [0.0]])
    mirrored = mass[1:] * np.exp(-grid[1:])
    rest = max(0.0, 1 - over[-1] - mass[1:].sum() - mirrored.sum())
    return PrivacyLossDistribution(
        loss_masses(losses, np.concatenate([mass[1:], mirrored, [rest]]), float(over[-1]), step)
    )
