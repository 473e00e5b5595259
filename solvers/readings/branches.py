"""The reading by branches: on which pieces of a person's range a utility with steps and kinks is one smooth formula.

The own decision x is a variable, everything else a number. What a step or a kink compares is then a quotient of
polynomials in x; where that is of degree one, its sign changes at numbers that are known exactly. Between two of them
every step and every kink has one side.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...formulations.algebra import Formula, read
from ...formulations.authors import place_of_caller
from ...formulations.errors import UnsupportedModel
from ...formulations.others import only_sum
from .own_quotients import Poly, as_poly, value_at

MOST_PIECES = 64
"""Of one person's range."""


class Split(Exception):
    """A step or a kink changes its side inside a piece."""

    def __init__(self, at: Any) -> None:
        self.at = at


@dataclass(frozen=True)
class Side:
    """The side of a step or a kink: whether the first is at least the second; whether others move where it changes."""

    first: int
    step: bool
    moved: bool
    place: str


class Branches:
    """The algebra in which a person's utility is read on an interval of its own decision, at an end or between both.

    Examples
    --------
    >>> a = Branches(0, 1)
    >>> a.at_least(a.own, 2), a.sides[0].first
    (0, 0)
    """

    name, level = "branches", 0

    def __init__(self, low: Any, high: Any) -> None:
        self.low, self.high, self.sides = low, high, list[Side]()
        self.own = Poly((0, 1))

    def number(self, value: Any) -> Any:
        """Return a number as it is."""
        return value

    vector = number

    def at_least(self, x: Any, y: Any) -> Any:
        """Return the side of a step."""
        return self._side(x, y, step=True)

    def maximum(self, x: Any, y: Any) -> Any:
        """Return the larger on the interval."""
        return x if self._side(x, y) else y

    def minimum(self, x: Any, y: Any) -> Any:
        """Return the smaller on the interval."""
        return y if self._side(x, y) else x

    def absolute(self, x: Any) -> Any:
        """Return x or −x."""
        return x if self._side(x, -x) else -x

    def share(self, own: Any, others: Any) -> Any:
        """Return own / (own + others)."""
        whole = as_poly(own) + others
        return Poly(()) if whole.top == () else as_poly(own) / whole

    def square(self, x: Any) -> Any:
        """x²."""
        return x * x

    def power(self, x: Any, exponent: Any) -> Any:
        """A whole power, or one of which nothing is known."""
        return as_poly(x) ** (int(exponent) if exponent == int(exponent) else exponent)

    def sum(self, x: Any) -> Any:
        """Return the sum over a vector of data."""
        return sum(np.asarray(x, dtype=object).tolist())

    def highest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """Refuse: the others are their sum here."""
        raise only_sum("highest")

    def lowest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """Refuse: the others are their sum here."""
        raise only_sum("lowest")

    def count_positive(self, x: Any) -> Any:
        """Refuse a count."""
        raise UnsupportedModel(f"{_called()}: a count of positive decisions is no step; a.at_least is")

    def _unknown(self, x: Any) -> Poly:
        return Poly(None, moved=as_poly(x).moved)

    log = log1p = exp = expm1 = sqrt = normal_cdf = _unknown

    def _side(self, x: Any, y: Any, step: bool = False) -> int:
        apart = as_poly(x) - y
        place = _called()
        first = self._sign(apart, place)
        self.sides.append(Side(int(first >= 0), step, apart.moved, place))
        return int(first >= 0)

    def _sign(self, apart: Poly, place: str) -> int:
        """Return the sign on the interval of what is compared."""
        if apart.top is None or max(len(apart.top), len(apart.bottom)) > 2:
            raise UnsupportedModel(
                f"{place}: what a step or a kink compares must be linear in the own decision, or a quotient of two "
                "such terms, so that the place where it changes is known; declare the threshold itself as data"
            )
        middle = (self.low + self.high) / 2
        if self.low < self.high:
            for part in (apart.top, apart.bottom):
                if len(part) == 2 and self.low < (root := -part[0] / part[1]) < self.high:
                    raise Split(root)
        value = value_at(apart.top, middle)
        return 0 if value == 0 else 1 if (value > 0) == (value_at(apart.bottom, middle) > 0) else -1


def _called() -> str:
    return place_of_caller(sys._getframe(1), __name__)


@dataclass(frozen=True)
class Piece:
    """A part of the own decision's range, a point or what lies between two, on which every step and kink has a side."""

    low: Any
    high: Any
    sides: tuple[Side, ...]

    @property
    def point(self) -> bool:
        """Whether it is a point."""
        return bool(self.low == self.high)

    def holds(self, own: Any) -> bool:
        """Whether a decision is on it."""
        return bool(self.low < own < self.high or self.low == own == self.high)

    @property
    def weights(self) -> tuple[int, ...]:
        """The sides, 1 for the first."""
        return tuple(side.first for side in self.sides)

    def same_steps(self, other: Piece) -> bool:
        """Whether it has another one's sides of all steps, so that the utility does not jump between neighbours."""
        mine, yours = ([side.first for side in part.sides if side.step] for part in (self, other))
        return mine == yours


def pieces_of(utility: Formula, roles: Mapping[str, Any], low: Any, high: Any) -> list[Piece]:
    """Return the pieces of a person's range from the lowest on: points and open intervals in turn.

    Parameters
    ----------
    utility
        The utility by role.
    roles
        Everything but the own decision, as numbers: fractions make the pieces' ends exact.
    low, high
        The decision's bounds.

    Raises
    ------
    UnsupportedModel
        When a step or a kink compares what is not linear in the own decision; the message names the line.

    Examples
    --------
    >>> paid = lambda a, own, least: own * a.at_least(own, least)
    >>> [(part.low, part.high, part.weights) for part in pieces_of(paid, {"least": 2}, 0, 3)]
    [(0, 0, (0,)), (0, 2.0, (0,)), (2.0, 2.0, (1,)), (2.0, 3, (1,)), (3, 3, (1,))]
    """
    if "others" in roles:
        roles = {**roles, "others": Poly((roles["others"],), moved=True)}
    waiting, between = [(low, high)] if low < high else [], list[Piece]()
    while waiting:
        start, end = waiting.pop()
        try:
            between.append(_read(utility, roles, start, end))
        except Split as split:
            waiting += [(split.at, end), (start, split.at)]
            if len(waiting) + len(between) > MOST_PIECES:
                raise UnsupportedModel(f"a utility has more than {MOST_PIECES} pieces") from None
    found = [_read(utility, roles, low, low)]
    for part in between:
        found += [part, _read(utility, roles, part.high, part.high)]
    return found


def _read(utility: Formula, roles: Mapping[str, Any], low: Any, high: Any) -> Piece:
    algebra = Branches(low, high)
    try:
        read(utility, algebra, {**roles, "own": algebra.own})
    except ZeroDivisionError:
        if low < high:
            raise
    return Piece(low, high, tuple(algebra.sides))


def places_of(utility: Formula, roles: Mapping[str, Any], steps_only: bool = False) -> tuple[str, ...]:
    """Return the lines of a utility's steps and kinks that somebody's own decision moves.

    Examples
    --------
    >>> len(places_of(lambda a, own: a.maximum(own, 1), {})), len(places_of(lambda a, own: 2 * own, {}))
    (1, 0)
    """
    algebra = _Places(steps_only)
    read(utility, algebra, {**roles, "own": algebra.own})
    return tuple(dict.fromkeys(algebra.places))


class _Places(Branches):
    """The same, but only noting where steps and kinks are."""

    def __init__(self, steps_only: bool) -> None:
        super().__init__(0, 0)
        self.steps_only, self.places = steps_only, list[str]()

    def _side(self, x: Any, y: Any, step: bool = False) -> Any:
        apart = as_poly(x) - y
        if not apart.constant and (step or not self.steps_only):
            self.places.append(_called())
        return Poly(None, moved=apart.moved)

    def maximum(self, x: Any, y: Any) -> Any:
        return self._side(x, y)

    minimum = maximum

    def absolute(self, x: Any) -> Any:
        return self._side(x, 0)
