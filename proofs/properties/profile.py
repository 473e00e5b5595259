"""What is verified: a game, somebody's decisions in it and the outcomes stated for them, in one arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.among import meant
from ...formulations.errors import UnsupportedModel
from ...formulations.language import Declaration, Game
from ...solvers.readings.game import GameReading
from ...solvers.readings.rationals import Rationals
from ...solvers.readings.vectors import ROUNDING as ROUNDING
from ...solvers.readings.vectors import Vectors
from ...solvers.solution import OWN_NUMBERS, Solution

EXACT_PEOPLE = 2_000
"""Up to how many people all is computed over fractions, if the numbers are exact.

Sums of fractions without a common denominator grow by digits with each term, and the time with their square; beyond it
items say "float", where `ROUNDING` of somebody's own doubles is forgiven.
"""


@dataclass(frozen=True)
class Profile:
    """A game at given decisions, over fractions or over floats.

    `decided` are the earlier decisions, `own` the population's, `stated` the outcomes as they were stated: a solver's
    are the declaration's, somebody's own need not be.
    """

    solution: Solution
    game: Game
    reading: GameReading
    decided: Mapping[str, Any]
    own: Any
    stated: Mapping[str, Any]

    @property
    def exact(self) -> bool:
        """Whether nothing is rounded."""
        return isinstance(self.reading.algebra, Rationals)

    @property
    def arithmetic(self) -> str:
        """The arithmetic's name in an item."""
        return "exact" if self.exact else "float"

    @property
    def tolerance(self) -> float:
        """How far from an equilibrium decisions may be, relative to the largest."""
        return self.solution.request.tolerance

    @property
    def slack(self) -> float:
        """By how much, relative, a sum of money may be wrong: not at all over fractions.

        Somebody's own doubles are taken at their word but for rounding; a back end's are as good as its decisions.
        """
        if self.exact:
            return 0
        return ROUNDING if self.solution.backend == OWN_NUMBERS else self.tolerance

    @cached_property
    def others(self) -> Any:
        """For each of the population, the sum of everybody else's decisions."""
        return self.reading.others(self.own)

    @property
    def decisions(self) -> dict[str, Any]:
        """All decisions by name."""
        return {**self.decided, self.reading.population.decision.name: self.own}

    @property
    def role(self) -> str:
        """What one of the population is called."""
        return self.reading.population.name

    @property
    def decision(self) -> str:
        """What the population decides."""
        return self.reading.population.decision.name

    def name(self, index: int) -> str:
        """Return a person's name, or the index where people have none."""
        people = self.game.people()
        return people[index] if people else str(index)

    def person(self, index: int) -> str:
        """Return what a sentence calls a person."""
        return f"{self.role} {self.name(index)}"

    def in_floats(self) -> Profile:
        """Return the same profile over floats, for formulas that leave the rational numbers."""
        return _profile(self.solution, self.game, exact=False)

    def at(self, own: Any) -> Profile:
        """Return the same game at other decisions of the population; outcomes are the declaration's."""
        return replace(self, own=own, stated={})


def profile_of(solution: Solution) -> Profile:
    """Return the profile of a solution: over fractions if its decisions are fractions and there are not too many.

    Raises
    ------
    UnsupportedModel
        When the model is no game of the shape [leader,] population, or compares decisions by Python's signs.

    Examples
    --------
    >>> import mechproof as mp
    >>> game = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2, client=["Ann", "Bob"])
    >>> profile = profile_of(mp.candidate(game, reward_pool=1, epsilon=["1/4", "1/4"], payment=["1/2", "0.51"]))
    >>> print(profile.arithmetic, profile.person(1), profile.stated["payment"][1])
    exact client Bob 51/100
    """
    model = solution.model
    if not isinstance(model, Game):
        raise UnsupportedModel(f"{type(model).__name__} is a program; properties are verified of games")
    names = [player.decision.name for player in model.players()]
    exact = solution.exact is not None and all(_rational(solution.exact[name]) for name in names)
    return _profile(solution, model, exact and GameReading(model, Vectors()).population.count <= EXACT_PEOPLE)  # type: ignore[operator]


def _profile(solution: Solution, game: Game, exact: bool) -> Profile:
    reading = GameReading(game, Rationals() if exact else Vectors())
    values = solution.exact if exact and solution.exact is not None else solution.values
    decisions = {
        player.decision.name: reading.vector_or_number(meant(player.decision, values[player.decision.name]))
        for player in game.players()
    }
    own = decisions.pop(reading.population.decision.name)
    stated = {
        name: reading.vector_or_number(values[name])
        for name in game.outcomes()
        if name in values and np.asarray(values[name]).dtype != bool and (not exact or _rational(values[name]))
    }
    return Profile(solution, game, reading, decisions, own, stated)


def _rational(value: Any) -> bool:
    entries = np.atleast_1d(np.asarray(value, dtype=object))
    return all(isinstance(entry, Fraction | int) and not isinstance(entry, bool) for entry in entries.tolist())


def has_exact_data(model: Declaration) -> bool:
    """Whether no number of a declaration, or of its parts, is a double.

    Examples
    --------
    >>> import mechproof as mp
    >>> [has_exact_data(mp.LogRevenue(alpha, 1)) for alpha in ("0.1", 0.1)]
    [True, False]
    """
    for value in vars(model).values():
        if isinstance(value, Declaration):
            if not has_exact_data(value):
                return False
        elif isinstance(value, float) or getattr(value, "dtype", None) == np.float64:
            return False
    return True
