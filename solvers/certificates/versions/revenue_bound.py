"""An upper bound on what any safe menu earns, and what it takes to believe it.

A *potential* gives every price of every version a number V_j(p). If for all prices p of a version, and all prices p′ of
the next heavier one that can go with it,

    V_j(p) ≥ p · #{buyers of version j with a valuation of at least p} + V_{j+1}(p′),

then no menu out of these prices earns more than the largest V_1: add up along the menu. Anybody may propose the
potential; it is checked here in one linear pass, which shares no search with the programme that proposes it. That the
prices suffice is the argument of `price_space` (the claim revenue/price-space); that they are all there is checked.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, Protocol

from .survey import Survey


class Potential(Protocol):
    """Prices of one version in ascending order, and the number proposed for each."""

    @property
    def prices(self) -> Any:
        """The prices."""

    @property
    def worth(self) -> Any:
        """What the version and all heavier ones can earn at most from each price on."""


def revenue_bound(survey: Survey, potentials: Sequence[Potential]) -> Fraction:
    """Return a number that the revenue of no safe menu exceeds, over whole numbers exactly.

    Where a potential is too small for a price it is raised for all of the version's prices, so that any potential gives
    a bound; the better the potential, the closer.

    Raises
    ------
    ValueError
        When a price that buyers' valuations allow is missing, or prices do not ascend.

    Examples
    --------
    >>> from mechproof.formulations.versions.revenue import VersionRevenue
    >>> from mechproof.solvers.backends.versions.menu_program import Stage, stages
    >>> from mechproof.solvers.certificates.versions.survey import in_whole_numbers
    >>> survey = in_whole_numbers(VersionRevenue(epsilon=[1, 3], wanted=[0, 0, 1], value=[1, 2, 9]))
    >>> print(revenue_bound(survey, stages(survey)))
    9
    >>> print(revenue_bound(survey, [Stage(stage.prices, 0 * stage.prices) for stage in stages(survey)]))
    11
    """
    if not len(survey.space.value):
        return Fraction(0)
    heavier: tuple[list[Any], list[Any]] = ([], [])
    raised: Any = 0
    for rank in reversed(range(len(survey.space.weight))):
        prices, worth = potentials[rank].prices.tolist(), potentials[rank].worth.tolist()
        _check_complete(survey, rank, prices)
        earned = _earned(survey, rank, prices)
        following = _best_following(survey, rank, prices, *heavier)
        lacking = max(e + f - w for e, f, w in zip(earned, following, worth, strict=True))
        raised += max(lacking, 0)
        heavier = prices, worth
    return Fraction(max(worth) + raised) * survey.unit


def _check_complete(survey: Survey, rank: int, prices: list[Any]) -> None:
    if any(one >= other for one, other in pairwise(prices)):
        raise ValueError("the prices do not ascend")
    if not set(survey.space.ceilings(rank).tolist()) <= set(prices):
        raise ValueError("a price that a valuation allows is missing")


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
    if not heavier:
        return [0] * len(prices)
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
