"""The figures of a play in rounds: what everybody does, what the leader announces, and how far a round moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...formulations.data import as_floats
from ...formulations.language import Game
from ..figures.figure import Axis, Figure, Series
from .outcome import moves_of
from .round import Round

PEOPLE = 6
"""Of how many people a line is drawn: of more, the largest, the middle and the least of each round."""


def play_figures(game: Game, path: Sequence[Round], text: str) -> tuple[Figure, ...]:
    """Return the figures of a path, with where it leads in words.

    Examples
    --------
    >>> import mechproof as mp
    >>> two = mp.play(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2), rounds=20)
    >>> [figure.name for figure in play_figures(two.game, two.path, two.why)]
    ['decisions', 'announced', 'moves']
    """
    number = [float(one.number) for one in path]
    rounds, first = Axis("round"), path[0]
    own = np.array([as_floats(one.own) for one in path])
    lines = tuple(
        Series(label, number, column.tolist(), points=len(number) <= 50) for label, column in _lines(game, own)
    )
    figures = [Figure("decisions", f"{first.named} by round", text, rounds, Axis(first.named), lines)]
    for name in first.decided:
        values = [float(one.decided[name]) for one in path]
        title, said = f"{name.replace('_', ' ')} by round", "What is announced before everybody moves."
        figures.append(
            Figure("announced", title, said, rounds, Axis(name.replace("_", " ")), (Series(name, number, values),))
        )
    moves = moves_of([one.in_floats() for one in path])
    if any(moves):
        said = "How far a round is from the one before it; a round that moves nobody is not drawn."
        line = Series("move", number[1:], [move if move else float("nan") for move in moves])
        axis = Axis("part of the largest decision", "log")
        figures.append(Figure("moves", "how far a round moves", said, rounds, axis, (line,)))
    return tuple(figures)


def _lines(game: Game, own: Any) -> list[tuple[str, Any]]:
    if own.shape[1] <= PEOPLE:
        people = game.people() or [f"{game.about} {index}" for index in range(own.shape[1])]
        return list(zip(map(str, people), own.T, strict=True))
    return [("largest", own.max(axis=1)), ("middle", np.median(own, axis=1)), ("least", own.min(axis=1))]
