"""How far a contest's derivatives hold in any datum, by solving anew: who stands where, and where that changes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.errors import MechproofError
from ...formulations.stackelberg.declaration import StackelbergPricing
from ..backends.stackelberg.closed_form import float_decisions
from ..backends.stackelberg.exact import BITS, exact_decisions
from ..readings.balls import enclosing, precision
from ..readings.vectors import Vectors
from .branch import BOUND, End, Jump
from .contest import Standing, algebra_of, exact_standing, float_standing, to_algebra
from .contest_piece import ContestPiece
from .data import altered, number_of
from .ends import Sides, find_end

APART = 1e-7
"""The part of the largest pool by which it differs on both sides of an end where it jumps."""


@dataclass(frozen=True, eq=False)
class Solves:
    """The contest with one datum changed, against who stands where just beyond the answer."""

    piece: ContestPiece
    name: str
    index: int | None
    beyond: Standing

    def end(self, side: int) -> End:
        """Return the end on one side."""
        declared = number_of(self.piece.game, self.name)
        start = Fraction(declared if self.index is None else declared[self.index])
        scale = Fraction(float(np.max(Vectors().vector(declared)))) if self.index is not None else start
        found = find_end(start, side, scale, self.quick, self.sure, self.on_edge)
        if found is None:
            return End(math.inf if side > 0 else self._number(0), BOUND if side < 0 else "nothing was met")
        return self._end(found, side)

    def _number(self, value: Any) -> Any:
        return float(value) if isinstance(self.piece.algebra, Vectors) else Fraction(value)

    def _end(self, found: Sides, side: int) -> End:
        hair = abs(found.outside) * Fraction(1, 2**34)
        inside, outside = found.inside - side * hair, found.outside + side * hair
        (pool, _), (other, after) = self._solved(inside), self._solved(outside)
        largest = float(self.game_at(outside, exact=False).revenue.largest_pool)
        jump = Jump("reward_pool", pool, other) if abs(pool - other) > APART * largest else None
        event = _event(self.piece.game, self.beyond, after, jump is not None)
        if isinstance(self.piece.algebra, Vectors):
            return End(float((found.inside + found.outside) / 2), event, jump)
        with precision(BITS):
            return End(found.inside if found.exact else enclosing(found.inside, found.outside), event, jump)

    def game_at(self, value: Fraction, exact: bool) -> StackelbergPricing:
        """The contest with the datum changed."""
        return altered(self.piece.game, self.name, self.index, value if exact else float(value))

    def _solved(self, value: Fraction) -> tuple[float, Standing]:
        game = self.game_at(value, exact=False)
        found = float_decisions(game)
        return float(found["reward_pool"]), float_standing(game, found["epsilon"], float(found["reward_pool"]))

    def quick(self, value: Fraction) -> bool:
        """Whether everybody stands as just beyond the answer, in doubles."""
        try:
            return self._solved(value)[1].same(self.beyond)
        except MechproofError:
            return False

    def _exactly(self, value: Fraction) -> Standing:
        game = self.game_at(value, exact=True)
        with precision(BITS):
            found = exact_decisions(game)
            pool, epsilon = found["reward_pool"], found["epsilon"]
            algebra = algebra_of([pool, *epsilon])
            return exact_standing(game, algebra, to_algebra(algebra, epsilon), to_algebra(algebra, pool))

    def sure(self, value: Fraction) -> bool:
        """The same, exactly."""
        try:
            return self._exactly(value).same(self.beyond)
        except MechproofError:
            return False

    def on_edge(self, value: Fraction) -> bool:
        """Whether, exactly, whoever stands elsewhere is on an edge, or the pool is zero where it first is."""
        try:
            there = self._exactly(value)
        except MechproofError:
            return False
        if there.zero:
            game = self.game_at(value, exact=True)
            none = self.piece.algebra.number(0)
            epsilon = self.piece.algebra.vector(np.zeros(len(game.cost)))
            return bool(ContestPiece(game, self.piece.algebra, none, epsilon, there).rise_at_zero == 0)
        if self.beyond.zero:
            return False
        edge = (there.entering | there.capping) != (self.beyond.entering | self.beyond.capping)
        moved = (there.inside != self.beyond.inside) | (there.capped != self.beyond.capped)
        return bool(edge.any()) and not bool(np.any(moved & ~edge))


def _event(game: StackelbergPricing, before: Standing, after: Standing, jumps: bool) -> str:
    """What happens between two standings, in words."""
    if before.zero != after.zero:
        return "the pool reaches 0" if after.zero else "the pool leaves 0"
    if jumps and game.mean_over == "all":
        return "another local maximum takes over"
    words = [_said(game, *change) for change in _changes(before, after) if change[0].any()]
    return ", ".join(words) or "the answer passes to another piece"


def _changes(before: Standing, after: Standing) -> tuple[tuple[np.ndarray, str, str], ...]:
    """Who stands elsewhere, and what that is called of one and of several."""
    return (
        (after.sells & ~before.sells, "enters", "enter"),
        (before.sells & ~after.sells, "leaves", "leave"),
        (after.capped & ~before.capped, "is held by its cap", "are held by their caps"),
        (before.capped & ~after.capped, "comes off its cap", "come off their caps"),
        (after.capping & before.inside, "reaches its cap", "reach their caps"),
        (before.capping & after.inside, "leaves its cap", "leave their caps"),
    )


def _said(game: StackelbergPricing, changed: np.ndarray, one: str, many: str) -> str:
    clients = [game.owner_of(k) for k in np.flatnonzero(changed).tolist()]
    return f"{' and '.join(clients[:2])}{' …' if len(clients) > 2 else ''} {many if clients[1:] else one}"
