"""Certify a menu of a privacy contract: every constraint, all pairs of types included, and how far the optimum is.

The optimum is enclosed by an exactly feasible menu and by weak duality (`enclosure`), with the declared noise read in
balls; the group-weighted contract, which is not convex, by bounding every branch (`group_weighted`).
"""

from __future__ import annotations

import math

import numpy as np

from ....formulations.contract.declaration import PrivacyContract
from ....formulations.data import as_floats
from ....formulations.errors import UnsupportedModel
from ...evaluation import reading_of
from ...readings.program import ProgramReading
from ...readings.quotients import Quotients, doubles_of, fractions_of
from ...readings.rationals import Rationals
from ...readings.vectors import ROUNDING, Vectors
from ...solution import Certificate, Solution
from ..feasibility import feasibility
from .enclosure import Enclosure, enclose
from .group_weighted import judged
from .items import Judgement, Menu, menu_of

ULPS = 2.0**-50
"""What a distance is off by in doubles: both ends and their quotient are right to 2⁻⁵³ of the largest entry."""


def neighbour(contract: PrivacyContract, proved: Enclosure) -> Menu:
    """Return the exactly feasible menu of an enclosure, in the caller's order."""
    place = contract.ladder.place
    return Menu(contract, Rationals(), proved.menu_epsilon[place], proved.menu_payment[place])


def certify_contract(contract: PrivacyContract, solution: Solution, arithmetic: str, tolerance: float) -> Certificate:
    """Judge a contract's menu; see the module's text."""
    exact = arithmetic == "exact"
    found = feasibility(solution, reading_of(contract, Rationals() if exact else Vectors()), tolerance)
    if not found.decisions:
        return found.certificate(tolerance, arithmetic)
    menu = menu_of(solution, exact)
    # all pairs of types, of which beyond `ALL_PAIRS` only neighbours are declared; and who is harmed, in words
    broken = next(iter(menu.breaches()), None)
    harm = 0.0 if broken is None else broken.size
    try:
        verdict = (
            judged(menu, tolerance) if contract.estimator == "group-weighted" else _enclosed(menu, solution, tolerance)
        )
    except UnsupportedModel as error:
        verdict = Judgement(None, None, str(error))
    objection, reason = found.objection, verdict.reason
    if broken is not None and (harm > tolerance or (objection is not None and found.violation > tolerance)):
        objection = broken.text
    elif broken is not None and harm > ROUNDING:
        reason = f"{reason}; within the tolerance, {broken.text}"
    feasible = objection is None
    return Certificate(
        feasible,
        verdict.optimal if feasible else None,
        max(found.violation, harm),
        verdict.gap,
        verdict.distance,
        tolerance,
        arithmetic,
        reason if objection is None else objection,
        verdict.distance_at_least,
    )


def _enclosed(menu: Menu, solution: Solution, tolerance: float) -> Judgement:
    """Judge a menu under the unweighted variance by where the best one lies."""
    proved = enclose(menu.contract)
    place, algebra = menu.contract.ladder.place, menu.algebra
    owners = float(np.sum(as_floats(menu.contract.count)))
    with np.errstate(all="ignore"):
        reading = ProgramReading(menu.contract, Vectors())
        reached = float(reading.objective({"epsilon": np.asarray(menu.epsilon, dtype=np.float64)}))
    least = owners + float(proved.least_excess)
    gap = max(reached - least, 0.0) / least if math.isfinite(reached) else math.inf
    if proved.reach is None:
        return Judgement(None, gap, "the optimum was not enclosed closely enough")
    distance, at_least, worst = 0.0, 0.0, "the best menu was not enclosed closely enough"
    read = fractions_of if isinstance(algebra, Rationals) else doubles_of
    for name, ours, best in zip(("epsilon", "payment"), (menu.epsilon, menu.payment), proved.near, strict=True):
        there = read(best)[place]
        largest = np.max(there)
        apart = abs(ours - there) / largest
        at = int(np.argmax(apart))
        loose = float(proved.reach) + _radius(solution, name) / float(largest)
        loose += 0 if isinstance(algebra, Rationals) else ULPS
        distance = max(distance, float(apart[at]) + loose)
        if float(apart[at]) - loose > at_least:
            at_least = float(apart[at]) - loose
            worst = f"{name} of {menu.name(at)} is {float(ours[at]):.9g}, and {float(there[at]):.9g} in the best menu"
    if distance > tolerance:
        # refuted by the least distance alone: the largest may be loose
        return Judgement(False if at_least > tolerance else None, gap, worst, distance, at_least or None)
    if broken := Menu(menu.contract, Quotients(), *(entries[place] for entries in proved.menu)).breaches():
        return Judgement(None, gap, f"no exactly feasible menu was found: {broken[0].text}", distance)
    reason = "an exactly feasible menu lies within the distance, and weak duality bounds what any menu attains"
    return Judgement(True, gap, reason, distance)


def _radius(solution: Solution, name: str) -> float:
    """The largest radius of a solution's balls."""
    entries = [] if solution.exact is None else solution.exact[name]
    return max((float(entry.rad()) for entry in entries if hasattr(entry, "rad")), default=0.0)
