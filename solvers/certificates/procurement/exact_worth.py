"""What is bought is worth, over fractions where it is rational and in balls where it is not.

The E at which V′ is a price is nobody's word: a revenue's `demand` is a hint, and both sides of it are tried. That the
declared revenue is concave is taken from its declaration.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from flint import arb, fmpq

from ....formulations.errors import UnsupportedModel
from ....formulations.procurement.declaration import PrivacyProcurement
from ....formulations.procurement.formulas import worth
from ...readings.balls import Balls, lower_bound, upper_bound
from ...readings.derivative import Derivative
from ...readings.rationals import Rationals

BITS = 256
NEAR = fmpq(1, 2**120)
"""How near to a demand, relative, both sides of it are tried where V′ is not the price itself."""
HALVINGS = 160


@dataclass(frozen=True, eq=False)
class ExactWorth:
    """V, V′ and its inverse, as fractions or balls.

    Examples
    --------
    >>> found = ExactWorth(PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=2, beta=4))
    >>> print(found.slope(fmpq(1)), found.demand(fmpq(2)), found.value(fmpq(0)))
    2 1 0
    """

    model: PrivacyProcurement

    @cached_property
    def count(self) -> int:
        """N."""
        return len(self.model.cost)

    @cached_property
    def readings(self) -> tuple[tuple[Any, Any], ...]:
        """The algebras, each with the declared revenue in its numbers: fractions are tried first."""
        return tuple((a, self.model.value._bound(a)) for a in (Rationals(), Balls()))

    @cached_property
    def everything(self) -> fmpq:
        """The sum of all caps."""
        return sum(map(rational, self.model.epsilon_cap.tolist()), fmpq(0))

    def value(self, total: Any) -> Any:
        """Return V(E)."""
        return self._read(lambda a, revenue, at: worth(a, at, self.count, revenue), total)

    def slope(self, total: Any) -> Any:
        """Return V′(E)."""

        def read(a: Any, revenue: Any, at: Any) -> Any:
            dual = Derivative(a)
            return dual.slope(worth(dual, dual.variable(at), self.count, revenue))

        return self._read(read, total)

    def _read(self, formula: Callable[[Any, Any, Any], Any], number: Any) -> Any:
        """Return what a formula of one number is over fractions, else in balls; None where it says None."""
        for a, revenue in self.readings:
            if a.name == "fractions" and not isinstance(number, fmpq):
                continue
            given = formula(a, revenue, fraction(number) if a.name == "fractions" else arb(number))
            if given is None or isinstance(given, arb):
                return given
            if isinstance(given, int | Fraction):
                return rational(given)
        raise UnsupportedModel(f"{type(self.model.value).__name__} has no value in balls")

    def demand(self, price: Any) -> Any:
        """Return the least E ≥ 0 at which V′(E) is at most the price; where that is more than there is, any such."""
        hint = self._read(lambda a, revenue, at: revenue.demand(a, self.count * at), price)
        if hint is None:
            return self._halved(price)
        hint = within(fmpq(0), hint * self.count, None)
        if not self._confirmed(hint, price):
            raise UnsupportedModel("the revenue's demand is not where its slope is the price")
        return hint

    def _confirmed(self, hint: Any, price: Any) -> bool:
        """Whether V′ is the price at a hint; or, as on a kink, passes it between numbers on both sides as near as NEAR.

        A hint on a kink is taken for the kink itself.
        """
        if isinstance(hint, fmpq) and (hint > self.everything or self._slope_or_none(hint) == price):
            return True
        low, high = (rational(bound(fraction(hint))) for bound in (lower_bound, upper_bound))
        low, high = low * (1 - NEAR), high * (1 + NEAR) + NEAR * NEAR
        return bool((low <= 0 or self.slope(low) >= price) and self.slope(high) <= price)

    def _slope_or_none(self, total: fmpq) -> Any:
        try:
            return self.slope(total)
        except UnsupportedModel:  # on a kink there is none
            return None

    def _halved(self, price: Any) -> Any:
        low, high = fmpq(0), self.everything
        if self.slope(high) >= price:
            return high
        if self.slope(low) <= price:
            return low
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            if self.slope(middle) >= price:
                low = middle
            else:
                high = middle
        return arb(low).union(arb(high))


def rational(value: Any) -> fmpq:
    """Return a fraction, or the double that it is, as FLINT's, which can stand beside balls."""
    exact = Fraction(value)
    return fmpq(exact.numerator, exact.denominator)


def fraction(value: Any) -> Any:
    """Return FLINT's fraction as Python's; a ball stays one."""
    return Fraction(int(value.p), int(value.q)) if isinstance(value, fmpq) else value


def within(low: Any, value: Any, high: Any) -> Any:
    """Return a number between two others: itself, or the bound it passes; balls that may do either hold both.

    Examples
    --------
    >>> within(fmpq(0), fmpq(3), fmpq(2)), within(fmpq(0), arb(1), None)
    (2, 1.00000000000000)
    """
    if value <= low:
        return low
    if high is not None and value >= high:
        return high
    if isinstance(value, fmpq) or (value > low and (high is None or value < high)):
        return value
    held = value.max(arb(low))
    return held if high is None else held.min(arb(high))
