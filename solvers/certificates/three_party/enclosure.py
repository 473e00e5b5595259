"""An equilibrium of the three-party market enclosed around given numbers, for fixed budgets or in the printed order.

What a seller is paid for a unit, w_i = p_i (1 + ε_i), fixes its budget and so its y_i = 1/p_i. A box of all w_i holds
an equilibrium if each seller's declared marginal utility has opposite signs at the two ends of its w_i, wherever the
others are in the box (Poincaré and Miranda's theorem). Signs are those of intervals or balls; the box is guessed from
slopes in floats, and no guess is believed. For fixed budgets there is no other equilibrium: at a total Z of all y each
y_i/Z is determined, and falls in Z.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.algebra import Algebra
from ....formulations.three_party.declaration import ThreePartyMarket
from ....formulations.three_party.formulas import capped_epsilon, price_utility, settled_epsilon
from ...readings.derivative import Derivative
from .boxes import Boxes

FINEST, WIDEST = 2.0**-46, 2.0**-10
"""From a few digits above the last of a double, in which slopes of some twenty operations drown, to where a box is far
wider than any tolerance."""
STEP = 2.0**-24
"""A relative step for slopes by differences, which lose half of the digits: the guess needs few."""
MARGIN = 2.0**-14
"""What the slopes are raised by, far more than those differences are off by; too small a box is refused."""
ROUNDS = 500
"""Rounds after which widths that have not settled are taken to grow without end."""


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
    boxes: Boxes

    @property
    def algebra(self) -> Algebra:
        """Their reading."""
        return self.boxes.algebra

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

    @cached_property
    def weight(self) -> Any:
        """The buyer's value of privacy."""
        return self.algebra.number(self.market.privacy_weight)

    @cached_property
    def cap(self) -> Any:
        """The largest budget."""
        return self.algebra.number(self.market.epsilon_max)

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
        if self.market.fixed_budgets:
            return self.algebra.vector(self.market.epsilon)[self.sells] + 0 * paid
        return capped_epsilon(self.algebra, paid, self.alpha, self.weight, self.cap)

    def inverse(self, paid: Any) -> Any:
        """Return 1/p at what is paid."""
        paid = self.boxes.read(paid)
        return (1 + self.epsilon(paid)) / paid

    def marginal(self, paid: Any, others: Any) -> Any:
        """Return the slope of each seller's declared utility in its own 1/p, at the others' sums.

        Those may be wide: the slope is taken at their middles, and moved by its slope in them.
        """
        paid = self.boxes.read(paid)
        epsilon = self.epsilon(paid)
        own = (1 + epsilon) / paid
        centre = self.boxes.read(self.boxes.middle(others))
        inner = Derivative(self.algebra)
        change = inner.slope(self._slope(inner, own, inner.variable(others), epsilon)) * (others - centre)
        return self._slope(self.algebra, own, centre, epsilon) + change

    def _slope(self, a: Algebra, own: Any, others: Any, epsilon: Any) -> Any:
        dual = Derivative(a)
        return dual.slope(price_utility(dual, dual.variable(own), others, self.cost, self.alpha, epsilon))

    def _floats(self, value: Any) -> Any:
        return np.asarray(self.boxes.middle(value), dtype=float)

    def _ends(self, paid: Any, reach: Any) -> tuple[Any, Any] | None:
        """Guess a box: each w_i as wide as it moves, by its slopes, while all others move within theirs."""
        inverse = self.boxes.middle(self.inverse(paid))
        others = self.boxes.read(np.sum(inverse) - inverse)
        ahead = paid + paid * self.boxes.numbers(np.full(1, STEP))
        here, there = (self._floats(self.marginal(value, others)) for value in (paid, ahead))
        wider = self._floats(self.marginal(paid, others + self.boxes.read(inverse) * STEP))
        floats, own = np.asarray(paid, dtype=float), np.asarray(inverse, dtype=float)
        with np.errstate(all="ignore"):
            slope = np.abs(there - here) / (floats * STEP)
            drag = (1 + MARGIN) * np.abs(wider - here) / (own * STEP) / slope
            follows = (1 + MARGIN) * np.abs(self._floats(self.inverse(ahead)) - own) / (floats * STEP)
            least = 1.25 * np.abs(here) / slope + 2 * float(reach) * floats + drag * self.boxes.slack(own)
            half = least
            for _ in range(ROUNDS):
                moved = follows * half
                wanted = least + drag * (moved.sum() - moved)
                if not np.all(wanted < floats / 4):
                    return None
                if np.all(wanted <= half * (1 + 1e-4)):
                    break
                half = wanted
        moves = self.boxes.numbers(half * (1 + 1e-3))
        return paid - moves, paid + moves

    def _shown(self, paid: Any, ends: tuple[Any, Any]) -> Box | None:
        """Return the box if the signs at all its ends are opposite."""
        wide = self.boxes.between(*ends)
        low, high = self.boxes.bounds(self._along(paid, wide))
        if not np.all(np.asarray(low > 0, dtype=bool)):
            return None
        others = self.boxes.between(*self.boxes.others(low, high))
        left, right = (self.marginal(end, others) for end in ends)
        rises = self.boxes.negative(left) & self.boxes.positive(right)
        falls = self.boxes.positive(left) & self.boxes.negative(right)
        return Box(ends, (low, high), self.boxes.bounds(self.epsilon(wide))) if np.all(rises | falls) else None

    def _along(self, paid: Any, wide: Any) -> Any:
        """Return 1/p on boxes of what is paid, by its slope where budgets are smooth there."""
        direct = self.inverse(wide)
        if self.market.fixed_budgets:
            return direct
        dual = Derivative(self.algebra)
        moving = dual.variable(wide)
        with np.errstate(all="ignore"):
            slope = dual.slope((1 + settled_epsilon(dual, moving, self.alpha, self.weight)) / moving)
            mean = self.inverse(paid) + slope * (wide - self.boxes.read(paid))
        # ε is below the cap exactly where α₃ < ε_max (α − α₃ − w)
        smooth = self.boxes.positive(self.cap * (self.alpha - self.weight - wide) - self.weight)
        return self.boxes.where(smooth, mean, direct)
