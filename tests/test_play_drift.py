"""Costs that drift while a game is played: the walk, the replies to it, and regret at the costs of each round."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

import mechproof as mp

ALPHA, BETA, DRIFT, SEED = 2.0, 10.0, 0.3, 3
POOL = BETA - 2 * 3 / ALPHA
"""Best at the costs of the first round, and kept."""


def walked(rounds: int) -> np.ndarray:
    """Costs of two clients in each round: steps of the logarithms add up."""
    draws = np.random.default_rng(SEED)
    steps = [DRIFT * draws.standard_normal(2) for _ in range(rounds - 1)]
    return np.array([1.0, 2.0]) * np.exp(np.cumsum([np.zeros(2), *steps], axis=0))


def sold(cost: np.ndarray, pool: float) -> np.ndarray:
    """What two clients sell at equilibrium: Z = B/(ρ₁ + ρ₂), ε_i = Z(1 − ρ_i Z/B)."""
    total = pool / cost.sum()
    return np.asarray(total * (1 - cost * total / pool))


def drifting(rule: str, **more: object) -> mp.Played:
    game = mp.StackelbergPricing(cost=[1, 2], alpha=ALPHA, beta=BETA)
    return mp.play(game, rounds=6, rule=rule, drift=str(DRIFT), seed=SEED, **more)


def test_costs_walk() -> None:
    play = drifting("equilibrium")
    for one, cost in zip(play.path, walked(6), strict=True):
        assert float(one.reward_pool) == pytest.approx(POOL)
        assert one.epsilon == pytest.approx(sold(cost, POOL))


def test_regret_is_at_the_costs_of_each_round() -> None:
    play = drifting("damped", damping="0.1", start=[3, "0.2"])
    grid, costs, missed, lost = np.linspace(0, 20, 100_001), walked(6), 0.0, 0.0
    for person in (0, 1):
        worth, had = np.zeros(len(grid)), 0.0
        for one, cost in zip(play.path, costs, strict=True):
            own, others = one.epsilon[[person, 1 - person]]
            worth += POOL * grid / (grid + others) - cost[person] * grid
            had += POOL * own / (own + others) - cost[person] * own
        missed += worth.max() - had
        assert play.regret["client"][person] == pytest.approx(max(worth.max() - had, 0), abs=1e-6)
        assert play.utility["client"][person] == pytest.approx(had)
    assert missed > 0.1
    for one, cost in zip(play.path, costs, strict=True):

        def left(pool: float, cost: np.ndarray = cost) -> float:
            return pool - BETA * np.log1p(ALPHA * sold(cost, pool).mean())

        best = minimize_scalar(left, bounds=(0.01, BETA), method="bounded", options={"xatol": 1e-10})
        lost += POOL - BETA * np.log1p(ALPHA * one.epsilon.mean()) - best.fun
    assert play.regret["server"] == pytest.approx(lost, abs=1e-7)


@pytest.mark.parametrize("misread", ["0", "0.25"])
def test_a_server_without_a_formula_learns_by_what_was_sold(misread: str) -> None:
    """It takes the total for a multiple of the pool, as it reads it; its revenue has no demand in closed form."""
    game = mp.StackelbergPricing(cost=[1, 2], revenue=mp.MeasuredRevenue(half=["0.5", 4], beta=[60, 20]))
    asked = {"rounds": 2, "rule": "equilibrium", "server": "learning", "reward_pool": 2, "misread": misread}
    learned = float(mp.play(game, **asked).path[1].reward_pool)
    mean = sold(np.array([1.0, 2.0]), 2.0).mean() / 2 * (1 + float(misread))  # of a pool of one

    def left(pool: float) -> float:
        return pool - 60 * mean * pool / (0.5 + mean * pool) - 20 * mean * pool / (4 + mean * pool)

    best = minimize_scalar(left, bounds=(0.001, 20), method="bounded", options={"xatol": 1e-10})
    assert learned == pytest.approx(best.x, abs=1e-4)
