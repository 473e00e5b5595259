"""Stackelberg pricing: with caps or not, both revenues, both means, entrants exactly or nearly indifferent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any, ClassVar

import mechproof as mp

from .. import numbers
from ..instance import FAR, Decisions, Instance, Part, Truth, as_given, given
from .contest_oracle import Oracle


@dataclass(frozen=True)
class Contest(Instance):
    """A server's pool and the clients' budgets."""

    cost: tuple[Fraction, ...]
    cap: tuple[Fraction, ...] | None
    alpha: Fraction
    beta: Fraction
    saturating: bool
    mean_over: str

    mechanism: ClassVar[str] = "stackelberg-pricing"
    per_person: ClassVar[tuple[str, ...]] = ("cost", "cap")
    numbers: ClassVar[tuple[str, ...]] = ("cost", "cap", "alpha", "beta")

    @cached_property
    def oracle(self) -> Oracle:
        return Oracle(self.cost, self.cap, self.alpha, self.beta, self.saturating, self.mean_over == "participants")

    def data(self) -> dict[str, Any]:
        worth: dict[str, Any] = {"alpha": given(self.alpha, self.exact), "beta": given(self.beta, self.exact)}
        if self.saturating:
            worth = {"revenue": Part(mp.SaturatingRevenue, "saturating", worth)}
        caps = {} if self.cap is None else {"epsilon_cap": given(self.cap, self.exact)}
        return {"cost": given(self.cost, self.exact), **caps, "mean_over": self.mean_over, **worth}

    def declared(self) -> Any:
        return mp.StackelbergPricing

    @cached_property
    def _right(self) -> tuple[Decisions, ...]:
        top = self.oracle.best[0][0]
        equal = float(self.beta) * 1e-40
        pools: list[Fraction] = []
        for worth, pool in self.oracle.best:
            if top - worth <= equal and all(abs(pool - other) > self.beta / 10**15 for other in pools):
                pools.append(pool)
        return tuple({"reward_pool": pool, "epsilon": self.oracle.response(pool)} for pool in pools)

    def right(self) -> tuple[Decisions, ...]:
        return self._right

    def elsewhere(self, rng: Random) -> Iterator[Decisions]:
        """Responses to local optima, to other pools, and of contests without caps."""
        local = [pool for _, pool in self.oracle.best[:4]]
        for pool in [*local, self.beta * numbers.small(rng), self._right[0]["reward_pool"] * (1 + numbers.small(rng))]:
            pool = as_given(min(pool, self.beta), self.exact)
            yield {"reward_pool": pool, "epsilon": self.oracle.response(pool)}

    def truth(self, decisions: Decisions) -> Truth:
        pool, epsilon = decisions["reward_pool"], decisions["epsilon"]
        assert isinstance(pool, Fraction)
        assert isinstance(epsilon, tuple)
        there = self.oracle.response(pool)
        apart = relative(epsilon, there)[1]
        low, lead = FAR, FAR
        for answer in self._right:
            best, sold = answer["reward_pool"], answer["epsilon"]
            assert isinstance(best, Fraction)
            assert isinstance(sold, tuple)
            pools = float(abs(pool - best) / self.beta)
            low = min(low, max(pools, relative(epsilon, sold)[0]))
            lead = min(lead, max(pools, relative(there, sold)[1]))
        most = self.cap or tuple(self.beta / rho for rho in self.cost)
        broken = max(outside(pool, Fraction(0), self.beta), *map(outside, epsilon, [Fraction(0)] * len(most), most))
        same = all((x > 0) == (y > 0) for x, y in zip(epsilon, there, strict=True))
        return Truth(low, apart + lead, broken, broken, same)

    def outcomes(self, decisions: Decisions) -> Decisions:
        pool, epsilon = decisions["reward_pool"], decisions["epsilon"]
        assert isinstance(pool, Fraction)
        assert isinstance(epsilon, tuple)
        total = sum(epsilon)
        paid = tuple(pool * own / total if total else Fraction(0) for own in epsilon)
        return {"payment": paid}


def relative(one: tuple[Fraction, ...], other: tuple[Fraction, ...]) -> tuple[float, float]:
    """The largest difference relative to the larger, and to the smaller, of the two's largest entries."""
    apart = max(abs(x - y) for x, y in zip(one, other, strict=True))
    scales = [max(map(abs, values)) for values in (one, other)]
    if not apart:
        return 0.0, 0.0
    return float(apart / max(scales)), float(apart / min(scales)) if min(scales) else FAR


def outside(value: Fraction, low: Fraction, high: Fraction) -> float:
    """By how much a number breaks its bounds, relative to the larger of the two."""
    if low <= value <= high:
        return 0.0
    bound = low if value < low else high
    return float(abs(value - bound) / max(abs(value), abs(bound)))


def per_pool(cost: tuple[Fraction, ...]) -> Fraction:
    """e = max (k − 1)/R_k."""
    ordered = sorted(cost)
    return max(Fraction(k - 1) / sum(ordered[:k]) for k in range(2, len(cost) + 1))


def draw(rng: Random) -> Contest:
    """A contest of two to four clients."""
    exact = rng.random() < 0.5
    cost = numbers.several(rng, rng.randint(2, 4), exact)
    if rng.random() < 0.4 and len(cost) < 4:
        edge = rng.choice(
            (Fraction(0), Fraction(0), numbers.HAIR, -numbers.HAIR, Fraction(1, 10**9), -Fraction(1, 10**6))
        )
        cost = (*cost, (1 + edge) / per_pool(cost))  # exactly, or nearly, indifferent
    beta = numbers.uneven(rng)
    hardly = len(cost) / (beta * per_pool(cost))
    worth = (Fraction(1, 2), Fraction(999_999, 10**6), Fraction(1), 1 + numbers.small(rng), Fraction(2), Fraction(10))
    alpha = hardly * rng.choice((*worth, Fraction(100), Fraction(1000)))
    cap = None
    if rng.random() < 0.5:
        total = beta * per_pool(cost)
        parts = [rng.choice((0, 1, 2, 2, 10, 10, 50, 100, 10_000)) for _ in cost]
        while sum(map(bool, parts)) < 2:
            parts[rng.randrange(len(parts))] = 5
        cap = tuple(total * part / 100 for part in parts)
    money, unit = numbers.unit(rng), numbers.unit(rng)
    cost = as_given(tuple(c * money / unit for c in cost), exact)
    cap = as_given(cap and tuple(c * unit for c in cap), exact)
    alpha, beta = as_given(alpha / unit, exact), as_given(beta * money, exact)
    mean = rng.choice(("all", "participants"))
    return Contest(exact, cost, cap, alpha, beta, rng.random() < 0.25, mean)
