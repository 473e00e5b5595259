"""How fast a contest's declared outcomes move, with the decisions and with the data: each read as it is declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...formulations.algebra import Formula, read, roles_of
from ...formulations.stackelberg.contest import equilibrium_share
from ...formulations.stackelberg.declaration import client_utility, payment
from ..readings.derivative import Derivative
from .rates import in_blocks


@dataclass(frozen=True)
class Outcomes:
    """How fast outcomes move where the total and the pool do.

    Of a pool of zero `first` tells who would be the first to sell, and Z/B there.
    """

    dual: Derivative
    roles: Mapping[str, Any]
    epsilon: Any
    counted: int
    total: Any
    pool: Any
    first: tuple[np.ndarray, Any] | None

    def rate(self, formula: Formula, budget_rates: Any) -> Any:
        """Return how fast one moves where budgets do at these rates: a number, or client by client."""
        dual = self.dual
        if formula in (payment, client_utility) and self.first is not None:
            return self._shares_at_zero(formula, budget_rates, *self.first)
        own = dual.moving(self.epsilon, budget_rates)
        roles = {**self.roles, "reward_pool": self.pool, "own": own, "total": self.total, "counted": self.counted}
        if "own" not in roles_of(formula):
            return dual.slope(read(formula, dual, roles))
        return in_blocks(lambda part: self._of_clients(formula, roles, part), self.epsilon)

    def _of_clients(self, formula: Formula, roles: Mapping[str, Any], part: slice) -> Any:
        """How fast an outcome of some clients moves."""
        wanted = {name: roles[name] for name in (*roles_of(formula), "own") if name in roles}
        here = {
            name: value[part] if np.shape(getattr(value, "value", value)) else value for name, value in wanted.items()
        }
        here["others"] = roles["total"] - here["own"]
        rate = self.dual.slope(read(formula, self.dual, here))
        return rate if np.shape(rate) else np.full(len(here["own"]), rate)

    def _shares_at_zero(self, formula: Formula, budget_rates: Any, inside: np.ndarray, ratio: Any) -> Any:
        """Of 0/0 there is no derivative; where the pool leaves zero, shares are those of the first to sell."""
        cost = self.dual.value(self.roles["cost"])
        share = equilibrium_share(self.dual.base, cost, ratio) * inside
        paid = share * self.dual.slope(self.pool)
        return paid if formula is payment else paid - cost * budget_rates
