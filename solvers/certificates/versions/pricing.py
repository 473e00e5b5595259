"""Certify prices of versions from the declaration: in the safe cone, and how far from the optimal menus.

Optimal prices are looked for once more, and shown to be optimal by multipliers that need not be believed
(`price_dual`); the answer is judged by its distance to them, or to the nearest optimal menu where there are several.
Prices of the barrier problem are judged by the norm of the gradient there: the barrier is self-concordant and the loss
convex, so that in the norm of its Hessian H

    ω(‖v* − v‖) ≤ n ‖v* − v‖,    n² = gᵀH⁻¹g,    ω(t) = t − ln(1 + t) ≥ t²/(2(1 + t)),

hence ‖v* − v‖ ≤ 2n/(1 − 2n) where n < ½ (Nesterov & Nemirovskii 1994), and each price is within that many times
√(H⁻¹)_jj of the optimum's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.versions.menu import version_weight
from ....formulations.versions.pricing import VersionPricing
from ...backends.versions.price_barrier import BarrierPoint, barrier_prices
from ...backends.versions.price_fit import fitted_prices
from ...evaluation import exact_values, to_floats
from ...readings.balls import Balls, precision, upper_bound
from ...readings.program import ProgramReading
from ...readings.rationals import Rationals
from ...readings.vectors import Vectors
from ...solution import Certificate, Solution
from .price_dual import Dual, Survey
from .tridiagonal import inverse_diagonal
from .tridiagonal import solution as tridiagonal_solution

ROUNDING = 1e-12
"""What counts as equal in floats, relative to the largest price; of more than a thousand versions, proportionally more.

A multiplier is a sum over all versions before, and so is its rounding.
"""
BITS = 256
FARTHEST = 1e100
"""Prices that many times the optimal ones are not compared with them: their squares are no doubles."""


def certify_prices(model: VersionPricing, solution: Solution, arithmetic: str, tolerance: float) -> Certificate:
    """Judge prices; see the module's text."""
    return _Check(model, solution, arithmetic, tolerance).certificate()


@dataclass(frozen=True)
class _Check:
    """One certification of a menu's prices."""

    model: VersionPricing
    solution: Solution
    arithmetic: str
    tolerance: float

    @cached_property
    def reading(self) -> ProgramReading:
        return ProgramReading(self.model, Rationals() if self.arithmetic == "exact" else Vectors())

    @cached_property
    def price(self) -> Any:
        """The prices as stated, over fractions or in floats."""
        stated, exact = self.solution.values["price"], (self.solution.exact or {}).get("price")
        if self.arithmetic == "exact" and exact is not None and all(isinstance(v, Fraction | int) for v in exact):
            stated = exact
        return self.reading.algebra.vector(stated)

    @cached_property
    def reference(self) -> Any:
        """Prices found once more, in the caller's order: over fractions or in floats, the barrier's in floats."""
        if self.model.barrier is not None:
            return barrier_prices(self.model)
        return fitted_prices(self.model, self.reading.algebra)

    @cached_property
    def scale(self) -> Any:
        """What prices are relative to: the largest optimal one."""
        return self.reading.algebra.number(max(self.reference))

    def certificate(self) -> Certificate:
        if not np.all(np.isfinite(np.asarray(self.solution.values["price"], dtype=np.float64))):
            return self._result(False, None, math.inf, "a price is not finite")
        if max(abs(float(price)) for price in self.price) > FARTHEST * float(self.scale):
            return self._result(None, False, math.inf, "a price is out of all proportion to the optimal ones")
        violation, broken = self._violation()
        if violation > self.tolerance:
            return self._result(False, None, violation, broken)
        misstated = self._misstated()
        if misstated is not None:
            return self._result(False, None, violation, misstated)
        if self.model.barrier is None:
            return self._judged_by_duality(violation)
        if not np.all(self.price > 0) or not all(np.all(s > 0) for s in self._slacks().values()):
            return self._result(False, False, violation, "a slack is not positive: the barrier is infinite there")
        return self._judged_by_gradient(violation)

    def _slacks(self) -> dict[str, Any]:
        model = self.model
        exact = model if model.barrier is None else _without_barrier(model)
        return ProgramReading(exact, self.reading.algebra).constraints({"price": self.price})

    def _violation(self) -> tuple[float, str]:
        """The largest violation relative to the largest price, and which it is."""
        worst, text = 0.0, ""
        index = int(np.argmin(self.price))
        if self.price[index] < 0:
            worst, text = float(-self.price[index] / self.scale), f"{self._version(index)} has a negative price"
        words = {
            "dearer_for_more": "{1} costs less than {0}, which has a smaller privacy budget",
            "cheaper_per_weight": "{1} costs more than its share of {0}, copies of which can be combined",
        }
        for name, slack in self._slacks().items():
            index = int(np.argmin(slack))
            if float(-slack[index] / self.scale) > worst:
                worst = float(-slack[index] / self.scale)
                text = words[name].format(*(self._version(int(i)) for i in self.model.cone.order[index : index + 2]))
        return worst, text

    def _version(self, index: int) -> str:
        names = self.model.people()
        return f"version {names[index] if names else index}"

    def _misstated(self) -> str | None:
        statements = [self.solution.values]
        if self.arithmetic == "exact":
            statements.append(self.solution.exact or {})
            found = exact_values(self.model, {"price": self.price})
            declared = {name: to_floats(found[name]) for name in self.model.outcomes()}
        else:
            declared = self.reading.outcomes({"price": self.price})
        for name, right in declared.items():
            # a loss is the rounded sum of what may be far larger parts
            room = self.tolerance * abs(right) + 2.0**-40 * float(self._loss_scale)
            for stated in (values[name] for values in statements if name in values):
                if not abs(float(stated) - right) <= room:
                    return f"{name} is stated as {float(stated):.9g}, and is {float(right):.9g} by the declaration"
        return None

    @cached_property
    def _loss_scale(self) -> Any:
        """The loss of giving everything away."""
        free = 0 * self.reading.data["target"]
        return read_loss(self.model, self.reading, free)

    def _judged_by_duality(self, violation: float) -> Certificate:
        model, algebra, data = self.model, self.reading.algebra, self.reading.data
        order, exact = model.cone.order, isinstance(algebra, Rationals)
        unit = 1 if exact else self.scale
        weight = version_weight(algebra, data["epsilon"], model.attack)[order]
        survey = Survey(
            algebra,
            weight.tolist() if exact else (weight / weight[-1]).tolist(),
            (data["target"][order] / unit).tolist(),
            model.loss,
            data["huber_width"] / unit,
            model.attack == "none",
            algebra.number(model.largest_price) / unit,
            0 if exact else ROUNDING * max(1.0, len(order) / 1000),
        )
        reference = (self.reference[order] / unit).tolist()
        price = (self.price[order] / unit).tolist()
        dual = Dual.at(survey, reference)
        short = dual.residual(reference)
        free = survey.total_loss([0 * entry for entry in price])
        lost = max(0.0, float((survey.total_loss(price) - dual.bound) / free))
        if short > (0 if exact else math.sqrt(ROUNDING) * self.tolerance):
            reason = f"the optimum was not found to more than {float(short):.3g}"
            return self._result(True, None, violation, reason, lost)
        if model.loss == "squared":
            # the loss grows by the square of the distance at least
            near = max(abs(v - u) for v, u in zip(price, reference, strict=True)) * (unit / self.scale)
            distance = float(near) + math.sqrt(float(short))
            if distance > self.tolerance and float(near) - math.sqrt(float(short)) <= self.tolerance:
                return self._result(True, None, violation, "the optimum is not known closely enough", lost, distance)
            unique = True
        else:
            distance, unique = self._to_the_set(dual, price), dual.spread <= self.tolerance * (self.scale / unit)
        reason = "the optimal menu is known by its multipliers"
        if not unique:
            reason = f"there are several optimal menus, and one is within {distance:.3g} of the prices"
        if distance > self.tolerance:
            nearest = "the optimal menu" if unique else "the nearest optimal menu"
            return self._result(True, False, violation, f"{nearest} is {distance:.3g} away", lost, distance)
        return self._result(True, True, violation, reason, lost, distance if unique else None)

    def _to_the_set(self, dual: Dual, price: Any) -> float:
        """The distance to the nearest optimal menu, relative; from above, to a few per cent."""
        exact = isinstance(self.reading.algebra, Rationals)
        scale = self.scale if exact else 1.0
        number = Fraction if exact else float
        if dual.optimal_near(price, 0 * price[0]):
            return 0.0
        if not dual.optimal_near(price, scale * number(self.tolerance)):
            low, high = math.log10(self.tolerance), 1.0
        else:
            low, high = -17.0, math.log10(self.tolerance)
        for _ in range(3 if exact and len(price) > 500 else 9):
            middle = (low + high) / 2
            if dual.optimal_near(price, scale * number(10**middle)):
                high = middle
            else:
                low = middle
        return min(10**high, self.tolerance) if low < math.log10(self.tolerance) else 10**high

    def _judged_by_gradient(self, violation: float) -> Certificate:
        with precision(BITS), np.errstate(all="ignore"):
            algebra: Any = Balls() if self.arithmetic == "exact" else Vectors()
            found = _shown_distance(self.model, algebra, self.reference)
        if found is None or not math.isfinite(found):
            return self._result(True, None, violation, "the barrier's optimum was not enclosed")
        scale = float(self.scale)
        apart = float(np.max(np.abs(np.asarray(self.price, dtype=np.float64) - self.reference)))
        distance = (apart * (1 + 2.0**-50) + found) / scale
        gap = float(self.model.cone.logarithm_count / self.model.barrier)
        reason = f"the barrier's optimum is enclosed; its loss is at most {gap:.3g} above the exact problem's"
        optimal: bool | None = distance <= self.tolerance
        if not optimal and apart - found <= self.tolerance * scale:
            optimal, reason = None, "the barrier's optimum was not enclosed closely enough"
        elif not optimal:
            reason = f"the barrier's optimum is {distance:.3g} away"
        return self._result(True, optimal, violation, reason, None, distance)

    def _result(
        self,
        feasible: bool | None,
        optimal: bool | None,
        violation: float,
        reason: str,
        gap: float | None = None,
        distance: float | None = None,
    ) -> Certificate:
        return Certificate(feasible, optimal, violation, gap, distance, self.tolerance, self.arithmetic, reason)


def read_loss(model: VersionPricing, reading: ProgramReading, price: Any) -> Any:
    """Return the declared loss of prices."""
    return reading.outcomes({"price": price})["loss"]


def _without_barrier(model: VersionPricing) -> VersionPricing:
    return VersionPricing(
        epsilon=model.epsilon,
        target=model.target,
        loss=model.loss,
        huber_width=model.huber_width,
        attack=model.attack,
        version=model.version,
    )


def _shown_distance(model: VersionPricing, algebra: Any, price: Any) -> float | None:
    """Return how far at most, in money, given prices are from the barrier problem's optimum, or None if unknown."""
    data, order = model.read_in(algebra), model.cone.order
    weight = version_weight(algebra, data["epsilon"], model.attack)[order]
    target, weigh = data["target"][order], data["barrier"]
    held = np.abs(price - np.asarray(model.target, dtype=np.float64)) <= ROUNDING * float(max(model.target))
    held = held[order] if model.loss == "absolute" else np.zeros(len(order), dtype=bool)
    at = np.where(held, target, algebra.vector(price)[order])
    point = BarrierPoint(model.cone, algebra, weight, at)
    if not point.inside:
        return None
    diagonal, beside = point.hessian
    gradient = point.gradient
    apart = at - target
    if model.loss == "squared":
        gradient, diagonal = gradient + 2 * weigh * apart, diagonal + 2 * weigh
    elif model.loss == "huber":
        width = data["huber_width"]
        gradient = gradient + 2 * weigh * algebra.maximum(algebra.minimum(apart, width), -width)
    else:
        sides = np.where(np.asarray(price)[order] > np.asarray(model.target, dtype=np.float64)[order], 1, -1)
        free = algebra.maximum(algebra.minimum(-gradient, weigh), -weigh)
        gradient = gradient + np.where(held, free, weigh * sides)
    squared = _above(np.sum(gradient * tridiagonal_solution(diagonal, beside, gradient)))
    if not 0 <= squared < 0.25**2:
        return None
    norm = math.sqrt(squared) * (1 + 2.0**-50)  # of the bound: a ball around zero has no root itself
    widest = max(_above(root) for root in algebra.sqrt(inverse_diagonal(diagonal, beside)))
    return 2 * norm / (1 - 2 * norm) * widest


def _above(value: Any) -> float:
    """Return a float that is not below a number or ball; infinite if the ball is not bounded."""
    if isinstance(value, float):
        return float(value)
    return math.nextafter(float(upper_bound(value)), math.inf) if value.is_finite() else math.inf
