"""What makes many sellers' numbers sound costs at least so much, whoever is the dearest who goes on selling.

Sound are budgets of which Σε ≤ B/ρ, with ρ the cost of the dearest who sells; that is a program for each ρ. For a price
y ≥ 0 of its row every sound change is worth at least

    Σ_dearer (all of ε_i back) + Σ_others min over 0 ≤ ε ≤ cap of (the change's worth + y ε) − y B/ρ,

and each minimum is in closed form. So that thousands of clients take seconds it is added up in doubles, less what they
may be rounded by. Under the norm "inf" who is dearer decides a level that falls with ρ, and the row one that rises.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.data import as_floats
from ....formulations.stackelberg.declaration import StackelbergPricing
from ...readings.vectors import ROUNDING

STEPS = 60
"""Newton's steps to a price; some four are needed."""


@dataclass(frozen=True, eq=False)
class Sales:
    """Stated budgets by ascending cost, in doubles: costs, what is stated, what of it is within caps, the pool.

    Examples
    --------
    >>> game = StackelbergPricing(cost=[1, 2], alpha=1, beta=9)
    >>> sales = Sales.of(game, [3.0, 1.0], 4.0, "1")
    >>> sales.dearest.tolist(), sales.least().round(9).tolist()
    ([1.0, 2.0], [2.0, 2.0])
    """

    cost: np.ndarray
    stated: np.ndarray
    within: np.ndarray
    pool: float
    norm: str
    order: np.ndarray

    @classmethod
    def of(cls, game: StackelbergPricing, stated: Any, pool: Any, norm: str) -> Sales:
        """Return a contest's."""
        cost, budgets = as_floats(game.cost), as_floats(stated)
        order = np.argsort(cost, kind="stable")
        cap = np.full(len(cost), np.inf) if game.epsilon_cap is None else as_floats(game.epsilon_cap)
        return cls(cost[order], budgets[order], np.clip(budgets, 0, cap)[order], float(pool), norm, order)

    @cached_property
    def dearest(self) -> np.ndarray:
        """The costs of those who sell, each once: of one of them is the dearest who goes on."""
        return np.unique(self.cost[self.stated > 0])

    @cached_property
    def allowed(self) -> np.ndarray:
        """For each of them, how many clients are no dearer."""
        return np.searchsorted(self.cost, self.dearest, side="right")

    @cached_property
    def room(self) -> np.ndarray:
        """For each of them, how much may be sold in all."""
        return self.pool / self.dearest

    @cached_property
    def forced(self) -> np.ndarray:
        """For each of them, what it is worth that all who are dearer sell nothing; under the norm "2" its square."""
        back = self._measured(self.cost * np.abs(self.stated))[::-1]
        total = np.maximum.accumulate(back) if self.norm == "inf" else np.cumsum(back)
        return np.asarray(np.append(total[::-1], 0.0)[self.allowed])

    @cached_property
    def beyond(self) -> np.ndarray:
        """For each of them, what it is worth to bring those who are no dearer within their caps."""
        back = self._measured(self.cost * np.abs(self.stated - self.within))
        total = np.maximum.accumulate(back) if self.norm == "inf" else np.cumsum(back)
        return np.asarray(np.append(0.0, total)[self.allowed])

    def _measured(self, amounts: np.ndarray) -> np.ndarray:
        return amounts * amounts if self.norm == "2" else amounts

    def least(self) -> np.ndarray:
        """For each of them, what sound changes are worth at least; under the norm "2" its square."""
        if self.norm == "1":
            return self._sums()
        if self.norm == "2":
            return self._squares()
        return self._levels()

    def _sums(self) -> np.ndarray:
        """By prices at which the cheapest, whose changes are worth the least, sell nothing."""
        sold, worth = (np.append(0.0, np.cumsum(x)) for x in (self.within, self.cost * self.within))
        excess = np.maximum(sold[self.allowed] - self.room, 0.0)
        place = np.maximum(np.searchsorted(sold, excess, side="left") - 1, 0)
        price = np.where(excess > 0, self.cost[place], 0.0)
        none = np.searchsorted(self.cost, price, side="left")
        sides = (self.forced + self.beyond + worth[none], price * (sold[self.allowed] - sold[none]), price * self.room)
        return np.asarray(sides[0] + sides[1] - sides[2] - ROUNDING * sum(sides))

    def _squares(self) -> np.ndarray:
        found = np.array(self.forced)
        enough = np.inf
        for j, (count, room) in enumerate(zip(self.allowed.tolist(), self.room.tolist(), strict=True)):
            if found[j] > enough:  # by whom must go alone
                continue
            price = self.price(count, room)
            cut = self.cut(count, price)
            cost, stated = self.cost[:count], self.stated[:count]
            change, left = float(np.sum((cost * cut) ** 2)), price * float(np.sum(stated - cut))
            size = self.forced[j] + change + price * (float(np.sum(np.abs(stated) + np.abs(cut))) + room)
            found[j] = self.forced[j] + change + left - price * room - ROUNDING * size
            enough = min(enough, found[j])
        return found

    def cut(self, count: int, price: float) -> np.ndarray:
        """By how much the cheapest clients sell less at a price; changes count by their squares."""
        cost, stated, within = self.cost[:count], self.stated[:count], self.within[:count]
        return np.asarray(
            np.clip(price / (2 * cost * cost), stated - within, np.where(stated > 0, stated, stated - within))
        )

    def price(self, count: int, room: float) -> float:
        """Return the price at which the cheapest clients sell no more than there is room for."""
        from scipy.optimize import brentq

        # a little more than that at which all sell nothing, which a rounding may miss
        highest = float(np.max(2 * self.cost[:count] ** 2 * self.stated[:count])) * (1 + ROUNDING)

        def over(part: float) -> float:
            return float(np.sum(self.stated[:count] - self.cut(count, part * highest))) - room

        if over(0.0) <= 0:
            return 0.0
        if not over(1.0) <= 0:  # beyond what doubles hold
            return highest
        return highest * float(brentq(over, 0.0, 1.0, xtol=ROUNDING * ROUNDING, rtol=2.0**-50, maxiter=1_000))

    def _levels(self) -> np.ndarray:
        return np.array([max(self.forced[j], self.beyond[j], self.level(j)) for j in range(len(self.dearest))])

    def level(self, j: int) -> float:
        """Return the level at which the row of one dearest cost holds: of Σ max(0, ε − h/ρ), convex in h."""
        cost, sold = self.cost[: self.allowed[j]], np.maximum(self.stated[: self.allowed[j]], 0.0)
        level = float(max(self.beyond[j], 0.0))
        for _ in range(STEPS):
            left = sold - level / cost
            over = float(np.sum(left[left > 0])) - float(self.room[j])
            if over <= ROUNDING / 64 * float(self.room[j]):
                break
            level += over / float(np.sum(1 / cost[left > 0]))  # from below, and never beyond
        return level * (1 - ROUNDING)
