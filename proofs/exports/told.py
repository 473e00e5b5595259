"""A value read twice at once: as the ratio that certificates speak of, and as the term that was written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..kernel.ratio import UnreadableError
from .terms import Term, number


@dataclass(frozen=True, eq=False)
class Told:
    """A value as a ratio of polynomials, and as the term that was written."""

    ratio: Any
    term: Term

    __array_ufunc__ = None
    level = 0

    def _undecided(self, *_: Any) -> bool:
        raise UnreadableError("a formula that asks whether a value is zero cannot be read; use maxima and minima")

    __bool__ = __eq__ = __ne__ = _undecided
    __hash__ = None  # type: ignore[assignment]

    def _with(self, other: Any, operation: Callable[[Any, Any], Any], swapped: bool = False) -> Any:
        if (right := self.told(other)) is None:
            return NotImplemented
        one, two = (right, self) if swapped else (self, right)
        return Told(operation(one.ratio, two.ratio), operation(one.term, two.term))

    def told(self, other: Any) -> Told | None:
        """Return another value or a number as one of these."""
        if isinstance(other, Told):
            return other
        if not isinstance(other, int | Fraction):
            return None
        return constant(self, other)

    def __add__(self, other: Any) -> Any:
        return self._with(other, lambda x, y: x + y)

    def __radd__(self, other: Any) -> Any:
        return self._with(other, lambda x, y: x + y, swapped=True)

    def __neg__(self) -> Told:
        return Told(-self.ratio, -self.term)

    def __sub__(self, other: Any) -> Any:
        return self._with(other, lambda x, y: x - y)

    def __rsub__(self, other: Any) -> Any:
        return self._with(other, lambda x, y: x - y, swapped=True)

    def __mul__(self, other: Any) -> Any:
        return self._with(other, lambda x, y: x * y)

    def __rmul__(self, other: Any) -> Any:
        return self._with(other, lambda x, y: x * y, swapped=True)

    def __truediv__(self, other: Any) -> Any:
        return self._with(other, lambda x, y: x / y)

    def __rtruediv__(self, other: Any) -> Any:
        return self._with(other, lambda x, y: x / y, swapped=True)

    def __pow__(self, exponent: int) -> Told:
        return Told(self.ratio**exponent, self.term**exponent)


def exactly(operation: str, x: Told, y: Told) -> Told:
    """Return a sum, difference or product, whose term is not made any simpler."""
    ratio = {"+": x.ratio + y.ratio, "-": x.ratio - y.ratio, "*": x.ratio * y.ratio}[operation]
    return Told(ratio, Term(operation, (x.term, y.term)))


def constant(x: Told, value: int | Fraction) -> Told:
    """Return a number in the reading of another value."""
    return Told(x.ratio.reading.number(value), number(value))
