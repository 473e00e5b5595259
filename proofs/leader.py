"""Whether the one who decides first could do better, given how the population responds."""

from __future__ import annotations

from ..formulations.errors import MechproofError
from ..solvers.general.share_function import equilibrium
from ..solvers.leader_check import check_leader
from ..solvers.readings.rationals import Irrational
from .case import Case, shown
from .results import Item, Verdict


def leader_optimality(case: Case, at_equilibrium: bool = True) -> Item:
    """Judge whether the one who decides first could do better, given how the population responds.

    Where the population's stated decisions are no equilibrium, its response is computed, in doubles.
    """
    name = "leader-optimality"
    leader = case.play.leader
    if leader is None:
        return Item(name, Verdict.NOT_APPLICABLE, "nobody decides before the others", case.arithmetic)
    at, (low, high) = case.decided[leader.decision.name], (leader.decision.lower, leader.decision.upper)
    if not low <= at <= high + abs(high) * case.slack:
        text = f"{leader.decision.name} = {shown(at)} is not between {shown(low)} and {shown(high)}"
        return Item(
            name, Verdict.VIOLATED, text, case.arithmetic, {leader.decision.name: at, "lower": low, "upper": high}
        )
    try:
        if not at_equilibrium:
            case = case.in_floats()
            case = case.at(equilibrium(case.play, case.decided))
        try:
            verdict = check_leader(case.game, case.play, case.decisions, case.tolerance)
        except (Irrational, ZeroDivisionError):
            case = case.in_floats()
            verdict = check_leader(case.game, case.play, case.decisions, case.tolerance)
    except MechproofError as error:
        return Item(name, Verdict.INCONCLUSIVE, str(error), case.arithmetic)
    found = {True: Verdict.HOLDS, False: Verdict.VIOLATED, None: Verdict.INCONCLUSIVE}[verdict.optimal]
    text = f"{leader.decision.name} = {shown(at)}: {verdict.reason}"
    if found is Verdict.VIOLATED and verdict.distance is not None:
        text += f", {verdict.distance:.3g} away from here, relative"
    elif found is Verdict.HOLDS and verdict.distance is not None:
        text += f", at most {verdict.distance:.2g} away from here, relative"
    if not at_equilibrium:
        text += " (judged at the equilibrium it leads to, not at the stated decisions)"
    witness = {leader.decision.name: at, "gap": verdict.gap, "distance": verdict.distance}
    return Item(name, found, text, case.arithmetic, witness)
