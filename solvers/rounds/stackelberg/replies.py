"""The contest's replies in closed form, each round checked against the declared marginal utility."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.errors import BackendError, UnsupportedModel
from ....formulations.stackelberg.contest import best_response, capped_share, learned_pool
from ...certificates.stackelberg.path import ContestPath
from ...readings.rationals import Rationals
from ...readings.scalars import Scalars
from ..replies import Replies
from ..roots import Roots, is_missing, others_of

SAME = 2.0**-30
"""How far, in parts of its cost, a client's marginal utility at its reply may be from zero."""


@dataclass(frozen=True)
class ContestReplies(Replies):
    """Replies in the contest for a pool.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> replies = ContestReplies(StackelbergPricing(cost=[1, 1], alpha=4, beta=2))
    >>> replies.at_once(np.array([0.25, 0.0]), {"reward_pool": 1.0})
    array([0.25,  nan])
    """

    @cached_property
    def cost(self) -> Any:
        """What the clients' privacy costs as it is played by."""
        return self.reading.data["cost"]

    @cached_property
    def cap(self) -> Any:
        """The declared caps, or None."""
        return self.reading.data.get("epsilon_cap")

    def at_once(self, others: Any, decided: Mapping[str, Any]) -> Any:
        """Return everybody's best reply by (22), not a number where the others sell nothing."""
        if isinstance(self.algebra, Roots):
            pool = decided["reward_pool"]
            caps = [None] * len(self.cost) if self.cap is None else self.cap
            each = zip(np.broadcast_to(others, self.cost.shape), self.cost, caps, strict=True)
            return _objects([self._exactly(rest, cost, cap, pool) for rest, cost, cap in each])
        replies = best_response(self.algebra, others, self.cost, decided["reward_pool"])
        if self.cap is not None:
            replies = np.minimum(replies, self.cap)
        self.refuse_false(replies, others, decided)
        return np.where(others > 0, replies, np.nan) if decided["reward_pool"] else replies

    def of_one(self, person: int, others: float, decided: Mapping[str, Any]) -> float:
        """Return one client's best reply by (22)."""
        pool = decided["reward_pool"]
        if others == 0 and pool:
            return float("nan")
        reply = float(best_response(Scalars(), others, self._costs[person], pool))
        return reply if self.cap is None else min(reply, float(self.cap[person]))

    def _exactly(self, others: Any, cost: Any, cap: Any, pool: Any) -> Any:
        """Return one client's best reply as a fraction or a ball."""
        if others == 0 and pool != 0:
            return float("nan")
        reply = best_response(self.algebra, others, cost, pool)
        return reply if cap is None else self.algebra.minimum(reply, cap)

    def in_turn(self, own: Any, people: Iterable[int], decided: Mapping[str, Any], alone: Callable[[int], Any]) -> Any:
        """Let some clients reply, one after another, to what the others have moved to."""
        if not isinstance(self.algebra, Roots):
            return super().in_turn(own, people, decided, alone)
        moved = own.copy()
        for person in people:
            cap = None if self.cap is None else self.cap[person]
            reply = self._exactly(others_of(moved)[person], self.cost[person], cap, decided["reward_pool"])
            moved[person] = alone(person) if is_missing(reply) else reply
        return moved

    @cached_property
    def _costs(self) -> list[float]:
        costs: list[float] = self.cost.tolist()
        return costs

    def refuse_false(self, own: Any, others: Any, decided: Mapping[str, Any]) -> None:
        """Refuse replies at which the declared marginal utility is neither zero nor points out of the range."""
        faced = others > 0
        if not decided["reward_pool"] or not np.any(faced):
            return
        slope = np.where(faced, self.reading.marginal(own, np.where(faced, others, 1.0), decided), 0.0)
        slack = SAME * np.maximum(self.cost, 1e-300)
        capped = own >= (np.inf if self.cap is None else self.cap)
        wrong = ((slope > slack) & ~capped) | ((slope < -slack) & (own > 0) & ~(capped & (slope >= 0)))
        if np.any(wrong):
            person = int(np.argmax(wrong))
            raise BackendError(
                f"the reply of client {person} is not best by its declared utility: slope {slope[person]:.3g}"
            )

    def equilibrium(self, decided: Mapping[str, Any]) -> Any:
        """Return the contest's equilibrium at a pool, over floats or fractions."""
        pool = decided["reward_pool"]
        path = ContestPath(self.algebra, self.cost, None)
        offers = path.offers(pool * path.first_ratio, path.first_ratio)
        if self.cap is None or np.all(offers <= self.cap) or not pool:
            return offers
        return self._capped(pool)

    def _capped(self, pool: Any) -> Any:
        """The equilibrium where a cap binds: the one root of the shares' falling sum, in doubles."""
        if isinstance(self.algebra, Rationals):  # of which those with roots are some
            raise UnsupportedModel("a cap binds, where the equilibrium at a pool is irrational; play in floats")
        from scipy.optimize import brentq

        def excess(total: float) -> float:
            return float(np.sum(capped_share(self.algebra, self.cost, self.cap, total, pool))) - 1

        low = high = float(np.sum(self.cap))
        while excess(low) < 0:
            low /= 2
        total = low if excess(high) >= 0 else float(brentq(excess, low, high, xtol=1e-300, rtol=1e-15))
        return capped_share(self.algebra, self.cost, self.cap, total, pool) * total

    def learned(self, own: Any, decided: Any, read: Any) -> Any:
        """Return the pool that is best by what the last one bought: max(0, β − N B₁/(α Σε₁)) for the logarithm."""
        total = self.algebra.sum(own) * read
        if not total or not decided:
            return decided
        roles = self.reading.roles({"reward_pool": decided, "epsilon": own})
        revenue = self.game.revenue._bound(self.algebra)  # type: ignore[attr-defined]
        pool = learned_pool(self.algebra, total, roles["counted"], decided, revenue)
        if pool is None and isinstance(self.algebra, Roots):
            raise UnsupportedModel("of this revenue the best pool is searched for in doubles; play in floats")
        return super().learned(own, decided, read) if pool is None else pool


def _objects(entries: list[Any]) -> np.ndarray:
    found = np.empty(len(entries), dtype=object)
    found[:] = entries
    return found
