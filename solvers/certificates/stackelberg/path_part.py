"""A part of the contest's path between two of its checked points: who is where at both of them is so in between.

Who is capped at the first point stays so (`stackelberg/capping-is-permanent`), who has entered stays in
(`stackelberg/ratio-never-rises`), and whoever is between zero and the cap offers Z(1 − ρz)
(`stackelberg/capped-equilibrium-has-shares`). So of the points in between only those clients are looked at, against
their declared marginal utilities, whose part changes; the others' sums are held to those of both ends. In doubles a
point's total and pool are within 4 N ulps of the exact ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.stackelberg.contest import capped_budget
from ...readings.game import GameReading
from .checked_path import CheckedPath
from .checked_point import ROUNDING, Standing
from .piece import NEGLIGIBLE, Piece, Point
from .server import UnprovedError


@dataclass(frozen=True)
class PathPart:
    """A part of a path, from its first point to its last; both are checked."""

    path: CheckedPath
    piece: Piece
    first: Point
    last: Point

    @classmethod
    def all_between(cls, path: CheckedPath, first: Point, last: Point) -> PathPart:
        """The part between two checked points, all of whose clients are looked at."""
        return cls(path, path.path.whole, first, last)

    def split(self, point: Point) -> tuple[PathPart, PathPart]:
        """The parts before and behind a point of it."""
        return self._narrowed(self.first, point), self._narrowed(point, self.last)

    def entry(self, k: int) -> Point:
        """The end of stretch k, where somebody is about to enter."""
        cost = self.path.entries[k]
        enters = self.path.sell_at_first[self.piece.index] | (self.piece.cost < cost)
        return self.checked(self.piece.at_ratio(1 / cost, self.last.total, enters))

    def at(self, total: Any) -> Point:
        """The point with a total in between."""
        return self.checked(self.piece.at_total(total))

    def checked(self, point: Point) -> Point:
        """Return a point of the path after checking it.

        Raises
        ------
        UnprovedError
            When it is no equilibrium, its regime is not that of its offers, or it is not between the two ends.
        """
        rounding = 0 if self.path.exact else 2 * NEGLIGIBLE
        in_order = self.first.total <= point.total * (1 + rounding) and point.total <= self.last.total * (1 + rounding)
        falls = point.ratio <= self.first.ratio * (1 + rounding) and self.last.ratio <= point.ratio * (1 + rounding)
        if not (in_order and falls):
            raise UnprovedError("a point of the path failed its check: it is not between its neighbours")
        offers = self._offers(point)
        settled, total = self.piece.settled, point.total
        sold = settled.capped + total * settled.shares(self.piece.high - point.ratio) + self._sum(offers)
        if not abs(sold - total) <= self._rounding * total:
            raise UnprovedError("a point of the path failed its check: what is sold adds up to another total")
        self._standing.check(point, offers, settled.count, settled.cost)
        return point

    @cached_property
    def _standing(self) -> Standing:
        return Standing(self._reading, self.piece.cost, self.piece.cap, self.path.exact)

    @cached_property
    def _reading(self) -> GameReading:
        """The declared utilities of those whose part changes."""
        return self.path.reading.subset(self.piece.index)

    def _offers(self, point: Point) -> Any:
        return capped_budget(self.path.reading.algebra, point.total, self.piece.cost, point.ratio, self.piece.cap)

    def _sum(self, values: Any) -> Any:
        return self.path.reading.algebra.sum(values)

    def _narrowed(self, first: Point, last: Point) -> PathPart:
        """The part between two of its points, after holding those settled there to their offers at both of them."""
        part = PathPart(self.path, self.piece.between(first, last), first, last)
        if len(part.piece.index) == len(self.piece.index):
            return PathPart(self.path, self.piece, first, last)
        if not self._settles(part):
            raise UnprovedError("a part of the path failed its check: those settled are not so at its ends")
        return part

    def _settles(self, part: PathPart) -> bool:
        """Whether those who are looked at here and not in a part of this one are settled there, as summed up."""
        gone = np.ones(len(self.piece.index), dtype=bool)
        gone[np.searchsorted(self.piece.index, part.piece.index)] = False
        cost, cap = self.piece.cost[gone], self.piece.cap[gone]
        wanted, near = [], []
        for end in (part.first, part.last):
            wanted.append(end.total * (1 - cost * end.ratio))
            near.append(0 if self.path.exact else NEGLIGIBLE * end.total)
        capped, out = (wanted[0] >= cap - near[0]) & (wanted[0] > 0), wanted[1] <= near[1]
        free = (wanted[0] >= -near[0]) & (wanted[1] <= cap + near[1])
        if not np.all(capped | out | free):
            return False
        before, now, sure = self.piece.settled, part.piece.settled, ~(capped | out)
        few, many = np.count_nonzero(sure), np.count_nonzero(free)
        return bool(
            few <= now.count - before.count <= many
            and self._between(now.cost - before.cost, cost, sure, free, now.cost)
            and self._between(now.capped - before.capped, cap, capped & ~(out | free), capped, part.last.total)
            and abs(now.share - (now.count - now.cost * part.piece.high)) <= self._rounding * max(now.count, 1)
        )

    def _between(self, found: Any, values: Any, surely: Any, maybe: Any, size: Any) -> bool:
        """Whether a sum lies between that of some values and that of more of them."""
        room = self._rounding * size
        return bool(self._sum(values[surely]) - room <= found <= self._sum(values[maybe]) + room)

    @property
    def _rounding(self) -> float:
        """What sums over all clients may round, relative to their terms: each is off by a few ulps at most."""
        return 0 if self.path.exact else ROUNDING + len(self.path.path.cost) * 2.0**-48
