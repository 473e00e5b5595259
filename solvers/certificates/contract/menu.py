"""Certify a menu of a privacy contract: every constraint, all pairs of types included, and how far the optimum is.

The optimum is enclosed by an exactly feasible menu and by weak duality (`contract_bounds`), with the declared noise
read in balls; the group-weighted contract, which is not convex, by bounding every branch (`group_weighted_bounds`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.algebra import read
from ....formulations.contract.declaration import PrivacyContract
from ....formulations.contract.formulas import ic_slack, owner_utility, pool_left
from ...readings.program import ProgramReading
from ...readings.rationals import Rationals
from ...readings.vectors import Vectors
from ...solution import Certificate, Solution
from .enclosure import Enclosure, enclose
from .envy import favourites

ROUNDING = 2.0**-40
"""Below this, relative, what is broken is not worth a word."""


@dataclass(frozen=True)
class Breach:
    """A broken constraint: which, who breaks it, whose item tempts (of incentives), by how much, relative and in words.

    `amount` is in the constraint's own unit, `size` relative to the largest payment, the pool or the largest ε.
    """

    constraint: str
    type: int | None
    item: int | None
    amount: Any
    size: float
    text: str


@dataclass(frozen=True, eq=False)
class Menu:
    """A contract's items as somebody stated them, over fractions or in doubles.

    Examples
    --------
    >>> contract = PrivacyContract(cost=[1, 2], count=[1, 1], reward_pool=4)
    >>> algebra = Rationals()
    >>> menu = Menu(contract, algebra, algebra.vector([2, 1]), algebra.vector([2, 2]))
    >>> print(menu.breaches()[0].text)
    type 0 gains 1 by taking the item of type 1
    """

    contract: PrivacyContract
    algebra: Any
    epsilon: Any
    payment: Any

    @cached_property
    def roles(self) -> dict[str, Any]:
        """The declared data and the menu."""
        return {**self.contract.read_in(self.algebra), "epsilon": self.epsilon, "payment": self.payment}

    @cached_property
    def envied(self) -> np.ndarray:
        """For each type the item it likes best."""
        return favourites(*(np.asarray(self.roles[name]).tolist() for name in ("cost", "epsilon", "payment")))

    @cached_property
    def incentive(self) -> Any:
        """For each type what it would lose by its favourite item: not negative if the menu is incentive compatible."""
        epsilon, payment = self.epsilon, self.payment
        envied = self.envied
        return ic_slack(self.algebra, payment, epsilon, payment[envied], epsilon[envied], self.roles["cost"])

    @cached_property
    def rationality(self) -> Any:
        """For each type what it keeps."""
        return read(owner_utility, self.algebra, self.roles)

    @cached_property
    def left(self) -> Any:
        """What is left of the pool."""
        return read(pool_left, self.algebra, self.roles)

    def breaches(self) -> list[Breach]:
        """Return everything that is broken, the worst of each kind first."""
        paid = float(max(abs(self.payment))) or float(self.roles["reward_pool"])
        sold = float(max(abs(self.epsilon))) or 1.0
        found = [self._below("epsilon", self.epsilon, sold, "{} would sell {} of privacy, less than none")]
        found += [self._below("individual_rationality", self.rationality, paid, "{} loses {} by taking its own item")]
        if self.contract.hides_costs:
            found += [self._envious(paid)]
        if self.left < 0:
            size = float(-self.left) / float(self.roles["reward_pool"])
            text = f"the payments exceed the pool by {_shown(-self.left)}"
            found += [Breach("budget_balance", None, None, -self.left, size, text)]
        own, other = self.contract.ladder.twins
        apart = abs(self.epsilon[own] - self.epsilon[other])
        if len(own) and max(apart) > 0:
            at = int(np.argmax(apart))
            who, twin = int(own[at]), int(other[at])
            text = f"{self.name(who)} and {self.name(twin)} have the same cost, and items {_shown(apart[at])} apart"
            found += [Breach("equal_treatment", who, twin, apart[at], float(apart[at]) / sold, text)]
        return sorted((item for item in found if item is not None), key=lambda item: -item.size)

    def name(self, index: Any) -> str:
        """Return what a sentence calls a type."""
        return self.contract.person(index)

    def _below(self, constraint: str, slack: Any, unit: float, words: str) -> Any:
        at = int(np.argmin(slack))
        if not slack[at] < 0:
            return None
        text = words.format(self.name(at), _shown(-slack[at] if "loses" in words else slack[at]))
        return Breach(constraint, at, None, -slack[at], float(-slack[at]) / unit, text)

    def _envious(self, unit: float) -> Any:
        at = int(np.argmin(self.incentive))
        gain = -self.incentive[at]
        if not gain > 0:
            return None
        item = int(self.envied[at])
        text = f"{self.name(at)} gains {_shown(gain)} by taking the item of {self.name(item)}"
        return Breach("incentive_compatibility", at, item, gain, float(gain) / unit, text)


def menu_of(solution: Solution, exact: bool) -> Menu:
    """Return the menu of a solution: over fractions (of balls, their middles) or in doubles."""
    contract = solution.model
    assert isinstance(contract, PrivacyContract)
    algebra = Rationals() if exact else Vectors()
    stated = {name: solution.values[name] for name in ("epsilon", "payment")}
    if exact and solution.exact is not None:
        stated = {name: [_middle(entry) for entry in solution.exact[name]] for name in stated}
    return Menu(contract, algebra, algebra.vector(stated["epsilon"]), algebra.vector(stated["payment"]))


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
    if contract.estimator == "group-weighted":
        from .group_weighted import judged

        optimal, gap, reason = judged(menu, tolerance)
        distance = None
    else:
        optimal, gap, distance, reason = _judged(menu, solution, enclose(contract), tolerance)
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
    distance, worst = 0.0, ""
    for name, ours, best in (("epsilon", menu.epsilon, proved.epsilon), ("payment", menu.payment, proved.payment)):
        there = algebra.vector(best)[place]
        apart = abs(ours - there) / max(there)
        at = int(np.argmax(apart))
        far = float(apart[at]) + float(proved.reach) + _radius(solution, name) / float(max(there))
        if far > distance:
            distance = far
            worst = f"{name} of {menu.name(at)} is {float(ours[at]):.9g}, and {float(there[at]):.9g} in the best menu"
    if distance > tolerance:
        return (False if distance - 2 * float(proved.reach) > tolerance else None), gap, distance, worst
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


def _middle(entry: Any) -> Any:
    if not hasattr(entry, "mid"):
        return entry
    mantissa, exponent = entry.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _radius(solution: Solution, name: str) -> float:
    """The largest radius of a solution's balls."""
    entries = [] if solution.exact is None else solution.exact[name]
    return max((float(entry.rad()) for entry in entries if hasattr(entry, "rad")), default=0.0)


def _shown(amount: Any) -> str:
    from ...formatting import exact_number, number

    if isinstance(amount, Fraction | int):
        return exact_number(Fraction(amount), 24)
    return number(float(amount))
