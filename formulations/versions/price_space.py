"""The complete price space of surveyed buyers: the finitely many prices among which a best menu is found.

Take any safe menu and the buyers who buy. The dearest safe menu that keeps them all earns no less, and its prices are

    v_j = min over the kept buyers b of  t_b max(1, x_j/x_{j(b)}),

with t_b the valuation and j(b) the version wanted: safe prices allow no more, and the minimum is itself safe. So each
price is one of n numbers, and none exceeds the largest valuation. With a menu's prices in place of valuations the same
minimum is the dearest safe menu below it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np

from ..algebra import Algebra


def ceiling(a: Algebra, unit_value: Any, own_weight: Any, weight: Any) -> Any:
    """The most that a version of weight x costs where one of weight x_b costs t = x_b `unit_value`: t max(1, x/x_b)."""
    return unit_value * a.maximum(own_weight, weight)


@dataclass(frozen=True)
class PriceSpace:
    """The prices that buyers' valuations allow; versions go by rank, in ascending order of weight.

    The numbers may be doubles, fractions or whole numbers, as long as all are of one kind. `unit_value` is a valuation
    per unit of the wanted version's weight, `largest` the largest price there is; `capped` says whether the price per
    weight must not rise, or prices need only be monotone.

    Examples
    --------
    >>> from mechproof.formulations.data import as_fractions
    >>> space = price_space(as_fractions(["1/10", "3/10"]), np.array([0, 1]), as_fractions([1, 3]), 1, capped=True)
    >>> print(*space.prices(1), *space.dearest_menu())
    3/10 1/10 3/10
    """

    value: Any
    unit_value: Any
    wanted: Any
    weight: Any
    largest: Any
    capped: bool

    @cached_property
    def _own_weight(self) -> Any:
        return self.weight[self.wanted]

    def ceilings(self, rank: int) -> Any:
        """Return, for every buyer, the most a version may cost for the buyer to be kept."""
        weight = self.weight[rank]
        if self.capped:
            numpy = cast(Algebra, np)  # whose own maximum takes every kind of number
            most = ceiling(numpy, self.unit_value, self._own_weight, weight)
        else:
            most = np.where(self._own_weight >= weight, self.value, self.largest)
        return np.minimum(most, self.largest)

    def prices(self, rank: int) -> Any:
        """Return the version's prices, each once, in ascending order."""
        return np.unique(self.ceilings(rank))

    def dearest_menu(self) -> Any:
        """Return the dearest safe menu at which every buyer buys; without buyers, the largest price for all."""
        prices = [np.min(self.ceilings(rank), initial=self.largest) for rank in range(len(self.weight))]
        return np.array(prices, dtype=self.weight.dtype)


def price_space(value: Any, wanted: Any, weight: Any, largest: Any, capped: bool) -> PriceSpace:
    """Return the price space of buyers' valuations; `wanted` are ranks, `weight` ascends."""
    return PriceSpace(value, value / weight[wanted], wanted, weight, largest, capped)
