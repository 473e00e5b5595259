"""Random three-party markets against brute force: a buyer and sellers who try everything on grids.

Nothing of the package is used to judge: the utilities are written out again, over NumPy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import mechproof as mp

PRICES, BUDGETS = 1_500, 1_200


@dataclass(frozen=True)
class Reference:
    """A market's utilities, and the best that anybody finds on a grid."""

    alpha: float
    weight: float
    cap: float

    def buyer(self, price: Any, epsilon: Any) -> tuple[Any, Any]:
        """Return what the buyer takes at a price and a budget, and what it has of it."""
        trust = 1 + epsilon
        amount = np.maximum(self.alpha / (price * trust) - 1, 0)
        return amount, self.alpha * np.log1p(amount) + self.weight * np.log(epsilon) - price * trust * amount

    def chosen(self, price: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the best budget and amount of the buyer at each price, of a grid that ends with the cap."""
        grid = np.append(self.cap * np.geomspace(1e-8, 1, BUDGETS)[:-1], self.cap)
        _, value = self.buyer(price[:, None], grid[None, :])
        best = np.argmax(value, axis=1)
        low, high = grid[np.maximum(best - 1, 0)], grid[np.minimum(best + 1, len(grid) - 1)]
        for _ in range(80):  # the value has one top between two neighbours on the grid
            one, two = low + (high - low) / 3, high - (high - low) / 3
            rising = self.buyer(price, one)[1] < self.buyer(price, two)[1]
            low, high = np.where(rising, one, low), np.where(rising, high, two)
        middle = (low + high) / 2
        better = self.buyer(price, middle)[1] > self.buyer(price, grid[best])[1]
        epsilon = np.where(better, middle, grid[best])
        return epsilon, self.buyer(price, epsilon)[0]

    def profit(self, price: Any, epsilon: Any, amount: Any, cost: float, others: float) -> Any:
        return (price * (1 + epsilon) - cost) * amount / (1 + price * others)


def market(random: np.random.Generator) -> dict[str, Any]:
    size = int(random.integers(1, 5))
    alpha = float(np.exp(random.normal()))
    cost = alpha * np.exp(random.normal(size=size) - 1)
    if random.random() < 0.3:
        cost[:] = cost[0]
    weight = alpha * float(random.choice([0.02, 0.1, 0.3, 0.6, 1.2]))
    return {"cost": cost, "alpha": alpha, "privacy_weight": weight, "epsilon_max": float(np.exp(2 * random.normal()))}


def gain_at_given_budgets(s: mp.Solution, reference: Reference) -> float:
    """The largest gain of a seller, relative to α, from any price of a grid while the budgets stay."""
    gains = [0.0]
    price, epsilon, amount = (s.values[name] for name in ("price", "epsilon", "quantity"))
    listed = np.where(amount > 0, 1 / price, 0)
    for k, cost in enumerate(np.asarray(s.model.cost, dtype=float)):
        others = listed.sum() - listed[k]
        grid = reference.alpha * np.geomspace(1e-5, 1, 20 * PRICES)
        there = reference.profit(grid, epsilon[k], reference.buyer(grid, epsilon[k])[0], cost, others)
        here = reference.profit(price[k], epsilon[k], amount[k], cost, others)
        gains.append(float(there.max() - here))
    return max(gains) / reference.alpha


def gain_foreseen(s: mp.Solution, reference: Reference) -> tuple[float, float]:
    """The largest gain of a seller who foresees the buyer, and of the buyer, relative to α."""
    price, epsilon, amount = (s.values[name] for name in ("price", "epsilon", "quantity"))
    listed = np.where(amount > 0, 1 / price, 0)
    grid = reference.alpha * np.geomspace(1e-5, 1, PRICES)
    budgets, amounts = reference.chosen(grid)
    wishes = reference.buyer(price, reference.chosen(price)[0])[1] - reference.buyer(price, epsilon)[1]
    gains = [0.0]
    for k, cost in enumerate(np.asarray(s.model.cost, dtype=float)):
        others = listed.sum() - listed[k]
        there = reference.profit(grid, budgets, amounts, cost, others)
        gains.append(float(there.max() - reference.profit(price[k], epsilon[k], amount[k], cost, others)))
    return max(gains) / reference.alpha, float(np.max(wishes)) / reference.alpha


def check_printed_and_fixed(data: dict[str, Any], random: np.random.Generator) -> None:
    reference = Reference(data["alpha"], data["privacy_weight"], data["epsilon_max"])
    fixed = {"epsilon": data["epsilon_max"] * random.uniform(0.01, 1, len(data["cost"]))}
    for mode in ({}, fixed):
        s = mp.solve(mp.ThreePartyMarket(**data, **mode))
        price, epsilon, amount = (s.values[name] for name in ("price", "epsilon", "quantity"))
        assert s.certificate.valid, (data, mode, s.certificate)
        assert gain_at_given_budgets(s, reference) <= 1e-9
        assert amount == pytest.approx(reference.buyer(price, epsilon)[0], abs=1e-9)
        assert list(amount > 0) == list(data["cost"] < data["alpha"])
        if not mode:
            with np.errstate(divide="ignore"):
                asked = np.minimum(data["privacy_weight"] / (amount * price), data["epsilon_max"])
            assert epsilon == pytest.approx(asked, rel=1e-7)


def check_foreseen(data: dict[str, Any]) -> bool:
    """Return whether the two ends of the equilibria differ."""
    reference = Reference(data["alpha"], data["privacy_weight"], data["epsilon_max"])
    ends = [
        mp.solve(mp.ThreePartyMarket(**data, order="subgame-perfect"), options={"equilibrium": end})
        for end in ("least", "greatest")
    ]
    for s in ends:
        assert s.certificate.valid, (data, s.certificate)
        seller, buyer = gain_foreseen(s, reference)
        assert seller <= 1e-6  # the buyer's choice, found by its flat value, is good to a millionth
        assert buyer <= 1e-12
    least, greatest = (s.values["inverse_price"] for s in ends)
    assert np.all(least <= greatest * (1 + 1e-9))
    return not np.allclose(least, greatest, rtol=1e-6, atol=0)


@pytest.mark.parametrize("seed", range(25))
def test_printed_order_and_fixed_budgets(seed: int) -> None:
    random = np.random.default_rng(seed)
    check_printed_and_fixed(market(random), random)


@pytest.mark.parametrize("seed", range(8))
def test_foreseen_order(seed: int) -> None:
    check_foreseen(market(np.random.default_rng(100 + seed)))


@pytest.mark.slow
def test_many_more_of_the_printed_order() -> None:
    random = np.random.default_rng(7)
    for _ in range(120):
        check_printed_and_fixed(market(random), random)


@pytest.mark.slow
def test_many_more_of_the_foreseen_order() -> None:
    random = np.random.default_rng(8)
    sold = 0
    for _ in range(20):
        data = market(random)
        check_foreseen(data)
        sold += bool(np.any(mp.solve(mp.ThreePartyMarket(**data, order="subgame-perfect")).values["trades"]))
    assert sold >= 5  # the markets are lively enough to have been able to fail
