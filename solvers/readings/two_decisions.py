"""A game whose people decide on two things at once: utilities, both marginal utilities and how these bend.

In the formulas of a decision on x and on y the roles are `own_x`, `others_x`, `own_y` and `others_y`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from ...formulations.algebra import read
from ...formulations.errors import UnsupportedModel
from ...formulations.examination import roles_of_two
from ...formulations.language import Game, Player
from .derivative import Derivative
from .game import GameReading

Pair: TypeAlias = tuple[Any, Any]


def population_of_two(game: Game) -> Player:
    """Return the population of a game that decides on two things, after at most one leader.

    Raises
    ------
    UnsupportedModel
        When the game has another shape.
    """
    players = game.players()
    led = len(players) == 2 and players[0].count is None and players[0].second is None
    if not (led or len(players) == 1) or players[-1].count is None or players[-1].second is None:
        shape = ", ".join(f"{player.name} ({player.count or 'one'})" for player in players)
        raise UnsupportedModel(
            f"{type(game).__name__} is played by {shape}; two decisions a person are taken of one population, after at "
            "most one leader"
        )
    return players[-1]


@dataclass(frozen=True)
class TwoDecisions(GameReading):
    """One reading of a game whose people decide on two things.

    The own decisions and the others' sums are pairs, of the first decision and of the second.
    """

    @cached_property
    def population(self) -> Player:
        """The population."""
        return population_of_two(self.game)

    @property
    def names(self) -> tuple[str, str]:
        """What the two decisions are called."""
        first, second = self.population.choices
        return first.name, second.name

    @cached_property
    def bounds(self) -> tuple[Pair, Pair]:
        """The lower and the upper bounds of the first decision and of the second."""
        first, second = self.population.choices
        vector = self.algebra.vector
        return (vector(first.lower), vector(second.lower)), (vector(first.upper), vector(second.upper))

    def roles(self, decisions: Mapping[str, Any]) -> dict[str, Any]:
        """Return every role at given decisions."""
        own = tuple(decisions[name] for name in self.names)
        roles = {**self.data, **decisions, **self.of_two(own, self.faced(own))}
        for name, formula in self.population.aggregates.items():
            roles[name] = read(formula, self.algebra, roles)
        return roles

    def of_two(self, own: Any, others: Any) -> dict[str, Any]:
        """Return the roles that are decisions."""
        return dict(zip(roles_of_two(self.population), (own[0], others[0], own[1], others[1]), strict=True))

    def faced(self, own: Any) -> Pair:
        """Return what the others of everybody decide together."""
        return self.algebra.sum(own[0]) - own[0], self.algebra.sum(own[1]) - own[1]

    def worth(self, own: Any, others: Any) -> Any:
        """Return everybody's utility."""
        return read(self.population.utility, self.algebra, {**self.data, **self.of_two(own, others)})

    def slopes(self, own: Any, others: Any) -> Pair:
        """Return both marginal utilities of everybody, the others' sums being given."""
        return self._slope(0, own, others), self._slope(1, own, others)

    def _slope(self, k: int, own: Any, others: Any) -> Any:
        dual = Derivative(self.algebra)
        moving = [dual.variable(value) if j == k else value for j, value in enumerate(own)]
        found = dual.slope(read(self.population.utility, dual, {**self.data, **self.of_two(moving, others)}))
        return self._for_all(found, own)

    def bends(self, own: Any, others: Any) -> list[list[Any]]:
        """Return how each marginal utility moves with the own decisions and the others' sums.

        A row for each of the two, with the rates along own x, own y, others' x and others' y.
        """
        return [[self._bend(k, along, own, others) for along in range(4)] for k in range(2)]

    def jacobian(self, own: Any, others: Any) -> Any:
        """Return how everybody's marginal utilities move with everybody's decisions, the first ones, then the second.

        Whoever moves is one of the others of everybody else.
        """
        bends, count = self.bends(own, others), self.population.count or 0
        found = np.empty((2 * count, 2 * count), dtype=np.asarray(bends[0][0]).dtype)
        for k in range(2):
            for j in range(2):
                for i in range(count):
                    found[k * count + i, j * count : (j + 1) * count] = bends[k][2 + j][i]
                    found[k * count + i, j * count + i] = bends[k][j][i]
        return found

    def _bend(self, k: int, along: int, own: Any, others: Any) -> Any:
        once = Derivative(self.algebra)
        twice = Derivative(once)
        roles = [*own, *others]
        roles[along] = once.variable(roles[along])
        roles[k] = twice.variable(roles[k])
        formula = read(self.population.utility, twice, {**self.data, **self.of_two(roles[:2], roles[2:])})
        return self._for_all(once.slope(twice.slope(formula)), own)

    def _for_all(self, found: Any, own: Any) -> Any:
        """Return an entry for everybody, where a rate is one number for all."""
        return found if np.shape(found) else found + own[0] * 0

    def over(self, algebra: Any) -> TwoDecisions:
        """Return the same game, read in another algebra."""
        return TwoDecisions(self.game, algebra)
