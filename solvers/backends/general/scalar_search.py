"""The best of a range for a function that is smooth but for kinks and costly to evaluate; several maxima allowed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from ...readings.vectors import TINY

NEAR = 0.05
"""Part of a range so near whose lower end a maximum is looked for once more, in units of how near it is."""


def root_between(function: Callable[[float], float], low: float, high: float) -> float:
    """Return the root of a function between two arguments at which its signs differ, to the last digits.

    No absolute width ends the search, since a root may be of any size; four units of 2⁻⁵² are the least relative width
    that the method takes.

    Examples
    --------
    >>> root_between(lambda x: x - 2e-20, -1.0, 1.0)
    2e-20
    """
    return float(brentq(function, low, high, xtol=TINY, rtol=4 * np.finfo(float).eps))


def best_on_range(value: Callable[[float], float], low: float, high: float, points: int) -> float:
    """Return the argument of the largest value found: the best grid point, refined, then sharpened.

    A maximum is flat, so that comparing values finds it to half the digits only; the root of a difference quotient
    of fourth order finds the rest, where the function is smooth enough to have one.

    Examples
    --------
    >>> round(best_on_range(lambda x: x * (2 - x) + 5, 0.0, 3.0, 9), 9)
    1.0
    """
    grid = np.linspace(low, high, points)
    values = [value(float(x)) for x in grid]
    at = int(np.argmax(values))
    around = float(grid[max(at - 1, 0)]), float(grid[min(at + 1, points - 1)])
    # values tell a flat maximum to √2⁻⁵³ ≈ 1e-8 of its argument: ten times that is as near as they lead for certain
    found = minimize_scalar(
        lambda x: -value(x), bounds=around, method="bounded", options={"xatol": 1e-7 * (high - low)}
    )
    best = float(found.x) if -found.fun > values[at] else float(grid[at])
    if low < best < low + NEAR * (high - low):  # what is near for the range is far for so little of it
        part = best - low
        ends = low + part / 2, min(low + 2 * part, around[1])
        again = minimize_scalar(lambda x: -value(x), bounds=ends, method="bounded", options={"xatol": 1e-7 * part})
        best = float(again.x) if again.fun < -value(best) else best
    # off by h⁴ of a fifth derivative and by 2⁻⁵³/h of the value: 1e-12 and 1e-13 where both are near one
    sharp = _root_of_slope(value, best, 1e-3 * min(best - low, high - best))
    return best if sharp is None else sharp


def _root_of_slope(value: Callable[[float], float], guess: float, step: float) -> float | None:
    """The root of the five-point difference quotient next to a guess, or None where its signs do not differ."""
    if not step > 0:
        return None

    def slope(x: float) -> float:
        return 8 * (value(x + step) - value(x - step)) - (value(x + 2 * step) - value(x - 2 * step))

    reach = step / 10  # in the middle of a range 500 times as far as the search by values can have been off
    low, high = guess - reach, guess + reach
    if not slope(low) > 0 > slope(high):
        return None
    return float(brentq(slope, low, high, xtol=1e-14 * abs(guess), rtol=1e-14, maxiter=40))
