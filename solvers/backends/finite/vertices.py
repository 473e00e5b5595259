"""All equilibria of two players: pairs of vertices at which every strategy is unused or a best reply.

The set of equilibria is a union of products of polytopes, of which these pairs are the corners (Mangasarian 1964; Avis,
Rosenberg, Savani & von Stengel 2010). Where no corner shares a side with another, they are all there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any, ClassVar

import numpy as np

from ....formulations.errors import BackendError, LimitReached
from ....formulations.finite.declaration import FiniteGame
from ....formulations.language import Declaration
from ...finite.dominance import reduced
from ...finite.enumeration import Enumeration, Say, order
from ...solution import Answer, Request
from .polyhedron import best_reply_vertices
from .supports import SupportEnumeration

MOST_FAMILIES = 200
"""Families of infinitely many equilibria that are told apart at most."""


def backends() -> tuple[VertexEnumeration]:
    """Return the back end."""
    return (VertexEnumeration(),)


@dataclass(frozen=True)
class VertexEnumeration:
    """Finds all equilibria of two players, over fractions; and of more, where strict dominance leaves two a choice."""

    mechanism: ClassVar[type] = FiniteGame
    name: str = "vertex-enumeration"

    def accepts(self, model: Declaration) -> str | None:
        """Return None for a finite game that comes down to two players."""
        if not isinstance(model, FiniteGame):
            return f"solves FiniteGame only, not {type(model).__name__}; mechproof.backends tells what takes it"
        return None if len(model.shape) <= 2 or len(_choosing(reduced(model).kept)) <= 2 else MORE

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return the equilibrium of the fewest strategies; where there are too many to be listed, one by supports."""
        assert isinstance(model, FiniteGame)
        request.refuse_options(self.name)
        try:
            found = self.enumerate(model, lambda _: None)
        except LimitReached:
            return SupportEnumeration().solve(model, request)
        if not found.profiles:
            raise BackendError(f"{self.name} found no equilibrium, and there is one")
        values = np.array(found.profiles[0], dtype=object if request.arithmetic == "exact" else np.float64)
        return Answer({"probability": values}, found.told)

    def enumerate(self, game: FiniteGame, say: Say) -> Enumeration:
        """Return all equilibria, by their corners where there are infinitely many."""
        small = reduced(game)
        who = _choosing(small.kept)
        if len(who) > 2:
            return SupportEnumeration().enumerate(game, say)
        say("the best replies' vertices")
        sides = _sides(small.table(who))
        pairs = _matching(*sides)
        whole = {pair: small.everybody(who, [sides[k][at][0] for k, at in enumerate(pair)]) for pair in pairs}
        pairs.sort(key=lambda pair: order(game, whole[pair]))
        profiles = [whole[pair] for pair in pairs]
        families = tuple(_of_all(game, who, family) for family in _families(pairs))
        told = f"all equilibria: {len(profiles)}"
        if families:
            several = "1 family" if len(families) == 1 else f"{len(families)} families"
            told = f"infinitely many equilibria: {len(profiles)} corners, in {several}"
        return Enumeration(tuple(profiles), True, told, families)


MORE = "takes two players, or more of whom two are left a choice by strict dominance; support-enumeration takes others"


def _of_all(game: FiniteGame, who: Sequence[int], family: Family) -> tuple[tuple[int, ...], ...]:
    """Return a family with the parts of all players: who is left no choice does the same in every profile."""
    parts = dict(zip(who, family, strict=False))
    return tuple(parts.get(player, family[0][:1]) for player in range(len(game.shape)))


def _choosing(kept: Sequence[Sequence[int]]) -> list[int]:
    return [player for player, strategies in enumerate(kept) if len(strategies) > 1]


Family = tuple[tuple[int, ...], tuple[int, ...]]
Side = list[tuple[list[Fraction], int]]


def _sides(tables: tuple[Any, Any]) -> tuple[Side, Side]:
    """Return both players' vertices, with the bits of both in one order: the first's strategies, then the second's."""
    first, second = tables
    rows, columns = first.shape
    mine = best_reply_vertices([list(second[:, j]) for j in range(columns)])
    theirs = best_reply_vertices([list(first[i, :]) for i in range(rows)])
    low = (1 << columns) - 1
    return mine, [(y, tight >> columns | (tight & low) << rows) for y, tight in theirs]


def _matching(mine: Side, theirs: Side) -> list[tuple[int, int]]:
    """Return the pairs of vertices at which every strategy is unused or a best reply."""
    size = len(mine[0][0]) + len(theirs[0][0])
    everything = (1 << size) - 1
    pairs = product(enumerate(mine), enumerate(theirs))
    return [(k, m) for (k, (_, one)), (m, (_, other)) in pairs if one | other == everything]


def _families(pairs: list[tuple[int, int]]) -> tuple[Family, ...]:
    """Return the largest products of corners, each as the pairs' places; none where each corner stands alone."""
    partners: dict[int, frozenset[int]] = {}
    for x, y in pairs:
        partners[x] = partners.get(x, frozenset()) | {y}
    place = {pair: index for index, pair in enumerate(pairs)}
    families = []
    for ys in _intersections(list(partners.values())):
        xs = [x for x, theirs in partners.items() if theirs >= ys]
        if len(xs) * len(ys) > 1:
            first = min(ys)
            families.append((tuple(place[x, first] for x in xs), tuple(place[xs[0], y] for y in sorted(ys))))
    return tuple(sorted(families))


def _intersections(some: list[frozenset[int]]) -> set[frozenset[int]]:
    """Return sets and all that several of them share, but for nothing."""
    sets, todo = set(some), list(set(some))
    while todo:
        if len(sets) > len(set(some)) + MOST_FAMILIES:
            raise LimitReached(f"the equilibria are infinitely many, in more than {MOST_FAMILIES} families")
        one = todo.pop()
        new = {one & other for other in some} - sets - {frozenset()}
        sets |= new
        todo += new
    return sets
