"""The default for version revenue: a dynamic programme over the complete price space, from the heaviest version down.

The dearest menu that keeps a given set of buyers has, for each version, a price out of at most n (`price_space`); two
prices of neighbouring versions go together if they lie within a window, and both ends of the windows rise. The best
that heavier versions can still add is a maximum over a window, found for all windows at once by doubling: for n buyers
and k versions O(kn log n), all of it in NumPy.

Over whole numbers nothing is rounded. Doubles are compared with a slack of 2⁻⁴⁸, which never loses a buyer: what is
taken from the programme is only *who buys*, and the dearest menu that keeps them is then computed over fractions. Such
a menu exists for any set of buyers and depends on the data continuously, so that the revenue is the largest but for a
relative 2⁻⁴⁸ for each version, whatever the slack lets in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np

from ..formulations.language import Declaration
from ..formulations.price_space import PriceSpace, price_space
from ..formulations.version_revenue import VersionRevenue
from .readings.rationals import Rationals
from .readings.vectors import Vectors
from .solution import Answer, Request

SLACK = 2.0**-48
MOST_BITS = 62


def backends() -> tuple[MenuProgramme, ...]:
    """Return the dynamic programme."""
    return (MenuProgramme(),)


@dataclass(frozen=True)
class MenuProgramme:
    """Finds the menu that earns most, for up to a million buyers."""

    name: str = "menu-programme"

    def accepts(self, model: Declaration) -> str | None:
        """Return None for version revenue."""
        if isinstance(model, VersionRevenue):
            return None
        return f"finds the best menu of a VersionRevenue only, not of {type(model).__name__}"

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return the menu that earns most; of several, the dearest that keeps the buyers of one of them."""
        assert isinstance(model, VersionRevenue)
        exact = request.arithmetic == "exact"
        survey = in_whole_numbers(model) if exact else in_floats(model)
        menu = dearest_menu(model, survey.buys(best_prices(survey)))
        price = menu if exact else np.array([float(entry) for entry in menu])
        return Answer({"price": price}, claimed="optimal", versions={"numpy": version("numpy")})


class WholeNumbers(Vectors):
    """Formulas over arrays of whole numbers, 64-bit or of any size."""

    name = "whole numbers"

    def at_least(self, x: Any, y: Any) -> Any:
        """1 where x ≥ y, else 0."""
        return np.greater_equal(x, y).astype(np.int64)


@dataclass(frozen=True)
class Survey:
    """The surveyed buyers and the versions' prices in one kind of number; equal up to `slack` counts as equal."""

    space: PriceSpace
    slack: float = 0

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
    """Return the survey in doubles."""
    algebra = Vectors()
    order = model.cone.order
    wanted, weight = rank_of(order)[model.wanted_index], model.weight(algebra)[order]
    value = algebra.vector(model.value)
    return Survey(price_space(algebra, value, wanted, weight, model.attack != "none"), SLACK)


def in_fractions(model: VersionRevenue) -> Survey:
    """Return the survey exactly."""
    algebra = Rationals()
    order = model.cone.order
    wanted, weight = rank_of(order)[model.wanted_index], model.weight(algebra)[order]
    return Survey(price_space(algebra, algebra.vector(model.value), wanted, weight, model.attack != "none"))


def in_whole_numbers(model: VersionRevenue) -> Survey:
    """Return the survey in whole numbers: every price that is compared is a multiple of the same unit."""
    algebra, exact = WholeNumbers(), in_fractions(model).space
    weight = cleared(exact.weight)
    unit = math.lcm(*weight.tolist())
    value = cleared(exact.value) * unit
    largest = max(value, default=0)
    if largest * max(*weight.tolist(), len(value) + 1) < 2**MOST_BITS:
        weight, value = weight.astype(np.int64), value.astype(np.int64)
    unit_value = value // weight[exact.wanted]
    return Survey(PriceSpace(algebra, value, unit_value, exact.wanted, weight, largest, exact.capped))


def cleared(values: Any) -> Any:
    """Return fractions times their common denominator.

    Examples
    --------
    >>> cleared(as_fractions(["1/2", "1/3"])).tolist()
    [3, 2]
    """
    common = math.lcm(*{value.denominator for value in values.tolist()})
    return np.array([value.numerator * (common // value.denominator) for value in values.tolist()], dtype=object)


def rank_of(order: Any) -> Any:
    """Return each version's rank from the versions in ascending order."""
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order))
    return rank


def dearest_menu(model: VersionRevenue, buys: Any) -> Any:
    """Return the dearest safe menu that keeps those who buy, in fractions and the caller's order; 0 without buyers."""
    algebra, order = Rationals(), model.cone.order
    kept = [min(found, key=lambda b: model.value[b]) for found in _buyers(model, buys) if len(found)]
    if not kept:
        return algebra.vector(np.zeros(len(order)))
    wanted, weight = rank_of(order)[model.wanted_index[kept]], model.weight(algebra)[order]
    value, largest = algebra.vector(model.value[kept]), algebra.number(model.largest_price)
    menu = price_space(algebra, value, wanted, weight, model.attack != "none", largest).dearest_menu()
    return menu[rank_of(order)]


def _buyers(model: VersionRevenue, buys: Any) -> list[list[int]]:
    """Return, for every version, those who buy it."""
    return [np.flatnonzero(buys & (model.wanted_index == j)).tolist() for j in range(len(model.epsilon))]


@dataclass(frozen=True)
class Stage:
    """One version's prices in ascending order, and the most that it and the heavier ones can earn from each on."""

    prices: Any
    worth: Any


def stages(survey: Survey) -> list[Stage]:
    """Return every version's stage, in ascending order of weight.

    Examples
    --------
    >>> model = VersionRevenue(epsilon=[1, 3], wanted=[0, 1], value=["0.1", "0.3"])
    >>> [(stage.prices.tolist(), stage.worth.tolist()) for stage in stages(in_whole_numbers(model))]
    [([3, 9], [12, 9]), ([9], [9])]
    """
    found: list[Stage] = []
    for rank in reversed(range(len(survey.space.weight))):
        prices = survey.space.prices(rank)
        worth = prices * survey.sold(rank, prices)
        if found:
            heavier = found[-1]
            worth = worth + window_maxima(heavier.worth, *survey.window(rank, prices, heavier.prices))
        found.append(Stage(prices, worth))
    return found[::-1]


def best_prices(survey: Survey) -> Any:
    """Return prices of the versions in ascending order that earn most."""
    if not len(survey.space.value):
        return survey.space.weight * 0
    path = stages(survey)
    at = int(np.argmax(path[0].worth))
    chosen = [path[0].prices[at]]
    for rank, heavier in enumerate(path[1:]):
        (low,), (high,) = survey.window(rank, np.array(chosen[-1:], dtype=heavier.prices.dtype), heavier.prices)
        chosen.append(heavier.prices[low + int(np.argmax(heavier.worth[low:high]))])
    return np.array(chosen, dtype=path[0].prices.dtype)


def window_maxima(values: Any, low: Any, high: Any) -> Any:
    """Return the largest of values[low:high] for every window, none of them empty.

    A window is covered by two runs of a power of two; the maxima of such runs are found by doubling.

    Examples
    --------
    >>> window_maxima(np.array([3, 1, 2, 5]), np.array([0, 1, 2]), np.array([2, 3, 4])).tolist()
    [3, 2, 5]
    """
    result, runs, length = np.empty(len(low), dtype=values.dtype), values, 1
    power = np.frexp(high - low)[1] - 1
    for level in range(int(power.max()) + 1):
        here = power == level
        result[here] = np.maximum(runs[low[here]], runs[high[here] - length])
        runs = np.maximum(runs[:-length], runs[length:])
        length *= 2
    return result
