"""Stackelberg pricing with convex costs: the shares' sum for the clients, a concave problem or a search for the server.

Where costs are a power ε^g and no cap is declared, the shares do not depend on the pool and Z grows like B^(1/g): the
server's utility is concave in B, and one root settles it. Elsewhere the slope's changes of sign on a grid are refined,
and the best local maximum is returned; whether it is the global one the certificate finds out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np

from ....formulations.errors import UnsupportedModel
from ....formulations.language import Declaration
from ....formulations.revenue_curve import PowerCost
from ....formulations.stackelberg.declaration import StackelbergPricing
from ...certificates.stackelberg.convex_response import ConvexResponse, Equilibrium
from ...installed import version
from ...readings.game import GameReading
from ...readings.vectors import Vectors
from ...solution import Answer, Request
from ..general.scalar_search import root_between

POINTS = 16
"""Of the grid of pools, half of them even and half by powers; two maxima between neighbours count as one or none."""
MANY = 10_000
"""Clients from whom on the grid is coarser: time is what it costs."""
CELLS = 256
"""Of the grid and the halves it is cut into, where the values at the ends of one tell that there is more in it."""
LEAST = 2.0**-40
"""Part of the largest pool below which no maximum is looked for."""


def backends() -> tuple[ConvexCosts, ...]:
    """Return the solver for convex costs."""
    return (ConvexCosts(),)


@dataclass(frozen=True)
class ConvexCosts:
    """Solves Stackelberg pricing whose costs are convex, for up to millions of clients.

    Examples
    --------
    >>> game = StackelbergPricing(cost=[1, 1, 3], alpha=10, beta=10, cost_function=PowerCost(2))
    >>> answer = ConvexCosts().solve(game, Request())
    >>> print(round(answer.decisions["reward_pool"], 9), answer.decisions["epsilon"].round(7))
    4.273501439 [0.7181079 0.7181079 0.328482 ]
    """

    mechanism: ClassVar[type] = StackelbergPricing
    name: str = "convex-costs"

    def accepts(self, model: Declaration) -> str | None:
        """Return None for Stackelberg pricing with a cost function that is not known to be concave."""
        if not isinstance(model, StackelbergPricing):
            return f"is for StackelbergPricing only, not for {type(model).__name__}; try share-function"
        if model.linear_costs:
            return "needs a cost_function; for linear costs try closed-form"
        if model.cost_function.convex is False:
            return (
                "cannot, because cost_function is not convex: there may be several equilibria or none; certify and "
                "verify a candidate instead"
            )
        return None

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return the best pool found and the budgets it buys."""
        assert isinstance(model, StackelbergPricing)
        request.refuse_options(self.name)
        if request.arithmetic == "exact":
            raise UnsupportedModel(f"{self.name} computes in floats; certify its answer with arithmetic='exact'")
        found = _best(model)
        decisions = {"reward_pool": found.pool, "epsilon": found.own}
        return Answer(decisions, claimed="root found", versions={"numpy": version("numpy")})


def _best(game: StackelbergPricing) -> Equilibrium:
    response, server = ConvexResponse(game), _Server(GameReading(game, Vectors()))
    largest = float(game.revenue.largest_pool)
    nothing = Equilibrium(0.0, 0.0, np.zeros(len(game.cost)), 0.0)
    if type(game.cost_function) is PowerCost and game.epsilon_cap is None:
        known = response.at(largest)
        bought = _scaled(known, float(game.cost_function.exponent))
        pool = _root(lambda pool: server.slope(bought(pool)), largest * LEAST, largest)
        return nothing if pool is None else response.at(pool, bought(pool))
    return _searched(response, server, largest, nothing)


def _scaled(known: Equilibrium, exponent: float) -> Callable[[float], Equilibrium]:
    """Return what pools buy where costs are powers: the same shares, of a total that grows like B^(1/g)."""

    def bought(pool: float) -> Equilibrium:
        grown = (pool / known.pool) ** (1 / exponent)
        return Equilibrium(pool, known.total * grown, known.own * grown, known.total * grown / (exponent * pool))

    return bought


def _root(slope: Callable[[float], float], low: float, high: float) -> float | None:
    """Where a concave utility has its maximum; None where it falls from the start."""
    if slope(low) <= 0:
        return None
    return high if slope(high) >= 0 else root_between(slope, low, high)


def _searched(response: ConvexResponse, server: _Server, largest: float, nothing: Equilibrium) -> Equilibrium:
    """Return the best of the local maxima that a grid shows."""
    count = POINTS if len(nothing.own) > MANY else 4 * POINTS
    grid = np.unique(
        np.concatenate([np.geomspace(largest * LEAST, largest, count), np.linspace(0, largest, count + 1)[1:]])
    )
    points: list[Equilibrium] = []
    for pool in grid.tolist():
        points.append(response.at(pool, points[-1] if points else None))
    best = max([nothing, *points], key=server.value)
    waiting = list(pairwise(points))
    for _ in range(CELLS):
        if not waiting:
            break
        before, behind = waiting.pop()
        rises, falls = server.slope(before) > 0, server.slope(behind) <= 0
        if rises and falls:

            def slope(pool: float, near: Equilibrium = before) -> float:
                return server.slope(response.at(pool, near))

            found = response.at(root_between(slope, before.pool, behind.pool), before)
            best = max(best, found, key=server.value)
            if server.value(found) < max(map(server.value, (before, behind))):  # not the only maximum between them
                middle = response.at((before.pool + found.pool) / 2, before)
                waiting += [(before, middle), (middle, found), (found, behind)]
        elif (rises or falls) and (server.value(behind) < server.value(before)) == rises:
            # it rises at both ends and is lower at the second, or falls at both and is higher: two maxima or a jump
            middle = response.at((before.pool + behind.pool) / 2, before)
            best = max(best, middle, key=server.value)
            waiting += [(before, middle), (middle, behind)]
    return best


@dataclass(frozen=True)
class _Server:
    """The server's declared utility along the clients' response."""

    reading: GameReading

    def value(self, point: Equilibrium) -> float:
        """U_S."""
        return float(self.reading.leader_utility(self._seen(point)))

    def slope(self, point: Equilibrium) -> float:
        """DU_S/dB."""
        return float(self.reading.leader_slope(self._seen(point), {"total": point.rate, "reward_pool": 1.0}))

    def _seen(self, point: Equilibrium) -> dict[str, Any]:
        roles = self.reading.roles({"reward_pool": point.pool, self.reading.population.decision.name: point.own})
        return {"total": point.total, "counted": roles["counted"], "reward_pool": point.pool}
