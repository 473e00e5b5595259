"""All equilibria of a finite game, as far as they can be found: each certified, and whether they are all there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any, cast

import numpy as np

from ...formulations.errors import BackendError, InputError, UnsupportedModel
from ...formulations.finite.declaration import FiniteGame, finite
from ...formulations.shown import Shown
from ..backend import find
from ..certificates.certify import certify
from ..certificates.finite.gains import is_equilibrium
from ..evaluation import exact_values, to_floats
from ..serialization import plain
from ..solution import Request, Solution
from .enumeration import Enumerating, Enumeration, Profile, Say

ALL = "vertex-enumeration"
SOME = "support-enumeration"


@dataclass(frozen=True, repr=False)
class Equilibria(Shown, by="solvers.commands.equilibria:show_equilibria"):
    """The equilibria that were found.

    `profiles` are everybody's probabilities, the players' one after the other: fractions, or balls that hold exactly
    one equilibrium. `complete` says whether there are no others; `infinite` whether there are infinitely many, of which
    the profiles are then the corners: `families` name those whose parts may be mixed.
    """

    game: FiniteGame
    backend: str
    found: Enumeration

    def facts(self) -> dict[str, Any]:
        """Return how many there are."""
        return {"profiles": len(self.profiles), "complete": self.complete, "infinite": self.infinite}

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """Everybody's probabilities at each equilibrium."""
        return self.found.profiles

    @property
    def complete(self) -> bool:
        """Whether there are no others."""
        return self.found.complete

    @property
    def infinite(self) -> bool:
        """Whether there are infinitely many."""
        return bool(self.found.families)

    def __len__(self) -> int:
        return len(self.profiles)

    def __iter__(self) -> Iterator[Solution]:
        """Yield each as a solution, with its certificate."""
        return iter(self.solutions)

    def document(self) -> dict[str, Any]:
        """Return them as JSON data."""
        return {
            "backend": self.backend,
            "complete": self.complete,
            "infinite": self.infinite,
            "told": self.found.told,
            "profiles": plain([list(profile) for profile in self.profiles]),
            "families": plain(self.found.families),
        }

    @cached_property
    def solutions(self) -> tuple[Solution, ...]:
        """Each equilibrium as a solution, with its certificate."""
        made = []
        for profile in self.profiles:
            exact = exact_values(self.game, {"probability": np.array(profile, dtype=object)})
            values = {name: to_floats(value) for name, value in exact.items()}
            request = Request("exact")
            made.append(
                Solution(self.game, values, "an equilibrium", self.backend, 0.0, request, exact, certify=certify)
            )
        return tuple(made)

    def named(self, profile: Profile) -> dict[str, dict[str, Any]]:
        """Return the strategies that each player uses in a profile, with their probabilities."""
        return {
            player: {name: profile[part.start + k] for k, name in enumerate(names) if profile[part.start + k] != 0}
            for player, names, part in zip(self.game.player, self.game.strategy, self.game.slices, strict=True)
        }


def equilibria(game: FiniteGame, backend: str = "auto", say: Say = lambda _: None) -> Equilibria:
    """Return all equilibria of a finite game, as far as they are found.

    Of two players, and of more whom strict dominance leaves no more than two with a choice, all are found over
    fractions: where there are infinitely many, the corners of the polytopes that they make up. Of more, all in which
    nobody mixes, and some in which somebody does. Each is certified apart from what found it.

    Parameters
    ----------
    game
        A finite game.
    backend
        "vertex-enumeration" or "support-enumeration"; by default the first that takes the game.
    say
        Told what is going on.

    Raises
    ------
    UnsupportedModel
        When the model is no finite game, or the back end does not take it.
    BackendError
        When a profile that a back end returns is no equilibrium, or a mixture of which it says so.

    Examples
    --------
    >>> sexes = FiniteGame(payoff=[[[2, 0], [0, 1]], [[1, 0], [0, 2]]], player=["Ann", "Bob"])
    >>> found = equilibria(sexes)
    >>> [" ".join(map(str, profile)) for profile in found.profiles], found.complete
    (['1 0 1 0', '0 1 0 1', '2/3 1/3 1/3 2/3'], True)
    """
    game = finite(game)
    name = backend if backend != "auto" else ALL if find(ALL).accepts(game) is None else SOME
    chosen = find(name)
    if not hasattr(chosen, "enumerate"):
        raise InputError("backend", name, "enumerates no equilibria", f"the choices are {ALL} and {SOME}")
    refusal = chosen.accepts(game)
    if refusal is not None:
        raise UnsupportedModel(f"{name} {refusal}")
    found = cast(Enumerating, chosen).enumerate(game, say)
    result = Equilibria(game, name, found)
    for index, profile in enumerate(found.profiles):
        if not _certified(game, profile, result, index):
            raise BackendError(f"{name} returned a profile that is no equilibrium: {result.named(profile)}")
    for family in found.families:
        if not all(is_equilibrium(game, profile) for profile in _mixed_corners(game, found, family)):
            raise BackendError(f"{name} returned profiles whose mixtures are no equilibria: {family}")
    return result


def _mixed_corners(game: FiniteGame, found: Enumeration, family: Sequence[Sequence[int]]) -> Iterator[list[Fraction]]:
    """Yield every profile of parts of a family's profiles: if all are equilibria, so is every mixture of the parts."""
    parts = [[found.profiles[k][where] for k in places] for where, places in zip(game.slices, family, strict=True)]
    for chosen in product(*parts):
        yield [entry for part in chosen for entry in part]


def _certified(game: FiniteGame, profile: Profile, result: Equilibria, index: int) -> bool:
    if all(isinstance(entry, Fraction) for entry in profile):
        return is_equilibrium(game, cast(Sequence[Fraction], profile))
    return result.solutions[index].certificate.valid
