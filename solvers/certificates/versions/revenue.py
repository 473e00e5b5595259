"""Certify a menu of version revenue: safe, its revenue as declared, and no safe menu earns more.

Doubles cannot hold a third, so that a menu in doubles is hardly ever exactly safe, nor exactly at a buyer's valuation.
In exact arithmetic it is judged by the dearest safe menu below it that keeps those who buy: one that lies within the
violation that is reported. A menu in fractions is judged as it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.algebra import read
from ....formulations.versions.revenue import VersionRevenue
from ...readings.program import ProgramReading
from ...readings.rationals import Rationals
from ...readings.vectors import ROUNDING, Vectors
from ...solution import Certificate, Solution
from ..feasibility import Breach, breaches, unreadable
from .revenue_bound import Potential, potential
from .survey import in_floats, in_whole_numbers

BROKEN = {
    "price": "{0} has a negative price",
    "dearer_for_more": "the version after {0} in the order of epsilon costs less",
    "cheaper_per_weight": "the version after {0} in the order of epsilon costs more per weight",
}
"""What it means for a version that a row is broken."""
SMALLEST = math.ulp(0.0)


def certify_menu(model: VersionRevenue, solution: Solution, arithmetic: str, tolerance: float) -> Certificate:
    """Judge a menu of prices; see the module's text."""
    return _Check(model, solution, arithmetic, tolerance).certificate()


@dataclass(frozen=True)
class _Check:
    """One certification of a menu."""

    model: VersionRevenue
    solution: Solution
    arithmetic: str
    tolerance: float

    @cached_property
    def fractions(self) -> bool:
        """Whether the answer itself is in fractions."""
        exact = self.solution.exact
        return exact is not None and all(isinstance(price, Fraction | int) for price in exact["price"])

    @cached_property
    def reading(self) -> ProgramReading:
        """The declaration in the arithmetic in which the menu is judged."""
        return ProgramReading(self.model, Rationals() if self.fractions or self.arithmetic == "exact" else Vectors())

    @cached_property
    def price(self) -> Any:
        """The menu as it was given."""
        values = self.solution.exact if self.fractions else self.solution.values
        assert values is not None
        return self.reading.algebra.vector(values["price"])

    def certificate(self) -> Certificate:
        objection = unreadable(self.solution)
        if objection is not None:
            return self._result(False, None, np.inf, None, objection)
        worst = self._worst_breach()
        violation = 0.0 if worst is None else worst.violation
        if worst is not None and (self.fractions or violation > self.tolerance):
            # a price too small for a double is still one that is wrong
            return self._result(False, None, max(violation, SMALLEST), None, self._broken(worst))
        earned = self._revenue()
        misstated = self._misstated(earned)
        if misstated:
            return self._result(False, None, violation, None, misstated)
        return self._judged(earned, violation)

    def _worst_breach(self) -> Breach | None:
        """The largest violation of the cone; a price above all valuations is none."""
        found = breaches(self.reading, {"price": self.price})
        broken = (item for item in found if item.row != "price" or self.price[item.index] < 0)
        return max(broken, key=lambda item: item.violation, default=None)

    def _broken(self, breach: Breach) -> str:
        index = breach.index if breach.row == "price" else int(self.model.cone.order[breach.index])
        return BROKEN[breach.row].format(self.model.owner_of(index))

    def _revenue(self) -> Any:
        """What the menu earns by the declaration; a menu in doubles is judged exactly by a neighbour."""
        if self.fractions or self.arithmetic == "float":
            return self.reading.outcomes({"price": self.price})["revenue"]
        wanted, value = self.model.wanted_index, Vectors().vector(self.model.value)
        buys = value >= np.asarray(self.solution.values["price"])[wanted]
        neighbour = self.model.safe_menu(np.maximum(self.price, 0))
        if buys.any():
            neighbour = np.minimum(neighbour, self.model.menu_keeping(buys))
        kept = {"price": neighbour, "value": self.reading.data["value"][buys], "wanted": wanted[buys]}
        return read(self.model.outcomes()["revenue"], self.reading.algebra, kept)

    def _misstated(self, earned: Any) -> str | None:
        """A stated revenue, in doubles or in fractions, that is not the declaration's; None if both are."""
        values = self.solution.values
        stated, doubles = values["revenue"], ProgramReading(self.model, Vectors()).outcomes({"price": values["price"]})
        if np.ndim(stated):
            return f"revenue has {np.size(stated)} entries where one number was declared"
        # a buyer may be lost between the exact prices and their doubles, so that either statement may be meant
        if not any(
            abs(float(stated) - float(right)) <= (self.tolerance + ROUNDING) * abs(float(right))
            for right in (earned, doubles["revenue"] if self.fractions else earned)
        ):
            return f"revenue is stated as {stated}, and is {float(earned)!r} by the declaration"
        if self.fractions:
            assert self.solution.exact is not None
            stated = self.solution.exact["revenue"]
            if stated != earned:
                return f"revenue is stated as {stated}, and is {earned} by the declaration"
        return None

    def _judged(self, earned: Any, violation: float) -> Certificate:
        found = potential(in_whole_numbers(self.model) if self.arithmetic == "exact" else in_floats(self.model))
        bound = found.bound
        below = float(1 - Fraction(earned) / bound) if bound else 0.0
        if below < -(self.tolerance + ROUNDING):
            reason = f"the menu earns more than any safe menu can, {float(bound):.9g}: it is safe but for rounding only"
            return self._result(False, None, violation, None, reason)
        gap = max(0.0, below)
        if gap <= self.tolerance:
            reason = (
                f"no safe menu earns more than {float(bound):.9g}: a potential over all prices that the valuations "
                "allow, checked for every two that can go together, bounds the revenue"
            )
            return self._result(True, True, violation, gap, reason)
        return self._beaten(found, earned, violation, gap)

    def _beaten(self, found: Potential, earned: Any, violation: float, gap: float) -> Certificate:
        """The bound is above the revenue: refuted by a safe menu that earns more, evaluated by the declaration."""
        better = self.model.menu_keeping(found.survey.buys(found.menu()))
        reached = ProgramReading(self.model, Rationals()).outcomes({"price": better})["revenue"]
        if reached <= earned:
            return self._result(True, None, violation, gap, "the bound on the revenue is not reached by any menu found")
        prices = ", ".join(f"{float(price):.9g}" for price in better)
        reason = f"the safe menu ({prices}) earns {float(reached):.9g}, this one {float(earned):.9g}"
        return self._result(True, False, violation, gap, reason)

    def _result(
        self, feasible: bool, optimal: bool | None, violation: float, gap: float | None, reason: str
    ) -> Certificate:
        # several menus may earn the most, so that there is no one solution to be near to
        return Certificate(feasible, optimal, violation, gap, None, self.tolerance, self.arithmetic, reason)
