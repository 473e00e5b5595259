"""What a back end that enumerates equilibria says of a finite game; nothing of it is believed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ...formulations.finite.declaration import FiniteGame
from ...formulations.shown import Shown

Say = Callable[[str], None]
Profile = Sequence[Any]
"""How probably each strategy is played, the players' one after the other: fractions, or balls."""


@dataclass(frozen=True, repr=False)
class Enumeration(Shown):
    """Profiles, and what is said of them together.

    `complete` says that there are no others, or, where there are infinitely many, that all are mixtures within the
    `families`: each names for every player some of the profiles, and any mixtures of the players' parts of theirs are
    an equilibrium together. `told` says what was looked for, and what was not.
    """

    profiles: tuple[Profile, ...]
    complete: bool
    told: str
    families: tuple[tuple[tuple[int, ...], ...], ...] = ()


def order(game: FiniteGame, profile: Profile) -> tuple[Any, ...]:
    """Return what profiles are ordered by: how many strategies are used, by whom, and which.

    Examples
    --------
    >>> game = FiniteGame(payoff=[[[2, 0], [0, 1]], [[1, 0], [0, 2]]])
    >>> order(game, [0, 1, 1, 0])
    (2, (1, 1), ((1,), (0,)))
    """
    used = tuple(tuple(s for s, entry in enumerate(profile[part]) if entry != 0) for part in game.slices)
    sizes = tuple(map(len, used))
    return sum(sizes), sizes, used


class Enumerating(Protocol):
    """A back end of finite games that can look for all equilibria."""

    name: str

    def enumerate(self, game: FiniteGame, say: Say) -> Enumeration:
        """Return all equilibria that are found."""
