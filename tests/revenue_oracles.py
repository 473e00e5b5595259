"""Independent answers for version revenue: enumeration over fractions. Nothing here is taken from the package."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction

import numpy as np


@dataclass(frozen=True)
class Market:
    """A survey, versions in any order."""

    epsilon: tuple[Fraction, ...]
    wanted: tuple[int, ...]
    value: tuple[Fraction, ...]
    attack: str

    @property
    def fields(self) -> dict[str, object]:
        """The declaration's fields."""
        return {**vars(self), "epsilon": list(self.epsilon), "wanted": list(self.wanted), "value": list(self.value)}

    @property
    def weight(self) -> list[Fraction]:
        return [e * e if self.attack == "averaging" else e for e in self.epsilon]


def earns(market: Market, price: list[Fraction]) -> Fraction:
    """What a menu earns, buyer by buyer."""
    total = Fraction(0)
    for version, value in zip(market.wanted, market.value, strict=True):
        if value >= price[version]:
            total += price[version]
    return total


def is_safe(market: Market, price: list[Fraction]) -> bool:
    """Whether prices are in the cone: every pair of versions, in both respects."""
    x = market.weight
    for i, j in itertools.permutations(range(len(x)), 2):
        if x[i] < x[j] and (price[i] > price[j] or (market.attack != "none" and price[i] * x[j] < price[j] * x[i])):
            return False
    return min(price) >= 0


def best_by_enumeration(market: Market) -> Fraction:
    """The largest revenue over all menus of prices t and t x_j/x_b, of every buyer, for every version."""
    x = market.weight
    choices = []
    for j in range(len(x)):
        found = set(market.value) | {t * x[j] / x[b] for t, b in zip(market.value, market.wanted, strict=True)}
        choices.append(sorted(found | {Fraction(0)}))
    return max(earns(market, list(menu)) for menu in itertools.product(*choices) if is_safe(market, list(menu)))


def best_by_buyers(market: Market) -> Fraction:
    """The largest revenue over all sets of buyers, each with the dearest safe menu found by tightening prices."""
    x = market.weight
    order = sorted(range(len(x)), key=lambda j: x[j])
    best = Fraction(0)
    for kept in itertools.product([False, True], repeat=len(market.value)):
        if not any(kept):
            continue
        most = max(market.value)
        price = [most] * len(x)
        for keep, version, value in zip(kept, market.wanted, market.value, strict=True):
            if keep:
                price[version] = min(price[version], value)
        for _ in x:
            for low, high in itertools.pairwise(order):
                price[low] = min(price[low], price[high])
                if market.attack != "none":
                    price[high] = min(price[high], price[low] * x[high] / x[low])
        best = max(best, earns(market, price))
    return best


def random_market(rng: np.random.Generator, buyers: int, versions: int) -> Market:
    """Short decimals, so that ties abound, or long fractions."""
    grid = int(rng.choice([2, 4, 10, 1000]))
    epsilon = rng.choice(np.arange(1, 12 * grid), size=versions, replace=False)
    value = rng.integers(0 if rng.random() < 0.1 else 1, 6 * grid, size=buyers)
    return Market(
        tuple(Fraction(int(e), grid) for e in epsilon),
        tuple(int(w) for w in rng.integers(0, versions, size=buyers)),
        tuple(Fraction(int(v), int(rng.choice([grid, 3 * grid]))) for v in value),
        str(rng.choice(["composition", "averaging", "none"])),
    )


def best_without_arbitrage(market: Market) -> int:
    """The largest revenue over all menus of whole prices that no bundle undercuts; for whole valuations and weights.

    Cheapest bundles are found weight by weight: what covers w costs one copy more than what covers the rest.
    """
    weight = [int(x) for x in market.weight]
    best = 0
    for menu in itertools.product(range(int(max(market.value)) + 1), repeat=len(weight)):
        cheapest = [0]
        for need in range(1, max(weight) + 1):
            cheapest.append(min(v + cheapest[max(need - x, 0)] for v, x in zip(menu, weight, strict=True)))
        if all(price <= cheapest[x] for price, x in zip(menu, weight, strict=True)):
            best = max(best, int(earns(market, [Fraction(v) for v in menu])))
    return best
