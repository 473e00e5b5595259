"""Certify a menu of a privacy contract: every constraint, all pairs of types included, and how far the optimum is.

The optimum is enclosed by an exactly feasible menu and by weak duality (`enclosure`), with the declared noise read in
balls; the group-weighted contract, which is not convex, by bounding every branch (`group_weighted`).
"""

from __future__ import annotations

import math

import numpy as np

from ....formulations.contract.declaration import PrivacyContract
from ....formulations.errors import UnsupportedModel
from ...readings.program import ProgramReading
from ...readings.rationals import Rationals
from ...readings.vectors import Vectors
from ...solution import Certificate, Solution
from .enclosure import Enclosure, enclose
from .group_weighted import judged
from .items import Menu, menu_of

ROUNDING = 2.0**-40
"""Below this, relative, what is broken is not worth a word."""
ULPS = 2.0**-50
"""What a distance is off by in doubles: both ends and their quotient are right to 2⁻⁵³ of the largest entry."""


def neighbour(contract: PrivacyContract, proved: Enclosure) -> Menu:
    """Return the exactly feasible menu of an enclosure, in the caller's order."""
    place = contract.ladder.place
    return Menu(contract, Rationals(), proved.menu_epsilon[place], proved.menu_payment[place])


def certify_contract(contract: PrivacyContract, solution: Solution, arithmetic: str, tolerance: float) -> Certificate:
    """Judge a contract's menu; see the module's text."""
    stated = [np.asarray(solution.values[name], dtype=np.float64) for name in ("epsilon", "payment")]
    if not all(np.all(np.isfinite(entries)) for entries in stated):
        reason = "an item of the menu is not finite"
        return Certificate(False, None, math.inf, None, None, tolerance, arithmetic, reason)
    menu = menu_of(solution, arithmetic == "exact")
    broken = next(iter(menu.breaches()), None)
    violation = 0.0 if broken is None else broken.size
    misstated = _misstated(contract, solution, tolerance)
    distance = None
    try:
        if contract.estimator == "group-weighted":
            optimal, gap, reason = judged(menu, tolerance)
        else:
            optimal, gap, distance, reason = _judged(menu, solution, enclose(contract), tolerance)
    except UnsupportedModel as error:
        optimal, gap, reason = None, None, str(error)
    if broken is not None and violation > tolerance:
        return Certificate(False, None, violation, gap, distance, tolerance, arithmetic, broken.text)
    if misstated is not None:
        return Certificate(False, None, violation, gap, distance, tolerance, arithmetic, misstated)
    if violation > ROUNDING:
        assert broken is not None
        reason = f"{reason}; within the tolerance, {broken.text}"
    return Certificate(True, optimal, violation, gap, distance, tolerance, arithmetic, reason)


def _judged(
    menu: Menu, solution: Solution, proved: Enclosure, tolerance: float
) -> tuple[bool | None, float | None, float | None, str]:
    """Return whether the menu is the best one, its gap and its distance, and why."""
    place, algebra = menu.contract.ladder.place, menu.algebra
    owners = float(sum(menu.contract.count))
    with np.errstate(all="ignore"):
        reading = ProgramReading(menu.contract, Vectors())
        reached = float(reading.objective({"epsilon": np.asarray(menu.epsilon, dtype=np.float64)}))
    least = owners + float(proved.least_excess)
    gap = max(reached - least, 0.0) / least if math.isfinite(reached) else math.inf
    if proved.reach is None:
        return None, gap, None, "the optimum was not enclosed closely enough"
    distance, at_least, worst = 0.0, -math.inf, ""
    for name, ours, best in (("epsilon", menu.epsilon, proved.epsilon), ("payment", menu.payment, proved.payment)):
        there = algebra.vector(best)[place]
        apart = abs(ours - there) / max(there)
        at = int(np.argmax(apart))
        loose = float(proved.reach) + _radius(solution, name) / float(max(there))
        loose += 0 if isinstance(algebra, Rationals) else ULPS
        distance = max(distance, float(apart[at]) + loose)
        if float(apart[at]) - loose > at_least:
            at_least = float(apart[at]) - loose
            worst = f"{name} of {menu.name(at)} is {float(ours[at]):.9g}, and {float(there[at]):.9g} in the best menu"
    if distance > tolerance:
        # refuted by the least distance alone: the largest may be loose
        return (False if at_least > tolerance else None), gap, distance, worst
    if broken := neighbour(menu.contract, proved).breaches():
        return None, gap, distance, f"no exactly feasible menu was found: {broken[0].text}"
    reason = "an exactly feasible menu lies within the distance, and weak duality bounds what any menu attains"
    return True, gap, distance, reason


def _misstated(contract: PrivacyContract, solution: Solution, tolerance: float) -> str | None:
    """An outcome that is not what the declaration says of the menu; None if all are."""
    values = solution.values
    with np.errstate(all="ignore"):
        menu = {name: np.asarray(values[name], dtype=np.float64) for name in ("epsilon", "payment")}
        declared = ProgramReading(contract, Vectors()).outcomes(menu)
        for name, unit in (("owner_utility", float(np.max(np.abs(menu["payment"])))), ("variance", 0.0)):
            ours, right = np.atleast_1d(values[name]), np.atleast_1d(declared[name])
            if ours.shape != right.shape:
                return f"{name} has {ours.size} entries where {right.size} were declared"
            wrong = (ours != right) & ~(np.abs(ours - right) <= tolerance * np.abs(right) + 2.0**-40 * unit)
            if np.any(wrong):
                at = int(np.argmax(wrong))
                who = "" if name == "variance" else f" of {menu_of(solution, False).name(at)}"
                return f"{name}{who} is stated as {ours[at]:.9g}, and is {right[at]:.9g} by the declaration"
    return None


def _radius(solution: Solution, name: str) -> float:
    """The largest radius of a solution's balls."""
    entries = [] if solution.exact is None else solution.exact[name]
    return max((float(entry.rad()) for entry in entries if hasattr(entry, "rad")), default=0.0)
