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
from typing import Any

import numpy as np

from .algebra import Algebra


def ceiling(a: Algebra, unit_value: Any, own_weight: Any, weight: Any) -> Any:
    """T max(1, x/x_b): the most that a version of weight x costs where one of weight x_b costs t.

    A lighter version costs no more than t, a heavier one no more per unit of weight; `unit_value` is t/x_b.
    """
    return unit_value * a.maximum(own_weight, weight)


def monotone_ceiling(a: Algebra, value: Any, own_weight: Any, weight: Any, largest: Any) -> Any:
    """The same where prices need only be monotone: t for a version no heavier, no limit but the largest for others."""
    return largest + (value - largest) * a.at_least(own_weight, weight)


@dataclass(frozen=True)
class PriceSpace:
    """The prices that buyers' valuations allow, in one kind of number; versions by rank, in ascending order of weight.

    `unit_value` is the valuation per unit of the wanted version's weight, `largest` the largest price there is, and
    `capped` says whether the price per weight must not rise, or prices need only be monotone.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from mechproof.solvers.readings.rationals import Rationals
    >>> tenths, weight = np.array([Fraction(1, 10), Fraction(3, 10)]), np.array([Fraction(1), Fraction(3)])
    >>> space = price_space(Rationals(), tenths, np.array([0, 1]), weight, tenths[1], capped=True)
    >>> space.prices(1).tolist(), space.dearest_menu().tolist()
    ([Fraction(3, 10)], [Fraction(1, 10), Fraction(3, 10)])
    """

    algebra: Algebra
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
        if self.capped:
            most = ceiling(self.algebra, self.unit_value, self._own_weight, self.weight[rank])
        else:
            most = monotone_ceiling(self.algebra, self.value, self._own_weight, self.weight[rank], self.largest)
        return np.minimum(most, self.largest)

    def prices(self, rank: int) -> Any:
        """Return the version's prices, each once, in ascending order."""
        return np.unique(self.ceilings(rank))

    def dearest_menu(self) -> Any:
        """Return the dearest safe menu at which every buyer buys; without buyers, the largest price for all."""
        prices = [np.min(self.ceilings(rank), initial=self.largest) for rank in range(len(self.weight))]
        return np.array(prices, dtype=self.weight.dtype)


def price_space(algebra: Algebra, value: Any, wanted: Any, weight: Any, largest: Any, capped: bool) -> PriceSpace:
    """Return the price space of buyers' valuations; `wanted` are ranks, `weight` ascends."""
    return PriceSpace(algebra, value, value / weight[wanted], wanted, weight, largest, capped)
