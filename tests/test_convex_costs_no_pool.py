"""With convex costs: that no pool pays, and caps that never bind, are certified; a zero that is wrong is refuted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq

import mechproof as mp


def earned(game: Any, pool: float) -> float:
    """What a pool earns for equal clients of cost ρ(e^ε − 1), by the first-order condition alone."""
    count, cost = len(game.cost), float(game.cost[0])
    marginal = lambda z: pool * (count - 1) / (count**2 * z) - cost * np.exp(z)  # noqa: E731
    own = brentq(marginal, 1e-300, 50.0)
    return float(game.revenue.beta) * np.log1p(float(game.revenue.alpha) * own) - pool


def exponential(cost: float, **more: Any) -> Any:
    return mp.StackelbergPricing(cost=[cost] * 3, alpha=1, beta=10, cost_function=mp.ExponentialCost(1), **more)


@pytest.mark.slow
@pytest.mark.parametrize("mean_over", ["all", "participants"])
def test_that_no_pool_pays_is_certified(mean_over: str) -> None:
    game = exponential(4000, mean_over=mean_over)
    assert max(earned(game, pool) for pool in np.geomspace(1e-9, 10, 400)) < 0
    solution = mp.solve(game)
    assert solution.values["reward_pool"] == 0
    assert solution.certificate.valid, solution.certificate.reason
    assert solution.certificate.distance is not None
    assert solution.certificate.distance <= 1e-8


@pytest.mark.slow
def test_a_zero_that_is_wrong_is_refuted() -> None:
    game = exponential(1)
    assert max(earned(game, pool) for pool in np.geomspace(1e-3, 10, 40)) > 0.1
    wrong = mp.candidate(game, reward_pool=0, epsilon=[0] * 3).certificate
    assert (wrong.optimal, wrong.valid) == (False, False)
    powers = mp.StackelbergPricing(cost=[9] * 3, alpha=1, beta=1, cost_function=mp.PowerCost(2))
    assert mp.candidate(powers, reward_pool=0, epsilon=[0] * 3).certificate.optimal is False  # a first bit is free


@pytest.mark.slow
def test_caps_that_never_bind_change_nothing_and_those_that_do_are_seen() -> None:
    game = mp.StackelbergPricing(cost=[1, 1, 2], alpha=10, beta=10, cost_function=mp.PowerCost(2))
    free = mp.solve(game).values
    for cap, same in (([4, 4, 4], True), ([4, 4, 4, 0], None)):
        capped = mp.StackelbergPricing(
            cost=[1, 1, 2, 1][: len(cap)], alpha=10, beta=10, cost_function=mp.PowerCost(2), epsilon_cap=cap
        )
        found = mp.solve(capped)
        assert found.certificate.valid
        if same:
            assert found.values["reward_pool"] == pytest.approx(free["reward_pool"], rel=1e-8)
    # at the pool that is best without them these bind: it is no answer
    bound = mp.StackelbergPricing(
        cost=[1, 1, 2], alpha=10, beta=10, cost_function=mp.PowerCost(2), epsilon_cap=[0.3, 0.3, 0.3]
    )
    stated = mp.candidate(bound, reward_pool=free["reward_pool"], epsilon=np.minimum(free["epsilon"], 0.3))
    assert stated.certificate.valid is False


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
def test_a_small_pool_that_is_off_by_a_part_of_itself_is_not_certified(arithmetic: str) -> None:
    # of two at squares z² = B/8, and 16 z (1 + z) = β: the best pool is a two-hundredth of β
    best = 0.01
    beta = 16 * best * (1 + best)
    game = mp.StackelbergPricing(cost=[1, 1], alpha=1, beta=beta, cost_function=mp.PowerCost(2))

    def judged(part: float) -> Any:
        pool = 8 * best**2 * (1 + part)
        stated = mp.candidate(game, reward_pool=pool, epsilon=[np.sqrt(pool / 8)] * 2)
        return mp.certify(stated, arithmetic=arithmetic)

    right = judged(0.0)
    assert right.valid
    assert right.distance <= 3e-8
    # |ΔB|/β is 5e-9, but budgets are off by 5e-7 of themselves
    assert not judged(1e-6).valid
    assert not judged(-1e-6).valid
    near = judged(2e-8)
    assert near.valid
    assert near.distance >= 1e-8  # the budgets', of which the pool's is a thousandth
