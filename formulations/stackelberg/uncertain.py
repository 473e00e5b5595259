"""What a table of the contest declares where its costs are a set: pricing at intervals, or at scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..language import Model
from .costs import DrawnCosts, IntervalCosts, ScenarioCosts
from .interval_pricing import IntervalPricing
from .scenario_pricing import ScenarioPricing

COSTS_ARE_A_SET = {"type", *IntervalCosts.told_by, *ScenarioCosts.told_by, *DrawnCosts.told_by}
"""Keys of a specification's costs that no column and no repeated number has."""


class UnderUncertainty:
    """What a table of the contest declares where its costs are a set.

    Caps may be given between bounds too, as ``epsilon_cap = { low = …, high = … }``.

    Examples
    --------
    >>> kind, _ = under_uncertainty({"cost": {"low": [1, 1], "high": [2, 2]}})
    >>> kind.__name__, under_uncertainty({"cost": [1, 1]})
    ('IntervalPricing', None)
    """

    kinds: tuple[type[Model], ...] = (IntervalPricing, ScenarioPricing)

    def __call__(self, table: Mapping[str, Any]) -> tuple[type[Model], dict[str, Any]] | None:
        """Return the class and its table, None where the costs are no set."""
        cost, cap = table.get("cost"), table.get("epsilon_cap")
        if not isinstance(cost, Mapping) or not COSTS_ARE_A_SET & set(cost):
            return None
        told = dict(table)
        if isinstance(cap, Mapping) and {"low", "high"} & set(cap):
            between = {"epsilon_cap": cap.get("low"), "epsilon_cap_high": cap.get("high")}
            told |= {name: value for name, value in between.items() if value is not None}
            if "low" not in cap:
                del told["epsilon_cap"]
        return (IntervalPricing if set(IntervalCosts.told_by) & set(cost) else ScenarioPricing), told


under_uncertainty = UnderUncertainty()
