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
from .weights import Turning, weights

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
    chosen = _weights(program, kinks, decisions)
    if chosen is None:
        return f"more than {MOST} kinks are near it"
    leaned = Leaned(program, chosen)
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

    def slopes(tried: Weights) -> list[Any]:
        leaned = Leaned(program, tried)
        answer = Answer(leaned, ProgramReading(leaned, Vectors()), decisions, 0.0)
        formulas = [leaned.objective(), *(item.slack for item in leaned.constraints())]
        return [answer.slopes(formula) for formula in formulas]

    base = slopes(_chosen(closed, {}))
    turned = [slopes(_chosen(closed, {place: 1.0}))[place[0]] - base[place[0]] for place in places]
    turning, order = _turning(program, decisions, base, turned, [part for part, _, _ in places])
    found = np.concatenate(weights(turning))
    return _chosen(closed, {places[at]: float(weight) for at, weight in zip(order, found, strict=True)})


def _turning(
    program: Program, decisions: Mapping[str, Any], base: list[Any], turned: list[Any], parts: list[int]
) -> tuple[Turning, list[int]]:
    """Return how slopes turn with the weights of these parts, and the places in the order in which they then stand."""
    reading = ProgramReading(program, Vectors())
    answer = Answer(program, reading, decisions, 0.0)
    rows, slacks, starts = [np.zeros((0, len(answer.point)))], [np.zeros(0)], [0]
    items = zip(program.constraints(), reading.constraints(decisions).values(), base[1:], strict=True)
    for item, slack, slope in items:
        entries = np.atleast_1d(slack)
        block = np.broadcast_to(slope, (len(entries), slope.shape[1]))
        for sign in (1, -1) if item.equality else (1,):
            rows.append(sign * block)
            slacks.append(entries)
        starts.append(starts[-1] + len(entries) * (2 if item.equality else 1))
    inside = [place for place, part in enumerate(parts) if part == 0]
    beside = [place for place, part in enumerate(parts) if part > 0]
    entry = [int(np.argmax(np.max(np.abs(turned[place]), axis=1))) for place in beside]  # the one that turns
    nothing = np.zeros((0, len(answer.point)))
    turning = Turning(
        base[0][0],
        np.concatenate(rows),
        np.concatenate(slacks),
        np.concatenate([nothing, *(turned[place] for place in inside)]),
        np.concatenate([nothing, *(turned[place][[at]] for place, at in zip(beside, entry, strict=True))]),
        np.array([starts[parts[place] - 1] + at for place, at in zip(beside, entry, strict=True)], dtype=int),
        answer.point,
        *answer.bounds,
    )
    return turning, [*inside, *beside]


def _chosen(closed: list[list[Any]], chosen: Mapping[tuple[int, int, int], float]) -> Weights:
    """Return weights of which some are others, each at the place of its part, its kink and its entry."""
    found = [[np.array(weight, ndmin=1) for weight in part] for part in closed]
    for (part, kink, at), weight in chosen.items():
        found[part][kink][at] = weight
    return tuple(
        tuple(one if np.ndim(weight) else one[0] for one, weight in zip(new, old, strict=True))
        for new, old in zip(found, closed, strict=True)
    )
