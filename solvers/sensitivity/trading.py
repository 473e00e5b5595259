"""Who trades in a three-party market, and whose budget is the largest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...formulations.three_party.declaration import ThreePartyMarket
from ..readings.balls import ball

NEAR = 1e-9
"""Within which part of each other doubles are taken for equal where a budget meets its cap."""


@dataclass(frozen=True, eq=False)
class Trading:
    """Who trades, whose budget is the largest, and whose is on the edge of being so."""

    sells: np.ndarray
    capped: np.ndarray
    edge: np.ndarray

    def same(self, other: Trading) -> bool:
        """Whether all trade and are capped alike."""
        return all(np.array_equal(getattr(self, n), getattr(other, n)) for n in ("sells", "capped", "edge"))


def trading(market: ThreePartyMarket, values: Mapping[str, Any]) -> Trading:
    """Return who trades and who is capped at an equilibrium: capped are those for whom (59) asks for more."""
    sells, none = market.can_sell, np.zeros(len(market.cost), dtype=bool)
    if market.fixed_budgets:
        return Trading(sells, none, none)
    wanted = np.full(len(sells), 1)
    weight, most = market.privacy_weight, market.epsilon_max
    for k in np.flatnonzero(sells).tolist():
        wanted[k] = _compared(weight, most, values["quantity"][k] * values["price"][k])
    return Trading(sells, sells & (wanted > 0), sells & (wanted == 0))


def _compared(weight: Any, most: Any, paid: Any) -> int:
    """Whether α₃ is above ε_max a p (1), below (−1), or not told from it (0)."""
    if isinstance(paid, float):
        left = float(weight) - float(most) * paid
        return 0 if abs(left) <= NEAR * float(weight) else 1 if left > 0 else -1
    left = ball(weight) - ball(most) * paid
    return 1 if left > 0 else -1 if left < 0 else 0
