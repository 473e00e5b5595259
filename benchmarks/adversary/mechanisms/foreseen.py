"""The three-party market where one seller posts a price and foresees the budget that the buyer will choose at it.

At a price the buyer takes ε_max, or the smaller root ε of p ε² + (p + α₃ − α) ε + α₃ where that is worth more. There
p (1 + ε) = α − α₃ − α₃/ε, which rises with ε, and a seller's profit is largest where p (1 + ε) = √(αc): on either side
of the price at which the buyer is indifferent, found by halving, the best price is that, or an end.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any

import mpmath

from .. import numbers
from ..instance import FAR, Decisions, Truth, as_given
from .contest_oracle import fraction, number
from .market import Market, draw

DIGITS = 40
STEPS = 200


@dataclass(frozen=True)
class Foreseen(Market):
    """A market with one seller in the subgame-perfect order."""

    def data(self) -> dict[str, Any]:
        return {**super().data(), "order": "subgame-perfect"}

    def local(self, price: mpmath.mpf) -> mpmath.mpf | None:
        """The budget at which the buyer has no wish to change it a little."""
        alpha, weight = number(self.alpha), number(self.weight)
        half = alpha - weight - price
        inside = half * half - 4 * price * weight
        if half <= 0 or inside < 0:
            return None
        root = 2 * weight / (half + mpmath.sqrt(inside))
        return root if root <= number(self.cap) else None

    def worth(self, price: mpmath.mpf, epsilon: mpmath.mpf) -> mpmath.mpf:
        """What the buyer has of the best quantity."""
        alpha, paid = number(self.alpha), price * (1 + epsilon)
        traded = alpha * mpmath.log(alpha / paid) - alpha + paid if alpha > paid else mpmath.mpf(0)
        return traded + number(self.weight) * mpmath.log(epsilon)

    def prefers_local(self, price: mpmath.mpf) -> bool:
        epsilon = self.local(price)
        return epsilon is not None and self.worth(price, epsilon) > self.worth(price, number(self.cap))

    def profit(self, price: mpmath.mpf, epsilon: mpmath.mpf) -> mpmath.mpf:
        paid = price * (1 + epsilon)
        return (paid - number(self.cost[0])) * max(number(self.alpha) / paid - 1, 0)

    @cached_property
    def _right(self) -> tuple[Decisions, ...]:
        alpha, cap = number(self.alpha), number(self.cap)
        with mpmath.workdps(DIGITS):
            grid = [alpha * k / STEPS for k in range(1, STEPS + 1)]
            local = [self.prefers_local(p) for p in grid]
            if any(later and not sooner for sooner, later in itertools.pairwise(local)):
                return ()  # not one stretch of prices from zero on, as far as can be seen
            count = local.count(True)
            low, high = grid[count - 1] if count else mpmath.mpf(0), grid[min(count, STEPS - 1)]
            for _ in range(140):
                middle = (low + high) / 2
                low, high = (middle, high) if self.prefers_local(middle) else (low, middle)
            aim = mpmath.sqrt(alpha * number(self.cost[0]))  # of p (1 + ε), on either side
            tried = [(low, cap), (max(low, aim / (1 + cap)), cap)] if low > 0 else [(aim / (1 + cap), cap)]
            if low > alpha / STEPS / 10**6:
                at = self.local(low)
                assert at is not None
                tried.append((low, at))
                rest = alpha - number(self.weight) - aim
                epsilon = number(self.weight) / rest if rest > 0 else cap * 2
                if epsilon <= at:
                    tried.append((aim / (1 + epsilon), epsilon))
            price, epsilon = max(tried, key=lambda item: self.profit(*item))
            if not self.profit(price, epsilon) > alpha / mpmath.mpf(10) ** 20:
                idle: Decisions = {"quantity": (Fraction(0),), "price": (self.alpha,), "epsilon": (self.cap,)}
                return (idle,)
            found = {"quantity": alpha / (price * (1 + epsilon)) - 1, "price": price, "epsilon": epsilon}
            return ({name: (fraction(value),) for name, value in found.items()},)

    def elsewhere(self, rng: Random) -> Iterator[Decisions]:
        """Another price with everything else as chosen at it, and the printed order's answer."""
        for answer in self._right:
            price = answer["price"]
            assert isinstance(price, tuple)
            other = min(price[0] * (1 + numbers.sign(rng) * numbers.small(rng) / 2), self.alpha)
            with mpmath.workdps(DIGITS):
                at = number(other)
                local = self.local(at) if self.prefers_local(at) else None
                epsilon = self.cap if local is None else fraction(local)
            yield {
                "quantity": (max(self.alpha / (other * (1 + epsilon)) - 1, Fraction(0)),),
                "price": (other,),
                "epsilon": (epsilon,),
            }
        yield from Market(self.exact, self.cost, self.alpha, self.weight, self.cap, None).right()

    def truth(self, decisions: Decisions) -> Truth:
        """The distance to the seller's best price; of what the buyer chooses there only that it is as foreseen."""
        price, epsilon = decisions["price"], decisions["epsilon"]
        assert isinstance(price, tuple)
        assert isinstance(epsilon, tuple)
        if min(price) <= 0 or min(epsilon) <= 0:
            return Truth(broken=1.0, kept=1.0)
        if not self._right:
            return Truth()
        low, high = self._apart(decisions, self._right[0])
        sold = decisions["quantity"]
        assert isinstance(sold, tuple)
        need = max(self.alpha / (price[0] * (1 + epsilon[0])) - 1, Fraction(0))
        kept = float(abs(sold[0] - need) / max(abs(sold[0]), need, Fraction(1, 10**300)))
        if sold[0] < 0 or price[0] > self.alpha or epsilon[0] > self.cap:
            kept = 1.0
        return Truth(low, high if kept < 1 else FAR, 0.0, kept, self._same(decisions, self._right[0]))


def draw_foreseen(rng: Random) -> Foreseen:
    """A market of one seller."""
    market = draw(rng)
    weight = as_given(market.alpha * rng.choice((Fraction(1, 50), Fraction(1, 10), Fraction(3, 10))), market.exact)
    cap = as_given(rng.choice((Fraction(1, 20), Fraction(1), Fraction(5), Fraction(50))), market.exact)
    return Foreseen(market.exact, market.cost[:1], market.alpha, weight, cap, None)
