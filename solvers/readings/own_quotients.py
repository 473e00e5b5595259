"""Quotients of polynomials in one own decision; and functions of it of which nothing more is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...formulations.errors import UnsupportedModel

MOST_DEGREE = 8
"""Of polynomials that are kept; what is of a higher degree is only known not to be linear."""


class Poly:
    """A quotient of polynomials in the own decision; `moved` says that others' decisions are in it.

    Without coefficients it is some function of the own decision, of which nothing more is known.
    """

    __array_ufunc__ = None
    level = 0

    def __init__(self, top: Sequence[Any] | None, bottom: Sequence[Any] = (1,), moved: bool = False) -> None:
        known = top is not None and max(len(top), len(bottom)) <= MOST_DEGREE
        self.top: tuple[Any, ...] | None = _trimmed(top) if known and top is not None else None
        self.bottom: tuple[Any, ...] = _trimmed(bottom) if known else (1,)
        self.moved = moved

    @property
    def constant(self) -> bool:
        """Whether it is one number."""
        return self.top is not None and len(self.top) <= 1 and len(self.bottom) == 1

    def _with(self, other: Any, top: Any) -> Any:
        if isinstance(other, np.ndarray):
            raise UnsupportedModel("a person's utility computes with a vector of other numbers")
        two = as_poly(other)
        moved = self.moved or two.moved
        if self.top is None or two.top is None:
            return Poly(None, moved=moved)
        above, below = top(self.top, self.bottom, two.top, two.bottom)
        return Poly(above, below, moved)

    def __add__(self, other: Any) -> Any:
        if as_poly(other).bottom == self.bottom:
            return self._with(other, lambda p, q, r, _: (_plus(p, r), q))
        return self._with(other, lambda p, q, r, s: (_plus(_times(p, s), _times(r, q)), _times(q, s)))

    __radd__ = __add__

    def __neg__(self) -> Poly:
        return Poly(None if self.top is None else [-x for x in self.top], self.bottom, self.moved)

    def __sub__(self, other: Any) -> Any:
        return self + -as_poly(other)

    def __rsub__(self, other: Any) -> Any:
        return as_poly(other) + -self

    def __mul__(self, other: Any) -> Any:
        return self._with(other, lambda p, q, r, s: (_times(p, r), _times(q, s)))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        two = as_poly(other)
        if two.top == ():
            raise ZeroDivisionError("a utility divides by zero")
        return self._with(two, lambda p, q, r, s: (_times(p, s), _times(q, r)))

    def __rtruediv__(self, other: Any) -> Any:
        return as_poly(other) / self

    def __pow__(self, exponent: Any) -> Any:
        if isinstance(exponent, int) and 0 <= exponent <= MOST_DEGREE:
            found = Poly((1,))
            for _ in range(exponent):
                found = found * self
            return found
        return Poly(None, moved=self.moved)

    def _refuse(self, *_: Any) -> Any:
        raise UnsupportedModel("a comparison by Python's signs is no step; steps are a.at_least")

    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = __bool__ = _refuse
    __hash__ = None  # type: ignore[assignment]


def as_poly(x: Any) -> Poly:
    """Return a number as a quotient of constants."""
    if isinstance(x, Poly):
        return x
    entries = np.ravel(np.asarray(x, dtype=object))
    if len(entries) != 1:
        raise UnsupportedModel("a person's utility computes with a vector of other numbers")
    return Poly((entries[0],))


def _trimmed(p: Sequence[Any]) -> tuple[Any, ...]:
    found = list(p)
    while found and found[-1] == 0:
        found.pop()
    return tuple(found)


def _plus(p: Sequence[Any], q: Sequence[Any]) -> list[Any]:
    longer = max(len(p), len(q))
    return [(p[k] if k < len(p) else 0) + (q[k] if k < len(q) else 0) for k in range(longer)]


def _times(p: Sequence[Any], q: Sequence[Any]) -> list[Any]:
    found = [0] * max(len(p) + len(q) - 1, 0)
    for j, one in enumerate(p):
        for k, two in enumerate(q):
            found[j + k] = found[j + k] + one * two
    return found


def value_at(part: Sequence[Any], x: Any) -> Any:
    """Return what a polynomial is at a number."""
    return sum((entry * x**k for k, entry in enumerate(part)), 0 * x)
