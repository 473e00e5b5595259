"""Whether certified answers agree with each other: the last check on the certificates themselves."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from .compare import Comparison
from .evaluation import decisions_of
from .solution import Solution


@dataclass(frozen=True)
class Agreement:
    """How many back ends were certified, the largest difference between two of them, and whether it is allowed.

    The difference is relative, in the decisions; None if there are no two answers to a model with a unique solution.
    """

    certified: int
    difference: float | None
    agree: bool


def agreement(comparison: Comparison) -> Agreement:
    """Compare the certified answers of a comparison pairwise.

    Each is certified to lie within its tolerance of the solution, so that two may differ by the sum of theirs.

    Examples
    --------
    >>> import mechproof as mp
    >>> found = mp.compare(mp.StackelbergPricing(cost=[1, 2], alpha=4, beta=2), backends=["closed-form"])
    >>> agreement(found)
    Agreement(certified=1, difference=None, agree=True)
    """
    certified = comparison.certified
    unique = [
        (row.solution, row.certificate.tolerance)
        for row in certified
        if row.solution is not None and row.certificate is not None and row.certificate.distance is not None
    ]
    differences, agree = [], True
    for (one, its), (other, others) in combinations(unique, 2):
        differences.append(difference(one, other))
        agree = agree and differences[-1] <= its + others
    return Agreement(len(certified), max(differences, default=None), agree)


def difference(one: Solution, other: Solution) -> float:
    """Return the largest difference between two solutions' decisions, relative to the largest entry or bound."""
    found = 0.0
    for decision in decisions_of(one.model):
        a, b = (np.asarray(solution.values[decision.name], dtype=float) for solution in (one, other))
        scale = np.max(np.maximum(np.abs(a), np.abs(b))) if a.ndim else float(decision.upper)
        if scale > 0:
            found = max(found, float(np.max(np.abs(a - b)) / scale))
    return found
