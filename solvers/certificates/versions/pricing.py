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

from ....formulations.versions.pricing import VersionPricing
from ...formatting import at_least
from ...readings.balls import Balls, ball, precision
from ...readings.program import ProgramReading
from ...readings.rationals import Rationals
from ...readings.vectors import Vectors
from ...solution import Certificate, Solution
from ..feasibility import breaches, misstated, stated, unreadable
from .barrier import on_targets, polished, shown_distance
from .barrier_path import followed
from .exact_safety import certify_safe_prices
from .optimum import FARTHEST, Optimum, searched

BROKEN = {
    "price": "{0} has a negative price",
    "dearer_for_more": "{1} costs less than {0}, which has a smaller privacy budget",
    "cheaper_per_weight": "{1} costs more than its share of {0}, copies of which can be combined",
}
"""What it means for versions that a row is broken."""
SHOWN = 1e-13
"""By how much an optimum found in floats may exceed its bound, in units of the largest price.

It is a hundredth of what the default tolerance's square is, √10⁻¹³ being a third of a millionth; sums of a
thousand roundings of squares stay far below.
"""
BITS = 256
"""The balls' precision: a Hessian's condition can be the inverse square of a slack of 2⁻⁵³, which leaves 150 bits."""

MOST_FOLLOWED = 200
"""Up to how many versions the optimum is followed in balls where doubles do not tell it: a second or two."""


def certify_prices(model: VersionPricing, solution: Solution, arithmetic: str, tolerance: float) -> Certificate:
    """Judge prices; see the module's text."""
    if model.safety == "exact":
        return certify_safe_prices(model, solution, arithmetic, tolerance)
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
        return self.arithmetic == "exact" and _rational((self.solution.exact or {}).get("price"))

    @cached_property
    def price(self) -> Any:
        """The prices as stated, over fractions or in floats."""
        return stated(self.solution, self.reading)["price"]

    def certificate(self) -> Certificate:
        objection = unreadable(self.solution)
        if objection is not None:
            return self._result(False, None, math.inf, objection)
        if max(abs(self.price)) > FARTHEST * float(self.model.largest_price):
            return self._result(None, False, math.inf, "a price is out of all proportion to the optimal ones")
        violation, broken = self._violation()
        if violation > self.tolerance:
            return self._result(False, None, violation, broken)
        # doubles state the outcomes of doubles: a loss whose parts cancel has no digits in common with the exact one
        reading = self.reading if self.fractions else ProgramReading(self.model, Vectors())
        objection = misstated(self.solution, reading, stated(self.solution, reading), self.tolerance)
        if objection is not None:
            return self._result(False, None, violation, objection)
        if self.model.barrier is None:
            return self._judged_by_duality(violation)
        slacks = self._in_the_cone.constraints({"price": self.price})
        if not np.all(self.price > 0) or not all(np.all(slack > 0) for slack in slacks.values()):
            return self._result(False, False, violation, "a slack is not positive: the barrier is infinite there")
        return self._judged_by_gradient(violation)

    @cached_property
    def _in_the_cone(self) -> ProgramReading:
        """The problem without a barrier, whose constraints the barrier's logarithms are of."""
        return (
            self.reading
            if self.model.barrier is None
            else ProgramReading(_without_barrier(self.model), self.reading.algebra)
        )

    def _violation(self) -> tuple[float, str]:
        """The largest violation of the cone, and which it is; that no optimum attains a price is none."""
        found = breaches(self._in_the_cone, {"price": self.price})
        broken = [item for item in found if item.row != "price" or self.price[item.index] < 0]
        if not broken:
            return 0.0, ""
        worst = max(broken, key=lambda item: item.violation)
        places = [worst.index] if worst.row == "price" else self.model.cone.order[worst.index : worst.index + 2]
        return worst.violation, BROKEN[worst.row].format(*(self._version(int(place)) for place in places))

    def _version(self, index: int) -> str:
        names = self.model.people()
        return f"version {names[index] if names else index}"

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
        if least <= self.tolerance < math.nextafter(most, 0.0):  # the tolerance itself is within it, however rounded
            return self._result(True, None, violation, "the optimum is not known closely enough", lost, most)
        nearest = "the optimal menu" if unique else "the nearest optimal menu"
        if least > self.tolerance:
            return self._result(True, False, violation, f"{nearest} is {at_least(least, 3)} away", lost, most, least)
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
        close = optimum.blur <= self.tolerance if self.model.loss == "squared" else optimum.dual.attained
        return optimum if close else None

    def _judged_by_gradient(self, violation: float) -> Certificate:
        price = np.asarray(self.price, dtype=np.float64)
        with precision(BITS), np.errstate(all="ignore"):
            found, apart, scale = self._near_the_barriers_optimum(price)
        if found is None or not math.isfinite(found):
            return self._result(True, None, violation, "the barrier's optimum was not enclosed")
        distance = (apart * (1 + 2.0**-50) + found) / scale
        gap = float(self.model.cone.logarithm_count / self.model.barrier)
        if distance <= self.tolerance:
            reason = f"the barrier's optimum is enclosed; its loss is at most {gap:.3g} above the exact problem's"
            return self._result(True, True, violation, reason, None, distance)
        least = (apart * (1 - 2.0**-50) - found) / (scale + found)
        if least <= self.tolerance:
            reason = "the barrier's optimum was not enclosed closely enough"
            return self._result(True, None, violation, reason, None, distance)
        reason = f"the barrier's optimum is {at_least(least, 3)} away"
        return self._result(True, False, violation, reason, None, distance, least)

    def _near_the_barriers_optimum(self, price: Any) -> tuple[float | None, float, float]:
        """Prices near the optimum: how far they are from it at most, and the answer from them; the largest of them."""
        reference, algebra = polished(self.model, price), Balls() if self.arithmetic == "exact" else Vectors()
        held = on_targets(self.model, reference)
        found = shown_distance(self.model, algebra, reference, held)
        close = found is not None and found <= self.tolerance * float(np.max(reference)) / 4
        if not close and len(price) <= MOST_FOLLOWED:
            path = followed(self.model)
            shown = None if path is None else shown_distance(self.model, Balls(), path.price, path.held)
            if path is not None and shown is not None and (found is None or shown < found):
                apart = max(float(abs(one - ball(other)).upper()) for one, other in zip(path.price, price, strict=True))
                return shown, apart, float(max(path.price, key=float))
        return found, float(np.max(np.abs(price - reference))), float(np.max(reference))

    def _result(
        self,
        feasible: bool | None,
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


def _rational(values: Any) -> bool:
    return values is not None and all(isinstance(value, Fraction | int) for value in values)


def _without_barrier(model: VersionPricing) -> VersionPricing:
    return VersionPricing(
        epsilon=model.epsilon,
        target=model.target,
        loss=model.loss,
        huber_width=model.huber_width,
        attack=model.attack,
        version=model.version,
    )
