"""Decisions that report data: an ask that stands for a cost is truthful where it is equal to it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from .words import suggestion


def misreported(model: Any, decision: Any) -> str:
    """Say why a decision reports what is no data of those who decide; "" if it does not, or reports nothing.

    Examples
    --------
    >>> from mechproof.formulations.language import Decision
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> game = StackelbergPricing(cost=[1, 2], alpha=1, beta=1)
    >>> misreported(game, Decision("ask", [0, 0], [9, 9], reports="costs"))
    "ask reports 'costs', and there are no such data (did you mean 'cost'? its data are cost, alpha, beta, epsilon_cap)"
    """
    told, names = decision.reports, [item.name for item in fields(model) if "rule" in item.metadata]
    if not told:
        return ""
    if told not in names:
        meant = suggestion(told, names, f"its data are {', '.join(names)}")
        return f"{decision.name} reports {told!r}, and there are no such data ({meant})"
    same = np.shape(getattr(model, told)) == np.shape(decision.upper)
    return "" if same else f"{decision.name} reports {told}, of which not everybody has one"
