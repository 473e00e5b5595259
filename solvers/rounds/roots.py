"""An algebra for best replies: numbers are fractions as long as roots are, and balls from the first that is none.

Every comparison is decided or refused: a ball that holds both sides asks for more bits. So who sells nothing, and who
faces nobody, is never guessed, and what is printed of a ball encloses the true path.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, fmpq, fmpz

from ...formulations.algebra import summed
from ..readings.balls import ball, precision
from ..readings.rationals import Rationals

PRECISIONS = (256, 1024, 4096, 16384)
"""Bits that are tried, one after the other, until every comparison is decided and every ball is narrow."""
NARROW = arb(2) ** -64
"""How wide, in parts of its middle, a ball may be."""


class Undecided(ArithmeticError):
    """Balls overlap that are compared; more bits may tell them apart."""


class Roots(Rationals):
    """Formulas over FLINT's fractions, and over balls where a root is irrational.

    Examples
    --------
    >>> Roots().sqrt(fmpq(4, 9)), Roots().sqrt(fmpq(2)) > fmpq(7, 5)
    (2/3, True)
    """

    name = "fractions and balls"

    def number(self, value: Any) -> Any:
        """Return the exact value; a ball stays one."""
        if isinstance(value, arb | fmpq):
            return value
        exact = Fraction(value)
        return fmpq(exact.numerator, exact.denominator)

    def vector(self, value: Any) -> np.ndarray:
        """Return the exact values."""
        return np.array([self.number(item) for item in np.asarray(value).tolist()], dtype=object)

    def sqrt(self, x: Any) -> Any:
        """Square root: of a square a fraction."""
        return np.frompyfunc(_root, 1, 1)(x)

    def maximum(self, x: Any, y: Any) -> Any:
        """The larger, where it is certain which that is."""
        return np.frompyfunc(lambda p, q: p if _larger(p, q) else q, 2, 1)(x, y)

    def minimum(self, x: Any, y: Any) -> Any:
        """The smaller."""
        return np.frompyfunc(lambda p, q: q if _larger(p, q) else p, 2, 1)(x, y)

    def sum(self, x: Any) -> Any:
        """The sum."""
        return sum(np.ravel(summed(x)).tolist(), fmpq(0))


def _larger(x: Any, y: Any) -> bool:
    if x > y:
        return True
    if x <= y:
        return False
    raise Undecided(f"{x} and {y} overlap")


def _root(x: Any) -> Any:
    exact = fmpq(x) if isinstance(x, int) else x
    if isinstance(exact, fmpq) and exact >= 0:
        over, under = (fmpz(part).isqrt() for part in (exact.p, exact.q))
        if over * over == exact.p and under * under == exact.q:
            return fmpq(over, under)
    return ball(exact).sqrt()


def is_missing(replies: Any) -> Any:
    """Whether there is no reply, entry by entry: not a number, which no fraction and no ball of a path is."""
    entries = np.asarray(replies)
    if entries.dtype != object:
        return np.isnan(entries)
    return np.asarray(np.frompyfunc(lambda x: isinstance(x, float) and x != x, 1, 1)(entries), dtype=bool)


def others_of(own: np.ndarray) -> np.ndarray:
    """Return the sum of everybody else's entries, added up without the own one: balls do not cancel.

    Examples
    --------
    >>> others_of(np.array([fmpq(1), fmpq(2), fmpq(4)], dtype=object)).tolist()
    [6, 5, 3]
    """
    before, after = np.full(len(own), fmpq(0)), np.full(len(own), fmpq(0))
    for place in range(1, len(own)):
        before[place] = before[place - 1] + own[place - 1]
        after[-1 - place] = after[-place] + own[-place]
    return np.asarray(before + after)


def enclosed(play: Callable[[], Any], narrow: Callable[[Any], bool]) -> Any:
    """Return a play in as many bits as decide all its comparisons and leave its balls narrow.

    Raises
    ------
    Undecided
        When the most bits do not.
    """
    for bits in PRECISIONS:
        with precision(bits):
            try:
                found = play()
            except Undecided:
                continue
            if narrow(found):
                return found
    raise Undecided(f"{PRECISIONS[-1]:,} bits do not decide who sells, or leave balls that are wide")


def is_narrow(value: Any) -> bool:
    """Whether a number is a fraction, or a ball that is narrow."""
    return not isinstance(value, arb) or bool(value.rad() <= NARROW * abs(value.mid())) or value == 0


def plainly(values: Any) -> Any:
    """Return FLINT's numbers as Python's fractions where all are rational, else all as balls."""
    entries = np.asarray(values, dtype=object)
    if any(isinstance(entry, arb) for entry in entries.ravel().tolist()):
        return np.frompyfunc(ball, 1, 1)(entries)
    return np.frompyfunc(lambda entry: Fraction(int(fmpq(entry).p), int(fmpq(entry).q)), 1, 1)(entries)
