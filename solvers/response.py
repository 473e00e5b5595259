"""How a population responds to earlier decisions: the total at which everybody's replacements add up to it.

Everybody's replacement r_i(Z) is the optimal decision when all decisions, the own included, add up to Z; Σ r_i(Z)/Z,
the sum of the share functions, falls, and the equilibrium is where it is one (Cornes & Hartley 2005). It is computed in
doubles and shown by nothing here: a certificate takes it for a hint, and encloses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..formulations.errors import BackendError
from .readings.game import GameReading


def replacement(reading: GameReading, total: float, decided: Mapping[str, Any]) -> Any:
    """Return everybody's optimal decision when all add up to a total, by bisection of the marginal utility."""
    low, high = reading.lower + 0.0, np.minimum(reading.upper, total)
    stays = reading.marginal(low, total - low, decided) <= 0
    with np.errstate(all="ignore"):
        for _ in range(90):
            middle = (low + high) / 2
            rising = reading.marginal(middle, total - middle, decided) > 0
            low, high = np.where(rising, middle, low), np.where(rising, high, middle)
            if np.all((middle <= low) & (middle >= high)):
                break
    return np.where(stays, reading.lower, (low + high) / 2)


def equilibrium(reading: GameReading, decided: Mapping[str, Any]) -> Any:
    """Return the population's equilibrium, given the earlier decisions.

    Raises
    ------
    BackendError
        When the replacements add up to no positive total.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> from mechproof.solvers.readings.vectors import Vectors
    >>> game = StackelbergPricing(cost=[1, 1, 3], alpha=30, beta=6)
    >>> equilibrium(GameReading(game, Vectors()), {"reward_pool": 2.0}).round(6)
    array([0.5, 0.5, 0. ])
    """
    most = float(np.sum(reading.upper))

    def excess(total: float) -> float:
        return float(np.sum(replacement(reading, total, decided))) / total - 1

    # the total may be many orders below the bounds' sum: look for a change of sign on a logarithmic scale
    high = low = most
    while excess(low) < 0:
        high, low = low, low / 4
        if low < most * 1e-15:
            if (
                float(
                    np.max(
                        reading.utility(reading.lower + low, low, decided)
                        - reading.utility(reading.lower, low, decided)
                    )
                )
                <= 0
            ):
                return reading.lower + 0.0
            raise BackendError("no total was found to which the decisions at equilibrium add up")
    from scipy.optimize import brentq  # takes a quarter of a second to import, and most games need no root

    total = low if low == high else brentq(excess, low, high, xtol=1e-300, rtol=4 * np.finfo(float).eps)
    return replacement(reading, total, decided)
