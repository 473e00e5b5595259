"""The contest's path beside an answer: how far points are, and from which on the server's utility falls away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .checked_path import CheckedPath
from .piece import Point
from .server import UnprovedError

NARROWED = 16
"""How often a point beyond the tolerance is looked for nearer to the answer."""
FACTORS = (1e-5, 1e-3, 0.1, 0.99, 1.01, 8.0, 64.0, 1e3, 1e4, 1e5, 1e6)
"""Multiples of the tolerance at which the answer is tried to be enclosed."""


@dataclass(frozen=True)
class Around:
    """Points beside an answer, which is `here` on the path, on the stretch after so many entries."""

    path: CheckedPath
    here: Point
    at: int
    pool: Any
    scale: float
    tolerance: float

    def distance(self, there: Point) -> float:
        """How far the answer is from a point: in the pool relative to the largest, in the budgets to the larger."""
        pools = abs(float(self.pool - there.pool)) / self.scale
        if not there.total > 0:
            return pools
        if not self.here.total > 0:
            return max(pools, 1.0)
        ours, theirs = (self.path.path.offers(point.total, point.ratio) for point in (self.here, there))
        return max(pools, float(np.max(abs(ours - theirs)) / np.max(theirs)))

    @cached_property
    def unit(self) -> float:
        """The step in the total that moves the pool or the budgets by about the tolerance."""
        path, here = self.path, self.here
        steepness = float(1 / here.ratio)
        reach = self.scale / steepness
        if here.total > 0:
            offers = path.path.offers(here.total, here.ratio)
            reach = float(np.max(offers))  # the first to enter or to leave the cap makes up the whole step
        if here.total > 0 and here.regime.interior_count:
            steepness = float(here.regime.pool_slope(path.reading.algebra, here.total))
            inside = (offers > 0) if path.path.cap is None else (offers > 0) & (offers < path.path.cap)
            fall = (here.regime.interior_count - 1) / here.regime.interior_cost
            moving = float(np.max(abs(1 - path.path.cost[inside] * fall), initial=0))
            reach = reach / moving if moving else reach
        return self.tolerance * min(self.scale / steepness, reach)

    def points(self, side: int) -> Iterator[tuple[Point, bool]]:
        """Points at growing distances on one side of the answer; one beyond which the utility drops is the last.

        It drops at an entry that lowers the mean, and where all who sell are capped: B jumps before it buys any more.
        """
        path, here = self.path, self.here
        drops = side > 0 and path.counts[0] < path.counts[1] and self.at < len(path.entries)
        entry = path.entry(self.at) if drops else None
        for factor in FACTORS:
            step = path.reading.algebra.number(factor * self.unit)
            total = max(here.total + side * step, here.total / 2)
            if entry is not None and total >= entry.total:
                yield entry, True
                return
            point = path.at(total)
            held = point.regime.capped_total
            if side > 0 and here.total < held <= total and path.at(held).regime.interior_count == 0:
                yield path.at(held), True
                return
            yield point, False

    def edge(self, side: int) -> Point | None:
        """The nearest point on one side from which the utility certainly falls away from the answer."""
        near = self.here
        for point, drop in self.points(side):
            if drop or self._falls(side, point):
                return point if drop else self._nearer(side, near, point)
            near = point
        return None

    def _falls(self, side: int, point: Point) -> bool:
        path = self.path
        return bool(side * path.slope(point, path.entered(point)) < -path.told(point))

    def _nearer(self, side: int, near: Point, far: Point) -> Point:
        """The nearest such point between two, if the farther one is too far: at a kink the utility falls at once."""
        for _ in range(NARROWED):
            if self.distance(far) <= self.tolerance / 16 or self.distance(near) > self.tolerance:
                break
            try:
                middle = self.path.at((near.total + far.total) / 2)
            except UnprovedError:  # so near a kink doubles do not tell on which side it is
                break
            near, far = (near, middle) if self._falls(side, middle) else (middle, far)
        return far
