"""What a three-party market's promises are held to: utilities written out again, everybody's choices on grids.

Nothing here is taken from the package.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from promises.strategies import Sellers

PRICES, BUDGETS = 1_500, 1_200


@dataclass(frozen=True)
class Brute:
    """A market in units of α, with one price, quantity and budget of each seller; nothing is assumed of them."""

    instance: Sellers
    price: np.ndarray
    quantity: np.ndarray
    epsilon: np.ndarray

    @property
    def alpha(self) -> float:
        return float(self.instance.alpha)

    @property
    def cost(self) -> np.ndarray:
        return np.array([float(c) for c in self.instance.cost])

    def value(self, quantity: Any, price: Any, epsilon: Any) -> Any:
        """What the buyer has of a seller."""
        weight = float(self.instance.weight)
        paid = price * (1 + epsilon) * quantity
        return self.alpha * np.log1p(quantity) + weight * np.log(epsilon) - paid

    def wanted(self, price: Any, epsilon: Any) -> Any:
        """The quantity at which the slope of the value is zero, if there is one."""
        return np.maximum(self.alpha / (price * (1 + epsilon)) - 1, 0)

    def chosen(self, price: np.ndarray) -> np.ndarray:
        """The buyer's best budget at each price: a grid that ends with the cap, refined where it is best."""
        cap = float(self.instance.cap)
        grid = np.append(cap * np.geomspace(1e-9, 1, BUDGETS)[:-1], cap)

        def value(at: Any, asked: Any) -> Any:
            return self.value(self.wanted(asked, at), asked, at)

        best = np.argmax(value(grid[None, :], price[:, None]), axis=1)
        low, high = grid[np.maximum(best - 1, 0)], grid[np.minimum(best + 1, len(grid) - 1)]
        for _ in range(80):
            one, two = low + (high - low) / 3, high - (high - low) / 3
            rising = value(one, price) < value(two, price)
            low, high = np.where(rising, one, low), np.where(rising, high, two)
        middle = (low + high) / 2
        return np.where(value(middle, price) > value(grid[best], price), middle, grid[best])

    def profit(self, index: int, price: Any, epsilon: Any, quantity: Any) -> Any:
        """(p (1 + ε) − c) a/(1 + p S), S of the others who sell anything."""
        others = sum(1 / p for j, (p, a) in enumerate(zip(self.price, self.quantity, strict=True)) if j != index and a)
        return (price * (1 + epsilon) - self.cost[index]) * quantity / (1 + price * others)

    def profits(self) -> np.ndarray:
        """Everybody's profit, relative to α."""
        rows = zip(self.price, self.epsilon, self.quantity, strict=True)
        return np.array([self.profit(k, *row) for k, row in enumerate(rows)]) / self.alpha

    def seller_gain(self) -> float:
        """The most that a seller gains by another price, relative to α; budgets stay, or the buyer's are foreseen."""
        gains, here = [], self.profits() * self.alpha
        grid = self.alpha * np.geomspace(1e-5, 1, PRICES)
        budgets = self.chosen(grid) if self.instance.mode == "subgame-perfect" else None
        for k, cost in enumerate(self.cost):
            own = self.epsilon[k] if budgets is None else budgets
            # between the price that covers the cost and the one at which nothing is bought
            around = np.geomspace(min(cost, self.alpha), self.alpha, 4 * PRICES) / (1 + self.epsilon[k])
            asked = around if budgets is None else grid
            gains.append(np.max(self.profit(k, asked, own, self.wanted(asked, own))) - here[k])
        return float(max(gains)) / self.alpha

    def buyer_gain(self) -> float:
        """The most that the buyer gains by other quantities, relative to α."""
        few, many = np.linspace(0, 2, 401), np.concatenate([[0], np.geomspace(1e-4, 1e6, 2000)])
        gains = []
        for price, quantity, epsilon in zip(self.price, self.quantity, self.epsilon, strict=True):
            tried = np.concatenate([quantity * few, many, [self.wanted(price, epsilon)]])
            gains.append(np.max(self.value(tried, price, epsilon)) - self.value(quantity, price, epsilon))
        return float(max(gains)) / self.alpha

    def best_replies(self, start: np.ndarray, rounds: int = 60) -> np.ndarray:
        """1/p of those who can sell, after rounds of best replies, each found by halving the interval of 1/p."""
        trust = 1 + self.epsilon
        able = self.cost < self.alpha
        inverse = np.where(able, start, 0)
        for _ in range(rounds):
            for k in np.flatnonzero(able):
                others = np.sum(inverse) - inverse[k]
                low, high = trust[k] / self.alpha, trust[k] / self.cost[k]
                for _ in range(60):
                    one, two = low + (high - low) / 3, high - (high - low) / 3
                    rises = self._at(k, one, others) < self._at(k, two, others)
                    low, high = (one, high) if rises else (low, two)
                inverse[k] = (low + high) / 2
        return np.asarray(inverse)

    def _at(self, index: int, inverse: float, others: float) -> float:
        """A seller's profit at 1/p."""
        trust = 1 + self.epsilon[index]
        return float((trust - self.cost[index] * inverse) * (inverse * self.alpha / trust - 1) / (inverse + others))
