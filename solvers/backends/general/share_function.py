"""The general method for contests and other aggregative games: the total at which the replacements add up to it.

A leader's decision is then found by search.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ....formulations.algebra import read
from ....formulations.errors import UnsupportedModel
from ....formulations.language import Declaration, Game, Model
from ...installed import version
from ...readings.game import GameReading, population_of
from ...readings.piece_game import refuse_steps
from ...readings.reformulation import decisions_from, game_form_of, refuse_whole
from ...readings.vectors import Vectors
from ...response import equilibrium
from ...solution import Answer, Request
from .scalar_search import best_on_range


def backends() -> tuple[ShareFunction, ...]:
    """Return the share-function method."""
    return (ShareFunction(),)


@dataclass(frozen=True)
class ShareFunction:
    """Solves any game of one population, after at most one leader, whose utilities are smooth and concave."""

    mechanism: ClassVar[type] = Game
    name: str = "share-function"

    def accepts(self, model: Declaration) -> str | None:
        """Return None for games of the shape [leader,] population."""
        try:
            game = game_form_of(model, "try cvxpy or pyomo").game
            population_of(game)
            refuse_whole(game)
            refuse_steps(game)
        except UnsupportedModel as refusal:
            return str(refusal)
        return None

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return the equilibrium, at the leader's best decision if there is a leader."""
        if request.arithmetic == "exact":
            raise UnsupportedModel("share-function computes in floats; certify its answer with arithmetic='exact'")
        assert isinstance(model, Model)
        request.refuse_options(self.name)
        form = game_form_of(model, "try cvxpy or pyomo")
        reading = GameReading(form.game, Vectors())
        decided = {} if reading.leader is None else {reading.leader.decision.name: best_decision(reading)}
        own = equilibrium(reading, decided)
        values = decisions_from(form, model, {**decided, reading.population.decision.name: own})
        return Answer(values, claimed="root found", versions={"scipy": version("scipy")})


def best_decision(reading: GameReading) -> float:
    """Return the leader's best decision between its bounds, by search."""
    assert reading.leader is not None
    leader, name = reading.leader, reading.population.decision.name

    def value(choice: float) -> float:
        decided = {leader.decision.name: choice}
        roles = reading.roles({**decided, name: equilibrium(reading, decided)})
        return float(read(leader.utility, reading.algebra, roles))

    return best_on_range(value, float(leader.decision.lower), float(leader.decision.upper), 25)
