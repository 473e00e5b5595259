"""The contest's equilibrium at a pool: in closed form where no cap binds, else by the root of the sum of the shares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ....formulations.stackelberg.contest import capped_budget, capped_share
from ....formulations.stackelberg.declaration import StackelbergPricing
from ....solvers.certificates.stackelberg.path import ContestPath
from ....solvers.readings.game import GameReading
from ....solvers.readings.rationals import Rationals
from ....solvers.readings.vectors import Vectors

EPSILON = float(np.finfo(np.float64).eps)


def contest_response(game: StackelbergPricing, decided: Mapping[str, Any], exact: bool) -> Any | None:
    """Return the equilibrium; None where costs are not linear, or a cap binds and it is asked for exactly."""
    if not game.linear_costs:
        return None
    reading = GameReading(game, Rationals() if exact else Vectors())
    path = ContestPath(reading.algebra, reading.data["cost"], None)
    offers = path.offers(reading.algebra.number(decided["reward_pool"]) * path.first_ratio, path.first_ratio)
    if game.epsilon_cap is None or np.all(offers <= reading.upper):
        return offers
    return None if exact else _capped(reading, float(decided["reward_pool"]), float(np.sum(offers)))


def _capped(reading: GameReading, pool: float, largest: float) -> Any:
    """The equilibrium under caps that bind: the total at which the shares, which fall along it, add up to one."""
    from scipy.optimize import brentq  # takes a quarter of a second to import, and most contests need no root

    cost, cap = reading.data["cost"], reading.upper
    most = min(largest, float(np.sum(cap)))

    def missing(total: float) -> float:
        return float(np.sum(capped_share(reading.algebra, cost, cap, total, pool))) - 1

    low = most
    while low > 0 and missing(low) < 0:
        low /= 4
    total = low if low in (most, 0.0) else float(brentq(missing, low, 4 * low, xtol=1e-300, rtol=4 * EPSILON))
    return capped_budget(reading.algebra, total, cost, total / pool, cap)
