"""The figures of versions: prices beside the survey, and the best menus under each attack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ...formulations.versions.menu import ATTACKS, version_weight
from ...formulations.versions.pricing import VersionPricing
from ...formulations.versions.revenue import VersionRevenue
from ..readings.vectors import Vectors
from ..solution import Solution
from ..solve import solve
from .figure import Axis, Figure, Series, ascending

ATTACK_NAMES = {
    "composition": "safe where budgets add up",
    "averaging": "safe where noise averages out",
    "none": "only rising",
}


def price_curves(model: VersionPricing, solution: Solution) -> tuple[Figure, ...]:
    """Prices beside what was surveyed, and the price per unit of what adds up in a bundle."""
    epsilon, order = ascending(model.epsilon)
    surveyed = Series("surveyed", epsilon, Vectors().vector(model.target)[order].tolist(), points=True)
    text = "The prices nearest to the surveyed ones that no bundle of cheaper versions undercuts."
    if model.attack == "none":
        text = "The prices nearest to the surveyed ones that rise with the privacy budget."
    prices = solution.values["price"]
    menu = Figure(
        "menu",
        "Prices of the versions",
        text,
        Axis("privacy budget ε", "log"),
        Axis("price"),
        (surveyed, _prices(ATTACK_NAMES[model.attack], epsilon, prices[order])),
    )
    return (menu, _per_weight(model.epsilon, prices, model.attack))


def menu_curves(model: VersionRevenue, solution: Solution) -> tuple[Figure, ...]:
    """The best menu under each attack, and what each promise costs."""
    epsilon, order = ascending(model.epsilon)
    series = []
    for attack in ATTACKS:
        best = solution if attack == model.attack else solve(replace(model, attack=attack))
        label = f"{ATTACK_NAMES[attack]}: earns {float(best.values['revenue']):.6g}"
        series.append(_prices(label, epsilon, best.values["price"][order]))
    menu = Figure(
        "menu",
        "The menus that earn most",
        "The more buyers can do with several versions, the less a menu may ask for the better ones.",
        Axis("privacy budget ε", "log"),
        Axis("price"),
        tuple(series),
    )
    return (menu, _per_weight(model.epsilon, solution.values["price"], model.attack))


def _per_weight(versions: Any, prices: Any, attack: str) -> Figure:
    epsilon, order = ascending(versions)
    weight = version_weight(Vectors(), np.asarray(epsilon), attack)
    what = "squared budget" if attack == "averaging" else "unit of budget"
    safe = attack != "none"
    text = (
        f"The price per {what} never rises, so that several copies are no bargain."
        if safe
        else (f"The price per {what} may rise: safe only where every buyer gets the same nested copies.")
    )
    return Figure(
        "price-per-weight",
        f"Price per {what}",
        text,
        Axis("privacy budget ε", "log"),
        Axis(f"price per {what}"),
        (_prices(ATTACK_NAMES[attack], epsilon, prices[order] / weight),),
    )


def _prices(label: str, epsilon: list[float], prices: Sequence[float]) -> Series:
    return Series(label, epsilon, [float(price) for price in prices], points=True)
