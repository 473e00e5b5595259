"""No profitable deviation: whether anybody gains by another decision, anywhere between the bounds, on its own.

A utility that is shown to be concave in the own decision over the whole interval has its best decision where the
declared marginal utility changes its sign, so two signs around a decision enclose the best one. Elsewhere the interval
is covered by balls on each of which the utility is shown to stay below what is reached. A better decision, found on a
grid and refined, refutes.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.errors import UnsupportedModel
from ...solvers.certificates.better_pieces import better_elsewhere
from ...solvers.certificates.equilibrium import exactly_stationary
from ...solvers.certificates.feasibility import outside_set
from ...solvers.certificates.pieces import nobody_gains
from ...solvers.certificates.whole import other_decisions
from ...solvers.formatting import shown
from ...solvers.readings.balls import precision
from ...solvers.readings.piece_game import lines_of_steps
from ...solvers.readings.rationals import Irrational
from .better_decisions import best_deviations, utility_scale
from .everybody import BITS
from .gains import COVERED_PEOPLE, concave_everywhere, gains_at_most, gains_within
from .profile import ROUNDING, Profile
from .results import Item, Verdict

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
    if profile.reading.population.decision.discrete:
        return _tried_item(profile)
    try:
        return _judged(profile)
    except Irrational:
        return _judged(profile.in_floats())


def _tried_item(profile: Profile) -> Item:
    """Try every other decision of those there are."""
    tried = other_decisions(profile.reading, profile.own, profile.decided, profile.person)
    verdict = {True: Verdict.VIOLATED, False: Verdict.HOLDS, None: Verdict.INCONCLUSIVE}[tried.better]
    if tried.who is None:
        return Item(DEVIATION, verdict, tried.reason, profile.arithmetic)
    witness = {
        profile.role: profile.name(tried.who),
        profile.decision: profile.own[tried.who],
        "better": tried.there,
        "gain": tried.gain,
    }
    return Item(DEVIATION, verdict, tried.reason, profile.arithmetic, witness)


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
        if not concave and (item := _by_pieces(profile)) is not None:
            return item
        better, gain = best_deviations(profile, suspects)
        at = int(np.argmax(gain))
        if gain[at] > profile.tolerance * utility_scale(profile) or (concave and gain[at] > 0):
            return replace(_gains(profile, int(suspects[at]), float(better[at])), within=gains_within(profile, concave))
        if concave:
            text = (
                f"the best {profile.decision} of {profile.person(int(suspects[at]))} was not enclosed, "
                "nor a better one found"
            )
            return Item(DEVIATION, Verdict.INCONCLUSIVE, text, profile.arithmetic)
        return _covered_item(profile, nobody=not total > 0, found=float(gain[at]))


def _by_pieces(profile: Profile) -> Item | None:
    """Judge utilities with steps or kinks, piece by piece; None where they have none, or nothing is shown."""
    if not lines_of_steps(profile.game, steps_only=False):
        return None
    gain = profile.tolerance * utility_scale(profile)
    try:
        better = better_elsewhere(profile.game, profile.own, profile.decided, gain)
        if better is not None:
            witness = {
                profile.role: profile.name(better.index),
                profile.decision: better.here,
                "better": better.there,
                "gain": better.gain,
            }
            return Item(DEVIATION, Verdict.VIOLATED, better.told(profile.game), profile.arithmetic, witness)
        if not nobody_gains(profile.game, profile.own, profile.decided, gain):
            return None
    except (UnsupportedModel, ZeroDivisionError, TypeError):
        return None
    text = (
        f"no {profile.role} gains more than {gain:.3g} by any other {profile.decision}, piece by piece between the "
        "steps and kinks of its utility, thresholds included (shown in balls)"
    )
    return Item(DEVIATION, Verdict.HOLDS, text, profile.arithmetic, {"largest_gain": gain})


def _out_of_bounds(profile: Profile) -> Item | None:
    """Somebody's decision that the rules do not allow."""
    low, high = profile.reading.lower, profile.reading.upper
    # over fractions and in somebody's own doubles too a bound computed in doubles may be missed by rounding
    room = profile.tolerance * float(max(abs(np.asarray(profile.own, dtype=float)), default=0))
    wrong = np.asarray((profile.own < low - room) | (profile.own > high + room), dtype=bool)
    decision = profile.reading.population.decision
    beyond = decision.among and next(outside_set(profile.game, decision, profile.own, profile.reading), None)
    if beyond:
        witness = {profile.role: profile.name(beyond.index), profile.decision: profile.own[beyond.index]}
        return Item(DEVIATION, Verdict.VIOLATED, beyond.text, profile.arithmetic, witness)
    fraction = np.asarray(profile.own % 1 != 0, dtype=bool) & decision.whole
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
    if nobody and gains_at_most(profile, None, gain):
        shown_of = "for all at once"
    elif people <= COVERED_PEOPLE and all(gains_at_most(profile, index, gain) for index in range(people)):
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
