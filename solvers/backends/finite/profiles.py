"""Own games of finite sets, by all profiles of decisions: the first at which nobody gains by moving alone.

Everybody's payoffs are one table over fractions. Where no profile is at rest people mix at every equilibrium, and the
refusal says one of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ....formulations.errors import BackendError, LimitReached, UnsupportedModel
from ....formulations.finite.declaration import FiniteGame
from ....formulations.language import Declaration, Game
from ...finite.declared import at_rest, choices_of, finite_form
from ...readings.game import population_of
from ...solution import Answer, Request
from .supports import SupportEnumeration

MOST_PROFILES = 50_000
"""Profiles at most: ten thousand take about a second."""


def backends() -> tuple[PureProfiles]:
    """Return the back end."""
    return (PureProfiles(),)


@dataclass(frozen=True)
class PureProfiles:
    """Tries every profile of a population's decisions in whole numbers, or from finite sets."""

    mechanism: ClassVar[type] = Game
    name: str = "pure-profiles"

    def accepts(self, model: Declaration) -> str | None:
        """Return None for a population without a leader that has few decisions to choose from."""
        if not isinstance(model, Game) or len(model.players()) > 1:
            return "takes games of a population without a leader"
        try:
            sets = choices_of(population_of(model).decision)
        except UnsupportedModel as refusal:
            return f"takes decisions from finite sets only: {refusal}"
        count = np.prod([float(len(some)) for some in sets])
        if count > MOST_PROFILES:
            return f"tries every profile, {MOST_PROFILES:,} at most, and there are {count:,.0f}; try best-response"
        return None

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return the first profile at which nobody gains, its decisions as small as can be.

        Raises
        ------
        BackendError
            When there is none; the message says a mixed equilibrium, if one was found.
        """
        assert isinstance(model, Game)
        request.refuse_options(self.name)
        decision, table = population_of(model).decision, finite_form(model)
        found = at_rest(table.payoff)
        if not found:
            raise BackendError(f"{self.name}: {_why(table, decision.name)}")
        own = [some[k] for some, k in zip(choices_of(decision), found[0], strict=True)]
        exact = request.arithmetic == "exact"
        values = np.array(own, dtype=object if exact else float)
        more = f", one of {len(found)}" if len(found) > 1 else ", the only one"
        return Answer({decision.name: values}, f"an equilibrium in which nobody mixes{more}")


def _why(table: FiniteGame, what: str) -> str:
    """Return that no profile is an equilibrium, and a mixture that is."""
    count = f"{np.prod(table.shape):,}"
    every = "all of them: mp.equilibria(mp.finite_form(game))"
    none = f"in each of the {count} profiles of {what} somebody gains by another; people mix at every equilibrium"
    try:
        mixed: Any = SupportEnumeration().solve(table, Request("exact")).decisions["probability"]
    except (BackendError, LimitReached):
        return f"{none}; {every}"
    parts = [
        f"{player} {_mixture(names, mixed[part])}"
        for player, names, part in zip(table.player, table.strategy, table.slices, strict=True)
    ]
    return f"{none}, such as {'; '.join(parts)} ({every})"


def _mixture(names: Sequence[str], mixed: Any) -> str:
    return " or ".join(f"{name} with {share}" for name, share in zip(names, mixed, strict=True) if share != 0)
