"""That every price away from an answer is worse for every seller, wherever the others are in a box about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ....formulations.three_party.formulas import best_inverse_price
from ...readings.derivative import Derivative
from ...readings.vectors import Vectors
from .choice import cut_up
from .stated import GRID, Ends, Stated

MOST = 1024
"""Open boxes, beside some for each seller, at which cutting ends: more do not come from the neighbourhood of peaks."""
PIECES = 16
CUTS = 6
"""Times a box that may hold a better reply is cut in sixteen: one as good as the answer to 2⁻³⁰ stays open."""
CONCAVE = tuple(2.0**-k for k in (2, 4, 6, 9, 12, 16))
"""How far about a seller's budget its utility is tried to be seen concave, relative to how far it is above the
least that is ever chosen."""
ASIDE = 2.0**-30
"""How far from p̂, relative, a reply is taken that is compared with others: well beyond p⁻ and p⁺, and a profit that is
less by no more than this is still more than any that is certainly less."""


@dataclass(frozen=True)
class Elsewhere(Stated):
    """An answer, and all the other prices."""

    def nothing_better(self, ends: Ends) -> bool:
        """Whether every other price is worse for every seller, wherever the others are in the box."""
        others = self.boxes.between(*ends.others)
        floor = self._floors(others)
        if floor is None or not np.all(self._worse_at_the_cap(others, floor)):
            return False
        return self.switch is None or self._worse_below(others, floor, ends)

    def _floors(self, others: Any) -> Any | None:
        """What each seller has at least by a price near the answer's; zero of one who does not sell."""
        price, paid = self.price.copy(), self.paid.copy()
        below = self.inside | (self.corner & ~self.capped)
        if self.switch is not None and np.any(self.corner):
            aside = self.choice.point(ASIDE)
            price[self.corner & self.capped] = self.switch.price[1] * (1 + aside)
            less = float(self.switch.price[0] * (1 - aside))
            paid[self.corner & ~self.capped] = self.choice.point(less * (1 + self.choice.search.below_the_cap(less)))
        at_cap = self.profit(self.boxes.read(1 / price), self.boxes.read(self.choice.cap), others, self.cost)
        floor = np.where(self.sells, self.boxes.low(at_cap), 0 * price)
        if np.any(below):
            assert self.switch is not None
            own, epsilon = self.choice.below_the_cap(self.boxes.read(paid[below]))
            if not np.all(self.boxes.low(own) > 1 / self.switch.price[0]):
                return None
            rest = self.boxes.taken(others, below)
            floor[below] = self.boxes.low(self.profit(own, epsilon, rest, self.cost[below]))
        return floor

    def _worse_at_the_cap(self, others: Any, floor: Any) -> Any:
        """Whether a price at which the buyer takes the cap is worse, by the tangent of the concave utility."""
        cap, search = self.choice.cap, self.choice.search
        low = (1 + cap) / self.choice.point(self.choice.market.alpha) + 0 * floor
        high = (1 + cap) / self.choice.point(self.choice.market.cost)
        if self.switch is not None:
            high = np.minimum(high, 1 / self.switch.price[0])
        rest = np.maximum(np.asarray(self.boxes.middle(others), dtype=float), 0)
        cost = np.asarray(self.choice.market.cost, dtype=float)
        guess = self.choice.point(best_inverse_price(Vectors(), rest, search.cap, search.alpha, cost))
        guess = np.minimum(np.maximum(guess, low), high)
        at = self.boxes.read(guess)
        slope = self.in_price(at, others, self.cost)
        up, down = np.maximum(self.boxes.high(slope), 0), np.maximum(-self.boxes.low(slope), 0)
        value = self.boxes.high(self.profit(at, self.boxes.read(cap), others, self.cost))
        worse = value + up * (high - guess) + down * (guess - low) < floor
        return self.capped | np.asarray(high <= low, dtype=bool) | np.asarray(worse, dtype=bool)

    def _worse_below(self, others: Any, floor: Any, ends: Ends) -> bool:
        """Whether a price below p̂ is worse, by a cover of what is paid there.

        Where the slope has one sign the best lies towards a neighbour, and so on to a box that is worse, to the stretch
        about the answer on which the utility is concave, or to p̂ if that is the answer.
        """
        assert self.switch is not None
        near = self._concave(others, ends)
        if near is None:
            return False
        low, high = (np.tile(end, len(floor)) for end in self.grid)
        who = np.repeat(np.arange(len(floor)), GRID)
        last = self.switch.paid
        held = self.corner & ~self.capped
        for cut in range(CUTS):
            box, middle = self.boxes.between(low, high), self.boxes.read((low + high) / 2)
            there, cost = self.boxes.taken(others, who), self.cost[who]
            slope = self.in_paid(box, there, cost)
            about = self.profit(*self.choice.below_the_cap(middle), there, cost) + slope * (box - middle)
            direct = self.profit(*self.choice.below_the_cap(box), there, cost)
            most = np.minimum(self.boxes.high(about), self.boxes.high(direct))
            rises, falls = self.boxes.positive(slope), self.boxes.negative(slope)
            signed = falls | (rises & (np.asarray(high < last, dtype=bool) | held[who]))
            worse = np.asarray(most < floor[who], dtype=bool) | (
                ~self.sells[who] & np.asarray(most <= floor[who], dtype=bool)
            )
            about_it = np.asarray((near[0][who] <= low) & (high <= near[1][who]), dtype=bool)
            open_ = ~(about_it | signed | worse)
            low, high, who = low[open_], high[open_], who[open_]
            if len(low) == 0:
                return True
            if len(low) > MOST + 4 * len(floor):
                return False
            if cut < CUTS - 1:
                low, high = cut_up(low, high, PIECES)
                who = np.tile(who, PIECES)
        return False

    def _concave(self, others: Any, ends: Ends) -> tuple[Any, Any] | None:
        """Return the stretches about those below p̂ on which their utilities are concave, and which hold the box."""
        assert self.switch is not None
        first, last = self.grid[0][0], self.switch.paid
        low, high = (np.full(len(self.paid), end) for end in (last, first))  # nothing, of everybody else
        todo = np.flatnonzero(self.inside)
        for part in CONCAVE:
            if not len(todo):
                break
            here = self.paid[todo]
            reach = here * self.choice.point(part)
            left, right = np.maximum(here - reach, first), np.minimum(here + reach, last)
            rest = self.boxes.taken(others, todo)
            dual = Derivative(self.boxes.algebra)
            box = dual.variable(self.boxes.between(left, right))
            bent = self.boxes.negative(dual.slope(self.in_paid(box, rest, self.cost[todo])))
            bent &= np.asarray((left <= ends.paid[0][todo]) & (ends.paid[1][todo] <= right), dtype=bool)
            low[todo[bent]], high[todo[bent]] = left[bent], right[bent]
            todo = todo[~bent]
        return None if len(todo) else (low, high)
