"""Figures 13 to 16 of Zhou 2023: the contest beside static and random pricing, contracts and the three-party game.

The ways to pay are those of `baselines`, at equal costs. Random pricing is drawn in the mean over its uniform budgets,
since one draw would show its seed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ...formulations.algebra import read
from ...formulations.privacy import classical_sigma
from ...formulations.stackelberg.declaration import StackelbergPricing
from ...solvers.figures.figure import Axis, Figure, Series
from ...solvers.readings.vectors import Vectors
from ..baselines.baseline import Baseline
from ..baselines.stackelberg import RANDOM_RANGE, contest_baselines
from .equal_costs import Equals
from .paper import PaperFigure

COUNTS = (10, 50, 100)
SERVED_COUNT = 100
"""Clients in figures 14 and 15, whose number the paper does not say."""
LEVELS = (1, 10, 100)
DELTA = 1e-5
DRAWS = 4000
"""Points of the uniform range at which a deviating client's utility is averaged."""
NAMES: Mapping[str, str] = {
    "equilibrium": "contest",
    "static/shared": "static, pool shared",
    "static/deviating": "static, one deviates",
    "random/shared": "random, pool shared",
    "random/deviating": "random, one deviates",
    "ic-mle": "IC-MLE, solved",
    "printed-56": "IC-MLE, (56) as printed",
    "three-party": "three-party",
    "extracted-58": "three-party, (58) as extracted",
}
IN_BOTH = ("ic-mle", "three-party")
"""The baselines that all four figures have."""
MAPPING = "three-party game by the mapping α = B/N, α₃ = B/2N, c = ρ, ε ≤ 100, which the paper does not give"


@dataclass(frozen=True)
class DataSet:
    """The parameters that go with one of the two data sets."""

    name: str
    scale: int
    pool: int
    cost: str
    static: float


EMNIST = DataSet("EMNIST", 10, 1, "0.001", 10.0)
CIFAR = DataSet("CIFAR-10", 20, 2, "0.003", 5.0)


@lru_cache(maxsize=64)
def rows_of(data: DataSet, count: int, alpha: int, beta: int, pool: int | None) -> Mapping[str, Baseline]:
    """Return every way to spend a pool (the server's best one for None), by its name."""
    game = StackelbergPricing(cost=[data.cost] * count, alpha=alpha, beta=beta)
    return {row.name: row for row in contest_baselines(game, pool, static_epsilon=data.static)}


def client_mean(data: DataSet, count: int, name: str) -> float:
    """Return the mean client's utility; of random pricing the expected one."""
    if name.startswith("random"):
        return _random_mean(Equals(count, float(data.cost)), float(data.pool), name.endswith("shared"))
    return float(rows_of(data, count, data.scale, data.scale, data.pool)[name].client_utility.mean())


def _random_mean(clients: Equals, pool: float, shared: bool) -> float:
    low, high = RANDOM_RANGE
    middle = (low + high) / 2
    if shared:  # the pool is paid out whatever is drawn, and costs are linear: equals have the same in the mean
        return float(clients.alone(middle, (clients.count - 1) * middle, pool))
    own = low + (high - low) * (np.arange(DRAWS) + 0.5) / DRAWS
    return float(np.mean(clients.alone(own, (clients.count - 1) * clients.budget(pool), pool)))


def figure_13() -> PaperFigure:
    """What a client has, by how many there are."""
    names = ("equilibrium", "static/shared", "static/deviating", "random/shared", "random/deviating", *IN_BOTH)

    def panel(data: DataSet) -> Figure:
        return _panel(
            f"fig-13-{data.name.lower()}",
            f"Figure 13: a client's utility, {data.name}",
            Axis("number N of clients", "log"),
            Axis("mean client's utility (money)"),
            COUNTS,
            names,
            lambda name, count: client_mean(data, int(count), name),
        )

    return PaperFigure(
        13,
        "a client has more than by the three-party game, IC-MLE, static and random pricing, most so for small N",
        f"{_settings()}, N = 10, 50, 100, static ε = 10, 5; how fixed budgets are paid is not said, so both "
        "readings are drawn; random "
        f"budgets in the mean over [1, 100]; {MAPPING}",
        (panel(EMNIST), panel(CIFAR)),
    )


def figure_14() -> PaperFigure:
    """What the server has, by α."""
    return _served(14, "α", lambda data, level: (level, data.scale), "β = 10 (EMNIST), 20 (CIFAR-10)")


def figure_15() -> PaperFigure:
    """What the server has, by β."""
    return _served(15, "β", lambda data, level: (data.scale, level), "α = 10 (EMNIST), 20 (CIFAR-10)", "log")


def _served(
    number: int, symbol: str, at: Callable[[DataSet, int], tuple[int, int]], fixed: str, scale: str = "linear"
) -> PaperFigure:
    def value(data: DataSet, name: str, level: float) -> float:
        found = rows_of(data, SERVED_COUNT, *at(data, int(level)), None)[name].server_utility
        return float("nan") if found is None else found

    def panel(data: DataSet) -> Figure:
        return _panel(
            f"fig-{number}-{data.name.lower()}",
            f"Figure {number}: the server's utility, {data.name}",
            Axis(symbol, "log"),
            Axis("server's utility (money)", scale),
            LEVELS,
            ("equilibrium", *IN_BOTH),
            lambda name, level: value(data, name, level),
        )

    ahead = min(
        value(data, "ic-mle", level) - value(data, "equilibrium", level) for data in (EMNIST, CIFAR) for level in LEVELS
    )
    return PaperFigure(
        number,
        f"the server has more than by IC-MLE and the three-party game, whatever {symbol}",
        f"{symbol} = 1, 10, 100, {fixed}, ρ = 0.001 and 0.003, N = {SERVED_COUNT} (not said), each at the contest's "
        f"best pool, where by IC-MLE the server has at least {ahead:.3f} more; {MAPPING}",
        (panel(EMNIST), panel(CIFAR)),
    )


def figure_16() -> PaperFigure:
    """What each sells, and the noise that goes with it."""
    names = ("equilibrium", "ic-mle", "printed-56", "three-party")

    def sold(data: DataSet, name: str, count: float) -> float:
        return float(rows_of(data, int(count), data.scale, data.scale, data.pool)[name].epsilon.mean())

    def noise(data: DataSet, name: str, count: float) -> float:
        return float(read(classical_sigma, Vectors(), {"epsilon": sold(data, name, count), "delta": DELTA}))

    def panel(data: DataSet, what: str, label: str, value: Callable[[DataSet, str, float], float]) -> Figure:
        return _panel(
            f"fig-16-{what}-{data.name.lower()}",
            f"Figure 16: {what} of each, {data.name}",
            Axis("number N of clients", "log"),
            Axis(label, "log"),
            COUNTS,
            names,
            lambda name, count: value(data, name, count),
        )

    return PaperFigure(
        16,
        "clients sell far more privacy than by IC-MLE and the three-party game, so there is less noise",
        f"{_settings()}, N = 10, 50, 100 (not said); σ = √(2 ln(1.25/δ)) Δ/ε, the paper's rule, Δ = 1, δ = 1e-5; "
        f"{MAPPING}",
        (
            panel(EMNIST, "budget", "privacy budget ε", sold),
            panel(EMNIST, "noise", "noise σ", noise),
            panel(CIFAR, "budget", "privacy budget ε", sold),
            panel(CIFAR, "noise", "noise σ", noise),
        ),
    )


def _settings() -> str:
    return "α = β = 10, B = 1, ρ = 0.001 (EMNIST); α = β = 20, B = 2, ρ = 0.003 (CIFAR-10)"


def _panel(
    name: str,
    title: str,
    x: Axis,
    y: Axis,
    places: Sequence[int],
    names: Sequence[str],
    value: Callable[[str, float], float],
) -> Figure:
    series = tuple(
        Series(NAMES[name], [float(place) for place in places], [value(name, place) for place in places], points=True)
        for name in names
    )
    return Figure(name, title, "", x, y, series)
