"""Whether prices are a subgame-perfect equilibrium of the three-party market, apart from the solver.

An equilibrium is enclosed around the answer (`Around`), in balls or in intervals of doubles. If none is, a better price
of a seller or a better budget of the buyer refutes the answer; else it stays undecided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ....formulations.three_party.declaration import ThreePartyMarket
from ....formulations.three_party.formulas import inverse_price
from ...readings.vectors import Vectors
from .around import Around
from .boxes import Boxes
from .choice import Choice
from .search import Search

ROUNDING = 2.0**-44
"""Gains that are less, relative to α, are not told from rounding: a utility is some twenty operations off by 2⁻⁵³."""


@dataclass(frozen=True)
class Finding:
    """Whether an equilibrium is near, a bound on its distance, and the largest gain from deviating, relative to α."""

    optimal: bool | None
    gap: float
    distance: float | None
    reason: str


def foreseen_equilibrium(
    market: ThreePartyMarket, values: Mapping[str, Any], tolerance: float, boxes: Boxes
) -> Finding:
    """Judge quantities, prices and budgets of which the demand and the bounds are already known to hold.

    They are fractions if the boxes are balls, else doubles.
    """
    search = Search.of(market)
    quantity, price, epsilon = (np.asarray(values[name], dtype=float) for name in ("quantity", "price", "epsilon"))
    gap, told = _found_gain(market, search, quantity, price, epsilon)
    with np.errstate(all="ignore"):
        distance = Around(Choice(market, boxes, search), values).distance(tolerance)
    if distance is not None:
        kind = "in balls" if boxes.rigorous else "in doubles"
        return Finding(True, gap, distance, f"an equilibrium is enclosed around the answer {kind}, the buyer foreseen")
    if gap > max(tolerance, ROUNDING):
        return Finding(False, gap, None, told)
    found = f"nobody was found to gain more than {gap:.3g} of α; no equilibrium was enclosed as near as that"
    return Finding(None, gap, None, found)


def _found_gain(market: ThreePartyMarket, search: Search, quantity: Any, price: Any, epsilon: Any) -> tuple[float, str]:
    """The largest gain found, of the buyer from another budget or of a seller from another price; and of whom."""
    lost, better = search.better_budgets(price, epsilon)
    buyer = int(np.argmax(lost))
    inverse = inverse_price(Vectors(), price, quantity)
    others, costs = inverse.sum() - inverse, Vectors().vector(market.cost)
    here = search.profit(inverse, epsilon, costs, others)
    rivals = zip(costs.tolist(), others.tolist(), strict=True)
    best = [search.reply(cost, max(rest, 0.0)).profit for cost, rest in rivals]
    gains = (np.asarray(best) - here) / search.alpha
    who = int(np.argmax(gains))
    if lost[buyer] >= gains[who]:
        told = f"the buyer would rather have epsilon {better[buyer]:.6g} of {market.owner_of(buyer)}"
        return float(lost[buyer]), f"{told}: {lost[buyer]:.3g} of α more"
    return float(gains[who]), f"{market.owner_of(who)} gains {gains[who]:.3g} of α by another price"
