"""What bounds a convex program from below: its Lagrangian at an answer, with the objective's least curvature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.algebra import Formula, read
from ...formulations.language import Program
from ..readings.derivative import Derivative
from ..readings.magnitudes import Magnitudes, Moved, Sized
from ..readings.program import ProgramReading
from ..readings.rationals import Rationals, solved
from ..readings.vectors import ROUNDING
from .curvature import curvature
from .determined import determined
from .feasibility import breaches
from .multipliers import Slopes, multipliers

NOTICED = 1e-6
"""Multipliers this small, relative to the largest, may be rounding, and entries this near a bound may be on it."""
EPSILON = 2.0**-50
"""The part of its terms by which a slope or a slack may be off in doubles: eight roundings that all go one way."""
MOST_EQUALITIES = 10**6
"""Entries of the equalities' derivatives up to which it is looked for what they determine: a second's work."""
INSIDE = 2.0**-60
"""Of a bent row: how far inside an answer is put. A rounding's step is off by its square, 2⁻⁹⁰, and costs 2⁻³⁰."""


@dataclass(frozen=True)
class _Bound:
    """The slopes of a Lagrangian, the gap it leaves, and what each variable contributes to its least value."""

    slope: Any
    gap: Any
    least: Any


@dataclass(frozen=True)
class Answer:
    """An answer in one arithmetic; its variables' entries stand in one row, in the order of declaration."""

    program: Program
    reading: ProgramReading
    decisions: Mapping[str, Any]
    violation: float
    declared: ProgramReading | None = None  # of which the program is a bound from below, if it is not the declared one

    @cached_property
    def roles(self) -> dict[str, Any]:
        """The data and the decisions, by name."""
        return {**self.reading.data, **self.decisions}

    @cached_property
    def point(self) -> Any:
        """All entries of the variables."""
        return np.concatenate([np.atleast_1d(self.decisions[v.name]) for v in self.program.variables()])

    @cached_property
    def bounds(self) -> tuple[Any, Any]:
        """The declared bounds of all entries."""
        sides = zip(*((item.lower, item.upper) for item in self.program.variables()), strict=True)
        low, high = (np.concatenate([self.reading.algebra.vector(np.atleast_1d(b)) for b in side]) for side in sides)
        return low, high

    @cached_property
    def box(self) -> tuple[Any, Any]:
        """The bounds of all entries; one number for what the equalities determine, where the answer keeps them."""
        (low, high), (slack, _, equality) = self.bounds, self.rows
        exact = isinstance(self.reading.algebra, Rationals)
        if np.any(abs(slack[equality]) > (0 if exact else ROUNDING)):
            return low, high
        return np.where(self.fixed, self.point, low), np.where(self.fixed, self.point, high)

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
        stated = self.reading.constraints(self.decisions).values()
        for item, slack in zip(self.program.constraints(), stated, strict=True):
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
        return _Bound(slope, paid - np.sum(least) + self.lost, least)

    @cached_property
    def lost(self) -> Any:
        """By how much the program's objective is below the declared one at the answer."""
        if self.declared is None:
            return self.reading.algebra.number(0)
        return self.declared.objective(self.decisions) - self.reading.objective(self.decisions)

    @cached_property
    def multipliers(self) -> Any:
        """A hint: multipliers that leave little slope, and little of it where it reaches far."""
        slack, rows, equality = self.rows
        if not len(slack):
            return slack
        gradient = self.slopes(self.program.objective())[0]
        return multipliers(Slopes(gradient, rows, slack, equality, self.point, *self.box), NOTICED)

    def relative(self, amount: Any) -> float:
        """An amount of the objective relative to how far the objective moves with its decisions; zero if negative."""
        if not amount > 0:
            return 0.0
        sized = Magnitudes(self.reading.algebra, Moved)
        size = sized.size(ProgramReading(self.program, sized).objective(self._terms(Moved, self.fixed)))
        nothing = 0.0 if amount <= self.rounded[1] else np.inf  # of no decisions everything is rounding, or more
        return float(amount / size) if size > 0 else nothing

    @cached_property
    def fixed(self) -> Any:
        """A mask of the entries that cannot move: between equal bounds, or by what the equalities alone say.

        What is fixed says nothing of how far the objective moves, however large it is.
        """
        low, high = self.bounds
        still = np.asarray(low >= high, dtype=bool)
        rows = self.rows[1][self.rows[2]][:, ~still]
        if 0 < rows.size <= MOST_EQUALITIES:
            still[~still] = determined(rows, np.asarray(high - low, dtype=np.float64)[~still])
        return still

    def _terms(self, kind: type[Sized], fixed: Any = None) -> dict[str, Any]:
        """The decisions with their sizes, zero for what is fixed."""
        free = self._entries(np.ones(len(self.point)) if fixed is None or np.all(fixed) else ~fixed)
        terms = {}
        for name, value in self.decisions.items():
            term = Magnitudes(self.reading.algebra, kind).term(value)
            moves = np.asarray(free[name] != 0) if np.ndim(value) else bool(free[name][0])
            terms[name] = term.like(value, term.size * moves)
        return terms

    @cached_property
    def curved(self) -> bool:
        """Whether the objective is bent along every entry that can move, so that there is one optimum."""
        low, high = self.box
        return not np.any((self.bend <= 0) & (low < high))

    @cached_property
    def reach(self) -> Any:
        """How far any optimum can be along each entry that is bent, in doubles; None where that is not known."""
        exact = isinstance(self.reading.algebra, Rationals)
        if self.violation > (0 if exact else ROUNDING) or not np.any(self.bend > 0):
            return None
        slope, bend, point, low, high = _floats(self.bound.slope, self.bend, self.point, *self.box)
        gap, least = max(float(self.bound.gap), 0.0), np.asarray(self.bound.least, dtype=np.float64)
        blur, sides = self.rounded[0], []
        with np.errstate(all="ignore"):
            # d t + m t²/2 is at most what the others leave of the gap, and t stays between the bounds
            left = 2 * np.maximum(gap + least, 0.0)
            for outwards, end in ((slope - blur, high - point), (-slope - blur, point - low)):
                root = np.sqrt(outwards**2 + bend * left)
                reach = np.where(outwards > 0, left / (outwards + root), (root - outwards) / bend)
                sides.append(np.minimum(reach, np.maximum(end, 0.0)))
        # nothing is said of what has no curvature; the rest is rounded up
        return np.where(bend > 0, np.maximum(*sides) * (1 + ROUNDING) + self.mended, 0.0)

    @cached_property
    def mended(self) -> Any:
        """How far rows that are broken by a rounding, or may be, move an answer in doubles, to first order."""
        slack, rows, equality = self.rows
        moved = np.zeros(len(self.point))
        if isinstance(self.reading.algebra, Rationals) or not 0 < rows.size <= MOST_EQUALITIES:
            return moved
        free, price = ~np.logical_or(*self.pinned), self.multipliers
        held = equality | (slack < 0) | (price > NOTICED * np.max(price, initial=0.0))
        if np.any(free) and np.any(held):
            short = np.where(equality, np.abs(slack), np.maximum(-slack, 0.0))[held] + EPSILON
            moved[free] = np.abs(np.linalg.pinv(rows[held][:, free])) @ short
        return moved

    @cached_property
    def rounded(self) -> tuple[Any, float]:
        """What rounding can make of each slope, and of the gap, in doubles."""
        slope, (slack, rows, _) = self.slopes(self.program.objective())[0], self.rows
        if isinstance(self.reading.algebra, Rationals):
            return np.zeros(len(slope)), 0.0
        price = np.abs(self.multipliers)
        blur = EPSILON * (np.abs(slope) + (price @ np.abs(rows) if len(slack) else 0.0))
        return blur, float(blur @ (self.box[1] - self.box[0]) + EPSILON * np.sum(price))

    def distance(self) -> float | None:
        """How far an optimum is at most along bent entries, relative to the largest of each variable, if it is known.

        A slack that is not quite zero costs the root of what it is multiplied with. So the optimum is also looked for
        from a point nearby where the rows with multipliers are tight.
        """
        known = [self.reach] if self.reach is not None else []
        if np.any(self.bend > 0) and (tight := self.tight()).reach is not None:
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

    @cached_property
    def pinned(self) -> tuple[Any, Any]:
        """Masks of the entries near the lower and near the upper bound that are kept there by a slope."""
        slope, point, low, high = _floats(self.bound.slope, self.point, *self.box)
        steep = NOTICED * np.max(np.abs(self.slopes(self.program.objective())[0].astype(np.float64)), initial=0.0)
        near = NOTICED * (high - low)
        return (slope > steep) & (point - low < near), (slope < -steep) & (high - point < near)

    def tight(self) -> Answer:
        """A hint: the answer moved onto the bounds and rows that have a multiplier to speak of."""
        algebra = self.reading.algebra
        slack, rows, price, point, low, high = _floats(*self.rows[:2], self.multipliers, self.point, *self.box)
        held = self.rows[2] | (slack < 0) | (price > NOTICED * np.max(price, initial=0.0))
        down, up = self.pinned
        moved, free = np.where(down, low, np.where(up, high, point)), ~down & ~up
        if np.any(held) and np.any(free):
            missing = -slack[held] - rows[held] @ (moved - point)
            moved[free] += np.linalg.lstsq(rows[held][:, free], missing, rcond=None)[0]
        there = self._at(algebra.vector(moved))
        if not isinstance(algebra, Rationals):
            return there
        exactly = (there._meeting(held, free, Fraction(aim)) for aim in (0, INSIDE))
        return next((answer for answer in exactly if answer.violation == 0), there)

    def _meeting(self, held: Any, free: Any, aim: Any) -> Answer:
        """The answer moved once more, over fractions, so that affine rows are met and others kept by so much."""
        slack, rows, equality = self.rows
        step = self.point * 0
        step[free] = solved(rows[held][:, free], np.where(equality[held], 0, aim) - slack[held])
        return self._at(self.point + step)

    def _at(self, point: Any) -> Answer:
        """The nearest answer to a point that keeps the bounds."""
        algebra = self.reading.algebra
        low, high = self.bounds
        parts = self._entries(algebra.maximum(algebra.minimum(point, high), low))
        decisions = {name: x if np.ndim(self.decisions[name]) else x[0] for name, x in parts.items()}
        worst = max((breach.violation for breach in breaches(self.declared or self.reading, decisions)), default=0.0)
        return Answer(self.program, self.reading, decisions, worst, self.declared)

    def _entries(self, row: Any) -> dict[str, Any]:
        """The parts of a row that belong to each variable."""
        parts, start = {}, 0
        for variable in self.program.variables():
            parts[variable.name] = row[start : start + int(np.size(variable.lower))]
            start += int(np.size(variable.lower))
        return parts


def _floats(*entries: Any) -> tuple[Any, ...]:
    """Return entries in doubles."""
    return tuple(np.asarray(numbers, dtype=np.float64) for numbers in entries)
