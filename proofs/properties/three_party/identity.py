"""Who counts as one among sellers: what a second account at the same price, and of the same budget, is worth to one."""

from __future__ import annotations

from typing import Any

import numpy as np

from ....formulations.three_party.formulas import seller_utility
from ....solvers.formatting import shown
from ....solvers.readings.rationals import Rationals
from ..results import Item, Verdict
from ..within import at_least


def second_account(
    names: tuple[str, ...], price: Any, quantity: Any, epsilon: Any, cost: Any, others: Any, best: bool
) -> Item:
    """Judge whether a seller gains by a second account, while the others keep their prices.

    Parameters
    ----------
    names, price, quantity, epsilon, cost
        The sellers, and what is decided, in fractions.
    others
        For each seller the sum of the others' 1/p.
    best
        Whether every seller's price is its best one.

    Examples
    --------
    >>> from fractions import Fraction
    >>> one = [np.array([Fraction(value)] * 2, dtype=object) for value in ("1", "1", "1", "1", "1")]
    >>> print(second_account(("a", "b"), *one, best=True).text)
    seller a gains 1/6 (≈ 0.166667) by a second account with the same price and budget: 2/3 (≈ 0.666667) in place of \
1/2 (≈ 0.500000), while the others keep their prices
    """
    name, own, algebra = "second-account", 1 / price, Rationals()
    single = seller_utility(algebra, own, others, quantity, epsilon, cost)
    double = 2 * seller_utility(algebra, own, others + own, quantity, epsilon, cost)
    at = int(np.argmax(double - single))
    gain = double[at] - single[at]
    if gain > 0:
        text = (
            f"seller {names[at]} gains {shown(gain)} by a second account with the same price and budget: "
            f"{shown(double[at])} in place of {shown(single[at])}, while the others keep their prices"
        )
        witness = {"seller": names[at], "one_account": single[at], "two_accounts": double[at], "gain": gain}
        return Item(name, Verdict.VIOLATED, text, "exact", witness, True, within=at_least(gain))
    if best and int(np.count_nonzero(np.asarray(quantity > 0, dtype=bool))) == 1:
        text = (
            "the one who sells has of two accounts a mean of what one has at their two prices, so no more than at its "
            "best price"
        )
        return Item(name, Verdict.HOLDS, text, "exact", {"gain": gain}, informational=True)
    text = "no seller gains by a second account at the same price; at other prices it is not shown"
    return Item(name, Verdict.INCONCLUSIVE, text, "exact", informational=True)
