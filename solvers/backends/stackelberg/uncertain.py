"""Pools for costs that a server knows as a set: against the worst of them, and over scenarios."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ....formulations.errors import UnsupportedModel
from ....formulations.language import Declaration
from ....formulations.stackelberg.interval_pricing import IntervalPricing
from ....formulations.stackelberg.scenario_pricing import ScenarioPricing
from ...certificates.stackelberg.covered_pools import aimed_at, totals_at
from ...installed import version
from ...readings.derivative import Derivative
from ...readings.program import ProgramReading
from ...readings.reformulation import decisions_from
from ...readings.vectors import Vectors
from ...solution import Answer, Request
from .closed_form import float_decisions

GRID = 400
FINEST = 60


def backends() -> tuple[Any, ...]:
    """Return the pool against the worst costs, and the two over scenarios."""
    return WorstCase(), ScenarioPool(), PoolGrid()


@dataclass(frozen=True)
class WorstCase:
    """The contest at the worst costs of the intervals, in closed form; exactly where it is rational."""

    mechanism: ClassVar[type] = IntervalPricing
    name: str = "uncertain-costs:worst-case"

    def accepts(self, model: Declaration) -> str | None:
        """Return None for pricing with costs in intervals."""
        return None if isinstance(model, IntervalPricing) else "takes costs in intervals only; try closed-form"

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return the best pool and the budgets it buys at the worst costs."""
        assert isinstance(model, IntervalPricing)
        request.refuse_options(self.name)
        if request.arithmetic == "exact":
            from .exact import exact_decisions

            found = exact_decisions(model.worst)
        else:
            found = float_decisions(model.worst)
        return Answer(decisions_from(model.game_form(), model, found), "optimal", {"numpy": version("numpy")})


@dataclass(frozen=True)
class ScenarioPool:
    """The pool at which the average stops rising, without caps; under caps the best of a grid, refined around it."""

    mechanism: ClassVar[type] = ScenarioPricing
    name: str = "uncertain-costs:scenario-pool"

    def accepts(self, model: Declaration) -> str | None:
        """Return None for pricing over scenarios of costs."""
        return None if isinstance(model, ScenarioPricing) else "takes scenarios of costs only; try closed-form"

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return the best pool and the totals that it buys in the scenarios."""
        assert isinstance(model, ScenarioPricing)
        request.refuse_options(self.name)
        _refuse_exact(self.name, request)
        pool = _refined(model) if model.epsilon_cap is not None else _stationary(model)
        return Answer(_decisions(model, pool), "optimal", {"numpy": version("numpy"), "scipy": version("scipy")})


@dataclass(frozen=True)
class PoolGrid:
    """A grid of pools, narrowed around its best point by golden sections: no derivative is used."""

    mechanism: ClassVar[type] = ScenarioPricing
    name: str = "uncertain-costs:pool-grid"

    def accepts(self, model: Declaration) -> str | None:
        """Return None for pricing over scenarios of costs."""
        return None if isinstance(model, ScenarioPricing) else "takes scenarios of costs only; try share-function"

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return the best pool that was found."""
        from scipy.optimize import minimize_scalar

        assert isinstance(model, ScenarioPricing)
        request.refuse_options(self.name)
        _refuse_exact(self.name, request)
        reading = ProgramReading(model, Vectors())

        def loss(pool: float) -> float:
            return float(reading.objective(_decisions(model, pool)))

        pools = np.linspace(0.0, float(model.revenue.largest_pool), GRID + 1)
        best = int(np.argmin([loss(pool) for pool in pools]))
        around = (pools[max(best - 1, 0)], pools[min(best + 1, GRID)])
        found = minimize_scalar(loss, bounds=around, method="bounded", options={"xatol": 1e-12})
        pool = min((pools[best], float(found.x)), key=loss)
        return Answer(_decisions(model, pool), "best of a grid", {"scipy": version("scipy")})


def _refuse_exact(name: str, request: Request) -> None:
    if request.arithmetic == "exact":
        raise UnsupportedModel(f"{name} computes in floats; certify its answer with arithmetic='exact'")


def _decisions(model: ScenarioPricing, pool: float) -> dict[str, Any]:
    if model.epsilon_cap is None:
        return {"reward_pool": pool, "total": np.array([float(ratio) for ratio in model.ratios]) * pool}
    pools = np.array([pool])
    return {"reward_pool": pool, "total": np.array([totals_at(model, k, pools)[0] for k in range(len(model.games))])}


def _stationary(model: ScenarioPricing) -> float:
    """Return where the objective's slope vanishes along the totals that the pools buy; an end where it does not."""
    from scipy.optimize import brentq

    dual, ratio = Derivative(Vectors()), np.array([float(one) for one in model.ratios])
    reading = ProgramReading(model, dual)

    def slope(pool: float) -> float:
        moving = {"reward_pool": dual.variable(pool), "total": dual.moving(ratio * pool, ratio)}
        return float(dual.slope(reading.objective(moving)))

    top = float(model.revenue.largest_pool)
    if slope(0.0) >= 0:
        return 0.0
    if slope(top) <= 0:
        return top
    # where the worst scenario changes the slope jumps, and halving takes many more than the usual steps
    return float(brentq(slope, 0.0, top, xtol=1e-300, rtol=4 * np.finfo(float).eps, maxiter=5000))


def _refined(model: ScenarioPricing) -> float:
    """Return the best of a grid of pools, the grid narrowed around its best points again and again."""
    low, high = 0.0, float(model.revenue.largest_pool)
    for _ in range(FINEST):
        pools = np.linspace(low, high, GRID if high - low > 0.01 * high else 9)
        best = int(np.argmax(aimed_at(model, pools)))
        low, high = pools[max(best - 1, 0)], pools[min(best + 1, len(pools) - 1)]
        if high - low <= 1e-12 * high:
            break
    return float((low + high) / 2) if low > 0 else 0.0
