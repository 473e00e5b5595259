"""Money as people read it: two digits behind the point, thousands apart, the currency where it belongs."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from .numbers import SPACE, as_number, brief

SMALLEST = 0.005
"""Below half a hundredth an amount is written by its own digits: nobody's loss is shown as 0.00."""
NAMES = frozenset(("price", "payment", "revenue", "target", "value", "profit", "rent", "paid", "borne", "pool"))
"""What is money among the names of data and outcomes; so is everything called a utility or a pool."""


@dataclass(frozen=True)
class Money:
    r"""How a report writes money: after a code or a symbol, or bare where no currency is given.

    Examples
    --------
    >>> Money("€").text(-1234.5), Money("USD").text("3/2"), Money().text(0.0021), Money("€").text(0)
    ('−€1,234.50', 'USD\xa01.50', '0.0021', '€0.00')
    """

    currency: str = ""

    @property
    def unit(self) -> str:
        """What stands in the header of a column of money, in brackets and after a space; nothing without a currency."""
        return f" ({self.currency})" if self.currency else ""

    @property
    def note(self) -> str:
        """A sentence on what money is counted in."""
        return f"Money is in {self.currency}." if self.currency else "Money is in units of money."

    def text(self, value: Any) -> str:
        """Return an amount: a number, or an exact one's text."""
        number = as_number(value)
        if number is None:
            return str(value)
        sign = "−" if number < 0 else ""
        return f"{sign}{self._before()}{amount(abs(number))}"

    def _before(self) -> str:
        closed = not self.currency or unicodedata.category(self.currency[-1]) == "Sc"
        return self.currency + ("" if closed else SPACE)


def amount(value: float) -> str:
    """Return an amount that is not negative.

    Examples
    --------
    >>> amount(1234567.891), amount(0.004), amount(0.0)
    ('1,234,567.89', '0.004', '0.00')
    """
    return brief(value) if 0 < value < SMALLEST else f"{value:,.2f}"


def is_money(name: str) -> bool:
    """Return whether a quantity is money, by its name.

    Examples
    --------
    >>> [name for name in ("price", "client_utility", "reward pool", "epsilon", "cost") if is_money(name)]
    ['price', 'client_utility', 'reward pool']
    """
    words = name.replace("_", " ").split(" ")
    return "inverse" not in words and (words[-1] in NAMES or words[-1] == "utility")
