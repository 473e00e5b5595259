"""A lower bound on the loss of every safe menu, and the set of all optimal ones, from any prices in the cone.

Give the cone's constraint between neighbours j, j+1 a multiplier: t_j ≥ 0 for v_{j+1} ≥ v_j, or −t_j ≥ 0 for
v_j ≥ v_{j+1} x_j/x_{j+1}. The Lagrangian falls apart into single prices,

    Σ ℓ_j(v_j) + c_j v_j,    c_j = t_j − h(t_{j−1}),    h(t) = t for t ≥ 0, t x_{j−1}/x_j for t < 0,

and the sum of its minima is below the loss of every safe menu, whatever the multipliers. Good ones are found by
following the intervals in which they can be. If the bound is attained, the optimal menus are exactly those in the cone
whose prices are minima themselves, with a constraint tight wherever its multiplier is not zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.algebra import Algebra, read
from ....formulations.versions.losses import LOSSES, SLOPES

INFINITY = float("inf")


@dataclass(frozen=True)
class Survey:
    """A price fit in the order of the weights; over fractions `rounding` is zero, in floats it is what counts as equal.

    `largest` is a price above every optimal one; `nested` versions need only be monotone.
    """

    algebra: Algebra
    weight: Sequence[Any]
    target: Sequence[Any]
    loss: str
    width: Any
    nested: bool
    largest: Any
    rounding: Any

    def losses(self, price: Any, target: Any) -> Any:
        """The declared loss of one price, or of many."""
        return read(LOSSES[self.loss], self.algebra, {"price": price, "target": target, "huber_width": self.width})

    def total_loss(self, price: Sequence[Any]) -> Any:
        """The loss of a menu."""
        return sum(self.losses(np.array(price), np.array(self.target)).tolist())

    def slopes(self, price: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """The least and the largest slope of every loss at the prices of a menu."""
        roles = {"price": np.array(price), "target": np.array(self.target)}
        roles |= {"huber_width": self.width, "rounding": self.rounding}
        least, most = read(SLOPES[self.loss], self.algebra, roles)
        return least.tolist(), most.tolist()

    def ratio(self, j: int) -> Any:
        """x_j/x_{j+1}."""
        return self.weight[j] / self.weight[j + 1]

    @property
    def steepest(self) -> Any:
        """The largest slope of a loss that grows linearly, else None."""
        return {"squared": None, "absolute": 1, "huber": 2 * self.width}[self.loss]


@dataclass(frozen=True)
class Dual:
    """Multipliers, and what they show of the optimum.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from mechproof.solvers.readings.rationals import Rationals
    >>> survey = Survey(Rationals(), [1, 2], [Fraction(3), Fraction(2)], "squared", 1, True, 6, 0)
    >>> dual = Dual.at(survey, [Fraction(5, 2), Fraction(5, 2)])
    >>> dual.multipliers, dual.bound
    ([Fraction(1, 1)], Fraction(1, 2))
    """

    survey: Survey
    multipliers: list[Any]
    tilts: list[Any]
    moved: Any
    """By how much tilts were moved to hide their rounding, squared and added up."""

    @staticmethod
    def at(survey: Survey, price: Sequence[Any]) -> Dual:
        """Return multipliers that balance the slopes at given prices as well as they can."""
        lows, highs = survey.slopes(price)
        reach = list(_reach(survey, price, lows, highs))
        found, tilts, moved = [0 * price[0]], [], 0 * price[0]
        for j in range(len(price) - 1, -1, -1):
            low, high = lows[j], highs[j]
            before = 0 * price[0]
            if j:
                ratio = survey.ratio(j - 1)
                least, most = (_unpassed(found[-1] + slope, ratio) for slope in (low, high))
                floor, ceiling = reach[j - 1]
                # the nearest to zero that balances; failing that, the nearest to a balance
                before = min(max(0 * least, least, floor), most, ceiling)
                before = min(max(before, floor), ceiling)
            passed = _passed(before, survey.ratio(j - 1)) if j else before
            slope = min(max(passed - found[-1], low), high)
            # the balance is c = −slope up to a residual; kept exactly where there is none
            tilt = found[-1] - passed
            if abs(tilt + slope) <= survey.rounding:
                moved, tilt = moved + (tilt + slope) ** 2, -slope
            tilts.append(tilt)
            found.append(before)
        return Dual(survey, found[-2:0:-1], tilts[::-1], moved)

    @cached_property
    def bound(self) -> Any:
        """The sum of the minima: no safe menu has a smaller loss."""
        return sum(self._least(j) for j in range(len(self.tilts)))

    def _least(self, j: int) -> Any:
        """The least of ℓ_j(v) + c_j v over prices from zero to the largest."""
        survey, target, tilt = self.survey, self.survey.target[j], self.tilts[j]
        if survey.steepest is not None and abs(tilt) > survey.steepest:
            end = 0 if tilt > 0 else survey.largest
            return survey.losses(end, target) + tilt * end
        if survey.loss == "absolute":
            return tilt * target
        return tilt * target - tilt * tilt / 4

    def _excess(self, j: int, price: Any) -> Any:
        """By how much ℓ_j(v) + c_j v is above its least; written so that in floats nothing large cancels."""
        survey, target, tilt = self.survey, self.survey.target[j], self.tilts[j]
        apart, edge = price - target, survey.width
        if survey.steepest is not None and abs(tilt) > survey.steepest:
            return survey.losses(price, target) + tilt * price - self._least(j)
        if survey.loss == "absolute":
            return abs(apart) + tilt * apart
        if survey.loss == "squared" or abs(apart) <= edge:
            return (2 * apart + tilt) ** 2 / 4
        steeper = 2 * edge + (tilt if apart > 0 else -tilt)
        return steeper * (4 * (abs(apart) - edge) + steeper) / 4

    def residual(self, price: Sequence[Any]) -> Any:
        """By how much given prices exceed the bound, as a sum of nothing negative, tight constraints being taken so.

        Prices that are in the cone not even but for rounding exceed every bound.
        """
        total = sum(self._excess(j, price[j]) for j in range(len(price)))
        for t, (level, ray) in zip(self.multipliers, self._slacks(price), strict=True):
            if min(level, ray) < -self.survey.rounding:
                return INFINITY
            slack = level if t >= 0 else ray
            if slack > self.survey.rounding:
                total = total + abs(t) * slack
        return total

    def rounded(self, price: Sequence[Any]) -> float:
        """By how far, at most, what was taken for rounding moves the optimum of a squared loss.

        Making tight what is taken so moves the prices from the heaviest version down by no more than these slacks
        together, and their residual's root by √k times that. Moving a tilt is moving a target by half as much, and the
        optimum is a projection, which moves no further than its target.
        """
        pairs = zip(self.multipliers, self._slacks(price), strict=True)
        slacks = (abs(level if t >= 0 else ray) for t, (level, ray) in pairs if t)
        tight = sum(slack for slack in slacks if slack <= self.survey.rounding)
        return float(tight) * (1 + math.sqrt(len(price))) + math.sqrt(self.moved) / 2

    def _slacks(self, price: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
        """The slacks of the two constraints between each two neighbours; the second is no constraint where nested."""
        for j in range(len(price) - 1):
            ray = INFINITY if self.survey.nested else price[j] - price[j + 1] * self.survey.ratio(j)
            yield price[j + 1] - price[j], ray

    def prices(self, j: int) -> tuple[Any, Any]:
        """The least and the largest price of the j-th version over all optimal menus, but for the cone."""
        survey, target, tilt = self.survey, self.survey.target[j], self.tilts[j]
        if survey.loss == "squared" or abs(tilt) < survey.steepest - survey.rounding:
            alone = target if survey.loss == "absolute" else target - tilt / 2
            return alone - survey.rounding, alone + survey.rounding
        edge = 0 if survey.loss == "absolute" else survey.width
        if tilt > 0:
            return 0, target - edge + survey.rounding
        return target + edge - survey.rounding, survey.largest

    def optimal_near(self, price: Sequence[Any], distance: Any) -> bool:
        """Whether an optimal menu lies within a distance of given prices, in every price."""
        low = high = None
        for j in range(len(price)):
            low, high = self._onwards(j, low, high, price[j] - distance, price[j] + distance)
            if low > high:
                return False
        return True

    @cached_property
    def _ahead(self) -> list[tuple[Any, Any]]:
        """Where each price can be over the optimal menus of the versions up to it."""
        ahead, low, high = [], None, None
        for j in range(len(self.tilts)):
            low, high = self._onwards(j, low, high, 0, self.survey.largest)
            ahead.append((low, high))
        return ahead

    @property
    def attained(self) -> bool:
        """Whether some menu attains the bound; multipliers of prices that are only near an optimum may have none."""
        return all(low <= high for low, high in self._ahead)

    @property
    def dearest(self) -> tuple[Any, Any]:
        """The least and the largest that the dearest version, the heaviest, costs over all optimal menus."""
        return self._ahead[-1]

    @cached_property
    def spread(self) -> Any:
        """The largest range of one version's price over the optimal menus: zero if there is one only."""
        ahead = self._ahead
        widest, (low, high) = ahead[-1][1] - ahead[-1][0], ahead[-1]
        for j in range(len(self.tilts) - 2, -1, -1):
            t, ratio = self.multipliers[j], self.survey.ratio(j)
            zero = self.survey.rounding
            least = low if t > zero else 0 if self.survey.nested else low * ratio
            most = high * ratio if t < -zero else high
            low, high = max(least, ahead[j][0]), min(most, ahead[j][1])
            widest = max(widest, high - low)
        return widest

    def _onwards(self, j: int, low: Any, high: Any, least: Any, most: Any) -> tuple[Any, Any]:
        """Where the j-th price can be, from where the one before can be."""
        here = self.prices(j)
        least, most = max(least, here[0]), min(most, here[1])
        if j == 0:
            return least, most
        t, ratio, zero = self.multipliers[j - 1], self.survey.ratio(j - 1), self.survey.rounding
        least = max(least, low / ratio if t < -zero else low)
        if t > zero:
            most = min(most, high)
        elif not self.survey.nested:
            most = min(most, high / ratio)
        return least - zero, most + zero


def _reach(
    survey: Survey, price: Sequence[Any], lows: Sequence[Any], highs: Sequence[Any]
) -> Iterator[tuple[Any, Any]]:
    """Return for each two neighbours the interval in which their multiplier can be, from the first on."""
    low = high = 0 * price[0]
    for j in range(len(price) - 1):
        least, most = lows[j], highs[j]
        if j:
            low, high = _passed(low, survey.ratio(j - 1)), _passed(high, survey.ratio(j - 1))
        low, high = low - most, high - least
        level = price[j + 1] - price[j] <= survey.rounding
        ray = not survey.nested and price[j] - price[j + 1] * survey.ratio(j) <= survey.rounding
        floor, ceiling = (-INFINITY if ray else 0), (INFINITY if level else 0)
        low, high = max(min(low, ceiling), floor), min(max(high, floor), ceiling)
        yield low, high


def _passed(t: Any, ratio: Any) -> Any:
    """h(t)."""
    return t if t >= 0 else t * ratio


def _unpassed(t: Any, ratio: Any) -> Any:
    """The multiplier that h takes to t."""
    return t if t >= 0 else t / ratio
