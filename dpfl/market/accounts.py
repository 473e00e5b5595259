"""The money of a market, in whole cents and exact: published prices, sales, payments, and the accounts that balance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any

import numpy as np

from ...formulations.data import as_fractions
from ...formulations.errors import InputError
from ...formulations.versions.menu import MenuCone, version_weight
from ...formulations.versions.revenue import revenue
from ...solvers.readings.rationals import Rationals
from .declaration import Buyers

CENTS = 100
"""Cents in one unit of the money that declarations are written in."""


def published_prices(cone: MenuCone, price: Sequence[Fraction]) -> tuple[int, ...]:
    """Return the dearest menu of whole cents that is safe and dearer than the exact one nowhere.

    A price that is rounded by itself can leave the cone of safe menus; so prices are rounded down from the smallest
    version on, each held to what its smaller neighbour allows. Nobody who would have bought is lost.

    Examples
    --------
    >>> cone = MenuCone(as_fractions([1, 3]), "composition")
    >>> published_prices(cone, [Fraction("0.019"), Fraction("0.057")])
    (1, 3)
    """
    weight = version_weight(Rationals(), as_fractions(cone.epsilon), cone.attack)
    cents = [0] * len(price)
    before: int | None = None
    for place in cone.order.tolist():
        cents[place] = max(floor(price[place] * CENTS), 0)
        if before is not None:
            if cone.attack != "none":
                cents[place] = min(cents[place], floor(cents[before] * weight[place] / weight[before]))
            cents[place] = max(cents[place], cents[before])
        before = place
    return tuple(cents)


def safe(cone: MenuCone, cents: Sequence[int]) -> bool:
    """Whether published prices keep the cone's constraints, exactly.

    Examples
    --------
    >>> cone = MenuCone(as_fractions([1, 3]), "composition")
    >>> safe(cone, [1, 3]), safe(cone, [1, 5])
    (True, False)
    """
    algebra, price = Rationals(), as_fractions(cents)
    epsilon = as_fractions(cone.epsilon)
    dearer = cone.monotone(algebra, price)
    per_weight = [] if cone.attack == "none" else cone.proportional(algebra, price, epsilon)
    return all(value >= 0 for value in (*price, *dearer, *per_weight))


@dataclass(frozen=True)
class Sales:
    """How many copies of each version are sold, and what they bring."""

    sold: tuple[int, ...]
    cents: int


def sales(buyers: Buyers, cents: Sequence[int]) -> Sales:
    """Return what is sold at published prices: a buyer buys if the version wanted is worth its price or more.

    Examples
    --------
    >>> sales(Buyers(wanted=[0, 0, 1], value=["1", "0.99", 7]), [100, 300])
    Sales(sold=(1, 1), cents=400)
    """
    algebra, price = Rationals(), as_fractions(cents)
    value, wanted = as_fractions(buyers.value) * CENTS, buyers.index
    if not len(value):
        return Sales((0,) * len(cents), 0)
    buys = np.asarray(algebra.at_least(value, price[wanted]), dtype=bool)
    sold = np.bincount(wanted[buys], minlength=len(cents))
    return Sales(tuple(sold.tolist()), int(revenue(algebra, price, value, wanted)))


def paid(due: tuple[Fraction, Fraction]) -> int:
    """Return what is paid, in cents, for what is due: rounded up, so that nobody is paid too little.

    Raises
    ------
    InputError
        When a whole number of cents lies between the bounds: then the payment is not known to the cent.

    Examples
    --------
    >>> paid((Fraction(5, 2), Fraction(5, 2))), paid((Fraction(3), Fraction(3)))
    (3, 3)
    """
    low, high = due
    if ceil(low) != ceil(high):
        rule = "what is due, in cents, must have bounds with no whole number between them"
        raise InputError("market.payment, due", f"{float(low)} to {float(high)}", rule, "bound it more tightly")
    return ceil(high)


@dataclass(frozen=True)
class Accounts:
    """Who has what at the end, in cents.

    Attributes
    ----------
    expected
        Revenue that the survey promised at the published prices.
    revenue
        What buyers paid.
    pool
        The reward pool R_a that was announced.
    payments
        What each owner was paid.

    Examples
    --------
    >>> books = Accounts(expected=1000, revenue=500, pool=600, payments=(301, 298))
    >>> books.surplus, books.shortfall, books.kept, sum(books.balances().values())
    (-99, 99, 1, 0)
    """

    expected: int
    revenue: int
    pool: int
    payments: tuple[int, ...]

    @property
    def kept(self) -> int:
        """What of the pool was not paid out: the cents reserved for rounding, and what nobody was due."""
        return self.pool - sum(self.payments)

    @property
    def surplus(self) -> int:
        """What the broker is left with; negative if it had to pay."""
        return self.revenue - sum(self.payments)

    @property
    def shortfall(self) -> int:
        """What the broker paid because it guaranteed more than was sold."""
        return max(0, -self.surplus)

    def balances(self) -> dict[str, int]:
        """Return what each party gained in money; it adds up to nothing."""
        return {"buyers": -self.revenue, "owners": sum(self.payments), "broker": self.surplus}

    def document(self) -> dict[str, Any]:
        """Return the accounts as plain data."""
        return {
            "expected_revenue_cents": self.expected,
            "revenue_cents": self.revenue,
            "pool_cents": self.pool,
            "payments_cents": sum(self.payments),
            "kept_of_pool_cents": self.kept,
            "broker_surplus_cents": self.surplus,
            "broker_shortfall_cents": self.shortfall,
            "balances_cents": self.balances(),
        }


def money(cents: int | Fraction) -> str:
    """Return an amount as people write it.

    Examples
    --------
    >>> money(-123456), money(5)
    ('-1,234.56', '0.05')
    """
    sign, amount = ("-" if cents < 0 else ""), abs(Fraction(cents))
    if amount.denominator == 1:
        whole, rest = divmod(amount.numerator, CENTS)
        return f"{sign}{whole:,}.{rest:02}"
    return f"{sign}{float(amount) / CENTS:,.4f}"
