"""The barrier problem of version pricing: where its optimum is, by the norm of the gradient at prices nearby.

The barrier B is self-concordant and the loss convex, so that in the norm of B's Hessian H

    ω(‖v* − v‖) ≤ n ‖v* − v‖,    n² = gᵀH⁻¹g,    ω(t) = t − ln(1 + t) ≥ t²/(2(1 + t)),

hence ‖v* − v‖ ≤ 2n/(1 − 2n) where n < ½ (Nesterov & Nemirovskii 1994), and each price is within that many times
√(H⁻¹)_jj of the optimum's. Here g is the gradient of the whole objective, with the slope of the loss that is best among
those at a kink. Gradient and Hessian are derivatives of the declared logarithms, read as such.

The prices at which this is done are an answer improved by Newton steps of our own; nothing is believed of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.algebra import Algebra, read
from ....formulations.versions.losses import CURVATURES, SLOPES
from ....formulations.versions.menu import version_weight
from ....formulations.versions.pricing import VersionPricing
from ...readings.balls import upper_bound
from ...readings.derivative import Derivative
from ...readings.program import ProgramReading
from ...readings.vectors import Vectors
from .tridiagonal import inverse_diagonal, solution

MOST_STEPS = 1000
NEAR = 1e-6
"""A price this near its target, relative, is tried on it; the subgradients there decide whether it stays."""
SETTLED = 1e-9
"""A squared norm below which each full step must fall to a quarter at least: Newton's would square it."""
DIGITS = 2.0**-46
"""What an objective of up to thousands of terms is known to, relative: 2⁻⁵³ for each, which add up as √k, and more."""


@dataclass(frozen=True)
class BarrierReading:
    """The barrier problem read in one algebra; prices are in the order of the weights."""

    model: VersionPricing
    algebra: Algebra

    @cached_property
    def data(self) -> dict[str, Any]:
        """The versions' weights and targets in ascending order, and the declared numbers."""
        declared, order = self.model.read_in(self.algebra), self.model.cone.order
        weight = version_weight(self.algebra, declared["epsilon"], self.model.attack)
        return {**declared, "weight": weight[order], "target": declared["target"][order], "rounding": 0}

    def barrier(self, price: Any) -> tuple[Any, Any, Any]:
        """Return minus the logarithms' gradient and Hessian: its diagonal, and the entries beside it."""
        first, second = self._twice(lambda a, own, _: a.log(own), price[:1], price[:1], "own", "own")
        gradient, diagonal = 0 * price, 0 * price
        gradient[:1], diagonal[:1] = -first, -second
        if len(price) < 2:
            return gradient, diagonal, diagonal[1:]
        weight = self.data["weight"]

        def pair(a: Algebra, own: Any, following: Any) -> Any:
            return self.model.cone.pair_logarithms(a, own, weight[:-1], following, weight[1:])

        own, following = price[:-1], price[1:]
        first, second = self._twice(pair, own, following, "own", "own")
        gradient[:-1], diagonal[:-1] = gradient[:-1] - first, diagonal[:-1] - second
        first, second = self._twice(pair, own, following, "following", "following")
        gradient[1:], diagonal[1:] = gradient[1:] - first, diagonal[1:] - second
        _, beside = self._twice(pair, own, following, "own", "following")
        return gradient, diagonal, -beside

    def _twice(self, formula: Any, own: Any, following: Any, by: str, then: str) -> tuple[Any, Any]:
        """The first derivatives of a formula by one of two roles, and those of these by one."""
        inner = Derivative(self.algebra)
        outer = Derivative(inner)
        roles = {"own": own, "following": following}
        roles[then] = inner.moving(roles[then], 1)
        roles[by] = outer.moving(roles[by], 1)
        first = outer.slope(formula(outer, roles["own"], roles["following"]))
        return inner.value(first), inner.slope(first)

    def slopes(self, price: Any) -> tuple[Any, Any]:
        """Return the least and the largest slopes of the weighted losses."""
        least, most = read(SLOPES[self.model.loss], self.algebra, {**self.data, "price": price})
        return self.data["barrier"] * least, self.data["barrier"] * most

    def curvature(self, price: Any) -> Any:
        """Return the curvatures of the weighted losses."""
        return self.data["barrier"] * read(CURVATURES[self.model.loss], self.algebra, {**self.data, "price": price})

    def gradient(self, barrier: Any, price: Any, held: Any = False) -> Any:
        """Return the whole objective's gradient, from the barrier's: the least of those there are at a kink.

        Prices that are `held` are on their targets, whether or not the numbers can tell.
        """
        least, most = self.slopes(price)
        if np.any(held):
            least = np.where(held, self.slopes(0 * price)[0], least)
            most = np.where(held, self.slopes(2 * self.data["target"])[1], most)
        return barrier + self.algebra.maximum(self.algebra.minimum(-barrier, most), least)


def polished(model: VersionPricing, price: Any) -> Any:
    """Return prices nearer the barrier's optimum than given ones, which are inside; both in the caller's order.

    Newton's method with steps that the objective must confirm; at the target of an absolute loss a price is held as
    long as a subgradient balances it, and no step goes beyond a target.

    Examples
    --------
    >>> model = VersionPricing(epsilon=[1, 2], target=[2, 2], barrier=1000)
    >>> polished(model, np.array([1.0, 1.5])).round(4)
    array([1.9847, 2.0158])
    """
    reading, order = BarrierReading(model, Vectors()), model.cone.order
    target, kinked = reading.data["target"], model.loss == "absolute"
    price = np.asarray(price, dtype=np.float64)
    if kinked:
        on_target = np.where(abs(price[order] - target) <= NEAR * price[order], target, price[order])
        there = in_callers_order(on_target, order)
        price = there if math.isfinite(_objective(model, there)) else price
    value, before = _objective(model, price), math.inf
    for _ in range(MOST_STEPS):
        at = price[order]
        barrier, diagonal, beside = reading.barrier(at)
        gradient = reading.gradient(barrier, at)
        diagonal = diagonal + reading.curvature(at)
        held = np.zeros(len(at), dtype=bool)
        step = newton_step(diagonal, beside, gradient, held)
        while kinked and np.any(turned := (at == target) & ~held & (step * gradient >= 0)):
            # on the target's other side the slope is another: such a price stays where it is
            held |= turned
            step = newton_step(diagonal, beside, gradient, held)
        squared = -float(np.where(held, 0, gradient) @ step)
        if not squared > 0 or (squared < SETTLED and squared > before / 4):
            break
        reaches = np.full(len(at), np.inf)
        if kinked:
            np.divide(target - at, step, out=reaches, where=step * (target - at) > 0)
        length = min(1.0, float(np.min(reaches)))
        before = squared if length == 1 else math.inf
        while True:
            there = in_callers_order(np.where(reaches == length, target, at + length * step), order)
            reached = _objective(model, there)
            if reached <= value - 0.1 * length * squared + DIGITS * (1 + abs(value)):
                break
            length /= 2
            if length < SETTLED:
                return price
        price, value = there, reached
    return price


def newton_step(diagonal: Any, beside: Any, gradient: Any, held: Any) -> Any:
    """The step that makes the gradient zero but for the prices held."""
    return -solution(*_without(held, diagonal, beside), np.where(held, 0 * gradient, gradient))


def _without(held: Any, diagonal: Any, beside: Any) -> tuple[Any, Any]:
    """A system in which the held prices meet nobody."""
    return np.where(held, 1, diagonal), np.where(held[:-1] | held[1:], 0, beside)


def in_callers_order(price: Any, order: Any) -> Any:
    """Return prices that are in the order of the weights as the caller has them."""
    found = np.empty_like(price)
    found[order] = price
    return found


def _objective(model: VersionPricing, price: Any) -> float:
    """The declared objective in floats; infinite where a logarithm has none."""
    with np.errstate(all="ignore"):
        value = float(ProgramReading(model, Vectors()).objective({"price": price}))
    return math.inf if math.isnan(value) else value


def on_targets(model: VersionPricing, price: Any) -> Any:
    """A mask of doubles that are on a kink of their loss: the double nearest to it is meant as it."""
    return (price == np.asarray(model.target, dtype=np.float64)) & (model.loss == "absolute")


def shown_distance(model: VersionPricing, algebra: Algebra, price: Any, held: Any) -> float | None:
    """Return how far at most, in money, given prices are from the barrier's optimum; None if that is unknown.

    Those that are `held` are on their targets, which need not be numbers of the algebra.
    """
    reading, order = BarrierReading(model, algebra), model.cone.order
    target, held = reading.data["target"], held[order]
    at = np.where(held, target, algebra.vector(price)[order])
    if not _finite(model.cone.logarithms(algebra, in_callers_order(at, order), reading.data["epsilon"])):
        return None
    barrier, diagonal, beside = reading.barrier(at)
    gradient = reading.gradient(barrier, at, held)
    if model.loss == "squared":
        diagonal = diagonal + reading.curvature(at)
    apart = _apart(diagonal, beside, gradient)
    if apart is None or not np.any(held):
        return None if apart is None else apart[0] * apart[1]
    # prices whose subgradients balance all over the ball found are on their targets at the optimum, and take no part
    moved = apart[0] / (1 - apart[0])
    weight = float(model.barrier) * (1 - 2.0**-50)
    steep = zip(barrier.tolist(), algebra.sqrt(diagonal).tolist(), held.tolist(), strict=True)
    fixed = np.array([kept and _above(abs(slope) + root * moved) < weight for slope, root, kept in steep])
    rest = _apart(*_without(fixed, diagonal, beside), np.where(fixed, 0 * gradient, gradient), fixed)
    return None if rest is None else rest[0] * rest[1]


def _apart(diagonal: Any, beside: Any, gradient: Any, fixed: Any = None) -> tuple[float, float] | None:
    """The distance to the optimum in the Hessian's norm, if that is below 1, and how much a price can be of it."""
    squared = _above(np.sum(gradient * solution(diagonal, beside, gradient)))
    if not 0 <= squared < 0.25**2:
        return None
    norm = math.sqrt(squared) * (1 + 2.0**-50)  # of the bound: a ball around zero has no root itself
    widths = inverse_diagonal(diagonal, beside)
    if fixed is not None:
        widths = np.where(fixed, 0 * widths, widths)
    widest = max(_above(width) for width in widths)
    if not widest >= 0:  # rounding has eaten the pivots
        return None
    return 2 * norm / (1 - 2 * norm), math.sqrt(widest) * (1 + 2.0**-50)


def _finite(value: Any) -> bool:
    return bool(np.isfinite(value)) if isinstance(value, float) else bool(value.is_finite())


def _above(value: Any) -> float:
    """Return a float that is not below a number or ball; infinite if the ball is not bounded."""
    if isinstance(value, float):
        return float(value)
    return math.nextafter(float(upper_bound(value)), math.inf) if _finite(value) else math.inf
