"""Lies, and what they gain: many at once in doubles for VCG, every type's exactly, single ones in balls.

What VCG would do at each of many reports of one client follows from three numbers of the others: what is bought of them
without the client, what with all it may sell, and what of them is no dearer than the report. The welfares are then read
by the declared formula, and so is what is paid.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ....formulations.data import as_floats
from ....formulations.procurement.declaration import PrivacyProcurement
from ....formulations.procurement.formulas import client_utility, pivot_payment, worth
from ....solvers.certificates.procurement.exact import Outcome, exact_outcome
from ....solvers.readings.derivative import Derivative
from ....solvers.readings.vectors import Vectors

HALVINGS = 100


@dataclass(frozen=True, eq=False)
class Others:
    """Everybody but client i, cheapest first, as VCG buys of them in doubles."""

    model: PrivacyProcurement
    left_out: int

    def __post_init__(self) -> None:
        cost, cap = (np.delete(as_floats(x), self.left_out) for x in (self.model.cost, self.model.epsilon_cap))
        order = np.argsort(cost, kind="stable")
        object.__setattr__(self, "cost", cost[order])
        object.__setattr__(self, "upto", np.append(0.0, np.cumsum(cap[order])))
        object.__setattr__(self, "spent", np.append(0.0, np.cumsum((cost * cap)[order])))

    cost = upto = spent = np.zeros(0)

    def worth(self, total: Any) -> Any:
        """V(E)."""
        return worth(Vectors(), total, len(self.model.cost), self.model.value._bound(Vectors()))

    def worths(self, totals: np.ndarray) -> np.ndarray:
        """V of many; one by one where the revenue, which gives no demand, may be a sum."""
        if self.model.value.demand(Vectors(), 1.0) is None:
            return np.array([float(self.worth(one)) for one in totals.tolist()])
        return np.asarray(self.worth(totals))

    def _slope(self, total: float) -> float:
        dual = Derivative(Vectors())
        revenue = self.model.value._bound(Vectors())
        return float(dual.slope(worth(dual, dual.variable(total), len(self.model.cost), revenue)))

    def bought(self, before: float) -> float:
        """What is bought of the others, where so much is bought already: the marginal one is found by halving."""
        first, last = 0, len(self.cost)
        while first < last:
            k = (first + last) // 2
            if self._slope(before + float(self.upto[k + 1])) < self.cost[k]:
                last = k
            else:
                first = k + 1
        if first == len(self.cost):
            return float(self.upto[-1])
        price, low, high = self.cost[first], float(self.upto[first]), float(self.upto[first + 1])
        if self._slope(before + low) <= price:
            return low
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self._slope(before + middle) > price else (low, middle)
        return high

    def price_of(self, total: Any) -> Any:
        """What so much costs of the others, cheapest first."""
        return np.interp(total, self.upto, self.spent)


def gains_of_lies(model: PrivacyProcurement, client: int, reports: np.ndarray) -> np.ndarray:
    """Return what a client gains by each of some reports under VCG, in doubles.

    Examples
    --------
    >>> model = PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=2, beta=4)
    >>> gains_of_lies(model, 0, np.array([0.5, 1.5, 2.5])).round(9).tolist()
    [0.0, 0.0, -1.0]
    """
    others, cap = Others(model, client), float(model.epsilon_cap[client])
    alone, beside = others.bought(0.0), others.bought(cap)
    without = float(others.worth(alone) - others.price_of(alone))
    truth = float(model.cost[client])
    asked = np.append(truth, reports)
    cheaper = others.upto[np.searchsorted(others.cost, asked, side="left")]
    sells = np.clip(_wanted(others, asked) - np.minimum(cheaper, alone), 0.0, cap)
    rest = np.where(sells >= cap, np.maximum(np.minimum(cheaper, alone), beside), np.minimum(cheaper, alone))
    rest = np.where(sells <= 0, alone, rest)
    most = others.worths(sells + rest) - asked * sells - others.price_of(rest)
    paid = pivot_payment(Vectors(), sells, asked, most, without)
    kept = client_utility(Vectors(), paid, sells, truth)
    return np.asarray(kept[1:] - kept[0])


def _wanted(others: Others, price: np.ndarray) -> np.ndarray:
    known = others.model.value._bound(Vectors()).demand(Vectors(), len(others.model.cost) * price)
    if known is not None:
        return np.asarray(np.maximum(len(others.model.cost) * known, 0.0))
    low, high = np.zeros(len(price)), np.full(len(price), float(np.sum(as_floats(others.model.epsilon_cap))))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        more = np.array([others._slope(one) for one in middle]) > price
        low, high = np.where(more, middle, low), np.where(more, high, middle)
    return high


def reporting(model: PrivacyProcurement, client: int, report: Any) -> Outcome:
    """Return the exact outcome where one client reports something else."""
    cost = np.array(model.cost, dtype=object)
    cost[client] = report
    return exact_outcome(replace(model, cost=cost.tolist()))


def kept_by(outcome: Outcome, client: int, cost: Any) -> float:
    """What a client of a cost keeps in an outcome."""
    return float(outcome.payment[client]) - float(cost) * float(outcome.epsilon[client])
