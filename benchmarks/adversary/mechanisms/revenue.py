"""Version revenue: surveys of a few buyers, the largest revenue by trying every set of buyers who are kept."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any, ClassVar

import mechproof as mp

from .. import numbers
from ..instance import FAR, Decisions, Instance, Truth, as_given, given
from .price_oracle import Fit
from .prices import ATTACKS, menu_keeps

HAIR = Fraction(1, 10**9)
"""Who is within a hair of a price may be counted either way: prices within the tolerance win or lose them."""


@dataclass(frozen=True)
class Revenue(Instance):
    """Prices of versions that buyers value differently."""

    epsilon: tuple[Fraction, ...]
    wanted: tuple[int, ...]
    value: tuple[Fraction, ...]
    attack: str

    mechanism: ClassVar[str] = "version-revenue"
    per_person: ClassVar[tuple[str, ...]] = ("wanted", "value")
    numbers: ClassVar[tuple[str, ...]] = ("epsilon", "value")
    strict: ClassVar[bool] = True

    def left_out(self, decided: Decisions, index: int) -> Decisions:
        """A buyer left out decides nothing."""
        return decided

    def data(self) -> dict[str, Any]:
        epsilon, value = given(self.epsilon, self.exact), given(self.value, self.exact)
        return {"epsilon": epsilon, "wanted": list(self.wanted), "value": value, "attack": self.attack}

    def declared(self) -> Any:
        return mp.VersionRevenue

    @cached_property
    def order(self) -> list[int]:
        return sorted(range(len(self.epsilon)), key=lambda j: self.epsilon[j])

    @cached_property
    def cone(self) -> Fit:
        """Only its rows are used."""
        weight = tuple(self.epsilon[j] ** (2 if self.attack == "averaging" else 1) for j in self.order)
        return Fit(weight, weight, "squared", Fraction(1), self.attack != "none")

    def dearest(self, kept: tuple[bool, ...]) -> tuple[Fraction, ...]:
        """The dearest safe menu at which these buyers buy: prices tightened along the chain until they are safe."""
        most = max(self.value)
        price = [most] * len(self.epsilon)
        for keeps, version, value in zip(kept, self.wanted, self.value, strict=True):
            if keeps:
                price[version] = min(price[version], value)
        chain = [price[j] for j in self.order]
        for j in range(len(chain) - 1, 0, -1):
            chain[j - 1] = min(chain[j - 1], chain[j])
        for j in range(1, len(chain)):
            if self.cone.combinable:
                chain[j] = min(chain[j], chain[j - 1] / self.cone.ratio(j))
        return tuple(chain[self.order.index(j)] for j in range(len(chain)))

    def earned(self, price: tuple[Fraction, ...], hair: Fraction = Fraction(0)) -> Fraction:
        buyers = zip(self.wanted, self.value, strict=True)
        return sum((price[w] for w, value in buyers if value >= price[w] * (1 - hair)), Fraction(0))

    @cached_property
    def menus(self) -> list[tuple[Fraction, tuple[Fraction, ...]]]:
        """What the dearest menus earn, the best first."""
        if not self.value:
            return [(Fraction(0), tuple(Fraction(1) for _ in self.epsilon))]
        kept = itertools.product([False, True], repeat=len(self.value))
        found = {self.dearest(choice) for choice in kept if any(choice)}
        return sorted(((self.earned(menu), menu) for menu in found), reverse=True)

    def right(self) -> tuple[Decisions, ...]:
        best = self.menus[0][0]
        return tuple({"price": menu} for earned, menu in self.menus if earned == best)[:3]

    def elsewhere(self, rng: Random) -> Iterator[Decisions]:
        """The next best menus, and no price at all."""
        yield from ({"price": menu} for earned, menu in self.menus[1:4] if earned < self.menus[0][0])
        yield {"price": tuple(Fraction(0) for _ in self.epsilon)}

    def truth(self, decisions: Decisions) -> Truth:
        """`low` and `high` bound the part of the revenue that is lost; a menu in fractions is judged as it is."""
        price = decisions["price"]
        assert isinstance(price, tuple)
        broken, kept = self.cone.broken([price[j] for j in self.order])
        best = self.menus[0][0]
        if best == 0:
            return Truth(0.0, 0.0 if kept == 0 else FAR, broken, kept)
        # who buys in fractions buys in doubles too, and somebody more perhaps
        most, least = self.earned(price, HAIR * 300), self.earned(price)
        low = float(1 - most / best) if most < best else 0.0
        high = float(1 - least / best) if self.earned(price, HAIR) <= best else FAR
        return Truth(low, high, broken, kept, kept == 0)

    def outcomes(self, decisions: Decisions) -> Decisions:
        price = decisions["price"]
        assert isinstance(price, tuple)
        # nobody who misses a price by a hair, and buys in doubles perhaps
        sure = self.earned(price, HAIR) == self.earned(price)
        return {"revenue": self.earned(price)} if sure else {}

    def keeps(self, decisions: Decisions) -> dict[str, bool]:
        price = decisions["price"]
        assert isinstance(price, tuple)
        known = menu_keeps(self.cone, [price[j] for j in self.order])
        if not known or not known["in-cone"] or not self.value:
            return known
        short = self.menus[0][0] - self.earned(price)
        close = 0 < short <= self.menus[0][0] / 10**6  # as good as the best, or not
        return known if close else {**known, "optimal-menu": short <= 0}


def draw(rng: Random) -> Revenue:
    """A survey of up to five buyers, ties and near-ties in what they value; sometimes nobody."""
    exact = rng.random() < 0.5
    versions, buyers = rng.choice((1, 2, 2, 3, 4)), rng.choice((0, 1, 2, 3, 4, 5, 5))
    sizes = rng.sample(range(1, 13), versions)
    unit, money = numbers.unit(rng) * rng.choice((Fraction(1), Fraction(1, 10))), numbers.unit(rng)
    value = numbers.several(rng, buyers, exact) if buyers else ()
    if value and rng.random() < 0.1:
        value = (Fraction(0), *value[1:])
    if len(value) > 1 and rng.random() < 0.2:
        value = (value[1] * (1 + numbers.HAIR * rng.randint(-2, 2)), *value[1:])
    return Revenue(
        exact,
        as_given(tuple(s * unit for s in sizes), exact),
        tuple(rng.randrange(versions) for _ in value),
        as_given(tuple(v * money for v in value), exact),
        rng.choice(ATTACKS),
    )
