"""An upper bound on what any safe menu earns, and what it takes to believe it.

A *potential* gives every price of every version a number V_j(p). If for all prices p of a version, and all prices p′ of
the next heavier one that can go with it,

    V_j(p) ≥ p · #{buyers of version j with a valuation of at least p} + V_{j+1}(p′),

then no menu out of these prices earns more than the largest V_1: add up along the menu. Any potential bounds; the one
computed here, from the heaviest version down, has equality for the best p′, so that nothing need be proposed to it.
That the prices suffice is the argument of `price_space` (the claim revenue/price-space).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
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
    prices: tuple[list[Any], ...]
    worth: tuple[list[Any], ...]

    @property
    def bound(self) -> Fraction:
        """What the revenue of no safe menu exceeds, over whole numbers exactly."""
        return Fraction(max(self.worth[0])) * self.survey.unit if self.prices else Fraction(0)

    def menu(self) -> Any:
        """Return prices along which the potential is earned: those that attain the bound, but for rounding."""
        if not self.prices:
            return self.survey.space.weight * 0
        first = max(range(len(self.worth[0])), key=self.worth[0].__getitem__)
        chosen = [self.prices[0][first]]
        for rank, (prices, worth) in enumerate(zip(self.prices[1:], self.worth[1:], strict=True)):
            following = chosen[-1] * self.survey.down
            window = range(bisect_left(prices, following), len(prices))
            together = (at for at in window if _together(self.survey, rank, chosen[-1], prices[at]))
            chosen.append(prices[max(together, key=worth.__getitem__)])
        return np.array(chosen, dtype=self.survey.space.value.dtype)


def potential(survey: Survey) -> Potential:
    """Return the least potential of a survey's prices; none without buyers."""
    prices: list[list[Any]] = []
    worth: list[list[Any]] = []
    if len(survey.space.value):
        for rank in reversed(range(len(survey.space.weight))):
            ascending = survey.space.prices(rank).tolist()
            earned = _earned(survey, rank, ascending)
            if prices:
                following = _best_following(survey, rank, ascending, prices[-1], worth[-1])
                earned = [own + rest for own, rest in zip(earned, following, strict=True)]
            prices.append(ascending)
            worth.append(earned)
    return Potential(survey, tuple(prices[::-1]), tuple(worth[::-1]))


def _together(survey: Survey, rank: int, price: Any, heavier: Any) -> bool:
    """Whether a price of the next heavier version is no more per weight than that of a version."""
    this, following = survey.space.weight[rank : rank + 2].tolist()
    return not survey.space.capped or bool(heavier * this <= price * (following * survey.up))


def _earned(survey: Survey, rank: int, prices: list[Any]) -> list[Any]:
    """Return what the version earns at each price, buyers taken for willing where the numbers cannot tell."""
    values = sorted(survey.space.value[survey.space.wanted == rank].tolist())
    earned, lost, down = [], 0, survey.down
    for price in prices:
        while lost < len(values) and values[lost] < price * down:
            lost += 1
        earned.append(price * (len(values) - lost))
    return earned


def _best_following(survey: Survey, rank: int, prices: list[Any], heavier: list[Any], worth: list[Any]) -> list[Any]:
    """Return the largest potential of a heavier version's price that can go with each price.

    A queue keeps the prices of the window that may still be the best: both its ends only move up.
    """
    this, following = survey.space.weight[rank : rank + 2].tolist()
    following, down = following * survey.up, survey.down
    best, queue, entered = [], deque[int](), 0
    for price in prices:
        most = price * following
        while entered < len(heavier) and (not survey.space.capped or heavier[entered] * this <= most):
            while queue and worth[queue[-1]] <= worth[entered]:
                queue.pop()
            queue.append(entered)
            entered += 1
        while heavier[queue[0]] < price * down:
            queue.popleft()
        best.append(worth[queue[0]])
    return best
