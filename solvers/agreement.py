"""Whether certified answers agree with each other: the last check on the certificates themselves.

Answers to a model with a unique solution must agree in their decisions, all answers to a program in their objective.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ..formulations.language import Model, Program
from .compare import Comparison, Row
from .evaluation import decisions_of
from .readings.magnitudes import Magnitudes, Moved
from .readings.program import ProgramReading
from .readings.vectors import Vectors
from .solution import Certificate, Solution

SLOPES = 10
"""Decisions that differ by a tolerance may move a product of several by a few times that; more is a disagreement."""


@dataclass(frozen=True)
class Agreement:
    """How many back ends were certified, the largest differences between two of them, and whether they are allowed.

    `difference` is relative, in the decisions; None if there are no two answers to a model with a unique solution.
    `objectives` is that between programs' objectives, relative to how far these move with the decisions.
    """

    certified: int
    difference: float | None
    agree: bool
    objectives: float | None = None


def agreement(comparison: Comparison) -> Agreement:
    """Compare the certified answers of a comparison pairwise.

    Each is certified to lie within its tolerance of the solution, so that two may differ by the sum of theirs.

    Examples
    --------
    >>> import mechproof as mp
    >>> found = mp.compare(mp.StackelbergPricing(cost=[1, 2], alpha=4, beta=2), backends=["closed-form"])
    >>> agreement(found)
    Agreement(certified=1, difference=None, agree=True, objectives=None)
    """
    certified = comparison.certified
    agree = not (certified and comparison.impossible)
    differences, objectives = [], []
    for (one, its), (other, others) in combinations(_answers(certified), 2):
        tolerance = its.tolerance + others.tolerance
        if None not in (its.distance, others.distance) and not several(one):
            differences.append(difference(one, other))
            agree = agree and differences[-1] <= tolerance
        if isinstance(one.model, Program):
            objectives.append(_apart(one, other))
            agree = agree and objectives[-1] <= SLOPES * tolerance
    return Agreement(len(certified), max(differences, default=None), agree, max(objectives, default=None))


def several(solution: Solution) -> bool:
    """Whether a model may have several solutions, each of which is right: decisions that take some numbers only tie."""
    assert isinstance(solution.model, Model)
    return solution.model.several or any(item.discrete for item in solution.model.decisions())


def _answers(rows: Sequence[Row]) -> list[tuple[Solution, Certificate]]:
    return [(row.solution, row.certificate) for row in rows if row.solution and row.certificate]


def _apart(one: Solution, other: Solution) -> float:
    """Return the difference between two objectives, relative to how far the larger moves with its decisions."""
    values, sizes = [], []
    for solution in (one, other):
        sized = Magnitudes(Vectors(), Moved)
        terms = {item.name: sized.term(np.asarray(solution.values[item.name])[()]) for item in decisions_of(one.model)}
        with np.errstate(all="ignore"):
            found = ProgramReading(solution.model, sized).objective(terms)  # type: ignore[arg-type]
        values.append(float(sized.value(found)))
        sizes.append(float(sized.size(found)))
    apart = abs(values[0] - values[1])
    if not apart > 0:
        return 0.0
    return apart / max(sizes) if max(sizes) > 0 else np.inf


def difference(one: Solution, other: Solution) -> float:
    """Return the largest difference between two solutions' decisions, relative to the largest entry or bound."""
    found = 0.0
    for decision in decisions_of(one.model):
        a, b = (np.asarray(solution.values[decision.name], dtype=float) for solution in (one, other))
        scale = np.max(np.maximum(np.abs(a), np.abs(b))) if a.ndim else float(decision.upper)
        if scale > 0:
            found = max(found, float(np.max(np.abs(a - b)) / scale))
    return found
