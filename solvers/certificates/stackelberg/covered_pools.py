"""Pools under caps, covered: between two pools nothing beats the upper one's totals at the lower one's price.

In double precision, each total being the upper end of its bracket.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ....formulations.stackelberg.contest import capped_share
from ....formulations.stackelberg.scenario_pricing import ScenarioPricing
from ...readings.game import GameReading
from ...readings.vectors import Vectors
from .server import Server

START = 64
PARTS = 4
MOST = 30_000
HALVINGS = 70
ROUND = 1e-13
"""What doubles may round of a utility, relative to the largest pool: both are at most a few terms of that size."""


def cover(model: ScenarioPricing, pool: float, tolerance: float) -> tuple[bool | None, float | None, str]:
    """Return whether a pool is best within a tolerance of the largest pool, the gap that is left, and why."""
    scale = float(model.revenue.largest_pool)
    reached = float(aimed_at(model, np.array([pool]))[0])
    ends = np.linspace(0.0, scale, START + 1)
    low, high = ends[:-1], ends[1:]
    while True:
        bound = aimed_at(model, high, price=low) + ROUND * scale
        kept = bound > reached + tolerance * scale
        if not kept.any():
            return True, tolerance, "no pool is better by more than the gap: all are covered"
        low, high, bound = low[kept], high[kept], bound[kept]
        middle = (low + high) / 2
        found = aimed_at(model, middle)
        if (best := int(np.argmax(found))) is not None and found[best] > reached + (tolerance + ROUND) * scale:
            reason = f"the pool {middle[best]:.9g} is better: {found[best]:.9g} in place of {reached:.9g}"
            return False, None, reason
        if len(low) * PARTS > MOST:
            gap = float(bound.max() - reached) / scale
            return None, gap, f"the pools were covered to a gap of {gap:.2g} only"
        steps = np.linspace(low, high, PARTS + 1)
        low, high = steps[:-1].ravel(), steps[1:].ravel()


def aimed_at(model: ScenarioPricing, pools: Any, price: Any = None) -> Any:
    """Return what is aimed at with the totals of some pools, at those pools' price or a lower one."""
    price = pools if price is None else price
    utilities = np.array([_utilities(model, k, totals_at(model, k, pools), price) for k in range(len(model.games))])
    return model.cost.weights @ utilities if model.aim == "average" else utilities.min(axis=0)


def totals_at(model: ScenarioPricing, k: int, pools: Any) -> Any:
    """Return just more than the total that each pool buys in a scenario: where the shares add up to one at most."""
    algebra, game = Vectors(), model.games[k]
    cost, cap = algebra.vector(game.cost)[:, None], algebra.vector(game.epsilon_cap)[:, None]
    low = np.zeros_like(pools)
    high = np.minimum(float(model.ratios[k]) * pools, cap.sum()) * (1 + 1e-12) + 1e-300
    with np.errstate(all="ignore"):
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            above = capped_share(algebra, cost, cap, middle, np.maximum(pools, 1e-300)).sum(axis=0) > 1
            low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.where(pools > 0, high, 0.0)


def _utilities(model: ScenarioPricing, k: int, totals: Any, pools: Any) -> Any:
    server = Server(GameReading(model.games[k], Vectors()))
    count = model.counts[k]
    return np.array([float(server.value(total, count, pool)) for total, pool in zip(totals, pools, strict=True)])
