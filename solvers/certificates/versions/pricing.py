"""Certify prices of versions from the declaration: in the safe cone, and how far from the optimal menus.

The answer itself is tried as an optimum, shown by multipliers that need not be believed (`price_dual`); where it does
not show itself, optimal prices are looked for (`price_search`) and shown in the same way. The answer is judged by its
distance to them, or to the nearest optimal menu where there are several. Prices of the barrier problem are improved by
steps of our own, and judged by how far from the improved ones the optimum can be (`barrier`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.data import as_fractions
from ....formulations.versions.pricing import VersionPricing
from ...evaluation import exact_values
from ...readings.balls import Balls, precision
from ...readings.program import ProgramReading
from ...readings.rationals import Rationals
from ...readings.vectors import Vectors
from ...solution import Certificate, Solution
from .barrier import polished, shown_distance
from .optimum import FARTHEST, Optimum, searched

ROUNDING = 2.0**-40
"""What is taken for rounding in a stated loss, relative to that of giving everything away.

A sum of ten thousand terms is known to 2⁻⁵³ times √k or so; 2⁻⁴⁰ is what k at most could make of it.
"""
SHOWN = 1e-13
"""By how much an optimum found in floats may exceed its bound, in units of the largest price.

It is a hundredth of what the default tolerance's square is, √10⁻¹³ being a third of a millionth; sums of a
thousand roundings of squares stay far below.
"""
BITS = 256
"""The balls' precision: a Hessian's condition can be the inverse square of a slack of 2⁻⁵³, which leaves 150 bits."""


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
    def fractions(self) -> bool:
        """Whether the answer itself is judged in fractions."""
        return self.arithmetic == "exact" and rational((self.solution.exact or {}).get("price"))

    @cached_property
    def price(self) -> Any:
        """The prices as stated, over fractions or in floats."""
        stated = (self.solution.exact if self.fractions else None) or self.solution.values
        return self.reading.algebra.vector(stated["price"])

    def certificate(self) -> Certificate:
        if not np.all(np.isfinite(np.asarray(self.solution.values["price"], dtype=np.float64))):
            return self._result(False, None, math.inf, "a price is not finite")
        if max(abs(self.price)) > FARTHEST * float(self.model.largest_price):
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
        scale = max(abs(self.price))
        index = int(np.argmin(self.price))
        if self.price[index] < 0:
            worst, text = float(-self.price[index] / scale), f"{self._version(index)} has a negative price"
        words = {
            "dearer_for_more": "{1} costs less than {0}, which has a smaller privacy budget",
            "cheaper_per_weight": "{1} costs more than its share of {0}, copies of which can be combined",
        }
        for name, slack in self._slacks().items():
            index = int(np.argmin(slack))
            if slack[index] < 0 and float(-slack[index] / scale) > worst:
                worst = float(-slack[index] / scale)
                text = words[name].format(*(self._version(int(i)) for i in self.model.cone.order[index : index + 2]))
        return worst, text

    def _version(self, index: int) -> str:
        names = self.model.people()
        return f"version {names[index] if names else index}"

    def _misstated(self) -> str | None:
        """An outcome, in doubles or in fractions, that is not the declaration's; None if all are."""
        exact = self.solution.exact or {}
        for name, right in self._declared(self.price).items():
            # a loss is the rounded sum of what may be far larger parts
            room = self.tolerance * abs(float(right)) + ROUNDING * float(self._loss_scale)
            for stated in (values[name] for values in (self.solution.values, exact) if name in values):
                if not abs(float(stated) - float(right)) <= room:
                    return f"{name} is stated as {float(stated):.9g}, and is {float(right):.9g} by the declaration"
        if rational(exact.get("price")):
            for name, right in exact_values(self.model, {"price": as_fractions(exact["price"])}).items():
                if rational([exact.get(name)]) and exact[name] != right:
                    return f"{name} is stated as {exact[name]} exactly, and is {right} by the declaration"
        return None

    def _declared(self, price: Any) -> dict[str, Any]:
        if self.arithmetic == "float":
            return self.reading.outcomes({"price": price})
        found = exact_values(self.model, {"price": price})
        return {name: found[name] for name in self.model.outcomes()}

    @cached_property
    def _loss_scale(self) -> Any:
        """The loss of giving everything away."""
        free = 0 * self.reading.data["target"]
        return read_loss(self.model, self.reading, free)

    def _judged_by_duality(self, violation: float) -> Certificate:
        for reference in self._references():
            shown = self._shown(reference)
            if shown is not None:
                break
        else:
            return self._result(True, None, violation, "no prices were shown to be optimal")
        lost = shown.gap(self.price)
        if self.model.loss == "squared":
            unique, (least, most) = True, shown.distance(self.price)
        else:
            unique, (least, most) = shown.unique(self.tolerance), shown.distance_to_the_set(self.price, self.tolerance)
        if least <= self.tolerance < most:
            return self._result(True, None, violation, "the optimum is not known closely enough", lost, most)
        nearest = "the optimal menu" if unique else "the nearest optimal menu"
        if least > self.tolerance:
            return self._result(True, False, violation, f"{nearest} is {most:.3g} away", lost, most)
        reason = "the optimal menu is known by its multipliers"
        if not unique:
            reason = f"there are several optimal menus, and one is within {most:.3g} of the prices"
        return self._result(True, True, violation, reason, lost, most if unique else None)

    def _references(self) -> Iterator[Any]:
        """Prices that may be optimal, the answer first; in the caller's order."""
        if self.fractions or self.arithmetic == "float":
            yield self.price
        yield searched(self.model, self.reading)

    def _shown(self, reference: Any) -> Optimum | None:
        """Prices with what shows that they are optimal; None where they are not, or not closely enough."""
        if not max(reference) > 0:
            return None
        optimum = Optimum(self.model, self.reading, reference)
        if optimum.short > (0 if optimum.exact else SHOWN):
            return None
        return None if self.model.loss == "squared" and optimum.blur > self.tolerance else optimum

    def _judged_by_gradient(self, violation: float) -> Certificate:
        price = np.asarray(self.price, dtype=np.float64)
        with precision(BITS), np.errstate(all="ignore"):
            reference = polished(self.model, price)
            found = shown_distance(self.model, Balls() if self.arithmetic == "exact" else Vectors(), reference)
        if found is None or not math.isfinite(found):
            return self._result(True, None, violation, "the barrier's optimum was not enclosed")
        apart, scale = float(np.max(np.abs(price - reference))), float(np.max(reference))
        distance = (apart * (1 + 2.0**-50) + found) / scale
        gap = float(self.model.cone.logarithm_count / self.model.barrier)
        if distance <= self.tolerance:
            reason = f"the barrier's optimum is enclosed; its loss is at most {gap:.3g} above the exact problem's"
            return self._result(True, True, violation, reason, None, distance)
        if apart * (1 - 2.0**-50) - found <= self.tolerance * scale:
            reason = "the barrier's optimum was not enclosed closely enough"
            return self._result(True, None, violation, reason, None, distance)
        return self._result(True, False, violation, f"the barrier's optimum is {distance:.3g} away", None, distance)

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


def rational(values: Any) -> bool:
    """Whether values are there, and all of them fractions."""
    return values is not None and all(isinstance(value, Fraction | int) for value in values)


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
