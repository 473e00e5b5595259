"""The nearest budgets of many sellers that a pool covers: the dearest go, and others sell less.

Which dearest cost leaves the least to change is told by what each takes at least. Under the norm "1" the cheapest sell
less first, since a unit of theirs is worth the least; under "2" everybody a little, the cheapest the most; under "inf"
everybody by as much money. What doubles leave over is taken from one who sells less already, so that the rest stays
as it was stated.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.data import as_fractions
from ...formulations.stackelberg.declaration import StackelbergPricing
from ..certificates.repair.sales import Sales


def nearest_budgets(game: StackelbergPricing, sales: Sales, stated: Any, pool: Fraction) -> tuple[Fraction, Any]:
    """Return the cost of the dearest who goes on selling, and the budgets, exactly sound.

    Examples
    --------
    >>> game, stated = StackelbergPricing(cost=[1, 2], alpha=1, beta=9), as_fractions([3, 1])
    >>> dearest, sold = nearest_budgets(game, Sales.of(game, stated, 3, "1"), stated, Fraction(3))
    >>> print(dearest, *sold)
    1 3 0
    """
    j = int(np.argmin(sales.least()))
    count, order = int(sales.allowed[j]), sales.order.tolist()
    exact, caps = as_fractions(game.cost).tolist(), None if game.epsilon_cap is None else as_fractions(game.epsilon_cap)
    dearest = exact[order[count - 1]]
    sold = np.array([Fraction(0)] * len(stated), dtype=object)
    for i in order[:count]:
        most = stated[i] if caps is None else min(stated[i], caps[i])
        sold[i] = max(most, Fraction(0))
    within = sold.copy()
    if sales.norm != "1":
        cut = _cut(sales, j, count)
        for i, less in zip(order[:count], cut.tolist(), strict=True):
            if less > 0:
                sold[i] = max(min(within[i], Fraction(float(stated[i])) - Fraction(less)), Fraction(0))
    excess = sum(sold.tolist(), Fraction(0)) - pool / dearest
    moved = [i for i in order[:count] if sold[i] < within[i]]
    for i in [*sorted(moved, key=sold.__getitem__, reverse=True), *order[:count]]:
        if excess <= 0:
            break
        less = min(excess, sold[i])
        sold[i] -= less
        excess -= less
    return dearest, sold


def _cut(sales: Sales, j: int, count: int) -> np.ndarray:
    """Return by how much each of the cheapest sells less."""
    if sales.norm == "2":
        return sales.cut(count, sales.price(count, float(sales.room[j])))
    return np.asarray(np.minimum(sales.level(j) / sales.cost[:count], np.maximum(sales.stated[:count], 0.0)))
