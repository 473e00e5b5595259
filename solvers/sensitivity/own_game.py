"""Games of one's own: the implicit function theorem on the declared utilities, whatever they are.

Whoever is between the bounds has a level utility, whoever is on one stays there. People meet in the others' sum alone,
so that their replies to it are solved client by client and one number is left. The leader's utility is level along the
replies; that is differentiated once more, by nested dual numbers. The shipped contest's own formulas are held against
this in tests.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.algebra import read
from ...formulations.errors import MechproofError, UnsupportedModel
from ...formulations.language import Game
from ..readings.balls import Balls, precision
from ..readings.derivative import Derivative, NotSmooth
from ..readings.game import GameReading
from ..readings.rationals import Unknown
from ..readings.vectors import Vectors
from ..solution import Solution
from ..solve import solve
from .branch import BOUND, End, NoDerivative
from .contest import algebra_of, to_algebra
from .data import altered, in_balls, moving_roles, number_of
from .ends import find_end

BITS = 160
NEAR = 1e-7
"""Within which part of their range decisions in doubles are taken to be on a bound."""


def game_branch(game: Game, solution: Solution) -> GameBranch:
    """Return the piece of the equilibrium on which an answer to a game of one's own lies.

    Raises
    ------
    UnsupportedModel
        When decisions take some numbers only, or the game has another shape than one population, after at most one
        leader.
    """
    stuck = next((item.name for item in game.decisions() if item.discrete), None)
    if stuck is not None:
        raise UnsupportedModel(
            f"what_if moves data by little, and {stuck}, which takes whole numbers or the values of a set, does not "
            "move with them but jumps; solve anew with other data"
        )
    names = [item.name for item in game.decisions()]
    if solution.exact is None:
        found = {name: solution.values[name] for name in names}
        return GameBranch(GameReading(game, Vectors()), found, solution.backend)
    entries = [item for name in names for item in np.ravel(np.asarray(solution.exact[name], dtype=object))]
    algebra = algebra_of(entries)
    with precision(BITS):
        found = {name: to_algebra(algebra, solution.exact[name]) for name in names}
    return GameBranch(GameReading(game, algebra), found, solution.backend)


@dataclass(frozen=True, eq=False)
class GameBranch:
    """A game's equilibrium around an answer."""

    reading: GameReading
    decided: Mapping[str, Any]
    backend: str
    tied: bool = False

    @cached_property
    def own(self) -> Any:
        """What the people decide."""
        return self.decided[self.reading.population.decision.name]

    @cached_property
    def inside(self) -> np.ndarray:
        """Who is between the bounds."""
        return _between(self.own, self.reading.lower, self.reading.upper)

    @cached_property
    def leads(self) -> bool:
        """Whether a leader decides, between its bounds."""
        leader = self.reading.leader
        if leader is None:
            return False
        chosen, number = self.decided[leader.decision.name], self.reading.algebra.number
        bounds = (number(leader.decision.lower), number(leader.decision.upper))
        return bool(_between(np.array([chosen]), *(np.array([bound]) for bound in bounds))[0])

    def along(self, direction: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return how fast decisions and outcomes move in a direction.

        Raises
        ------
        NoDerivative
            When a utility has a kink here, or a bound that somebody is on moves with the data.
        """
        self._refuse_moving_bounds(direction)
        try:
            with precision(BITS):
                found = _Move(self, direction).values()
                unknown = [name for name, value in found.items() if isinstance(np.ravel(value)[0], Unknown)]
                if unknown:  # a logarithm or a root, which no fraction is
                    enclosed = self._in_balls.along(in_balls(direction))
                    found |= {name: enclosed[name] for name in unknown}
                return found
        except NotSmooth as kink:
            raise NoDerivative(f"has no derivative here: {kink}") from None

    @cached_property
    def _in_balls(self) -> GameBranch:
        reading = GameReading(self.reading.game, Balls())
        return GameBranch(reading, in_balls(self.decided), self.backend)

    def _refuse_moving_bounds(self, direction: Mapping[str, Any]) -> None:
        """Bounds are plain numbers, of which no reading says how they move: they are declared anew to see it."""
        if self.inside.all():
            return
        game = self.reading.game
        for name, speed in direction.items():
            for index in np.flatnonzero(np.asarray(speed) != 0).tolist() if np.ndim(speed) else (None,):
                value = number_of(game, name)
                now = value if index is None else value[index]
                decision = GameReading(altered(game, name, index, now * (1 + Fraction(1, 2**20))), Vectors())
                was = GameReading(game, Vectors())
                for side in ("lower", "upper"):
                    moved = getattr(decision, side) != getattr(was, side)
                    on = np.abs(_floats(self.own) - getattr(was, side)) <= NEAR * np.maximum(
                        1, np.abs(_floats(self.own))
                    )
                    if np.any(moved & on & ~self.inside):
                        raise NoDerivative(
                            f"has no known derivative here: a bound that somebody is on moves with {name}"
                        )

    def end(self, name: str, index: int | None, side: int) -> End:
        """Return how far the derivatives in one datum hold: to where a bound begins or ceases to bind."""
        game = self.reading.game
        declared = number_of(game, name)
        start = Fraction(declared if index is None else declared[index])

        def same(value: Fraction) -> bool:
            try:
                there = solve(altered(game, name, index, float(value)), self._solver)
            except MechproofError:
                return False
            found = game_branch(there.model, there)  # type: ignore[arg-type]
            return bool(np.array_equal(found.inside, self.inside) and found.leads == self.leads)

        found = find_end(start, side, abs(start) or Fraction(1), same, same, lambda _: False)
        if found is None:
            return End(math.inf, "nothing was met") if side > 0 else End(0.0, BOUND)
        return End(float(found.inside + found.outside) / 2, "a bound starts or stops to bind")

    @property
    def _solver(self) -> str:
        return "auto" if self.backend == "candidate" else self.backend

    def alike(self, name: str) -> np.ndarray:
        """Every number moves the game in its own way."""
        return np.arange(len(number_of(self.reading.game, name)))


class _Move:
    """A game whose data move in a direction."""

    def __init__(self, branch: GameBranch, direction: Mapping[str, Any]) -> None:
        self.branch, self.reading = branch, branch.reading
        self.dual = Derivative(branch.reading.algebra)
        count = {f"{self.reading.population.name}_count": self.reading.population.count}
        self.moving = {**moving_roles(branch.reading.game, self.dual, direction), **count}
        self.still = {**moving_roles(branch.reading.game, self.dual, {}), **count}

    @property
    def _lead(self) -> str | None:
        return None if self.reading.leader is None else self.reading.leader.decision.name

    def values(self) -> dict[str, Any]:
        """Return how fast decisions and outcomes move."""
        dual, name = self.dual, self.reading.population.decision.name
        total = self.reading.algebra.sum(self.branch.own)
        # the replies at the leader's decision, and how they answer it
        pushed = self._answer(dual, {**self.moving, **self._decided(0)}, self.branch.own, total)
        rate, lead = pushed, self._lead
        lead_rate: Any = self.reading.algebra.number(0)
        if self.branch.leads:
            answered = self._answer(dual, {**self.still, **self._decided(1)}, self.branch.own, total)
            force = self._level(self.moving, self._decided(0), pushed)
            stiff = self._level(self.still, self._decided(1), answered)
            lead_rate = -force / stiff
            rate = pushed + answered * lead_rate
        found: dict[str, Any] = {} if lead is None else {lead: lead_rate}
        decided = {lead: dual.moving(self.branch.decided[lead], lead_rate)} if lead is not None else {}
        roles = self._roles(dual, {**self.moving, **decided}, dual.moving(self.branch.own, rate))
        found[name] = rate
        for outcome, formula in self.reading.game.outcomes().items():
            value = self.reading.outcomes(self.branch.decided)[outcome]
            if np.asarray(value).dtype != bool and not isinstance(np.ravel(np.asarray(value, dtype=object))[0], bool):
                slope = dual.slope(read(formula, dual, roles))
                found[outcome] = np.broadcast_to(slope, np.shape(value)) if np.ndim(value) else slope
        return found

    def _decided(self, speed: int) -> dict[str, Any]:
        """The leader's decision, moving at a speed."""
        name, number = self._lead, self.reading.algebra.number
        return {} if name is None else {name: self.dual.moving(self.branch.decided[name], number(speed))}

    def _roles(self, a: Any, data: Mapping[str, Any], own: Any) -> dict[str, Any]:
        population = self.reading.population
        roles = {**data, population.decision.name: own, "own": own, "others": a.sum(own) - own}
        for name, formula in population.aggregates.items():
            roles[name] = read(formula, a, roles)
        return roles

    def _second(self, a: Any, roles: Mapping[str, Any], own: Any, others: Any) -> Any:
        """How fast everybody's marginal utility moves, in an algebra of dual numbers over the one that moves."""
        outer = Derivative(a)
        marginal = outer.slope(
            read(self.reading.population.utility, outer, {**roles, "own": outer.variable(own), "others": others})
        )
        return a.slope(marginal)

    def _answer(self, a: Any, roles: Mapping[str, Any], own: Any, total: Any) -> Any:
        """Solve (∂²U/∂own² − ∂²U/∂own ∂others) dx + ∂²U/∂own ∂others dS + push = 0 of those between the bounds."""
        base, inside = a.base, self.branch.inside
        others, one = total - own, a.base.number(1)
        still = {name: a.value(value) for name, value in roles.items()}
        push = self._second(a, roles, own, others)
        by_own = self._second(a, still, a.moving(own, one), others)
        by_others = self._second(a, still, own, a.moving(others, one))
        lean, pushed = by_others / (by_own - by_others) * inside, push / (by_own - by_others) * inside
        moved = -base.sum(pushed) / (1 + base.sum(lean))
        return -(pushed + lean * moved)

    def _level(self, data: Mapping[str, Any], decided: Mapping[str, Any], rate: Any) -> Any:
        """How fast the leader's utility's slope along the replies moves, where everything moves as given."""
        dual, lead = self.dual, self._lead
        assert lead is not None
        assert self.reading.leader is not None
        own = dual.moving(self.branch.own, rate)
        inner = Derivative(dual)
        one = dual.number(1)
        answered = self._answer(inner, {**data, lead: inner.moving(decided[lead], one)}, own, dual.sum(own))
        roles = {**data, lead: inner.moving(decided[lead], one)}
        seen = self._roles(inner, roles, inner.moving(own, answered))
        return dual.slope(inner.slope(read(self.reading.leader.utility, inner, seen)))


def _between(own: Any, lower: Any, upper: Any) -> np.ndarray:
    """Who is strictly between two bounds; in doubles by more than their rounding."""
    if own.dtype == object:
        return np.array([bool(low < item < high) for item, low, high in zip(own, lower, upper, strict=True)])
    room = NEAR * np.minimum(upper - lower, np.maximum(np.max(own, initial=0.0), 1e-300))
    return np.asarray((own > lower + room) & (own < upper - room))


def _floats(values: Any) -> np.ndarray:
    return np.array([float(item) for item in values])
