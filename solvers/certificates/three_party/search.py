"""What the buyer chooses and what sellers reply who foresee it, searched for in doubles from the declared utilities.

Nothing here is shared with a back end, and nothing found is believed: a better price or budget refutes an answer by the
utilities it has, and a guess of where the buyer changes its mind is enclosed before anything rests on it.

After its best amount the buyer's marginal value of ε, α₃/ε − max(0, α/(1 + ε) − p), rises with the price p. So the best
budget never falls as the price rises: up to a price p̂ it lies below the cap, where p = α/(1 + ε) − α₃/ε, and above p̂
it is the cap.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.optimize import brentq

from ....formulations.algebra import Algebra
from ....formulations.three_party.declaration import ThreePartyMarket
from ....formulations.three_party.formulas import (
    buyer_value,
    demand,
    indifferent_price,
    price_utility,
    quantity_at,
    seller_utility,
)
from ...readings.derivative import Derivative
from ...readings.scalars import Scalars
from ...readings.vectors import Vectors

GRID = 400
"""Steps of budgets among which a profit's slope is looked at; a missed peak costs a refutation, never a certificate."""
HALVINGS = 60
"""Bisections of a budget, after which nothing is left of a double's 53 digits."""
ALIKE = 1e-12
"""Profits that differ by less, relative, count as equal, and the prices decide: a profit is some twenty operations,
each off by 2⁻⁵³, on differences that may cancel a hundredfold."""


@dataclass(frozen=True)
class Found:
    """A seller's reply and what the buyer then chooses; `inverse` is 1/price, zero of a seller who does not sell."""

    inverse: float
    epsilon: float
    profit: float


@dataclass(frozen=True)
class Search:
    """The buyer of a market, in doubles.

    Examples
    --------
    >>> from mechproof.formulations.three_party.declaration import ThreePartyMarket
    >>> market = ThreePartyMarket(cost=[1], alpha=4, privacy_weight=1, epsilon_max=5, order="subgame-perfect")
    >>> search = Search.of(market)
    >>> round(search.switch_price, 4), round(search.reply(1.0, 0.0).epsilon, 4)
    (0.7238, 0.528)
    """

    alpha: float
    weight: float
    cap: float

    @classmethod
    def of(cls, market: ThreePartyMarket) -> Search:
        """Return the buyer of a market."""
        return cls(float(market.alpha), float(market.privacy_weight), float(market.epsilon_max))

    def value(self, price: Any, epsilon: Any) -> Any:
        """Return what the buyer has of a seller at a price and a budget, having bought what it wants."""
        algebra = Vectors()
        amount = demand(algebra, price, epsilon, self.alpha)
        return buyer_value(algebra, amount, price, epsilon, self.alpha, self.weight)

    def marginal(self, price: Any, epsilon: Any) -> Any:
        """Return what the next ε is worth to the buyer, having bought what it wants."""
        dual = Derivative(Vectors())
        amount = demand(dual, price, epsilon, self.alpha)
        return dual.slope(buyer_value(dual, amount, price, dual.variable(epsilon), self.alpha, self.weight))

    def profit(self, inverse: Any, epsilon: Any, cost: Any, others: Any) -> Any:
        """Return sellers' utilities; zero of one who does not sell."""
        algebra = Vectors()
        own = np.where(np.asarray(inverse) > 0, inverse, 1.0)
        amount = algebra.maximum(quantity_at(algebra, own, epsilon, self.alpha), 0)
        return np.where(np.asarray(inverse) > 0, seller_utility(algebra, own, others, amount, epsilon, cost), 0.0)

    @cached_property
    def _interior(self) -> tuple[float, float] | None:
        """The budgets between which p = α/(1 + ε) − α₃/ε rises from zero; None if it is positive for none."""
        if self.alpha <= self.weight:
            return None
        dual = Derivative(Scalars())

        def rise(epsilon: float) -> float:
            moving = dual.variable(epsilon)
            return float(dual.slope(indifferent_price(dual, moving, self.alpha, self.weight)))

        low = self.weight / (self.alpha - self.weight)
        if low >= self.cap:
            return None
        return low, self.cap if rise(self.cap) >= 0 else _root(rise, low, self.cap)

    @cached_property
    def switch(self) -> tuple[float, float]:
        """The price p̂ at which the buyer is indifferent between a budget below the cap and the cap, and that budget.

        Zero and the cap, if it always takes the cap.
        """
        if self._interior is None:
            return 0.0, self.cap

        def price(epsilon: float) -> float:
            return float(indifferent_price(Scalars(), epsilon, self.alpha, self.weight))

        def excess(epsilon: float) -> float:
            asked = price(epsilon)
            return float(self.value(asked, self.cap) - self.value(asked, epsilon)) if asked > 0 else -np.inf

        low, high = self._interior
        first = low + (high - low) * 2.0**-40  # where prices are not yet lost in rounding
        if price(first) <= 0 or excess(first) >= 0:
            return 0.0, self.cap
        last = high if excess(high) <= 0 else _root(excess, first, high)
        return price(last), last

    @property
    def switch_price(self) -> float:
        """The price p̂; zero if the buyer always takes the cap."""
        return self.switch[0]

    def below_the_cap(self, price: Any) -> Any:
        """Return the budgets below the cap that are best there at prices, found by the marginal value; else the cap."""
        price = np.asarray(price, dtype=float)
        if self._interior is None:
            return np.full(price.shape, self.cap)
        low, high = (np.full(price.shape, end) for end in self._interior)
        with np.errstate(all="ignore"):
            there = (price > 0) & (self.marginal(price, high) <= 0)
            for _ in range(HALVINGS):
                middle = (low + high) / 2
                rising = self.marginal(price, middle) > 0
                low, high = np.where(rising, middle, low), np.where(rising, high, middle)
        return np.where(there, (low + high) / 2, self.cap)

    def better_budgets(self, price: Any, epsilon: Any) -> tuple[Any, Any]:
        """Return how much more another budget is worth to the buyer at each price, relative to α, and which."""
        local = self.below_the_cap(price)
        values = self.value(price, local), self.value(price, np.full(np.shape(local), self.cap))
        better = np.where(values[0] > values[1], local, self.cap)
        return np.maximum((np.maximum(*values) - self.value(price, epsilon)) / self.alpha, 0.0), better

    def reply(self, cost: float, others: float, greatest: bool = False) -> Found:
        """Return a seller's best reply to the others' sum; of several the one with the least (or greatest) 1/price."""
        tried = [Found(0.0, self.cap, 0.0)]
        for inverse, epsilon in [*self._at_the_cap(cost, others), *self._below(cost, others)]:
            profit = float(self.profit(inverse, epsilon, cost, others))
            if profit > 0:
                tried.append(Found(inverse, epsilon, profit))
        most = max(item.profit for item in tried)
        best = [item for item in tried if item.profit >= most * (1 - ALIKE)]
        return (max if greatest else min)(best, key=lambda item: item.inverse)

    def _at_the_cap(self, cost: float, others: float) -> list[tuple[float, float]]:
        """The best 1/p at which the buyer takes the cap; the utility is concave there."""
        trust = 1 + self.cap
        low, high = trust / self.alpha, trust / cost
        if self.switch_price > 0:
            high = min(high, 1 / self.switch_price)
        if low >= high:
            return []
        dual = Derivative(Scalars())

        def slope(own: float) -> float:
            return float(dual.slope(price_utility(dual, dual.variable(own), others, cost, self.alpha, self.cap)))

        return [(high if slope(high) >= 0 else _root(slope, low, high), self.cap)]

    def _below(self, cost: float, others: float) -> list[tuple[float, float]]:
        """The 1/p at which the buyer stays below the cap and the utility is highest nearby, and the last of them."""
        if self.switch_price <= 0 or self._interior is None:
            return []
        grid, last = self._grid, self.switch[1]
        slopes = self.slope(Vectors(), cost, others, grid)
        found = [last]
        for index in np.flatnonzero((slopes[:-1] > 0) & (slopes[1:] <= 0)).tolist():
            ends = float(grid[index]), float(grid[index + 1])
            found.append(_root(lambda e: float(self.slope(Scalars(), cost, others, e)), *ends))
        return [(1 / float(indifferent_price(Scalars(), e, self.alpha, self.weight)), e) for e in found]

    @cached_property
    def _grid(self) -> Any:
        """Budgets below the cap, closer together where prices are low."""
        assert self._interior is not None
        low, last = self._interior[0], self.switch[1]
        return low + (last - low) * np.linspace(2.0**-20, 1, GRID + 1) ** 2

    def slope(self, algebra: Algebra, cost: Any, others: Any, epsilon: Any) -> Any:
        """Return how a seller's utility changes with the budget that the buyer is made to choose by the price."""
        dual = Derivative(algebra)
        moving = dual.variable(epsilon)
        own = 1 / indifferent_price(dual, moving, self.alpha, self.weight)
        return dual.slope(price_utility(dual, own, others, cost, self.alpha, moving))


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    return float(brentq(function, low, high, xtol=1e-300, rtol=1e-15))
