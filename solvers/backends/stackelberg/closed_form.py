"""The default for Stackelberg pricing: the contest's equilibrium in closed form, then the server's best pool.

Without caps the total is Z = B e and the best pool is one stationary point. With caps the server's utility has several
local maxima, one at most on each stretch of the path between two entries; all stretches are enumerated, those that
cannot beat the best point found so far being dropped by a bound (B/Z never falls along the path).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from ....formulations.algebra import Algebra, read
from ....formulations.stackelberg.contest import best_pool
from ....formulations.stackelberg.declaration import StackelbergPricing
from ...certificates.stackelberg.path import ContestPath, first_sellers
from ...certificates.stackelberg.piece import NEGLIGIBLE, Piece, Point, Regime
from ...readings.game import GameReading
from ...readings.vectors import Vectors


def float_decisions(game: StackelbergPricing) -> dict[str, Any]:
    """Return the server's best pool and the clients' budgets in double precision."""
    algebra = Vectors()
    cost = algebra.vector(game.cost)
    leader = Leader(game, algebra)
    cap = algebra.vector(np.inf if game.epsilon_cap is None else game.epsilon_cap)
    ratio, share = accurate_shares(game, np.broadcast_to(cap > 0, cost.shape))
    total = leader.best_total(ratio, leader.counted(share))
    if np.all(share * total <= cap):
        return {"reward_pool": total / ratio, "epsilon": share * total}
    path = ContestPath(algebra, cost, cap)
    point, sells = best_point(path, leader)
    return {"reward_pool": point.pool, "epsilon": np.where(sells, path.offers(point.total, point.ratio), 0.0)}


@dataclass(frozen=True)
class Leader:
    """The server's side: its declared utility of a total, of the number counted and of the pool, and its best total."""

    game: StackelbergPricing
    algebra: Algebra

    @cached_property
    def reading(self) -> GameReading:
        """The declared game, whose server's utility and count are read here."""
        return GameReading(self.game, self.algebra)

    def counted(self, sells: np.ndarray) -> int:
        """Over how many clients the mean runs where those of a mask sell."""
        population = self.reading.population
        roles = {population.decision.name: sells, f"{population.name}_count": population.count}
        return int(read(population.aggregates["counted"], Vectors(), roles))

    def value(self, total: Any, counted: int, pool: Any) -> Any:
        """The declared utility U(Z, n, B)."""
        return self.reading.leader_utility({"total": total, "counted": counted, "reward_pool": pool})

    def slope(self, total: Any, counted: int, price: Any = 0) -> Any:
        """D U/dZ where one more unit of the total costs a price: what the pool is does not matter to it."""
        zero = 0 * total
        seen = {"total": total, "counted": counted, "reward_pool": zero}
        return self.reading.leader_slope(seen, {"total": zero + 1, "reward_pool": zero + price})

    def demand(self, ratio: Any, counted: int) -> Any:
        """The total at the stationary pool where Z = ratio·B; negative if there is none, None if no formula is."""
        pool = best_pool(self.algebra, ratio, counted, self.game.revenue._bound(self.algebra))
        return None if pool is None else pool * ratio

    def best_total(self, ratio: Any, counted: int) -> Any:
        """The best total that is bought at the price 1/e without caps; zero if not even the first unit pays."""
        demand = self.demand(ratio, counted)
        if demand is not None:
            return max(demand, 0 * ratio)
        top = float(self.game.revenue.largest_pool) * ratio

        def excess(total: float) -> float:
            return float(self.slope(total, counted, 1 / ratio))

        if excess(0.0) <= 0:
            return 0.0
        return top if excess(top) >= 0 else root_between(excess, 0.0, top)


def root_between(excess: Callable[[float], float], low: float, high: float) -> float:
    """Return a root to the last digits, between two points where the signs differ."""
    from scipy.optimize import brentq  # takes a quarter of a second to import, and most answers need no root

    return float(brentq(excess, low, high, xtol=1e-300, rtol=4 * np.finfo(float).eps))


def accurate_shares(game: StackelbergPricing, members: np.ndarray) -> tuple[float, np.ndarray]:
    """Return e and the shares 1 − ρ_i e of those who may sell, to a few ulps even where all costs are nearly equal.

    The product ρ_i e is formed with its rounding error (Dekker), and the shares' exact sum, which must be one,
    corrects e.
    """
    cost = Vectors().vector(game.cost)
    ratio, inside = first_sellers(game, members)
    share = np.zeros(len(cost))
    active = cost[inside]
    product = active * ratio
    high = 1 - product
    low = ((1 - high) - product) - _product_error(active, ratio, product)  # high + low is 1 − ρ_i e exactly
    correction = math.fsum([-1.0, *high.tolist(), *low.tolist()]) / active.sum()
    share[inside] = np.maximum(high + (low - active * correction), np.finfo(float).tiny)
    return ratio + correction, share


def _product_error(x: np.ndarray, y: float, product: np.ndarray) -> np.ndarray:
    """Return x·y − fl(x·y) exactly, by splitting each factor into two halves of 26 bits."""
    splitter = 134217729.0
    x_high = splitter * x - (splitter * x - x)
    y_high = splitter * y - (splitter * y - y)
    x_low, y_low = x - x_high, y - y_high
    return np.asarray(((x_high * y_high - product) + x_high * y_low + x_low * y_high) + x_low * y_low)


def best_point(path: ContestPath, leader: Leader) -> tuple[Point, np.ndarray]:
    """Return the server's best point on a capped path and a mask of those who may sell there.

    Looked for over all stretches between entries, best bound first.
    """
    able = path.cap > 0
    _, first = first_sellers(leader.game, able)
    waiting = np.sort(path.cost[able & ~first])
    stretch = _Stretches(path, leader, first, waiting, np.unique(waiting))
    best, best_stretch, best_value = stretch.start(), 0, 0.0
    queue = [stretch.node(0, len(stretch.entries), stretch.start(), stretch.end(), path.whole)]
    while queue:
        bound, low, high, left, right, piece = heapq.heappop(queue)
        if -bound <= best_value:
            break
        piece = piece.between(left, right)
        if high > low:
            middle = (low + high) // 2
            between = stretch.entry(middle, right, piece)
            for node in (
                stretch.node(low, middle, left, between, piece),
                stretch.node(middle + 1, high, between, right, piece),
            ):
                if -node[0] > best_value:
                    heapq.heappush(queue, node)
            continue
        point = stretch.local_maximum(low, left, right, piece)
        value = stretch.value(low, point)
        if value > best_value:
            best, best_stretch, best_value = point, low, value
    return best, stretch.entered(best_stretch)


@dataclass(frozen=True)
class _Stretches:
    """The stretches 0..m of a path, where stretch k lies between the entries k and k + 1 of the waiting clients."""

    path: ContestPath
    leader: Leader
    first: np.ndarray
    waiting: np.ndarray
    entries: np.ndarray

    def start(self) -> Point:
        return Point(0.0, 0.0, self.path.first_ratio, Regime(0, 0.0, 0.0))

    def end(self) -> Point:
        return self.path.at_total(np.sum(self.path.cap))

    def entry(self, k: int, before: Point, piece: Piece) -> Point:
        """The point of a piece at which the k-th waiting cost enters, before another of its points."""
        among = self.first[piece.index] | (piece.cost < self.entries[k])
        return piece.at_ratio(1 / self.entries[k], before.total, among)

    def entered(self, k: int) -> np.ndarray:
        """Who may sell on stretch k."""
        dearest = self.entries[k] if k < len(self.entries) else np.inf
        return np.asarray((self.path.cap > 0) & (self.first | (self.path.cost < dearest)))

    def counted(self, k: int) -> int:
        """Over how many the mean runs on stretch k, where it counts how many sell and not who."""
        late = np.searchsorted(self.waiting, self.entries[k]) if k < len(self.entries) else len(self.waiting)
        return self.leader.counted(self._sellers[len(self.waiting) - late :][: len(self.first)])

    @cached_property
    def _sellers(self) -> np.ndarray:
        """As many who sell as ever do, then as many who do not: its parts are masks of any number in between."""
        most = int(np.count_nonzero(self.first)) + len(self.waiting)
        return np.repeat(np.array([True, False]), [most, len(self.first)])

    def value(self, k: int, point: Point) -> float:
        return float(self.leader.value(point.total, self.counted(k), point.pool))

    def node(self, low: int, high: int, left: Point, right: Point, piece: Piece) -> _Node:
        """The stretches low..high between two points of a piece, with the negative of a bound on the utility there."""
        counted = self.counted(low)
        price = 1 / left.ratio
        demand = self.leader.demand(left.ratio, counted)
        total = right.total if demand is None else min(max(demand, left.total), right.total)
        bound = self.leader.value(total, counted, price * (left.total if demand is None else total))
        # ties are looked into: a few ulps of rounding must not drop the best stretch
        return -(bound + NEGLIGIBLE * abs(bound)), low, high, left, right, piece

    def slope(self, regime: Regime, counted: int, total: float) -> float:
        if regime.interior_count == 0:  # nobody is between, and a larger pool buys nothing
            return -np.inf
        return float(self.leader.slope(total, counted, regime.pool_slope(self.leader.algebra, total)))

    def local_maximum(self, k: int, left: Point, right: Point, piece: Piece) -> Point:
        """Bisect the falling slope until one regime is left, then find its stationary point."""
        counted = self.counted(k)
        # where all who are in are capped the pool can rise without buying anything: the stretch ends at its start
        right = piece.at_total(right.total)
        low, high, piece = left, right, piece.between(left, right)
        while len(piece.index):
            middle = piece.at_total((low.total + high.total) / 2)
            if not low.total < middle.total < high.total:
                break
            low, high = (middle, high) if self.slope(middle.regime, counted, middle.total) > 0 else (low, middle)
            piece = piece.between(low, high)
        if not len(piece.index) and piece.regime.interior_count:
            excess = partial(self.slope, piece.regime, counted)
            if excess(low.total) > 0 > excess(high.total):
                return piece.at_total(root_between(excess, low.total, high.total))
        return max((left, right, low, high), key=lambda point: self.value(k, point))


_Node = tuple[float, int, int, Point, Point, Piece]
