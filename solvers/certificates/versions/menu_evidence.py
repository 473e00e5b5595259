"""What shows others that a menu earns most: an exactly safe one beside it; what it is worth they compute themselves."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from ....formulations.errors import UnsupportedModel
from ....formulations.versions.revenue import VersionRevenue


def menu_evidence(model: VersionRevenue, answer: Mapping[str, Any], tolerance: Fraction) -> Mapping[str, Any]:
    """Return the dearest safe menu that is nowhere above the answer, but for what keeps its buyers.

    Raises
    ------
    UnsupportedModel
        When it is not within the tolerance of the answer.
    """
    price = answer["price"]
    buys = np.asarray(model.value, dtype=np.float64) >= np.asarray(price, dtype=np.float64)[model.wanted_index]
    menu = model.safe_menu(np.maximum(price, 0) * (1 + tolerance / 2))  # rounding may have lowered a price
    menu = np.minimum(menu, model.menu_keeping(buys)) if buys.any() else model.safe_menu(np.maximum(price, 0))
    if max(abs(menu - price)) > tolerance * max(menu):
        raise UnsupportedModel("no safe menu that earns as much was found within the tolerance of the answer")
    return {"optimum": menu}
