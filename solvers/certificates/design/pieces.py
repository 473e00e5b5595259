"""The smooth pieces of which a formula consists on a box, where it has steps and kinks, and their derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import flint
import numpy as np

from ...readings.balls import Balls, ball
from ...readings.derivative import Derivative
from ...readings.rationals import UNKNOWN, Irrational, Rationals


class Fork(Exception):
    """A box on which a step or a kink is not decided yet."""


class Branch(Balls):
    """Balls of one of the smooth pieces that a formula consists of on a box.

    At every point a step is 0 or 1, and the larger of two is the one or the other: so a formula is nowhere larger than
    the largest of its pieces, each read on all of the box. `decided` says which piece, in the order of the formula's
    steps and kinks; what balls can tell is decided by them, once for the box and any point of it. Of balls that are
    `known` to stand for a parameter or a number, it is decided by their exact bounds: a box may begin where a step is.
    """

    def __init__(self, decided: Sequence[bool] = (), known: Sequence[tuple[Any, tuple[Any, Any]]] = ()) -> None:
        self.decided, self.place = list(decided), 0
        self._known = {id(value): (value, bounds) for value, bounds in known}

    @property
    def root_of_two_pi(self) -> Any:
        """√(2π), by which the normal density is divided."""
        return (2 * flint.arb.pi()).sqrt()

    def number(self, value: Any) -> Any:
        """Return a ball around the exact value, and remember that."""
        found = ball(value)
        if self._known and not isinstance(value, flint.arb):
            self._known[id(found)] = (found, (Fraction(value), Fraction(value)))
        return found

    def again(self) -> Branch:
        """Return the same piece, for another reading of the formula."""
        return Branch(self.decided)

    def at_least(self, x: Any, y: Any) -> Any:
        """1 or 0, as it was decided."""
        return _each(self._decide, x, y)

    def maximum(self, x: Any, y: Any) -> Any:
        """The one that was decided to be the larger."""
        return _each(lambda p, q: ball(p) if self._decide(p, q) else ball(q), x, y)

    def minimum(self, x: Any, y: Any) -> Any:
        """The other one."""
        return _each(lambda p, q: ball(q) if self._decide(p, q) else ball(p), x, y)

    def absolute(self, x: Any) -> Any:
        """The larger of x and −x."""
        return self.maximum(x, -x)

    def count_positive(self, x: Any) -> Any:
        """How many entries were decided to be positive."""
        return sum(1 - self._decide(0, value) for value in x)

    def _decide(self, x: Any, y: Any) -> int:
        if self.place == len(self.decided):
            self.decided.append(self._told(x, y))
        self.place += 1
        return int(self.decided[self.place - 1])

    def _told(self, x: Any, y: Any) -> bool:
        """Whether x ≥ y, on all of the box."""
        one, two = ball(x), ball(y)
        if one >= two or one < two:
            return bool(one >= two)
        mine, other = self._bounds(x), self._bounds(y)
        if mine is None or other is None or (mine[0] < other[1] and not mine[1] < other[0]):
            raise Fork
        return bool(mine[0] >= other[1])

    def _bounds(self, x: Any) -> tuple[Any, Any] | None:
        """The exact bounds of what a ball stands for, if they are known."""
        if isinstance(x, int | Fraction):
            return x, x
        known = self._known.get(id(x))
        return None if known is None else known[1]


class Deciding(Rationals):
    """Fractions that remember how steps and kinks were decided, in the order of `Branch`; or decide as they are told.

    Examples
    --------
    >>> point = Deciding()
    >>> point.at_least(2, 3), point.maximum(2, 3), point.decided
    (0, 3, [False, False])
    """

    root_of_two_pi = UNKNOWN

    def __init__(self, told: Sequence[bool] | None = None) -> None:
        self.decided: list[bool] = []
        self._told = told

    def at_least(self, x: Any, y: Any) -> Any:
        """1 where x ≥ y, else 0."""
        return _each(self._decide, x, y)

    def maximum(self, x: Any, y: Any) -> Any:
        """The larger."""
        return _each(lambda p, q: p if self._decide(p, q) else q, x, y)

    def minimum(self, x: Any, y: Any) -> Any:
        """The smaller."""
        return _each(lambda p, q: q if self._decide(p, q) else p, x, y)

    def absolute(self, x: Any) -> Any:
        """|x|."""
        return self.maximum(x, -x)

    def count_positive(self, x: Any) -> Any:
        """How many entries are positive."""
        return sum(1 - self._decide(0, value) for value in x)

    def _decide(self, x: Any, y: Any) -> int:
        if isinstance(x, float) or isinstance(y, float):
            raise Irrational("a formula's doubles were rounded")
        self.decided.append(bool(x >= y) if self._told is None else self._told[len(self.decided)])
        return int(self.decided[-1])


class Smooth(Derivative):
    """Derivatives of a piece, on which steps do not move and the larger is the same all over; Φ has its density."""

    def at_least(self, x: Any, y: Any) -> Any:
        """The step as it was decided."""
        return self.base.at_least(self.value(x), self.value(y))

    def maximum(self, x: Any, y: Any) -> Any:
        """The one that was decided to be the larger."""
        first = self.at_least(x, y)
        return first * x + (1 - first) * y

    def minimum(self, x: Any, y: Any) -> Any:
        """The other one."""
        first = self.at_least(x, y)
        return first * y + (1 - first) * x

    def absolute(self, x: Any) -> Any:
        """The larger of x and −x."""
        return self.maximum(x, -x)

    def count_positive(self, x: Any) -> Any:
        """The count as it was decided."""
        return self.base.count_positive(self.value(x))

    @property
    def root_of_two_pi(self) -> Any:
        """√(2π) in the reading below."""
        below: Any = self.base
        return below.root_of_two_pi

    def normal_cdf(self, x: Any) -> Any:
        """Φ(x)′ = x′ e^(−x²/2)/√(2π)."""
        base = self.base
        return self._chain(x, base.normal_cdf, lambda v: base.exp(-base.square(v) / 2) / self.root_of_two_pi)


def _each(function: Any, x: Any, y: Any) -> Any:
    return np.frompyfunc(function, 2, 1)(x, y)
