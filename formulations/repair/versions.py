"""What makes a list of prices sound, and the nearest such list: the projection onto the safe cone.

Of `VersionPricing(safety="exact")` all lists count that no bundle undercuts; else those of the cone, which suffices
(`versions/menu`). Prices are money as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..data import as_fractions
from ..language import Constraint, Decision, Program
from ..versions.pricing import VersionPricing
from ..versions.revenue import VersionRevenue
from .nearest import Nearest


def nearest_prices(menu: VersionPricing | VersionRevenue, stated: Mapping[str, Any], norm: str) -> Nearest:
    """Return the program of the nearest safe prices; none of them is above the largest that was stated.

    Capping a safe list at a price keeps it safe, and brings no price farther from one that is not larger.
    """
    price = as_fractions(stated["price"])
    most = np.full(len(price), max([*price.tolist(), price[0] * 0]), dtype=object)
    bounds = (Decision("price", price * 0, most, symbol="v", unit="money"),)
    return Nearest(menu, dict(stated), bounds, safe_rows(menu), norm)


def safe_rows(menu: Program) -> tuple[Constraint, ...]:
    """Return the rows of what is safe: bundles where they are listed, else the cone."""
    if getattr(menu, "safety", "cone") == "exact":
        return menu.constraints()
    cone: tuple[Constraint, ...] = menu.cone.constraints()  # type: ignore[attr-defined]
    return cone
