"""Answers to convex programs with kinks: a program without them bounds it from below, with weights that are a hint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...formulations.language import Program
from ..evaluation import to_floats
from ..readings.leaning import Kink, Leaned, kinks_of
from ..readings.program import ProgramReading
from ..readings.vectors import Vectors
from .lagrangian import Answer

MOST = 400
"""Kinks near which the answer is, up to which weights are looked for: each takes the objective's slopes once."""


def without_kinks(answer: Answer) -> Answer | str:
    """Return the same answer to a program without kinks that is nowhere above the declared one, or why there is none.

    An answer to a program that has none is returned as it is.
    """
    program = answer.program
    decisions = {name: to_floats(value) for name, value in answer.decisions.items()}
    kinks = kinks_of(program, decisions)
    if not any(kinks):
        return answer
    from ..readings.convex import AnySide  # CVXPY takes a second to import
    from ..readings.convex_program import disciplined

    objection = disciplined(program, AnySide())
    if objection is not None and not any(np.any(kink.open) for part in kinks for kink in part):
        return answer  # on one side of all kinks there are slopes, where the reading knows them
    if objection is not None:
        return f"not shown to be convex, whatever the signs of its kinks: {objection}"
    weights = _weights(program, kinks, decisions)
    if weights is None:
        return f"more than {MOST} kinks are near it"
    leaned = Leaned(program, weights)
    reading = ProgramReading(leaned, answer.reading.algebra)
    return Answer(leaned, reading, answer.decisions, answer.violation, answer.reading)


def _weights(program: Program, kinks: list[list[Kink]], decisions: Mapping[str, Any]) -> Any:
    """Return weights for the kinks of the objective and of each row; those of the objective leave little slope."""
    places = [(k, at) for k, kink in enumerate(kinks[0]) for at in np.flatnonzero(np.atleast_1d(kink.open)).tolist()]
    if len(places) > MOST:
        return None
    closed = [
        [np.where(kink.open, 0.0 if k == 0 else 0.5, kink.weight)[()] for kink in part] for k, part in enumerate(kinks)
    ]

    rest = tuple(tuple(part) for part in closed[1:])
    if not places:
        return (tuple(closed[0]), *rest)

    def answer(weights: tuple[Any, ...]) -> Answer:
        leaned = Leaned(program, (weights, *rest))
        return Answer(leaned, ProgramReading(leaned, Vectors()), decisions, 0.0)

    base = answer(tuple(closed[0]))
    slope = base.slopes(base.program.objective())[0]
    turns = [answer(_with(closed[0], {place: 1.0})) for place in places]
    columns = [one.slopes(one.program.objective())[0] - slope for one in turns]
    slack, rows, equal = base.rows
    low, high = base.bounds
    from scipy.optimize import lsq_linear

    # slope + Σ w · column − Σ λ · row is to vanish, weighed by how far each entry can move
    system = np.vstack([np.array(columns), -rows]).T * (high - low)[:, None]
    costs = np.diag([*np.zeros(len(columns)), *np.where(equal, 0.0, np.abs(slack))])
    target = np.concatenate([-slope * (high - low), np.zeros(len(costs))])
    least = np.concatenate([np.zeros(len(columns)), np.where(equal, -np.inf, 0.0)])
    most = np.concatenate([np.ones(len(columns)), np.full(len(rows), np.inf)])
    found = lsq_linear(np.vstack([system, costs]), target, (least, most), method="bvls", tol=1e-14).x[: len(columns)]
    chosen = {place: min(max(weight, 0.0), 1.0) for place, weight in zip(places, found.tolist(), strict=True)}
    return (_with(closed[0], chosen), *rest)


def _with(weights: list[Any], chosen: Mapping[tuple[int, int], float]) -> tuple[Any, ...]:
    """Return weights of which some are others, each at the place of its kink and entry."""
    found = [np.array(weight, ndmin=1) for weight in weights]
    for (kink, at), weight in chosen.items():
        found[kink][at] = weight
    return tuple(one if np.ndim(weight) else one[0] for one, weight in zip(found, weights, strict=True))
