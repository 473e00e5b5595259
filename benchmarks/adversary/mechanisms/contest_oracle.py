"""What a contest's right answer is: all ways to be out, inside or at the cap, in fractions; logarithms to sixty digits.

With n′ inside, R′ their costs' sum and C what the capped sell, B = R′Z²/((n′−1)Z + C). So Z/B = (n′−1)/R′ + C/(R′Z):
every condition on Z is linear, and a way holds between two fractions.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import mpmath

OUT, INSIDE, CAPPED = range(3)
DIGITS = 60


def number(value: Fraction) -> mpmath.mpf:
    """A fraction to fifty digits."""
    return mpmath.mpf(value.numerator) / value.denominator


def fraction(value: mpmath.mpf) -> Fraction:
    """The fraction that such a number is."""
    sign, mantissa, exponent, _ = value._mpf_
    return (-1) ** sign * Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


@dataclass(frozen=True)
class Way:
    """Who is out, inside or capped, and the totals Z between which nobody wishes otherwise."""

    state: tuple[int, ...]
    least: Fraction
    most: Fraction | None
    inside: int
    summed: Fraction
    held: Fraction

    def pool(self, total: Fraction) -> Fraction:
        return self.summed * total**2 / ((self.inside - 1) * total + self.held)


@dataclass(frozen=True)
class Oracle:
    """A contest: ρ, c or None, f(x) = β ln(1 + αx) or β (1 − e^(−αx)), the mean over all or over those who sell."""

    cost: tuple[Fraction, ...]
    cap: tuple[Fraction, ...] | None
    alpha: Fraction
    beta: Fraction
    saturating: bool
    participants: bool

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        """Every way that holds somewhere, with at least one inside."""
        choices = []
        for index in range(len(self.cost)):
            if self.cap is None:
                choices.append((OUT, INSIDE))
            else:
                choices.append((OUT, INSIDE, CAPPED) if self.cap[index] > 0 else (OUT,))
        found = (self._way(state) for state in itertools.product(*choices))
        return tuple(way for way in found if way is not None)

    def _way(self, state: tuple[int, ...]) -> Way | None:
        free = [i for i, s in enumerate(state) if s == INSIDE]
        held = sum((self.cap[i] for i, s in enumerate(state) if s == CAPPED and self.cap), Fraction(0))
        if not free or (held == 0 and len(free) < 2):
            return None
        summed, others = sum(self.cost[i] for i in free), len(free) - 1
        least, most = Fraction(0), None
        limits: list[tuple[Fraction, Fraction]] = []  # (a, b): a Z ≥ b
        for i, s in enumerate(state):
            rho = self.cost[i]
            if s == OUT and (self.cap is None or self.cap[i] > 0):
                limits.append((rho * others - summed, -rho * held))  # ρ((n′−1)Z + C) ≥ R′Z
            if s == INSIDE:
                limits.append((summed - rho * others, rho * held))
                if self.cap is not None:
                    limits.append((rho * others - summed, -rho * held - self.cap[i] * summed))
            if s == CAPPED:
                assert self.cap is not None
                limits.append((summed - rho * others, rho * held + self.cap[i] * summed))
        for a, b in limits:
            if a == 0:
                if b > 0:
                    return None
            elif a > 0:
                least = max(least, b / a)
            else:
                most = b / a if most is None else min(most, b / a)
        if most is not None and (most < least or most <= 0):
            return None
        return Way(state, least, most, len(free), summed, held)

    def worth(self, total: Fraction | mpmath.mpf, sellers: int, pool: Fraction) -> mpmath.mpf:
        """f(mean) − B."""
        counted = sellers if self.participants else len(self.cost)
        total = number(total) if isinstance(total, Fraction) else total
        level = number(self.alpha) * total / max(counted, 1)
        gained = -mpmath.expm1(-level) if self.saturating else mpmath.log1p(level)
        return number(self.beta) * gained - number(pool)

    @cached_property
    def best(self) -> tuple[tuple[mpmath.mpf, Fraction], ...]:
        """The best pools of every way, with what they are worth; no pool is one of them. The best first."""
        with mpmath.workdps(DIGITS):
            found = [(mpmath.mpf(0), Fraction(0))]
            for way in self.ways:
                sellers = sum(s != OUT for s in way.state)
                for total in self._tops(way, sellers):
                    if total > 0:
                        pool = way.pool(total)
                        found.append((self.worth(total, sellers, pool), pool))
            found += self._all_capped()
            return tuple(sorted(found, key=lambda item: -item[0]))

    def _all_capped(self) -> Iterator[tuple[mpmath.mpf, Fraction]]:
        """Nobody inside: Z = C whatever the pool, so that the least pool that keeps everybody there is best."""
        if self.cap is None:
            return
        able = [i for i, c in enumerate(self.cap) if c > 0]
        for size in range(2, len(able) + 1):
            for chosen in itertools.combinations(able, size):
                held = sum(self.cap[i] for i in chosen)
                pool = max(self.cost[i] * held**2 / (held - self.cap[i]) for i in chosen)
                if all(self.cost[i] * held >= pool for i in able if i not in chosen):
                    yield self.worth(held, size, pool), pool

    def _tops(self, way: Way, sellers: int) -> list[Fraction]:
        """The ends of a way, and where the slope of what it is worth is zero, by halving."""
        ends = [way.least] + ([way.most] if way.most is not None else [])
        if way.held == 0:  # B = R′Z/(n′−1): no halving
            counted = sellers if self.participants else len(self.cost)
            price = counted * way.summed / (way.inside - 1)  # of a unit of the mean
            if self.saturating:
                ratio = number(self.alpha * self.beta / price)
                mean = fraction(mpmath.log(ratio) / number(self.alpha)) if ratio > 1 else Fraction(0)
            else:
                mean = max(self.beta / price - 1 / self.alpha, Fraction(0))
            total = mean * counted
        else:
            # no total costs less than the least cost of a unit, so that more than β/min ρ · 2 is never worth it
            high = way.most if way.most is not None else way.least + 4 * self.beta / min(self.cost)
            total = self._halved(way, sellers, way.least, high)
        inside = total >= way.least and (way.most is None or total <= way.most)
        return [*ends, total] if inside else ends

    def _halved(self, way: Way, sellers: int, low: Fraction, high: Fraction) -> Fraction:
        counted = number(Fraction(sellers if self.participants else len(self.cost)))
        alpha, beta, others = number(self.alpha), number(self.beta), way.inside - 1
        held, summed = number(way.held), number(way.summed)

        def rises(total: mpmath.mpf) -> bool:
            """Whether f′(Z/N)/N exceeds dB/dZ = R′Z((n′−1)Z + 2C)/((n′−1)Z + C)²."""
            if self.saturating:
                slope = alpha * beta * mpmath.exp(-alpha * total / counted) / counted
            else:
                slope = alpha * beta / (counted + alpha * total)
            spent = summed * total * (others * total + 2 * held) / (others * total + held) ** 2
            return bool(slope > spent)

        a, b = number(low), number(high)
        for _ in range(170):
            middle = (a + b) / 2
            a, b = (middle, b) if rises(middle) else (a, middle)
        return min(max(fraction(a), low), high)

    def response(self, pool: Fraction) -> tuple[Fraction, ...]:
        """The clients' budgets at a pool: exact without caps, to fifty digits with them."""
        zero = tuple(Fraction(0) for _ in self.cost)
        if pool <= 0:
            return zero
        with mpmath.workdps(DIGITS):
            for way in self.ways:
                total = self._total(way, pool)
                if total is None or total < way.least or (way.most is not None and total > way.most):
                    continue
                return self._sold(way.state, total, pool)
            capped = self._capped_at(pool)
            # at the very edge of two ways fifty digits may fall between them
            return capped if capped is not None else self._nearest(pool)

    def _total(self, way: Way, pool: Fraction) -> Fraction | None:
        if way.held == 0:
            return pool * (way.inside - 1) / way.summed
        # R′Z² = B((n′−1)Z + C)
        half = number(pool * (way.inside - 1))
        root = mpmath.sqrt(half * half + 4 * number(way.summed * pool * way.held))
        return fraction((half + root) / (2 * number(way.summed)))

    def _sold(self, state: Sequence[int], total: Fraction, pool: Fraction) -> tuple[Fraction, ...]:
        sold = []
        for i, s in enumerate(state):
            wish = total * (1 - self.cost[i] * total / pool)
            sold.append(self.cap[i] if s == CAPPED and self.cap else wish if s == INSIDE else Fraction(0))
        return tuple(sold)

    def _capped_at(self, pool: Fraction) -> tuple[Fraction, ...] | None:
        if self.cap is None:
            return None
        able = [i for i, c in enumerate(self.cap) if c > 0]
        for size in range(2, len(able) + 1):
            for chosen in itertools.combinations(able, size):
                held = sum(self.cap[i] for i in chosen)
                stay = all(self.cost[i] * held**2 <= pool * (held - self.cap[i]) for i in chosen)
                if stay and all(self.cost[i] * held >= pool for i in able if i not in chosen):
                    return tuple(c if i in chosen else Fraction(0) for i, c in enumerate(self.cap))
        return None

    def _nearest(self, pool: Fraction) -> tuple[Fraction, ...]:
        def missed(item: tuple[Way, Fraction]) -> Fraction:
            way, total = item
            below = max(way.least - total, Fraction(0))
            return below + (max(total - way.most, Fraction(0)) if way.most is not None else 0)

        reached = [(way, total) for way in self.ways if (total := self._total(way, pool)) is not None]
        way, total = min(reached, key=missed)
        return self._sold(way.state, total, pool)
