"""That a cost is convex and keeps its word: known of the shipped ones by their parameters, else shown on balls."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from ....formulations.revenue_curve import ExponentialCost, LinearCost, PowerCost
from ....formulations.stackelberg.declaration import StackelbergPricing
from ...readings.balls import Balls, ball, enclosing, precision
from ...readings.derivative import Derivative

SHIPPED = (LinearCost, PowerCost, ExponentialCost)
BITS, PIECES = 128, 4_000
"""Of balls, and of how many pieces of the budgets' range may be tried."""
HAIR = Fraction(1, 2**30)
"""Relative, by which a budget may cost less than the worth that it reaches: nobody's best reply comes near it."""


def convexity_shown(game: StackelbergPricing) -> bool:
    """Whether the cost is convex on all budgets that may be sold: what a class says of itself is not believed.

    It is shown too that C(0) = 0, that C rises, and that without caps its `reach` leaves no worthwhile budget out.

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
        upper = game.players()[-1].decision.upper
        start = bound.value(twice, twice.variable(once.variable(ball(0))))
        keeps_word = once.value(twice.value(start)) == 0 and once.value(twice.slope(start)) >= 0
        return bool(keeps_word) and _reached(game, upper) and _everywhere(bends_up, max(map(Fraction, upper)))


def _reached(game: StackelbergPricing, upper: Any) -> bool:
    """Whether the largest budgets cost what the largest pool is worth to those who would sell them."""
    if game.epsilon_cap is not None:
        return True
    worth, bound = game.revenue.largest_pool / game.cost, game.cost_function._bound(Balls())
    pairs = {(Fraction(one), Fraction(other)) for one, other in zip(upper, worth, strict=True)}
    return all(bound.value(Balls(), ball(most)) >= ball(least * (1 - HAIR)) for most, least in pairs)


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
