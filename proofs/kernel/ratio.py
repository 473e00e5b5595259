"""Ratios of polynomials, kept as factors with whole powers: what the reading of sentences computes with."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Any, Protocol, TypeAlias

from .kernel import Monomial, Polynomial, plus, times

Key: TypeAlias = tuple[tuple[Monomial, int], ...]
"""A polynomial as sorted pairs, with whole coefficients that have no common divisor."""


MOST_POWER = 64
MOST_TERMS = 10_000
"""Beyond these a formula is not multiplied out, so that no reading takes for ever."""


class Reading(Protocol):
    """Whoever makes ratios: it remembers what they divide by."""

    def number(self, value: Any) -> Ratio:
        """Return a constant."""

    def positive(self, factor: Key) -> None:
        """Demand that a factor be shown to be positive, since something is divided by it."""


class UnreadableError(Exception):
    """A formula uses an operation that polynomials cannot express."""


@dataclass(frozen=True, eq=False)
class Ratio:
    """A constant times factors with whole powers, other than zero.

    Whether two are equal cannot be asked: a formula that branches by it would be read as one of its branches.
    """

    reading: Reading
    constant: Fraction
    factors: tuple[tuple[Key, int], ...]

    __array_ufunc__ = None

    def _undecided(self, *_: Any) -> bool:
        raise UnreadableError("a formula that asks whether a value is zero is no polynomial; use maxima and minima")

    __bool__ = __eq__ = __ne__ = _undecided
    __hash__ = None  # type: ignore[assignment]

    def numerator(self) -> Polynomial:
        """Return the constant times the factors with positive powers, multiplied out."""
        product: Polynomial = {(): self.constant} if self.constant else {}
        for factor, power in self.factors:
            for _ in range(power):
                if power > MOST_POWER or len(product) * len(factor) > MOST_TERMS:
                    raise UnreadableError("the formula multiplies out to too many terms")
                product = times(product, dict(factor))
        return product

    def __add__(self, other: Any) -> Any:
        if (right := self._other(other)) is None:
            return NotImplemented
        mine, theirs = dict(self.factors), dict(right.factors)
        shared = {key: min(mine.get(key, 0), theirs.get(key, 0)) for key in {**mine, **theirs}}
        common = self._with(Fraction(1), shared)
        inverse = self._with(Fraction(1), {key: -power for key, power in shared.items()})
        rest = plus((self * inverse).numerator(), (right * inverse).numerator())
        return single(self.reading, rest) * common

    __radd__ = __add__

    def __neg__(self) -> Ratio:
        return Ratio(self.reading, -self.constant, self.factors)

    def __sub__(self, other: Any) -> Any:
        return NotImplemented if (right := self._other(other)) is None else self + -right

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        if (right := self._other(other)) is None:
            return NotImplemented
        powers = dict(self.factors)
        for key, power in right.factors:
            powers[key] = powers.get(key, 0) + power
        return self._with(self.constant * right.constant, powers)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if (right := self._other(other)) is None:
            return NotImplemented
        for key, _ in right.factors:
            self.reading.positive(key)
        return self * self._with(1 / right.constant, {key: -power for key, power in right.factors})

    def __rtruediv__(self, other: Any) -> Any:
        return NotImplemented if (left := self._other(other)) is None else left / self

    def __pow__(self, exponent: int) -> Any:
        if not isinstance(exponent, int):
            raise UnreadableError("a power that is no whole number is no polynomial")
        if exponent < 0:
            return 1 / self**-exponent
        return self._with(self.constant**exponent, {key: power * exponent for key, power in self.factors})

    def _with(self, constant: Fraction, powers: dict[Key, int]) -> Ratio:
        left = tuple(sorted((key, power) for key, power in powers.items() if power)) if constant else ()
        return Ratio(self.reading, constant, left)

    def _other(self, other: Any) -> Ratio | None:
        if isinstance(other, Ratio):
            return other
        return self.reading.number(other) if isinstance(other, int | float | Fraction) else None


def primitive(polynomial: Polynomial) -> tuple[Fraction, Key]:
    """Return a positive constant and the rest with whole coefficients that have no common divisor."""
    if not polynomial:
        return Fraction(0), ()
    below = lcm(*(Fraction(value).denominator for value in polynomial.values()))
    whole = {monomial: int(value * below) for monomial, value in polynomial.items()}
    common = gcd(*whole.values())
    rest = tuple(sorted((monomial, value // common) for monomial, value in whole.items()))
    return Fraction(common, below), rest


def single(reading: Reading, polynomial: Polynomial) -> Ratio:
    """Return a polynomial as a value: its constant, the variables that divide it, and what is left."""
    constant, rest = primitive(polynomial)
    factors: dict[Key, int] = {}
    for name in set(rest[0][0]) if rest else ():
        power = min(monomial.count(name) for monomial, _ in rest)
        if power:
            factors[(((name,), 1),)] = power
            rest = tuple(sorted((_without(monomial, name, power), value) for monomial, value in rest))
    if len(rest) == 1:
        constant *= rest[0][1]
    elif rest:
        factors[rest] = 1
    return Ratio(reading, constant, tuple(sorted(factors.items())))


def _without(monomial: Monomial, name: str, power: int) -> Monomial:
    place = monomial.index(name)
    return monomial[:place] + monomial[place + power :]
