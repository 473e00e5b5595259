"""Games that ask for the others one by one, such as auctions: best replies by cases, and dominant decisions.

Both compute over fractions. The first moves one person after the other to a best reply, until nobody gains; the second
looks for a decision of each that is at least as good as any other whatever the others decide, and needs no play.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from ....formulations.errors import BackendError, UnsupportedModel
from ....formulations.language import Declaration, Game
from ...certificates.exact_replies import Better, Person, Reply, people_of
from ...formatting import shown
from ...readings.game import population_of
from ...solution import Answer, Request

MOST_SWEEPS = 50
"""Sweeps of replies: where nobody undercuts anybody for ever, few are enough."""
AS_A_TABLE = "few people's are a table, which pure-profiles and mp.equilibria(mp.finite_form(game)) solve"
MOST_PEOPLE = 200
"""Whose dominant decisions are looked for: each takes some hundredths of a second."""


def backends() -> tuple[DominantStrategy, ...]:
    """Return the back end that looks for dominant decisions."""
    return (DominantStrategy(),)


def settled(game: Game, seed: int, sweeps: int = MOST_SWEEPS) -> tuple[Any, str]:
    """Return where best replies settle, from the upper bounds on, and what is claimed of it.

    Of several best replies the truth is taken, where decisions report any, else the present one.
    """
    people = list(people_of(game))
    own = [person.bounds[1] for person in people]
    order = np.random.default_rng(seed)
    for sweep in range(1, sweeps + 1):
        moved = False
        for index in order.permutation(len(people)).tolist():
            reply = _reply(people[index], own, index)
            moved = moved or reply.at is None or reply.at != own[index]
            own[index] = reply.near
        if not moved:
            return own, f"settled after {sweep} sweeps"
    return own, f"not converged in {sweeps} sweeps"


def _reply(person: Person, own: list[Fraction], index: int) -> Reply:
    preferred = (own[index],) if person.truth is None else (person.truth, own[index])
    return person.best_reply(own[:index] + own[index + 1 :], prefer=preferred)


@dataclass(frozen=True)
class DominantStrategy:
    """A decision of each that no other one beats, whatever the others decide: the truth, own data, or a bound."""

    mechanism: ClassVar[type] = Game
    name: str = "dominant-strategy"

    def accepts(self, model: Declaration) -> str | None:
        """Return None for a population without a leader that reports data or asks for the others one by one."""
        if not isinstance(model, Game) or len(model.players()) > 1:
            return "takes games of a population without a leader"
        try:
            population = population_of(model)
        except UnsupportedModel as refusal:
            return str(refusal)
        if not (model.asks_one_by_one or population.decision.reports):
            return "takes games whose decisions report data, or that ask for the others one by one; try share-function"
        if population.decision.discrete:
            instead = AS_A_TABLE if model.asks_one_by_one else "try best-response"
            return f"takes no whole decisions and none among values; {instead}"
        if (population.count or 0) > MOST_PEOPLE:
            return f"takes at most {MOST_PEOPLE} people, not {population.count}; try best-response"
        return None

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return everybody's dominant decision.

        Raises
        ------
        BackendError
            When somebody has none among those that are tried; the message says what beats the first of them.
        """
        assert isinstance(model, Game)
        request.refuse_options(self.name)
        own = [self._of(model, person) for person in people_of(model)]
        return Answer({population_of(model).decision.name: in_arithmetic(own, request)}, claimed="dominant")

    def _of(self, game: Game, person: Person) -> Fraction:
        first: Better | None = None
        for own in dict.fromkeys(_tried(person)):
            better = person.dominated(own)
            if better is None:
                return own
            first = first or better
        assert first is not None
        what = population_of(game).decision.name
        raise BackendError(
            f"{self.name} found no {what} of {game.owner_of(person.index)} that is best whatever the others decide: "
            f"where they decide on {', '.join(map(shown, first.others))}, {shown(first.decision)} gains "
            f"{shown(first.gain)} over {shown(first.instead)}; try best-response"
        )


def _tried(person: Person) -> Iterator[Fraction]:
    """The truth, what somebody knows, and the bounds."""
    low, high = person.bounds
    known = [value for value in person.data.values() if isinstance(value, Fraction)]
    for own in (() if person.truth is None else (person.truth,), known, (low, high)):
        yield from (value for value in own if low <= value <= high)


def in_arithmetic(own: list[Fraction], request: Request) -> Any:
    """Return decisions as fractions where they were asked for, else as the nearest doubles."""
    found = np.array(own, dtype=object)
    return found if request.arithmetic == "exact" else found.astype(float)
