"""What menus of versions and of contracts are held to: bundles counted up, pairs compared, blocks enumerated.

Nothing here is taken from the package.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np


def largest_saving(weight: Sequence[int], price: Sequence[Fraction], combinable: bool) -> Fraction:
    """The most that the cheapest purchase saves against a version, by a covering knapsack over whole weights."""
    cheapest = [Fraction(0)]
    for needed in range(1, max(weight) + 1):
        ways = zip(weight, price, strict=True)
        if combinable:
            cheapest.append(min(p + cheapest[max(needed - w, 0)] for w, p in ways))
        else:
            cheapest.append(min(p for w, p in ways if w >= needed))
    return max(p - cheapest[w] for w, p in zip(weight, price, strict=True))


def falls_somewhere(weight: Sequence[int], price: Sequence[Fraction]) -> Fraction:
    """By how much, at most, a version costs less than a smaller one: all pairs."""
    pairs = itertools.permutations(zip(weight, price, strict=True), 2)
    return max((p - q for (w, p), (x, q) in pairs if w < x), default=Fraction(0))


def rises_per_weight(weight: Sequence[int], price: Sequence[Fraction]) -> Fraction:
    """By how much, at most, a smaller version is too cheap beside a larger one's price per weight: all pairs."""
    pairs = itertools.permutations(zip(weight, price, strict=True), 2)
    return max((q * w / x - p for (w, p), (x, q) in pairs if w < x), default=Fraction(0))


def earned(wanted: Sequence[int], value: Sequence[Any], price: Sequence[Any]) -> Fraction:
    """What buyers with these valuations pay."""
    return sum((Fraction(price[w]) for w, v in zip(wanted, value, strict=True) if v >= price[w]), Fraction(0))


def slope(epsilon: Any) -> Any:
    """ln of −g′(ε), g(ε) = coth²(ε/2): ln 4 − ε + ln(1 + e^(−ε)) − 3 ln(1 − e^(−ε))."""
    return np.log(4) - epsilon + np.log1p(np.exp(-epsilon)) - 3 * np.log(-np.expm1(-epsilon))


def at_slope(level: Any) -> Any:
    """The ε at which ln −g′ is a level, by bisection on ln ε."""
    low, high = np.full(np.shape(level), -40.0), np.full(np.shape(level), 12.0)
    for _ in range(90):
        middle = (low + high) / 2
        small = slope(np.exp(middle)) > level
        low, high = np.where(small, middle, low), np.where(small, high, middle)
    return np.exp((low + high) / 2)


def least_variance(cost: Sequence[float], count: Sequence[int], pool: float, known: bool) -> float:
    """The least Σ m coth²(ε/2) that a pool buys: each way to cut the types into blocks of one ε is solved for.

    With hidden costs a falling ε costs Σ m ψ ε, and the best one is constant on blocks within which nothing falls;
    of all cuts whose blocks do fall the best is the least variance. With known costs each type is a block.
    """
    merged: dict[float, int] = {}
    for c, m in sorted(zip(cost, count, strict=True)):
        merged[c] = merged.get(c, 0) + m
    c, m = np.array(list(merged)), np.array(list(merged.values()), dtype=float)
    owners = np.cumsum(m)
    below = np.concatenate([[0.0], owners[:-1]])
    unit_cost = m * c if known else owners * c - below * np.concatenate([[0.0], c[:-1]])  # m_k ψ_k, telescoping
    best = np.inf
    for cuts in itertools.product([False, True], repeat=len(c) - 1):
        if known and not all(cuts):
            continue
        block = np.concatenate([[0], np.cumsum(cuts)]).astype(int)
        size, price = np.bincount(block, m), np.bincount(block, unit_cost)
        low, high = -800.0, 200.0  # of ln λ, money in units of the pool
        for _ in range(90):
            level = (low + high) / 2
            spent = np.sum(price * at_slope(level + np.log(price / size / pool)))
            low, high = (level, high) if spent > pool else (low, level)
        epsilon = at_slope((low + high) / 2 + np.log(price / size / pool))
        if known or np.all(np.diff(epsilon) <= 1e-12 * epsilon[0]):
            best = min(best, float(np.sum(size / np.tanh(epsilon / 2) ** 2)))
    return best


def envy(cost: Sequence[Fraction], epsilon: Sequence[Fraction], payment: Sequence[Fraction]) -> Fraction:
    """The most that an owner gains by another type's item: all pairs."""
    pairs = itertools.permutations(range(len(cost)), 2)
    return max(((payment[j] - payment[k]) - cost[k] * (epsilon[j] - epsilon[k]) for k, j in pairs), default=Fraction(0))
