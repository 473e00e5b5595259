"""What budgets a buyer takes at which prices, enclosed from its declared utility by a cover of all budgets.

At prices in a box, a box of budgets holds no best one if the buyer's marginal value has one sign in it, or if its value
there is less than somewhere else. (If V(ε) is the value at the best quantity a(ε), then V(ε′) − V(ε) is at most what
the utility changes by from ε to ε′ with the quantity at a(ε′), so that slopes at quantities that are wanted in the box
bound the change of V.) Boxes of which neither is shown are cut up.

The marginal value rises with the price. So where a budget is better than a smaller one, it is at every higher price
too, and what is shown at a few prices holds beyond them: at p⁻ the cap is not best, so that below it never is; at p⁺
it is the only best one, so that above it always is.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.three_party.declaration import ThreePartyMarket
from ....formulations.three_party.formulas import buyer_value, demand, settled_epsilon
from ...readings.derivative import Derivative
from .boxes import Boxes
from .search import Search

BOXES = 64
"""Boxes of budgets to begin with; any number would do."""
MOST = 4096
"""Open boxes at which cutting ends: about a root their number stays the same until they are as narrow as the price's
box or the rounding errors, and grows sixty-fourfold with each cut from there on."""
PIECES = 64
"""Few boxes are open at a time, and a thousand are read in NumPy as fast as one: many pieces make for few cuts."""
ROUNDING = 2.0**-46
"""How much less a value in doubles must be, relative to α and to itself, to be seen to be less: a value is some ten
operations, each off by 2⁻⁵³ of parts that may exceed their sum."""
CUTS = 9
"""Times a box is cut in sixty-four, after which it is narrower than the last digit of a double."""
NEAR = 2.0**-36
"""How near budgets are enclosed at p̂, where they are part of the distance."""
WIDTHS = tuple(2.0**-k for k in (42, 36, 30, 24))
"""How far p⁻ and p⁺ are tried from the price p̂ that was found in doubles, which is good to about 2⁻⁵⁰ where it is well
determined: the nearest at which the buyer's mind is seen to have changed is taken, and is part of the distance."""


@dataclass(frozen=True)
class Switch:
    """Prices p⁻ < p⁺ about p̂, budgets below the cap between which the best of those lie there, and what is paid then.

    At lower prices budgets and what is paid are less.
    """

    price: tuple[Any, Any]
    epsilon: tuple[Any, Any]
    paid: Any


@dataclass(frozen=True)
class Choice:
    """The buyer of a market, over boxes."""

    market: ThreePartyMarket
    boxes: Boxes
    search: Search

    @cached_property
    def alpha(self) -> Any:
        """The buyer's value of quantity."""
        return self.boxes.algebra.number(self.market.alpha)

    @cached_property
    def weight(self) -> Any:
        """The buyer's value of privacy."""
        return self.boxes.algebra.number(self.market.privacy_weight)

    @cached_property
    def cap(self) -> Any:
        """The largest budget, a point."""
        return self.point(self.market.epsilon_max)

    def point(self, value: Any) -> Any:
        """Return a declared or guessed number as the ends of boxes are: a fraction, or a double."""
        return _fractions(value) if self.boxes.rigorous else np.asarray(value, dtype=float)[()]

    def value(self, price: Any, epsilon: Any) -> Any:
        """Return the buyer's value at prices and budgets, having bought what it wants."""
        algebra = self.boxes.algebra
        return buyer_value(
            algebra, demand(algebra, price, epsilon, self.alpha), price, epsilon, self.alpha, self.weight
        )

    def marginal(self, price: Any, epsilon: Any) -> Any:
        """Return the utility's slope in ε at the quantities that are wanted."""
        dual = Derivative(self.boxes.algebra)
        amount = demand(self.boxes.algebra, price, epsilon, self.alpha)
        return dual.slope(buyer_value(dual, amount, price, dual.variable(epsilon), self.alpha, self.weight))

    def below_the_cap(self, paid: Any) -> tuple[Any, Any]:
        """Return 1/p and ε below the cap where p (1 + ε) is what is paid for a unit.

        A budget whose marginal value is zero at a quantity that is wanted is settled there.
        """
        epsilon = settled_epsilon(self.boxes.algebra, paid, self.alpha, self.weight)
        return (1 + epsilon) / paid, epsilon

    def remaining(self, price: Any, rival: Any, fine: float = 0.0) -> tuple[Any, Any] | None:
        """Return budgets between which lie all that are best at prices in a box, but for the cap; None if none does.

        `rival` is a budget worth comparing with, beside the cap; budgets as near to each other as `fine` will do.
        """
        known = [self.boxes.low(self.value(price, self.boxes.read(item))) for item in (self.cap, rival)]
        rounded = 0 if self.boxes.rigorous else ROUNDING * (float(self.market.alpha) + abs(np.max(known)))
        floor = np.max(known) - rounded
        # below α₃/α the marginal value is positive at any price: α₃/ε exceeds α, which exceeds α/(1 + ε) − p
        first = min(float(self.market.privacy_weight) / float(self.market.alpha), float(self.market.epsilon_max)) / 2
        ends = self.point(np.geomspace(first, float(self.market.epsilon_max), BOXES + 1))
        ends[-1] = self.cap
        low, high = ends[:-1], ends[1:]
        for cut in range(CUTS):
            box, middle = self.boxes.between(low, high), self.boxes.read((low + high) / 2)
            slope = self.marginal(price, box)
            most = self.boxes.high(self.value(price, middle) + slope * (box - middle))
            signed = self.boxes.positive(slope) | self.boxes.negative(slope)
            open_ = ~signed & ~np.asarray(most < floor, dtype=bool)
            low, high = low[open_], high[open_]
            if len(low) == 0:
                return None
            if cut == CUTS - 1 or len(low) > MOST or low.min() >= high.max() * (1 - fine):
                break
            low, high = cut_up(low, high, PIECES)
        return low.min(), high.max()

    @cached_property
    def switch(self) -> Switch | bool | None:
        """Where the buyer goes over to the cap; True if it takes the cap at any price that matters, None if unknown.

        No price at which even the largest budget leaves the cheapest seller a loss matters.
        """
        lowest = min(self.market.cost.tolist()) / (1 + self.market.epsilon_max)
        guess = self.search.switch_price
        if guess <= float(lowest):
            return True if self.remaining(self.boxes.read(self.point(lowest)), self.cap) is None else None
        for width in WIDTHS:
            found = self._between(self.point(guess * (1 - width)), self.point(guess * (1 + width)))
            if found is not None:
                return found
        return None

    def _between(self, low: Any, high: Any) -> Switch | None:
        """Return the switch if p⁻ and p⁺ are below and above p̂, and budgets below the cap rise with prices."""
        here, there = self.boxes.read(low), self.boxes.read(high)
        rival, cap = self.point(self.search.below_the_cap(float(low))), self.boxes.read(self.cap)
        gain = self.value(here, self.boxes.read(rival)) - self.value(here, cap)
        falls = self.boxes.negative(self.marginal(here, cap))
        if not (self.boxes.positive(gain) or falls) or self.remaining(there, self.cap) is not None:
            return None
        near = self.remaining(self.boxes.between(low, high), rival, NEAR)
        if near is None:
            return None
        # the budget ε is settled at α − α₃ − α₃/ε, which rises with it
        most = self.boxes.high(self.alpha - self.weight - self.weight / self.boxes.read(near[1]))
        return Switch((low, high), near, most)

    def rises(self, low: Any, high: Any) -> bool:
        """Whether the price at which a budget below the cap is settled certainly rises with what is paid, in boxes.

        Then at each price one budget is settled there, and if the best one lies there it is that.
        """
        dual = Derivative(self.boxes.algebra)
        for _ in range(CUTS):
            paid = dual.variable(self.boxes.between(low, high))
            price = paid / (1 + settled_epsilon(dual, paid, self.alpha, self.weight))
            open_ = ~self.boxes.positive(dual.slope(price))
            low, high = low[open_], high[open_]
            if len(low) == 0:
                return True
            if len(low) > MOST:
                break
            low, high = cut_up(low, high, PIECES)
        return False


def cut_up(low: Any, high: Any, pieces: int) -> tuple[Any, Any]:
    """Return boxes cut in equal pieces."""
    steps = [low + (high - low) * k / pieces for k in range(pieces)] + [high]
    return np.concatenate(steps[:-1]), np.concatenate(steps[1:])


def _fractions(value: Any) -> Any:
    return np.frompyfunc(Fraction, 1, 1)(value)
