"""Dominated strategies, over fractions: by which mixture, and what is left when strictly dominated ones are dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.errors import BackendError
from ...formulations.finite.declaration import FiniteGame, finite
from ...formulations.shown import Shown
from ..linear.simplex import largest
from ..linear.vertex import LinearProgram, optimum


@dataclass(frozen=True, repr=False)
class Dominated(Shown):
    """A player's strategy and a mixture of its others that never pays less: always more, if it is `strict`."""

    player: int
    strategy: int
    mixture: tuple[Fraction, ...]
    strict: bool

    def text(self, game: FiniteGame) -> str:
        """Return it in words."""
        names = game.strategy[self.player]
        by = [
            f"{'' if part == 1 else f'{part} '}{name}" for name, part in zip(names, self.mixture, strict=True) if part
        ]
        how = "strictly" if self.strict else "weakly"
        return f"{game.player[self.player]}'s {names[self.strategy]} is {how} dominated by {' + '.join(by)}"


@dataclass(frozen=True, repr=False)
class Reduced(Shown):
    """What is left of a game when strictly dominated strategies are dropped again and again, in whatever order."""

    game: FiniteGame
    kept: tuple[tuple[int, ...], ...]
    dropped: tuple[Dominated, ...]

    def table(self, players: Sequence[int]) -> tuple[Any, Any]:
        """Return the payoffs of two players, the only ones who are left a choice; of none or one, beside one strategy.

        Those who are left none play what is left to them.
        """
        cut = self.game.payoff[np.ix_(range(len(self.kept)), *self.kept)]
        sizes = [len(self.kept[player]) for player in players] + [1] * (2 - len(players))
        rest = [player for player in range(len(self.kept)) if player not in players]
        first, second = ([*players, *rest])[:2] if len(self.kept) > 1 else (0, 0)
        return cut[first].reshape(sizes), cut[second].reshape(sizes)

    def everybody(self, players: Sequence[int], mixed: Sequence[Sequence[Fraction]]) -> tuple[Fraction, ...]:
        """Return all strategies' probabilities of what two players do in the smaller game."""
        entries = [Fraction(0)] * sum(self.game.shape)
        played: dict[int, Sequence[Fraction]] = dict(zip(players, mixed, strict=False))
        for player, part in enumerate(self.game.slices):
            for s, probability in zip(self.kept[player], played.get(player, (Fraction(1),)), strict=True):
                entries[part.start + s] = probability
        return tuple(entries)


def dominated(game: FiniteGame, strict: bool = True) -> tuple[Dominated, ...]:
    """Return every strategy that a mixture of the player's others dominates, in the whole game.

    Examples
    --------
    >>> game = FiniteGame(payoff=[[[3, 0], [0, 3], [1, 1]], [[0, 1], [0, 1], [0, 1]]], player=["Ann", "Bob"])
    >>> for found in dominated(game):
    ...     print(found.text(game))
    Ann's 3 is strictly dominated by 1/2 1 + 1/2 2
    Bob's 1 is strictly dominated by 2
    """
    game = finite(game)
    kept = tuple(tuple(range(count)) for count in game.shape)
    found = (_by_mixture(game, player, s, kept, strict) for player in range(len(kept)) for s in kept[player])
    return tuple(each for each in found if each is not None)


def reduced(game: FiniteGame) -> Reduced:
    """Drop strictly dominated strategies until none is left.

    Examples
    --------
    >>> game = FiniteGame(payoff=[[[3, 0], [5, 1]], [[3, 5], [0, 1]]], player=["Ann", "Bob"])
    >>> reduced(game).kept
    ((1,), (1,))
    """
    kept = [tuple(range(count)) for count in game.shape]
    dropped: list[Dominated] = []
    while True:
        found = next(
            (
                each
                for player in range(len(kept))
                for s in kept[player]
                if (each := _by_mixture(game, player, s, tuple(kept), True)) is not None
            ),
            None,
        )
        if found is None:
            return Reduced(game, tuple(kept), tuple(dropped))
        dropped.append(found)
        kept[found.player] = tuple(s for s in kept[found.player] if s != found.strategy)


def _by_mixture(
    game: FiniteGame, player: int, strategy: int, kept: Sequence[tuple[int, ...]], strict: bool
) -> Dominated | None:
    """Return the mixture of the others that are kept by which a strategy is dominated, if there is one."""
    others = [s for s in kept[player] if s != strategy]
    if not others:
        return None
    table = np.moveaxis(game.payoff[player], player, 0)
    against = [kept[j] for j in range(len(kept)) if j != player]
    rows = table[np.ix_(range(len(table)), *against)].reshape(len(table), -1)
    ahead = [(rows[s] - rows[strategy]).tolist() for s in others]
    parts = _pure(ahead, strict) or _mixed(ahead, strict)
    if parts is None:
        return None
    mixture = [Fraction(0)] * len(table)
    for s, part in zip(others, parts, strict=True):
        mixture[s] = part
    return Dominated(player, strategy, tuple(mixture), strict)


def _dominates(ahead: Sequence[Fraction], strict: bool) -> bool:
    return min(ahead) > 0 if strict else min(ahead) >= 0 and max(ahead) > 0


def _pure(ahead: list[list[Fraction]], strict: bool) -> list[Fraction] | None:
    """Return the first strategy that dominates alone."""
    which = next((k for k, entries in enumerate(ahead) if _dominates(entries, strict)), None)
    return None if which is None else [Fraction(k == which) for k in range(len(ahead))]


def _mixed(ahead: list[list[Fraction]], strict: bool) -> list[Fraction] | None:
    """Return the mixture that is furthest ahead where it is least, or (weakly) in all, if that is ahead."""
    columns = [list(column) for column in zip(*ahead, strict=True)]
    if any(max(column) < 0 for column in columns):
        return None
    parts = _by_doubles(columns, strict) or (_strictly_exactly if strict else _weakly_exactly)(ahead)
    total = sum(parts)
    if not total:
        return None
    parts = [part / total for part in parts]
    gained = [sum(part * entry for part, entry in zip(parts, column, strict=True)) for column in columns]
    return parts if _dominates(gained, strict) else None


def _by_doubles(columns: list[list[Fraction]], strict: bool) -> list[Fraction] | None:
    """Return the best parts by doubles whose answer is confirmed over fractions, None where the scales forbid it."""
    try:
        best = optimum(_strictly(columns) if strict else _weakly(columns))
    except (BackendError, OverflowError):
        return None
    return best.point[: len(columns[0])] if best.exact else None


def _strictly_exactly(ahead: list[list[Fraction]]) -> list[Fraction]:
    """Return the parts that are furthest ahead where they are least: prices of the opponent's side of that game."""
    least = min(map(min, ahead))
    rows = [[entry - least + 1 for entry in entries] for entries in ahead]  # all of them positive
    return largest([Fraction(1)] * len(rows[0]), rows, [Fraction(1)] * len(rows))[1]


def _weakly_exactly(ahead: list[list[Fraction]]) -> list[Fraction]:
    """Return the parts, of one at most, that are never behind and in all furthest ahead."""
    behind = [[-entry for entry in column] for column in zip(*ahead, strict=True)]
    rows = [*behind, [Fraction(1)] * len(ahead)]
    return largest([sum(entries, Fraction(0)) for entries in ahead], rows, [Fraction(0)] * len(behind) + [Fraction(1)])[
        0
    ]


def _strictly(columns: list[list[Fraction]]) -> LinearProgram:
    """Return the program whose variables are the parts, and by how much they are ahead at least, as a difference."""
    one, count = Fraction(1), len(columns[0])
    rows = [{**dict(enumerate(column)), count: -one, count + 1: one} for column in columns]
    rows += [dict.fromkeys(range(count), one), dict.fromkeys(range(count), -one)]
    least = [Fraction(0)] * len(columns) + [one, -one]
    return LinearProgram([Fraction(0)] * count + [-one, one], rows, least)


def _weakly(columns: list[list[Fraction]]) -> LinearProgram:
    """Return the program whose variables are the parts; what is left to one is the strategy itself."""
    one, count = Fraction(1), len(columns[0])
    rows = [*(dict(enumerate(column)) for column in columns), dict.fromkeys(range(count), -one)]
    cost = [-sum((column[k] for column in columns), Fraction(0)) for k in range(count)]
    return LinearProgram(cost, rows, [Fraction(0)] * len(columns) + [-one])
