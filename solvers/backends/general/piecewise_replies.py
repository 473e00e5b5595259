"""A person's best reply, piece by piece: on each a smooth utility, and the ends of pieces as they are themselves.

A jump up at a threshold is worth what the threshold itself is worth, and what is only approached there is nothing that
anybody can decide on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq

from ....formulations.algebra import Formula, read
from ...readings.branches import Piece, pieces_of
from ...readings.derivative import Derivative
from ...readings.game import GameReading
from ...readings.piece_game import taken
from ...readings.scalars import Scalars
from ...readings.vectors import TINY

PARTS = 16
"""Into how many parts a piece is cut, in each of which one root of the marginal utility is looked for: where a piece
has more, a best reply may be missed, which a certificate finds."""
NEAR = 1e-9
"""Part of a piece so far inside its end a decision is tried, too: better than all others only where none is best."""

ROUNDED = 1e-12
"""Part of a utility that may be rounding."""


@dataclass(frozen=True)
class PiecewiseReply:
    """The replies of one person, whose roles but the own decision are plain floats.

    Examples
    --------
    >>> paid = lambda a, own, least: own * a.at_least(own, least) - a.square(own)
    >>> PiecewiseReply(paid, {"least": 0.75}, 0.0, 1.0).best({})
    0.75
    """

    utility: Formula
    data: Mapping[str, Any]
    low: float
    high: float

    def best(self, faced: Mapping[str, Any]) -> float:
        """Return the best decision found, given what others decide; the least of those that are as good."""
        roles = {**self.data, **faced}
        return self._best_of(*self._tried(roles), roles)

    def near(self, own: float, faced: Mapping[str, Any], reach: float) -> float:
        """Return the best of what is no further away than `reach`, the decision itself where nothing is better.

        Examples
        --------
        >>> paid = lambda a, own, least: own * a.at_least(own, least) - a.square(own)
        >>> PiecewiseReply(paid, {"least": 0.75}, 0.0, 1.0).near(0.7499, {}, 0.001)
        0.75
        """
        roles = {**self.data, **faced}
        sure, _ = self._tried(roles)
        return self._best_of([own, *(there for there in sure if abs(there - own) <= reach)], [], roles)

    def _best_of(self, sure: list[float], near: list[float], roles: Mapping[str, Any]) -> float:
        """Return the best; what is near an end of a piece only where it is certainly better."""
        values = np.array([self._worth(there, roles) for there in [*sure, *near]])
        best, other = int(np.argmax(values[: len(sure)])), int(np.argmax(values))
        return [*sure, *near][other if values[other] > values[best] + ROUNDED * abs(values[other]) else best]

    def _tried(self, roles: Mapping[str, Any]) -> tuple[list[float], list[float]]:
        """Return what may be best, the least first, and what is only near an end of a piece."""
        sure, near = list[float](), list[float]()
        for piece in pieces_of(self.utility, roles, self.low, self.high):
            if piece.point:
                sure.append(float(piece.low))
            else:
                width = float(piece.high - piece.low)
                near += [float(piece.low) + NEAR * width, float(piece.high) - NEAR * width]
                sure += self._tops(piece, roles)
        return sorted(sure), near

    def _worth(self, own: float, roles: Mapping[str, Any]) -> float:
        try:
            value = float(read(self.utility, Scalars(), {**roles, "own": own}))
        except (ZeroDivisionError, ValueError):
            return -np.inf
        return value if np.isfinite(value) else -np.inf

    def _tops(self, piece: Piece, roles: Mapping[str, Any]) -> list[float]:
        """Return the roots of a falling marginal utility between two ends."""
        low, high = float(piece.low), float(piece.high)
        slope = _marginal(taken(self.utility, piece.weights), roles)
        places = [low + (high - low) * part for part in (NEAR, *(np.arange(1, PARTS) / PARTS), 1 - NEAR)]
        slopes = [slope(place) for place in places]
        return [
            float(brentq(slope, places[k], places[k + 1], xtol=TINY, rtol=1e-14))
            for k in range(len(places) - 1)
            if slopes[k] > 0 >= slopes[k + 1]
        ]


def replies_of(reading: GameReading) -> list[PiecewiseReply]:
    """Return everybody's replies in a game over doubles."""
    utility, count = reading.population.utility, (reading.population.count,)
    data = reading.data.items()
    return [
        PiecewiseReply(
            utility, {name: float(v[i]) if np.shape(v) == count else v for name, v in data}, float(low), float(high)
        )
        for i, (low, high) in enumerate(zip(reading.lower, reading.upper, strict=True))
    ]


def _marginal(utility: Formula, roles: Mapping[str, Any]) -> Callable[[float], float]:
    dual = Derivative(Scalars())

    def marginal(own: float) -> float:
        try:
            return float(dual.slope(read(utility, dual, {**roles, "own": dual.variable(own)})))
        except (ZeroDivisionError, ValueError):
            return -np.inf

    return marginal
