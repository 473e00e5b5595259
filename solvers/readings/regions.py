"""Points of regions that linear inequalities cut out, strict ones and others, by Fourier and Motzkin over fractions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from .rationals import simplest_between

MOST = 4_000
"""Inequalities that may come of an elimination, so that none takes for ever."""


@dataclass(frozen=True)
class Half:
    """That a sum of slopes times unknowns and a constant is at least zero, or above it if `strict`."""

    slopes: Mapping[str, Fraction]
    constant: Fraction
    strict: bool = False

    def slope(self, name: str) -> Fraction:
        """Return what an unknown is multiplied with."""
        return self.slopes.get(name, Fraction(0))

    def without(self, name: str, value: Fraction) -> Half:
        """Return the same where an unknown has a value."""
        rest = {key: slope for key, slope in self.slopes.items() if key != name}
        return Half(rest, self.constant + self.slope(name) * value, self.strict)


class TooManyError(ArithmeticError):
    """An elimination would take too long."""


def at_least_zero(value: Fraction | int, **slopes: Fraction | int) -> Half:
    """Return that a constant and slopes times unknowns are at least zero.

    Examples
    --------
    >>> at_least_zero(1, x=-1).constant
    Fraction(1, 1)
    """
    return Half({name: Fraction(slope) for name, slope in slopes.items()}, Fraction(value))


def point_in(halves: Sequence[Half]) -> dict[str, Fraction] | None:
    """Return a point that fulfils all inequalities, of simple fractions, or None: there is none.

    Examples
    --------
    >>> below = Half({"x": Fraction(-1)}, Fraction(1), strict=True)
    >>> point_in([below, at_least_zero(0, x=1)]), point_in([below, at_least_zero(-1, x=1)])
    ({'x': Fraction(1, 2)}, None)
    """
    names = sorted({name for half in halves for name, slope in half.slopes.items() if slope})
    rounds = [list(halves)]
    for name in names:
        rounds.append(_eliminated(rounds[-1], name))
    if not all(map(_holds, rounds[-1])):
        return None
    point: dict[str, Fraction] = {}
    for name, known in zip(reversed(names), reversed(rounds[:-1]), strict=True):
        for other, value in point.items():
            known = [half.without(other, value) for half in known]
        point[name] = _between(*ends_of(known, name))
    return point


def _holds(half: Half) -> bool:
    """Whether an inequality without unknowns holds."""
    return half.constant > 0 or (half.constant == 0 and not half.strict)


def ends_of(halves: Sequence[Half], name: str) -> tuple[tuple[Fraction, bool] | None, tuple[Fraction, bool] | None]:
    """Return the two ends of an unknown where nothing else is unknown, each with whether it is excluded."""
    low, high = (
        [(-half.constant / half.slope(name), half.strict) for half in halves if sign * half.slope(name) > 0]
        for sign in (1, -1)
    )
    # of two ends in the same place the one that is excluded says more
    return max(low, default=None), min(high, key=lambda end: (end[0], not end[1]), default=None)


def _eliminated(halves: Sequence[Half], name: str) -> list[Half]:
    """Return what follows of the others: each that bounds an unknown from below, with each that does from above."""
    low = [half for half in halves if half.slope(name) > 0]
    high = [half for half in halves if half.slope(name) < 0]
    kept = {_key(half): half for half in halves if not half.slope(name)}
    if len(low) * len(high) > MOST:
        raise TooManyError("a region has too many sides")
    for one, other in product(low, high):
        found = _combined(one, other, name)
        kept.setdefault(_key(found), found)
    return list(kept.values())


def _combined(one: Half, other: Half, name: str) -> Half:
    up, down = 1 / one.slope(name), -1 / other.slope(name)
    slopes = {key: up * one.slope(key) + down * other.slope(key) for key in {*one.slopes, *other.slopes} - {name}}
    kept = {key: slope for key, slope in slopes.items() if slope}
    return Half(kept, up * one.constant + down * other.constant, one.strict or other.strict)


def _key(half: Half) -> tuple[object, ...]:
    size = max(map(abs, half.slopes.values()), default=Fraction(0)) or Fraction(1)
    slopes = tuple(sorted((name, slope / size) for name, slope in half.slopes.items() if slope))
    return slopes, half.constant / size, half.strict


def _between(low: tuple[Fraction, bool] | None, high: tuple[Fraction, bool] | None) -> Fraction:
    """Return a simple fraction between two ends that leave room."""
    if low is None or high is None:
        end = low or high
        return Fraction(0) if end is None else end[0] + (1 if high is None else -1)
    if low[0] == high[0]:
        return low[0]
    third = (high[0] - low[0]) / 3
    inner = low[0] + third, high[0] - third
    if inner[0] <= 0 <= inner[1]:
        return Fraction(0)
    return simplest_between(*inner) if inner[0] > 0 else -simplest_between(-inner[1], -inner[0])
