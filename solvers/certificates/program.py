"""Certify the answer to a convex program: feasible, and how far its objective and itself can be from the optimum.

For multipliers λ ≥ 0 of the constraints g ≥ 0 and any ν of the equalities h = 0 the Lagrangian L = f − λg − νh is
convex and at most f on feasible points. With d its slopes at the answer x, and f bent by at least m_j along variable j
(see `curvature`),

    optimum ≥ L(x) + Σ_j min over the box of d_j (y_j − x_j) + m_j (y_j − x_j)²/2.

Any multipliers give a bound; good ones are found by least squares and need not be believed. That the program is convex
is taken from its reading by disciplined convex rules, which is apart from the solver. The gap is relative to how far
the objective moves with its decisions to first order, so that a constant in it hides nothing. Of an exactly feasible
answer the same inequality bounds each x_j − y_j too, where m_j > 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.algebra import Formula, read
from ...formulations.errors import UnsupportedModel
from ...formulations.language import Declaration, Program
from ..readings.derivative import Derivative
from ..readings.magnitudes import Magnitudes, Moved, Sized
from ..readings.program import ProgramReading
from ..readings.rationals import Irrational, Rationals, solved
from ..readings.vectors import ROUNDING, Vectors
from ..solution import Certificate, Solution
from .curvature import curvature
from .feasibility import breaches, feasibility
from .whole import other_answers

NOTICED = 1e-6
"""Multipliers this small, relative to the largest, may be rounding, and entries this near a bound may be on it."""


UNTURNED = 1e-11
"""What a multiplier must turn of the slopes, relative to the largest, to be more than a rounding.

Least squares are good to about 1e-12 here. A multiplier that is dropped leaves its part as slope, so that a bound is
wider and nothing else.
"""
INSIDE = 2.0**-60
"""How far inside a bent row an answer nearby is put, of the row's size: a step of a rounding is off by its square,
2⁻⁹⁰, and what it costs in distance is the root, 2⁻³⁰."""


def certify_program(program: Declaration, solution: Solution, arithmetic: str, tolerance: float) -> Certificate:
    """Judge an answer to a program of which nothing more is known; see the module's text."""
    if not isinstance(program, Program):
        raise UnsupportedModel(
            f"{type(program).__name__} is no program; give it a certificate with mechproof.certificate_of"
        )
    reading = ProgramReading(program, Rationals() if arithmetic == "exact" else Vectors())
    found = feasibility(solution, reading, tolerance)
    if found.objection is not None:
        return found.certificate(tolerance, arithmetic)
    tried = other_answers(program, reading, found.decisions)
    if tried is not None and tried.better is not None:
        known = None if tried.better else 0.0
        return Certificate(True, not tried.better, found.violation, known, known, tolerance, arithmetic, tried.reason)
    answer = _Answer(program, reading, found.decisions, found.violation)
    try:
        optimal, gap, distance, reason = _judged(answer, tolerance)
    except Irrational:
        optimal, gap, distance = None, None, None
        reason = "the program leaves the rational numbers; certify with arithmetic='float'"
    except (TypeError, ZeroDivisionError, UnsupportedModel) as refusal:
        optimal, gap, distance, reason = None, None, None, f"its slopes at the answer are not known: {refusal}"
    return Certificate(True, optimal, found.violation, gap, distance, tolerance, arithmetic, reason)


def _judged(answer: _Answer, tolerance: float) -> tuple[bool | None, float | None, float | None, str]:
    """Return whether a feasible answer is optimal, the relative gap, the distance, and the reason."""
    from ..readings.convex_program import disciplined  # CVXPY takes a second to import

    not_convex = disciplined(answer.program)
    if not_convex is not None:
        return None, None, None, f"not shown to be convex: {not_convex}"
    bound = answer.bound
    if not np.isfinite(float(bound.gap)):
        return None, None, None, "its slopes at the answer are not finite"
    gap, ahead, distance = answer.relative(bound.gap), answer.relative(-bound.gap), answer.distance()
    if gap > tolerance:
        return None, gap, distance, f"the Lagrangian bounds the optimum from below, but only within {gap:.3g}"
    if ahead > tolerance:
        return None, gap, distance, f"it is {ahead:.3g} better than any feasible answer, by what it breaks"
    if distance is None and answer.curved:
        return None, gap, None, "it breaks a row, and no answer that keeps all was found by which to tell how far it is"
    if distance is not None and distance > tolerance:
        return None, gap, distance, f"the optimum is enclosed, but only within {distance:.3g} of the answer"
    return True, gap, distance, "the Lagrangian bounds the optimum from below"


@dataclass(frozen=True)
class _Bound:
    """The slopes of a Lagrangian, the gap it leaves, and what each variable contributes to its least value."""

    slope: Any
    gap: Any
    least: Any


@dataclass(frozen=True)
class _Answer:
    """An answer in one arithmetic; its variables' entries stand in one row, in the order of declaration."""

    program: Program
    reading: ProgramReading
    decisions: Mapping[str, Any]
    violation: float

    @cached_property
    def roles(self) -> dict[str, Any]:
        return {**self.reading.data, **self.decisions}

    @cached_property
    def point(self) -> Any:
        return np.concatenate([np.atleast_1d(self.decisions[v.name]) for v in self.program.variables()])

    @cached_property
    def box(self) -> tuple[Any, Any]:
        """The bounds of all entries."""
        sides = zip(*((item.lower, item.upper) for item in self.program.variables()), strict=True)
        low, high = (np.concatenate([self.reading.algebra.vector(np.atleast_1d(b)) for b in side]) for side in sides)
        return low, high

    @cached_property
    def bend(self) -> Any:
        """The objective's least curvature along each entry."""
        return curvature(self.program, self.box, exact=isinstance(self.reading.algebra, Rationals))

    @cached_property
    def rows(self) -> tuple[Any, Any, Any]:
        """The constraints' slacks and derivatives, in units of their own size, and which are equalities."""
        algebra = self.reading.algebra
        sized = Magnitudes(algebra)
        with np.errstate(all="ignore"):
            sizes = ProgramReading(self.program, sized).constraints(self._terms(Sized))
        slacks, jacobians, equal = [self.point[:0]], [np.zeros((0, len(self.point)))], [np.zeros(0, dtype=bool)]
        for item, slack in zip(
            self.program.constraints(), self.reading.constraints(self.decisions).values(), strict=True
        ):
            entries = np.atleast_1d(slack)
            size = np.broadcast_to(np.atleast_1d(sized.size(sizes[item.name])), entries.shape)
            unit = np.where(np.asarray(size > 0, dtype=bool), size, 1)
            slacks.append(entries / unit)
            jacobians.append(np.broadcast_to(self.slopes(item.slack), (len(entries), len(self.point))) / unit[:, None])
            equal.append(np.full(len(entries), item.equality))
        return np.concatenate(slacks), np.concatenate(jacobians), np.concatenate(equal)

    def slopes(self, formula: Formula) -> Any:
        """The derivatives of a formula's entries by every entry of the variables, one direction at a time."""
        algebra, columns = self.reading.algebra, []
        dual = Derivative(algebra)
        for variable in self.program.variables():
            value = self.decisions[variable.name]
            for direction in np.eye(np.size(value)):
                along = algebra.vector(direction) if np.ndim(value) else algebra.number(1)
                found = read(formula, dual, {**self.roles, variable.name: dual.moving(value, along)})
                columns.append(np.atleast_1d(dual.slope(found) + algebra.number(0)))
        rows = max(len(column) for column in columns)
        return np.stack([np.broadcast_to(column, rows) for column in columns], axis=1)

    @cached_property
    def bound(self) -> _Bound:
        """The bound of the module's text."""
        with np.errstate(all="ignore"):
            slope, (slack, jacobian, _) = self.slopes(self.program.objective())[0], self.rows
            if len(slack):
                slope = slope - self.multipliers @ jacobian
            paid = self.multipliers @ slack if len(slack) else self.reading.algebra.number(0)
            low, high = (side - self.point for side in self.box)
            bent = np.asarray(self.bend > 0, dtype=bool)
            lowest = np.where(bent, -slope / np.where(bent, self.bend, 1), np.where(slope > 0, low, high))
            step = np.minimum(np.maximum(lowest, low), high)
            least = slope * step + self.bend * step * step / 2
        return _Bound(slope, paid - np.sum(least), least)

    @cached_property
    def multipliers(self) -> Any:
        """A hint: multipliers that leave little slope, and little of it where it reaches far."""
        slack, jacobian, equality = self.rows
        if not len(slack):
            return slack
        from scipy.optimize import lsq_linear

        gradient, rows, left, point, least, most = (
            np.asarray(entries, dtype=np.float64)
            for entries in (self.slopes(self.program.objective())[0], jacobian, slack, self.point, *self.box)
        )
        # a multiplier costs λ g, a leftover slope costs its reach within the box: weigh the rows by that reach
        reach = np.where(gradient > 0, point - least, most - point) + 1e-9 * (most - least)
        system = np.vstack([(rows * reach).T, np.diag(np.where(equality, 0.0, np.abs(left)))])
        target = np.concatenate([gradient * reach, np.zeros(len(left))])
        found = lsq_linear(system, target, bounds=(np.where(equality, -np.inf, 0.0), np.inf), tol=1e-14).x
        # one that hardly turns the slopes is rounding of the least squares, and costs its slack all the same
        turned = np.max(np.abs(found[:, None] * rows), axis=1, initial=0.0)
        spoken = turned > UNTURNED * np.max(np.abs(gradient), initial=0.0)
        return self.reading.algebra.vector(np.where(equality, found, np.where(spoken, np.maximum(found, 0.0), 0.0)))

    def relative(self, amount: Any) -> float:
        """An amount of the objective relative to how far the objective moves with its decisions; zero if negative."""
        if not amount > 0:
            return 0.0
        sized = Magnitudes(self.reading.algebra, Moved)
        size = sized.size(ProgramReading(self.program, sized).objective(self._terms(Moved)))
        return float(amount / size) if size > 0 else np.inf

    def _terms(self, kind: type[Sized]) -> dict[str, Any]:
        algebra = self.reading.algebra
        return {name: Magnitudes(algebra, kind).term(value) for name, value in self.decisions.items()}

    @cached_property
    def curved(self) -> bool:
        """Whether the objective is bent along every entry that can move, so that there is one optimum."""
        low, high = self.box
        return not np.any((self.bend <= 0) & (low < high))

    @cached_property
    def reach(self) -> Any:
        """How far the optimum can be along each entry, in doubles; None where that is not known."""
        exact = isinstance(self.reading.algebra, Rationals)
        if self.violation > (0 if exact else ROUNDING) or not self.curved:
            return None
        slope, bend = (np.asarray(abs(x), dtype=np.float64) for x in (self.bound.slope, self.bend))
        gap, least = max(float(self.bound.gap), 0.0), np.asarray(self.bound.least, dtype=np.float64)
        with np.errstate(all="ignore"):
            # d t + m t²/2 is at most what the others leave of the gap
            reach = (slope + np.sqrt(slope**2 + 2 * bend * np.maximum(gap + least, 0.0))) / bend
        # what has no curvature is fixed; the rest is rounded up
        return np.where(bend > 0, reach * (1 + ROUNDING), 0.0)

    def distance(self) -> float | None:
        """How far the optimum is at most, relative to the largest entry of each variable; None where not known.

        A slack that is not quite zero costs the root of what it is multiplied with. So the optimum is also looked for
        from a point nearby where the rows with multipliers are tight.
        """
        known = [self.reach] if self.reach is not None else []
        if self.curved and (tight := self.tight()).reach is not None:
            known.append(tight.reach + np.abs(np.asarray(tight.point - self.point, dtype=np.float64)))
        found = [self._relative_to_largest(reach) for reach in known]
        return min((apart for apart in found if np.isfinite(apart)), default=None)

    def _relative_to_largest(self, reach: Any) -> float:
        worst = 0.0
        for name, entries in self._entries(reach).items():
            apart = float(np.max(entries, initial=0.0))
            largest = float(np.max(np.abs(np.asarray(self.decisions[name], dtype=np.float64)), initial=0.0))
            if apart > 0:
                worst = max(worst, apart / largest if largest > 0 else np.inf)
        return worst

    def tight(self) -> _Answer:
        """A hint: the answer moved onto the bounds and rows that have a multiplier to speak of."""
        algebra = self.reading.algebra
        slack, rows, slope, price, point, low, high = (
            np.asarray(entries, dtype=np.float64)
            for entries in (*self.rows[:2], self.bound.slope, self.multipliers, self.point, *self.box)
        )
        held = self.rows[2] | (slack < 0) | (price > NOTICED * np.max(price, initial=0.0))
        steep = NOTICED * np.max(np.abs(self.slopes(self.program.objective())[0].astype(np.float64)), initial=0.0)
        near = NOTICED * (high - low)
        down, up = (slope > steep) & (point - low < near), (slope < -steep) & (high - point < near)
        moved, free = np.where(down, low, np.where(up, high, point)), ~down & ~up
        if np.any(held) and np.any(free):
            missing = -slack[held] - rows[held] @ (moved - point)
            moved[free] += np.linalg.lstsq(rows[held][:, free], missing, rcond=None)[0]
        there = self._at(algebra.vector(moved))
        if not isinstance(algebra, Rationals):
            return there
        exactly = (there._meeting(held, free, Fraction(aim)) for aim in (0, INSIDE))
        return next((answer for answer in exactly if answer.violation == 0), there)

    def _meeting(self, held: Any, free: Any, aim: Any) -> _Answer:
        """The answer moved once more, over fractions, so that affine rows are met and others kept by so much."""
        slack, rows, equality = self.rows
        step = self.point * 0
        step[free] = solved(rows[held][:, free], np.where(equality[held], 0, aim) - slack[held])
        return self._at(self.point + step)

    def _at(self, point: Any) -> _Answer:
        """The nearest answer to a point that keeps the bounds."""
        algebra = self.reading.algebra
        low, high = self.box
        parts = self._entries(algebra.maximum(algebra.minimum(point, high), low))
        decisions = {name: x if np.ndim(self.decisions[name]) else x[0] for name, x in parts.items()}
        worst = max((breach.violation for breach in breaches(self.reading, decisions)), default=0.0)
        return _Answer(self.program, self.reading, decisions, worst)

    def _entries(self, row: Any) -> dict[str, Any]:
        """The parts of a row that belong to each variable."""
        parts, start = {}, 0
        for variable in self.program.variables():
            parts[variable.name] = row[start : start + int(np.size(variable.lower))]
            start += int(np.size(variable.lower))
        return parts
