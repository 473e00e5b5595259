"""Certify an answer to the three-party market from its declaration: demand, budgets, prices; to which distance.

For fixed budgets and in the printed order an equilibrium is enclosed around the answer by the signs of the sellers'
declared marginal utilities (`Enclosing`). For fixed budgets it is the only one; that it is in the
printed order is not shown, and the certificate says so. The subgame-perfect order has a check of its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.three_party.declaration import ThreePartyMarket
from ....formulations.three_party.formulas import best_inverse_price, demand, others_inverse_price, seller_utility
from ...formatting import at_least
from ...readings.balls import precision
from ...readings.program import ProgramReading
from ...readings.rationals import Rationals
from ...readings.vectors import Vectors
from ...solution import Certificate, Solution
from ..feasibility import Feasibility, breaches, feasibility
from .boxes import Boxes, balls, intervals
from .enclosure import Box, Enclosing
from .foresight import ROUNDING, foreseen_equilibrium

BITS = 192
"""More than three times a double's, so that boxes as narrow as a double's last digit are still wide in balls."""
RULES = {"idle_price": "price", "idle_epsilon": "epsilon", "printed_epsilon": "epsilon", "demand": "quantity"}
"""The decision that each declared rule is about."""
ONLY = "the only equilibrium is enclosed around the answer"
ONE_OF_PRINTED = (
    "an equilibrium of the printed order is enclosed around the answer; that there is no other is not shown"
)


def certify_market(market: ThreePartyMarket, solution: Solution, arithmetic: str, tolerance: float) -> Certificate:
    """Judge an answer to a three-party market.

    Distances are relative to the largest price and budget, and to one more than the largest quantity, which is what the
    buyer's utility knows. The gap is the largest gain of a seller from another price, relative to α.
    """
    with precision(BITS):
        return _Check(market, solution, arithmetic, tolerance).certificate()


def not_positive(solution: Solution) -> tuple[str, int, float] | None:
    """Return the first price or budget that is not positive, where no utility has a value: its name, whose, and it."""
    for name in ("price", "epsilon"):
        values = np.asarray(solution.values[name], dtype=np.float64)
        if np.any(values <= 0):
            index = int(np.argmax(values <= 0))
            return name, index, float(values[index])
    return None


@dataclass(frozen=True)
class _Check:
    """One certification."""

    market: ThreePartyMarket
    solution: Solution
    arithmetic: str
    tolerance: float

    def certificate(self) -> Certificate:
        if (broken_domain := not_positive(self.solution)) is not None:
            name, index, value = broken_domain
            told = f"{name} of {self._person(index)} is {value:.9g}, and must be positive"
            return self._result(False, None, math.inf, told)
        if self.found.objection is not None:
            return self._result(False, None, self.found.violation, self._objection())
        violation = self.found.violation
        if self.market.subgame_perfect:
            found = foreseen_equilibrium(self.market, self.decisions, self.tolerance, self._boxes)
            return self._result(True, found.optimal, violation, found.reason, found.gap, found.distance)
        return self._simultaneous(violation)

    def _simultaneous(self, violation: float) -> Certificate:
        sells = self.market.can_sell
        idle = sells & np.asarray(self.decisions["quantity"] <= 0, dtype=bool)
        if np.any(idle):
            nobody = self._person(int(np.argmax(idle)))
            return self._result(True, False, violation, f"{nobody} sells nothing, and could at a profit")
        if not np.any(sells):
            return self._nobody_sells(violation)
        gain, who = self._best_gain()
        box = self._enclosed(sells)
        if box is None:
            if gain > max(self.tolerance, ROUNDING):
                return self._result(True, False, violation, self._gains(who, gain), gain)
            return self._result(True, None, violation, "no equilibrium was enclosed", gain)
        least, distance = self._distances(box)
        unique = self.market.fixed_budgets
        if distance <= self.tolerance:
            reason = ONLY if unique else ONE_OF_PRINTED
            return self._result(True, True, violation, reason, gain, distance)
        if unique and least > self.tolerance:
            reason = f"the only equilibrium is enclosed at a distance of {at_least(least, 3)}"
            return self._result(True, False, violation, reason, gain, distance, least)
        if gain > max(self.tolerance, ROUNDING):
            return self._result(True, False, violation, self._gains(who, gain), gain, distance)
        reason = "an equilibrium is enclosed, and not shown to be within the tolerance"
        return self._result(True, None, violation, reason, gain, distance)

    def _nobody_sells(self, violation: float) -> Certificate:
        apart = self._idle_distance()
        reason = "nobody can sell: every cost is at least what the first unit is worth to the buyer"
        if apart > self.tolerance:
            reason = f"{reason}; the answer is {at_least(apart, 3)} away from what they post then"
            return self._result(True, False, violation, reason, 0.0, apart, apart * (1 - 2.0**-50))
        return self._result(True, True, violation, reason, 0.0, max(apart, violation))

    def _enclosed(self, sells: Any) -> Box | None:
        paid = (self.decisions["price"] * (1 + self.decisions["epsilon"]))[sells]
        around = Enclosing(self.market, self._boxes).around
        return around(paid, Fraction(1, 2**46)) if self.arithmetic == "exact" else around(paid)

    @property
    def _boxes(self) -> Boxes:
        return balls() if self.arithmetic == "exact" else intervals()

    def _objection(self) -> str:
        """What speaks against the answer; of a declared rule, whose decision it is, and what was wanted."""
        assert self.found.objection is not None
        worst = max(breaches(self.reading, self.decisions), key=lambda item: item.violation, default=None)
        if worst is None or worst.violation <= self.tolerance or worst.row not in RULES:
            return self.found.objection
        name, left = RULES[worst.row], self.reading.constraints(self.decisions)[worst.row]
        value = self.decisions[name][worst.index]
        wanted = f"{float(value):.9g} where {float(value - left[worst.index]):.9g} was wanted"
        return f"{name} of {self._person(worst.index)} is {wanted}"

    def _gains(self, who: int, gain: float) -> str:
        return f"{self._person(who)} gains {gain:.3g} of α by another price"

    @cached_property
    def reading(self) -> ProgramReading:
        return ProgramReading(self.market, Rationals() if self.arithmetic == "exact" else Vectors())

    @cached_property
    def found(self) -> Feasibility:
        """What speaks against the answer before it is asked whether it is an equilibrium."""
        with np.errstate(all="ignore"):
            return feasibility(self.solution, self.reading, self.tolerance)

    @property
    def decisions(self) -> Mapping[str, Any]:
        """The decisions as fractions if the check is exact, else as doubles."""
        return self.found.decisions

    def _scale(self, name: str) -> Any:
        """What a difference in a decision is relative to."""
        largest = np.max(abs(self.decisions[name]))
        return 1 + largest if name == "quantity" else largest or 1

    def _best_gain(self) -> tuple[float, int]:
        """The largest gain of a seller from its best price, its budget being given, relative to α; and whose."""
        algebra, sells = Vectors(), self.market.can_sell
        cost, alpha = algebra.vector(self.market.cost), float(self.market.alpha)
        amount, price, epsilon = (
            np.asarray(self.decisions[name], dtype=float) for name in ("quantity", "price", "epsilon")
        )
        others = others_inverse_price(algebra, price, amount)
        here = seller_utility(algebra, 1 / price, others, amount, epsilon, cost)
        best = best_inverse_price(algebra, others, epsilon, alpha, cost)
        there = seller_utility(algebra, best, others, demand(algebra, 1 / best, epsilon, alpha), epsilon, cost)
        gains = np.where(sells, there - here, 0.0) / alpha
        who = int(np.argmax(gains))
        return max(float(gains[who]), 0.0), who

    def _distances(self, box: Box) -> tuple[float, float]:
        """How far the answer is from the equilibrium in the box at least and at most, relative in each decision.

        Who cannot sell is as far from it as from what the declaration has such a one post.
        """
        sells = self.market.can_sell
        alpha = self.reading.data["alpha"]
        ends = {
            "quantity": (alpha / box.paid[1] - 1, alpha / box.paid[0] - 1),
            "price": (1 / box.inverse[1], 1 / box.inverse[0]),
            "epsilon": box.epsilon,
        }
        idle = self._idle_distance()
        least, most = [idle * (1 - 2.0**-50)], [self.found.violation, idle]
        for name, (low, high) in ends.items():
            value, scale = self.decisions[name][sells], self._scale(name)
            least.append(np.max(np.maximum(low - value, value - high)) / scale)
            most.append(np.max(np.maximum(high - value, value - low)) / scale)
        return max(float(max(least)), 0.0), float(max(most))

    def _idle_distance(self) -> float:
        """How far those who cannot sell are from what the declaration has them post."""
        left, idle = self.reading.constraints(self.decisions), ~self.market.can_sell
        return max(
            float(np.max(abs(left[row][idle]), initial=0) / self._scale(name))
            for row, name in RULES.items()
            if row in left
        )

    def _person(self, index: int) -> str:
        return self.market.owner_of(index)

    def _result(
        self,
        feasible: bool,
        optimal: bool | None,
        violation: float,
        reason: str,
        gap: float | None = None,
        distance: float | None = None,
        nearest: float | None = None,
    ) -> Certificate:
        return Certificate(
            feasible, optimal, violation, gap, distance, self.tolerance, self.arithmetic, reason, nearest
        )
