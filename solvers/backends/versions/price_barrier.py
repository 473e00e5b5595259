"""The barrier problem of version pricing by Newton's method: each step is one tridiagonal system.

The absolute loss has a kink at each target. It is smoothed to √(r² + μ²) with ever smaller μ; prices that end at their
target are then put onto it, and the others are refined with those held.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.linalg import LinAlgError, solve_banded

from ....formulations.algebra import Algebra, read
from ....formulations.errors import BackendError
from ....formulations.versions.losses import CURVATURES, LOSSES, SLOPES
from ....formulations.versions.menu import MenuCone, version_weight
from ....formulations.versions.pricing import VersionPricing
from ...certificates.versions.barrier_path import followed
from ...readings.balls import precision
from ...readings.vectors import Vectors

MOST_STEPS = 500
HEAVY, MOST_FOLLOWED, BITS = 1e4, 200, 256
"""From which weight on, in units of the largest target, and up to how many versions more digits than doubles are used.
"""
Loss = Callable[[Any], tuple[Any, Any, Any]]
"""Returns the losses of prices, their slopes and their curvatures."""


@dataclass(frozen=True, eq=False)
class BarrierPoint:
    """The logarithms of PIECE (26) at prices in the order of the weights: gradient and Hessian.

    The Hessian is tridiagonal. The slacks are read from the declaration, in any algebra.
    """

    cone: MenuCone
    algebra: Algebra
    weight: Any
    price: Any

    @cached_property
    def slacks(self) -> tuple[Any, Any]:
        """The slacks of the two kinds of constraints; the second is empty where prices need only be monotone."""
        place = np.argsort(self.cone.order)  # the declaration's formulas are in the caller's order
        price, weight = self.price[place], self.weight[place]
        apart = self.cone.monotone(self.algebra, price)
        if self.cone.attack == "none":
            return apart, apart[:0]
        return apart, self.cone.proportional_by_weight(self.algebra, price, weight)

    @cached_property
    def ratio(self) -> Any:
        """x_j/x_{j+1}."""
        return self.weight[:-1] / self.weight[1:]

    @property
    def inside(self) -> bool:
        """Whether all slacks are positive."""
        return all(bool(np.all(values > 0)) for values in (self.price[:1], *self.slacks))

    @property
    def value(self) -> float:
        """The sum −Σ ln of the slacks in money, in floats."""
        return -float(sum(np.sum(np.log(values)) for values in (self.price[:1], *self.slacks)))

    @cached_property
    def gradient(self) -> Any:
        """The first derivatives."""
        apart, under = self.slacks
        found = 0 * self.price
        found[:1] -= 1 / self.price[:1]
        found[:-1] += 1 / apart
        found[1:] -= 1 / apart
        if len(under):
            found[:-1] -= 1 / under
            found[1:] += self.ratio / under
        return found

    @cached_property
    def hessian(self) -> tuple[Any, Any]:
        """The second derivatives: the diagonal, and the entries beside it."""
        apart, under = self.slacks
        diagonal = 0 * self.price
        diagonal[:1] += 1 / self.price[:1] ** 2
        diagonal[:-1] += 1 / apart**2
        diagonal[1:] += 1 / apart**2
        beside = -1 / apart**2
        if len(under):
            diagonal[:-1] += 1 / under**2
            diagonal[1:] += (self.ratio / under) ** 2
            beside = beside - self.ratio / under**2
        return diagonal, beside


def barrier_prices(model: VersionPricing, fitted: Any) -> np.ndarray:
    """Return the barrier problem's prices in the caller's order, in floats, from those without a barrier.

    Examples
    --------
    >>> model = VersionPricing(epsilon=[1, 2], target=[2, 2], barrier=1000)
    >>> barrier_prices(model, np.array([2.0, 2.0])).round(4)
    array([1.9847, 2.0158])
    """
    algebra = Vectors()
    order, cone = model.cone.order, model.cone
    weight = version_weight(algebra, algebra.vector(model.epsilon), model.attack)[order]
    target = algebra.vector(model.target)[order]
    scale = float(np.max(target))
    target, fitted = target / scale, fitted[order] / scale
    inner = np.sqrt(weight / weight[-1])
    start = 0.9 * fitted + 0.1 * inner * float(inner @ target) / float(inner @ inner)
    newton = _Newton(cone, weight)
    with np.errstate(all="ignore"):  # versions too nearly equal for floats end as an answer that is not certified
        if model.loss == "absolute":
            heavy = float(model.barrier) * scale
            if heavy > HEAVY and len(order) <= MOST_FOLLOWED and (prices := _followed(model)) is not None:
                return prices
            found = _absolute(newton, start, target, heavy)
        else:
            width, lam = float(model.huber_width) / scale, float(model.barrier) * scale**2
            found = newton.minimised(start, _loss(model.loss, target, width, lam))
    prices = np.empty(len(order))
    prices[order] = found * scale
    return prices


@dataclass(frozen=True)
class _Newton:
    cone: MenuCone
    weight: Any

    def at(self, price: Any) -> BarrierPoint:
        return BarrierPoint(self.cone, Vectors(), self.weight, price)

    def minimised(self, start: Any, loss: Loss, held: Any = None) -> Any:
        """Return the minimiser of the losses and the barrier from a start inside; `held` prices are not moved."""
        point = self.at(start)
        if not point.inside:
            raise BackendError("price-fit found no prices strictly inside the cone: two versions are too nearly equal")
        for _ in range(MOST_STEPS):
            losses, slope, curvature = loss(point.price)
            gradient = point.gradient + slope
            diagonal, beside = point.hessian
            diagonal, beside = diagonal + curvature, beside.copy()
            if held is not None:
                gradient = np.where(held, 0, gradient)
                diagonal = np.where(held, 1, diagonal)
                beside[held[:-1] | held[1:]] = 0
            step = -_tridiagonal(diagonal, beside, gradient)
            decrement = -float(gradient @ step)
            if not decrement > 1e-22:
                break
            length, value = 1.0, float(np.sum(losses)) + point.value
            while length > 1e-12:
                there = self.at(point.price + length * step)
                if there.inside:
                    reached = float(np.sum(loss(there.price)[0])) + there.value
                    # near the optimum the value's own rounding hides the descent: full steps are taken on trust
                    if reached <= value - 0.1 * length * decrement or (decrement < 1e-6 and length == 1):
                        break
                length /= 2
            else:
                break
            if decrement < 1e-6 and float(np.max(abs(step) / there.price)) < 1e-15:
                break
            point = there
        return point.price


def _tridiagonal(diagonal: Any, beside: Any, right: Any) -> Any:
    """The solution of a symmetric system in which only neighbours meet."""
    zero = np.zeros(1)
    bands = np.stack([np.concatenate([zero, beside]), diagonal, np.concatenate([beside, zero])])
    try:
        found: Any = solve_banded((1, 1), bands, right, check_finite=False)
    except LinAlgError:
        raise BackendError("price-fit lost all digits of a step: the weight is too large for doubles") from None
    return found


def _loss(name: str, target: Any, width: float, weight: float) -> Loss:
    """A declared loss that has a slope everywhere, times the barrier's weight."""

    def loss(price: Any) -> tuple[Any, Any, Any]:
        roles = {"price": price, "target": target, "huber_width": width}
        losses, (slope, _), curvature = (read(part[name], Vectors(), roles) for part in (LOSSES, SLOPES, CURVATURES))
        return weight * losses, weight * slope, weight * curvature

    return loss


def _followed(model: VersionPricing) -> np.ndarray | None:
    """Return prices in doubles found in many digits: slacks of a heavy weight have few digits in doubles."""
    with precision(BITS):
        path = followed(model)
    return None if path is None else np.array([float(price) for price in path.price])


def _absolute(newton: _Newton, start: Any, target: Any, weight: float) -> Any:
    """Return the minimiser under the absolute loss."""
    price, smoothing = start, 0.1
    while smoothing > 1e-10:
        price = newton.minimised(price, _smoothed(target, weight, smoothing))
        smoothing /= 10
    apart = price - target
    held = abs(apart) < 1e-6
    on_target = np.where(held, target, price)
    if not newton.at(on_target).inside:
        return price
    signs = np.where(held, 0.0, np.sign(apart))
    return newton.minimised(
        on_target, lambda at: (weight * signs * (at - target), weight * signs, np.zeros(len(at))), held
    )


def _smoothed(target: Any, weight: float, smoothing: float) -> Loss:
    def loss(price: Any) -> tuple[Any, Any, Any]:
        apart = price - target
        root = np.sqrt(apart**2 + smoothing**2)
        return weight * root, weight * apart / root, weight * smoothing**2 / root**3

    return loss
