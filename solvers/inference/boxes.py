"""Between which bounds a revealed cost lies when the budgets themselves are known between bounds only.

It is shown of the declared utility that at a fixed total a larger budget reveals a smaller cost; so own budgets are
taken at their ends. Totals are halved until the cost is monotone on each piece, or the piece is so small that its ball
is bound enough. All in balls: a bound is never on the wrong side.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from math import inf
from typing import Any, TypeAlias

from ..readings.balls import Balls, ball, enclosing, lower_bound, precision, upper_bound
from ..readings.derivative import Derivative
from .revealed import Revealed

BITS = 96
PIECES = 400
CLOSE = Fraction(1, 10**9)
"""Relative width at which a bound is good enough."""
Ends: TypeAlias = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class CostBounds:
    """Bounds on a cost by own budget and total, at a pool."""

    revealed: Revealed
    pool: Fraction

    def between(self, own: Ends, total: Ends) -> tuple[Fraction, Fraction | None]:
        """Return a number below and one above every cost that a budget and a total between these bounds reveal.

        The bound from above is None where none was found.

        Examples
        --------
        >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
        >>> found = CostBounds(Revealed(StackelbergPricing([1, 1], 4, 2)), Fraction(1))
        >>> low, high = found.between((Fraction(1, 4), Fraction(1, 4)), (Fraction(1, 2), Fraction(1)))
        >>> round(float(low), 8), round(float(high), 8)  # B(Z − ε)/Z² with ε = 1/4: at Z = 1 and at Z = 1/2
        (0.75, 1.0)
        """
        with precision(BITS):
            least, most = -self._most(own[1], total, -1), self._most(own[0], total, +1)
        return (Fraction(0) if least == -inf else Fraction(least)), (None if most == inf else Fraction(most))

    def _most(self, own: Fraction, total: Ends, sign: int) -> Fraction | float:
        """Return a number above ±cost at a budget, whatever the total."""
        turn, first = count(), self._side(own, total, sign)
        best, waiting = None, [(-self._above(own, first, sign), next(turn), first)]
        for _ in range(PIECES):
            bound, _, (low, high) = waiting[0]
            middle = (low + high) / 2
            reached = lower_bound(self._cost(Balls(), own, ball(middle)) * sign)
            best = reached if best is None else max(best, reached)
            if low == high or -bound - best <= CLOSE * abs(best):
                break
            heapq.heappop(waiting)
            for part in ((low, middle), (middle, high)):
                side = self._side(own, part, sign)
                heapq.heappush(waiting, (-self._above(own, side, sign), next(turn), side))
        return -waiting[0][0]

    def _above(self, own: Fraction, total: Ends, sign: int) -> Fraction | float:
        cost = self._cost(Balls(), own, enclosing(*total))
        return upper_bound(cost * sign) if cost.is_finite() else inf

    def _side(self, own: Fraction, total: Ends, sign: int) -> Ends:
        """Return the end of totals at which ±cost is largest, where it is monotone; else all of them."""
        dual = Derivative(Balls())
        slope = dual.slope(self._cost(dual, own, dual.variable(enclosing(*total)))) * sign
        return (total[1], total[1]) if slope > 0 else (total[0], total[0]) if slope < 0 else total

    def _cost(self, algebra: Any, own: Fraction, total: Any) -> Any:
        return self.revealed.cost(algebra, ball(own), total - ball(own), ball(self.pool))
