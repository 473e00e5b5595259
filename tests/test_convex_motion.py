"""How the server's utility moves with the pool under convex costs: slopes and bends against differences of solves."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

import mechproof as mp
from mechproof.solvers.certificates.stackelberg.convex_motion import Motion
from mechproof.solvers.readings.game import GameReading
from mechproof.solvers.readings.intervals import Interval, Intervals
from mechproof.solvers.readings.vectors import Vectors

COST = np.array([1.0, 1.3, 2.0, 9.0])
RATE = 1.5


def budgets(pool: float) -> np.ndarray:
    """B (Z − x)/Z² = ρ e^(RATE x), nobody below zero, by SciPy's root finder alone."""

    def own(total: float, rho: float) -> float:
        def gain(x: float) -> float:
            return pool * (total - x) / total**2 - rho * np.exp(RATE * x)

        return 0.0 if gain(0) <= 0 else float(brentq(gain, 0, total, xtol=1e-15, rtol=1e-14))

    total = brentq(lambda z: sum(own(z, rho) for rho in COST) - z, 1e-6, 10, xtol=1e-15, rtol=1e-14)
    return np.array([own(total, rho) for rho in COST])


def contest(count: int = 4, **more: Any) -> mp.StackelbergPricing:
    cost = COST if count == 4 else np.exp(0.5 * np.random.default_rng(0).standard_normal(count))
    return mp.StackelbergPricing(cost, alpha=10.0, beta=10.0, cost_function=mp.ExponentialCost(RATE), **more)


def utility(pool: float) -> float:
    return 10 * float(np.log(1 + 10 * budgets(pool).sum() / 4)) - pool


def motion(low: float, high: float) -> Motion:
    """A cell between two pools; budgets are between those at its ends, and a hair."""
    game, ends = contest(), (budgets(low), budgets(high))
    box = Interval(np.minimum(*ends) * (1 - 1e-9), np.maximum(*ends) * (1 + 1e-9))
    totals = Interval(ends[0].sum() * (1 - 1e-12), ends[1].sum() * (1 + 1e-12))
    readings = GameReading(game, Vectors()), GameReading(game, Intervals())
    return Motion(*readings, box, totals, Interval(low, high), Interval(4, 4))


@pytest.mark.parametrize("pool", [0.5, 3.0, 6.0])
def test_slope_and_bend_are_those_of_differences(pool: float) -> None:
    step = 1e-3
    before, here, after = (utility(pool + k * step) for k in (-1, 0, 1))
    cell = motion(pool, pool)
    slope, bend = (after - before) / (2 * step), (after - 2 * here + before) / step**2
    assert cell.slope == pytest.approx((slope, slope), abs=1e-4)
    assert cell.bend is not None
    assert (float(cell.bend.low), float(cell.bend.high)) == pytest.approx((bend, bend), rel=1e-3, abs=1e-4)


def test_a_cell_encloses_the_slopes_inside_and_tightly() -> None:
    errors = []
    best = float(minimize_scalar(lambda pool: -utility(pool), bounds=(1, 9), method="bounded").x)
    for width in (0.04, 0.02, 0.01):
        low, high = best - 0.4 * width, best + 0.6 * width  # the slope is of either sign there
        cell, first, last = motion(low, high), motion(low, low), motion(high, high)
        least, most = cell.slope_between(first, last)
        inside = [motion(pool, pool).slope for pool in np.linspace(low, high, 5)]
        assert all(least <= slope[0] and slope[1] <= most for slope in inside)
        assert cell.slope[0] <= least <= most <= cell.slope[1]
        assert cell.bend is not None
        errors.append(float(cell.bend.high - cell.bend.low))
    assert errors[2] < errors[1] / 1.6 < errors[0] / 2.5  # the bend's width falls with the cell's


@pytest.mark.slow
def test_three_clients_of_exponential_cost_are_certified_at_once() -> None:
    solution = mp.solve(mp.StackelbergPricing([1, 2, 3], alpha=10, beta=10, cost_function=mp.ExponentialCost(1)))
    started = time.process_time()
    assert mp.certify(solution).valid
    assert time.process_time() - started < 8  # it took over ten seconds
    pool = solution.values["reward_pool"]
    other = pool * 1.01
    moved = mp.candidate(solution.model, reward_pool=other, epsilon=_sold(solution.model, other))
    assert mp.certify(moved).optimal is False


def _sold(game: Any, pool: float) -> Any:
    from mechproof.solvers.response import equilibrium

    return equilibrium(GameReading(game, Vectors()), {"reward_pool": pool})


@pytest.mark.slow
def test_more_clients_than_were_taken_before_are_certified() -> None:
    assert mp.solve(contest(21_000)).certificate.valid
