"""Three-party markets with fixed budgets and in the printed order: sellers who cannot sell, who just can or cannot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any, ClassVar

import mechproof as mp

from .. import numbers
from ..instance import FAR, Decisions, Instance, Truth, as_given, given
from .market_oracle import posted, printed, settled, wanted

NAMES = ("quantity", "price", "epsilon")
SENSITIVE = 10.0
"""By how much more than itself a difference in budgets may move the prices, with room to spare."""


@dataclass(frozen=True)
class Market(Instance):
    """Sellers' prices and the buyer's quantities and budgets; `budgets` are fixed or None."""

    cost: tuple[Fraction, ...]
    alpha: Fraction
    weight: Fraction
    cap: Fraction
    budgets: tuple[Fraction, ...] | None

    mechanism: ClassVar[str] = "three-party-market"
    per_person: ClassVar[tuple[str, ...]] = ("cost", "budgets")
    numbers: ClassVar[tuple[str, ...]] = ("cost", "alpha", "weight", "cap")

    def data(self) -> dict[str, Any]:
        fixed = {} if self.budgets is None else {"epsilon": given(self.budgets, self.exact)}
        data = {"cost": self.cost, "alpha": self.alpha, "privacy_weight": self.weight, "epsilon_max": self.cap}
        return {**{name: given(value, self.exact) for name, value in data.items()}, **fixed}

    def declared(self) -> Any:
        return mp.ThreePartyMarket

    @cached_property
    def _right(self) -> tuple[Decisions, ...]:
        if self.budgets is not None:
            return (self._at(self.budgets),)
        if len(self.cost) == 1:
            return (self._at((self._alone(),)),)
        found = settled(self.cost, self.alpha, self.weight, self.cap, self.cap / 2)
        return () if found is None else (self._at(tuple(found)),)

    def _alone(self) -> Fraction:
        """N = 1: ε/(1 + ε) = α₃/(α − √(αc)), else the cap; to forty digits."""
        found = settled(self.cost, self.alpha, self.weight, self.cap, self.cap / 2)
        return self.cap if found is None else found[0]

    def _at(self, epsilon: tuple[Fraction, ...]) -> Decisions:
        inverse = posted(self.cost, self.alpha, epsilon)
        price = tuple(1 / y if y else self.alpha for y in inverse)
        sold = tuple(
            wanted(p, e, self.alpha) if y else Fraction(0) for p, e, y in zip(price, epsilon, inverse, strict=True)
        )
        return {"quantity": sold, "price": price, "epsilon": epsilon}

    def right(self) -> tuple[Decisions, ...]:
        return self._right

    def elsewhere(self, rng: Random) -> Iterator[Decisions]:
        """The market at other budgets, and other prices at which everything else is as demanded."""
        factor = 1 + numbers.sign(rng) * numbers.small(rng) / 2
        for answer in self._right:
            sold, price, epsilon = (answer[name] for name in NAMES)
            assert isinstance(price, tuple)
            assert isinstance(epsilon, tuple)
            assert isinstance(sold, tuple)
            yield self._at(tuple(min(e * factor, self.cap) for e in epsilon))
            at = rng.randrange(len(price))
            other = tuple(p * factor if j == at else p for j, p in enumerate(price))
            demanded = tuple(wanted(p, e, self.alpha) if a else a for p, e, a in zip(other, epsilon, sold, strict=True))
            yield {"quantity": demanded, "price": other, "epsilon": epsilon}

    def truth(self, decisions: Decisions) -> Truth:
        sold, price, epsilon = (decisions[name] for name in NAMES)
        assert isinstance(price, tuple)
        assert isinstance(epsilon, tuple)
        assert isinstance(sold, tuple)
        if min(price) <= 0 or min(epsilon) <= 0:
            return Truth(broken=1.0, kept=1.0, low=0.0)
        broken, kept = self._rows(sold, price, epsilon)
        there = self._at(epsilon)  # the only prices at these budgets
        apart = self._apart(decisions, there)
        if self.budgets is not None:
            right = self._right[0]
            low, high = self._apart(decisions, right)
            return Truth(low, high, broken, kept, self._same(decisions, right))
        high, same = FAR, False
        if self._right:
            high, same = self._apart(decisions, self._right[0])[1], self._same(decisions, self._right[0])
        return Truth(min(apart[0] / SENSITIVE, 1.0) if high > 0 else 0.0, high, broken, kept, same)

    def _same(self, decisions: Decisions, right: Decisions) -> bool:
        rows = zip(decisions["quantity"], right["quantity"], strict=True)  # type: ignore[arg-type]
        return all((a > 0) == (b > 0) for a, b in rows)

    def _apart(self, decisions: Decisions, right: Decisions) -> tuple[float, float]:
        low = high = 0.0
        for name in NAMES:
            one, other = decisions[name], right[name]
            assert isinstance(one, tuple)
            assert isinstance(other, tuple)
            apart = max(abs(x - y) for x, y in zip(one, other, strict=True))
            more = 1 if name == "quantity" else 0
            scales = [more + max(map(abs, values)) for values in (one, other)]
            low, high = max(low, float(apart / max(scales))), max(high, float(apart / min(scales)))
        return low, high

    def _rows(
        self, sold: tuple[Fraction, ...], price: tuple[Fraction, ...], epsilon: tuple[Fraction, ...]
    ) -> tuple[float, float]:
        """The worst broken rule relative to its terms: demand, bounds, what the idle post, the printed budgets."""
        low = high = 0.0
        for j, (a, p, e) in enumerate(zip(sold, price, epsilon, strict=True)):
            need = wanted(p, e, self.alpha)
            rows = [(abs(a - need), [a, self.alpha / (p * (1 + e)), Fraction(1)]), (-a, [a]), (p - self.alpha, [p])]
            most = max(self.alpha / self.cost[j] - 1, Fraction(0))
            cheapest, least = min(self.cost[j] / (1 + self.cap), self.alpha), min(self.weight / self.alpha, self.cap)
            rows += [(a - most, [max(a, most)]), (cheapest - p, [cheapest]), (e - self.cap, [e])]
            if self.budgets is None:
                rows.append((least - e, [least]))
            if self.budgets is not None:
                rows.append((abs(e - self.budgets[j]), [e, self.budgets[j]]))
            if a <= 0:
                rows.append((abs(p - self.alpha), [p, self.alpha]))
                rows.append((abs(e - self.cap) if self.budgets is None else Fraction(0), [e, self.cap]))
            elif self.budgets is None:
                # where hardly anything is wanted, what is wanted has terms far larger than itself
                wish = printed(p, need, self.weight, self.cap)
                moved = wish * (self.alpha / (p * (1 + e)) + 1) / need if need else self.cap
                low = max(low, float(abs(e - wish) / (abs(e) + wish + moved)))
                high = max(high, float(abs(e - wish) / max(abs(e), wish)))
            for excess, terms in rows:
                if excess > 0:
                    sizes = [abs(term) for term in terms]
                    low, high = max(low, float(excess / sum(sizes))), max(high, float(excess / max(sizes)))
        return low / 4, high  # a rule's terms have terms of their own


def draw(rng: Random) -> Market:
    """A market of one to three sellers."""
    exact = rng.random() < 0.5
    parts = (Fraction(1, 100), Fraction(1, 10), Fraction(1, 4), Fraction(1, 2), Fraction(9, 10), Fraction(999, 1000))
    edges = (Fraction(1), 1 + numbers.HAIR, 1 - numbers.HAIR, Fraction(2))
    cost = tuple(rng.choice(parts if rng.random() < 0.75 else edges) for _ in range(rng.randint(1, 3)))
    money, privacy = numbers.unit(rng), rng.choice((Fraction(1), Fraction(1), Fraction(1, 1000), Fraction(1000)))
    weight = rng.choice((Fraction(1, 10**8), Fraction(1, 50), Fraction(1, 10), Fraction(3, 10), Fraction(6, 5))) * money
    cap = privacy * rng.choice((Fraction(1, 20), Fraction(1), Fraction(5), Fraction(50)))
    budgets = None
    if rng.random() < 0.6:
        budgets = tuple(cap * rng.choice((1, 1, 2, 5, 10)) / 10 for _ in cost)
    cost = as_given(tuple(c * money for c in cost), exact)
    alpha, weight, cap = (as_given(value, exact) for value in (money, weight, cap))
    fixed = None if budgets is None else tuple(min(b, cap) for b in as_given(budgets, exact))
    return Market(exact, cost, alpha, weight, cap, fixed)
