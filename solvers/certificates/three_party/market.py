"""Certify an answer to the three-party market from its declaration: demand, budgets, prices; to which distance.

For fixed budgets and in the printed order an equilibrium is enclosed around the answer by the signs of the sellers'
declared marginal utilities (see `three_party_enclosure`). For fixed budgets it is the only one; that it is in the
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

from ....formulations.three_party.declaration import ThreePartyMarket, best_inverse_price, demand, seller_utility
from ...backends.three_party.replies import capped_epsilon
from ...readings.balls import precision
from ...readings.program import ProgramReading
from ...readings.rationals import Rationals
from ...readings.vectors import Vectors
from ...solution import Certificate, Solution
from .enclosure import Box, balls, intervals
from .foresight import foreseen_equilibrium

BITS = 192


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
        for decision in self.market.decisions():
            if not np.all(np.isfinite(self.solution.values[decision.name])):
                return self._result(False, None, math.inf, f"{decision.name} is not finite")
        if (broken_domain := not_positive(self.solution)) is not None:
            name, index, value = broken_domain
            return self._result(
                False, None, math.inf, f"{name} of {self._person(index)} is {value:.9g}, and must be positive"
            )
        violation, broken = self._violation()
        if violation > self.tolerance:
            return self._result(False, None, violation, broken)
        if (misstated := self._misstated()) is not None:
            return self._result(False, None, violation, misstated)
        if self.market.epsilon is None and self.market.order == "subgame-perfect":
            found = foreseen_equilibrium(self.market, self.solution.values, self.tolerance)
            if self.arithmetic == "exact" and found.optimal:
                reason = "best replies that foresee the buyer are searched for in doubles only; certify in floats"
                return self._result(True, None, violation, reason, found.gap)
            return self._result(True, found.optimal, violation, found.reason, found.gap, found.distance)
        return self._simultaneous(violation)

    def _simultaneous(self, violation: float) -> Certificate:
        sells = self.market.can_sell
        idle = sells & np.asarray(self.decisions["quantity"] <= 0, dtype=bool)
        if np.any(idle):
            nobody = self._person(int(np.argmax(idle)))
            return self._result(True, False, violation, f"{nobody} sells nothing, and could at a profit")
        listed = ~sells & np.asarray(self.decisions["quantity"] > 0, dtype=bool)
        if np.any(listed):  # however little it sells, its price counts in everybody's share of the market
            somebody = self._person(int(np.argmax(listed)))
            return self._result(True, False, violation, f"{somebody} sells, and never can at a profit")
        if not np.any(sells):
            reason = "nobody can sell: every cost is at least what the first unit is worth to the buyer"
            return self._result(True, True, violation, reason, 0.0, 0.0)
        gain, who = self._best_gain()
        paid = (self.decisions["price"] * (1 + self.decisions["epsilon"]))[sells]
        exact = self.arithmetic == "exact"
        around = (balls if exact else intervals)(self.market)
        box = around.around(paid, Fraction(1, 2**46)) if exact else around.around(paid)
        if box is None:
            refuted = gain > self.tolerance
            reason = (
                f"{self._person(who)} gains {gain:.3g} of α by another price"
                if refuted
                else "no equilibrium was enclosed"
            )
            return self._result(True, False if refuted else None, violation, reason, gain)
        distance = self._distance(box)
        if self.market.epsilon is not None:
            reason = "the only equilibrium is enclosed around the answer"
        else:
            reason = (
                "an equilibrium of the printed order is enclosed around the answer; that there is no other is not shown"
            )
        near = distance <= self.tolerance
        if not near:
            reason = f"{reason}, at a distance"
        optimal = True if near else False if self.market.epsilon is not None or gain > self.tolerance else None
        return self._result(True, optimal, violation, reason, gain, distance)

    @cached_property
    def reading(self) -> ProgramReading:
        return ProgramReading(self.market, Rationals() if self.arithmetic == "exact" else Vectors())

    @cached_property
    def decisions(self) -> Mapping[str, Any]:
        """The decisions as fractions if the check is exact, else as doubles."""
        chosen, exact = {}, self.solution.exact or {}
        for decision in self.market.decisions():
            value = exact.get(decision.name)
            rational = value is not None and all(isinstance(entry, Fraction | int) for entry in np.ravel(value))
            stated = value if self.arithmetic == "exact" and rational else self.solution.values[decision.name]
            chosen[decision.name] = self.reading.vector_or_number(stated)
        return chosen

    def _scale(self, name: str) -> Any:
        """What a difference in a decision is relative to."""
        largest = max(abs(self.decisions[name]))
        return 1 + largest if name == "quantity" else largest or 1

    def _violation(self) -> tuple[float, str]:
        """The largest violation of a bound, of the demand or of the printed budget, relative, and which."""
        worst, text = 0.0, ""
        algebra, data = self.reading.algebra, self.reading.data
        sides = []
        for decision in self.market.decisions():
            value = self.decisions[decision.name]
            low, high = self.reading.vector_or_number(decision.lower), self.reading.vector_or_number(decision.upper)
            sides += [(decision.name, value, low - value, low), (decision.name, value, value - high, high)]
        amount, price, epsilon = (self.decisions[name] for name in ("quantity", "price", "epsilon"))
        wanted = demand(algebra, price, epsilon, data["alpha"])
        sides.append(("quantity", amount, abs(amount - wanted), wanted))
        if self.market.epsilon is None and self.market.order == "printed":
            asked = self._printed_epsilon()
            sides.append(("epsilon", epsilon, abs(epsilon - asked), asked))
        for name, value, excess, right in sides:
            relative = excess / self._scale(name)
            index = int(np.argmax(relative))
            if float(relative[index]) > worst:
                worst = float(relative[index])
                at = f"{float(value[index]):.9g} where {float(right[index]):.9g} was wanted"
                text = f"{name} of {self._person(index)} is {at}"
        return worst, text

    def _printed_epsilon(self) -> Any:
        """The least of the cap and (59) at what is paid for a unit; the cap of one who does not sell."""
        data = self.reading.data
        paid = self.decisions["price"] * (1 + self.decisions["epsilon"])
        cap = data["epsilon_max"]
        left = data["alpha"] - data["privacy_weight"] - paid
        asked = paid * 0 + cap
        below = np.asarray((self.decisions["quantity"] > 0) & (left * cap > data["privacy_weight"]), dtype=bool)
        if np.any(below):
            asked[below] = capped_epsilon(self.reading.algebra, paid[below], data["alpha"], data["privacy_weight"], cap)
        return asked

    def _misstated(self) -> str | None:
        """An outcome that is not what the declaration says of the decisions; None if all are."""
        values = self.solution.values
        floats = ProgramReading(self.market, Vectors())
        with np.errstate(all="ignore"):
            declared = floats.outcomes({item.name: values[item.name] for item in self.market.decisions()})
        for name, right in declared.items():
            stated, right = np.atleast_1d(values[name]), np.atleast_1d(right)
            if stated.shape != right.shape:
                return f"{name} has {stated.size} entries where {right.size} were declared"
            if right.dtype == bool:
                wrong = stated.astype(bool) != right
            else:
                unit = 0.0 if name == "inverse_price" else float(self.market.alpha)
                rounding = 2.0**-40 * max(float(np.max(np.abs(right))), unit)
                wrong = ~(np.abs(stated - right) <= self.tolerance * np.abs(right) + rounding)
            if np.any(wrong):
                index = int(np.argmax(wrong))
                who = f" of {self._person(index)}" if np.ndim(values[name]) else ""
                return f"{name}{who} is stated as {stated[index]}, and is {right[index]} by the declaration"
        return None

    def _best_gain(self) -> tuple[float, int]:
        """The largest gain of a seller from its best price, its budget being given, relative to α; and whose."""
        algebra, sells = Vectors(), self.market.can_sell
        cost, alpha = algebra.vector(self.market.cost), float(self.market.alpha)
        amount, price, epsilon = (
            np.asarray(self.decisions[name], dtype=float) for name in ("quantity", "price", "epsilon")
        )
        listed = np.where(amount > 0, 1 / price, 0.0)
        others = listed.sum() - listed
        here = seller_utility(algebra, 1 / price, others, amount, epsilon, cost)
        best = best_inverse_price(algebra, others, epsilon, alpha, cost)
        there = seller_utility(algebra, best, others, demand(algebra, 1 / best, epsilon, alpha), epsilon, cost)
        gains = np.where(sells, there - here, 0.0) / alpha
        who = int(np.argmax(gains))
        return max(float(gains[who]), 0.0), who

    def _distance(self, box: Box) -> float:
        """How far the answer is from the equilibrium in the box at most, relative in each decision."""
        sells = self.market.can_sell
        alpha = self.reading.data["alpha"]
        ends = {
            "quantity": (alpha / box.paid[1] - 1, alpha / box.paid[0] - 1),
            "price": (1 / box.inverse[1], 1 / box.inverse[0]),
            "epsilon": box.epsilon,
        }
        apart = [
            max(abs(self.decisions[name][sells] - end)) / self._scale(name)
            for name, pair in ends.items()
            for end in pair
        ]
        return float(max(apart))

    def _person(self, index: int) -> str:
        return self.market.person(index)

    def _result(
        self,
        feasible: bool,
        optimal: bool | None,
        violation: float,
        reason: str,
        gap: float | None = None,
        distance: float | None = None,
    ) -> Certificate:
        return Certificate(feasible, optimal, violation, gap, distance, self.tolerance, self.arithmetic, reason)
