r"""The owners' contest for a reward pool that is fixed, in exact arithmetic: every payment is known to the cent.

With caps the total :math:`Z` is a root of a quadratic equation, so payments are irrational in general, and rounding a
double up may be a cent off. Here :math:`Z` is either a fraction that passes the equilibrium's own test, shares that
sum to one exactly, or lies between two fractions at which they sum to more and to less than one. Shares and payments
fall in :math:`Z`, so both ends bound them, and the ends are brought together until nothing depends on them any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from functools import cached_property
from math import ceil, isqrt
from typing import Any

import numpy as np

from ...formulations.algebra import read
from ...formulations.data import as_floats
from ...formulations.shown import Shown
from ...formulations.stackelberg.contest import capped_share, equilibrium_share, total_for_pool
from ...solvers.readings.rationals import Irrational, Rationals
from ...solvers.readings.vectors import Vectors

DIGITS = 12
"""Privacy budgets are traded as decimals of so many significant digits, rounded down, so that payments cover them."""


@dataclass(frozen=True, repr=False)
class Deal(Shown):
    """The privacy that each owner sells, and bounds on what is due for it, between which lies no whole cent.

    `due` is in the unit of the pool, cents; where a payment is rational both bounds are the payment itself.
    """

    epsilon: tuple[Fraction, ...]
    due: tuple[tuple[Fraction, Fraction], ...]


@dataclass(frozen=True, eq=False)
class Contest:
    """A contest for a fixed pool; `cost`, in the pool's unit per ε, and `cap` (or None) are arrays of fractions."""

    cost: np.ndarray
    cap: np.ndarray | None
    pool: Fraction

    def settle(self) -> Deal:
        """Return the equilibrium, its payments certain up to the next whole unit of the pool.

        Examples
        --------
        >>> cost, cap = np.array([Fraction(1)] * 2), np.array([Fraction(1, 10), Fraction(9)])
        >>> settled = Contest(cost, cap, Fraction(2)).settle()
        >>> [float(value) for value in settled.epsilon], [ceil(high) for _, high in settled.due]
        ([0.1, 0.347213595499], [1, 2])
        """
        low, high = self._bracket()
        tried: set[tuple[bytes, bytes]] = set()
        while True:
            for end in (low, high):
                if (total := self._rational_total(end, tried)) is not None:
                    low = high = total
            settled = self._settled(low, high)
            if settled is not None:
                return settled
            middle = (low + high) / 2
            sign = self.excess(middle)
            low, high = (middle, high) if sign > 0 else (low, middle) if sign < 0 else (middle, middle)

    def shares(self, total: Fraction, exact: bool = True) -> Any:
        """Return everybody's share of a total that all budgets add up to."""
        roles = {**(self._exact if exact else self._floats), "total": total if exact else float(total)}
        roles["total_per_pool"] = roles["total"] / roles["reward_pool"]
        formula = equilibrium_share if self.cap is None else capped_share
        return read(formula, Rationals() if exact else Vectors(), roles)

    def excess(self, total: Fraction) -> Fraction:
        """Return by how much the shares of a total exceed one: it falls, and is zero at the equilibrium."""
        return Fraction(Rationals().sum(self.shares(total)) - 1)

    @cached_property
    def _exact(self) -> dict[str, Any]:
        return {"cost": self.cost, "cap": self.cap, "reward_pool": self.pool}

    @cached_property
    def _floats(self) -> dict[str, Any]:
        cap = None if self.cap is None else as_floats(self.cap)
        return {"cost": as_floats(self.cost), "cap": cap, "reward_pool": float(self.pool)}

    def _bracket(self) -> tuple[Fraction, Fraction]:
        """Return totals on either side of the equilibrium, from a bisection in doubles that is then checked."""
        high = float(self.pool / min(self.cost))
        # far below any total; in ratios, 300 halvings of 200 octaves end at neighbouring doubles
        low = high * 2.0**-200
        for _ in range(300):
            middle = float(np.sqrt(low) * np.sqrt(high))
            above = float(np.sum(self.shares(middle, exact=False))) > 1  # type: ignore[arg-type]
            low, high = (middle, high) if above else (low, middle)
        # five bits for what doubles round; wider where that does not do: signs are taken exactly, so none is wrong
        for bits in range(48, 0, -4):
            ends = tuple(Fraction(low) * (1 + Fraction(side, 2**bits)) for side in (-1, 1))
            if self.excess(ends[0]) > 0 > self.excess(ends[1]):
                return ends[0], ends[1]
        raise ArithmeticError("the shares do not change their sign where doubles say they do")

    def _rational_total(self, near: Fraction, tried: set[tuple[bytes, bytes]]) -> Fraction | None:
        """Return the total if those capped and those between stay so from `near` on and it is rational."""
        share = self.shares(near)
        selling = np.array(share > 0, dtype=bool)
        capped = (
            np.zeros_like(selling) if self.cap is None else selling & np.array(share * near >= self.cap, dtype=bool)
        )
        key = (selling.tobytes(), capped.tobytes())
        if key in tried:
            return None
        tried.add(key)
        between, algebra = selling & ~capped, _WithRoots()
        held = Fraction(0) if self.cap is None else Fraction(algebra.sum(self.cap[capped]))
        if not between.any():
            total = held
        else:
            count, cost = int(np.count_nonzero(between)), algebra.sum(self.cost[between])
            try:
                total = total_for_pool(algebra, self.pool, count, cost, held)
            except Irrational:
                return None
        return total if total > 0 and self.excess(total) == 0 else None

    def _settled(self, low: Fraction, high: Fraction) -> Deal | None:
        """Return the contest as settled, or None if something still depends on which of the totals it is."""
        most, least = self.shares(low), self.shares(high)
        due = tuple((small * self.pool, large * self.pool) for small, large in zip(least, most, strict=True))
        traded = []
        for index, (small, large) in enumerate(zip(least, most, strict=True)):
            if self.cap is not None and small * high == large * low == self.cap[index]:
                small_budget = large_budget = self.cap[index]
            else:
                small_budget, large_budget = small * low, large * high
            budget = rounded_down(small_budget)
            if budget != rounded_down(large_budget):
                return None
            traded.append(budget)
        if any(ceil(small) != ceil(large) for small, large in due):
            return None
        return Deal(tuple(traded), due)


class _WithRoots(Rationals):
    """Fractions with the square roots that are fractions themselves."""

    @staticmethod
    def sqrt(x: Any) -> Fraction:
        """The root of a square; others are refused as irrational."""
        root = Fraction(isqrt(x.numerator), isqrt(x.denominator))
        if root * root != x:
            raise Irrational("the root of no square")
        return root


def rounded_down(value: Fraction) -> Fraction:
    """Return the largest decimal of twelve significant digits that is not above a value of at least zero.

    Examples
    --------
    >>> print(rounded_down(Fraction(2, 3)))
    333333333333/500000000000
    """
    context = Context(prec=DIGITS, rounding=ROUND_FLOOR, Emin=-999999, Emax=999999)
    return Fraction(context.divide(Decimal(value.numerator), Decimal(value.denominator)))


def budget_text(value: Fraction) -> str:
    """Return a budget as it is written: as a decimal if it is one, else as a fraction.

    Examples
    --------
    >>> budget_text(Fraction(1, 8)), budget_text(Fraction(20)), budget_text(Fraction(1, 3))
    ('0.125', '20', '1/3')
    """
    decimal = Decimal(value.numerator) / Decimal(value.denominator)
    if Fraction(decimal) != value:
        return str(value)
    text = f"{decimal:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
