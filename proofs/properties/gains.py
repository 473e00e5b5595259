"""The most that anybody gains by another decision, bounded from above: an ε-equilibrium, with ε an amount of money.

A concave utility lies below each of its tangents. Where the best decision is enclosed by the signs of the slopes at two
neighbouring ones, the tangent at the lower end bounds it from above on all that is between; over fractions that is
exact. Elsewhere the interval of decisions is covered by balls on which the gain stays below the amount.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from ...solvers.readings.rationals import Irrational
from .profile import Profile

NARROW = (Fraction(1, 10**7), Fraction(1, 10**5), Fraction(1, 10**3))
"""How wide the interval around a best decision is, relative: as narrow as the slopes' signs allow."""


def most_gained(profile: Profile, better: Any) -> tuple[Any, Any] | None:
    """Return what the largest gain is at least and at most, of concave utilities over fractions.

    Parameters
    ----------
    profile
        The game at given decisions, over fractions.
    better
        For each of the population a decision near its best, in doubles; nothing rests on it.

    Returns
    -------
    tuple or None
        Two fractions; None where a best decision is not enclosed, or the formulas leave the rational numbers.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.proofs.properties.profile import profile_of
    >>> game = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)
    >>> lazy = profile_of(mp.candidate(game, reward_pool=1, epsilon=["1/5", "1/4"]))
    >>> low, high = most_gained(lazy, [0.25, 0.24721])
    >>> low <= high < low + Fraction(1, 10**9), float(high) > 0
    (True, True)
    """
    if not profile.exact:
        return None
    try:
        found = [_gain(profile, index, Fraction(float(there))) for index, there in enumerate(better)]
    except (Irrational, ZeroDivisionError):
        return None
    known = [gain for gain in found if gain is not None]
    if len(known) < len(found):
        return None
    return max(low for low, _ in known), max(high for _, high in known)


def _gain(profile: Profile, index: int, better: Fraction) -> tuple[Any, Any] | None:
    """Return bounds on what one person gains."""
    person = profile.reading.subset([index])
    others, own = profile.others[[index]], profile.own[[index]]
    low, high = Fraction(person.lower[0]), Fraction(person.upper[0])

    def utility(there: Fraction) -> Any:
        return person.utility(np.array([there], dtype=object), others, profile.decided)[0]

    def slope(there: Fraction) -> Any:
        return person.marginal(np.array([there], dtype=object), others, profile.decided)[0]

    here = person.utility(own, others, profile.decided)[0]
    near = min(max(better, low), high)
    for width in NARROW:
        reach = width * (near or (high - low))
        left, right = max(near - reach, low), min(near + reach, high)
        rising, falling = slope(left), slope(right)
        if (rising >= 0 or left == low) and (falling <= 0 or right == high):
            reached = max(utility(left), utility(right))
            return reached - here, max(utility(left) + max(rising, 0) * (right - left), reached) - here
    return None
