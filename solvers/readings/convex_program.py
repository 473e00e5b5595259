"""A declared program as a CVXPY problem: scaled, and every part checked for disciplined convexity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import cvxpy as cp
import numpy as np

from ...formulations.algebra import read
from ...formulations.errors import UnsupportedModel
from ...formulations.language import Constraint, Decision, Program
from .convex import Convex, Elementwise, bare
from .scaling import bounds_of, multiplier, row_scales
from .vectors import Vectors


@dataclass(frozen=True)
class ConvexModel:
    """A program's CVXPY reading; variables run over [0, 1] inside the model.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.contest import ContestShares
    >>> model = ConvexModel.of(ContestShares([1, 1]))
    >>> _ = model.problem().solve(solver="CLARABEL")
    >>> model.values()["share"].round(6)
    array([0.5, 0.5])
    """

    program: Program
    unit: Mapping[str, Any]
    inside: Mapping[str, Any]
    objective: Any
    slacks: tuple[tuple[Constraint, Any], ...]
    multiplier: float
    pins: Mapping[str, Any] = field(default_factory=dict)

    @staticmethod
    def of(program: Program, algebra: Convex | None = None) -> ConvexModel:
        """Read a program, in another reading of its kind if one is given.

        Raises
        ------
        UnsupportedModel
            When a formula cannot be read.
        """
        algebra = algebra or Convex()
        unit = {item.name: cp.Variable(np.shape(item.lower), name=item.name) for item in program.variables()}
        inside = {item.name: _scaled(item, unit[item.name]) for item in program.variables()}
        roles = {**program.read_in(algebra), **{name: Elementwise(x) for name, x in inside.items()}}
        objective = cp.sum(bare(read(program.objective(), algebra, roles)))
        scales = row_scales(program)
        slacks = tuple(
            (item, _times(scales[item.name], bare(read(item.slack, algebra, roles)))) for item in program.constraints()
        )
        return ConvexModel(program, unit, inside, objective, slacks, multiplier(program))

    def objection(self) -> str | None:
        """Return the first part that is not a disciplined convex formula, or None."""
        if not self.objective.is_convex():
            return _not_disciplined(self.program.objective().__name__, "the objective", "convex", self.objective)
        for item, slack in self.slacks:
            expression = slack if isinstance(slack, cp.Expression) else cp.Constant(slack)
            if item.equality and not expression.is_affine():
                return _not_disciplined(item.slack.__name__, f"the equality {item.name}", "affine", expression)
            if not item.equality and not expression.is_concave():
                return _not_disciplined(item.slack.__name__, f"the constraint {item.name}", "concave", expression)
        return None

    def pinned(self, pins: Mapping[str, Any]) -> ConvexModel:
        """Return the same model with some variables held: of each, indices and values in [0, 1]."""
        return replace(self, pins=dict(pins))

    def holds(self) -> dict[str, Any]:
        """Return the equalities that hold the pinned variables."""
        return {name: self.unit[name][indices] == values for name, (indices, values) in self.pins.items()}

    def problem(self, holds: Mapping[str, Any] | None = None) -> Any:
        """Return the CVXPY problem."""
        constraints = [slack == 0 if item.equality else slack >= 0 for item, slack in self.slacks]
        constraints += list((holds or {}).values())
        for name, z in self.unit.items():
            free = np.ones(z.shape, dtype=bool)
            if name in self.pins:
                free[self.pins[name][0]] = False
            if free.all():
                constraints += [z >= 0, z <= 1]
            elif free.any():
                constraints += [z[free] >= 0, z[free] <= 1]
        return cp.Problem(cp.Minimize(self.objective * self.multiplier), constraints)

    def values(self) -> dict[str, Any]:
        """Return the variables' values after a solve, within their bounds."""
        algebra, result = Vectors(), {}
        for item in self.program.variables():
            lower, upper = bounds_of(item)
            value = np.clip(np.asarray(self.unit[item.name].value), 0, 1)
            if item.name in self.pins:
                indices, held = self.pins[item.name]
                value[indices] = held
            result[item.name] = algebra.vector(lower + (upper - lower) * value)
        return result


def disciplined(program: Program, algebra: Convex | None = None) -> str | None:
    """Return which part of a program is not known to be convex by disciplined rules, or None.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.contest import ContestShares
    >>> disciplined(ContestShares([1, 1])) is None
    True
    """
    try:
        return ConvexModel.of(program, algebra).objection()
    except UnsupportedModel as refusal:
        return str(refusal)


def _scaled(item: Decision, unit: Any) -> Any:
    lower, upper = bounds_of(item)
    return lower + cp.multiply(upper - lower, unit)


def _times(scale: Any, slack: Any) -> Any:
    return cp.multiply(scale, slack) if isinstance(slack, cp.Expression) else scale * slack


def _not_disciplined(formula: str, what: str, wanted: str, expression: Any) -> str:
    curvature = str(expression.curvature).lower()
    part = next((str(type(p).__name__) for p in _parts(expression) if p.curvature == "UNKNOWN"), None)
    why = f"the innermost part of unknown curvature is a {part}" if part and curvature == "unknown" else "as it is"
    return (
        f"cannot, because {what} ({formula}) is not {wanted} by disciplined rules but {curvature}, {why}; "
        f"a convex formulation would help, or pyomo:scip, which takes others"
    )


def _parts(expression: Any) -> Any:
    for argument in expression.args:
        yield from _parts(argument)
    yield expression
