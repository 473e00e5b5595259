"""How a population responds to earlier decisions: the total at which everybody's replacements add up to it.

Everybody's replacement r_i(Z) is the optimal decision when all decisions, the own included, add up to Z; Σ r_i(Z)/Z,
the sum of the share functions, falls, and the equilibrium is where it is one (Cornes & Hartley 2005). It is computed in
doubles and shown by nothing here: a certificate takes it for a hint, and encloses it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..formulations.errors import BackendError
from .readings.game import GameReading

ROUNDING = 2.0**-52
"""Of a decision: two tries that are no further apart are one."""


def replacement(reading: GameReading, total: float, decided: Mapping[str, Any]) -> Any:
    """Return everybody's optimal decision when all add up to a total: the root of the falling marginal utility."""
    high = np.minimum(reading.upper, total)
    return falling_root(lambda own: reading.marginal(own, total - own, decided), reading.lower + 0.0, high)


def falling_root(slope: Callable[[Any], Any], low: Any, high: Any) -> Any:
    """Return where falling slopes are zero between two ends, or the end that they point to.

    Found for all at once by false position with halved weights (Illinois), or by halves where that leaves the bracket.

    Examples
    --------
    >>> falling_root(lambda x: 2 - x * x, np.zeros(2), np.array([4.0, 1.0])).round(6)
    array([1.414214, 1.      ])
    """
    with np.errstate(all="ignore"):
        at_low, at_high = slope(low), slope(high)
        bound = np.where(at_low <= 0, low, np.where(at_high >= 0, high, np.nan))
        middle, side = low, np.zeros(low.shape)
        for _ in range(200):
            before, middle = middle, low + (high - low) * (at_low / (at_low - at_high))
            middle = np.where((low < middle) & (middle < high), middle, (low + high) / 2)
            value = slope(middle)
            rises, falls = value > 0, value < 0
            at_low, at_high = (
                np.where(falls, np.where(side < 0, at_low / 2, at_low), value),
                np.where(rises, np.where(side > 0, at_high / 2, at_high), value),
            )
            low, high, side = np.where(falls, low, middle), np.where(rises, high, middle), np.sign(value)
            if np.all((abs(middle - before) <= ROUNDING * abs(middle)) | (value == 0) | ~np.isnan(bound)):
                break
    return np.where(np.isnan(bound), middle, bound)


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
        own = replacement(reading, total, decided)
        if _wants_more_than_all(reading, own, total, decided):
            return 1.0
        return float(np.sum(own)) / total - 1

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


def _wants_more_than_all(reading: GameReading, own: Any, total: float, decided: Mapping[str, Any]) -> bool:
    """Whether somebody who decides on all of a total, which its bound allows to be larger, gains by more still."""
    alone = (own == total) & (reading.upper > total)
    if not np.any(alone):
        return False
    with np.errstate(all="ignore"):
        return bool(np.any(alone & (reading.marginal(own, total - own, decided) > 0)))
