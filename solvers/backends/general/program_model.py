"""A declared program in Pyomo: as it is, or the optimality conditions of a convex one, with binary variables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr.calculus.derivatives import Modes, differentiate
from pyomo.core.expr.numeric_expr import AbsExpression, Expr_ifExpression

from ....formulations.algebra import read
from ....formulations.among import values_of
from ....formulations.language import Decision, Program
from ...readings.nonlinear import Nonlinear
from ...readings.scaling import multiplier, row_scales
from ...readings.vectors import TINY, Vectors


@dataclass(frozen=True)
class ProgramModel:
    """A Pyomo model of a program; its variables `z` run over [0, 1], the program's own are expressions of them.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.contest import ContestShares
    >>> built = direct(ContestShares([1, 1]))
    >>> built.model.objective.expr.polynomial_degree()
    2
    """

    program: Program
    model: Any
    inside: dict[str, Any]

    def values(self) -> dict[str, Any]:
        """Return the program's variables from the model's values."""
        found = {name: np.vectorize(pyo.value, otypes=[float])(entries) for name, entries in self.inside.items()}
        algebra = Vectors()
        return {
            # solvers are content with what is nearly whole
            item.name: np.clip(
                _settled(item, found[item.name]), algebra.vector(item.lower), algebra.vector(item.upper)
            )[()]
            for item in self.program.variables()
        }

    def formulas(self) -> list[tuple[str, Any]]:
        """Return the objective and the constraints, each with its name."""
        sides = [(str(item.name), item.body) for item in self.model.component_data_objects(pyo.Constraint)]
        return [("the objective", self.model.objective.expr), *sides]

    def has(self, kind: type) -> str | None:
        """Return the name of a formula with an expression of a kind, or None."""
        return next((name for name, body in self.formulas() if any(isinstance(p, kind) for p in _parts(body))), None)

    @property
    def kinked(self) -> str | None:
        """The name of a formula with a kink."""
        return self.has(AbsExpression)

    @property
    def conditional(self) -> str | None:
        """The name of a formula with a condition."""
        return self.has(Expr_ifExpression)

    @property
    def degree(self) -> tuple[int | None, int | None]:
        """The degrees of the objective and of the constraints, None where one is not polynomial."""
        degrees = [body.polynomial_degree() if hasattr(body, "polynomial_degree") else 0 for _, body in self.formulas()]
        sides = degrees[1:]
        return degrees[0], None if None in sides else max(sides, default=0)


def direct(program: Program) -> ProgramModel:
    """Return a program as it is declared, its variables scaled by their bounds."""
    algebra = Nonlinear()
    model = pyo.ConcreteModel()
    inside: dict[str, Any] = {}
    sizes = [int(np.size(item.lower)) for item in program.variables() if not item.discrete]
    model.z = pyo.Var(range(sum(sizes)), bounds=(0, 1), initialize=1 / (max(sum(sizes), 1) + 1))
    free = iter(model.z.values())
    model.whole = pyo.VarList(domain=pyo.Integers)
    model.once = pyo.ConstraintList()
    for item in program.variables():
        shape = np.shape(item.lower)
        lower = np.ravel(np.asarray(item.lower, dtype=np.float64)).tolist()
        upper = np.ravel(np.asarray(item.upper, dtype=np.float64)).tolist()
        if item.among is not None:
            entries = [_one_of(model, some) for some in values_of(item) or []]
        elif item.whole:
            entries = [_whole(model, low, high) for low, high in zip(lower, upper, strict=True)]
        else:
            entries = [low + (high - low) * next(free) for low, high in zip(lower, upper, strict=True)]
        inside[item.name] = np.array(entries, dtype=object).reshape(shape)[()]
    roles = {**program.read_in(algebra), **inside}
    objective = algebra.sum(read(program.objective(), algebra, roles))
    model.objective = pyo.Objective(expr=multiplier(program) * objective, sense=pyo.minimize)
    scales = row_scales(program)
    for constraint in program.constraints():
        sides = pyo.ConstraintList()
        model.add_component(constraint.name, sides)
        slacks = np.ravel(read(constraint.slack, algebra, roles))
        for slack, scale in zip(
            slacks.tolist(), np.broadcast_to(np.ravel(scales[constraint.name]), slacks.shape), strict=True
        ):
            sides.add(float(scale) * slack == 0 if constraint.equality else float(scale) * slack >= 0)
    return ProgramModel(program, model, inside)


def _whole(model: Any, low: float, high: float) -> Any:
    """Return a new whole variable; it is not scaled."""
    variable = model.whole.add()
    variable.setlb(low)
    variable.setub(high)
    variable.value = round(low)
    return variable


def _one_of(model: Any, some: Sequence[Fraction]) -> Any:
    """Return a new variable that takes one value of a set: their sum, each times a binary of which one is 1."""
    taken = [_whole(model, 0, 1) for _ in some]
    model.once.add(sum(taken[1:], taken[0]) == 1)
    taken[0].value = 1
    terms = [float(value) * one for value, one in zip(some, taken, strict=True)]
    return sum(terms[1:], terms[0])


def _settled(item: Decision, found: Any) -> Any:
    """Return values as they are meant: whole ones, or those of the set, which solvers come near to."""
    if item.among is not None:
        sets = [np.array(some, dtype=float) for some in values_of(item) or []]
        near = [some[np.argmin(abs(some - x))] for some, x in zip(sets, np.ravel(found).tolist(), strict=True)]
        return np.reshape(near, np.shape(found))
    return np.round(found) if item.whole else found


def conditions(program: Program, largest: float) -> ProgramModel:
    """Return the optimality conditions of a convex program with a quadratic objective and linear constraints.

    Linear in variables, multipliers and a binary for each pair of which one is zero. `largest` bounds the multipliers
    of inequalities in units of the objective's slope: the conditions are sufficient whatever it is, so one that is too
    small makes the model infeasible, never wrong.
    """
    built = direct(program)
    model = built.model
    z = list(model.z.values())
    slopes = differentiate(model.objective.expr, wrt_list=z, mode=Modes.reverse_symbolic)
    unit = max(max((abs(pyo.value(slope)) for slope in slopes), default=1.0), TINY)
    balance = [slope / unit for slope in slopes]
    model.side = pyo.ConstraintList()
    model.kind = pyo.VarList(domain=pyo.Binary)
    rows = list(model.component_data_objects(pyo.Constraint, active=True))
    model.multiplier = pyo.VarList(domain=pyo.Reals)
    for row in rows:
        found = differentiate(row.body, wrt_list=z, mode=Modes.reverse_symbolic)
        multiplier = model.multiplier.add()
        for k, slope in enumerate(found):
            balance[k] = balance[k] - multiplier * pyo.value(slope)
        if not row.equality:
            multiplier.setlb(0)
            most = sum(abs(float(pyo.value(slope))) for slope in found) + abs(float(pyo.value(row.body)))
            _one_is_zero(model, row.body - (row.lower or 0), most, multiplier, largest)
    model.below = pyo.Var(range(len(z)), bounds=(0, largest))
    model.above = pyo.Var(range(len(z)), bounds=(0, largest))
    for k, variable in enumerate(z):
        model.side.add(balance[k] - model.below[k] + model.above[k] == 0)
        _one_is_zero(model, variable, 1.0, model.below[k], largest)
        _one_is_zero(model, 1 - variable, 1.0, model.above[k], largest)
    model.objective.deactivate()
    model.any = pyo.Objective(expr=0.0 * z[0])
    return built


def _one_is_zero(model: Any, slack: Any, most: float, multiplier: Any, largest: float) -> None:
    kind = model.kind.add()
    model.side.add(slack <= most * kind)
    model.side.add(multiplier <= largest * (1 - kind))


def _parts(expression: Any) -> Iterator[Any]:
    waiting = [expression]
    while waiting:
        part = waiting.pop()
        yield part
        if hasattr(part, "is_expression_type") and part.is_expression_type():
            waiting.extend(part.args)
