"""Best replies in whole numbers, or in values of finite sets: all move in turn to the best one, until nobody does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from ....formulations.algebra import read
from ....formulations.among import values_of
from ....formulations.errors import BackendError
from ...readings.game import GameReading

MOST = 100_000
"""Whole numbers of one person at most: every one is tried in every reply."""
PROFILES = 20_000
"""Up to how many profiles of decisions all are tried where replies do not settle."""


@dataclass(frozen=True)
class WholeReplies:
    """The replies in one game whose population decides on whole numbers, or on values of finite sets."""

    reading: GameReading
    decided: Mapping[str, Any]

    @cached_property
    def choices(self) -> list[Any]:
        """Everybody's values, in doubles."""
        decision = self.reading.population.decision
        if decision.among is not None:
            return [np.array(some, dtype=float) for some in values_of(decision) or []]
        ends = zip(np.ceil(self.reading.lower), np.floor(self.reading.upper), strict=True)
        return [np.arange(low, high + 1) for low, high in ends]

    def settled(self, sweeps: int, seed: int) -> tuple[Any, str]:
        """Return decisions and what is claimed of them.

        Raises
        ------
        BackendError
            When all profiles were tried, and in each somebody gains.
        """
        own = np.array([choices[0] for choices in self.choices])
        order, people = np.random.default_rng(seed), len(own)
        for sweep in range(1, sweeps + 1):
            moved = False
            for person in order.permutation(people):
                reply = self.reply(person, own)
                moved, own[person] = moved or reply != own[person], reply
            if not moved:
                return own, f"settled after {sweep} sweeps"
        if np.prod([float(len(choices)) for choices in self.choices]) > PROFILES:
            return own, f"not converged in {sweeps} sweeps"
        for profile in product(*self.choices):
            own = np.array(profile)
            if all(self.reply(person, own) == own[person] for person in range(people)):
                return own, "found among all profiles"
        raise BackendError(
            f"best-response found no equilibrium {self._kind} among all profiles; those in which people mix are "
            "found by mp.equilibria(mp.finite_form(game))"
        )

    @property
    def _kind(self) -> str:
        return "in whole numbers" if self.reading.population.decision.whole else "in values of their sets"

    def reply(self, person: int, own: Any) -> float:
        """Return a person's best decision of those there are, the present one where none is better."""
        part, choices = self.reading.subset([person]), self.choices[person]
        others = float(np.sum(own) - own[person])
        population = self.reading.population
        roles = {**part.data, **self.decided, "others": others}
        with np.errstate(all="ignore"):
            tried = np.append(choices, own[person])
            values = np.broadcast_to(read(population.utility, part.algebra, {**roles, "own": tried}), tried.shape)
        values = np.where(np.isnan(values), -np.inf, values)
        best = int(np.argmax(values))
        return float(own[person] if values[best] <= values[-1] else tried[best])
