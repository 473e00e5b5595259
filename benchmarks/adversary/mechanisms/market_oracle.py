"""Where everybody's posted price is the best reply to the others': to forty digits, by bracketing and by secants.

With T = 1 + ε and S the others' Σ 1/p, a seller's best 1/p is √((S + T/α)(S + T/c)) − S; who costs α or more posts
nothing. For a given total Y = Σ 1/p the reply solves (Y² − (S + T/α)(S + T/c) = 0 at S = Y − y), a quadratic in y, so
that the equilibrium is the one root of Σ y(Y) = Y.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import mpmath

from .contest_oracle import fraction, number

DIGITS = 40


def posted(cost: Sequence[Fraction], alpha: Fraction, epsilon: Sequence[Fraction]) -> list[Fraction]:
    """1/p of each at fixed budgets, zero of those who cannot sell."""
    sellers = [(c, 1 + e) for c, e in zip(cost, epsilon, strict=True) if c < alpha]
    with mpmath.workdps(DIGITS):
        rows = [(number(t / alpha), number(t / c)) for c, t in sellers]

        def own(total: mpmath.mpf, low: mpmath.mpf, high: mpmath.mpf) -> mpmath.mpf:
            """The y with (Y − y + T/α)(Y − y + T/c) = Y²: S = √(Y² + (T/c − T/α)²/4) − (T/α + T/c)/2."""
            half = (high - low) / 2
            return total - (mpmath.sqrt(total * total + half * half) - (low + high) / 2)

        def excess(total: mpmath.mpf) -> mpmath.mpf:
            return sum(own(total, low, high) for low, high in rows) - total

        found: list[mpmath.mpf] = []
        if len(rows) == 1:
            found = [mpmath.sqrt(rows[0][0] * rows[0][1])]
        elif rows:
            low, high = sum(a for a, _ in rows) / 2, sum(b for _, b in rows) * 2
            while excess(low) < 0:
                low /= 2
            while excess(high) > 0:
                high *= 2
            total = mpmath.findroot(excess, (low, high), solver="anderson", tol=1e-90, maxsteps=120, verify=False)
            found = [own(total, a, b) for a, b in rows]
        inverse = iter(found)
        return [fraction(next(inverse)) if c < alpha else Fraction(0) for c in cost]


def wanted(price: Fraction, epsilon: Fraction, alpha: Fraction) -> Fraction:
    """What the buyer wants."""
    return max(alpha / (price * (1 + epsilon)) - 1, Fraction(0))


def printed(price: Fraction, quantity: Fraction, weight: Fraction, cap: Fraction) -> Fraction:
    """min(ε_max, α₃/(a p))."""
    spent = quantity * price
    return cap if spent * cap <= weight else weight / spent


def settled(
    cost: Sequence[Fraction], alpha: Fraction, weight: Fraction, cap: Fraction, start: Fraction
) -> list[Fraction] | None:
    """Budgets at which prices and budgets agree, by turns from a start; None where they do not settle."""
    epsilon = [start if c < alpha else cap for c in cost]
    for _ in range(400):
        inverse = posted(cost, alpha, epsilon)
        new = []
        for y, e in zip(inverse, epsilon, strict=True):
            if y == 0:
                new.append(cap)
                continue
            at = printed(1 / y, wanted(1 / y, e, alpha), weight, cap)
            new.append(fraction(number((at + e) / 2)) if at != e else e)
        if all(abs(n - e) <= n / 10**22 for n, e in zip(new, epsilon, strict=True)):
            return new
        epsilon = new
    return None
