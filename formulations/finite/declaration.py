"""A finite game in strategic form: everybody's payoff at every profile of strategies, and what mixing them gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any, ClassVar

import numpy as np

from ..algebra import Algebra, Formula
from ..data import Rule
from ..declaration import labels
from ..errors import InputError, UnsupportedModel
from ..language import Constraint, Decision, Model
from ..names import read_labels
from .tables import read_table, shape_of

PAYOFF = Rule("a payoff")
MOST_PROFILES = 1_000_000
"""Profiles of strategies at most: every payoff is held as a fraction."""


class FiniteGame(Model):
    """Players choose among finitely many strategies at once; what is decided is how probably each plays which.

    Parameters
    ----------
    payoff
        For each player a table of numbers: an entry for each profile of strategies, nested in the order of the players.
        Of two players these are the row player's and the column player's matrix. Text is exact, a float is the double
        it is; all is computed over fractions.
    player
        The players' names; by default Player 1, Player 2, ….
    strategy
        For each player its strategies' names; by default 1, 2, ….
    title
        What the game is called.

    Raises
    ------
    InputError
        When a table has another shape than the rest, or an entry is no number; the message names the profile.

    Examples
    --------
    >>> import mechproof as mp
    >>> pennies = mp.FiniteGame(payoff=[[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], player=["Ann", "Bob"])
    >>> s = mp.solve(pennies, arithmetic="exact")
    >>> print(*s.exact["probability"], s.certificate.valid)
    1/2 1/2 1/2 1/2 True
    """

    payoff: Any
    player: Any = labels("player", default=None)
    strategy: Any = None
    title: Any = None

    default_backend: ClassVar[str] = "vertex-enumeration"
    several: ClassVar[bool] = True
    properties: ClassVar[tuple[str, ...]] = (
        "no-profitable-deviation",
        "uniqueness",
        "undominated",
        "dominance-solvable",
    )
    promises: ClassVar[tuple[str, ...]] = ("no-profitable-deviation",)
    example: ClassVar[Mapping[str, Any]] = {
        "player": ["Ann", "Bob"],
        "payoff": [[[2, 0], [0, 1]], [[1, 0], [0, 2]]],
        "strategy": [["opera", "football"], ["opera", "football"]],
    }

    def check(self) -> None:
        """Read the tables and the names."""
        tables = _tables(self.payoff)
        self._set("payoff", tables)
        if len(tables) > 2:
            self._set("default_backend", "support-enumeration")
        names = self.player or tuple(f"Player {index + 1}" for index in range(len(tables)))
        if len(names) != len(tables):
            raise InputError("player", f"{len(names)} names", f"must name as many as payoff has tables, {len(tables)}")
        self._set("player", names)
        self._set("strategy", _strategies(self.strategy, self.shape, names))

    @property
    def shape(self) -> tuple[int, ...]:
        """How many strategies each player has."""
        return tuple(self.payoff.shape[1:])

    @property
    def slices(self) -> tuple[slice, ...]:
        """Where each player's entries are among those of all."""
        ends = [sum(self.shape[: index + 1]) for index in range(len(self.shape))]
        return tuple(slice(end - count, end) for end, count in zip(ends, self.shape, strict=True))

    @property
    def about(self) -> str:
        """What an entry of the decision belongs to."""
        return "strategy"

    def people(self) -> tuple[str, ...]:
        """Return the names of all strategies, each with its player's."""
        pairs = zip(self.player, self.strategy, strict=True)
        return tuple(f"{player}: {name}" for player, names in pairs for name in names)

    def decisions(self) -> tuple[Decision]:
        """Return how probably each strategy is played, the players' one after the other."""
        count = sum(self.shape)
        return (Decision("probability", np.zeros(count), np.ones(count), symbol="p"),)

    def constraints(self) -> tuple[Constraint, ...]:
        """Return that everybody's probabilities add up to one."""

        def of_one(part: slice) -> Formula:
            def adds_up(a: Algebra, probability: Any) -> Any:
                return a.sum(probability[part]) - 1

            return adds_up

        pairs = zip(self.player, self.slices, strict=True)
        return tuple(Constraint(f"{player} adds up", of_one(part), equality=True) for player, part in pairs)

    def outcomes(self) -> Mapping[str, Formula]:
        """Return what each strategy pays against the others' probabilities."""
        return {"payoff": self.payoffs}

    def payoffs(self, a: Algebra, probability: Any) -> Any:
        """Σ u_i(s, s₋ᵢ) Π p_j(s_j) over the others' profiles s₋ᵢ, of every strategy s of every player i."""
        terms = (self._term(a, probability, others) for others in self._others())
        return sum(terms, start=next(terms))

    def _term(self, a: Algebra, probability: Any, others: tuple[Any, ...]) -> Any:
        """What a player's strategies pay at one profile of the others, times how probable it is."""
        player, profile = next(i for i, entry in enumerate(others) if isinstance(entry, slice)), others
        paid = [Fraction(0)] * sum(self.shape)
        paid[self.slices[player]] = list(self.payoff[(player, *profile)])
        weights = [probability[self.slices[j].start + s] for j, s in enumerate(profile) if j != player]
        return prod(weights[1:], start=weights[0]) * a.vector(paid) if weights else a.vector(paid)

    def _others(self) -> Iterator[tuple[Any, ...]]:
        """Yield every profile of all but one player, whose place holds a slice."""
        for player in range(len(self.shape)):
            ranges: list[Any] = list(map(range, self.shape))
            ranges[player] = (slice(None),)
            yield from product(*ranges)

    def profiles(self) -> Iterator[tuple[int, ...]]:
        """Yield every profile of strategies, by their indices."""
        return product(*map(range, self.shape))


def finite(model: Any) -> FiniteGame:
    """Return a model that is a finite game.

    Raises
    ------
    UnsupportedModel
        When it is none, with what makes one.
    """
    if isinstance(model, FiniteGame):
        return model
    ways = "mp.finite_form makes one of a game of finite sets, mp.revelation_game of a mechanism of finitely many types"
    raise UnsupportedModel(f"{type(model).__name__} is no finite game; {ways}")


def _tables(payoff: Any) -> np.ndarray:
    """Return everybody's tables as one array of fractions, a player's after the other."""
    shape = shape_of("payoff", payoff)
    if len(shape) < 2 or shape[0] != len(shape) - 1:
        given = f"of shape {shape}" if shape else payoff
        rule = "must be one table for each player, nested as deep as there are players"
        raise InputError("payoff", given, rule, "of two players: [[[1, 0], [0, 1]], [[0, 1], [1, 0]]]")
    if prod(shape[1:]) > MOST_PROFILES:
        raise InputError("payoff", f"{prod(shape[1:]):,} profiles", f"must be at most {MOST_PROFILES:,}")
    return read_table("payoff", payoff, shape, PAYOFF)


def _strategies(given: Any, shape: tuple[int, ...], players: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return everybody's strategies' names."""
    if given is None:
        return tuple(tuple(str(k + 1) for k in range(count)) for count in shape)
    if not isinstance(given, list | tuple) or len(given) != len(shape):
        raise InputError("strategy", given, f"must be a list of names for each of the {len(shape)} players")
    read = []
    for index, (names, count) in enumerate(zip(given, shape, strict=True)):
        named = read_labels(f"strategy[{index}]", names, "strategy")
        if len(named) != count:
            rule = f"must name the {count} strategies that {players[index]} has by payoff"
            raise InputError(f"strategy[{index}]", f"{len(named)} names", rule)
        read.append(tuple(named))
    return tuple(read)
