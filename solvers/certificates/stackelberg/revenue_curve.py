"""That a revenue is increasing and concave as far as it matters, shown on balls that cover the range."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ....formulations.stackelberg.revenue_curve import Revenue
from ...readings.balls import Balls, ball
from ...readings.derivative import Derivative

PIECES = 20_000
FINEST = Fraction(1, 2**64)
"""Relative width at which a piece is given up."""


def increasing_concave(revenue: Revenue, furthest: Fraction) -> bool:
    """Whether f′ ≥ 0 and f″ ≤ 0 is shown on the whole of [0, furthest].

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.revenue_curve import LogRevenue
    >>> increasing_concave(LogRevenue(alpha=3, beta=2), Fraction(1000))
    True
    """
    pieces = [(Fraction(0), furthest)]
    for _ in range(PIECES):
        if not pieces:
            return True
        low, high = pieces.pop()
        middle = (low + high) / 2
        slope, bend = _bends(revenue, ball(low).union(ball(high)))
        if slope >= 0 and bend <= 0:
            continue
        slope, bend = _bends(revenue, ball(middle))
        if slope < 0 or bend > 0 or high - low < furthest * FINEST:
            return False
        pieces += [(low, middle), (middle, high)]
    return False


def _bends(revenue: Revenue, epsilon: Any) -> tuple[Any, Any]:
    """F′ and f″ on a ball."""
    inner = Derivative(Balls())
    outer = Derivative(inner)
    bound: Any = revenue._bound(Balls())
    slope = outer.slope(bound.value(outer, outer.variable(inner.variable(epsilon))))
    return inner.value(slope), inner.slope(slope)


def useful_total(revenue: Revenue, price: Fraction, most: Fraction, counted: int, reached: float) -> Fraction:
    """Return a total from which on f(Z/counted) − price·Z stays below what is reached, `most` if none is found.

    Nothing is assumed of f but that its formula is right; the totals tried are `most` and its halvings.
    """
    bound: Any = revenue._bound(Balls())
    for _ in range(2000):
        earned = bound.value(Balls(), ball(most / 2).union(ball(most)) / counted)
        if not earned - ball(price) * ball(most) / 2 < ball(reached):
            return most
        most /= 2
    return most
