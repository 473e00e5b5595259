"""Version pricing under a barrier: prices move smoothly everywhere, by the declared objective's second derivatives."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.algebra import read
from ...formulations.versions.pricing import VersionPricing
from ..readings.derivative import Derivative
from ..readings.vectors import Vectors
from .branch import BOUND, End
from .data import moving_roles, number_of


@dataclass(frozen=True, eq=False)
class BarrierBranch:
    """A barrier problem's optimum around its prices."""

    model: VersionPricing
    price: np.ndarray
    tied: bool = False

    def along(self, direction: Mapping[str, Any]) -> dict[str, Any]:
        """Return how fast prices and outcomes move in a direction: −H⁻¹ times the rates of the gradient."""
        once = Derivative(Vectors())
        roles = moving_roles(self.model, once, direction)
        pushed = np.array([self._second(once, roles, k, self.price) for k in range(len(self.price))])
        rates = np.linalg.solve(self._curvature, -pushed)
        moving = {**roles, "price": once.moving(self.price, rates)}
        found = {name: once.slope(read(of, once, moving)) for name, of in self.model.outcomes().items()}
        return {"price": rates, **found}

    @cached_property
    def _curvature(self) -> np.ndarray:
        """The second derivatives in prices, of which only neighbours have any."""
        once, size = Derivative(Vectors()), len(self.price)
        roles, found = moving_roles(self.model, once, {}), np.zeros((size, size))
        place = np.argsort(self.model.cone.order)
        for colour in range(3):
            speed = (place % 3 == colour).astype(np.float64)
            for k in range(size):
                near = [j for j in range(size) if abs(place[j] - place[k]) <= 1 and speed[j]]
                if near:
                    found[k, near[0]] = self._second(once, roles, k, once.moving(self.price, speed))
        return found

    def _second(self, once: Derivative, roles: Mapping[str, Any], k: int, price: Any) -> float:
        """How fast the objective's slope in price k moves."""
        twice = Derivative(once)
        own = np.zeros(len(self.price))
        own[k] = 1.0
        objective = read(self.model.objective(), twice, {**roles, "price": twice.moving(price, own)})
        return float(once.slope(twice.slope(objective)))

    def end(self, name: str, index: int | None, side: int) -> End:
        """Return that nothing happens: the barrier keeps prices off every constraint."""
        if name == "epsilon":
            assert index is not None
            others = np.sort(np.delete(np.asarray(self.model.epsilon, dtype=np.float64), index))
            own = float(self.model.epsilon[index])
            beyond = others[others > own][:1] if side > 0 else others[others < own][-1:]
            if len(beyond):
                return End(float(beyond[0]), "two versions would change places")
        return End(math.inf, "nothing happens") if side > 0 else End(0.0, BOUND)

    def alike(self, name: str) -> np.ndarray:
        """Every number moves prices in its own way."""
        return np.arange(len(number_of(self.model, name)))
