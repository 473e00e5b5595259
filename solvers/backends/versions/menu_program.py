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

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ....formulations.language import Declaration
from ....formulations.versions.revenue import VersionRevenue
from ...certificates.versions.survey import Survey, in_floats, in_whole_numbers
from ...installed import version
from ...solution import Answer, Request


def backends() -> tuple[MenuProgramme, ...]:
    """Return the dynamic programme."""
    return (MenuProgramme(),)


@dataclass(frozen=True)
class MenuProgramme:
    """Finds the menu that earns most, for up to a million buyers."""

    mechanism: ClassVar[type] = VersionRevenue
    name: str = "menu-programme"

    def accepts(self, model: Declaration) -> str | None:
        """Return None for version revenue."""
        if isinstance(model, VersionRevenue):
            return None
        return f"finds the best menu of a VersionRevenue only, not of {type(model).__name__}"

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return the menu that earns most; of several, the dearest that keeps the buyers of one of them."""
        assert isinstance(model, VersionRevenue)
        request.refuse_options(self.name)
        exact = request.arithmetic == "exact"
        survey = in_whole_numbers(model) if exact else in_floats(model)
        menu = model.menu_keeping(survey.buys(best_prices(survey)))
        price = menu if exact else np.array([float(entry) for entry in menu])
        return Answer({"price": price}, claimed="optimal", versions={"numpy": version("numpy")})


@dataclass(frozen=True)
class Stage:
    """One version's prices in ascending order, and the most that it and the heavier ones can earn from each on."""

    prices: Any
    worth: Any


def stages(survey: Survey) -> list[Stage]:
    """Return every version's stage, in ascending order of weight.

    Examples
    --------
    >>> model = VersionRevenue(epsilon=[1, 3], wanted=[0, 1], value=["0.1", "0.3"])  # in units of 1/30
    >>> [(stage.prices.tolist(), stage.worth.tolist()) for stage in stages(in_whole_numbers(model))]
    [([3, 9], [12, 9]), ([9], [9])]
    """
    found: list[Stage] = []
    for rank in reversed(range(len(survey.space.weight))):
        prices = survey.space.prices(rank)
        worth = prices * _sold(survey, rank, prices)
        if found:
            heavier = found[-1]
            worth = worth + window_maxima(heavier.worth, *_window(survey, rank, prices, heavier.prices))
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
        (low,), (high,) = _window(survey, rank, np.array(chosen[-1:], dtype=heavier.prices.dtype), heavier.prices)
        chosen.append(heavier.prices[low + int(np.argmax(heavier.worth[low:high]))])
    return np.array(chosen, dtype=path[0].prices.dtype)


def _sold(survey: Survey, rank: int, prices: Any) -> Any:
    """How many buyers of a version buy at each of the prices."""
    values = np.sort(survey.space.value[survey.space.wanted == rank])
    return len(values) - np.searchsorted(values, prices * survey.down)


def _window(survey: Survey, rank: int, prices: Any, heavier: Any) -> tuple[Any, Any]:
    """Return, for each price of a version, the ends of the next one's prices that can go with it."""
    low = np.searchsorted(heavier, prices * survey.down)
    if not survey.space.capped:
        return low, np.full(len(prices), len(heavier))
    weight = survey.space.weight
    return low, np.searchsorted(heavier * weight[rank], prices * (weight[rank + 1] * survey.up), side="right")


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
