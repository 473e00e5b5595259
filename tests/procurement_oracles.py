"""What a procurement does, written down once more from its definition: greedy, and once more without each client.

Nothing here is taken from the package. Numbers are fractions and mpmath's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import mpmath

DIGITS = 40


def greedy(charge: Sequence[Any], cap: Sequence[Any], alpha: Any, beta: Any, count: int) -> list[Any]:
    """What is bought, cheapest first, of equal ones the first; V(E) = β ln(1 + αE/N)."""
    total: Any = Fraction(0)
    sells: list[Any] = [Fraction(0)] * len(cap)
    for i in sorted(range(len(cap)), key=lambda k: charge[k]):
        wanted = beta / charge[i] - Fraction(count) / alpha - total
        sells[i] = min(max(wanted, Fraction(0)), cap[i])
        total += sells[i]
    return sells


def worth(total: Any, alpha: Any, beta: Any, count: int) -> Any:
    with mpmath.workdps(DIGITS):
        return mp(beta) * mpmath.log(1 + mp(alpha) * mp(total) / count)


def mp(value: Any) -> Any:
    return mpmath.mpf(value.numerator) / value.denominator if isinstance(value, Fraction) else mpmath.mpf(value)


def vcg(cost: Sequence[Any], cap: Sequence[Any], alpha: Any, beta: Any) -> tuple[list[Any], list[Any]]:
    """ε and p by c ε + W(N) − W(N∖i), with N of the declaration in both."""
    cost, cap, alpha, beta = [*map(Fraction, cost)], [*map(Fraction, cap)], Fraction(alpha), Fraction(beta)
    count = len(cost)

    def welfare(who: list[int]) -> Any:
        sells = greedy([cost[i] for i in who], [cap[i] for i in who], alpha, beta, count)
        spent = sum((cost[i] * e for i, e in zip(who, sells, strict=True)), Fraction(0))
        return worth(sum(sells, Fraction(0)), alpha, beta, count) - mp(spent)

    with mpmath.workdps(DIGITS):
        epsilon = greedy(cost, cap, alpha, beta, count)
        most = welfare(list(range(count)))
        without = [welfare([j for j in range(count) if j != i]) for i in range(count)]
        return epsilon, [mp(cost[i] * epsilon[i]) + most - without[i] for i in range(count)]


def myerson_types(
    cost: Sequence[Any],
    cap: Sequence[Any],
    types: Sequence[Any],
    levels: Sequence[Any],
    bought: Callable[[list[Any]], list[Any]],
) -> tuple[list[Any], list[Any]]:
    """ε and p = c ε + Σ (c_{j+1} − c_j) ε_i(c_{j+1}), with the whole allocation computed anew at each report."""
    charge = {Fraction(t): level for t, level in zip(types, levels, strict=True)}
    cost = [*map(Fraction, cost)]
    ascending = sorted(charge)
    epsilon = bought([charge[c] for c in cost])
    payment = []
    for i, c in enumerate(cost):
        rent = Fraction(0)
        for low, high in pairwise(ascending):
            if low >= c:
                there = bought([charge[high] if j == i else charge[x] for j, x in enumerate(cost)])
                rent += (high - low) * there[i]
        payment.append(c * epsilon[i] + rent)
    return epsilon, payment


def lognormal_charge(mu: float, sigma: float) -> Callable[[Any], Any]:
    """ψ(c) = c + F(c)/f(c)."""

    def charge(cost: Any) -> Any:
        y = (mpmath.log(cost) - mu) / sigma
        return cost + mpmath.ncdf(y) / (mpmath.npdf(y) / (cost * sigma))

    return charge


def myerson_rent(
    cost: Sequence[float],
    cap: Sequence[float],
    client: int,
    charge: Callable[[Any], Any],
    top: Any,
    alpha: Any,
    beta: Any,
) -> Any:
    """∫ ε_i(z, c_−i) dz from c_i to the top, split where others' costs are; V(E) = β ln(1 + αE/N)."""
    count = len(cost)
    others = [(charge(c), e) for j, (c, e) in enumerate(zip(cost, cap, strict=True)) if j != client]

    def sold(z: Any) -> Any:
        price = charge(z)
        before = sum(e for w, e in others if w < price)
        return min(max(beta / price - mpmath.mpf(count) / alpha - before, 0), cap[client])

    cuts = sorted({cost[client], top, *(c for j, c in enumerate(cost) if j != client and cost[client] < c < top)})
    found = mpmath.mpf(0)
    for low, high in pairwise(cuts):
        inner = _kinks(sold, low, high, cap[client])
        found += mpmath.quad(sold, [low, *inner, high])
    return found


def _kinks(sold: Callable[[Any], Any], low: Any, high: Any, cap: Any) -> list[Any]:
    """Where what is sold stops to be all, and begins to be nothing."""
    step = (high - low) * mpmath.mpf(10) ** -12
    found = []
    for above in (lambda e: e >= cap, lambda e: e > 0):
        a, b = low + step, high - step
        if above(sold(a)) and not above(sold(b)):
            for _ in range(120):
                middle = (a + b) / 2
                a, b = (middle, b) if above(sold(middle)) else (a, middle)
            found.append(a)
    return sorted(found)
