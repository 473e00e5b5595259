"""Whom is bought from how much, with everybody and without one, where each client has a cost of its own."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from flint import arb, fmpq

from ....formulations.data import as_fractions
from ....formulations.procurement.declaration import PrivacyProcurement
from ...readings.balls import Balls
from ...readings.rationals import Rationals
from .exact_worth import ExactWorth, fraction, rational, within


@dataclass(frozen=True, eq=False)
class ByCosts:
    """VCG, or Myerson's rule with a continuous prior, where ψ rises with the cost; numbers are FLINT's.

    `order` has the clients with a positive cap, the cheapest first, and of equal ones who is declared first; `place`
    is where each of them stands.
    """

    model: PrivacyProcurement

    @cached_property
    def worth(self) -> ExactWorth:
        """What is bought is worth."""
        return ExactWorth(self.model)

    @cached_property
    def cost(self) -> list[fmpq]:
        """The reports."""
        return [rational(cost) for cost in self.model.cost.tolist()]

    @cached_property
    def cap(self) -> list[fmpq]:
        """The caps."""
        return [rational(cap) for cap in self.model.epsilon_cap.tolist()]

    @cached_property
    def order(self) -> list[int]:
        """See above."""
        return sorted((i for i in range(len(self.cost)) if self.cap[i] > 0), key=lambda i: self.cost[i])

    @cached_property
    def place(self) -> dict[int, int]:
        """See above."""
        return {i: place for place, i in enumerate(self.order)}

    @cached_property
    def _wanted(self) -> dict[fmpq, Any]:
        return {}

    def demand(self, cost: fmpq) -> Any:
        """Return how much is worth what a cost is charged with."""
        if cost not in self._wanted:
            self._wanted[cost] = self.worth.demand(self.charge(cost))
        return self._wanted[cost]

    def charge(self, cost: Any) -> Any:
        """Return what a cost is charged with; of a ball, a ball."""
        if self.model.rule == "vcg":
            return cost
        prior = self.model.prior
        given = prior.charge(Rationals(), as_fractions([fraction(cost)])) if isinstance(cost, fmpq) else [None]
        return (
            rational(given[0])
            if isinstance(given[0], Fraction)
            else prior.charge(Balls(), np.array([arb(cost)], dtype=object))[0]
        )

    def bought_from(self, start: int, total: Any, left_out: int | None = None) -> dict[int, Any]:
        """Return what is bought, cheapest first, from a place in the order on, where `total` is bought before it."""
        bought: dict[int, Any] = {}
        for i in self.order[start:]:
            if i == left_out:
                continue
            sells = within(fmpq(0), self.demand(self.cost[i]) - total, self.cap[i])
            if sells <= 0:
                break
            bought[i] = sells
            total = total + sells
            if sells < self.cap[i]:
                break
        return bought

    @cached_property
    def bought(self) -> dict[int, Any]:
        """What is bought of whom, where all take part."""
        return self.bought_from(0, fmpq(0))

    @cached_property
    def full(self) -> int:
        """How many, in order, certainly sell all they may."""
        sells_all = (i in self.bought and self.bought[i] == self.cap[i] for i in self.order)
        return next((place for place, all_of_it in enumerate(sells_all) if not all_of_it), len(self.order))

    def without(self, i: int) -> tuple[dict[int, Any], Any]:
        """Return what others than the full ones sell if client i is left out, and what is bought in all.

        The full ones sell all the more: before each of them no more is bought than with client i.
        """
        before = self.total_of_full - (self.cap[i] if self.place[i] < self.full else 0)
        rest = self.bought_from(self.full, before, i)
        return rest, before + sum(rest.values(), fmpq(0))

    @cached_property
    def total_of_full(self) -> fmpq:
        """What those who sell all sell together."""
        return sum((self.cap[i] for i in self.order[: self.full]), fmpq(0))

    @cached_property
    def most(self) -> Any:
        """W(N)."""
        return self._welfare(self.bought)

    def most_without(self, i: int) -> Any:
        """W(N∖i)."""
        rest, total = self.without(i)
        spent = self._cost_of_full - (self.cost[i] * self.cap[i] if self.place[i] < self.full else 0)
        return self.worth.value(total) - sum((self.cost[j] * sells for j, sells in rest.items()), spent)

    def _welfare(self, bought: dict[int, Any]) -> Any:
        total = sum(bought.values(), fmpq(0))
        return self.worth.value(total) - sum((self.cost[j] * sells for j, sells in bought.items()), fmpq(0))

    @cached_property
    def _cost_of_full(self) -> fmpq:
        return sum((self.cost[i] * self.cap[i] for i in self.order[: self.full]), fmpq(0))
