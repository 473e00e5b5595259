"""How fast the budgets of a contest's clients move, with the total and with their own data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...formulations.stackelberg.contest import equilibrium_share
from ..readings.derivative import Derivative
from .contest import Standing
from .rates import in_blocks


@dataclass(frozen=True)
class Budgets:
    """How fast everybody's budget moves: Z(1 − ρ_i Z/B) of those inside, the caps of those capped."""

    dual: Derivative
    roles: Mapping[str, Any]
    epsilon: Any
    standing: Standing
    total: Any
    ratio: Any

    def rates(self) -> Any:
        """Return the rates, client by client."""
        return in_blocks(self._of, self.epsilon)

    def _of(self, part: slice) -> Any:
        dual, standing, roles = self.dual, self.standing, self.roles
        sells, held = standing.inside[part] | standing.capping[part], standing.capped[part]
        cost = roles["cost"][part]
        if sells.all():
            return dual.slope(self.total * equilibrium_share(dual, cost, self.ratio))
        slope = 0 * dual.value(self.total) + 0 * dual.value(cost)
        if sells.any():
            slope[sells] = dual.slope(self.total * equilibrium_share(dual, cost[sells], self.ratio))
        if held.any():
            slope[held] = dual.slope(roles["epsilon_cap"][part][held])
        return slope
