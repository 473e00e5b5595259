"""How a population replies in a round, read off the declared utilities; a mechanism may bring a faster way.

A reply is looked for on a grid of everybody's range, on which a maximum that is nowhere concave shows, and then as the
root of the marginal utility beside the best point. Against nobody's decision a supremum may not be attained; such a
reply is not a number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.algebra import Algebra
from ...formulations.errors import UnsupportedModel
from ...formulations.language import Game
from ...formulations.registry import Registry
from ..backends.general.scalar_search import best_on_range
from ..readings.game import GameReading
from ..readings.vectors import Vectors
from ..response import equilibrium, falling_root

PARTS = np.concatenate([[0.0], 2.0 ** np.arange(-44.0, -4.0, 4.0), np.linspace(1 / 16, 1, 16)])
"""Where in everybody's range a best reply is first looked for: near the lower bound by orders, beyond it evenly."""


@dataclass(frozen=True)
class PlayedReading(GameReading):
    """A reading in which some data are others than declared: as they have drifted, or as somebody pretends."""

    changed: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def data(self) -> dict[str, Any]:
        """The data as they are played by."""
        return {**super().data, **self.changed}

    def over(self, algebra: Algebra) -> PlayedReading:
        """Return the same, read in another algebra."""
        return PlayedReading(self.game, algebra, self.changed)


@dataclass(frozen=True)
class Replies:
    """A population's replies in one game, with data that may be others than declared.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> replies = Replies(StackelbergPricing(cost=[1, 1], alpha=4, beta=2))
    >>> replies.at_once(np.array([0.25, 0.0]), {"reward_pool": 1.0}).round(9)
    array([0.25,  nan])
    """

    game: Game
    algebra: Algebra = field(default_factory=Vectors)
    changed: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def reading(self) -> PlayedReading:
        """The game read with these data."""
        return PlayedReading(self.game, self.algebra, self.changed)

    def at_once(self, others: Any, decided: Mapping[str, Any]) -> Any:
        """Return everybody's best reply to what the others decided, not a number where there is none."""
        return _best(self.reading, others, decided)

    def of_one(self, person: int, others: float, decided: Mapping[str, Any]) -> float:
        """Return one person's best reply, not a number where there is none."""
        return float(_best(self.reading.subset([person]), np.array([others]), decided)[0])

    def in_turn(
        self, own: Any, people: Iterable[int], decided: Mapping[str, Any], alone: Callable[[int], float]
    ) -> Any:
        """Let some people reply, one after another, to what the others have moved to.

        `alone` says what somebody does who has no best reply.
        """
        moved = own.tolist()
        total = math.fsum(moved)
        faced, replied = [0.0] * len(moved), [0.0] * len(moved)
        for person in people:
            faced[person] = others = max(total - moved[person], 0.0)
            replied[person] = reply = self.of_one(person, others, decided)
            moved[person] = alone(person) if math.isnan(reply) else reply
            total = others + moved[person]
        self.refuse_false(np.array(replied), np.array(faced), decided)
        return np.array(moved)

    def refuse_false(self, own: Any, others: Any, decided: Mapping[str, Any]) -> None:
        """Refuse replies that are not best by the declared utility; these are found by it, and need no check."""

    def equilibrium(self, decided: Mapping[str, Any]) -> Any:
        """Return where nobody gains by another decision."""
        return equilibrium(self.reading, decided)

    def learned(self, own: Any, decided: Any, read: Any) -> Any:
        """Return the leader's best decision if everybody's grew and shrank with it, as it reads them off a round.

        `read` is what it takes for one unit of a sum; an error of reading.
        """
        leader, population = self.reading.leader, self.reading.population
        if leader is None:
            raise UnsupportedModel(f"{type(self.game).__name__} has no leader who could learn")
        low, high = float(leader.decision.lower), float(leader.decision.upper)
        if not decided or not np.any(own):
            return decided  # nothing was bought, and nothing is learned

        def value(choice: float) -> float:
            there = {leader.decision.name: choice, population.decision.name: own * read * (choice / decided)}
            roles = self.reading.roles(there)
            return float(self.reading.leader_utility({**{k: roles[k] for k in population.aggregates}, **there}))

        return best_on_range(value, low, high, 257)


REPLIES: Registry[Callable[..., Replies]] = Registry("mechproof.replies")
"""Faster replies that mechanisms bring, called as `Replies` is."""


def replies_of(game: Game, algebra: Algebra, changed: Mapping[str, Any] | None = None) -> Replies:
    """Return a game's replies: the mechanism's own, where they cover its data, or those read off its declaration."""
    own = REPLIES.of(type(game)) if game.closed else None
    return (own or Replies)(game, algebra, changed or {})


def _best(reading: GameReading, others: Any, decided: Mapping[str, Any]) -> Any:
    return best_choice(
        lambda own: reading.utility(own, others, decided),
        lambda own: reading.marginal(own, others, decided),
        reading.lower + 0.0,
        reading.upper + 0.0,
    )


def best_choice(value: Callable[[Any], Any], slope: Callable[[Any], Any], low: Any, high: Any) -> Any:
    """Return everybody's best decision between bounds; not a number where the value jumps down at the lower one.

    Examples
    --------
    >>> best_choice(lambda x: x * (1 - x), lambda x: 1 - 2 * x, np.zeros(1), np.ones(1))
    array([0.5])
    >>> best_choice(lambda x: (x > 0) - x, lambda x: 0 * x - 1.0, np.zeros(1), np.ones(1))
    array([nan])
    """
    with np.errstate(all="ignore"):
        points = low + PARTS[:, None] * (high - low)
        values = np.array([value(point) for point in points])
        at, people = np.nanargmax(values, axis=0), np.arange(len(low))
        left, right = points[np.maximum(at - 1, 0), people], points[np.minimum(at + 1, len(points) - 1), people]
        jumps = (at == 1) & (slope(points[1]) < 0) & (slope(low + 1e-3 * (points[1] - low)) < 0)
        found = falling_root(slope, left, right)
    return np.where(jumps, np.nan, found)
