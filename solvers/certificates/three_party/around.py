"""A box of all sellers' 1/p about an answer that holds a subgame-perfect equilibrium of the three-party market.

Below p̂ a seller chooses, by its price, the budget ε that the buyer takes, above p̂ the cap (`Choice`). The box holds an
equilibrium if, wherever the others are in it, each seller's best reply is in it: its declared utility is concave about
there with opposite slopes at the two ends (or rises up to p̂, where the buyer goes over), and less everywhere else, by
a cover of all its prices. Best replies then move continuously, and one point of the box stays where it is (Brouwer).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ....formulations.three_party.formulas import settled_epsilon
from ...readings.derivative import Derivative
from ...readings.vectors import Vectors
from .elsewhere import Elsewhere
from .stated import Ends, Stated

REACHES = tuple(2.0**-k for k in range(44, 9, -4))
"""Half-widths of the boxes tried, relative: from where slopes drown in rounding to the loosest tolerance in use."""


@dataclass(frozen=True)
class Around(Stated):
    """An answer, and boxes about it."""

    def distance(self, tolerance: float) -> float | None:
        """Return how far an equilibrium is at most; None if none was enclosed within the tolerance."""
        if self.choice.switch is None:
            return None
        if self.switch is None:
            if np.any(self.inside | self.corner):
                return None
        elif not self.choice.rises(*self.grid):
            return None
        for reach in (item for item in REACHES if item <= tolerance):
            ends = self._ends(self.choice.point(reach))
            if ends is not None and self._inward(ends):
                apart = self._apart(ends)
                return (
                    apart if apart <= tolerance and Elsewhere(self.choice, self.values).nothing_better(ends) else None
                )
        return None

    def _ends(self, reach: Any) -> Ends | None:
        """Return a box about the answer in which the prices reach this far."""
        own = 1 / self.price
        low, high = (np.where(self.sells, own * (1 + side * reach), 0 * own) for side in (-1, 1))
        small, large = self.epsilon.copy(), self.epsilon.copy()
        less, more = self.paid.copy(), self.paid.copy()
        if self.switch is not None:
            low[self.corner], high[self.corner] = 1 / self.switch.price[1], 1 / self.switch.price[0]
            within = self.corner & ~self.capped
            small[within], large[within] = self.switch.epsilon
        if np.any(self.inside):
            assert self.switch is not None
            here, search = self.paid[self.inside], self.choice.search
            dual = Derivative(Vectors())
            moving = dual.variable(np.asarray(here, dtype=float))
            rise = dual.slope(moving / (1 + settled_epsilon(dual, moving, search.alpha, search.weight)))
            if np.any(rise <= 0):
                return None
            move = self.price[self.inside] * reach / self.choice.point(rise)
            less[self.inside], more[self.inside] = here - move, here + move
            if np.any(here + move >= self.switch.paid):
                return None
            ahead, behind = (self.choice.below_the_cap(self.boxes.read(end)) for end in (here + move, here - move))
            low[self.inside], high[self.inside] = self.boxes.low(ahead[0]), self.boxes.high(behind[0])
            small[self.inside], large[self.inside] = self.boxes.low(behind[1]), self.boxes.high(ahead[1])
        if self.switch is not None and np.any(high[self.capped & ~self.corner] >= 1 / self.switch.price[1]):
            return None  # the buyer may not take the cap there
        return Ends((low, high), (less, more), (small, large), self.boxes.others(low, high))

    def _inward(self, ends: Ends) -> bool:
        """Whether each seller's utility rises into the box at its ends, wherever the others are in it."""
        free = self.capped & ~self.corner
        for slope, (low, high), side, who in (
            (self.in_price, ends.inverse, 0, free),
            (self.in_paid, ends.paid, 1, self.inside),
        ):
            if np.any(who):
                rising, falling = (
                    self._moved(slope, low, ends, side, who),
                    self._moved(slope, high, ends, 1 - side, who),
                )
                if not (np.all(self.boxes.positive(rising)) and np.all(self.boxes.negative(falling))):
                    return False
        held = self.capped & self.corner
        if np.any(held):
            assert self.switch is not None
            last = np.full(int(np.sum(held)), 1 / self.switch.price[0])
            others = self.boxes.between(ends.others[0][held], ends.others[1][held])
            if not np.all(self.boxes.positive(self.in_price(self.boxes.read(last), others, self.cost[held]))):
                return False
        return True

    def _moved(self, slope: Any, at: Any, ends: Ends, side: int, who: Any) -> Any:
        """A slope wherever the others are: at one end of their sums, where it is least inward, and moved from there."""
        low, high = ends.others[0][who], ends.others[1][who]
        here, cost = self.boxes.read(at[who]), self.cost[who]
        end = self.boxes.read((low, high)[side])
        dual = Derivative(self.boxes.algebra)
        wide = self.boxes.between(low, high)
        rate = dual.slope(slope(here, dual.variable(wide), cost))
        return slope(here, end, cost) + rate * (wide - end)

    def _apart(self, ends: Ends) -> float:
        """How far the answer is from any point of the box at most, relative in each decision."""
        alpha, cap = self.choice.point(self.choice.market.alpha), self.choice.cap
        sells = self.sells
        price = [np.where(sells, 1 / np.where(sells, end, 1), alpha) for end in ends.inverse]
        epsilon = [np.where(self.capped | ~sells, cap, end) for end in ends.epsilon]
        sold = [
            np.where(sells, alpha / (p * (1 + e)) - 1, 0 * p)
            for p, e in ((price[1], epsilon[0]), (price[0], epsilon[1]))
        ]
        found = {"price": price, "epsilon": epsilon, "quantity": sold}
        apart = []
        for name, pair in found.items():
            stated = self.choice.point(self.values[name])
            scale = max(stated) + 1 if name == "quantity" else max(stated)
            apart += [max(abs(stated - end)) / scale for end in pair]
        return float(max(apart))
