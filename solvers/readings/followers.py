"""What is left of a game when its leader has decided: a population whose data have the leader's decision among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...formulations.algebra import Formula
from ...formulations.language import Constraint, Game, Player


class Followers(Game):
    """The population of a game at a decision of its leader's, by which it is a game that nobody leads.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> left = Followers(StackelbergPricing(cost=[1, 1], alpha=4, beta=2), {"reward_pool": 1})
    >>> [player.name for player in left.players()], left.about
    (['client'], 'client')
    """

    inner: Game
    decided: Mapping[str, Any]

    def players(self) -> tuple[Player, ...]:
        """Return the population."""
        return self.inner.players()[-1:]

    def read_in(self, algebra: Any) -> dict[str, Any]:
        """Return the game's data, and what the leader decided."""
        led = {name: algebra.number(value) for name, value in self.decided.items()}
        return {**self.inner.read_in(algebra), **led}

    def outcomes(self) -> Mapping[str, Formula]:
        """Return the game's outcomes."""
        return self.inner.outcomes()

    def constraints(self) -> tuple[Constraint, ...]:
        """Return the game's constraints."""
        return self.inner.constraints()

    def people(self) -> tuple[str, ...] | None:
        """Return the names of the population."""
        return self.inner.people()


def decided_by_leader(game: Game, decisions: Mapping[str, Any]) -> dict[str, Any]:
    """Return what those decided who decide before the population."""
    return {player.decision.name: decisions[player.decision.name] for player in game.players() if player.count is None}
