"""What is bought is worth, in doubles: V, V′, and how much is wanted at a price."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.data import as_floats
from ....formulations.procurement.declaration import PrivacyProcurement
from ....formulations.procurement.formulas import worth
from ...readings.derivative import Derivative
from ...readings.vectors import Vectors

HALVINGS = 200
"""A bracket between doubles is halved to its last digit."""


@dataclass(frozen=True, eq=False)
class Worth:
    """What is bought is worth in doubles: V, V′ and the E at which V′ is a price.

    Examples
    --------
    >>> found = Worth(PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=2, beta=4))
    >>> found.demand(np.array([2.0, 5.0])).tolist(), round(float(found.slope(np.array([1.0]))[0]), 9)
    ([1.0, 0.0], 2.0)
    """

    model: PrivacyProcurement

    @cached_property
    def count(self) -> int:
        """N."""
        return len(self.model.cost)

    @cached_property
    def revenue(self) -> Any:
        """The declared revenue, its numbers in doubles."""
        return self.model.value._bound(Vectors())

    @cached_property
    def everything(self) -> float:
        """The sum of all caps."""
        return float(np.sum(as_floats(self.model.epsilon_cap)))

    @cached_property
    def _one_by_one(self) -> bool:
        """Whether the revenue may be read of one number only: without a demand in closed form it may be a sum."""
        return self.revenue.demand(Vectors(), 1.0) is None

    def value(self, total: np.ndarray) -> np.ndarray:
        """Return V(E), of a vector."""
        if self._one_by_one:
            return np.array([worth(Vectors(), one, self.count, self.revenue) for one in total.tolist()])
        return np.asarray(worth(Vectors(), total, self.count, self.revenue))

    def slope(self, total: np.ndarray) -> np.ndarray:
        """Return V′(E), of a vector."""
        if self._one_by_one:
            return np.array([self._slope(one) for one in total.tolist()])
        return np.asarray(self._slope(total) + 0 * total)

    def _slope(self, total: Any) -> Any:
        dual = Derivative(Vectors())
        return dual.slope(worth(dual, dual.variable(total), self.count, self.revenue))

    def demand(self, price: np.ndarray) -> np.ndarray:
        """Return for each price the E at which V′(E) is the price, 0 where V′(0) is below it."""
        known = self.revenue.demand(Vectors(), self.count * price)
        if known is not None:
            return np.asarray(np.maximum(self.count * known, 0.0))
        low, high = np.zeros(len(price)), np.full(len(price), self.everything)
        high[self.slope(low[:1]) <= price] = 0.0
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            more = self.slope(middle) > price
            low, high = np.where(more, middle, low), np.where(more, high, middle)
            if np.all(high - low <= 2.0**-52 * high):
                break
        return high
