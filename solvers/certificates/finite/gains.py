"""What anybody gains by another strategy at given probabilities, exactly or in balls; read off the declared payoffs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ....formulations.algebra import Algebra
from ....formulations.finite.declaration import FiniteGame
from ...readings.rationals import Rationals


@dataclass(frozen=True)
class Gain:
    """A player, the strategy that is better for it than what it plays, and what it gains."""

    player: int
    strategy: int
    amount: Any

    def text(self, game: FiniteGame) -> str:
        """Return it in words."""
        from ...formatting import shown

        strategy = game.strategy[self.player][self.strategy]
        return f"{game.player[self.player]} gains {shown(self.amount)} by {strategy}"


def best_gains(game: FiniteGame, probability: Any, algebra: Algebra | None = None) -> tuple[Gain, ...]:
    """Return for each player the best strategy against the others, and what is gained by it: zero at an equilibrium.

    Examples
    --------
    >>> game = FiniteGame(payoff=[[[3, 0], [5, 1]], [[3, 5], [0, 1]]], player=["Ann", "Bob"])
    >>> best_gains(game, [Fraction(1), Fraction(0), Fraction(0), Fraction(1)])[0].text(game)
    'Ann gains 1 by 2'
    """
    a = algebra or Rationals()
    mixed = a.vector(probability)
    paid = game.payoffs(a, mixed)
    found = []
    for player, part in enumerate(game.slices):
        pays, plays = paid[part], mixed[part]
        reached = sum(pays[1:] * plays[1:], start=pays[0] * plays[0])
        best = max(range(len(pays)), key=lambda s: pays[s])
        found.append(Gain(player, best, pays[best] - reached))
    return tuple(found)


def is_equilibrium(game: FiniteGame, probability: Sequence[Fraction]) -> bool:
    """Whether fractions are probabilities of which nobody gains by another strategy, exactly.

    Examples
    --------
    >>> game = FiniteGame(payoff=[[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    >>> is_equilibrium(game, [Fraction(1, 2)] * 4), is_equilibrium(game, [Fraction(1, 2)] * 3 + [Fraction(1, 3)])
    (True, False)
    """
    if any(entry < 0 for entry in probability) or any(sum(probability[part]) != 1 for part in game.slices):
        return False
    return all(gain.amount == 0 for gain in best_gains(game, probability))


def ranges(game: FiniteGame) -> tuple[Fraction, ...]:
    """Return how far everybody's payoffs are apart, at least a part of their size: what gains are relative to."""
    return tuple(max(table.ravel()) - min(table.ravel()) for table in game.payoff)
