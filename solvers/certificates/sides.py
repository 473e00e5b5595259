"""Utilities with kinks, side by side: concave where every choice of sides is, and the kinks turn them down.

A utility that falls with the larger of x and y is the smaller of what it is with x and with y; so is one that rises
with the smaller. It is concave where both are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from ...formulations.algebra import read
from ...formulations.errors import UnsupportedModel
from ...formulations.language import Game
from ..readings.derivative import Derivative
from ..readings.game import GameReading
from ..readings.leaning import LeanedGame
from ..readings.vectors import Vectors

MOST = 4
"""Kinks of a utility at most: all choices of their sides are read."""


class _Listed:
    """Formulas over another algebra, whose kinks are listed: 1 if convex and −1 if concave, and their sides."""

    def __init__(self, base: Any, sensed: int | None = None) -> None:
        self.base, self.name, self.level, self.sensed = base, base.name, base.level, sensed
        self.kinks: list[tuple[int, Any, Any]] = []

    def __getattr__(self, word: str) -> Any:
        return getattr(self.base, word)

    def maximum(self, x: Any, y: Any) -> Any:
        return self._listed(1, x, y, self.base.maximum)

    def minimum(self, x: Any, y: Any) -> Any:
        return self._listed(-1, x, y, self.base.minimum)

    def absolute(self, x: Any) -> Any:
        return self._listed(1, x, -x, self.base.maximum)

    def _listed(self, bend: int, x: Any, y: Any, chosen: Any) -> Any:
        self.kinks.append((bend, x, y))
        if self.sensed is None:
            return chosen(x, y)
        if any(getattr(side, "level", 0) for side in (x, y)):
            raise UnsupportedModel("a kink inside another one is not read")
        value = self.base.base.maximum(x, y) if bend > 0 else self.base.base.minimum(x, y)
        return self.base.variable(value) if len(self.kinks) - 1 == self.sensed else value


def sides_of(game: Game, decided: Mapping[str, Any]) -> list[Game]:
    """Return the game with each choice of its kinks' sides, the game itself if its utility has none.

    Raises
    ------
    UnsupportedModel
        When there are too many kinks, or where they are depends on what the others decide.
    """
    kinks = _kinks(game, decided)
    if not kinks:
        return [game]
    if len(kinks) > MOST:
        raise UnsupportedModel(f"the utility has {len(kinks)} kinks, more than {MOST}")
    if any(getattr(side, "level", 0) for _, x, y in kinks for side in (x, y)):
        raise UnsupportedModel("where the utility has a kink depends on what the others decide")
    return [LeanedGame(game, weights) for weights in product((0, 1), repeat=len(kinks))]


def _kinks(game: Game, decided: Mapping[str, Any]) -> list[tuple[int, Any, Any]]:
    reading, dual = GameReading(game, Vectors()), Derivative(Vectors())
    listed, own = _Listed(dual), (reading.lower + reading.upper) / 2
    known = {name: float(value) for name, value in decided.items() if np.ndim(value) == 0 and not hasattr(value, "mid")}
    with np.errstate(all="ignore"):
        read(
            reading.population.utility,
            listed,
            {**reading.data, **decided, **known, "own": own, "others": dual.variable(own * 0 + 1.0)},
        )
    return listed.kinks


@dataclass(frozen=True)
class Turns:
    """The rates at which a utility moves with each of its kinks, to be shown to turn it down."""

    reading: GameReading
    decided: Mapping[str, Any]

    def down(self, own: Any, others: Any) -> bool:
        """Whether the utility certainly falls with every convex kink and rises with every concave one, on boxes."""
        k = 0
        while True:
            listed = _Listed(Derivative(self.reading.algebra), k)
            roles = {**self.reading.data, **self.decided, "own": own, "others": others}
            found = listed.base.slope(read(self.reading.population.utility, listed, roles))
            if k >= len(listed.kinks):
                return True
            rate = found * -listed.kinks[k][0] if not isinstance(found, int) else found
            least = getattr(rate, "low", rate)
            if not np.all(np.asarray(least >= 0, dtype=bool)):
                return False
            k += 1
