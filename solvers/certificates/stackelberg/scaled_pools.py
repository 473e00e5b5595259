"""Pools of costs that are powers, where no cap binds: the shares are the same at every one, and Z grows like B^(1/g).

One enclosed equilibrium gives all of them, in balls.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ....formulations.data import as_floats
from ....formulations.stackelberg.declaration import StackelbergPricing
from ...readings.balls import Balls, ball, enclosing, precision
from ...readings.game import GameReading
from ..equilibrium import Enclosure
from .pool_cells import Bounds

BITS = 128


def caps_never_bind(game: StackelbergPricing, enclosure: Enclosure, pool: float) -> bool:
    """Whether no cap but those of zero binds at any pool: budgets that are powers of the pool grow by one factor."""
    if game.epsilon_cap is None:
        return True
    cap, high = as_floats(game.epsilon_cap), as_floats(enclosure.high)
    used = float(np.max(high[cap > 0] / cap[cap > 0]))
    with precision(BITS):
        grown = Balls().power(
            ball(float(game.revenue.largest_pool)) / ball(pool), 1 / ball(game.cost_function.exponent)
        )
        return bool(grown * ball(used) * ball(1 + 2.0**-50) < 1)


@dataclass(frozen=True)
class Scaled:
    """The server's utility where the shares do not depend on the pool: its declared formula at Z (B/B₀)^(1/g)."""

    game: StackelbergPricing
    total: Any
    pool: Any
    counted: Any

    @property
    def _server(self) -> GameReading:
        return GameReading(self.game, Balls())

    def _seen(self, pool: Any) -> dict[str, Any]:
        return {"total": self._total(pool), "counted": ball(int(self.counted)), "reward_pool": pool}

    def _total(self, pool: Any) -> Any:
        return self.total * Balls().power(pool / self.pool, 1 / ball(self.game.cost_function.exponent))

    def moved(self, low: float, high: float) -> float:
        """How far budgets move between two pools around the answer, in parts of themselves: all by one factor."""
        if not low > 0:
            return float("inf")
        grown = Balls().power(ball(high) / ball(low), 1 / ball(self.game.cost_function.exponent)) - 1
        return float(grown.upper())

    def value(self, pool: Any) -> Any:
        """U_S in a ball."""
        return self._server.leader_utility(self._seen(pool))

    def bounds(self, low: float, high: float) -> Bounds | None:
        """Return the bounds on a cell: the revenue at its upper end less its lower one, and the slope in a ball."""
        seen = {**self._seen(ball(high)), "reward_pool": ball(low)}
        most = float(self._server.leader_utility(seen).upper())
        slope = (-np.inf, np.inf)
        if low > 0:
            cell = enclosing(low, high)
            rate = self._total(cell) / (ball(self.game.cost_function.exponent) * cell)
            found = self._server.leader_slope(self._seen(cell), {"total": rate, "reward_pool": ball(1)})
            slope = (float(found.lower()), float(found.upper())) if found.is_finite() else slope
        least = self.value(ball((low + high) / 2)) if high > 0 else ball(0)
        return Bounds(most, float(least.lower()), slope)
