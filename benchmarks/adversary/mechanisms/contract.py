"""Privacy contracts, costs known or not: tied costs, types pooled, pools for a hundredth of a unit of ε to sixty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any, ClassVar

import mechproof as mp

from .. import numbers
from ..instance import FAR, Decisions, Instance, Truth, as_given, given
from .contract_oracle import Best, broken_rows


@dataclass(frozen=True)
class Contract(Instance):
    """A menu for types in any order."""

    cost: tuple[Fraction, ...]
    count: tuple[int, ...]
    pool: Fraction
    known: bool

    per_person: ClassVar[tuple[str, ...]] = ("cost", "count")
    numbers: ClassVar[tuple[str, ...]] = ("cost", "pool")

    @property
    def mechanism(self) -> str:  # type: ignore[override]
        return "full-information-contract" if self.known else "privacy-contract"

    def data(self) -> dict[str, Any]:
        cost, pool = given(self.cost, self.exact), given(self.pool, self.exact)
        return {"cost": cost, "count": list(self.count), "reward_pool": pool}

    def declared(self) -> Any:
        return mp.FullInformationContract if self.known else mp.PrivacyContract

    @cached_property
    def kinds(self) -> list[Fraction]:
        return sorted(set(self.cost))

    @cached_property
    def best(self) -> Best:
        owners = [sum(m for c, m in zip(self.cost, self.count, strict=True) if c == kind) for kind in self.kinds]
        return Best(tuple(self.kinds), tuple(owners), self.pool, self.known)

    @cached_property
    def _right(self) -> Decisions:
        where = [self.kinds.index(c) for c in self.cost]
        epsilon, payment = self.best.epsilon, self.best.payment
        return {"epsilon": tuple(epsilon[k] for k in where), "payment": tuple(payment[k] for k in where)}

    def right(self) -> tuple[Decisions, ...]:
        return (self._right,)

    def elsewhere(self, rng: Random) -> Iterator[Decisions]:
        """The menu of the other kind, equal pay for all, and a menu that leaves part of the pool."""
        yield replace(self, known=not self.known)._right
        pay = self.pool / sum(self.count)
        yield {"epsilon": tuple(pay / c for c in self.cost), "payment": tuple(pay for _ in self.cost)}
        thrift = 1 - numbers.small(rng) / 2
        same = pay * thrift
        yield {"epsilon": tuple(same / max(self.cost) for _ in self.cost), "payment": tuple(same for _ in self.cost)}
        yield {name: tuple(v * thrift for v in value) for name, value in self._right.items()}  # type: ignore[union-attr]

    def truth(self, decisions: Decisions) -> Truth:
        low = high = 0.0
        for name, right in self._right.items():
            value = decisions[name]
            assert isinstance(value, tuple)
            assert isinstance(right, tuple)
            apart = max(abs(v - r) for v, r in zip(value, right, strict=True))
            scales = [max(map(abs, value)), max(right)]
            low = max(low, float(apart / max(scales)))
            high = max(high, float(apart / min(scales)) if min(scales) else FAR)
        epsilon, payment = decisions["epsilon"], decisions["payment"]
        broken, kept = broken_rows(self.cost, self.count, self.pool, epsilon, payment, self.known)  # type: ignore[arg-type]
        return Truth(low, high, broken, kept)

    def outcomes(self, decisions: Decisions) -> Decisions:
        rows = zip(decisions["payment"], self.cost, decisions["epsilon"], strict=True)  # type: ignore[arg-type]
        return {"owner_utility": tuple(p - c * e for p, c, e in rows)}

    def blur(self, name: str, decisions: Decisions) -> float:
        payment, kept = decisions["payment"], self.outcomes(decisions)["owner_utility"]
        assert isinstance(payment, tuple)
        assert isinstance(kept, tuple)
        return max(float(2 * p / 2**40 / abs(k)) if k else FAR for p, k in zip(payment, kept, strict=True))


def draw(rng: Random) -> Contract:
    """A contract of one to four types."""
    exact = rng.random() < 0.5
    cost = numbers.several(rng, rng.choice((1, 2, 2, 3, 3, 4)), exact)
    count = tuple(rng.choice((1, 1, 2, 10, 300)) for _ in cost)
    budget = rng.choice((Fraction(1, 100), Fraction(1, 4), Fraction(1), Fraction(3), Fraction(12), Fraction(60)))
    money = numbers.unit(rng)
    cost = as_given(tuple(c * money for c in cost), exact)
    pool = budget * sum(c * m for c, m in zip(cost, count, strict=True))
    return Contract(exact, cost, count, as_given(pool, exact), rng.random() < 0.25)
