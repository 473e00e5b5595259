"""A game on one piece of everybody's range: the sides of steps and kinks are chosen, and what is left is smooth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.algebra import Formula, asking, roles_of
from ...formulations.data import as_fractions
from ...formulations.errors import UnsupportedModel
from ...formulations.language import Constraint, Decision, Game, Player
from .branches import Piece, pieces_of, places_of
from .game import GameReading, population_of
from .rationals import Rationals


class Taken:
    """Formulas over another algebra, the sides of whose steps and kinks are given in the order in which they are met.

    Examples
    --------
    >>> from mechproof.solvers.readings.scalars import Scalars
    >>> Taken(Scalars(), [1, 0]).at_least(2, 3), Taken(Scalars(), [0]).maximum(2, 3)
    (1, 3)
    """

    def __init__(self, base: Any, sides: Sequence[Any]) -> None:
        self.base, self.name, self.level, self._ahead = base, base.name, base.level, iter(sides)

    def __getattr__(self, word: str) -> Any:
        return getattr(self.base, word)

    def at_least(self, x: Any, y: Any) -> Any:
        """The side of a step."""
        return next(self._ahead)

    def maximum(self, x: Any, y: Any) -> Any:
        """The side that is taken for the larger."""
        return self._picked(next(self._ahead), x, y)

    def minimum(self, x: Any, y: Any) -> Any:
        """The side that is taken for the smaller."""
        return self._picked(next(self._ahead), y, x)

    def absolute(self, x: Any) -> Any:
        """The side that is taken for the sign."""
        return self._picked(next(self._ahead), x, -x)

    def _picked(self, side: Any, x: Any, y: Any) -> Any:
        if isinstance(side, int):
            return x if side else y
        return side * x + (1 - side) * y


def taken(formula: Formula, sides: Sequence[int]) -> Formula:
    """Return a formula with one side for each step and kink.

    Examples
    --------
    >>> from mechproof.solvers.readings.scalars import Scalars
    >>> paid = taken(lambda a, own, least: own * a.at_least(own, least), [1])
    >>> paid(Scalars(), own=1.0, least=2.0)
    1.0
    """
    return asking(roles_of(formula), lambda a, **roles: formula(Taken(a, sides), **roles))


class PieceGame(Game):
    """A game whose population decides within one piece each, with the sides of all steps and kinks as numbers."""

    inner: Game
    pieces: tuple[Piece, ...]

    def players(self) -> tuple[Player, ...]:
        """The game's own, the population with other bounds and a smooth utility."""
        lower, upper = (np.array(ends, dtype=object) for ends in zip(*self._ends, strict=True))
        return tuple(
            player
            if player.count is None
            else replace(
                player,
                decision=Decision(player.decision.name, lower, upper, unit=player.decision.unit),
                utility=self._smooth(player.utility),
            )
            for player in self.inner.players()
        )

    @property
    def _ends(self) -> list[tuple[Any, Any]]:
        return [(piece.low, piece.high) for piece in self.pieces]

    def _smooth(self, utility: Formula) -> Formula:
        names = tuple(f"side_{k}" for k in range(len(self.pieces[0].sides)))

        def smooth(a: Any, **roles: Any) -> Any:
            given = {name: value for name, value in roles.items() if name not in names}
            return utility(Taken(a, [roles[name] for name in names]), **given)

        return asking((*roles_of(utility), *names), smooth)

    def constraints(self) -> tuple[Constraint, ...]:
        """None: they are the game's own."""
        return ()

    def read_in(self, algebra: Any) -> dict[str, Any]:
        """The game's own data, and everybody's sides."""
        sides = zip(*(piece.weights for piece in self.pieces), strict=True)
        return {
            **self.inner.read_in(algebra),
            **{f"side_{k}": algebra.vector([float(one) for one in side]) for k, side in enumerate(sides)},
        }


@dataclass(frozen=True)
class Branching:
    """The pieces of everybody's range in a game, over fractions."""

    game: Game
    decided: Mapping[str, Any]

    @cached_property
    def reading(self) -> GameReading:
        """The game over fractions."""
        return GameReading(self.game, Rationals())

    def pieces(self, index: int, others: Any) -> list[Piece]:
        """Return a person's pieces where the others' decisions add up to so much."""
        low, high = self.reading.lower[index], self.reading.upper[index]
        roles = {**one_of(self.reading, index), **self.known, "others": others}
        return pieces_of(self.reading.population.utility, roles, low, high)

    @cached_property
    def known(self) -> dict[str, Any]:
        """The earlier decisions, as fractions."""
        return {name: as_fractions([value])[0] for name, value in self.decided.items() if np.ndim(value) == 0}


def one_of(reading: GameReading, index: int) -> dict[str, Any]:
    """Return the data with one person's entry in place of everybody's."""
    count = (reading.population.count,)
    return {name: value[index] if np.shape(value) == count else value for name, value in reading.data.items()}


def lines_of_steps(game: Game, steps_only: bool = True) -> tuple[str, ...]:
    """Return the lines of the steps (and kinks) of a population's utility that the own decision moves.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> lines_of_steps(StackelbergPricing(cost=[1, 1], alpha=4, beta=2))
    ()
    """
    if population_of(game).count == 0:
        return ()
    reading = GameReading(game, Rationals())
    try:
        roles = one_of(reading.subset([0]), 0) if reading.population.count == 1 else one_of(reading, 0)
        led = {} if reading.leader is None else {reading.leader.decision.name: reading.leader.decision.upper}
        known = {**roles, **{name: as_fractions([value])[0] for name, value in led.items()}}
        return places_of(reading.population.utility, {**known, "others": as_fractions([1])[0]}, steps_only)
    except (UnsupportedModel, TypeError, ZeroDivisionError, AttributeError):
        return ()


def refuse_steps(game: Game) -> None:
    """Refuse a game whose utilities jump.

    Raises
    ------
    UnsupportedModel
        Naming the line, and who takes it.
    """
    lines = lines_of_steps(game)
    if lines:
        raise UnsupportedModel(f"takes no steps, and {lines[0]} is one; best-response replies piece by piece")
