"""That a cost is convex: known of the shipped ones by their parameters, shown on balls of anybody else's."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from ....formulations.revenue_curve import ExponentialCost, LinearCost, PowerCost
from ....formulations.stackelberg.declaration import StackelbergPricing
from ...readings.balls import Balls, enclosing, precision
from ...readings.derivative import Derivative

SHIPPED = (LinearCost, PowerCost, ExponentialCost)
BITS, PIECES = 128, 4_000
"""Of balls, and of how many pieces of the budgets' range may be tried."""


def convexity_shown(game: StackelbergPricing) -> bool:
    """Whether the cost is convex on all budgets that may be sold: what a class says of itself is not believed.

    Examples
    --------
    >>> from mechproof.formulations.revenue_curve import PrivacyCost
    >>> class Square(PrivacyCost):
    ...     convex = True
    ...
    ...     def value(self, a, epsilon):
    ...         return a.square(epsilon)
    ...
    ...     def reach(self, worth):
    ...         return worth + 1
    >>> class Root(Square):
    ...     def value(self, a, epsilon):
    ...         return a.sqrt(epsilon + 1) - 1
    >>> contest = dict(cost=[1, 1], alpha=1, beta=1)
    >>> [convexity_shown(StackelbergPricing(**contest, cost_function=cost())) for cost in (Square, Root)]
    [True, False]
    """
    cost = game.cost_function
    if cost is None or type(cost) in SHIPPED:
        return cost is None or bool(cost.convex)
    once = Derivative(Balls())
    twice = Derivative(once)

    def bends_up(low: Fraction, high: Fraction) -> bool:
        moving = twice.variable(once.variable(enclosing(low, high)))
        return bool(once.slope(twice.slope(bound.value(twice, moving))) >= 0)

    with precision(BITS):
        bound = cost._bound(twice)
        largest = max(map(Fraction, game.players()[-1].decision.upper))
        return _everywhere(bends_up, largest)


def _everywhere(holds: Callable[[Fraction, Fraction], Any], largest: Fraction) -> bool:
    """Whether something is shown on pieces that cover all from zero on."""
    waiting = [(Fraction(0), largest)]
    for _ in range(PIECES):
        if not waiting:
            return True
        low, high = waiting.pop()
        if not holds(low, high):
            middle = (low + high) / 2
            waiting += [(low, middle), (middle, high)]
    return not waiting
