"""The figures of pools for uncertain costs: what is guaranteed, or earned on average, and the band of what may come."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...formulations.stackelberg.declaration import StackelbergPricing
from ...formulations.stackelberg.interval_pricing import IntervalPricing
from ...formulations.stackelberg.scenario_pricing import ScenarioPricing
from ..certificates.stackelberg.path import ContestPath
from ..certificates.stackelberg.server import Server
from ..readings.game import GameReading
from ..readings.vectors import Vectors
from ..solution import Solution
from .figure import Axis, Figure, Mark, Series

POINTS = 120
MOST_SCENARIOS = 200
"""So many scenarios are drawn at most: the first of them."""


def guarantee_curves(model: IntervalPricing, solution: Solution) -> tuple[Figure, ...]:
    """What a pool guarantees, and what it earns where all costs are at one end of their intervals."""
    best, top = float(solution.values["reward_pool"]), float(model.revenue.largest_pool)
    at_low = model.game_at(model.cost.low, model.epsilon_cap_high)
    series = (
        _series("guaranteed", *_earned(model.worst, top)),
        _series("where all costs are least", *_earned(at_low, top)),
        _series("where all costs are largest", *_earned(model.game_at(model.cost.high), top)),
    )
    text = (
        "Whatever the costs are in their intervals, a pool earns no less than is guaranteed; the dot is the best pool."
    )
    if model.mean_over == "participants":
        text += " The largest costs are not the worst: a client who just comes in lowers the mean."
    return (
        Figure(
            "guarantee",
            "The server's utility against the pool, costs being uncertain",
            text,
            Axis("B: reward pool (money)"),
            Axis("server's utility (money)"),
            series,
            (Mark(f"B* = {best:.4g}", best, float(solution.values["guarantee"])),),
        ),
    )


def scenario_curves(model: ScenarioPricing, solution: Solution) -> tuple[Figure, ...]:
    """What a pool earns on average over the scenarios, and in the best and the worst of them."""
    best, top = float(solution.values["reward_pool"]), float(model.revenue.largest_pool)
    pools = np.linspace(0, top, POINTS)
    curves = [_earned(game, top) for game in model.games[:MOST_SCENARIOS]]
    utilities = np.array([np.interp(pools, *curve) for curve in curves])
    weights = model.cost.weights[:MOST_SCENARIOS]
    lines = {
        "average": weights @ utilities / weights.sum(),
        "best scenario": utilities.max(axis=0),
        "worst scenario": utilities.min(axis=0),
    }
    return (
        Figure(
            "average",
            "The server's utility against the pool, over scenarios of costs",
            "The band is what may come; the dot is the best pool.",
            Axis("B: reward pool (money)"),
            Axis("server's utility (money)"),
            tuple(_series(label, pools, values) for label, values in lines.items()),
            (Mark(f"B* = {best:.4g}", best, float(solution.values[model.aim])),),
        ),
    )


def _earned(game: StackelbergPricing, top: float) -> tuple[np.ndarray, np.ndarray]:
    """Return pools up to the largest and what the server earns with each, along the contest's path."""
    algebra = Vectors()
    cap = None if game.epsilon_cap is None else algebra.vector(game.epsilon_cap)
    path, server = ContestPath(algebra, algebra.vector(game.cost), cap), Server(GameReading(game, algebra))
    last = path.first_ratio * top if cap is None else min(path.first_ratio * top, cap.sum())
    points = [path.at_total(total) for total in np.linspace(0, last, POINTS)[1:]]
    kept = [point for point in points if point.pool <= top]
    counted = [server.counted(path.offers(point.total, point.ratio) > 0)[1] for point in kept]
    earned = [server.value(point.total, n, point.pool) for point, n in zip(kept, counted, strict=True)]
    return np.array([0.0, *(point.pool for point in kept)]), np.array([0.0, *map(float, earned)])


def _series(label: str, pools: Any, values: Any) -> Series:
    return Series(label, np.asarray(pools).tolist(), np.asarray(values).tolist())
