"""Clients of one and the same cost, in doubles, read off the formulas of the contest; arrays broadcast.

Among equals everybody takes part, so the formulas hold that are printed for that case; only the pool has to be clipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...formulations.algebra import read
from ...formulations.stackelberg.contest import printed_budget, printed_pool
from ...formulations.stackelberg.declaration import client_utility
from ...solvers.readings.vectors import Vectors
from ..claims.stackelberg.vocabulary import server


@dataclass(frozen=True)
class Equals:
    """N ≥ 2 clients of unit cost ρ; both may be arrays.

    Examples
    --------
    >>> equals = Equals(100, 0.01)
    >>> round(float(equals.pool(alpha=1.0, beta=10.0)), 6)
    8.989899
    """

    count: Any
    cost: Any

    def _roles(self) -> dict[str, Any]:
        return {"cost": self.cost, "cost_sum": self.count * self.cost, "client_count": self.count}

    def budget(self, pool: Any) -> Any:
        """Return what each sells at the equilibrium."""
        return read(printed_budget, Vectors(), {**self._roles(), "reward_pool": pool})

    def utility(self, pool: Any) -> Any:
        """Return what each has of the equilibrium."""
        own = self.budget(pool)
        return self.alone(own, (self.count - 1) * own, pool)

    def alone(self, own: Any, others: Any, pool: Any) -> Any:
        """Return what one has that sells `own` while the others sell `others` in all."""
        roles = {"own": own, "others": others, "cost": self.cost, "reward_pool": pool}
        return read(client_utility, Vectors(), roles)

    def pool(self, alpha: Any, beta: Any) -> Any:
        """Return the server's best pool: none where even the first bit costs more than it brings."""
        found = read(printed_pool, Vectors(), {**self._roles(), "alpha": alpha, "beta": beta})
        return np.maximum(found, 0.0)

    def served(self, pool: Any, alpha: Any, beta: Any) -> Any:
        """Return the server's utility at the equilibrium for a pool."""
        roles = {"total": self.count * self.budget(pool), "client_count": self.count, "reward_pool": pool}
        return read(server, Vectors(), {**roles, "alpha": alpha, "beta": beta})
