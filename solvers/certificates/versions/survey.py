"""The buyers of a survey in one kind of number: doubles, fractions, or whole multiples of a common unit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ....formulations.data import as_floats, as_fractions
from ....formulations.versions.price_space import PriceSpace
from ....formulations.versions.revenue import VersionRevenue

SLACK = 2.0**-48
"""Doubles this near each other, relative, may stand for equal numbers.

A price t x/x_b is rounded four times, twice in squared budgets, and what it is compared with as often: eight units of
2⁻⁵³, and four times as much to spare.
"""
MOST_BITS = 62
"""Whole numbers of up to so many bits are held in 64; longer ones in Python's own.

One bit is the sign's, and one is left for the sum of two such numbers.
"""


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


def in_floats(model: VersionRevenue) -> Survey:
    """Return the survey in doubles.

    Examples
    --------
    >>> model = VersionRevenue(epsilon=[3, 1], wanted=[1, 0, 0], value=["0.1", "0.3", "0.5"])
    >>> in_floats(model).space.prices(1).tolist()  # two that only the slack takes for equal
    [0.3, 0.30000000000000004, 0.5]
    """
    return Survey(model.price_space(as_floats), SLACK)


def in_whole_numbers(model: VersionRevenue) -> Survey:
    """Return the survey in whole numbers, of which every price that is compared is one.

    Examples
    --------
    >>> model = VersionRevenue(epsilon=[3, 1], wanted=[1, 0], value=["0.1", "0.3"])
    >>> survey = in_whole_numbers(model)
    >>> survey.space.prices(1).tolist(), survey.unit
    ([9], Fraction(1, 30))
    """
    exact = model.price_space(as_fractions)
    weight, _ = cleared(exact.weight)
    value, common = cleared(exact.value)
    multiple = math.lcm(*weight.tolist())
    value = value * multiple
    largest = max(value, default=0)
    # with valuations of zero the weights alone must fit
    if max(largest, 1) * max(*weight.tolist(), len(value) + 1) < 2**MOST_BITS:
        weight, value = weight.astype(np.int64), value.astype(np.int64)
    unit_value = value // weight[exact.wanted]
    space = PriceSpace(value, unit_value, exact.wanted, weight, largest, exact.capped)
    return Survey(space, unit=Fraction(1, common * multiple))


def cleared(values: Any) -> tuple[Any, int]:
    """Return fractions times their common denominator, and the denominator.

    Examples
    --------
    >>> cleared(as_fractions(["1/2", "1/3"]))
    (array([3, 2], dtype=object), 6)
    """
    common = math.lcm(*{value.denominator for value in values.tolist()})
    whole = [value.numerator * (common // value.denominator) for value in values.tolist()]
    return np.array(whole, dtype=object), common
