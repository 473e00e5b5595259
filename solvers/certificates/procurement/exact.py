"""The rule's outcome at any reports, over fractions and balls, from its definition: greedy, and greedy without each.

VCG's payments are read by the declared formula from two welfares, each of an allocation that is best by its marginal
price; those of finitely many types from what a client would sell as each dearer type; those of a continuous prior from
the integral of what it would sell at each dearer cost (`thresholds`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from flint import arb, fmpq

from ....formulations.data import as_fractions
from ....formulations.errors import UnsupportedModel
from ....formulations.procurement.declaration import PrivacyProcurement
from ....formulations.procurement.formulas import pivot_payment, step_rent, threshold_payment
from ...readings.balls import Balls, precision
from ...readings.rationals import Rationals
from .exact_worth import BITS, ExactWorth, fraction, rational, within

BALLS = Balls()
MOST = 3_000
"""Up to how many clients an outcome is computed exactly."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What all sell and are paid, and what they keep, in the declared order: lists of fractions and balls."""

    epsilon: list[Any]
    payment: list[Any]
    rent: list[Any]

    def decisions(self) -> dict[str, Any]:
        """Return the decisions as arrays."""
        with precision(BITS):
            return {name: _array(_alike(getattr(self, name))) for name in ("epsilon", "payment")}


def _alike(entries: Sequence[Any]) -> Sequence[Any]:
    """Return fractions as they are; beside a ball, as balls."""
    some = any(isinstance(entry, arb) for entry in entries)
    return [arb(rational(entry)) if some and isinstance(entry, Fraction) else entry for entry in entries]


def _array(entries: Sequence[Any]) -> np.ndarray:
    found = np.empty(len(entries), dtype=object)
    found[:] = entries
    return found


def exact_outcome(model: PrivacyProcurement) -> Outcome:
    """Return a procurement's outcome.

    Raises
    ------
    UnsupportedModel
        When there are too many clients, or the revenue's demand is not known.

    Examples
    --------
    >>> found = exact_outcome(PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=2, beta=4))
    >>> print(*found.epsilon, found.payment[0].contains(2), found.payment[0].rad() < 1e-60)
    1 0 True True
    """
    if len(model.cost) > MOST:
        raise UnsupportedModel(f"an outcome is computed exactly for at most {MOST} clients, not {len(model.cost)}")
    with precision(BITS):
        if model.by_types:
            return ByTypes(model).outcome()
        return ByCosts(model).outcome()


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
        return rational(given[0]) if isinstance(given[0], Fraction) else prior.charge(Balls(), _array([arb(cost)]))[0]

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

    def outcome(self) -> Outcome:
        """Return the outcome."""
        size = len(self.cost)
        epsilon = [self.bought.get(i, fmpq(0)) for i in range(size)]
        if self.model.rule == "vcg":
            without = [self.most_without(i) if i in self.bought else self.most for i in range(size)]
            rent = [self.most - one for one in without]
            payment = [pivot_payment(BALLS, epsilon[i], self.cost[i], self.most, without[i]) for i in range(size)]
        else:
            from .thresholds import rent_of  # VCG needs none of it

            rent = [rent_of(self, i) if i in self.bought else fmpq(0) for i in range(size)]
            payment = [threshold_payment(BALLS, epsilon[i], self.cost[i], rent[i]) for i in range(size)]
        idle = [i not in self.bought for i in range(size)]
        payment = [fmpq(0) if none else paid for none, paid in zip(idle, payment, strict=True)]
        rent = [fmpq(0) if none else kept for none, kept in zip(idle, rent, strict=True)]
        return Outcome(*([fraction(x) for x in entries] for entries in (epsilon, payment, rent)))


@dataclass(frozen=True, eq=False)
class ByTypes:
    """Myerson's rule where costs are of finitely many types: all is rational if the revenue's demand is."""

    model: PrivacyProcurement

    def outcome(self) -> Outcome:
        """Return the outcome."""
        worth, prior, model = ExactWorth(self.model), self.model.prior, self.model
        cost, cap = ([rational(x) for x in entries.tolist()] for entries in (model.cost, model.epsilon_cap))
        types, levels = ([rational(x) for x in entries.tolist()] for entries in (prior.ascending, prior.levels))
        mine = prior.place(model.cost).tolist()
        wanted = {level: worth.demand(level) for level in set(levels)}
        supply = {
            level: sum((e for e, k in zip(cap, mine, strict=True) if levels[k] == level), fmpq(0)) for level in wanted
        }
        cheaper = {level: sum((supply[other] for other in wanted if other < level), fmpq(0)) for level in wanted}
        earlier = dict.fromkeys(wanted, fmpq(0))
        epsilon, rent = [], []
        for e, k in zip(cap, mine, strict=True):
            sells = {}
            for level, most in wanted.items():
                before = cheaper[level] - (e if levels[k] < level else 0) + earlier[level]
                sells[level] = within(fmpq(0), most - before, e)
            earlier[levels[k]] += e
            epsilon.append(sells[levels[k]])
            steps = (step_rent(BALLS, types[j], types[j + 1], sells[levels[j + 1]]) for j in range(k, len(types) - 1))
            rent.append(sum(steps, fmpq(0)))
        payment = [threshold_payment(BALLS, *numbers) for numbers in zip(epsilon, cost, rent, strict=True)]
        return Outcome(*([fraction(x) for x in entries] for entries in (epsilon, payment, rent)))
