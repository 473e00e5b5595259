"""The most that anybody gains by another decision, bounded from above: an ε-equilibrium, with ε an amount of money.

A concave utility lies below each of its tangents. Where the best decision is enclosed by the signs of the slopes at two
neighbouring ones, the tangent at the lower end bounds it from above on all that is between; over fractions that is
exact. Elsewhere the interval of decisions is covered by balls on which the gain stays below the amount. That a utility
is concave is shown in balls as well.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from ...solvers.readings.balls import ball, enclosing, precision
from ...solvers.readings.rationals import Irrational
from .better_decisions import best_deviations
from .everybody import BITS, Box, EverybodyUtility, covered, intervals
from .profile import Profile
from .within import Within, between

BOXES = 4_000
"""How many boxes a cover may take: only time depends on it; beyond it nothing is shown."""
COVERED_PEOPLE = 50
"""Of up to how many people each interval is covered, where utilities are not concave."""
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


def gains_within(profile: Profile, concave: bool) -> Within:
    """Return what tells whether nobody gains more than an amount by another decision."""

    def told(allowed: Fraction) -> bool | None:
        with precision(BITS), np.errstate(all="ignore"):
            found = most_gained(profile, best_deviations(profile, np.arange(len(profile.own)))[0]) if concave else None
            if found is not None and (decided := between(*found)(allowed)) is not None:
                return decided
            few = len(profile.own) <= COVERED_PEOPLE
            if few and all(gains_at_most(profile, index, ball(allowed)) for index in range(len(profile.own))):
                return True
            return False if found is None and _exceeds(profile, allowed) else None

    return told


def _exceeds(profile: Profile, allowed: Fraction) -> bool:
    """Whether somebody's gain, found in doubles, is above an amount in balls as well."""
    better, gain = best_deviations(profile, np.arange(len(profile.own)))
    index = int(np.argmax(gain))
    utility = EverybodyUtility(profile.game, profile.decided, [index])
    own, there = ball(profile.own[index]), ball(float(better[index]))
    others = ball(_others(profile, index))
    return bool(utility.value(there, others) - utility.value(own, others) > ball(allowed))


def concave_everywhere(profile: Profile) -> bool:
    """Whether ∂²U/∂own² ≤ 0 is shown between the bounds, for all people and the others' sums they face, in balls."""
    lower, upper = (np.asarray(bound).tolist() for bound in (profile.reading.lower, profile.reading.upper))
    others = profile.others.tolist()
    utility, faced = EverybodyUtility(profile.game, profile.decided), (min(others), max(others))

    def falls(box: Box) -> bool:
        """Whether everybody's marginal utility falls on the whole of a box of own and others' decisions."""
        return bool(utility.marginal_along(enclosing(*box[0]), enclosing(*box[1]), 1, 0) <= 0)

    try:
        if covered(falls, [(*own, faced) for own in intervals(min(lower), max(upper))], BOXES // 8):
            return True
        return len(others) <= COVERED_PEOPLE and all(
            covered(_falling(profile, [index], ball(rest)), intervals(lower[index], upper[index]), BOXES // len(others))
            for index, rest in enumerate(others)
        )
    except TypeError:  # a kink has no derivative
        return False


def _falling(profile: Profile, members: Any, others: Any) -> Callable[[Box], bool]:
    """Whether some people's marginal utility falls on the whole of a box."""
    utility = EverybodyUtility(profile.game, profile.decided, members)
    return lambda box: bool(utility.marginal_along(enclosing(*box[0]), others, 1, 0) <= 0)


def gains_at_most(profile: Profile, index: int | None, gain: Any) -> bool:
    """Whether U(x) − U(own) ≤ gain is shown for every x between the bounds; without an index, for all and own = 0."""
    utility = EverybodyUtility(profile.game, profile.decided, None if index is None else [index])
    concerned = slice(None) if index is None else [index]
    lower, upper = (np.asarray(bound)[concerned].tolist() for bound in (profile.reading.lower, profile.reading.upper))
    others = ball(0) if index is None else ball(_others(profile, index))
    reached = utility.value(ball(0) if index is None else ball(profile.own[index]), others)

    def below(box: Box) -> bool:
        there = enclosing(*box[0])
        if utility.value(there, others) - reached <= gain:
            return True
        middle = ball((box[0][0] + box[0][1]) / 2)
        try:
            slope = utility.marginal(there, others)
        except TypeError:
            return False
        return bool(utility.value(middle, others) + slope * (there - middle) - reached <= gain)

    return covered(below, intervals(min(lower), max(upper)), BOXES)


def _others(profile: Profile, index: int) -> Fraction:
    """Return what the others decide on together; of doubles too without a rounding, which may be all that is left."""
    return sum((Fraction(own) for own in profile.own.tolist()), Fraction(0)) - Fraction(profile.own[index])
