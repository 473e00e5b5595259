"""The three-party market's equilibrium in balls: the iteration with many digits, then a box shown to hold it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from ....formulations.algebra import Algebra
from ....formulations.errors import BackendError
from ....formulations.three_party.declaration import ThreePartyMarket
from ....formulations.three_party.formulas import best_inverse_price, capped_epsilon
from ...certificates.three_party.boxes import balls
from ...certificates.three_party.enclosure import Enclosing
from ...readings.balls import Balls, ball, enclosing, lower_bound, precision
from .replies import simultaneous

BITS = 224
FINEST = Fraction(1, 2**150)
"""The narrowest box tried, within the 160 digits to which the iteration settles and far above the 224 computed with."""
SETTLED = 2.0**-160
MOST_ROUNDS = 5_000
"""Rounds gain a constant factor near an equilibrium; what has not settled by then is enclosed as it is."""


def exact_decisions(market: ThreePartyMarket) -> dict[str, Any]:
    """Return quantities, prices and budgets in balls; a seller who cannot sell has its fractions.

    Raises
    ------
    BackendError
        When no equilibrium could be enclosed; none need exist next to where the iteration settled.
    """
    inverse, epsilon, _ = simultaneous(market)
    sells = market.can_sell
    fixed = market.epsilon
    quantity = np.full(len(market.cost), Fraction(0), dtype=object)
    price = np.full(len(market.cost), Fraction(market.alpha), dtype=object)
    cap = Fraction(market.epsilon_max)
    budget = np.array([cap] * len(market.cost) if fixed is None else [Fraction(e) for e in fixed], dtype=object)
    with precision(BITS):
        if np.any(sells):
            paid = _refined(market, Balls(), inverse[sells], epsilon[sells])
            box = Enclosing(market, balls()).around(paid, FINEST)
            if box is None:
                raise BackendError("no equilibrium could be enclosed in balls where the iteration settled")
            price[sells] = [1 / enclosing(*ends) for ends in zip(*box.inverse, strict=True)]
            quantity[sells] = [ball(market.alpha) / enclosing(*ends) - 1 for ends in zip(*box.paid, strict=True)]
            if fixed is None:
                budget[sells] = [enclosing(*ends) for ends in zip(*box.epsilon, strict=True)]
        return {"quantity": Balls().vector(quantity), "price": Balls().vector(price), "epsilon": Balls().vector(budget)}


def _refined(market: ThreePartyMarket, algebra: Algebra, inverse: Any, epsilon: Any) -> Any:
    """Return what is paid for a unit to about 150 digits of two, as fractions: the middles of the iteration's balls."""
    cost = algebra.vector(market.cost)[market.can_sell]
    alpha, weight = algebra.number(market.alpha), algebra.number(market.privacy_weight)
    cap = algebra.number(market.epsilon_max)
    own, budget = algebra.vector(inverse), algebra.vector(epsilon)
    if market.fixed_budgets:
        budget = algebra.vector(market.epsilon)[market.can_sell]
    for _ in range(MOST_ROUNDS):
        reply = _middles(best_inverse_price(algebra, sum(own) - own, budget, alpha, cost))
        moved = max(abs(float((new - old) / new)) for new, old in zip(reply, own, strict=True))
        if not market.fixed_budgets:
            chosen = _middles(capped_epsilon(algebra, (1 + budget) / reply, alpha, weight, cap))
            moved = max(moved, *(abs(float((new - old) / new)) for new, old in zip(chosen, budget, strict=True)))
            budget = chosen
        own = reply
        if moved < SETTLED:
            break
    return np.array([lower_bound(value) for value in _middles((1 + budget) / own)], dtype=object)


def _middles(values: Any) -> Any:
    return np.array([value.mid() for value in values], dtype=object)
