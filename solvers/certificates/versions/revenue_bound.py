"""An upper bound on what any safe menu earns, and what it takes to believe it.

A *potential* gives every price of every version a number V_j(p). If for all prices p of a version, and all prices p′ of
the next heavier one that can go with it,

    V_j(p) ≥ p · #{buyers of version j with a valuation of at least p} + V_{j+1}(p′),

then no menu out of these prices earns more than the largest V_1: add up along the menu. Any potential bounds; the one
computed here, from the heaviest version down, has equality for the best p′, so that nothing need be proposed to it.
That the prices suffice is the argument of `price_space` (the claim revenue/price-space).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from .survey import Survey


@dataclass(frozen=True)
class Potential:
    """Every version's prices, ascending, and the potential at each; the versions in ascending order of weight.

    Examples
    --------
    >>> from mechproof.formulations.versions.revenue import VersionRevenue
    >>> from mechproof.solvers.certificates.versions.survey import in_whole_numbers
    >>> survey = in_whole_numbers(VersionRevenue(epsilon=[1, 3], wanted=[0, 0, 1], value=[1, 2, 9]))
    >>> found = potential(survey)
    >>> print(found.bound, found.menu() * survey.unit)
    9 [Fraction(9, 1) Fraction(9, 1)]
    """

    survey: Survey
    prices: tuple[np.ndarray, ...]
    worth: tuple[np.ndarray, ...]

    @property
    def bound(self) -> Fraction:
        """What the revenue of no safe menu exceeds, over whole numbers exactly."""
        return Fraction(max(self.worth[0].tolist())) * self.survey.unit if self.prices else Fraction(0)

    def menu(self) -> Any:
        """Return prices along which the potential is earned: those that attain the bound, but for rounding."""
        if not self.prices:
            return self.survey.space.weight * 0
        at = int(np.argmax(self.worth[0]))
        chosen = [self.prices[0][at]]
        for rank, (prices, worth) in enumerate(zip(self.prices[1:], self.worth[1:], strict=True)):
            here = self.prices[rank][at : at + 1]
            first, last = (int(end[0]) for end in _windows(self.survey, rank, here, prices))
            at = first + int(np.argmax(worth[first:last]))
            chosen.append(prices[at])
        return np.array(chosen, dtype=self.survey.space.value.dtype)


def potential(survey: Survey) -> Potential:
    """Return the least potential of a survey's prices; none without buyers."""
    prices: list[np.ndarray] = []
    worth: list[np.ndarray] = []
    if len(survey.space.value):
        for rank in reversed(range(len(survey.space.weight))):
            ascending = survey.space.prices(rank)
            earned = _earned(survey, rank, ascending)
            if prices:
                earned = earned + largest_between(worth[-1], *_windows(survey, rank, ascending, prices[-1]))
            prices.append(ascending)
            worth.append(earned)
    return Potential(survey, tuple(prices[::-1]), tuple(worth[::-1]))


def _earned(survey: Survey, rank: int, prices: np.ndarray) -> np.ndarray:
    """Return what the version earns at each price, buyers taken for willing where the numbers cannot tell."""
    values = np.sort(survey.space.value[survey.space.wanted == rank])
    return np.asarray(prices * (len(values) - np.searchsorted(values, prices * survey.down)))


def _windows(survey: Survey, rank: int, prices: np.ndarray, heavier: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each price where the heavier version's prices that can go with it start and end.

    They are no less and, where prices per weight must not rise, no more per weight.
    """
    this, following = survey.space.weight[rank : rank + 2].tolist()
    first = np.searchsorted(heavier, prices * survey.down)
    if not survey.space.capped:
        return first, np.full(len(prices), len(heavier))
    return first, np.searchsorted(heavier * this, prices * (following * survey.up), side="right")


def largest_between(values: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Return the largest of values[first:last] for each pair of ends, none of them empty.

    Two stretches of the same power of two cover a window, and each power's stretches are halves of the next one's.

    Examples
    --------
    >>> largest_between(np.array([3, 1, 4, 1, 5]), np.array([0, 1, 1]), np.array([2, 5, 2])).tolist()
    [3, 5, 1]
    """
    found = np.empty(len(first), dtype=values.dtype)
    power = np.frexp(last - first)[1] - 1
    stretches = values
    for at in range(int(power.max()) + 1):
        half = 1 << at >> 1
        if at:
            stretches = np.maximum(stretches[:-half], stretches[half:])
        now = np.flatnonzero(power == at)
        found[now] = np.maximum(stretches[first[now]], stretches[last[now] - (1 << at)])
    return found
