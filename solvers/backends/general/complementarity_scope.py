"""What each solver through Pyomo takes: games with smooth utilities and programs, up to sizes found to be solved."""

from __future__ import annotations

from typing import Any

import numpy as np

from ....formulations.algebra import read, roles_of
from ....formulations.errors import UnsupportedModel
from ....formulations.language import Declaration, Game, Program
from ...readings.derivative import Derivative
from ...readings.game import GameReading, leader_of, population_of
from ...readings.intervals import Interval, Intervals
from ...readings.piece_game import lines_of_steps
from ...readings.reformulation import TAKES_NO_DISCRETE, has_discrete, refuse_whole

MOST_PEOPLE = {"scip": 50, "pounce": 300, "highs": 300}
"""Up to how many people games were found to be solved in reasonable time."""
MOST_VARIABLES = {"scip": 300, "pounce": 10_000, "highs": 300}
"""The same of programs' variables."""


def refuse_game(solver: str, game: Game) -> None:
    """Refuse games with too many people, with utilities that ask for parts, and with kinks.

    Raises
    ------
    UnsupportedModel
        Naming what the solver does not take, and who does.
    """
    count = population_of(game).count or 0
    refuse_whole(game)
    parts = {name for name, value in vars(game).items() if isinstance(value, Declaration)}
    if asked := parts & set(roles_of(population_of(game).utility)):
        raise UnsupportedModel(f"cannot, because the utility asks for {min(asked)}, a part; try share-function")
    most = MOST_PEOPLE[solver]
    if count > most:
        raise UnsupportedModel(
            f"takes at most {most} people in reasonable time, not {count}; "
            "closed-form, share-function and cvxpy:PIQP take more"
        )
    if solver == "highs":
        _refuse_beyond_quadratic(game.convex_form().program)
    elif solver == "scip" and lines_of_steps(game):
        from .stepwise_model import refuse_coupled

        refuse_coupled(game)
    else:
        _refuse_unsmooth(game)


def refusal_of_program(solver: str, program: Program) -> str | None:
    """Return why a solver does not take a program, None if it does."""
    try:
        _refuse_program(solver, program)
    except UnsupportedModel as refusal:
        return str(refusal)
    return None


def _refuse_program(solver: str, program: Program) -> None:
    from .program_model import direct

    count = sum(int(np.size(item.lower)) for item in program.variables())
    if solver == "pounce" and has_discrete(program):
        raise UnsupportedModel(TAKES_NO_DISCRETE.format(type(program).__name__))
    built = direct(program) if count <= MOST_VARIABLES["pounce"] else None
    if solver == "highs" and built is not None and set(built.degree) <= {0, 1}:
        return
    if built is None or count > MOST_VARIABLES[solver]:
        most = MOST_VARIABLES[solver]
        raise UnsupportedModel(f"takes at most {most} variables in reasonable time, not {count}; try cvxpy")
    _refuse_kinks(built)
    if solver == "highs":
        _refuse_beyond_quadratic(program)


def _refuse_beyond_quadratic(program: Program) -> None:
    """Refuse what is not a convex program with a quadratic objective and linear constraints."""
    from ...readings.convex_program import disciplined
    from .program_model import direct

    objective, sides = direct(program).degree
    if objective not in (0, 1, 2) or sides not in (0, 1):
        raise UnsupportedModel(
            "takes linear constraints and a linear or convex quadratic objective only; "
            f"pyomo:pounce and pyomo:scip take {type(program).__name__} as it is"
        )
    if (refusal := disciplined(program)) is not None:
        raise UnsupportedModel(refusal)


def _refuse_kinks(built: Any) -> None:
    if built.conditional is not None:
        raise UnsupportedModel(f"takes no counts or conditions, and {built.conditional} has one")
    if built.kinked is not None:
        raise UnsupportedModel(f"takes smooth formulas only, and {built.kinked} has a kink; cvxpy takes convex ones")


def _refuse_unsmooth(game: Game) -> None:
    """Refuse utilities with counts or kinks, by reading their derivatives over intervals."""
    if lines := lines_of_steps(game, steps_only=False):
        raise UnsupportedModel(f"takes smooth utilities only, and {lines[0]} is none; best-response replies by pieces")
    dual = Derivative(Intervals())
    reading = GameReading(game, dual)
    players = [player for player in (leader_of(game), reading.population) if player is not None]
    uppers = {player.decision.name: np.asarray(player.decision.upper, dtype=np.float64) for player in players}
    try:
        roles = reading.roles({name: dual.variable(Interval(upper / 2, upper)) for name, upper in uppers.items()})
        for player in players:
            read(player.utility, dual, roles)
    except TypeError as error:
        raise UnsupportedModel(f"takes smooth utilities only: {error}") from None
