r"""From budgets to sampling rates under one noise for all: the smaller a budget, the more seldom a record is drawn.

The account of a rate takes some hundredths of a second, so that it is known at a few knots, and by a monotone cubic
through :math:`(\ln q, \ln\varepsilon)` between them; all is rounded towards privacy by more than the cubic misses, as
in :mod:`.curve`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from .curve import missed
from .privacy import Array
from .release import Adjacency
from .sampling import Draw

KNOTS = 16
_LEAST_RATE = 1e-4


@dataclass(frozen=True, eq=False)
class Rates:
    """The privacy of Poisson sampling at one noise, over rates.

    Attributes
    ----------
    rate, epsilon
        At the knots, by increasing rate; the last rate is 1.

    Examples
    --------
    >>> known = rates_at(4.0, 30, 1e-5, "add-or-remove", least=0.5, knots=8)
    >>> rate = known.rate_at(np.array([1.0, 100.0]))
    >>> bool(Draw("poisson", rate[0], "add-or-remove").spent(4.0, 30, 1e-5)[0] <= 1.0), float(rate[1])
    (True, 1.0)
    """

    rate: Array
    epsilon: Array

    def rate_at(self, budget: Array) -> Array:
        """Return the rates that keep budgets: 1 where even that keeps them, 0 where the first knot does not."""
        rates = np.where(budget >= self.epsilon[-1], 1.0, 0.0)
        between = (budget >= self.epsilon[0]) & (budget < self.epsilon[-1])
        place, value = np.log(self.epsilon), np.log(self.rate)
        rates[between] = np.exp(PchipInterpolator(place, value)(np.log(budget[between])) - missed(place, value))
        return np.asarray(rates)


def rates_at(
    sigma: float, releases: int, delta: float, adjacency: Adjacency, least: float, knots: int = KNOTS
) -> Rates:
    """Return what every rate gives away at one noise.

    Parameters
    ----------
    sigma
        Noise multiplier, in units of the sensitivity.
    releases, delta
        How many, and at which δ.
    adjacency
        What a neighbour is.
    least
        The smallest budget of which a rate will be asked.
    knots
        How many rates are accounted for.
    """
    low = 1.0
    while low > _LEAST_RATE and Draw("poisson", low, adjacency).spent(sigma, releases, delta)[0] > least:
        low /= 4
    rate = np.geomspace(low, 1.0, knots) if low < 1 else np.array([0.5, 1.0])
    spent = [Draw("poisson", float(one), adjacency).spent(sigma, releases, delta)[0] for one in rate]
    rising = np.maximum.accumulate(np.maximum(spent, 1e-9)) * (1 + 1e-12 * np.arange(len(rate)))
    return Rates(rate, rising)
