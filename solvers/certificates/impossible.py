"""That a program has no answer: weights of its rows whose sum is negative everywhere between the bounds (Farkas).

Slacks that must not be negative are concave, so that each lies below its tangents, and what must be zero is affine. If
weights, not negative for the former, make a sum of tangents negative on the whole box, then no answer keeps all rows.
Points and weights are a hint, found in doubles by a linear program over the tangents so far, whose best answer is the
next point (Kelley 1960); that the sum is negative is checked over fractions, from the declared rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.language import Program
from ..readings.program import ProgramReading
from ..readings.rationals import Irrational, Rationals
from ..readings.vectors import Vectors
from .feasibility import breaches
from .lagrangian import Answer
from .whole import all_answers, answer_of

TURNS = 40
"""Points at which tangents are taken; beyond it nothing is shown."""
SMALLEST = 1e-9
"""What must be missing, in units of what the rows reach between the bounds, to be told from rounding."""


def impossible(program: Program, start: Sequence[float]) -> str | None:
    """Return why no answer keeps a program's bounds and rows, or None where that was not shown.

    Parameters
    ----------
    program
        A program that is convex by disciplined rules.
    start
        All its variables' entries somewhere, to begin with.

    Examples
    --------
    >>> from mechproof.formulations.language import Constraint, Decision
    >>> class Torn(Program):
    ...     def variables(self): return (Decision("x", 0, 5),)
    ...     def objective(self): return lambda a, x: x
    ...     def constraints(self):
    ...         return (Constraint("high", lambda a, x: x - 3), Constraint("low", lambda a, x: 1 - x))
    >>> impossible(Torn(), [0.0])
    'no answer keeps high and low at once: a weighted sum of them is negative everywhere between the bounds'
    """
    exactly = ProgramReading(program, Rationals())
    try:
        answers = all_answers(program)
        if answers is not None and all(_breaks(exactly, answer_of(program, exactly, one)) for one in answers):
            whole = all(item.whole for item in program.variables())
            kind = "in whole numbers" if whole else "among the values that there are"
            return f"no answer {kind} keeps all rows and bounds: every one was tried"
        hint = _hint(program, start) if program.constraints() else None
        return None if hint is None else _shown(program, exactly, *hint)
    except (Irrational, ZeroDivisionError, TypeError):  # nothing exact is known there
        return None


def _breaks(reading: ProgramReading, decisions: Mapping[str, Any]) -> bool:
    """Whether an answer breaks something by more than balls leave open."""
    return any(breach.violation > SMALLEST for breach in breaches(reading, decisions))


@dataclass(frozen=True)
class _Tangents:
    """The rows' tangents at a point, each a constant and slopes; what rows they are of, and which are equalities."""

    constant: Any
    slope: Any
    names: tuple[str, ...]
    equal: Any


def _tangents(program: Program, reading: ProgramReading, entries: Sequence[Any]) -> _Tangents:
    answer = Answer(program, reading, answer_of(program, reading, entries), 0.0)
    constants, slopes, names, equal = [], [], [], []
    for item, slack in zip(program.constraints(), reading.constraints(answer.decisions).values(), strict=True):
        values = np.atleast_1d(slack)
        slope = np.broadcast_to(answer.slopes(item.slack), (len(values), len(answer.point)))
        constants.append(values - slope @ answer.point)
        slopes.append(slope)
        names += [item.name] * len(values)
        equal += [item.equality] * len(values)
    return _Tangents(np.concatenate(constants), np.concatenate(slopes), tuple(names), np.array(equal, dtype=bool))


def _hint(program: Program, start: Sequence[float]) -> tuple[list[Any], list[Any]] | None:
    """Return points and a weight for each row's tangent at each of them, in doubles."""
    from scipy.optimize import linprog

    reading = ProgramReading(program, Vectors())
    low, high = Answer(program, reading, answer_of(program, reading, start), 0.0).bounds
    limits, there = [*zip(low, high, strict=True), (0.0, None)], np.clip(np.asarray(start, dtype=np.float64), low, high)
    points, rows, sides, units = [], [], [], []
    for _ in range(TURNS):
        found = _tangents(program, reading, there.tolist())
        reach = np.abs(found.constant) + np.abs(found.slope) @ np.maximum(np.abs(low), np.abs(high))
        if not np.all(np.isfinite(reach)):  # such as the slope of a root at zero
            return None
        unit = np.where(reach > 0, reach, 1.0)
        # the least t ≥ 0 with constant + slope·y ≥ −t, and also ≤ t for equalities
        signs = np.concatenate([np.ones(len(unit)), -np.ones(np.count_nonzero(found.equal))])
        both = np.concatenate([np.arange(len(unit)), np.flatnonzero(found.equal)])
        points.append(there)
        units.append(signs / unit[both])
        rows.append(np.column_stack([-found.slope[both] * units[-1][:, None], -np.ones(len(both))]))
        sides.append(found.constant[both] * units[-1])
        cost = np.append(np.zeros(len(low)), 1.0)
        best: Any = linprog(cost, np.vstack(rows), np.concatenate(sides), bounds=limits, method="highs")
        if best.status != 0:
            return None
        if best.fun > SMALLEST:
            weights = np.split(-best.ineqlin.marginals, np.cumsum([len(part) for part in sides])[:-1])
            return points, [_of_rows(w * unit, found.equal) for w, unit in zip(weights, units, strict=True)]
        there, before = np.clip(best.x[:-1], low, high), there
        if np.all(there == before):
            return None
    return None


def _of_rows(weights: Any, equal: Any) -> Any:
    """The weights of the rows, where an equality has two."""
    total = weights[: len(equal)].copy()
    total[equal] += weights[len(equal) :]
    return total


def _shown(program: Program, reading: ProgramReading, points: list[Any], weights: list[Any]) -> str | None:
    """Check over fractions that the weighted sum of tangents is negative everywhere between the bounds."""
    constant, slope, names = Fraction(0), np.array([Fraction(0)] * len(points[0]), dtype=object), []
    for there, weight in zip(points, weights, strict=True):
        found = _tangents(program, reading, [Fraction(entry) for entry in there.tolist()])
        exact = [Fraction(w) if e or w > 0 else Fraction(0) for w, e in zip(weight.tolist(), found.equal, strict=True)]
        constant += sum((w * c for w, c in zip(exact, found.constant.tolist(), strict=True)), Fraction(0))
        slope = slope + np.array(exact, dtype=object) @ found.slope
        names += [name for name, w in zip(found.names, exact, strict=True) if w != 0]
    low, high = Answer(program, reading, answer_of(program, reading, points[0].tolist()), 0.0).bounds
    if not constant + sum(np.maximum(slope * low, slope * high)) < 0:
        return None
    rows = list(dict.fromkeys(names))
    if len(rows) == 1:
        return f"no answer keeps {rows[0]}: it is broken everywhere between the bounds"
    together = f"{', '.join(rows[:-1])} and {rows[-1]}"
    return f"no answer keeps {together} at once: a weighted sum of them is negative everywhere between the bounds"
