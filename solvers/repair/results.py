"""What a repair comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ...formulations.repair.nearest import Nearest
from ...formulations.shown import Shown
from ..certificates.repair.distance import Bound
from ..solution import Certificate, Solution


@dataclass(frozen=True, repr=False)
class Change(Shown):
    """One number that was changed: whose, which, from what to what, and what that is worth to one owner, in money."""

    who: str
    field: str
    before: Any
    after: Any
    amount: Fraction | None


@dataclass(frozen=True, eq=False, repr=False)
class Repair(Shown, by="solvers.repair.present:show_repair"):
    """The nearest sound mechanism to a broken one.

    Parameters
    ----------
    stated
        What was broken.
    candidate
        The repaired mechanism: its model, and its numbers exactly.
    distance
        How far it is from what was stated, in money: a fraction, or where it is no fraction (under the norm "2") the
        nearest double.
    changed
        What was changed: whose number, from what to what.
    cost
        What it costs whom, in money: by how much each is worse off; less than nothing where it is better off.
    outcomes
        What else the declaration says of both, in doubles, before and after: a variance, a revenue.
    certificate
        That it is sound and nothing sound is nearer, of our own, over fractions.
    properties
        What is sound: the properties that verification finds kept.
    kept, norm
        What was kept as it was, and how changes were added up.
    bound
        The distance, and what every sound mechanism's is at least; the squares of both under the norm "2".
    program
        The declared program that was solved.
    """

    stated: Solution
    candidate: Solution
    distance: Fraction | float
    changed: tuple[Change, ...]
    cost: Mapping[str, Fraction]
    outcomes: Mapping[str, tuple[float, float]]
    certificate: Certificate
    properties: tuple[str, ...]
    kept: tuple[str, ...]
    norm: str
    bound: Bound
    program: Nearest
    backend: str
    seconds: float

    def facts(self) -> Mapping[str, Any]:
        """Return the distance, what was changed and whether it is certified."""
        return {
            "model": type(self.candidate.model),
            "distance": self.distance,
            "changed": len(self.changed),
            "certified": self.certificate.valid,
        }
