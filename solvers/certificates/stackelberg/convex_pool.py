"""That a reward pool is the server's global optimum where costs are convex: cells of pools, with the clients' response.

Where C is convex a pool has one equilibrium, whose total rises with the pool. Of powers without caps one enclosed
equilibrium gives all of them (`scaled_pools`). Else the equilibria at the ends of a cell are enclosed, everybody's
budgets between them by the signs of the declared marginal utilities, and the total's slope by its derivatives on these
boxes, in intervals of doubles.
"""

from __future__ import annotations

from bisect import bisect, insort
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.errors import BackendError
from ....formulations.revenue_curve import PowerCost
from ....formulations.stackelberg.declaration import StackelbergPricing
from ...readings.balls import ball, enclosing, precision
from ...readings.game import GameReading
from ...readings.intervals import Interval, Intervals, interval
from ...readings.rationals import Rationals
from ...readings.vectors import Vectors
from ..equilibrium import Enclosure, enclose
from ..leader import LeaderVerdict
from .convex_motion import Motion
from .convex_response import ConvexResponse, Equilibrium
from .convexity import convexity_shown
from .pool_cells import Bounds, covered
from .scaled_pools import BITS, Scaled, caps_never_bind

MOST = 1_000_000
"""Clients up to whom cells are covered by the boxes of those who sell: each takes some twenty passes over them."""
TOO_MANY = f"pools are compared for up to {MOST:,} clients, unless costs are powers"
WIDENED, ROOM = 8, 1.25
"""How often boxes are widened until the marginal utilities point into them, by so many times what is missing."""


def check_convex_pool(
    game: StackelbergPricing, reading: GameReading, values: Mapping[str, Any], tolerance: float
) -> LeaderVerdict:
    """Judge a reward pool where costs are convex; see the module's text for the argument."""
    pool, own = values["reward_pool"], values["epsilon"]
    largest = float(game.revenue.largest_pool)
    if not convexity_shown(game):
        return LeaderVerdict(None, None, None, "that the cost is convex and keeps its word was not shown")
    if not pool > 0:
        return _no_pool(game, reading, tolerance, len(own))
    enclosure = enclose(reading, own, {"reward_pool": pool})
    if enclosure is None:
        return LeaderVerdict(None, None, None, "no equilibrium was enclosed at the reward pool")
    finer = tolerance * min(1.0, float(pool) / largest)
    if type(game.cost_function) is PowerCost and caps_never_bind(game, enclosure, float(pool)):
        with precision(BITS):
            scaled = Scaled(game, enclosing(*enclosure.totals), ball(pool), reading.roles(dict(values))["counted"])
            reached = scaled.value(ball(pool))
            ends = float(reached.lower()), float(reached.upper())
            verdict = covered(scaled.bounds, largest, float(pool), ends, finer)
            return _measured(verdict, scaled.moved, float(pool), largest, tolerance)
    if isinstance(reading.algebra, Rationals):
        return LeaderVerdict(None, None, None, "pools are compared in doubles only; certify with arithmetic='float'")
    if len(own) > MOST:
        return LeaderVerdict(None, None, None, TOO_MANY)
    path = _Path(game, {float(pool): _widened(enclosure)}, largest)
    ends = path.earned(float(pool))
    verdict = covered(path.bounds, largest, float(pool), ends, finer)
    return _measured(verdict, path.moved, float(pool), largest, tolerance)


def _measured(
    verdict: LeaderVerdict,
    moved: Callable[[float, float], float],
    pool: float,
    largest: float,
    tolerance: float,
) -> LeaderVerdict:
    """Return a verdict whose distance bounds the budgets' too: a small pool moves them by more than its own part."""
    if verdict.optimal is not True or verdict.distance is None:
        return verdict
    reach = (verdict.distance + 2.0**-50) * largest
    low, high = max(pool - reach, 0.0), min(pool + reach, largest)
    distance = max(verdict.distance, moved(low, pool), moved(pool, high))
    if distance > tolerance:
        reason = f"the server's optimum is enclosed, but the budgets that it buys only within {distance:.3g}"
        return LeaderVerdict(None, None, None, reason)
    return replace(verdict, distance=distance)


def _no_pool(game: StackelbergPricing, reading: GameReading, tolerance: float, count: int) -> LeaderVerdict:
    """Judge that no pool pays: on cells of all others the utility is no more than that of none, or falls."""
    if count > MOST:
        return LeaderVerdict(None, None, None, TOO_MANY)
    largest, server = float(game.revenue.largest_pool), GameReading(game, Intervals())
    counted = 1 if game.mean_over == "participants" else count
    nothing = interval(server.leader_utility({"total": 0.0, "counted": counted, "reward_pool": 0.0}))
    path = _Path(game, {}, largest)
    return covered(path.bounds, largest, 0.0, (float(nothing.low), float(nothing.high)), tolerance)


@dataclass(frozen=True)
class _Path:
    """The clients' equilibria at pools, each enclosed, in doubles."""

    game: StackelbergPricing
    known: dict[float, Enclosure]
    largest: float
    found: dict[float, Equilibrium] = field(default_factory=dict)
    pools: list[float] = field(default_factory=list)

    @cached_property
    def reading(self) -> GameReading:
        """The game in doubles."""
        return GameReading(self.game, Vectors())

    @cached_property
    def response(self) -> ConvexResponse:
        """What finds the hints."""
        return ConvexResponse(self.game)

    def at(self, pool: float) -> Enclosure | None:
        """Return the equilibrium at a pool, enclosed around a hint."""
        if pool not in self.known:
            above = bisect(self.pools, pool)
            near = self.pools[above - 1] if above else self.pools[0] if self.pools else None
            try:
                hint = self.response.at(pool, None if near is None else self.found[near])
            except BackendError:
                return None
            self.found[pool] = hint
            insort(self.pools, pool)
            enclosed = enclose(self.reading, np.minimum(hint.own, self.reading.upper), {"reward_pool": pool})
            if enclosed is None:
                return None
            self.known[pool] = _widened(enclosed)
        return self.known[pool]

    def moved(self, low: float, high: float) -> float:
        """How far budgets move between two pools around the answer, in parts of the largest."""
        one, two = (self.at(pool) if pool > 0 else None for pool in (low, high))
        if one is None or two is None:
            return float("inf")
        who = np.flatnonzero(two.high > 0)
        one, two = _of(one, who), _of(two, who)
        boxes = self._boxes(one, two, Interval(one.totals[0], two.totals[1]), Interval(low, high), who)
        return float("inf") if boxes is None else float(np.max(boxes.high - boxes.low) / np.max(boxes.low))

    def earned(self, pool: float) -> tuple[float, float]:
        """What a pool earns, at least and at most."""
        found = self.at(pool)
        if found is None:
            return -np.inf, np.inf
        value = interval(self._utility(Interval(*found.totals), self._counted(found.low, found.high), pool))
        return float(value.low), float(value.high)

    def bounds(self, low: float, high: float) -> Bounds | None:
        """Return the bounds on a cell."""
        ends = None if low <= 0 else self.at(low)
        top = self.at(high)
        if top is None or (low > 0 and ends is None):
            return None
        who = np.flatnonzero(top.high > 0)  # B/Z rises with the pool: who sells nothing at its upper end sells nowhere
        top, ends = _of(top, who), None if ends is None else _of(ends, who)
        totals = (0.0 if ends is None else ends.totals[0]), top.totals[1]
        counted = self._counted(np.zeros(len(who)) if ends is None else np.minimum(ends.low, top.low), top.high)
        most = float(interval(self._utility(Interval(totals[1], totals[1]), counted, low)).high)
        least = max(self.earned(end)[0] for end in (low, high) if end > 0)
        slope = (-np.inf, np.inf)
        boxes = None if ends is None else self._boxes(ends, top, Interval(*totals), Interval(low, high), who)
        if ends is not None and boxes is not None:
            cell = Motion(self._of(who), self._inside(who), boxes, Interval(*totals), Interval(low, high), counted)
            slope = cell.slope_between(*(self._still(end, pool, who) for end, pool in ((ends, low), (top, high))))
        if counted.low < counted.high:  # where somebody enters, a mean over participants jumps down
            slope = -np.inf, slope[1]
        return Bounds(most, least if high - low < 1e-3 * self.largest else -np.inf, slope)

    def _of(self, who: Any) -> GameReading:
        return self.reading.subset(who)

    def _inside(self, who: Any) -> GameReading:
        return GameReading(self.game, Intervals()).subset(who)

    def _still(self, found: Enclosure, pool: float, who: Any) -> Motion:
        """The path at one pool."""
        own, counted = Interval(found.low, found.high), self._counted(found.low, found.high)
        return Motion(self._of(who), self._inside(who), own, Interval(*found.totals), Interval(pool, pool), counted)

    def _counted(self, low: Any, high: Any) -> Interval:
        if self.game.mean_over == "all":
            return Interval(len(self.game.cost), len(self.game.cost))
        return Interval(max(np.count_nonzero(low > 0), 1), max(np.count_nonzero(high > 0), 1))

    def _utility(self, total: Interval, counted: Interval, pool: Any) -> Any:
        server = GameReading(self.game, Intervals())
        return server.leader_utility({"total": total, "counted": counted, "reward_pool": pool})

    def _boxes(self, one: Enclosure, two: Enclosure, totals: Interval, pools: Interval, who: Any) -> Interval | None:
        """Everybody's budgets at every pool of a cell: the declared marginal utilities point into the boxes."""
        reading, inside = self._of(who), self._inside(who)
        lower, upper = reading.lower, reading.upper
        low, high = np.minimum(one.low, two.low), np.maximum(one.high, two.high)
        with np.errstate(all="ignore"):
            hair = float(totals.high) * 2.0**-46
            stiff = _stiffness(reading, (low + high) / 2, float(totals.high), float(pools.low))
            for _ in range(WIDENED):
                rise, fall = _pull(inside, low, totals, pools).low, _pull(inside, high, totals, pools).high
                if np.all((rise >= 0) | (low <= lower)) and np.all((fall <= 0) | (high >= upper)):
                    return Interval(low, high)
                low = np.where(rise < 0, np.maximum(low + ROOM * rise / stiff - hair, lower), low)
                high = np.where(fall > 0, np.minimum(high + ROOM * fall / stiff + hair, upper), high)
        return None


def _pull(inside: GameReading, own: Any, totals: Interval, pools: Interval) -> Interval:
    """The marginal utilities at given budgets and all totals and pools of a cell, by their mean values."""
    box = Interval(own, own)
    corner = interval(inside.marginal(box, totals.low - box, {"reward_pool": float(pools.low)}))
    none, one = np.zeros(len(own)), np.ones(len(own))
    by_total, by_pool = (
        interval(inside.marginal_slope(box, totals - box, {"reward_pool": pools}, speed))
        for speed in (
            {"own": none, "others": one, "reward_pool": 0.0},
            {"own": none, "others": none, "reward_pool": 1.0},
        )
    )
    grown = Interval(0.0, totals.high - totals.low), Interval(0.0, pools.high - pools.low)
    found: Interval = corner + by_total * grown[0] + by_pool * grown[1]
    return found


def _stiffness(reading: GameReading, own: Any, total: float, pool: float) -> Any:
    """How fast everybody's marginal utility falls in the own decision at a total: a guess of what is needed."""
    one = np.ones(len(own))
    speed = {"own": one, "others": -one, "reward_pool": 0.0}
    slope = reading.marginal_slope(own, total - own, {"reward_pool": pool}, speed)
    return np.where(np.isfinite(slope) & (slope < 0), -slope, pool / total**2)


def _of(found: Enclosure, who: Any) -> Enclosure:
    """Return what is known of some clients; the totals are everybody's."""
    return replace(found, low=found.low[who], high=found.high[who])


def _widened(found: Enclosure) -> Enclosure:
    """Return an enclosure whose lower ends are below its upper ones."""
    return Enclosure(
        found.distance,
        found.totals,
        np.minimum(found.low, found.high),
        np.maximum(found.low, found.high),
        found.starts,
        found.stays,
        found.at_least,
    )
