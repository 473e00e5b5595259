"""What shows others that prices are an equilibrium: a box of 1/(p (1 + ε)) that the best replies map into itself.

Replies grow with what the others post, so that the ends of the box are enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from ....formulations.data import as_fractions
from ....formulations.errors import UnsupportedModel
from ....formulations.three_party.declaration import ThreePartyMarket
from ..rounded import above, below

RADII = tuple(Fraction(1, 2**power) for power in range(48, 20, -3))


def market_evidence(market: ThreePartyMarket, answer: Mapping[str, Any], tolerance: Fraction) -> Mapping[str, Any]:
    """Return the box's sides, of those who can sell.

    Raises
    ------
    UnsupportedModel
        When the order is subgame-perfect, or no such box is found around the answer.
    """
    if market.subgame_perfect:
        raise UnsupportedModel("the reader of optima knows simultaneous choices only, not order='subgame-perfect'")
    cost, alpha = as_fractions(market.cost).tolist(), Fraction(market.alpha)
    sells = [i for i, c in enumerate(cost) if c < alpha]
    middle = [below(1 / (answer["price"][i] * (1 + answer["epsilon"][i]))) for i in sells]
    for radius in RADII:
        if radius > tolerance:
            break
        low = [max(below(w * (1 - radius)), 1 / alpha) for w in middle]
        high = [min(above(w * (1 + radius)), 1 / cost[i]) for i, w in zip(sells, middle, strict=True)]
        if _maps_into_itself(market, sells, low, high):
            return {"unpaid": [list(side) for side in zip(low, high, strict=True)]}
    raise UnsupportedModel("no box around the answer was found that the best replies map into itself")


def _maps_into_itself(market: ThreePartyMarket, sells: list[int], low: list[Fraction], high: list[Fraction]) -> bool:
    """Whether every reply to the box is in it; a root is between numbers where its square is between their squares."""
    if any(one > other for one, other in zip(low, high, strict=True)):
        return False
    cost, alpha = as_fractions(market.cost).tolist(), Fraction(market.alpha)
    thin = [_trust(market, i, w) for i, w in zip(sells, high, strict=True)]
    wide = [_trust(market, i, w) for i, w in zip(sells, low, strict=True)]
    least = sum(w * t for w, t in zip(low, thin, strict=True))
    most = sum(w * t for w, t in zip(high, wide, strict=True))
    for i, w, x, t, u in zip(sells, low, high, thin, wide, strict=True):
        down, up = (least - w * t) / u, (most - x * u) / t
        if (down + 1 / alpha) * (down + 1 / cost[i]) < (down + w) ** 2:
            return False
        if (up + 1 / alpha) * (up + 1 / cost[i]) > (up + x) ** 2:
            return False
    return True


def _trust(market: ThreePartyMarket, seller: int, unpaid: Fraction) -> Fraction:
    """1 + ε where 1/(p (1 + ε)) is given."""
    if market.fixed_budgets:
        return 1 + Fraction(market.epsilon[seller])
    largest, weight = Fraction(market.epsilon_max), Fraction(market.privacy_weight)
    free = Fraction(market.alpha) - weight - 1 / unpaid
    return 1 + (min(largest, weight / free) if free > 0 else largest)
