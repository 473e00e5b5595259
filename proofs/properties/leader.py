"""Whether the one who decides first could do better, given how the population responds."""

from __future__ import annotations

from ...formulations.errors import MechproofError
from ...solvers.certificates.leader import check_leader
from ...solvers.formatting import at_least, at_most, shown
from ...solvers.readings.rationals import Irrational
from ...solvers.response import equilibrium
from .profile import Profile
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
    return Item(name, found, text, profile.arithmetic, witness)
