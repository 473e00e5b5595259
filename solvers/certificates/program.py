"""Certify the answer to a convex program: feasible, and how far its objective can be from the optimum.

For multipliers λ ≥ 0 of the constraints g ≥ 0 and any ν of the equalities h = 0 the Lagrangian L = f − λg − νh is
convex and below f on feasible points, so that over the variables' box

    optimum ≥ L(x) − Σ_j max over the box of ∂L/∂x_j (x_j − y_j).

Any multipliers give a bound; good ones are found by least squares and need not be believed. That the program is convex
is taken from its reading by disciplined convex rules, which is apart from the solver.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...formulations.algebra import Formula, read
from ...formulations.errors import UnsupportedModel
from ...formulations.language import Declaration, Program
from ..readings.derivative import Derivative
from ..readings.program import ProgramReading
from ..readings.vectors import Vectors
from ..solution import Certificate, Solution
from .feasibility import feasibility


def certify_program(program: Declaration, solution: Solution, arithmetic: str, tolerance: float) -> Certificate:
    """Judge an answer to a program of which nothing more is known; see the module's text."""
    if not isinstance(program, Program):
        raise UnsupportedModel(
            f"{type(program).__name__} is no program; give it a certificate with mechproof.certificate_of"
        )
    reading = ProgramReading(program, Vectors())
    found = feasibility(solution, reading, tolerance)
    if found.objection is not None:
        return found.certificate(tolerance, "float")
    violation, algebra, roles = found.violation, reading.algebra, {**reading.data, **found.decisions}
    lower, upper = (
        np.concatenate([np.atleast_1d(algebra.vector(b)) for b in side])
        for side in zip(*((v.lower, v.upper) for v in program.variables()), strict=True)
    )
    point = np.concatenate([np.atleast_1d(roles[v.name]) for v in program.variables()])
    slacks = [np.atleast_1d(slack) for slack in reading.constraints(found.decisions).values()]
    objective = float(reading.objective(found.decisions))
    from ..readings.convex_program import disciplined

    not_convex = disciplined(program)
    if not_convex is not None:
        return Certificate(
            True, None, violation, None, None, tolerance, "float", f"not shown to be convex: {not_convex}"
        )
    gap = _gap(program, roles, point, lower, upper, slacks) / max(abs(objective), 1.0)
    reason = "the Lagrangian bounds the optimum from below"
    return Certificate(True, gap <= tolerance or None, violation, gap, None, tolerance, "float", reason)


def _gap(program: Program, roles: dict[str, Any], point: Any, lower: Any, upper: Any, slacks: list[Any]) -> float:
    """A bound on how far the objective is above the optimum."""
    from scipy.optimize import lsq_linear

    gradient = _jacobian(program, program.objective(), roles)[0]
    rows = [_jacobian(program, c.slack, roles) for c in program.constraints()]
    equal = [np.full(len(s), c.equality) for s, c in zip(slacks, program.constraints(), strict=True)]
    jacobian = np.concatenate(rows) if rows else np.zeros((0, len(point)))
    slack, equality = (np.concatenate(x) if x else np.zeros(0) for x in (slacks, equal))
    if len(slack):
        # a multiplier costs λ g, a leftover gradient costs its reach within the box: weigh the rows by that reach
        reach = np.where(gradient > 0, point - lower, upper - point) + 1e-9 * (upper - lower)
        system = np.vstack([(jacobian * reach).T, np.diag(np.where(equality.astype(bool), 0.0, np.abs(slack)))])
        target = np.concatenate([gradient * reach, np.zeros(len(slack))])
        least = np.where(equality.astype(bool), -np.inf, 0.0)
        multipliers = lsq_linear(system, target, bounds=(least, np.inf), tol=1e-14).x
        gradient = gradient - multipliers @ jacobian
        paid = float(multipliers @ slack)
    else:
        paid = 0.0
    return max(paid, 0.0) + float(np.sum(np.maximum(gradient * (point - lower), gradient * (point - upper))))


def _jacobian(program: Program, formula: Formula, roles: dict[str, Any]) -> Any:
    """The derivatives of a formula's entries by every variable's every entry, one direction at a time."""
    dual = Derivative(Vectors())
    columns = []
    for variable in program.variables():
        value = roles[variable.name]
        for direction in np.eye(value.size):
            moved = dual.moving(value, direction.reshape(value.shape))
            columns.append(np.atleast_1d(dual.slope(read(formula, dual, {**roles, variable.name: moved}))))
    rows = max(len(column) for column in columns)
    return np.stack([np.broadcast_to(column, rows) for column in columns], axis=1)
