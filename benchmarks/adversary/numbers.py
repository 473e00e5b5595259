"""Hostile numbers: tied, nearly tied, orders of magnitude apart, sharing a double, in large and small units."""

from __future__ import annotations

from fractions import Fraction
from random import Random

POWERS = (-9, -6, -3, 0, 0, 0, 0, 3, 6, 9)
HAIR = Fraction(1, 10**17)
"""Relative to a double this is nothing, relative to a fraction something."""


def uneven(rng: Random) -> Fraction:
    """A number between 1/20 and 20."""
    return Fraction(rng.randint(1, 400), 20) if rng.random() < 0.5 else Fraction(20, rng.randint(1, 400))


def several(rng: Random, count: int, exact: bool = True) -> tuple[Fraction, ...]:
    """Positive numbers: uneven, tied, distant or within a hair of each other."""
    kind = rng.choice(("uneven", "uneven", "tied", "distant", "near"))
    if kind == "uneven":
        return tuple(uneven(rng) for _ in range(count))
    if kind == "tied":
        return tuple(Fraction(rng.choice((1, 1, 2)), 2) for _ in range(count))
    if kind == "distant":
        return tuple(Fraction(10) ** rng.randint(-5, 5) for _ in range(count))
    first, hair = uneven(rng), HAIR if exact else Fraction(1, 2 ** rng.randint(20, 51))
    return tuple(first * (1 + rng.choice((0, -1, 1, 3)) * hair) for _ in range(count))


def unit(rng: Random) -> Fraction:
    """A unit of money or of privacy."""
    return Fraction(10) ** rng.choice(POWERS)


def small(rng: Random) -> Fraction:
    """What answers are moved by: 1e-9 to 1, between powers of ten too."""
    return Fraction(rng.choice((1, 1, 3))) * Fraction(10) ** -rng.randint(0, 9)


def sign(rng: Random) -> int:
    """Up or down."""
    return rng.choice((-1, 1))
