"""The buyer's joint choice of amount and privacy from one seller, and the seller's best reply that foresees it.

After its best amount the buyer's value of ε rises without bound as ε does, so that only the cap ε_max ends it; below
lies at most one local maximum ε₁. The value of the cap less that of ε₁ rises with the price: below a price p̂, the
same for all sellers, the buyer takes ε₁(p), above it the cap, and at p̂ whichever the seller prefers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ....formulations.three_party.declaration import ThreePartyMarket
from ....formulations.three_party.formulas import best_inverse_price, buyer_value, demand, local_epsilon, seller_utility
from ...readings.scalars import Scalars

NEAR = 1e-12
"""Profits that differ by less, relative, count as equal: the replies are ranked by their price then."""


@dataclass(frozen=True)
class Reply:
    """A seller's price and what the buyer then chooses; `inverse` is 1/price, zero of a seller who does not sell."""

    inverse: float
    epsilon: float
    profit: float


@dataclass(frozen=True)
class Buyer:
    """The buyer of a market, in double precision.

    Examples
    --------
    >>> buyer = Buyer(alpha=4.0, weight=1.0, epsilon_max=5.0)
    >>> round(buyer.switch, 4), round(buyer.choice(0.7), 4), buyer.choice(0.8)
    (0.7238, 0.5157, 5.0)
    """

    alpha: float
    weight: float
    epsilon_max: float

    @classmethod
    def of(cls, market: ThreePartyMarket) -> Buyer:
        """Return the buyer of a market."""
        return cls(float(market.alpha), float(market.privacy_weight), float(market.epsilon_max))

    def quantity(self, price: float, epsilon: float) -> float:
        """Return what is bought at a price and a budget (57)."""
        return float(demand(Scalars(), price, epsilon, self.alpha))

    def value(self, price: float, epsilon: float) -> float:
        """Return what the buyer has of a seller at a price and a budget, having bought the best amount."""
        amount = self.quantity(price, epsilon)
        return float(buyer_value(Scalars(), amount, price, epsilon, self.alpha, self.weight))

    def local(self, price: float) -> float:
        """Return ε₁ at a price at which there is one."""
        return float(local_epsilon(Scalars(), price, self.alpha, self.weight))

    @cached_property
    def highest(self) -> float:
        """The highest price at which ε₁ exists and is at most the cap; zero if there is none."""
        if self.alpha <= self.weight or self.weight >= (self.alpha - self.weight) * self.epsilon_max:
            return 0.0
        turning = math.sqrt(self.weight) / (math.sqrt(self.alpha) - math.sqrt(self.weight))
        if turning < self.epsilon_max:
            return (math.sqrt(self.alpha) - math.sqrt(self.weight)) ** 2
        return self.alpha / (1 + self.epsilon_max) - self.weight / self.epsilon_max

    @cached_property
    def switch(self) -> float:
        """The price p̂ at which the buyer is indifferent between ε₁ and the cap; zero if it always takes the cap."""
        from scipy.optimize import brentq

        def excess(exponent: float) -> float:
            price = math.exp(exponent)
            return self.value(price, self.epsilon_max) - self.value(price, self.local(price))

        if self.highest <= 0:
            return 0.0
        high = math.log(self.highest)
        low = high - 1
        while excess(low) >= 0:
            low -= 8
            if low < high - 600:
                return 0.0
        return self.highest if excess(high) <= 0 else math.exp(brentq(excess, low, high, xtol=1e-300, rtol=1e-15))

    def choice(self, price: float) -> float:
        """Return the budget that is chosen at a price; at p̂ itself ε₁."""
        return self.local(price) if price <= self.switch else self.epsilon_max

    def profit(self, inverse: float, epsilon: float, cost: float, others: float) -> float:
        """Return a seller's utility."""
        if inverse <= 0:
            return 0.0
        amount = self.quantity(1 / inverse, epsilon)
        return float(seller_utility(Scalars(), inverse, others, amount, epsilon, cost))

    def reply(self, cost: float, others: float, greatest: bool = False) -> Reply:
        """Return a seller's best reply to the others' sum; of several the one with the least (or greatest) 1/price."""
        tried = [Reply(0.0, self.epsilon_max, 0.0)]
        for inverse, epsilon in [*self._at_the_cap(cost, others), *self._below_the_cap(cost, others)]:
            profit = self.profit(inverse, epsilon, cost, others)
            if profit > 0:
                tried.append(Reply(inverse, epsilon, profit))
        most = max(item.profit for item in tried)
        best = [item for item in tried if item.profit >= most * (1 - NEAR)]
        return (max if greatest else min)(best, key=lambda item: item.inverse)

    def _at_the_cap(self, cost: float, others: float) -> list[tuple[float, float]]:
        """The best of the prices from p̂ on: the profit is concave in 1/price."""
        best = float(best_inverse_price(Scalars(), others, self.epsilon_max, self.alpha, cost))
        return [(min(best, 1 / self.switch) if self.switch > 0 else best, self.epsilon_max)]

    def _below_the_cap(self, cost: float, others: float) -> list[tuple[float, float]]:
        """The prices up to p̂ at which the profit is stationary, and p̂.

        With w = p (1 + ε₁) the profit is (w − c)(α − w)²/(w (α − w) + S w² (α − α₃ − w)), stationary at the roots of a
        quartic between c and the w of p̂.
        """
        if self.switch <= 0:
            return []
        last = self.local(self.switch)
        found = [(1 / self.switch, last)]
        w = np.polynomial.Polynomial([0.0, 1.0])
        below = w * (self.alpha - w) + others * w * w * (self.alpha - self.weight - w)
        stationary = (self.alpha + 2 * cost - 3 * w) * below - (w - cost) * (self.alpha - w) * below.deriv()
        for root in stationary.trim().roots():
            paid = float(root.real)
            if abs(root.imag) <= 1e-6 * abs(paid) and cost < paid < self.switch * (1 + last):
                epsilon = self.weight / (self.alpha - self.weight - paid)
                found.append(((1 + epsilon) / paid, epsilon))
        return found
