"""Utilities with steps as one Pyomo model: each step a binary variable, bound to its side by what it compares.

Where nobody's utility depends on what others decide, the sum of all utilities is largest where each one is. With
L ≤ x − y ≤ M over the decisions' bounds, a step s = [x ≥ y] is

    L (1 − s) ≤ x − y ≤ M s.

At x = y both values of s are allowed. Where a utility rises with the step the optimum takes the declared one; where it
falls, the best is only approached, and the point that is returned is refuted by the certificate.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.contrib.fbbt.fbbt import compute_bounds_on_expr

from ....formulations.algebra import roles_of
from ....formulations.errors import UnsupportedModel
from ....formulations.language import Game
from ...readings.game import GameReading, leader_of, population_of
from ...readings.nonlinear import Nonlinear
from ...readings.piece_game import lines_of_steps
from ...readings.vectors import Vectors
from .complementarity_model import GameModel
from .piecewise_replies import replies_of

NEAR = 1e-3
"""Part of the range within which a solver's decision is sharpened: a flat optimum is found to the root of its gap."""


class Disjunctive(Nonlinear):
    """Formulas over Pyomo variables of a model, whose steps are binary variables of it."""

    def __init__(self, model: Any) -> None:
        self.model = model
        model.steps = pyo.VarList(domain=pyo.Binary)
        model.sides = pyo.ConstraintList()

    def at_least(self, x: Any, y: Any) -> Any:
        """The binary variable of a step; of plain numbers its value."""
        return np.frompyfunc(self._step, 2, 1)(x, y)

    def _step(self, x: Any, y: Any) -> Any:
        apart = x - y
        if isinstance(apart, int | float):
            return int(apart >= 0)
        low, high = compute_bounds_on_expr(apart)
        if low is None or high is None:
            raise UnsupportedModel("what a step compares has no bounds between which a disjunction could choose")
        if low >= 0 or high < 0:
            return int(low >= 0)
        step = self.model.steps.add()
        self.model.sides.add(apart >= low * (1 - step))
        self.model.sides.add(apart <= high * step)
        return step


def refuse_coupled(game: Game) -> None:
    """Refuse steps where somebody's utility depends on what others decide, or somebody decides before.

    Raises
    ------
    UnsupportedModel
        Naming the line of a step, and who takes it.
    """
    if leader_of(game) is not None or "others" in roles_of(population_of(game).utility):
        raise UnsupportedModel(
            f"takes steps of utilities that depend on the own decision alone, and {lines_of_steps(game)[0]} is one "
            "that others, or a leader, decide beside; best-response replies piece by piece"
        )


def stepwise(game: Game) -> GameModel:
    """Return the model whose optimum is everybody's best decision."""
    model = pyo.ConcreteModel()
    reading = GameReading(game, Disjunctive(model))
    ends = zip(np.asarray(reading.lower, dtype=float), np.asarray(reading.upper, dtype=float), strict=True)
    bounds = [(float(low), float(high)) for low, high in ends]
    model.own = pyo.Var(range(len(bounds)), bounds=lambda _, i: bounds[i])
    own = tuple(model.own[i] for i in range(len(bounds)))
    utilities = reading.utility(np.array(own, dtype=object), 0.0, {})
    model.objective = pyo.Objective(expr=pyo.quicksum(utilities), sense=pyo.maximize)
    return GameModel(model, own, None)


def sharpened_by_pieces(game: Game, own: np.ndarray) -> np.ndarray:
    """Return decisions moved onto what is best beside them: a solver's are near thresholds, and beyond some."""
    replies = replies_of(GameReading(game, Vectors()))
    return np.array(
        [
            reply.near(min(max(here, reply.low), reply.high), {}, NEAR * (reply.high - reply.low))
            for reply, here in zip(replies, own.tolist(), strict=True)
        ]
    )
