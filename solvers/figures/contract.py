"""The figures of contracts: budgets and payments by cost."""

from __future__ import annotations

from ...formulations.contract.declaration import FullInformationContract, PrivacyContract
from ...formulations.contract.formulas import known_payment
from ..readings.vectors import Vectors
from ..solution import Solution
from ..solve import solve
from .figure import Axis, Figure, Series, ascending


def contract_curves(model: PrivacyContract, solution: Solution) -> tuple[Figure, ...]:
    """Budgets and payments by cost, beside those of known costs."""
    cost, order = ascending(model.cost)
    bought = solution.values
    budgets = [Series("costs are hidden", cost, bought["epsilon"][order].tolist(), points=True)]
    if model.hides_costs and model.estimator == "unweighted":
        known = solve(FullInformationContract(model.cost, model.count, model.reward_pool))
        budgets.append(Series("costs are known", cost, known.values["epsilon"][order].tolist(), points=True))
    borne = known_payment(Vectors(), bought["epsilon"], Vectors().vector(model.cost))
    payments = (
        Series("paid", cost, bought["payment"][order].tolist(), points=True),
        Series("borne", cost, borne[order].tolist(), points=True),
    )
    axis = Axis("privacy cost c", "log")
    return (
        Figure(
            "budgets",
            "What each type sells",
            "Dearer types sell less than if their costs were known, so that cheaper ones do not pretend to be dear.",
            axis,
            Axis("privacy budget ε"),
            tuple(budgets),
        ),
        Figure(
            "payments",
            "What each type is paid, and what its privacy costs it",
            "The gap is what owners keep for not being known; the dearest type keeps nothing.",
            axis,
            Axis("money"),
            payments,
        ),
    )
