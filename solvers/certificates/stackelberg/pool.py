"""That a reward pool is the server's global optimum: a bound over every stretch of the contest's path, caps included.

The server earns its declared U(Z, n, B), of the total Z, the number n that the mean runs over, and the pool B. It is
shown on balls to rise ever more slowly in Z and to fall in B and n. Two facts about the path carry the argument: B/Z
never falls, and between two entries the slope of B only rises, so that U(Z, n, B(Z)) is concave there. Hence

- on a range that starts where B = p Z the utility is at most max U(Z, n, p Z) over the range;
- on a stretch without entries it lies below its tangents at both ends;
- around the answer a rising slope on one side and a falling one on the other enclose the stretch's maximum.

Where the mean runs over those who sell, U drops at every entry, since one more is counted: an entry ends a stretch like
a falling slope. Over fractions and balls nothing is rounded, and the bound is rigorous.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ....formulations.stackelberg.declaration import StackelbergPricing
from ...readings.balls import Balls, precision
from ...readings.derivative import NotSmooth
from ...readings.game import GameReading
from ...readings.rationals import as_fraction
from ..leader import LeaderVerdict
from .around import Around
from .checked_path import CheckedPath
from .piece import NEGLIGIBLE, Point
from .server import Server, ServerShape, UnprovedError
from .stretch_bounds import StretchBounds, least, most

if TYPE_CHECKING:
    from .path_part import PathPart

BITS = 192
"""Of balls: far more than the 53 of the doubles that they are compared with."""
PIECES = 20_000
"""Of the path, after which the bound is given up; a path has two for each entry at most that is close to the best."""
BESIDE = 64
"""Tolerances within which a pool is beside the answer."""


def check_pool(
    game: StackelbergPricing, reading: GameReading, values: dict[str, Any], tolerance: float
) -> LeaderVerdict:
    """Judge a reward pool; see the module's text for the argument."""
    if not game.linear_costs:
        from .convex_pool import check_convex_pool  # linear costs need none of it

        return check_convex_pool(game, reading, values, tolerance)
    with precision(BITS):
        cover = _Cover(CheckedPath(game, reading), values["reward_pool"], values["epsilon"], tolerance)
        try:
            cover.path.server.check_roles()
            return cover.verdict()
        except (UnprovedError, NotSmooth) as unproved:
            return LeaderVerdict(None, None, None, str(unproved))


@dataclass(frozen=True)
class _Cover:
    path: CheckedPath
    pool: Any
    offers: Any
    tolerance: float

    @cached_property
    def scale(self) -> float:
        return float(self.path.game.revenue.largest_pool)

    @cached_property
    def here(self) -> Point:
        """The answer's place on the path."""
        path, total = self.path, self.path.reading.algebra.sum(self.offers)
        here = path.at(total)
        if path.end is None or not total > 0:
            return here
        # an entry, or a total at which all who sell are capped, may be missed by a rounding: each of N offers is off by
        # a few ulps (2⁻⁵²) of the total at most, as where points are checked
        hair = total * (2**8 + len(self.offers)) / 2**48
        held = path.path.at_total(min(total + hair, path.end)).regime.capped_total
        if abs(held - total) <= hair:
            capped = path.at(held)
            here = capped if capped.regime.interior_count == 0 else here
        sold = path.entered_by(self.offers)
        if path.entered(here) > sold:
            entry = path.entry(sold)
            here = entry if abs(entry.total - total) <= hair else here
        return here

    @cached_property
    def at(self) -> int:
        """The answer's stretch."""
        return self.path.entered(self.here)

    @cached_property
    def reached(self) -> Any:
        """What the server earns with the answer."""
        return self.path.earned(self.here.total, self.pool, self.at)

    @cached_property
    def around(self) -> Around:
        """The path beside the answer."""
        return Around(self.path, self.here, self.at, self.pool, self.scale, self.tolerance)

    def verdict(self) -> LeaderVerdict:
        if float(self.pool - self.here.pool) > self.tolerance * self.scale:  # all are capped: less buys as much
            return self._worse_than(self.here)
        left, right = self._edges()
        if left is None or right is None:
            return self._improved("no maximum of the server's utility was found around the reward pool")
        distance = max(self.around.distance(point) for point in (left, right))
        if distance > self.tolerance:
            return self._still_moving()
        most_useful = self._most_useful(right)
        first = self._first_useful(left, as_fraction(most_useful))
        if first is None:
            return self._improved("the server's utility was not shown to rise ever more slowly with the total")
        bound = self._bound_between(left, right)
        better = self._search(first, left, right, most_useful, max(bound, most(self.reached)))
        if better is not None:
            return self._worse_than(better)
        gap = max(bound - least(self.reached), 0.0) / self.scale
        return LeaderVerdict(True, gap, distance, "the server's global optimum is enclosed")

    def _bound_between(self, left: Point, right: Point) -> float:
        """A bound on the utility between the edges; somebody may enter there just where another is capped."""
        path, low, last = self.path, left, self.path.entered(right)
        bounds = []
        for k in range(path.entered(left), last):
            high = path.entry(k)
            bounds.append(StretchBounds(path, k).tangent(low, high))
            low = path.after_entry(k + 1, high)
        return max([*bounds, StretchBounds(path, last).tangent(low, right)])

    def _first_useful(self, left: Point, furthest: Fraction) -> Point | None:
        """The start, or a point before the left edge before which nothing is as good, from which the shape is shown.

        A revenue whose slope has no bound at zero, such as a root, has its shape from a small total on only.
        """
        path = self.path
        entry = as_fraction(path.entry(0).total) if len(path.entries) else Fraction(0)
        if self._shape.regular(Fraction(0), furthest, entry):
            return path.start()
        before = min(as_fraction(left.total), entry) if entry else as_fraction(left.total)
        few = self._shape.negligible_total(Fraction(float(before)) / 2, least(self.reached))
        return path.at(path.reading.algebra.number(few)) if self._shape.regular(few, furthest, entry) else None

    def _most_useful(self, right: Point) -> Any:
        """A total beyond the right edge from which on nothing can be as good as the answer."""
        path = self.path
        dearest = path.first * path.reading.algebra.number(self.scale)
        largest = dearest if path.end is None else path.end
        reached = -path.raised(-least(self.reached))
        useful = self._shape.useful_total(as_fraction(1 / path.first), as_fraction(largest), reached)
        return max(path.reading.algebra.number(useful), right.total)

    @cached_property
    def _shape(self) -> ServerShape:
        return ServerShape(Server(GameReading(self.path.game, Balls())), self.path.counts)

    def _edges(self) -> tuple[Point | None, Point | None]:
        """The nearest points around the answer with a rising slope before it and a falling one behind it."""
        path, here = self.path, self.here
        if self._next_to_nothing() and not path.worth_starting():
            return path.start(), path.start()
        left = self.around.edge(-1) if here.total > 0 else here
        # where all who sell are capped, B jumps before it buys any more
        all_capped = here.total > 0 and here.regime.interior_count == 0
        at_end = path.end is not None and bool(here.total >= path.end)
        return left, here if all_capped or at_end else self.around.edge(+1)

    def _next_to_nothing(self) -> bool:
        """Whether the answer is zero but for rounding."""
        largest = float(self.path.reading.upper.max())
        return float(self.pool) <= NEGLIGIBLE * self.scale and float(self.offers.max()) <= NEGLIGIBLE * largest

    def _still_moving(self) -> LeaderVerdict:
        """The enclosure is wider than the tolerance: refuted if the utility rises away from the answer for that far."""
        path = self.path
        for side in (-1, +1):
            for point, drop in self.around.points(side) if self.here.total > 0 or side > 0 else ():
                if not drop and path.entered(point) == self.at and self.around.distance(point) > self.tolerance:
                    if side * path.slope(point, self.at) > 0:
                        return self._worse_than(point)
                    break
        return self._improved("the server's optimum is enclosed, but not closely enough")

    def _improved(self, unproved: str) -> LeaderVerdict:
        """Optimality could not be shown: look for a better pool in steps to both sides."""
        path, here, number = self.path, self.here, self.path.reading.algebra.number
        for k in range(40):
            for total in (here.total * (2**k - 1) / 2**k, here.total + path.first * number(self.scale) / 2**k):
                point = path.at(total)
                apart = self.around.distance(point)
                # sums over many clients waste a hair of the pool in doubles: what is better by that refutes nothing
                hair = self.tolerance * self.scale if not path.exact and apart <= BESIDE * self.tolerance else 0.0
                if apart > 2 * self.tolerance and self._better(point, path.entered(point), most(self.reached) + hair):
                    return self._worse_than(point)
        return LeaderVerdict(None, None, None, unproved)

    def _better(self, point: Point, k: int, than: float) -> bool:
        """Whether the utility at a point on stretch k is certainly above a number."""
        above = than if self.path.exact else self.path.raised(than)
        return point.total > 0 and least(self.path.value(point, k)) > above

    def _worse_than(self, better: Point) -> LeaderVerdict:
        """Refute by a better pool."""
        from .beaten import Beaten  # a right answer needs none of it

        return Beaten(self.path, self.here, self.scale).refutation(self.pool, better)

    def _search(self, begin: Point, left: Point, right: Point, most_useful: Any, ceiling: float) -> Point | None:
        """Bound the utility over the rest of the path from a point on; return a better point if one turns up.

        The stretches that hold the edges need no bound: they are concave and rise towards the left edge, or fall from
        the right one; stretches between them lie within the edges, where the utility is at most `ceiling`.
        """
        path = self.path
        if not len(path.entries):
            return None
        from .path_part import PathPart  # without caps there is no other stretch

        enclosed = range(path.entered(left), path.entered(right) + 1)
        end = path.at(most_useful)
        waiting = [(path.entered(begin), path.entered(end), PathPart.all_between(path, begin, end))]
        for _ in range(PIECES):
            if not waiting:
                return None
            low, high, part = waiting.pop()
            if low in enclosed and high in enclosed:
                continue
            apart = high < enclosed.start or low >= enclosed.stop
            if apart and self._too_dear(low, part, path.entering(low, high)):
                continue
            if high > low:
                middle = (low + high) // 2
                before, behind = part.split(part.entry(middle))
                waiting += [(low, middle, before), (middle + 1, high, behind)]
                continue
            better = self._on_stretch(low, part, ceiling)
            if better is not None:
                return better
        raise UnprovedError(f"the bound over the other regimes was not closed within {PIECES} pieces")

    def _too_dear(self, stretch: int, part: PathPart, entering: int) -> bool:
        """Whether a part of the path from a stretch on earns less than the answer, by what it costs at the least."""
        reached = least(self.reached)
        return StretchBounds(self.path, stretch).price(part.first, part.last, reached, entering) < reached

    def _on_stretch(self, k: int, stretch: PathPart, ceiling: float) -> Point | None:
        """Bound a stretch by its slope at the least, halving it where that does not suffice."""
        pieces = [(stretch, self.path.entering(k, k))]
        for _ in range(200):
            if not pieces:
                return None
            part, entering = pieces.pop()
            low, high = part.first, part.last
            for point in (low, high):
                if self._better(point, k, ceiling):
                    return point
            if self._too_dear(k, part, entering) or not low.total < high.total or self._falls_from(low, k):
                continue
            before, behind = part.split(part.at((low.total + high.total) / 2))
            pieces += [(before, entering), (behind, 0)]
        raise UnprovedError("another stretch of the path comes too close to the answer to be told from it")

    def _falls_from(self, low: Point, k: int) -> bool:
        """Whether the utility falls, from a point on that is within the tolerance of the answer."""
        near = abs(float(self.pool - low.pool)) <= self.tolerance * self.scale
        if not near or self.around.distance(low) > self.tolerance:
            return False
        return bool(self.path.slope(self.path.after_entry(k, low) if self._enters_at(k, low) else low, k) < 0)

    def _enters_at(self, k: int, point: Point) -> bool:
        """Whether a point is the one at which stretch k begins, before its entry."""
        return k > 0 and self.path.entered(point) < k
