"""How answers to games of one's own move: the implicit function theorem on whatever utilities are declared."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from own_mechanism import QuadraticLottery
from own_program import CheapestData
from scipy.optimize import brentq

import mechproof as mp
from mechproof.solvers.sensitivity.data import unit
from mechproof.solvers.sensitivity.own_game import game_branch


@pytest.mark.parametrize(
    "data",
    [
        {"cost": ["0.2", "0.3", "0.7", 2], "alpha": 10, "beta": 10},
        {"cost": [1, 2, 5], "alpha": 30, "beta": 9},
        {"cost": ["0.5", "0.75"], "revenue": mp.SaturatingRevenue(alpha=1, beta=30)},
    ],
)
def test_the_shipped_formulas_agree_with_the_declared_utilities(data: dict[str, Any]) -> None:
    game = mp.StackelbergPricing(**data)
    solution = mp.solve(game, arithmetic="exact")
    found, declared = mp.what_if(solution), game_branch(game, solution)
    rational = isinstance(solution.exact["reward_pool"], Fraction)
    for name in found.data:
        for index in range(len(data["cost"])) if name == "cost" else (None,):
            number = Fraction if rational else lambda value: solution.exact["reward_pool"] * 0 + value
            rates = declared.along(unit(game, name, index, 1, number))
            for value, column in found.column(name, index).items():
                pairs = zip(np.ravel(rates[value]), np.ravel(column), strict=True)
                assert all(one == two or (one - two).contains(0) for one, two in pairs), (name, index, value)


def efforts(cost: list[float], prize: float) -> np.ndarray:
    """The lottery's equilibrium: V(S − x)/S² = 2 k x, so that x = V S/(V + 2 k S²), and they add up to S."""

    def of(total: float) -> np.ndarray:
        return np.array([prize * total / (prize + 2 * k * total**2) for k in cost])

    total = brentq(lambda total: of(total).sum() / total - 1, 1e-3, 1e3, xtol=1e-15, rtol=1e-15)
    return of(total)


def test_a_lottery_of_ones_own() -> None:
    cost, prize = [1.0, 2.0, 4.0], 10.0
    found = mp.what_if(mp.solve(QuadraticLottery(cost=cost, prize=prize)))
    assert found.solution.values["effort"] == pytest.approx(efforts(cost, prize), rel=1e-7)
    step = 1e-5
    for k in range(3):
        up, down = ([*cost[:k], cost[k] + side * step, *cost[k + 1 :]] for side in (1, -1))
        slope = (efforts(up, prize) - efforts(down, prize)) / (2 * step)
        assert found.derivative["effort", "cost"][:, k] == pytest.approx(slope, rel=1e-6, abs=1e-8)
    slope = (efforts(cost, prize + step) - efforts(cost, prize - step)) / (2 * step)
    assert found.derivative["effort", "prize"] == pytest.approx(slope, rel=1e-6)


def test_a_program_of_ones_own_is_refused_in_words() -> None:
    model = CheapestData(price=[1, 2, 3], rise=["0.1", "0.2", "0.3"], quality=[1, 2, 4], needed=30)
    with pytest.raises(mp.UnsupportedModel, match="sensitivities_of adds it"):
        mp.what_if(mp.solve(model))
