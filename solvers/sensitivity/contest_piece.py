"""The piece of a contest's optimum around an answer: how the best pool, and what it buys, moves with the data.

The server's total Z solves one equation on the piece of the path where it lies: that the declared utility is level in
Z, at B(Z) of `pool_for_total`; that somebody is just on the cap, where the utility has a kink; or that somebody is
about to enter, where the mean over participants drops. It is differentiated as it is declared, by dual numbers, so that
a direction of any length costs some passes over the clients.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.algebra import Algebra, Formula, read
from ...formulations.stackelberg.contest import equilibrium_share, pool_for_total
from ...formulations.stackelberg.declaration import StackelbergPricing
from ..backends.stackelberg.exact import BITS
from ..readings.balls import Balls, ball, precision
from ..readings.derivative import Derivative
from ..readings.game import GameReading
from ..readings.rationals import Unknown
from ..readings.vectors import Vectors
from .branch import NoDerivative
from .contest import Standing
from .contest_budgets import Budgets
from .contest_outcomes import Outcomes
from .data import in_balls, moving_roles
from .rates import Rates


@dataclass(frozen=True, eq=False)
class ContestPiece:
    """A contest's optimum around an answer."""

    game: StackelbergPricing
    algebra: Algebra
    pool: Any
    epsilon: Any
    standing: Standing

    @cached_property
    def reading(self) -> GameReading:
        """The declared game in the answer's numbers."""
        return GameReading(self.game, self.algebra)

    @cached_property
    def total(self) -> Any:
        """Z at the answer; where nothing is bought, zero."""
        return self.algebra.sum(self.epsilon)

    @cached_property
    def tied(self) -> bool:
        """Whether somebody is on the edge of selling or just on the cap, or the pool on the edge of zero."""
        here = self.standing
        return bool(here.entering.any() or here.capping.any() or (here.zero and self.rise_at_zero == 0))

    def along(self, direction: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return how fast every value moves in a direction."""
        with precision(BITS):
            move = Move(self, direction)
            standing, rate = move.decided()
            rates = move.values(standing, rate)
            if isinstance(self.algebra, Vectors):
                return rates
            found = dict(rates)
            unknown = [name for name, value in found.items() if isinstance(value, Unknown)]
            if unknown:  # a logarithm in the server's utility, which no fraction is
                balls = Balls()
                enclosed = replace(self, algebra=balls, pool=ball(self.pool), epsilon=balls.vector(self.epsilon))
                moved = enclosed.along(in_balls(direction))
                found |= {name: moved[name] for name in unknown}
        return found

    @cached_property
    def rise_at_zero(self) -> Any:
        """How fast the server's utility rises with the first unit that is bought."""
        once = Move(self, {})
        return once.dual.value(once.level(self.standing, self.total * 0))

    @cached_property
    def _counts(self) -> dict[Standing, int]:
        return {}

    def counted(self, standing: Standing) -> int:
        """Over how many clients the mean runs where those of a standing sell: asked for often, and counted once."""
        if standing not in self._counts:
            self._counts[standing] = self._count(standing)
        return self._counts[standing]

    def _count(self, standing: Standing) -> int:
        population = self.reading.population
        sells = standing.inside | standing.capped | standing.capping
        roles = {population.decision.name: sells, f"{population.name}_count": population.count}
        return int(read(population.aggregates["counted"], Vectors(), roles))


class Move:
    """A contest whose data move in a direction."""

    def __init__(self, piece: ContestPiece, direction: Mapping[str, Any]) -> None:
        self.piece, self.direction = piece, direction
        self.dual = Derivative(piece.algebra)
        roles = moving_roles(piece.game, self.dual, direction)
        self.roles = {**roles, "client_count": piece.reading.population.count}
        self._summed: dict[tuple[bytes, bytes], tuple[int, Any, Any]] = {}

    def beyond(self) -> Standing:
        """Return who stands where just beyond the answer, even where the pool jumps there."""
        here = self.piece.standing
        if here.entering.any() and not here.capped.any() and not here.zero:
            return here.with_entered(self.enters(here))
        return self.decided()[0]

    def decided(self) -> tuple[Standing, Any]:
        """Return who stands where just beyond the answer in this direction, and how fast the total moves."""
        piece, here = self.piece, self.piece.standing
        if here.zero:
            return self._from_zero()
        if here.entering.any() and here.capped.any():
            return self._held_back(here)
        here = self.beyond() if here.entering.any() else here
        if piece.counted(here) != piece.counted(piece.standing):
            raise NoDerivative(
                "has no derivative here: somebody enters in this direction, and the mean over participants jumps"
            )
        return self._through_caps(here) if here.capping.any() else (here, self.level_rate(here))

    def _from_zero(self) -> tuple[Standing, Any]:
        """Nothing moves below the first unit's worth; on its edge the pool rises where that grows."""
        piece, here = self.piece, self.piece.standing
        still = piece.total * 0
        if piece.rise_at_zero != 0:
            return here, still
        entered = here.with_entered(self.enters(here))
        rate = self.level_rate(entered)
        return (entered, rate) if rate > 0 else (here, still)

    def enters(self, here: Standing) -> np.ndarray:
        """Of those on the edge of selling, who sells just beyond: Newton's steps on the rates of the shares' sum."""
        piece, dual, cost = self.piece, self.dual, self.roles["cost"]
        rates = np.broadcast_to(np.asarray(dual.slope(cost)), here.inside.shape)
        costs = dual.value(cost)
        total_cost, moved = piece.algebra.sum(costs[here.inside]), piece.algebra.sum(rates[here.inside])
        ratio = (int(np.count_nonzero(here.inside)) - 1) / total_cost
        entered = np.zeros(len(costs), dtype=bool)
        edge = np.flatnonzero(here.entering)
        while True:
            ratio_rate = -ratio * moved / total_cost
            enters = [k for k in edge.tolist() if not entered[k] and rates[k] * ratio + costs[k] * ratio_rate < 0]
            if not enters:
                return entered
            entered[enters] = True
            total_cost = total_cost + piece.algebra.sum(costs[enters])
            moved = moved + piece.algebra.sum(rates[enters])

    def _held_back(self, here: Standing) -> tuple[Standing, Any]:
        """The total at which one is about to enter, under caps: a mean over participants holds the server there."""
        edge = np.flatnonzero(here.entering)
        if len(edge) > 1 or here.capping.any():
            raise NoDerivative("has no derivative here: several clients are on an edge at once")
        return here, self.implicit_rate(here, lambda a, total, pool, roles: pool - roles["cost"][int(edge[0])] * total)

    def _through_caps(self, here: Standing) -> tuple[Standing, Any]:
        """Where clients are just on their caps: they get there one after the other, with a kink at each."""
        waiting = here.capping.copy()
        here = Standing(here.inside | waiting, here.capped, here.entering, waiting & False, False)
        rise = self._rise(here)
        if not rise > 0:
            raise NoDerivative("has no derivative here: the utility is level where somebody is just on the cap")
        while True:
            rates = {k: self.implicit_rate(here, _on_cap(k)) for k in np.flatnonzero(waiting).tolist()}
            first = min(rates.values())
            now = np.zeros_like(waiting)
            now[[k for k, rate in rates.items() if rate == first]] = True
            beyond = Standing(here.inside & ~now, here.capped | now, here.entering, here.capping, False)
            if not beyond.inside.any() or self._rise(beyond) < 0:
                return Standing(here.inside & ~now, here.capped, here.entering, now, False), first
            waiting, here = waiting & ~now, beyond
            if not waiting.any():
                raise NoDerivative("has no derivative here: the utility is level where somebody is just on the cap")

    def _rise(self, standing: Standing) -> Any:
        return self.dual.value(self.level(standing, self.piece.total))

    def pool_of(self, a: Any, standing: Standing, total: Any) -> Any:
        """B(Z) where these are inside and those capped."""
        count, cost, cap = self._sums(standing)
        return pool_for_total(a, total, count, cost, cap)

    def _sums(self, standing: Standing) -> tuple[int, Any, Any]:
        """How many are inside, their summed cost, and the summed cap of those capped."""
        key = (standing.inside.tobytes(), standing.capped.tobytes())
        if key not in self._summed:
            inside, capped = standing.inside, standing.capped
            cap = self.dual.sum(self.roles["epsilon_cap"][capped]) if capped.any() else 0
            cost = self.dual.sum(_chosen(self.roles["cost"], inside))
            self._summed[key] = (int(np.count_nonzero(inside)), cost, cap)
        return self._summed[key]

    def level(self, standing: Standing, total: Any) -> Any:
        """D/dZ of the declared utility of Z, at the pool that buys it, moving with the data (and Z, if it moves)."""
        dual, piece = self.dual, self.piece
        outer = Derivative(dual)
        variable = outer.variable(total)
        if piece.standing.zero:  # there the pool is Z/z, and no cap binds
            count, cost, _ = self._sums(standing)
            pool = cost / (count - 1) * variable
        else:
            pool = self.pool_of(outer, standing, variable)
        seen = {"total": variable, "counted": piece.counted(standing), "reward_pool": pool}
        leader = piece.reading.leader
        assert leader is not None
        return outer.slope(read(leader.utility, outer, {**self.roles, **seen}))

    def level_rate(self, standing: Standing) -> Any:
        """How fast the total moves that keeps the utility level."""
        total = self.piece.total
        return self._rate(lambda there: self.level(standing, there), total)

    def implicit_rate(self, standing: Standing, equation: Callable[..., Any]) -> Any:
        """How fast the total moves that keeps an equation of Z, B(Z) and the data."""

        def left(total: Any) -> Any:
            pool = self.pool_of(self.dual, standing, total)
            return equation(self.dual, total, pool, self.roles)

        return self._rate(left, self.piece.total)

    def _rate(self, left: Callable[[Any], Any], total: Any) -> Any:
        """By the implicit function theorem: minus the rate at a fixed total over the rate per unit of the total."""
        dual = self.dual
        fixed = dual.slope(left(total))
        moving = dual.slope(left(dual.variable(total)))
        return -fixed / (moving - fixed)

    def values(self, standing: Standing, rate: Any) -> Rates:
        """Return how fast decisions and outcomes move where the total moves at a rate, each when it is asked for."""
        piece, dual = self.piece, self.dual
        total = dual.moving(piece.total, rate)
        count, cost, _ = self._sums(standing) if piece.standing.zero else (0, 0, 0)
        pool = cost / (count - 1) * total if count else self.pool_of(dual, self._with_inside(standing), total)
        # Z/B does not depend on Z where nothing is bought yet
        ratio = (count - 1) / cost if count else total / pool
        name = piece.reading.population.decision.name
        budgets = Budgets(dual, self.roles, piece.epsilon, standing, total, ratio)
        counted, first = piece.counted(piece.standing), self._first_to_sell()
        outcomes = Outcomes(dual, self.roles, piece.epsilon, counted, total, pool, first)

        def outcome(formula: Formula) -> Callable[[], Any]:
            return lambda: outcomes.rate(formula, rates[name])

        found: dict[str, Callable[[], Any]] = {"reward_pool": lambda: dual.slope(pool), name: budgets.rates}
        found |= {key: outcome(of) for key, of in piece.game.outcomes().items() if key != "participates"}
        rates = Rates(found)
        return rates

    def _first_to_sell(self) -> tuple[np.ndarray, Any] | None:
        """Who would be the first to sell where the pool is zero, and Z/B there."""
        here = self.piece.standing
        if not here.zero:
            return None
        count, cost, _ = self._sums(here)
        return here.inside, (count - 1) / self.dual.value(cost)

    def _with_inside(self, standing: Standing) -> Standing:
        """Those just on their caps count as inside for the pool: on the cap both say the same."""
        if not standing.capping.any():
            return standing
        return Standing(standing.inside | standing.capping, standing.capped, standing.entering, standing.capping, False)


def _chosen(vector: Any, mask: np.ndarray) -> Any:
    """The entries of a mask, without a copy where they are all."""
    return vector if mask.all() else vector[mask]


def _on_cap(k: int) -> Callable[..., Any]:
    """The equation Z(1 − ρ_k Z/B) = c_k."""

    def equation(a: Any, total: Any, pool: Any, roles: Mapping[str, Any]) -> Any:
        return total * equilibrium_share(a, roles["cost"][k], total / pool) - roles["epsilon_cap"][k]

    return equation
