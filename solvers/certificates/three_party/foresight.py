"""Whether prices are a subgame-perfect equilibrium of the three-party market, in doubles, apart from the solver.

The buyer's choice at each price must be a best one. A seller's best reply is searched for over all its prices, from the
declared utility alone: the stretch on which the buyer takes the cap, where the utility is concave, and the stretch
below it on a grid whose changes of slope are refined. Best replies rise with the others' sum, so that if they point
inwards at the two ends of a box of 1/p there is an equilibrium in it (Tarski).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq

from ....formulations.algebra import Algebra
from ....formulations.three_party.declaration import ThreePartyMarket, settled_epsilon
from ....formulations.three_party.price_competition import price_utility
from ...backends.three_party.buyer import NEAR, Buyer, Reply
from ...readings.derivative import Derivative
from ...readings.scalars import Scalars
from ...readings.vectors import Vectors

GRID = 400
REACHES = tuple(2.0**-k for k in range(44, 9, -4))


@dataclass(frozen=True)
class Finding:
    """Whether an equilibrium is near, a bound on its distance, and the largest gain from deviating, relative to α."""

    optimal: bool | None
    gap: float
    distance: float | None
    reason: str


def foreseen_equilibrium(market: ThreePartyMarket, values: Mapping[str, Any], tolerance: float) -> Finding:
    """Judge quantities, prices and budgets of which the demand and the bounds are already known to hold."""
    buyer, costs = Buyer.of(market), Vectors().vector(market.cost)
    quantity, price, epsilon = (np.asarray(values[name], dtype=float) for name in ("quantity", "price", "epsilon"))
    inverse = np.where(quantity > 0, 1 / price, 0.0)
    others = inverse.sum() - inverse
    names = market.people() or [str(index) for index in range(len(costs))]
    for index, name in enumerate(names):
        lost, better = buyer_loss(buyer, float(price[index]), float(epsilon[index]))
        if lost > tolerance:
            reason = f"the buyer would rather have epsilon {better:.6g} of seller {name}: {lost:.3g} of α more"
            return Finding(False, lost, None, reason)
    gains = []
    for index, cost in enumerate(costs.tolist()):
        here = buyer.profit(float(inverse[index]), float(epsilon[index]), cost, float(others[index]))
        gains.append((searched_reply(buyer, cost, float(others[index])).profit - here) / buyer.alpha)
    who = int(np.argmax(gains))
    gap = max(gains[who], 0.0)
    if gap > tolerance:
        return Finding(False, gap, None, f"seller {names[who]} gains {gap:.3g} of α by another price")
    for reach in (item for item in REACHES if item <= tolerance):
        distance = _enclosed(buyer, costs, inverse, epsilon, quantity, reach)
        if distance is not None and distance <= tolerance:
            reason = "an equilibrium is enclosed around the answer by best replies searched for in doubles"
            return Finding(True, gap, distance, reason)
    return Finding(
        None, gap, None, f"nobody gains more than {gap:.3g} of α; no equilibrium was enclosed as near as that"
    )


def buyer_loss(buyer: Buyer, price: float, epsilon: float) -> tuple[float, float]:
    """Return how much more another budget is worth to the buyer at a price, relative to α, and which."""
    here = buyer.value(price, epsilon)
    other = [buyer.epsilon_max] + ([buyer.local(price)] if 0 < price <= buyer.highest else [])
    best = max(other, key=lambda item: buyer.value(price, item))
    return max((buyer.value(price, best) - here) / buyer.alpha, 0.0), best


def searched_reply(buyer: Buyer, cost: float, others: float, greatest: bool = False) -> Reply:
    """Return a seller's best reply, found by the slopes of its declared utility."""
    tried = [Reply(0.0, buyer.epsilon_max, 0.0)]
    for inverse, epsilon in [*_capped(buyer, cost, others), *_local(buyer, cost, others)]:
        profit = buyer.profit(inverse, epsilon, cost, others)
        if profit > 0:
            tried.append(Reply(inverse, epsilon, profit))
    most = max(item.profit for item in tried)
    best = [item for item in tried if item.profit >= most * (1 - NEAR)]
    return (max if greatest else min)(best, key=lambda item: item.inverse)


def _capped(buyer: Buyer, cost: float, others: float) -> list[tuple[float, float]]:
    """The best 1/p at which the buyer takes the cap."""
    trust = 1 + buyer.epsilon_max
    low, high = trust / buyer.alpha, trust / cost
    if buyer.switch > 0:
        high = min(high, 1 / buyer.switch)
    if low >= high:
        return []
    dual = Derivative(Scalars())

    def slope(own: float) -> float:
        moving = dual.variable(own)
        return float(dual.slope(price_utility(dual, moving, others, cost, buyer.alpha, buyer.epsilon_max)))

    best = high if slope(high) >= 0 else brentq(slope, low, high, xtol=1e-300, rtol=1e-15)
    return [(float(best), buyer.epsilon_max)]


def _local(buyer: Buyer, cost: float, others: float) -> list[tuple[float, float]]:
    """The 1/p at which the buyer takes ε₁ and the utility is highest nearby, by what is paid for a unit."""
    if buyer.switch <= 0:
        return []
    last = buyer.switch * (1 + buyer.local(buyer.switch))
    found = [last]
    if cost < last:
        grid = cost + (last - cost) * np.arange(GRID + 1) / GRID
        slopes = _slope(Vectors(), buyer, cost, others, grid)
        for index in np.flatnonzero((slopes[:-1] > 0) & (slopes[1:] <= 0)).tolist():
            low, high = float(grid[index]), float(grid[index + 1])
            found.append(
                float(
                    brentq(
                        lambda w: float(_slope(Scalars(), buyer, cost, others, w)), low, high, xtol=1e-300, rtol=1e-15
                    )
                )
            )
    budgets = [
        buyer.local(buyer.switch),
        *(settled_epsilon(Scalars(), w, buyer.alpha, buyer.weight) for w in found[1:]),
    ]
    return [((1 + float(e)) / w, float(e)) for w, e in zip(found, budgets, strict=True)]


def _slope(algebra: Algebra, buyer: Buyer, cost: float, others: float, paid: Any) -> Any:
    dual = Derivative(algebra)
    moving = dual.variable(paid)
    epsilon = settled_epsilon(dual, moving, buyer.alpha, buyer.weight)
    return dual.slope(price_utility(dual, (1 + epsilon) / moving, others, cost, buyer.alpha, epsilon))


def _enclosed(
    buyer: Buyer, costs: np.ndarray, inverse: np.ndarray, epsilon: np.ndarray, quantity: np.ndarray, reach: float
) -> float | None:
    """Return how far an equilibrium is at most, if the best replies at both ends of a box point inwards."""
    apart = {"price": 0.0, "epsilon": 0.0, "quantity": 0.0}
    for side in (-1, 1):
        end = inverse * (1 + side * reach)
        for index, cost in enumerate(costs.tolist()):
            rest = float(max(end.sum() - end[index], 0.0))
            replies = [searched_reply(buyer, cost, rest, greatest) for greatest in (False, True)]
            inward = [reply for reply in replies if side * (end[index] - reply.inverse) >= 0]
            if not inward:
                return None
            if inverse[index] > 0:
                price = 1 / end[index]
                budget = (
                    buyer.epsilon_max
                    if epsilon[index] >= buyer.epsilon_max * (1 - 1e-9)
                    else buyer.local(min(price, buyer.switch))
                )
                found = {"price": (price, 1 / inverse[index]), "epsilon": (budget, epsilon[index])}
                found["quantity"] = (buyer.quantity(price, budget), quantity[index])
                for name, (one, other) in found.items():
                    apart[name] = max(apart[name], abs(float(one) - float(other)))
    largest_price = 1 / inverse[inverse > 0].min() if np.any(inverse > 0) else 1.0
    scales = {"price": largest_price, "epsilon": epsilon.max(), "quantity": 1 + quantity.max()}
    return float(max(apart[name] / scales[name] for name in apart))
