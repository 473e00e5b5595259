r"""From noise to ε and back where an account takes a tenth of a second: a few knots, and a smooth curve through them.

Through 24 knots in :math:`(\ln\sigma, \ln\varepsilon)` goes a monotone cubic (PCHIP), whose error is of the second
order at least. So a quarter of what the one through every other knot misses is more than the whole one misses, and all
is rounded towards privacy by that.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from .privacy import Array, sigma_for
from .sampling import Draw

KNOTS = 24

_LEAST = 1e-6
"""Below it an ε is said to be this, so that it has a logarithm."""


@dataclass(frozen=True, eq=False)
class Curve:
    r"""ε and advantage of the releases of one kind of draw, over a range of noise.

    Attributes
    ----------
    sigma, epsilon, advantage
        At the knots, by increasing noise.

    Examples
    --------
    >>> draw = Draw("poisson", 0.1, "add-or-remove")
    >>> curve = curve_of_noise(draw, 30, 1e-5, 1.0, 4.0)
    >>> print(f"{curve.epsilon_at(np.array([2.0]))[0]:.3f}, {draw.spent(2.0, 30, 1e-5)[0]:.3f}")
    1.295, 1.295
    """

    sigma: Array
    epsilon: Array
    advantage: Array

    def epsilon_at(self, sigma: Array) -> Array:
        """Return an ε that is kept; beyond the last knot, that of the last."""
        return self._at(sigma, self.epsilon)

    def advantage_at(self, sigma: Array) -> Array:
        """Return a bound on the best attack's advantage; beyond the last knot, that of the last."""
        return np.minimum(self._at(sigma, self.advantage), 1.0)

    def sigma_at(self, epsilon: Array) -> Array:
        """Return noise that keeps ε, which must lie within the knots."""
        falling = np.log(self.epsilon[::-1]), np.log(self.sigma[::-1])
        return np.asarray(np.exp(PchipInterpolator(*falling)(np.log(epsilon)) + missed(*falling)))

    def _at(self, sigma: Array, values: Array) -> Array:
        known = np.log(self.sigma), np.log(values)
        place = np.clip(np.log(sigma), known[0][0], known[0][-1])
        return np.asarray(np.exp(PchipInterpolator(*known)(place) + missed(*known)))


def curve_of_noise(draw: Draw, releases: int, delta: float, low: float, high: float) -> Curve:
    """Return the curve over a range of noise.

    Parameters
    ----------
    draw
        What is released.
    releases, delta
        How many, and at which δ.
    low, high
        Noise multipliers, 0 < low < high.
    """
    sigma = np.geomspace(low, high, KNOTS)
    spent = np.maximum([draw.spent(float(noise), releases, delta) for noise in sigma], _LEAST)
    # strictly monotone in any case: what a rounding makes equal is a hair above its neighbour
    return Curve(
        sigma, *(np.maximum.accumulate(column[::-1] * (1 + 1e-12 * np.arange(KNOTS)))[::-1] for column in spent.T)
    )


def curve_of_budgets(draw: Draw, releases: int, delta: float, low: float, high: float) -> Curve:
    """Return the curve over a range of budgets, whose noise is found by steps from that of unsampled releases.

    Parameters
    ----------
    draw, releases, delta
        As for :func:`curve_of_noise`.
    low, high
        The least and the largest budget, 0 < low ≤ high.
    """
    ample = draw.moves * float(sigma_for(low, delta, releases)) * 1.01
    least = ample
    while (spent := draw.spent(least / 1.5, releases, delta)[0]) <= high:
        least /= 1.5
        if spent <= low:
            ample = least
    return curve_of_noise(draw, releases, delta, least / 1.5, ample)


def missed(place: Array, value: Array) -> float:
    """Return a quarter of how far a curve through every other knot misses the rest.

    Examples
    --------
    >>> round(missed(np.arange(5.0), np.arange(5.0)), 9)
    0.0
    """
    ends = np.append(np.arange(0, len(place) - 1, 2), len(place) - 1)
    coarse = PchipInterpolator(place[ends], value[ends])
    return float(np.max(np.abs(coarse(place) - value))) / 4
