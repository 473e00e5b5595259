"""Prices of versions beside what shows that they are optimal, and how far others are from the optimal menus."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.versions.losses import width_that_matters
from ....formulations.versions.menu import version_weight
from ....formulations.versions.pricing import VersionPricing
from ...readings.outwards import at_least, at_most
from ...readings.program import ProgramReading
from ...readings.rationals import Rationals
from .price_dual import Dual, Survey
from .price_search import least_losing_prices

ROUNDING = 1e-12
"""What counts as equal in floats, relative to the largest price; of more than a thousand versions, proportionally more.

A multiplier is a sum over all versions before, each term rounded by 2⁻⁵³ of numbers that are of the largest price's
size: a thousand of them are off by up to 10⁻¹³, and ten times that is left for the divisions beside it.
"""
FARTHEST = 1e100
"""Prices that many times the optimal ones are not compared with them: their squares are no doubles."""
COARSEST = 0.01
"""What part of a distance the rounding may be where it decides, in floats."""


@dataclass(frozen=True)
class Optimum:
    """Prices that may be optimal, in the caller's order, and the multipliers that show it.

    In floats all prices are divided by the largest of them, and `short` and `blur` are relative to it.
    """

    model: VersionPricing
    reading: ProgramReading
    reference: Any

    @property
    def exact(self) -> bool:
        """Whether all numbers are fractions."""
        return isinstance(self.reading.algebra, Rationals)

    @cached_property
    def unit(self) -> Any:
        """What prices are divided by."""
        return 1 if self.exact else float(max(self.reference))

    @cached_property
    def dual(self) -> Dual:
        """The multipliers, and the bound they give."""
        model, algebra, data = self.model, self.reading.algebra, self.reading.data
        order, unit = model.cone.order, self.unit
        weight = version_weight(algebra, data["epsilon"], model.attack)[order]
        survey = Survey(
            algebra,
            weight.tolist(),
            (data["target"][order] / unit).tolist(),
            model.loss,
            width_that_matters(data["target"], data["huber_width"]) / unit,
            model.attack == "none",
            algebra.number(model.largest_price) / unit,
            0 if self.exact else ROUNDING * max(1.0, len(order) / 1000),
        )
        return Dual.at(survey, self._ordered(self.reference))

    @cached_property
    def short(self) -> Any:
        """By how much the prices exceed the bound; zero shows that they are optimal."""
        return self.dual.residual(self._ordered(self.reference))

    @cached_property
    def blur(self) -> float:
        """How far at most the optimum of a squared loss is from the prices: that loss grows by the square at least."""
        return math.sqrt(self.short) + self.dual.rounded(self._ordered(self.reference))

    def gap(self, price: Any) -> float:
        """By how much a menu loses more than the bound, relative to giving all versions away."""
        survey = self.dual.survey
        free = survey.total_loss([0 * entry for entry in survey.target])
        return max(0.0, at_least((survey.total_loss(self._ordered(price)) - self.dual.bound) / free))

    def unique(self, tolerance: float) -> bool:
        """Whether all optimal menus are the same within the tolerance."""
        return bool(self.dual.spread <= tolerance * self.dual.dearest[0])

    def distance(self, price: Any) -> tuple[float, float]:
        """Return how far a menu is from the optimum of a squared loss, at the least and at the most, relative."""
        near = max(abs(price - self.reference)) / max(self.reference)
        return at_most(near) - self.blur, at_least(near) + self.blur

    def distance_to_the_set(self, price: Any, tolerance: float) -> tuple[float, float]:
        """Return how far a menu is from the nearest optimal one, at the least and at the most, to a few per cent.

        It is relative to the largest price of an optimal menu: of several, the one whose largest is nearest.
        """
        own = self._ordered(price)
        least, most = self.dual.dearest
        scale = min(max(own[-1], least), most)
        if self.dual.survey.rounding > COARSEST * tolerance * scale:
            return 0.0, math.inf
        if self._within(own, scale, 0):
            return 0.0, 0.0
        inside = self._within(own, scale, tolerance)
        low, high = (-17.0, math.log10(tolerance)) if inside else (math.log10(tolerance), math.log10(FARTHEST))
        for _ in range(3 if self.exact and len(own) > 500 else 9 if inside else 16):
            middle = (low + high) / 2
            if self._within(own, scale, 10**middle):
                high = middle
            else:
                low = middle
        return (0.0, min(10**high, tolerance)) if inside else (10**low, 10**high)

    def _within(self, own: Any, scale: Any, distance: float) -> bool:
        number = self.reading.algebra.number
        return self.dual.optimal_near(own, scale * number(distance))

    def _ordered(self, price: Any) -> list[Any]:
        """The prices in the order of the weights and in the unit."""
        found: list[Any] = (price[self.model.cone.order] / self.unit).tolist()
        return found


def searched(model: VersionPricing, reading: ProgramReading) -> Any:
    """Return prices that lose least, looked for in the reading's numbers; in the caller's order.

    Examples
    --------
    >>> model = VersionPricing(epsilon=[8, 1, 2, 4], target=[20, 1, 5, 6], attack="averaging")
    >>> print(*searched(model, ProgramReading(model, Rationals())))
    20 21/17 84/17 6
    """
    data, order = reading.data, model.cone.order
    weight = version_weight(reading.algebra, data["epsilon"], model.attack)[order]
    target, width = data["target"][order], width_that_matters(data["target"], data["huber_width"])
    unit = 1 if isinstance(reading.algebra, Rationals) else max(target)
    found = least_losing_prices(
        weight.tolist(), (target / unit).tolist(), model.loss, width / unit, model.attack == "none"
    )
    price = np.empty_like(data["target"])
    price[order] = found
    return price * unit
