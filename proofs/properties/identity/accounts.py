"""The same game with other accounts in it: one without somebody, one with an idle account, one with some kept idle.

Each is the declared game again, with other data for the people: nothing of the mechanism is written down here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ....formulations.declaration import people_of
from ....formulations.errors import MechproofError, UnsupportedModel
from ....formulations.language import Game
from ....solvers.certificates.equilibrium import enclose
from ....solvers.readings.game import GameReading, population_of
from ....solvers.readings.rationals import Irrational
from ....solvers.solve import solve
from ..misreport import response
from ..profile import Profile
from ..results import Item, Verdict

NAME_OF_IDLE = "an idle account"
"""What the added account is called where people have names."""


def judged(name: str, judge: Callable[[Profile], Item], profile: Profile, unsolved: str) -> Item:
    """Return what is judged by changed games: in floats where they leave the fractions, `unsolved` where one fails."""
    try:
        with suppress(Irrational):
            return judge(profile)
        return judge(profile.in_floats())
    except MechproofError as error:
        return Item(name, Verdict.INCONCLUSIVE, f"{unsolved}: {error}", profile.arithmetic, informational=True)


def without(game: Game, index: int) -> Game:
    """Return the game without one of its people.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> without(StackelbergPricing(cost=[1, 2, 3], alpha=1, beta=1, client=["a", "b", "c"]), 1).client
    ('a', 'c')
    """
    return replace(game, **{name: np.delete(entries, index) for name, entries in _rows(game).items()})


def with_idle(game: Game) -> Game:
    """Return the game with one more account, too dear to sell anything; its other data are those of the last.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> print(*with_idle(StackelbergPricing(cost=[1, 1], alpha=1, beta=1)).cost)
    1 1 4
    """
    named = {item.name for item in fields(game) if "labels" in item.metadata}
    last: dict[str, Any] = dict.fromkeys(named, NAME_OF_IDLE)
    if (caps := _caps(game)) is None:
        last[_private(game)] = prohibitive(game)
    else:
        game, last = replace(game, **{caps: _bounds(game)}), {**last, caps: 0}
    rows = _rows(game)
    added = {name: np.append(entries, [last.get(name, entries[-1])]) for name, entries in rows.items()}
    return replace(game, **added)


def kept_idle(game: Game, members: Collection[int], times: int = 1) -> Game:
    """Return the game in which some accounts are so many times too dear to sell: they are there, and idle.

    Where no cost is too dear, since a first bit costs next to nothing, they may sell nothing.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> print(*kept_idle(StackelbergPricing(cost=[1, 1, 1], alpha=1, beta=1), [2]).cost)
    1 1 6
    """
    if (caps := _caps(game)) is not None:
        bounds = _bounds(game)
        bounds[list(members)] = 0
        return replace(game, **{caps: bounds})
    name = _private(game)
    data = np.array(getattr(game, name))
    data[list(members)] = prohibitive(game) * times
    return replace(game, **{name: data})


def _caps(game: Game) -> str | None:
    """Return the field of the bounds that keep somebody idle, where no cost does: none is too dear for a first bit."""
    return None if game.closed else getattr(game, "caps_data", None)


def _bounds(game: Game) -> np.ndarray:
    """Return everybody's largest decisions, which nobody wants to pass."""
    return np.array(population_of(game).decision.upper)


def prohibitive(game: Game) -> Any:
    """Twice what all private costs are together."""
    return 2 * np.asarray(getattr(game, _private(game))).sum()


def _private(game: Game) -> str:
    if game.private_data is None:
        raise UnsupportedModel(
            f"{type(game).__name__} names no private data that could keep an account idle; Game.private_data would"
        )
    return game.private_data


def _rows(game: Game) -> dict[str, Any]:
    """Return every field that has an entry for each of the people."""
    return {
        item.name: np.asarray(value)
        for item in fields(game)
        if people_of(item) == game.about and (value := getattr(game, item.name)) is not None
    }


def settled(profile: Profile, game: Game, decided: Mapping[str, Any] | None) -> tuple[Any, dict[str, Any]]:
    """Return what the population decides in a changed game, and what was decided before, in a profile's algebra.

    Parameters
    ----------
    profile
        Whose arithmetic and tolerance are used.
    game
        The changed game.
    decided
        The leader's decision; None has the leader decide anew.

    Raises
    ------
    UnsupportedModel
        When the answer is not certified, or no equilibrium is enclosed within the tolerance.
    Irrational
        When the profile is over fractions, and the answer is not.
    """
    answer = _certified(profile, game) if decided is None else {**decided, profile.decision: None}
    if decided is not None:
        answer[profile.decision] = response(game, decided, profile.exact)
    if profile.exact and not all(isinstance(np.ravel(value)[0], Fraction | int) for value in answer.values()):
        raise Irrational("the answer to the changed game is no fraction")
    values = {name: profile.reading.vector_or_number(value) for name, value in answer.items()}
    own = values.pop(profile.decision)
    if decided is not None:
        found = enclose(GameReading(game, profile.reading.algebra), own, values)
        if found is None or found.distance > profile.tolerance:
            raise UnsupportedModel("no equilibrium of the changed game was enclosed")
    return own, values


def _certified(profile: Profile, game: Game) -> dict[str, Any]:
    """Return the decisions of a certified solution of a changed game."""
    solution = solve(game, arithmetic=profile.arithmetic, tolerance=profile.tolerance)
    if not solution.certificate.valid:
        raise UnsupportedModel(f"the changed game's solution is not certified: {solution.certificate.reason}")
    values = solution.values if solution.exact is None else solution.exact
    return {player.decision.name: values[player.decision.name] for player in game.players()}
