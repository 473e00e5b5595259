"""A game as one Pyomo model: everybody's optimality as complementarity, the leader's decision a variable beside theirs.

For each person 0 ≤ own − lower ⊥ −∂U/∂own on the lower side, and the same mirrored on the upper: the marginal utility
is negative only at the lower bound and positive only at the upper one. Its sign is that of the numerator p, so no
fraction enters the model. Decisions are scaled by undominated upper bounds, the leader's by its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.contrib.fbbt.fbbt import compute_bounds_on_expr

from ....formulations.algebra import read
from ....formulations.language import Game
from ...readings.game import GameReading
from ...readings.nonlinear import Nonlinear
from ...readings.vectors import Vectors
from .optimality_conditions import marginal_sign, people_of, undominated

LEAST_TOTAL = 1e-6
"""The least total in a model, relative to the greatest: at nobody deciding anything, shares are not defined.

It is at least a hundred times the solvers' feasibility tolerances, else a total of zero would pass for it. An
equilibrium with a smaller total is no point of the model; where the leader's best is to have none, `idle_is_better`
puts the answer there.
"""


@dataclass(frozen=True)
class GameModel:
    """A Pyomo model of a game, with the decisions as expressions of its variables.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> from mechproof.solvers.backends.general.complementarity_model import disjunctive
    >>> built = disjunctive(StackelbergPricing(cost=[1, 1], alpha=4, beta=2))
    >>> built.model.nobody[0].domain.name, len(built.own)
    ('Binary', 2)
    """

    model: Any
    own: tuple[Any, ...]
    choice: Any

    def decisions(self) -> tuple[np.ndarray, float | None]:
        """Return the population's and the leader's decisions from the variables' values."""
        own = np.array([float(pyo.value(entry)) for entry in self.own])
        return own, None if self.choice is None else float(pyo.value(self.choice))


def disjunctive(game: Game) -> GameModel:
    """Return the model whose complementarity is a choice between finitely bounded sides, by binary variables.

    With y_i = `nobody` (at the lower bound) and v_i = `capped` (at the upper one), L_i ≤ p_i ≤ M_i over the box:

        L_i y_i ≤ p_i ≤ M_i v_i,    z_i ≤ 1 − y_i,    z_i ≥ v_i,    y_i + v_i ≤ 1.
    """
    frame = _Frame(game)
    model, people = frame.model, range(frame.count)
    model.nobody = pyo.Var(people, domain=pyo.Binary)
    model.capped = pyo.Var(people, domain=pyo.Binary)
    model.sign = pyo.Var(people)
    model.sides = pyo.ConstraintList()
    for i in people:
        numerator, low, high = frame.scaled_sign(i)
        z, sign = model.z[i], model.sign[i]
        # a person with one possible decision only has no condition to meet
        if frame.upper[i] <= frame.lower[i]:
            z.fix(0)
            continue
        if not frame.may_cap[i]:
            model.capped[i].fix(0)
            high = min(high, 0.0)
        sign.setlb(min(low, 0.0))
        sign.setub(max(high, 0.0))
        model.sides.add(sign == numerator)
        model.sides.add(sign >= min(low, 0.0) * model.nobody[i])
        model.sides.add(sign <= max(high, 0.0) * model.capped[i])
        model.sides.add(z <= 1 - model.nobody[i])
        if frame.may_cap[i]:
            model.sides.add(z >= model.capped[i])
            model.sides.add(model.nobody[i] + model.capped[i] <= 1)
    return frame.finished()


def relaxed(game: Game) -> GameModel:
    """Return the smooth model: multipliers of both bounds, whose products with the slacks are at most `slack`.

    ∂U_i/∂own + λ_i − μ_i = 0,  λ_i z_i ≤ `slack`,  μ_i (1 − z_i) ≤ `slack`; it is driven to zero from outside. The
    marginal utility keeps its denominator here: cleared of it, nobody deciding anything would be a solution.
    """
    frame = _Frame(game)
    model, people = frame.model, range(frame.count)
    model.slack = pyo.Param(initialize=1.0, mutable=True)
    model.below = pyo.Var(people, bounds=(0, None), initialize=0.1)
    model.above = pyo.Var(people, bounds=(0, None), initialize=0.1)
    model.sides = pyo.ConstraintList()
    marginal = frame.scaled_marginals()
    for i in people:
        if frame.upper[i] <= frame.lower[i]:
            model.z[i].fix(0)
            continue
        if not frame.may_cap[i]:
            model.above[i].fix(0)
        else:
            model.sides.add(model.above[i] * (1 - model.z[i]) <= model.slack)
        model.sides.add(marginal[i] + model.below[i] - model.above[i] == 0)
        model.sides.add(model.below[i] * model.z[i] <= model.slack)
    return frame.finished()


class _Frame:
    """What both models share: scaled variables, the total, the objective."""

    def __init__(self, game: Game) -> None:
        self.reading = GameReading(game, Nonlinear())
        self.numbers = numbers = GameReading(game, Vectors())
        self.count = numbers.population.count or 0
        self.lower = np.asarray(numbers.lower, dtype=np.float64)
        self.upper = np.maximum(np.minimum(undominated(numbers), numbers.upper), self.lower)
        self.may_cap = self.upper >= np.asarray(numbers.upper)
        self.model = model = pyo.ConcreteModel()
        model.z = pyo.Var(range(self.count), bounds=(0, 1), initialize=0.2)
        spread = self.upper - self.lower
        self.own = tuple(float(self.lower[i]) + float(spread[i]) * model.z[i] for i in range(self.count))
        self.most = float(np.sum(self.upper))
        least = max(float(np.sum(self.lower)) / self.most, LEAST_TOTAL)
        model.total = pyo.Var(bounds=(least, 1), initialize=max(0.2, least))
        self.total = self.most * model.total
        model.adds_up = pyo.Constraint(expr=model.total == pyo.quicksum(self.own) / self.most)
        self.choice: Any = None
        if self.reading.leader is not None:
            bounds = self.reading.leader.decision
            low, high = float(bounds.lower), float(bounds.upper)
            model.choice = pyo.Var(bounds=(0, 1), initialize=0.5)
            self.choice = low + (high - low) * model.choice
        sign = marginal_sign(self.reading)
        self._signs = [
            sign.of(own, self.total, roles)
            for own, roles in zip(self.own, people_of(self.reading, sign.roles, self.decided), strict=True)
        ]

    @property
    def decided(self) -> dict[str, Any]:
        return {} if self.reading.leader is None else {self.reading.leader.decision.name: self.choice}

    def scaled_sign(self, i: int) -> tuple[Any, float, float]:
        """Return a person's numerator scaled to at most one, and its bounds."""
        low, high = compute_bounds_on_expr(self._signs[i])
        if low is None or high is None or low == high:
            # bounds that are not finite bind nothing; this is far outside scaled quantities, a guess: where a numerator
            # goes beyond it, points are cut off and the answer is a worse one
            return self._signs[i], -1e6, 1e6
        scale = max(abs(low), abs(high))
        return self._signs[i] / scale, low / scale, high / scale

    def scaled_marginals(self) -> Any:
        """Return the marginal utilities, in units of what they are at the upper bound against half of all."""
        own = np.array(self.own, dtype=object)
        found = self.reading.marginal(own, self.total - own, self.decided)
        high = (
            {} if self.reading.leader is None else {k: float(self.reading.leader.decision.upper) for k in self.decided}
        )
        with np.errstate(all="ignore"):
            units = np.abs(self.numbers.marginal(self.upper, np.full(self.count, self.most / 2), high))
        return found / np.where(np.isfinite(units) & (units > 0), units, 1.0)

    def finished(self) -> GameModel:
        """Return the model with its objective: the leader's utility; else the total, away from nobody deciding."""
        leader = self.reading.leader
        if leader is None:
            self.model.objective = pyo.Objective(expr=self.model.total, sense=pyo.maximize)
        else:
            own = np.array(self.own, dtype=object)
            roles = self.reading.roles({**self.decided, self.reading.population.decision.name: own})
            scale = max(abs(float(leader.decision.upper)), abs(float(leader.decision.lower)))
            utility = read(leader.utility, self.reading.algebra, roles) / scale
            self.model.objective = pyo.Objective(expr=utility, sense=pyo.maximize)
        return GameModel(self.model, self.own, self.choice)
