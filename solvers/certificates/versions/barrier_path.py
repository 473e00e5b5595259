"""The barrier problem's optimum in many digits, followed from a loose weight of the losses to the declared one.

In doubles the slacks of a heavy weight λ, which are about 1/λ, lose their digits, and so does what decides between many
menus of nearly one loss. Here Newton's method is taken in balls, of which only the middles are kept, for growing λ. The
absolute loss is smoothed as an interior point method would,

    φ(r) = min over s > |r| of  λ s − μ ln(s² − r²),    φ′(r) = λ² r/(μ + √(μ² + λ² r²)),

until μ is so small that the prices on their targets can be told. These are then held, the others' slopes are ±λ, and
the last steps have no kink. Nothing here need be believed: `barrier` shows how far the optimum can be.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.algebra import read
from ....formulations.versions.losses import CURVATURES, LOSSES, SLOPES
from ....formulations.versions.pricing import VersionPricing
from ...readings.balls import Balls, ball
from .barrier import BarrierReading, in_callers_order, newton_step

GROWTH, SHARPENING = 16, 16
"""By what λ grows and μ falls from one optimum to the next, which is then some ten steps away."""
LEAST_SMOOTHING = 2.0**-120
SHORTEST = 2.0**-60
"""Of a step; where none that long is of use, rounding decides."""
MOST_STEPS = 200
"""For one λ and μ."""
DIGITS = 2.0**-120
"""A squared norm below which a price has more digits than are asked for."""


@dataclass(frozen=True)
class Followed:
    """Prices in the caller's order, as balls without a radius, and which of them are held on their targets."""

    price: Any
    held: Any


def followed(model: VersionPricing) -> Followed | None:
    """Return the barrier problem's optimum as far as it was found; None where no start inside the cone was.

    Examples
    --------
    >>> from mechproof.solvers.readings.balls import precision
    >>> model = VersionPricing(epsilon=[1, 2], target=[1, 5], loss="absolute", barrier=10**9)
    >>> with precision(256):
    ...     found = followed(model)
    >>> [f"{float(price):.10f}" for price in found.price], found.held.tolist()
    (['2.5000000010', '5.0000000000'], [False, True])
    """
    return _Path(model).end()


@dataclass(frozen=True)
class _Loss:
    """The losses on the way: their weight, the smoothing, and once known the residuals' signs and the held."""

    weight: Any
    smoothing: Any
    signs: Any = None
    held: Any = None


@dataclass(frozen=True)
class _Path:
    model: VersionPricing

    @cached_property
    def reading(self) -> BarrierReading:
        return BarrierReading(self.model, Balls())

    @cached_property
    def target(self) -> Any:
        return self.reading.data["target"]

    def end(self) -> Followed | None:
        algebra, weight = self.reading.algebra, self.reading.data["weight"]
        largest = ball(float(max(self.model.target)))
        price = _middles(largest * algebra.sqrt(weight / weight[-1]))
        declared, kinked = ball(self.model.barrier), self.model.loss == "absolute"
        loss = _Loss(algebra.minimum(declared, 1 / (largest if kinked else largest * largest)), ball(1))
        if not self._value(price, loss) < math.inf:
            return None
        while True:
            price = self._minimised(price, loss)
            if not loss.weight < declared:
                break
            loss = _Loss(algebra.minimum(declared, GROWTH * loss.weight), ball(1))
        held = np.zeros(len(price), dtype=bool)
        if kinked:
            price, held = self._on_kinks(price, loss)
        return Followed(in_callers_order(price, self.model.cone.order), in_callers_order(held, self.model.cone.order))

    def _on_kinks(self, price: Any, loss: _Loss) -> tuple[Any, Any]:
        """Sharpen the smoothed losses until the prices that keep nearing their targets are told."""
        while loss.smoothing > LEAST_SMOOTHING:
            loss = replace(loss, smoothing=loss.smoothing / SHARPENING)
            before, price = price, self._minimised(price, loss)
            apart = price - self.target
            held = np.array(
                [bool(4 * abs(now) < abs(then)) for now, then in zip(apart, before - self.target, strict=True)]
            )
            signs = np.array([ball(1 if entry > 0 else -1) for entry in apart], dtype=object)
            last = replace(loss, signs=signs, held=held)
            on_target = _middles(np.where(held, self.target, price))
            if self._value(on_target, last) < math.inf:
                found = self._minimised(on_target, last)
                if self._balanced(found, last):
                    return found, held
        return price, np.zeros(len(price), dtype=bool)

    def _balanced(self, price: Any, loss: _Loss) -> bool:
        """Whether held prices have a slope that balances, and the others are on the side they were taken to be."""
        slope, apart = self.reading.barrier(price)[0], (price - self.target) * loss.signs
        rows = zip(slope, apart, loss.held, strict=True)
        return all(abs(pull) <= loss.weight if held else side > 0 for pull, side, held in rows)

    def _minimised(self, price: Any, loss: _Loss) -> Any:
        held = np.zeros(len(price), dtype=bool) if loss.held is None else loss.held
        value = self._value(price, loss)
        for _ in range(MOST_STEPS):
            gradient, diagonal, beside = self.reading.barrier(price)
            slope, bend = self._slopes(price, loss)
            gradient = np.where(held, 0 * gradient, gradient + slope)
            step = newton_step(diagonal + bend, beside, gradient, held)
            squared = -_middle(np.sum(gradient * step))
            if not squared > DIGITS:
                break
            length = ball(1)
            while True:
                there = _middles(price + length * step)
                reached = self._value(there, loss)
                if reached < value - length * squared / 10:
                    break
                length /= 2
                if length < SHORTEST:
                    return price
            price, value = there, reached
        return price

    def _value(self, price: Any, loss: _Loss) -> Any:
        """The objective; not below infinity where a logarithm has no value."""
        epsilon = self.reading.data["epsilon"]
        logarithms = self.model.cone.logarithms(Balls(), in_callers_order(price, self.model.cone.order), epsilon)
        if not logarithms.is_finite():
            return math.inf
        return _middle(np.sum(self._losses(price, loss)) - logarithms)

    def _losses(self, price: Any, loss: _Loss) -> Any:
        if self.model.loss != "absolute":
            return loss.weight * read(LOSSES[self.model.loss], Balls(), {**self.reading.data, "price": price})
        apart = price - self.target
        if loss.signs is not None:
            return loss.weight * loss.signs * apart
        reach, smoothing = self._reach(apart, loss), loss.smoothing
        return loss.weight * reach - smoothing * Balls().log(2 * smoothing * reach / loss.weight)

    def _slopes(self, price: Any, loss: _Loss) -> tuple[Any, Any]:
        """The slopes of the losses, and how fast they change."""
        roles = {**self.reading.data, "price": price}
        if self.model.loss != "absolute":
            slope, _ = read(SLOPES[self.model.loss], Balls(), roles)
            return loss.weight * slope, loss.weight * read(CURVATURES[self.model.loss], Balls(), roles)
        if loss.signs is not None:
            return loss.weight * loss.signs, 0 * price
        apart = price - self.target
        reach = self._reach(apart, loss)
        root = loss.weight * reach - loss.smoothing  # √(μ² + λ² r²)
        return loss.weight * apart / reach, loss.weight * loss.smoothing / (reach * root)

    def _reach(self, apart: Any, loss: _Loss) -> Any:
        """The s at which the minimum is: (μ + √(μ² + λ² r²))/λ."""
        steep, smoothing = loss.weight * apart, loss.smoothing
        return (smoothing + Balls().sqrt(smoothing * smoothing + steep * steep)) / loss.weight


def _middle(value: Any) -> Any:
    return ball(value).mid()


def _middles(values: Any) -> Any:
    return np.array([_middle(value) for value in values], dtype=object)
