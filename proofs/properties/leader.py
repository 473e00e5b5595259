"""Whether the one who decides first could do better, given how the population responds."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from typing import Any

from ...formulations.algebra import read
from ...formulations.errors import MechproofError, UnsupportedModel
from ...solvers.certificates.leader import check_leader, least_utility
from ...solvers.formatting import at_least, at_most, shown
from ...solvers.readings.balls import Balls, ball, precision
from ...solvers.readings.game import GameReading
from ...solvers.readings.rationals import Irrational
from ...solvers.readings.vectors import Vectors
from ...solvers.response import equilibrium
from ...solvers.solve import solve
from .everybody import BITS
from .profile import ROUNDING, Profile
from .results import Item, Verdict


def leader_optimality(profile: Profile, at_equilibrium: bool = True) -> Item:
    """Judge whether the one who decides first could do better, given how the population responds.

    Where the population's stated decisions are no equilibrium, its response is computed, in doubles.
    """
    name = "leader-optimality"
    leader = profile.reading.leader
    if leader is None:
        return Item(name, Verdict.NOT_APPLICABLE, "nobody decides before the others", profile.arithmetic)
    at, (low, high) = profile.decided[leader.decision.name], (leader.decision.lower, leader.decision.upper)
    if not low <= at <= high + abs(high) * profile.slack:
        text = f"{leader.decision.name} = {shown(at)} is not between {shown(low)} and {shown(high)}"
        return Item(
            name, Verdict.VIOLATED, text, profile.arithmetic, {leader.decision.name: at, "lower": low, "upper": high}
        )
    stated = profile
    try:
        if not at_equilibrium:
            profile = profile.in_floats()
            profile = profile.at(equilibrium(profile.reading, profile.decided))
        try:
            verdict = check_leader(profile.game, profile.reading, profile.decisions, profile.tolerance)
        except (Irrational, ZeroDivisionError):
            profile = profile.in_floats()
            verdict = check_leader(profile.game, profile.reading, profile.decisions, profile.tolerance)
    except MechproofError as error:
        return Item(name, Verdict.INCONCLUSIVE, str(error), profile.arithmetic)
    found = {True: Verdict.HOLDS, False: Verdict.VIOLATED, None: Verdict.INCONCLUSIVE}[verdict.optimal]
    text = f"{leader.decision.name} = {shown(at)}: {verdict.reason}"
    if found is Verdict.VIOLATED and verdict.distance_at_least is not None:
        text += f"; the best is {at_least(verdict.distance_at_least, 3)} away from here, relative"
    elif found is Verdict.HOLDS and verdict.distance is not None:
        text += f", {at_most(verdict.distance)} away from here, relative"
    if not at_equilibrium:
        text += " (judged at the equilibrium it leads to, not at the stated decisions)"
    witness = {
        leader.decision.name: at,
        "gap": verdict.gap,
        "distance": verdict.distance,
        "distance_at_least": verdict.distance_at_least,
    }
    return Item(name, found, text, profile.arithmetic, witness, within=partial(_loses_at_most, stated, at_equilibrium))


def _loses_at_most(profile: Profile, at_equilibrium: bool, allowed: Fraction) -> bool | None:
    """Whether the leader, when the population responds, has at most an amount less than at its certified optimum."""
    try:
        best = _best(profile)
        if best is None:
            return None
        low, high = _reached(profile) if at_equilibrium else _responded(profile)
        with precision(BITS):
            if best[1] - low <= ball(allowed):
                return True
            return False if best[0] - high > ball(allowed) else None
    except MechproofError:
        return None


def _best(profile: Profile) -> tuple[Any, Any] | None:
    """Return what the leader has at its optimum at least and at most; None where that is not certified."""
    best, leader = solve(profile.game), profile.reading.leader
    assert leader is not None
    gap, name = best.certificate.gap, leader.decision.name
    if not best.certificate.valid or gap is None:
        return None
    least = least_utility(GameReading(profile.game, Vectors()), float(best.values[name]))
    with precision(BITS):
        found = _leader_utility(profile, best.values)
        if least is None:
            return None
        # the gap is relative to the largest decision; the decisions it is told of are doubles' rounding away from these
        room = (ball(gap) + ball(ROUNDING)) * ball(leader.decision.upper)
        return ball(least), found + abs(found - ball(least)) + room


def _reached(profile: Profile) -> tuple[Any, Any]:
    """Return what the leader has at the stated decisions, in a ball."""
    with precision(BITS):
        utility = _leader_utility(profile, profile.decisions)
    return utility, utility


def _responded(profile: Profile) -> tuple[Any, Any]:
    """Return what the leader has at least and at most where the population responds to it."""
    floats, leader = profile.in_floats(), profile.reading.leader
    assert leader is not None
    least = least_utility(floats.reading, float(profile.decided[leader.decision.name]))
    if least is None:
        raise UnsupportedModel("the response is not enclosed")
    with precision(BITS):
        found = _leader_utility(profile, floats.at(equilibrium(floats.reading, floats.decided)).decisions)
        return ball(least), found + abs(found - ball(least))


def _leader_utility(profile: Profile, decisions: Mapping[str, Any]) -> Any:
    """Return what the leader has at decisions, in balls."""
    reading = GameReading(profile.game, Balls())
    assert reading.leader is not None
    named = {
        player.decision.name: reading.vector_or_number(decisions[player.decision.name])
        for player in profile.game.players()
    }
    return read(reading.leader.utility, reading.algebra, reading.roles(named))
