"""The buyers of a survey in one kind of number: doubles, fractions, or whole multiples of a common unit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ..formulations.algebra import Algebra
from ..formulations.price_space import PriceSpace, price_space
from ..formulations.version_revenue import VersionRevenue
from .readings.rationals import Rationals
from .readings.vectors import Vectors

SLACK = 2.0**-48
"""Doubles this near each other, relative, may stand for equal numbers."""
MOST_BITS = 62
"""Whole numbers of up to so many bits are held in 64; longer ones in Python's own."""


class WholeNumbers(Vectors):
    """Formulas over arrays of whole numbers, 64-bit or of any size."""

    name = "whole numbers"

    def at_least(self, x: Any, y: Any) -> Any:
        """1 where x ≥ y, else 0."""
        return np.greater_equal(x, y).astype(np.int64)


@dataclass(frozen=True)
class Survey:
    """The surveyed buyers and the versions' prices in one kind of number.

    Numbers are money in multiples of `unit`; those that differ by no more than `slack`, relative, may stand for equal
    ones.
    """

    space: PriceSpace
    slack: float = 0
    unit: Fraction = Fraction(1)

    @property
    def up(self) -> Any:
        """The factor that makes a number certainly larger than one it may equal."""
        return 1 + self.slack

    @property
    def down(self) -> Any:
        """The factor that makes a number certainly smaller than one it may equal."""
        return 1 - self.slack

    def buys(self, price: Any) -> Any:
        """Return who buys at given prices of the versions in ascending order."""
        return self.space.value >= price[self.space.wanted] * self.down

    def sold(self, rank: int, prices: Any) -> Any:
        """Return how many buyers of a version buy at each of the prices."""
        values = np.sort(self.space.value[self.space.wanted == rank])
        return len(values) - np.searchsorted(values, prices * self.down)

    def window(self, rank: int, prices: Any, heavier: Any) -> tuple[Any, Any]:
        """Return, for each price of a version, the ends of the next one's prices that can go with it."""
        low = np.searchsorted(heavier, prices * self.down)
        if not self.space.capped:
            return low, np.full(len(prices), len(heavier))
        weight = self.space.weight
        return low, np.searchsorted(heavier * weight[rank], prices * (weight[rank + 1] * self.up), side="right")


def in_floats(model: VersionRevenue) -> Survey:
    """Return the survey in doubles.

    Examples
    --------
    >>> model = VersionRevenue(epsilon=[3, 1], wanted=[1, 0, 0], value=["0.1", "0.3", "0.5"])
    >>> in_floats(model).space.prices(1).tolist()  # two that only the slack takes for equal
    [0.3, 0.30000000000000004, 0.5]
    """
    return Survey(_space(model, Vectors()), SLACK)


def in_whole_numbers(model: VersionRevenue) -> Survey:
    """Return the survey in whole numbers, of which every price that is compared is one.

    Examples
    --------
    >>> model = VersionRevenue(epsilon=[3, 1], wanted=[1, 0], value=["0.1", "0.3"])
    >>> survey = in_whole_numbers(model)
    >>> survey.space.prices(1).tolist(), survey.unit
    ([9], Fraction(1, 30))
    """
    exact = _space(model, Rationals())
    weight, _ = cleared(exact.weight)
    value, common = cleared(exact.value)
    multiple = math.lcm(*weight.tolist())
    value = value * multiple
    largest = max(value, default=0)
    if largest * max(*weight.tolist(), len(value) + 1) < 2**MOST_BITS:
        weight, value = weight.astype(np.int64), value.astype(np.int64)
    unit_value = value // weight[exact.wanted]
    space = PriceSpace(WholeNumbers(), value, unit_value, exact.wanted, weight, largest, exact.capped)
    return Survey(space, unit=Fraction(1, common * multiple))


def dearest_menu(model: VersionRevenue, buys: Any) -> Any:
    """Return the dearest safe menu that keeps those who buy, in fractions and the caller's order; 0 without buyers.

    Examples
    --------
    >>> model = VersionRevenue(epsilon=[3, 1], wanted=[1, 0, 0], value=["0.1", "0.3", "0.2"])
    >>> print(*dearest_menu(model, np.array([True, True, False])))
    3/10 1/10
    """
    dearest = [
        min(found.tolist(), key=lambda b: model.value[b])
        for j in range(len(model.epsilon))
        if len(found := np.flatnonzero(buys & (model.wanted_index == j)))
    ]
    if not dearest:
        return Rationals().vector(np.zeros(len(model.epsilon)))
    return _space(model, Rationals(), dearest).dearest_menu()[rank_of(model.cone.order)]


def safe_menu(model: VersionRevenue, price: Any) -> Any:
    """Return the dearest safe menu that nowhere costs more than given prices, in fractions and the caller's order.

    Of a menu v that nobody can arbitrage in any way it keeps more than half: q_j = x_j min over lighter i of v_i/x_i
    has q ≤ v < 2q, since enough copies of version i to replace version j cost less than twice v_i x_j/x_i.

    Examples
    --------
    >>> model = VersionRevenue(epsilon=[2, 3], wanted=[], value=[])
    >>> print(*safe_menu(model, [1, 2]))
    1 3/2
    """
    algebra, order = Rationals(), model.cone.order
    values = algebra.vector(price)[order]
    ranks, largest = np.arange(len(order)), max(values)
    space = price_space(algebra, values, ranks, model.weight(algebra)[order], largest, model.attack != "none")
    return space.dearest_menu()[rank_of(order)]


def rank_of(order: Any) -> Any:
    """Return each version's rank, from the versions in ascending order.

    Examples
    --------
    >>> rank_of(np.array([2, 0, 1])).tolist()
    [1, 2, 0]
    """
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order))
    return rank


def cleared(values: Any) -> tuple[Any, int]:
    """Return fractions times their common denominator, and the denominator.

    Examples
    --------
    >>> cleared(Rationals().vector(["1/2", "1/3"]))
    (array([3, 2], dtype=object), 6)
    """
    common = math.lcm(*{value.denominator for value in values.tolist()})
    whole = [value.numerator * (common // value.denominator) for value in values.tolist()]
    return np.array(whole, dtype=object), common


def _space(model: VersionRevenue, algebra: Algebra, buyers: Any = slice(None)) -> PriceSpace:
    """Return the price space of all buyers, or of some, in one kind of number."""
    order = model.cone.order
    wanted = rank_of(order)[model.wanted_index[buyers]]
    value, largest = algebra.vector(model.value[buyers]), algebra.number(model.largest_price)
    return price_space(algebra, value, wanted, model.weight(algebra)[order], largest, model.attack != "none")
