"""The equilibrium under caps by one root, against what each client's best reply is by a grid; lies among many."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import mechproof as mp
from mechproof.proofs.properties.misreport import misreport
from mechproof.proofs.properties.stackelberg.response import contest_response


@pytest.mark.parametrize("pool", [0.01, 0.5, 3.0, 1000.0])
def test_nobody_replies_otherwise(pool: float) -> None:
    """By the utilities as the paper prints them, on a grid from zero to each cap."""
    rng = np.random.default_rng(0)
    cost, cap = rng.uniform(0.5, 3, 6), rng.uniform(0.05, 0.3, 6)
    own = contest_response(
        mp.StackelbergPricing(cost=cost, epsilon_cap=cap, alpha=20, beta=6), {"reward_pool": pool}, False
    )
    assert own is not None
    for i in range(6):
        others, grid = own.sum() - own[i], np.linspace(0, cap[i], 20_001)

        def utility(x: np.ndarray, others: float = others, i: int = i) -> np.ndarray:
            return pool * x / (x + others) - cost[i] * x

        assert utility(own[i]) >= utility(grid).max() - 1e-13 * max(pool, 1)


def test_exactly_it_is_left_to_others() -> None:
    game = mp.StackelbergPricing(cost=[1, 1, 3], epsilon_cap=["0.1", "0.1", 100], alpha=30, beta=6)
    assert contest_response(game, {"reward_pool": Fraction(12, 5)}, True) is None
    found = contest_response(game, {"reward_pool": 2.4}, False)
    assert found == pytest.approx([0.1, 0.1, 0.2], abs=1e-14)


def test_a_report_among_many_doubles_is_a_double() -> None:
    """Beyond the people who are judged over fractions, what is reported is told as it was given."""
    cost = np.random.default_rng(1).lognormal(0, 0.1, 3000)
    game = mp.StackelbergPricing(cost=cost, alpha=10, beta=3000)
    cheapest = int(np.argmin(cost))
    lie = misreport(game, cheapest, Fraction(float(cost[cheapest])) * Fraction(11, 10))
    assert not lie.exact
    assert lie.report == Fraction(float(cost[cheapest])) * Fraction(11, 10)
    assert lie.truth == cost[cheapest]
