"""An equilibrium of the three-party market enclosed around given numbers, for fixed budgets or in the printed order.

What a seller is paid for a unit, w_i = p_i (1 + ε_i), fixes its budget and so its y_i = 1/p_i. A box of all w_i holds
an equilibrium if each seller's declared marginal utility has opposite signs at the two ends of its w_i, wherever the
others are in the box (Poincaré and Miranda's theorem). Signs are those of intervals or balls; the box is guessed from
slopes in floats, and no guess is believed. For fixed budgets there is no other equilibrium: at a total Z of all y each
y_i/Z is determined, and falls in Z.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.algebra import Algebra
from ....formulations.three_party.declaration import ThreePartyMarket, settled_epsilon
from ....formulations.three_party.price_competition import price_utility
from ...readings.balls import Balls, enclosing, lower_bound, upper_bound
from ...readings.derivative import Derivative
from ...readings.intervals import Interval, Intervals, interval

FINEST, WIDEST = 2.0**-46, 2.0**-10
ROUNDS = 500


@dataclass(frozen=True)
class Box:
    """Ends between which every seller's 1/p and ε, and what it is paid for a unit, lie at an equilibrium."""

    paid: tuple[Any, Any]
    inverse: tuple[Any, Any]
    epsilon: tuple[Any, Any]


@dataclass(frozen=True)
class Enclosing:
    """The sellers of a market who can sell, in intervals of doubles or in balls."""

    market: ThreePartyMarket
    algebra: Algebra

    @cached_property
    def sells(self) -> Any:
        """A mask of those who can sell."""
        return self.market.can_sell

    @cached_property
    def cost(self) -> Any:
        """Their costs."""
        return self.algebra.vector(self.market.cost)[self.sells]

    @cached_property
    def alpha(self) -> Any:
        """The buyer's value of quantity."""
        return self.algebra.number(self.market.alpha)

    def around(self, paid: Any, finest: Any = FINEST) -> Box | None:
        """Return the smallest box found that holds an equilibrium, around what the sellers are paid for a unit.

        Parameters
        ----------
        paid
            One float (or, over balls, exact number) for each seller who can sell.
        finest
            The smallest relative width that is tried.
        """
        reach = finest
        while reach <= WIDEST:
            ends = self._ends(paid, reach)
            if ends is None:
                return None
            box = self._shown(paid, ends)
            if box is not None:
                return box
            reach = reach * 16
        return None

    def epsilon(self, paid: Any) -> Any:
        """Return the budgets at what is paid: fixed, or the least of the cap and (59)."""
        if self.market.epsilon is not None:
            return self.algebra.vector(self.market.epsilon)[self.sells] + 0 * paid
        weight, cap = self.algebra.number(self.market.privacy_weight), self.algebra.number(self.market.epsilon_max)
        left = self.alpha - weight - paid
        # ε is below the cap exactly where α₃ < ε_max (α − α₃ − w)
        low = self._each(lambda x: lower_bound(x), lambda x: interval(x).low, cap * left - weight)
        high = self._each(lambda x: upper_bound(x), lambda x: interval(x).high, cap * left - weight)
        below, above = np.asarray(low > 0, dtype=bool), np.asarray(high <= 0, dtype=bool)
        with np.errstate(all="ignore"):
            settled = settled_epsilon(self.algebra, paid, self.alpha, weight)
        return self._chosen(below, above, settled, cap + 0 * paid)

    def inverse(self, paid: Any) -> Any:
        """Return 1/p at what is paid."""
        paid = self._read(paid)
        return (1 + self.epsilon(paid)) / paid

    def marginal(self, paid: Any, others: Any) -> Any:
        """Return the slope of each seller's declared utility in its own 1/p, at the others' sums.

        Those may be wide: the slope is taken at their middles, and moved by its slope in them.
        """
        paid = self._read(paid)
        epsilon = self.epsilon(paid)
        own = (1 + epsilon) / paid
        centre = self._read(self._middle(others))
        change = self._slopes(own, others, epsilon)[1] * (others - centre)
        return self._slopes(own, centre, epsilon)[0] + change

    def _slopes(self, own: Any, others: Any, epsilon: Any) -> tuple[Any, Any]:
        inner = Derivative(self.algebra)
        outer = Derivative(inner)
        rest = inner.variable(others)
        slope = outer.slope(price_utility(outer, outer.variable(own), rest, self.cost, self.alpha, epsilon))
        return inner.value(slope), inner.slope(slope)

    def _ends(self, paid: Any, reach: Any) -> tuple[Any, Any] | None:
        """Guess a box: each w_i as wide as it moves, by its slopes, while all others move within theirs."""
        inverse = self._middle(self.inverse(paid))
        others = self._read(sum(inverse) - inverse)
        ahead = np.array([value + value / 2**24 for value in paid], dtype=np.asarray(paid).dtype)
        here, there = (self._floats(self.marginal(value, others)) for value in (paid, ahead))
        wider = self._floats(self.marginal(paid, others + self._read(inverse) / 2**24))
        floats, own = np.asarray(paid, dtype=float), np.asarray(inverse, dtype=float)
        step = 2.0**-24
        with np.errstate(all="ignore"):
            slope = np.abs(there - here) / (floats * step)
            drag = (1 + 2.0**-14) * np.abs(wider - here) / (own * step) / slope
            follows = (1 + 2.0**-14) * np.abs(self._floats(self.inverse(ahead)) - own) / (floats * step)
            least = 1.25 * np.abs(here) / slope + 2 * float(reach) * floats + drag * self._rounded(own)
            half = least
            for _ in range(ROUNDS):
                moved = follows * half
                wanted = least + drag * (moved.sum() - moved)
                if not np.all(wanted < floats / 4):
                    return None
                if np.all(wanted <= half * (1 + 1e-4)):
                    break
                half = wanted
        half = half * (1 + 1e-3)
        moves = np.array([type(value)(move) for value, move in zip(paid, half.tolist(), strict=True)])
        return paid - moves, paid + moves

    def _rounded(self, own: np.ndarray) -> float:
        """How far the others' sums may be off by rounding; balls are not."""
        return 0 if self._rigorous else float(own.sum()) * 2.0**-50

    def _shown(self, paid: Any, ends: tuple[Any, Any]) -> Box | None:
        """Return the box if the signs at all its ends are opposite."""
        wide = self._boxes(*ends)
        low, high = self._bounds(self._along(paid, wide))
        if not np.all(np.asarray(low > 0, dtype=bool)):
            return None
        room = self._rounded(np.asarray(high, dtype=float))
        others = self._boxes(np.maximum(sum(low) - low - room, 0), sum(high) - high + room)
        left, right = (self.marginal(end, others) for end in ends)
        rises = self._certain(left, -1) & self._certain(right, 1)
        falls = self._certain(left, 1) & self._certain(right, -1)
        return Box(ends, (low, high), self._bounds(self.epsilon(wide))) if np.all(rises | falls) else None

    def _along(self, paid: Any, wide: Any) -> Any:
        """Return 1/p on boxes of what is paid, by its slope where budgets are smooth there."""
        dual = Derivative(self.algebra)
        direct = self.inverse(wide)
        if self.market.epsilon is not None:
            return direct
        weight, cap = self.algebra.number(self.market.privacy_weight), self.algebra.number(self.market.epsilon_max)
        moving = dual.variable(wide)
        with np.errstate(all="ignore"):
            slope = dual.slope((1 + settled_epsilon(dual, moving, self.alpha, weight)) / moving)
            mean = self.inverse(paid) + slope * (wide - self._read(paid))
        low = self._each(
            lambda x: lower_bound(x), lambda x: interval(x).low, cap * (self.alpha - weight - wide) - weight
        )
        smooth = np.asarray(low > 0, dtype=bool)
        return self._chosen(smooth, ~smooth, mean, direct)

    # the two kinds of intervals

    @property
    def _rigorous(self) -> bool:
        return isinstance(self.algebra, Balls)

    def _read(self, value: Any) -> Any:
        """Return points as balls; doubles and intervals are as they are."""
        return self.algebra.vector(value) if self._rigorous else value

    def _boxes(self, low: Any, high: Any) -> Any:
        return np.frompyfunc(enclosing, 2, 1)(low, high) if self._rigorous else Interval(low, high)

    def _each(self, of_ball: Callable[[Any], Any], of_interval: Callable[[Any], Any], value: Any) -> Any:
        return np.frompyfunc(of_ball, 1, 1)(value) if self._rigorous else of_interval(value)

    def _bounds(self, value: Any) -> tuple[Any, Any]:
        low = self._each(lower_bound, lambda x: interval(x).low, value)
        return low, self._each(upper_bound, lambda x: interval(x).high, value)

    def _middle(self, value: Any) -> Any:
        low, high = self._bounds(value)
        return (low + high) / 2

    def _floats(self, value: Any) -> Any:
        return np.asarray(self._middle(value), dtype=float)

    def _certain(self, value: Any, sign: int) -> Any:
        low, high = self._bounds(value)
        return np.asarray(low > 0 if sign > 0 else high < 0, dtype=bool)

    def _chosen(self, one: Any, other: Any, first: Any, second: Any) -> Any:
        """Take the first where one holds, the second where the other does, and what holds both elsewhere.

        The first is never above the second where it is taken.
        """
        if self._rigorous:
            mixed = np.frompyfunc(lambda a, b, x, y: x if a else y if b else _both(x, y), 4, 1)
            return mixed(one, other, first, second)
        a, b = interval(first), interval(second)
        low = np.where(one, a.low, np.where(other, b.low, np.minimum(np.where(a.low > 0, a.low, b.low), b.low)))
        return Interval(low, np.where(one, a.high, b.high))


def _both(first: Any, second: Any) -> Any:
    """Return a ball from the first's lower end, if that is positive and finite, to the second."""
    low = lower_bound(first) if first.is_finite() else 0
    return enclosing(low if low > 0 else 0, upper_bound(second))


def intervals(market: ThreePartyMarket) -> Enclosing:
    """Return a market's sellers in intervals of doubles, whose ends are not rounded outwards."""
    return Enclosing(market, Intervals())


def balls(market: ThreePartyMarket) -> Enclosing:
    """Return a market's sellers in balls, in which nothing is lost."""
    return Enclosing(market, Balls())
