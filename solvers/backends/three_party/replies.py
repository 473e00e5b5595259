"""Best replies of the three-party market, which only rise with each other, iterated from below.

In y = 1/p a seller's best reply to the others' sum is positive, increasing and concave: a standard interference
function, whose iteration rises to the only equilibrium (Yates 1995). Where budgets move with prices the same iteration
is used: in the printed order its convergence is observed, not proved; in the subgame-perfect order replies still rise
with each other, so that from below it reaches the least equilibrium and from above the greatest (Tarski).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ....formulations.algebra import Algebra
from ....formulations.three_party.declaration import ThreePartyMarket
from ....formulations.three_party.formulas import best_inverse_price, capped_epsilon, demand
from ...readings.vectors import Vectors
from .buyer import Buyer

MOST_ROUNDS = 20_000
"""Far more than markets were seen to need; what has not settled by then says so."""
STILL = 16 * float(np.finfo(float).eps)
"""A round that moves nobody by more, relative, is the last: a reply is a dozen operations, each off by half an ulp."""
STOPPED = 1e-9
"""Below this a round that moves no less than an earlier one only moves rounding errors, which grow with the number of
sellers in the sum of 1/p; above it an equilibrium may still be approached from both sides."""


def decisions_at(market: ThreePartyMarket, algebra: Algebra, inverse: Any, epsilon: Any) -> dict[str, Any]:
    """Return the decisions at reciprocal prices and budgets; who does not sell (zero) posts α."""
    alpha = algebra.number(market.alpha)
    sells = np.array([bool(entry > 0) for entry in inverse])
    price = np.array([1 / entry if sold else alpha for entry, sold in zip(inverse, sells, strict=True)])
    quantity = demand(algebra, price, epsilon, alpha)
    return {"quantity": np.where(sells, quantity, 0 * quantity), "price": price, "epsilon": epsilon}


def simultaneous(market: ThreePartyMarket) -> tuple[Any, Any, bool]:
    """Return 1/p and ε where all conditions hold at once, and whether the iteration settled."""
    algebra, sells = Vectors(), market.can_sell
    alpha, weight, cap = float(market.alpha), float(market.privacy_weight), float(market.epsilon_max)
    cost = algebra.vector(market.cost)[sells]
    fixed = None if market.epsilon is None else algebra.vector(market.epsilon)
    epsilon = np.full(len(market.cost), cap) if fixed is None else fixed.copy()
    inverse, settled, least = np.zeros(len(cost)), False, math.inf
    with np.errstate(divide="ignore"):
        for _ in range(MOST_ROUNDS):
            budget = epsilon[sells]
            reply = best_inverse_price(algebra, inverse.sum() - inverse, budget, alpha, cost)
            if fixed is None:
                budget = capped_epsilon(algebra, (1 + budget) / reply, alpha, weight, cap)
            moved = max(_change(reply, inverse), _change(budget, epsilon[sells]))
            inverse, epsilon[sells] = reply, budget
            if moved <= STILL or (moved <= STOPPED and moved >= least):
                settled = True
                break
            least = min(least, moved)
    whole = np.zeros(len(market.cost))
    whole[sells] = inverse
    return whole, epsilon, settled


def foreseen(market: ThreePartyMarket, end: str) -> tuple[Any, Any, bool]:
    """Return 1/p and ε where sellers foresee the buyer's choice, from below or from above; and whether it settled."""
    buyer, cost = Buyer.of(market), Vectors().vector(market.cost)
    greatest, able = end == "greatest", market.can_sell
    inverse = np.where(able, (1 + buyer.epsilon_max) / cost, 0.0) if greatest else np.zeros(len(cost))
    epsilon = np.full(len(cost), buyer.epsilon_max)
    for _ in range(MOST_ROUNDS):
        total, before = inverse.sum(), inverse.copy()
        for i in np.flatnonzero(able).tolist():
            reply = buyer.reply(float(cost[i]), max(total - before[i], 0.0), greatest)
            inverse[i], epsilon[i] = reply.inverse, reply.epsilon
        if _change(inverse, before) <= STILL:
            return inverse, epsilon, True
    return inverse, epsilon, False


def _change(after: Any, before: Any) -> float:
    return float(np.max(np.abs(after - before) / np.maximum(np.abs(after), 1e-300), initial=0.0))
