"""The figures of a three-party market: what sellers ask, and what a price of their own is worth to them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...formulations.algebra import read
from ...formulations.three_party.declaration import ThreePartyMarket
from ...formulations.three_party.formulas import demand, extracted_price, seller_utility
from ..readings.vectors import Vectors
from ..solution import Solution
from .figure import Axis, Figure, Mark, Series

POINTS = 120


def market_curves(model: ThreePartyMarket, solution: Solution) -> tuple[Figure, ...]:
    """Prices by cost, and one seller's profit against its own price."""
    algebra, trading = Vectors(), np.flatnonzero(solution.values["trades"])
    if not len(trading):
        return ()
    roles: dict[str, Any] = {**model.read_in(algebra), **solution.values}
    return (_asked(roles, trading), _profit(model, roles, trading))


def _asked(roles: dict[str, Any], trading: np.ndarray) -> Figure:
    """What is asked for a unit, p (1 + ε), between what a seller alone asks and what it asks among many."""
    cost, alpha = roles["cost"][trading], roles["alpha"]
    order = np.argsort(cost, kind="stable")
    paid = roles["price"][trading] * (1 + roles["epsilon"][trading])
    grid = np.geomspace(cost.min(), max(float(cost.max()), 1.001 * float(cost.min())), POINTS)
    return Figure(
        "asked",
        "What sellers ask for a unit",
        "A seller asks the less the more the others sell: between the price of one alone and that of one among many.",
        Axis("cost c", "log"),
        Axis("p (1 + ε)"),
        (
            Series("asked", cost[order].tolist(), paid[order].tolist(), points=True),
            Series("by one among many, 2αc/(α + c)", grid.tolist(), (2 * alpha * grid / (alpha + grid)).tolist()),
            Series("by one alone, √(αc)", grid.tolist(), np.sqrt(alpha * grid).tolist()),
        ),
    )


def _profit(model: ThreePartyMarket, roles: dict[str, Any], trading: np.ndarray) -> Figure:
    """The most profitable seller's profit against its own price, its budget and everybody else's price fixed."""
    index = int(trading[np.argmax(roles["seller_profit"][trading])])
    mine = {name: roles[name][index] for name in ("cost", "epsilon")} | {"alpha": roles["alpha"]}
    others = float(np.sum(roles["inverse_price"]) - roles["inverse_price"][index])

    def profit(price: Any) -> Any:
        quantity = read(demand, Vectors(), {**mine, "price": price})
        return read(seller_utility, Vectors(), {**mine, "own": 1 / price, "others": others, "quantity": quantity})

    best = float(roles["price"][index])
    wrong = float(read(extracted_price, Vectors(), {**mine, "others": others}))
    most = mine["alpha"] / (1 + mine["epsilon"])
    grid = np.linspace(0.6 * best, most, POINTS)
    who = model.seller[index] if model.seller else f"seller {index}"
    shown = grid[0] <= wrong <= most
    marks = (Mark("asked", best, float(profit(best))),)
    return Figure(
        "own-price",
        f"The profit of {who} by its price",
        "Everybody else's price and all budgets stay. "
        + (f"(58) as extracted would ask {wrong:.4g}, the reciprocal." if shown else ""),
        Axis("price p"),
        Axis("profit"),
        (Series("profit", grid.tolist(), profit(grid).tolist()),),
        (*marks, Mark("(58) as extracted", wrong, float(profit(wrong)))) if shown else marks,
    )
