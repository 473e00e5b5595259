"""The piece of a person's range on which an answer is, with those of its ends that belong to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ..readings.branches import Piece
from ..readings.piece_game import Branching


@dataclass(frozen=True)
class Home:
    """Somebody's pieces, the decision, and the place of the piece on which it is kept.

    A decision on a point is kept on a piece beside it whose formula is the utility at the point, else on the point.
    """

    own: Any
    pieces: tuple[Piece, ...]
    place: int

    @classmethod
    def of(cls, branching: Branching, own: Any, tolerance: float) -> list[Home]:
        """Return everybody's, those moved onto a point who are within half the tolerance of it."""
        exact = [Fraction(value) for value in np.asarray(own).tolist()]
        reach = Fraction(tolerance) / 2 * max(map(abs, exact))
        total = sum(exact)
        moved = []
        for index, value in enumerate(exact):
            ends = [piece.low for piece in branching.pieces(index, total - value) if piece.point]
            value = min(max(value, ends[0]), ends[-1])  # a bound in doubles may be beyond the declared one
            nearest = min(ends, key=lambda end: abs(end - value))
            moved.append(nearest if abs(nearest - value) <= reach else value)
        total = sum(moved)
        return [cls._at(tuple(branching.pieces(k, total - value)), value) for k, value in enumerate(moved)]

    @classmethod
    def _at(cls, pieces: tuple[Piece, ...], own: Any) -> Home:
        place = next(k for k, piece in enumerate(pieces) if piece.holds(own))
        if pieces[place].point:
            beside = [k for k in (place - 1, place + 1) if 0 <= k < len(pieces)]
            place = next((k for k in beside if pieces[k].same_steps(pieces[place])), place)
        return cls(own, pieces, place)

    @property
    def kept(self) -> Piece:
        """The piece."""
        return self.pieces[self.place]

    def attains(self, on_low: bool, on_high: bool) -> bool:
        """Whether what is best on the piece can be taken, if it may be on the lower end or on the upper one."""
        if self.kept.point:
            return True
        below = not on_low or self.kept.same_steps(self.pieces[self.place - 1])
        return below and (not on_high or self.kept.same_steps(self.pieces[self.place + 1]))

    def elsewhere(self) -> Iterator[tuple[Piece, int]]:
        """Return the other pieces; 1 or −1 where one leads up or down to the decision's without a jump, else 0.

        An end of the decision's own piece at which the utility does not jump is a part of it.
        """
        for step in (-1, 1):
            joined, before, place = True, self.kept, self.place + step
            while 0 <= place < len(self.pieces):
                piece = self.pieces[place]
                joined = joined and piece.same_steps(before) and not self.kept.point
                if not (joined and place == self.place + step):
                    yield piece, -step if joined and not piece.point else 0
                before, place = piece, place + step
