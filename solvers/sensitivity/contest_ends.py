"""How far a contest's derivatives hold in one cost, in closed form, where nobody has a cap.

The n sellers of summed cost R stay as they are while every one of them is cheaper than R/(n − 1) and nobody else is;
the pool is positive while R/(n − 1) is below what the first unit is worth to the server. All of that is affine in one
cost, so that the ends are exact.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.algebra import Algebra
from ..backends.stackelberg.closed_form import Leader
from ..readings.balls import Balls
from ..readings.rationals import Irrational, Rationals, exact_sum
from ..readings.vectors import Vectors
from .branch import BOUND, End, Jump
from .contest_piece import ContestPiece

Stop = tuple[Any, str, int | None]
"""By how much a cost may move, what happens then, and to whom."""


@dataclass(frozen=True, eq=False)
class Sellers:
    """Those who sell just beyond an answer in one direction, and those who do not."""

    piece: ContestPiece
    inside: np.ndarray

    def end(self, moved: int, side: int) -> End:
        """Return where something happens as the cost of one client moves up (+1) or down (−1)."""
        own = self.cost(moved)
        entered = np.flatnonzero(self.inside & self.piece.standing.entering)
        if len(entered) and self._counted(self.inside) != self._counted(self.piece.standing.inside):
            price, first = self.cost(int(entered[0])), int(entered[0])
            pools = [self._best_pool(price, self._counted(mask)) for mask in (self.piece.standing.inside, self.inside)]
            return End(own, f"{self.piece.game.owner_of(first)} enters", Jump("reward_pool", *pools))
        if not self.inside[moved]:
            if side > 0:
                return End(math.inf, "nothing happens: who is too dear stays out")
            return self._crossing(self.limit, moved, moved)
        size, event, who = min(self._stops(moved, own, side), key=lambda stop: stop[0])
        at = own + side * size
        return End(at, event) if who is None else self._crossing(at, who, moved)

    def cost(self, client: int) -> Any:
        """A client's cost, a fraction if the answer is exact."""
        value = self.piece.game.cost[client]
        return float(value) if self._floats else Fraction(value)

    @cached_property
    def limit(self) -> Any:
        """R/(n − 1), below which a cost must be to sell."""
        return self._sum / (self._count - 1)

    @property
    def _floats(self) -> bool:
        return isinstance(self.piece.algebra, Vectors)

    @cached_property
    def _count(self) -> int:
        return int(np.count_nonzero(self.inside))

    @cached_property
    def _sum(self) -> Any:
        if self._floats:
            return float(np.sum(Vectors().vector(self.piece.game.cost)[self.inside]))
        return exact_sum([Fraction(item) for item in self.piece.game.cost[self.inside].tolist()])

    @cached_property
    def _dearest(self) -> np.ndarray:
        """The two dearest of those who sell, the dearest first."""
        sellers = np.flatnonzero(self.inside)
        cost = Vectors().vector(self.piece.game.cost)[sellers]
        return sellers[np.argsort(-cost, kind="stable")[:2]]

    @cached_property
    def _next(self) -> int | None:
        """The cheapest of those who do not sell."""
        out = np.flatnonzero(~self.inside)
        return int(out[np.argmin(Vectors().vector(self.piece.game.cost)[out])]) if len(out) else None

    def _stops(self, moved: int, own: Any, side: int) -> Iterator[Stop]:
        game, others = self.piece.game, self._count - 1
        if side < 0:
            yield own, BOUND, None
            dearest = next(k for k in self._dearest.tolist() if k != moved)
            yield self._sum - others * self.cost(dearest), f"{game.owner_of(dearest)} leaves", dearest
            return
        if self._next is not None:
            yield others * self.cost(self._next) - self._sum, f"{game.owner_of(self._next)} enters", self._next
        if others > 1:
            yield (self._sum - others * own) / (others - 1), f"{game.owner_of(moved)} leaves", moved
        yield self._worth * others - self._sum, "the pool reaches 0", None

    @cached_property
    def _worth(self) -> Any:
        """What the first unit of the total is worth to the server: the declared utility's slope at zero."""
        algebra: Algebra = Vectors() if self._floats else Rationals()
        leader = Leader(self.piece.game, algebra)
        zero, counted = algebra.number(0), self._counted(self.inside)
        return leader.slope(zero, counted) / (leader.slope(zero, counted) - leader.slope(zero, counted, 1 + zero))

    def _counted(self, inside: np.ndarray) -> int:
        return Leader(self.piece.game, Vectors()).counted(inside)

    def _crossing(self, at: Any, client: int, moved: int) -> End:
        """A client enters or leaves; over participants the pool jumps, since one more or less is counted."""
        leaves = bool(self.inside[client])
        event = f"{self.piece.game.owner_of(client)} {'leaves' if leaves else 'enters'}"
        flipped = self.inside.copy()
        flipped[client] = not leaves
        now, then = self._counted(self.inside), self._counted(flipped)
        if now == then:
            return End(at, event)
        price = at if client == moved else self.cost(client)  # B/Z, where its own cost is what entering takes
        return End(at, event, Jump("reward_pool", self._best_pool(price, now), self._best_pool(price, then)))

    def _best_pool(self, price: Any, counted: int) -> Any:
        algebra: Algebra = Vectors() if self._floats else Rationals()
        try:
            return Leader(self.piece.game, algebra).best_total(1 / price, counted) * price
        except Irrational:
            return Leader(self.piece.game, Balls()).best_total(1 / price, counted) * price
