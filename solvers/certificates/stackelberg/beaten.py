"""How far at the least the best pool is from one that another beats.

The better pool is first improved along its stretch of the contest's path. A range of the path on both sides of the
answer, on which the server earns less than with the better pool, then holds no best one: its ends bound the distance.
"""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ..leader import LeaderVerdict
from .checked_path import CheckedPath
from .piece import Point
from .server import UnprovedError
from .stretch_bounds import StretchBounds, least, most

PARTS = (1 - 2.0**-10, 0.99, 0.9, 0.5, 0.1)
"""Of the way to the better pool, in totals, that are tried to be ruled out; the first that is counts."""
STEPS = 24
"""On the way to a stretch's best pool: some that grow, from a millionth, and halvings for four digits."""
PIECES = 16
"""Of a stretch, after which a range is not ruled out."""
STRETCHES = 20
"""In a range, after which it is not ruled out."""


@dataclass(frozen=True)
class Beaten:
    """A place on the path, of a pool that is beaten by another; `scale` is what distances are relative to."""

    path: CheckedPath
    here: Point
    scale: float

    def refutation(self, pool: Any, better: Point) -> LeaderVerdict:
        """Refute a pool by a better one; how far that is says nothing of how far the best one is.

        Parameters
        ----------
        pool
            The answer's.
        better
            A point at which the server certainly earns more; the own place where all are capped and less buys as much.
        """
        wasted = float(pool - self.here.pool) / self.scale
        at_least: float | None
        if better is self.here:
            at_least = min(wasted, self.until_the_next_enters(pool))
        else:
            with suppress(UnprovedError):
                better = self.climbed(better)
            found = None
            with suppress(UnprovedError):
                found = self.least_distance(better)
            # less what the answer is off its place on the path
            at_least = found - abs(wasted) if found is not None and found > abs(wasted) else None
        reason = f"reward_pool = {float(better.pool):.9g} is better for the server than {float(pool):.9g}"
        return LeaderVerdict(False, None, None, reason, at_least)

    def climbed(self, better: Point) -> Point:
        """Return a point of the better one's stretch near its maximum, at which the server earns no less."""
        path, stretch = self.path, self.path.entered(better)
        slope = path.slope(better, stretch)
        if better.total <= 0 or better.regime.interior_count == 0 or not (slope > 0 or slope < 0):
            return better
        side = 1 if slope > 0 else -1
        near, step, far = better, abs(better.total - self.here.total), None
        for _ in range(STEPS):
            point = self._at((near.total + far) / 2 if far is not None else near.total + side * step)
            inside = path.entered(point) == stretch and point.regime.interior_count > 0
            if not side * point.total > side * near.total:
                break
            if inside and side * path.slope(point, stretch) > 0:
                near, step = point, 16 * step
            else:
                far = point.total
        return near if least(path.value(near, stretch)) >= most(path.value(better, stretch)) else better

    def least_distance(self, better: Point) -> float | None:
        """How far the best pool is from here at the least; None if nothing was ruled out."""
        ceiling = least(self.path.value(better, self.path.entered(better)))
        way = better.total - self.here.total
        for part in PARTS if way != 0 else ():
            end = self._at(self.here.total + way * self._number(part))
            apart = abs(end.pool - self.here.pool)
            if not apart > 0:
                continue
            other = self._opposite(-way * self._number(part), apart)
            if other is not None and self._below(end, ceiling) and self._below(other, ceiling):
                return float(apart) / self.scale
        return None

    def until_the_next_enters(self, pool: Any) -> float:
        """How much more than a pool may be announced until it buys anything, where all who sell are capped."""
        stretch = self.path.entered(self.here)
        if stretch == len(self.path.entries):
            return math.inf
        return max(float(self.path.entry(stretch).pool - pool) / self.scale, 0.0)

    def _opposite(self, way: Any, apart: Any) -> Point | None:
        """The point on the other side that is at least as far in the pool, or the path's end."""
        for factor in (1, 2, 4):
            point = self._at(self.here.total + factor * way)
            at_end = point.total <= 0 or (self.path.end is not None and point.total >= self.path.end)
            if at_end or abs(point.pool - self.here.pool) >= apart:
                return point
        return None

    def _below(self, end: Point, ceiling: float) -> bool:
        """Whether the server earns less than a number from here to a point."""
        path = self.path
        start, last = (self.here, end) if end.total >= self.here.total else (end, self.here)
        first_stretch, last_stretch = path.entered(start), path.entered(last)
        if last_stretch - first_stretch > STRETCHES:
            return False
        for stretch in range(first_stretch, last_stretch + 1):
            stop = last if stretch == last_stretch else path.entry(stretch)
            if not self._stretch_below(stretch, start, path.cheapest(stop), ceiling):
                return False
            start = stop if stretch == last_stretch else path.after_entry(stretch + 1, stop)
        return True

    def _stretch_below(self, stretch: int, first: Point, last: Point, ceiling: float) -> bool:
        bounds, pieces = StretchBounds(self.path, stretch), [(first, last)]
        for _ in range(PIECES):
            if not pieces:
                return True
            low, high = pieces.pop()
            if bounds.tangent(low, high) < ceiling:
                continue
            middle = self._at((low.total + high.total) / 2)
            if not low.total < middle.total < high.total:
                return False
            pieces += [(low, middle), (middle, high)]
        return False

    def _at(self, total: Any) -> Point:
        """The point with about a total: of fractions, one with few digits."""
        total = max(total, 0 * total)
        return self.path.at(self.path.reading.algebra.number(float(total)) if self.path.exact else total)

    def _number(self, part: float) -> Any:
        return self.path.reading.algebra.number(part)
