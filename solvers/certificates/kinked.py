"""Answers to convex programs with kinks: a program without them bounds it from below, with weights that are a hint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...formulations.language import Program
from ..evaluation import to_floats
from ..readings.leaning import Kink, Leaned, kinks_of
from ..readings.program import ProgramReading
from ..readings.vectors import TINY, Vectors
from .lagrangian import Answer

Weights = tuple[tuple[Any, ...], ...]
"""The weights of the objective's kinks, and of each row's."""
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
    """Return weights for the kinks of the objective and of each row that leave a small gap; None if there are too many.

    A row's multiplier λ times its weight w is a number between 0 and λ, in which the slopes are linear again.
    """
    places = [
        (part, k, at)
        for part, found in enumerate(kinks)
        for k, kink in enumerate(found)
        for at in np.flatnonzero(np.atleast_1d(kink.open)).tolist()
    ]
    if len(places) > MOST:
        return None
    closed = [[np.where(kink.open, 0.0, kink.weight)[()] for kink in part] for part in kinks]
    if not places:
        return tuple(tuple(part) for part in closed)

    def slopes(weights: Weights) -> list[Any]:
        leaned = Leaned(program, weights)
        answer = Answer(leaned, ProgramReading(leaned, Vectors()), decisions, 0.0)
        formulas = [leaned.objective(), *(item.slack for item in leaned.constraints())]
        return [answer.slopes(formula) for formula in formulas]

    base, turned = slopes(_chosen(closed, {})), []
    for place in places:
        turned.append(slopes(_chosen(closed, {place: 1.0}))[place[0]] - base[place[0]])
    reading = ProgramReading(program, Vectors())
    slacks = [np.atleast_1d(slack) for slack in reading.constraints(decisions).values()]
    equal = [item.equality for item in program.constraints()]
    bounds = Answer(program, reading, decisions, 0.0).bounds
    found = _hint(base, slacks, equal, turned, [place[0] for place in places], decisions_of(program, decisions), bounds)
    return _chosen(closed, dict(zip(places, found, strict=True)))


def decisions_of(program: Program, decisions: Mapping[str, Any]) -> Any:
    """All entries of the variables in one row."""
    return np.concatenate([np.atleast_1d(decisions[item.name]) for item in program.variables()])


def _hint(
    base: list[Any], slacks: list[Any], equal: list[bool], turned: list[Any], parts: list[int], point: Any, bounds: Any
) -> list[float]:
    """Return weights by a linear program; halves where it finds none."""
    from scipy.optimize import linprog

    low, high = bounds
    spread = high - low
    moves = spread > 0
    gradient = (base[0][0] * spread)[moves]
    columns, costs, owners = [], [], []  # of multipliers, those of equations in two parts
    limits: list[tuple[float, float | None]] = []
    for part, (rows, slack, equality) in enumerate(zip(base[1:], slacks, equal, strict=True), start=1):
        for entry, value in enumerate(slack):
            for sign in (1, -1) if equality else (1,):
                columns.append(sign * (np.broadcast_to(rows, (len(slack), rows.shape[1]))[entry] * spread)[moves])
                costs.append(abs(value))
                owners.append((part, entry))
    count = len(columns)
    pairs = []
    for place, (part, change) in enumerate(zip(parts, turned, strict=True)):
        if part == 0:
            columns.append(-(change[0] * spread)[moves])
            limits.append((0.0, 1.0))
        else:  # one entry of the row turns with it, or which one is not told
            entry = int(np.argmax(np.max(np.abs(change), axis=1)))
            columns.append((change[entry] * spread)[moves])
            limits.append((0.0, None))
            pairs.append((count + place, owners.index((part, entry))))
        costs.append(0.0)
    size = [max(float(np.max(np.abs(column), initial=0.0)), TINY) for column in columns]
    unit = float(np.max(np.abs(gradient), initial=0.0)) or 1.0
    for product, owner in pairs:
        size[product] = size[owner]  # so that the one is at most the other
    for place, part in enumerate(parts):
        if part == 0:
            size[count + place] = unit
    eye, below = np.eye(int(np.sum(moves))), np.clip((point - low)[moves] / spread[moves], 0.0, 1.0)
    system = np.column_stack([*(column / s for column, s in zip(columns, size, strict=True)), eye, -eye])
    at_most = np.zeros((len(pairs), system.shape[1]))
    for row, (product, owner) in enumerate(pairs):
        at_most[row, product], at_most[row, owner] = 1.0, -1.0
    cost = np.concatenate([[c / s for c, s in zip(costs, size, strict=True)], below, 1 - below])
    ranges = [(0.0, None)] * count + limits + [(0.0, None)] * (2 * len(below))
    best: Any = linprog(cost, at_most, np.zeros(len(pairs)), system, gradient / unit, ranges, method="highs")
    if best.x is None:
        return [0.5] * len(parts)
    owner_of = dict(pairs)
    shares = []
    for place, part in enumerate(parts):
        value, whole = best.x[count + place], 1.0 if part == 0 else best.x[owner_of[count + place]]
        shares.append(min(max(value / whole, 0.0), 1.0) if whole > 0 else 0.5)
    return shares


def _chosen(weights: list[list[Any]], chosen: Mapping[tuple[int, int, int], float]) -> Weights:
    """Return weights of which some are others, each at the place of its part, its kink and its entry."""
    found = [[np.array(weight, ndmin=1) for weight in part] for part in weights]
    for (part, kink, at), weight in chosen.items():
        found[part][kink][at] = weight
    return tuple(
        tuple(one if np.ndim(weight) else one[0] for one, weight in zip(new, old, strict=True))
        for new, old in zip(found, weights, strict=True)
    )
