"""A box of all sellers' 1/p about an answer that holds a subgame-perfect equilibrium of the three-party market.

Below p̂ a seller chooses, by its price, the budget ε that the buyer takes, above p̂ the cap (`Choice`). The box holds an
equilibrium if, wherever the others are in it, each seller's best reply is in it: its declared utility is concave about
there with opposite slopes at the two ends (or rises up to p̂, where the buyer goes over), and less everywhere else, by
a cover of all its prices. Best replies then move continuously, and one point of the box stays where it is (Brouwer).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.three_party.formulas import best_inverse_price, indifferent_price, price_utility
from ...readings.derivative import Derivative
from ...readings.vectors import Vectors
from .boxes import Boxes
from .choice import Choice, Switch, cut_up

REACHES = tuple(2.0**-k for k in range(44, 9, -4))
"""Half-widths of the boxes tried, relative: from where slopes drown in rounding errors to the loosest tolerance used."""
GRID = 64
"""Boxes of budgets to begin with on the way up to p̂; any number would do."""
CUTS = 6
"""Times a box that may hold a better reply is cut in sixteen: one as good as the answer to 2⁻³⁰ stays open."""
CONCAVE = tuple(2.0**-k for k in (5, 8, 11, 15, 20))
"""How far about a seller's budget its utility is tried to be seen concave, relative to all budgets below the cap."""
ASIDE = 2.0**-30
"""How far from p̂, relative, a reply is taken that is compared with others: well beyond p⁻ and p⁺, and a profit that is
less by no more than this is still more than any that is certainly less."""
AT = 1e-9
"""A budget this near to the cap, or a price to p̂, is taken to be meant as it: only how the box is chosen rests on it."""


@dataclass(frozen=True)
class Ends:
    """A box of replies: 1/p, ε of those below the cap, and the others' sums."""

    inverse: tuple[Any, Any]
    epsilon: tuple[Any, Any]
    others: tuple[Any, Any]


@dataclass(frozen=True)
class Around:
    """An answer to a market whose buyer's choice is enclosed."""

    choice: Choice
    values: Mapping[str, Any]

    @property
    def boxes(self) -> Boxes:
        return self.choice.boxes

    @cached_property
    def cost(self) -> Any:
        return self.boxes.algebra.vector(self.choice.market.cost)

    @cached_property
    def price(self) -> Any:
        return self.choice.point(self.values["price"])

    @cached_property
    def epsilon(self) -> Any:
        return self.choice.point(self.values["epsilon"])

    @cached_property
    def sells(self) -> Any:
        return np.asarray(self.values["quantity"] > 0, dtype=bool)

    @cached_property
    def switch(self) -> Switch | None:
        found = self.choice.switch
        return found if isinstance(found, Switch) else None

    @cached_property
    def capped(self) -> Any:
        """Whose budget is the cap."""
        return self.sells & np.asarray(self.epsilon >= self.choice.cap * (1 - self.choice.point(AT)), dtype=bool)

    @cached_property
    def corner(self) -> Any:
        """Who asks p̂."""
        if self.switch is None:
            return np.zeros(len(self.price), dtype=bool)
        return self.sells & (abs(self.price.astype(float) / float(self.switch.price[0]) - 1) <= AT)

    @cached_property
    def inside(self) -> Any:
        """Who asks less than p̂."""
        return self.sells & ~self.capped & ~self.corner

    def distance(self, tolerance: float) -> float | None:
        """Return how far an equilibrium is at most; None if none was enclosed within the tolerance."""
        if self.choice.switch is None:
            return None
        if self.switch is None:
            if np.any(self.inside | self.corner):
                return None
        elif not self.choice.rises(*self._grid):
            return None
        for reach in (item for item in REACHES if item <= tolerance):
            ends = self._ends(self.choice.point(reach))
            if ends is not None and self._inward(ends):
                apart = self._apart(ends)
                return apart if apart <= tolerance and self._nothing_better(ends) else None
        return None

    @cached_property
    def _grid(self) -> tuple[Any, Any]:
        """Boxes of budgets below the cap, closer together where prices are low."""
        assert self.switch is not None
        low, high = self.switch.budgets
        steps = self.choice.point(np.linspace(0.0, 1.0, GRID + 1) ** 2)
        ends = low + (high - low) * steps
        return ends[:-1], ends[1:]

    # the box

    def _ends(self, reach: Any) -> Ends | None:
        """Return a box about the answer in which the prices reach this far."""
        own = 1 / self.price
        low, high = (np.where(self.sells, own * (1 + side * reach), 0 * own) for side in (-1, 1))
        small, large = self.epsilon.copy(), self.epsilon.copy()
        if self.switch is not None:
            low[self.corner], high[self.corner] = 1 / self.switch.price[1], 1 / self.switch.price[0]
            within = self.corner & ~self.capped
            small[within], large[within] = self.switch.there
        if np.any(self.inside):
            assert self.switch is not None
            here = self.epsilon[self.inside]
            dual = Derivative(Vectors())
            search = self.choice.search
            floats = np.asarray(here, dtype=float)
            rise = dual.slope(indifferent_price(dual, dual.variable(floats), search.alpha, search.weight))
            move = self.price[self.inside] * reach / self.choice.point(rise)
            small[self.inside], large[self.inside] = here - move, here + move
            if np.any(rise <= 0) or np.any(here + move >= self.switch.budgets[1]):
                return None
            low[self.inside] = self.boxes.low(1 / self.choice.indifferent(self.boxes.read(here + move)))
            high[self.inside] = self.boxes.high(1 / self.choice.indifferent(self.boxes.read(here - move)))
        if self.switch is not None and np.any(high[self.capped & ~self.corner] >= 1 / self.switch.price[1]):
            return None  # the buyer may not take the cap there
        return Ends((low, high), (small, large), self.boxes.others(low, high))

    def _inward(self, ends: Ends) -> bool:
        """Whether each seller's utility rises into the box at its ends, wherever the others are in it."""
        free = self.capped & ~self.corner
        if np.any(free):
            rising = self._moved(self._in_price, ends.inverse[0], ends, 0, free)
            falling = self._moved(self._in_price, ends.inverse[1], ends, 1, free)
            if not (np.all(self.boxes.positive(rising)) and np.all(self.boxes.negative(falling))):
                return False
        if np.any(self.inside):
            rising = self._moved(self._in_budget, ends.epsilon[0], ends, 1, self.inside)
            falling = self._moved(self._in_budget, ends.epsilon[1], ends, 0, self.inside)
            if not (np.all(self.boxes.positive(rising)) and np.all(self.boxes.negative(falling))):
                return False
        held = self.capped & self.corner
        if np.any(held):
            assert self.switch is not None
            last = np.full(int(np.sum(held)), 1 / self.switch.price[0])
            others = self.boxes.between(ends.others[0][held], ends.others[1][held])
            if not np.all(self.boxes.positive(self._in_price(self.boxes.read(last), others, self.cost[held]))):
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

    def _in_price(self, own: Any, others: Any, cost: Any) -> Any:
        """How a utility changes with 1/p where the buyer takes the cap."""
        dual = _above(self.boxes.algebra, others)
        cap = self.boxes.read(self.choice.cap)
        return dual.slope(price_utility(dual, dual.variable(own), others, cost, self.choice.alpha, cap))

    def _in_budget(self, epsilon: Any, others: Any, cost: Any) -> Any:
        """How it changes with the budget below the cap that the price makes the buyer take."""
        dual = _above(self.boxes.algebra, others)
        moving = dual.variable(epsilon)
        own = 1 / indifferent_price(dual, moving, self.choice.alpha, self.choice.weight)
        return dual.slope(price_utility(dual, own, others, cost, self.choice.alpha, moving))

    # everywhere else

    def _nothing_better(self, ends: Ends) -> bool:
        """Whether every other price is worse for every seller, wherever the others are in the box."""
        others = self.boxes.between(*ends.others)
        floor = self._floors(others)
        if floor is None or not np.all(self._worse_at_the_cap(others, floor)):
            return False
        return self.switch is None or self._worse_below(others, floor, ends)

    def _profit(self, own: Any, epsilon: Any, others: Any, cost: Any) -> Any:
        return price_utility(self.boxes.algebra, own, others, cost, self.choice.alpha, epsilon)

    def _floors(self, others: Any) -> Any | None:
        """What each seller has at least by a price near the answer's; zero of one who does not sell."""
        price, epsilon = self.price.copy(), self.epsilon.copy()
        epsilon[self.capped] = self.choice.cap
        if self.switch is not None and np.any(self.corner):
            aside = self.choice.point(ASIDE)
            price[self.corner & self.capped] = self.switch.price[1] * (1 + aside)
            within = self.corner & ~self.capped
            below = self.choice.search.below_the_cap(float(self.switch.price[0] * (1 - aside)))
            epsilon[within] = self.choice.point(below)
        own = self.boxes.read(1 / price)
        below_cap = self.inside | (self.corner & ~self.capped)
        if np.any(below_cap):
            asked = self.choice.indifferent(self.boxes.read(epsilon[below_cap]))
            own[below_cap] = 1 / asked if self.boxes.rigorous else np.asarray(1 / asked)
            assert self.switch is not None
            if not np.all(self.boxes.high(asked) < self.switch.price[0]):
                return None
        profit = self.boxes.low(self._profit(own, self.boxes.read(epsilon), others, self.cost))
        return np.where(self.sells, profit, 0 * profit)

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
        slope = self._in_price(at, others, self.cost)
        up, down = np.maximum(self.boxes.high(slope), 0), np.maximum(-self.boxes.low(slope), 0)
        value = self.boxes.high(self._profit(at, self.boxes.read(cap), others, self.cost))
        worse = value + up * (high - guess) + down * (guess - low) < floor
        return self.capped | np.asarray(high <= low, dtype=bool) | np.asarray(worse, dtype=bool)

    def _worse_below(self, others: Any, floor: Any, ends: Ends) -> bool:
        """Whether a price below p̂ is worse, by a cover of the budgets that are chosen there.

        Where the slope has one sign the best lies towards a neighbour, and so on to a box that is worse, to the stretch
        about the answer on which the utility is concave, or to p̂ if that is the answer.
        """
        assert self.switch is not None
        near = self._concave(others, ends)
        if near is None:
            return False
        low, high = (np.tile(end, len(floor)) for end in self._grid)
        who = np.repeat(np.arange(len(floor)), GRID)
        last = self.switch.budgets[1]
        held = self.corner & ~self.capped
        for cut in range(CUTS):
            box, middle = self.boxes.between(low, high), self.boxes.read((low + high) / 2)
            there, cost = self.boxes.taken(others, who), self.cost[who]
            asked = self.choice.indifferent(box)
            slope = self._in_budget(box, there, cost)
            about = self._profit(1 / self.choice.indifferent(middle), middle, there, cost) + slope * (box - middle)
            direct = self._profit(1 / asked, box, there, cost)
            most = np.minimum(self.boxes.high(about), self.boxes.high(direct))
            fine = self.boxes.positive(asked)
            rises, falls = self.boxes.positive(slope), self.boxes.negative(slope)
            signed = falls | (rises & (np.asarray(high < last, dtype=bool) | held[who]))
            worse = np.asarray(most < floor[who], dtype=bool) | (
                ~self.sells[who] & np.asarray(most <= floor[who], dtype=bool)
            )
            about_it = np.asarray((near[0][who] <= low) & (high <= near[1][who]), dtype=bool)
            open_ = ~(about_it | (fine & (signed | worse)))
            low, high, who = low[open_], high[open_], who[open_]
            if len(low) == 0:
                return True
            if cut < CUTS - 1:
                low, high = cut_up(low, high)
                who = np.tile(who, 16)
        return False

    def _concave(self, others: Any, ends: Ends) -> tuple[Any, Any] | None:
        """Return the stretches about those below p̂ on which their utilities are concave, and which hold the box."""
        assert self.switch is not None
        first, last = self.switch.budgets
        low, high = (np.full(len(self.epsilon), end) for end in (last, first))  # nothing, of everybody else
        todo = np.flatnonzero(self.inside)
        for part in CONCAVE:
            if not len(todo):
                break
            here, reach = self.epsilon[todo], (last - first) * self.choice.point(part)
            left, right = np.maximum(here - reach, first), np.minimum(here + reach, last)
            rest = self.boxes.taken(others, todo)
            dual = Derivative(self.boxes.algebra)
            box = dual.variable(self.boxes.between(left, right))
            bent = self.boxes.negative(dual.slope(self._in_budget(box, rest, self.cost[todo])))
            bent &= np.asarray((left <= ends.epsilon[0][todo]) & (ends.epsilon[1][todo] <= right), dtype=bool)
            low[todo[bent]], high[todo[bent]] = left[bent], right[bent]
            todo = todo[~bent]
        return None if len(todo) else (low, high)

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


def _above(algebra: Any, *values: Any) -> Derivative:
    """Return derivatives over the reading that the values are in: the algebra's own, or derivatives over it."""
    deepest = max(getattr(value, "level", 0) for value in values)
    found = Derivative(algebra)
    for _ in range(deepest):
        found = Derivative(found)
    return found
