"""No profitable deviation: whether anybody gains by another decision, anywhere between the bounds, on its own.

A utility that is shown to be concave in the own decision over the whole interval has its best decision where the
declared marginal utility changes its sign, so two signs around a decision enclose the best one. Elsewhere the interval
is covered by balls on each of which the utility is shown to stay below what is reached. A better decision, found on a
grid and refined, refutes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from ...solvers.certificates.equilibrium import exactly_stationary
from ...solvers.certificates.whole import other_decisions
from ...solvers.formatting import shown
from ...solvers.readings.balls import ball, enclosing, precision
from ...solvers.readings.game import GameReading
from ...solvers.readings.rationals import Irrational
from ...solvers.readings.vectors import Vectors
from .everybody import BITS, Box, EverybodyUtility, covered, intervals
from .gains import most_gained
from .profile import ROUNDING, Profile
from .results import Item, Verdict
from .within import Within

BOXES = 4_000
"""How many boxes a cover may take: only time depends on it; beyond it nothing is shown."""
COVERED_PEOPLE = 50
"""Of up to how many people each interval is covered, where utilities are not concave."""
DEVIATION = "no-profitable-deviation"


def no_profitable_deviation(profile: Profile) -> Item:
    """Judge whether any of the population gains by another decision while the others keep theirs.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.proofs.properties.profile import profile_of
    >>> game = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2, client=["Ann", "Bob"])
    >>> no_profitable_deviation(profile_of(mp.candidate(game, reward_pool=1, epsilon=["1/4", "1/4"]))).text
    'no client gains by any other epsilon: each utility is concave and stationary at its decision'
    >>> lazy = no_profitable_deviation(profile_of(mp.candidate(game, reward_pool=1, epsilon=["1/9", "1/4"])))
    >>> print(lazy.verdict, lazy.witness["client"], lazy.witness["better"], lazy.witness["gain"])
    violated Ann 1/4 25/468
    """
    outside = _out_of_bounds(profile)
    if outside is not None:
        return outside
    if profile.reading.population.decision.whole:
        return _whole_item(profile)
    try:
        return _judged(profile)
    except Irrational:
        return _judged(profile.in_floats())


def _whole_item(profile: Profile) -> Item:
    """Try every other whole decision."""
    tried = other_decisions(profile.reading, profile.own, profile.decided, profile.person)
    verdict = {True: Verdict.VIOLATED, False: Verdict.HOLDS, None: Verdict.INCONCLUSIVE}[tried.better]
    return Item(DEVIATION, verdict, tried.reason, profile.arithmetic)


def _judged(profile: Profile) -> Item:
    reading, total = profile.reading, profile.reading.algebra.sum(profile.own)
    with precision(BITS), np.errstate(all="ignore"):
        alone = np.asarray(profile.others <= 0, dtype=bool)
        concave = not np.any(alone) and concave_everywhere(profile)
        if concave and profile.exact and exactly_stationary(reading, profile.own, profile.decided):
            text = (
                f"no {profile.role} gains by any other {profile.decision}: each utility is concave and stationary "
                "at its decision"
            )
            return Item(DEVIATION, Verdict.HOLDS, text, profile.arithmetic, {"largest_gain": Fraction(0)})
        if concave:
            reach = _reach(profile)
            enclosed, steepest = _enclosed(profile, reach)
            suspects = np.flatnonzero(~enclosed)
            if len(suspects) == 0:
                return _enclosed_item(profile, reach * steepest)
        else:
            suspects = np.arange(len(profile.own))
        better, gain = best_deviations(profile, suspects)
        at = int(np.argmax(gain))
        if gain[at] > profile.tolerance * utility_scale(profile) or (concave and gain[at] > 0):
            return replace(_gains(profile, int(suspects[at]), float(better[at])), within=_within(profile, concave))
        if concave:
            text = (
                f"the best {profile.decision} of {profile.person(int(suspects[at]))} was not enclosed, "
                "nor a better one found"
            )
            return Item(DEVIATION, Verdict.INCONCLUSIVE, text, profile.arithmetic)
        return _covered_item(profile, nobody=not total > 0, found=float(gain[at]))


def _within(profile: Profile, concave: bool) -> Within:
    """Return what tells whether nobody gains more than an amount by another decision."""

    def told(allowed: Fraction) -> bool | None:
        with precision(BITS), np.errstate(all="ignore"):
            found = most_gained(profile, best_deviations(profile, np.arange(len(profile.own)))[0]) if concave else None
            if found is not None and (decided := _between(found, allowed)) is not None:
                return decided
            few = len(profile.own) <= COVERED_PEOPLE
            if few and all(_covered(profile, index, ball(allowed)) for index in range(len(profile.own))):
                return True
            return False if found is None and _exceeds(profile, allowed) else None

    return told


def _between(bounds: tuple[Any, Any], allowed: Fraction) -> bool | None:
    low, high = bounds
    return True if high <= allowed else False if low > allowed else None


def _exceeds(profile: Profile, allowed: Fraction) -> bool:
    """Whether somebody's gain, found in doubles, is above an amount in balls as well."""
    better, gain = best_deviations(profile, np.arange(len(profile.own)))
    index = int(np.argmax(gain))
    utility = EverybodyUtility(profile.game, profile.decided, [index])
    own, there = ball(profile.own[index]), ball(float(better[index]))
    others = ball(profile.others[index])
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


def best_deviations(profile: Profile, members: Any, points: int = 128, sections: int = 50) -> tuple[Any, Any]:
    """Return the best decisions found for some people and what they gain, in doubles: grids, refined by sections.

    The grids are even between the bounds, and by halvings towards the lower bound and around the given decision.
    """
    reading = GameReading(profile.game, Vectors())
    own, others = np.asarray(profile.own, dtype=float), np.asarray(profile.others, dtype=float)
    decided = {name: float(value) for name, value in profile.decided.items()}
    part = reading.subset(members)
    low, high, rest = part.lower, part.upper, others[members]
    span, given = high - low, own[members]

    def utility(there: Any) -> Any:
        values = np.asarray(part.utility(there, rest, decided), dtype=float)
        return np.where(np.isfinite(values), values, -np.inf)

    here = utility(given)
    # a guess: a better decision that is missed makes no verdict wrong, since `holds` rests on concavity or a cover
    tried = [low + span * k / points for k in range(points + 1)]
    tried += [low + span / 2.0**k for k in range(8, 50, 3)]
    tried += [np.clip(given + side * given / 2.0**k, low, high) for k in range(1, 30, 4) for side in (-1, 1)]
    best, value = given, here
    width = span / points
    for there in tried:
        reached = utility(there)
        better = reached > value
        best, value = np.where(better, there, best), np.where(better, reached, value)
    # a maximum between neighbours of the grid, by golden sections; fifty narrow it by 3e-11, and values tell no better
    left, right = np.maximum(best - np.minimum(width, best), low), np.minimum(best + width, high)
    ratio = (np.sqrt(5) - 1) / 2
    for _ in range(sections):
        inner, outer = right - ratio * (right - left), left + ratio * (right - left)
        rises = utility(outer) > utility(inner)
        left, right = np.where(rises, inner, left), np.where(rises, right, outer)
    middle = (left + right) / 2
    refined = utility(middle)
    better = refined > value
    return np.where(better, middle, best), np.where(better, refined, value) - here


def _out_of_bounds(profile: Profile) -> Item | None:
    """Somebody's decision that the rules do not allow."""
    low, high = profile.reading.lower, profile.reading.upper
    # over fractions and in somebody's own doubles too a bound computed in doubles may be missed by rounding
    room = profile.tolerance * float(max(abs(np.asarray(profile.own, dtype=float)), default=0))
    wrong = np.asarray((profile.own < low - room) | (profile.own > high + room), dtype=bool)
    fraction = np.asarray(profile.own % 1 != 0, dtype=bool) & profile.reading.population.decision.whole
    if np.any(fraction):
        index = int(np.argmax(fraction))
        text = f"{profile.decision} of {profile.person(index)} is {shown(profile.own[index])}, and no whole number"
        witness = {profile.role: profile.name(index), profile.decision: profile.own[index]}
        return Item(DEVIATION, Verdict.VIOLATED, text, profile.arithmetic, witness)
    if not np.any(wrong):
        return None
    index = int(np.argmax(wrong))
    at, bounds = profile.own[index], (low[index], high[index])
    text = (
        f"{profile.decision} of {profile.person(index)} is {shown(at)}, "
        f"not between {shown(bounds[0])} and {shown(bounds[1])}"
    )
    witness = {profile.role: profile.name(index), profile.decision: at, "lower": bounds[0], "upper": bounds[1]}
    return Item(DEVIATION, Verdict.VIOLATED, text, profile.arithmetic, witness)


def _reach(profile: Profile) -> Any:
    """How far from a decision the best one may be: the tolerance, relative to the largest decision."""
    reach = profile.tolerance * float(np.max(np.asarray(profile.own, dtype=float)))
    return Fraction(reach) if profile.exact else reach


def _enclosed(profile: Profile, reach: Any) -> tuple[Any, Any]:
    """Whose best decision is within reach, and the steepest slope there.

    The marginal utility rises before the decision and falls behind it, or there is a bound.
    """
    reading = profile.reading
    before, behind = np.maximum(profile.own - reach, reading.lower), np.minimum(profile.own + reach, reading.upper)
    left, right = (reading.marginal(there, profile.others, profile.decided) for there in (before, behind))
    stays = (profile.own <= reading.lower) & (left <= 0)
    rises, falls = (before <= reading.lower) | (left >= 0), (behind >= reading.upper) | (right <= 0)
    steepest = np.max(np.where(stays, 0, np.maximum(abs(left), abs(right))))
    return np.asarray(rises & falls, dtype=bool), steepest


def utility_scale(profile: Profile) -> float:
    """What a gain is relative to where utilities are not concave: the largest utility, here or at the upper bounds."""
    floats = GameReading(profile.game, Vectors())
    decided = {name: float(value) for name, value in profile.decided.items()}
    others = np.asarray(profile.others, dtype=float)
    for own in (np.asarray(profile.own, dtype=float), floats.upper):
        largest = float(np.max(np.abs(floats.utility(own, others, decided))))
        if largest > 0:
            return largest
    return 1.0


def _enclosed_item(profile: Profile, bound: Any) -> Item:
    text = (
        f"each {profile.role}'s best {profile.decision} lies within {profile.tolerance:g} of its own, "
        "relative to the largest: "
        f"the utilities are concave (shown in balls) and the marginal ones change sign there; nobody gains more than "
        f"{shown(float(bound))}"
    )
    return Item(DEVIATION, Verdict.HOLDS, text, profile.arithmetic, {"largest_gain": float(bound)})


def _gains(profile: Profile, index: int, better: float) -> Item:
    """A better decision: over fractions a simple one that is nearly as good, with its gain evaluated exactly."""
    person, own, others = profile.reading.subset([index]), profile.own[[index]], profile.others[[index]]
    tried: list[Any] = [better]
    if profile.exact:
        alone = [Fraction(1, 10**k) for k in range(7)] if not others[0] > 0 else []
        tried = [*alone, *(Fraction(better).limit_denominator(10**k) for k in range(1, 18)), Fraction(better)]

    def gained(there: Any) -> Any:
        move = np.array([min(max(there, person.lower[0]), person.upper[0])], dtype=own.dtype)
        return (person.utility(move, others, profile.decided) - person.utility(own, others, profile.decided))[0]

    gains = [gained(there) for there in tried]
    most = max(gains)
    there, gain = next((there, gain) for there, gain in zip(tried, gains, strict=True) if gain >= most * 9 / 10)
    here = profile.own[index]
    text = f"{profile.person(index)} gains {shown(gain)} by {profile.decision} {shown(there)} instead of {shown(here)}"
    witness = {profile.role: profile.name(index), profile.decision: here, "better": there, "gain": gain}
    return Item(DEVIATION, Verdict.VIOLATED, text, profile.arithmetic, witness)


def _covered_item(profile: Profile, nobody: bool, found: float) -> Item:
    """Cover each interval by balls on which the utility stays below what is reached, within the tolerance."""
    gain = (ROUNDING if nobody else profile.tolerance) * utility_scale(profile)
    people = len(profile.own)
    if nobody and _covered(profile, None, gain):
        shown_of = "for all at once"
    elif people <= COVERED_PEOPLE and all(_covered(profile, index, gain) for index in range(people)):
        shown_of = f"for each {profile.role}"
    else:
        text = (
            f"no {profile.role} was found to gain more than {found:.3g} by another {profile.decision} "
            "(grids between the bounds, refined, in doubles); that none does is not shown: "
            "the utilities were not shown to be concave"
        )
        return Item(DEVIATION, Verdict.INCONCLUSIVE, text, profile.arithmetic)
    how = f"the interval is covered by balls, {shown_of}"
    text = f"no {profile.role} gains more than {gain:.3g} by any {profile.decision}: {how}"
    return Item(DEVIATION, Verdict.HOLDS, text, profile.arithmetic, {"largest_gain": gain})


def _covered(profile: Profile, index: int | None, gain: Any) -> bool:
    """Whether U(x) − U(own) ≤ gain is shown for every x between the bounds; without an index, for all and own = 0."""
    utility = EverybodyUtility(profile.game, profile.decided, None if index is None else [index])
    concerned = slice(None) if index is None else [index]
    lower, upper = (np.asarray(bound)[concerned].tolist() for bound in (profile.reading.lower, profile.reading.upper))
    others = ball(0) if index is None else ball(profile.others[index])
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
