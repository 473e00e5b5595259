"""What a repair comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import isqrt, sqrt
from typing import Any

import numpy as np

from ...formulations.language import Model
from ...formulations.repair.nearest import Nearest
from ...formulations.shown import Shown
from ..candidate import candidate as own_numbers
from ..certificates.repair.changes import Changes
from ..certificates.repair.distance import Bound, certify_nearest
from ..evaluation import float_values, to_floats
from ..solution import Certificate, Solution
from .plan import Asked, Plan, in_fractions


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
    """The nearest sound mechanism to a broken one; all but the numbers themselves is computed when it is asked for.

    Parameters
    ----------
    asked
        What was broken, what was to stay as it was, and how changes are added up.
    plan
        The declared program that was solved, and what its answer means.
    moved
        The decisions that could change, as they were found.
    tolerance
        By what part of itself the distance may be too large.
    seconds
        What finding it took.
    """

    asked: Asked
    plan: Plan
    moved: Mapping[str, Any]
    tolerance: float
    seconds: float

    @cached_property
    def decisions(self) -> Mapping[str, Any]:
        """Every decision of the repaired mechanism, exactly."""
        return {**self.asked.exactly, **in_fractions(self.program.stated), **in_fractions(self.moved)}

    @cached_property
    def candidate(self) -> Solution:
        """The repaired mechanism: its model, and its numbers exactly."""
        return own_numbers(self.model, **self.decisions)

    @cached_property
    def model(self) -> Model:
        """The model of the repaired numbers: what was declared, but for a pool that had to grow."""
        return self.plan.model(self.decisions)

    @cached_property
    def distance(self) -> Any:
        """How far it is from what was stated, in money: a fraction, or under the norm "2" a double if it is none."""
        size = self._changes.size(self._amounts)
        return _root(size) if self.norm == "2" else size

    @cached_property
    def changed(self) -> tuple[Change, ...]:
        """What was changed: whose number, from what to what."""
        return tuple(self._changed())

    @cached_property
    def cost(self) -> Mapping[str, Fraction]:
        """What it costs whom, in money: by how much each is worse off; less than nothing where it is better off."""
        return self.plan.burdens(self.asked.exactly, self.decisions)

    @cached_property
    def outcomes(self) -> Mapping[str, tuple[float, float]]:
        """What else the declaration says in one number, before and after, in doubles: a variance, a revenue."""
        pairs = ((self.asked.model, self.asked.exactly), (self.model, self.decisions))
        before, after = (
            float_values(kind, {name: to_floats(value) for name, value in numbers.items()}) for kind, numbers in pairs
        )
        single = [name for name in self.model.outcomes() if np.ndim(before[name]) == 0]
        return {name: (float(before[name]), float(after[name])) for name in single}

    @property
    def certificate(self) -> Certificate:
        """That it is sound and nothing sound is nearer, of our own, over fractions."""
        return self._judged[0]

    @property
    def bound(self) -> Bound:
        """The distance, and what every sound mechanism's is at least; the squares of both under the norm "2"."""
        return self._judged[1]

    @property
    def program(self) -> Nearest:
        """The declared program that was solved, for other back ends to try."""
        return self.plan.program

    @property
    def properties(self) -> tuple[str, ...]:
        """What is sound: the properties that verification finds kept."""
        return self.plan.properties

    @property
    def kept(self) -> tuple[str, ...]:
        """What was asked to be kept as it was."""
        return self.asked.kept

    @property
    def norm(self) -> str:
        """How changes are added up."""
        return self.asked.norm

    def facts(self) -> Mapping[str, Any]:
        """Return the distance, and how many numbers were changed."""
        return {"model": type(self.model), "distance": self.distance, "changed": len(self.changed)}

    @cached_property
    def _judged(self) -> tuple[Certificate, Bound]:
        return certify_nearest(self.program, self.decisions, self.tolerance, self.plan.others, self.plan.least)

    @cached_property
    def _changes(self) -> Changes:
        return Changes(self.program)

    @cached_property
    def _amounts(self) -> list[Fraction]:
        return self._changes.amounts(self._changes.entries(self.decisions))

    def _changed(self) -> Iterator[Change]:
        amounts = iter(self._amounts)
        for item in self.program.bounds:
            before, after = (
                np.atleast_1d(values[item.name]).tolist() for values in (self.asked.exactly, self.decisions)
            )
            for k, (was, now) in enumerate(zip(before, after, strict=True)):
                amount = next(amounts)
                if was != now:
                    who = self.asked.model.owner_of(k) if np.ndim(item.lower) else item.name
                    yield Change(who, item.name, was, now, amount)
        was, now = (getattr(model, "reward_pool", None) for model in (self.asked.model, self.model))
        if was is not None and now is not None and was != now:
            yield Change("the buyer", "reward_pool", Fraction(was), Fraction(now), None)


def _root(square: Fraction) -> Fraction | float:
    """Return a root, as a fraction where it is one.

    Examples
    --------
    >>> _root(Fraction(9, 4)), _root(Fraction(2))
    (Fraction(3, 2), 1.4142135623730951)
    """
    exactly = Fraction(isqrt(square.numerator), isqrt(square.denominator))
    return exactly if exactly * exactly == square else sqrt(square)
