"""The rule's outcome at any reports, over fractions and balls, from its definition: greedy, and greedy without each.

VCG's payments are read by the declared formula from two welfares, each of an allocation that is best by its marginal
price; those of finitely many types from what a client would sell as each dearer type; those of a continuous prior from
the integral of what it would sell at each dearer cost (`thresholds`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, fmpq

from ....formulations.errors import UnsupportedModel
from ....formulations.procurement.declaration import PrivacyProcurement
from ....formulations.procurement.formulas import pivot_payment, step_rent, threshold_payment
from ...readings.balls import Balls, precision
from .by_costs import ByCosts
from .exact_worth import BITS, ExactWorth, fraction, rational, within
from .rises import refuse_falling

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
    refuse_falling(model)
    with precision(BITS):
        if model.by_types:
            return ByTypes(model).outcome()
        return _by_costs(ByCosts(model))


def _by_costs(market: ByCosts) -> Outcome:
    size = len(market.cost)
    epsilon = [market.bought.get(i, fmpq(0)) for i in range(size)]
    if market.model.rule == "vcg":
        without = [market.most_without(i) if i in market.bought else market.most for i in range(size)]
        rent = [market.most - one for one in without]
        payment = [pivot_payment(BALLS, epsilon[i], market.cost[i], market.most, without[i]) for i in range(size)]
    else:
        from .thresholds import rent_of  # VCG needs none of it

        rent = [rent_of(market, i) if i in market.bought else fmpq(0) for i in range(size)]
        payment = [threshold_payment(BALLS, epsilon[i], market.cost[i], rent[i]) for i in range(size)]
    idle = [i not in market.bought for i in range(size)]
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
