"""What each type of a privacy contract sells, is paid, bears and keeps, as a table."""

from __future__ import annotations

import numpy as np

from ...formulations.contract.declaration import PrivacyContract
from ...formulations.contract.formulas import known_payment
from ..readings.vectors import Vectors
from ..solution import Solution
from .figure import Table

MOST_TYPES = 40


def rent_table(model: PrivacyContract, solution: Solution) -> tuple[Table, ...]:
    """Return the table, the cheapest types first; of very many types, so many in even steps.

    Examples
    --------
    >>> import mechproof as mp
    >>> contract = mp.PrivacyContract(cost=["0.5", 1, 2], count=[10, 10, 10], reward_pool=30)
    >>> (table,) = rent_table(contract, mp.solve(contract))
    >>> [round(row[-1], 4) for row in table.rows]
    [0.7176, 0.4238, 0.0]
    """
    cost, count = (Vectors().vector(values) for values in (model.cost, model.count))
    order = np.argsort(cost, kind="stable")
    shown = order[np.unique(np.linspace(0, len(order) - 1, min(len(order), MOST_TYPES)).astype(int))]
    epsilon, payment = solution.values["epsilon"], solution.values["payment"]
    borne = known_payment(Vectors(), epsilon, cost)
    rows = tuple(
        (model.owner_of(k), *(float(column[k]) for column in (count, cost, epsilon, payment, borne, payment - borne)))
        for k in shown.tolist()
    )
    text = "A rent is what is paid beyond the cost, so that nobody pretends to be another type."
    return (Table("What each type keeps", text, ("type", "owners", "cost c", "ε", "paid", "borne", "rent"), rows),)
