"""The figures of procurements: where buying ends, and what is paid beside what it costs."""

from __future__ import annotations

import numpy as np

from ...formulations.data import as_floats
from ...formulations.procurement.declaration import PrivacyProcurement
from ...formulations.procurement.formulas import worth
from ..readings.derivative import Derivative
from ..readings.vectors import Vectors
from ..solution import Solution
from .figure import Axis, Figure, Mark, Series

POINTS = 200


def procurement_curves(model: PrivacyProcurement, solution: Solution) -> tuple[Figure, ...]:
    """What a unit is charged with, cheapest first, beside what it is worth; and payments by cost."""
    cost, cap = as_floats(model.cost), as_floats(model.epsilon_cap)
    charge = np.asarray(model.charge(Vectors()))
    order = np.argsort(charge, kind="stable")
    offered = np.append(0.0, np.cumsum(cap[order]))
    steps = np.repeat(offered, 2)[1:-1]
    total = float(np.sum(solution.values["epsilon"]))
    at = np.linspace(offered[-1] / POINTS, offered[-1], POINTS) if offered[-1] else np.zeros(1)
    value = [_slope(model, float(x)) for x in at]
    charged = "the reported cost" if model.rule == "vcg" else "the virtual cost"
    by_cost = np.argsort(cost, kind="stable")
    payment, sold = solution.values["payment"], solution.values["epsilon"]
    return (
        Figure(
            "margin",
            "Where buying ends",
            f"Privacy is bought, cheapest first by {charged}, until one more unit is worth no more.",
            Axis("privacy offered, Σ ε"),
            Axis("money/ε"),
            (
                Series(charged, steps.tolist(), np.repeat(charge[order], 2).tolist()),
                Series("worth of one more unit", at.tolist(), value),
            ),
            (Mark("bought", total, _slope(model, total)),),
        ),
        Figure(
            "payments",
            "What each client is paid, and what its privacy costs it",
            "The gap is what clients keep because only they know their costs.",
            Axis("reported cost c"),
            Axis("money"),
            (
                Series("paid", cost[by_cost].tolist(), payment[by_cost].tolist(), points=True),
                Series("costs", cost[by_cost].tolist(), (cost * sold)[by_cost].tolist(), points=True),
            ),
        ),
    )


def _slope(model: PrivacyProcurement, total: float) -> float:
    dual = Derivative(Vectors())
    revenue = model.value._bound(Vectors())
    return float(dual.slope(worth(dual, dual.variable(total), len(model.cost), revenue)))
