"""What privacy costs its owner: increasing functions C of the budget sold, in units of the owner's cost ρ."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..algebra import Algebra
from ..data import Number
from ..declaration import scalar
from ..language import Declaration

ABOVE = 1 + 2.0**-40
"""What makes up for the roundings of a root or a logarithm."""


class PrivacyCost(Declaration):
    """An increasing cost C of a privacy budget, with C(0) = 0; a client's is ρ C(ε).

    A subclass gives `value`, by operations of the algebra that are smooth for ε > 0, and `reach`. Whether C is convex,
    on which uniqueness rests, is for `convex` to say; of a class that is not shipped it is then shown on balls.

    Examples
    --------
    A cost that is linear at first and grows with the square:

    >>> class Growing(PrivacyCost):
    ...     weight: Number = scalar("the square's weight", above=0)
    ...
    ...     def value(self, a, epsilon):
    ...         return epsilon + self.weight * a.square(epsilon)
    ...
    ...     def reach(self, worth):
    ...         return worth
    >>> Growing(weight=2).convex is None
    True
    """

    def value(self, a: Algebra, epsilon: Any) -> Any:
        """Return C(ε)."""
        raise NotImplementedError

    @property
    def convex(self) -> bool | None:
        """Whether C is convex on ε ≥ 0; None where the parameters do not tell."""
        return None

    def reach(self, worth: Any) -> Any:
        """Return budgets that cost at least so much, C(ε) ≥ worth: nobody sells more than what the pool is worth."""
        raise NotImplementedError


class LinearCost(PrivacyCost):
    """C(ε) = ε, as in Zhou 2023, eq. 6."""

    def value(self, a: Algebra, epsilon: Any) -> Any:
        """Return ε."""
        return epsilon

    @property
    def convex(self) -> bool:
        """It is."""
        return True

    def reach(self, worth: Any) -> Any:
        """Return what it is worth."""
        return worth


class PowerCost(PrivacyCost):
    """C(ε) = ε^g: convex from g = 1 on.

    Parameters
    ----------
    exponent
        g > 0. Below one the cost is concave: nothing is then claimed of equilibria, and there may be several.

    Examples
    --------
    >>> PowerCost("1.5").convex, PowerCost("0.6").convex
    (True, False)
    """

    exponent: Number = scalar("the cost's exponent", above=0, symbol="g")

    def value(self, a: Algebra, epsilon: Any) -> Any:
        """Return ε^g."""
        return a.power(epsilon, self.exponent)

    @property
    def convex(self) -> bool:
        """Whether g ≥ 1."""
        return bool(self.exponent >= 1)

    def reach(self, worth: Any) -> Any:
        """Return the g-th root in doubles, a few roundings above."""
        return np.asarray(worth, dtype=np.float64) ** (1 / float(self.exponent)) * ABOVE


class ExponentialCost(PrivacyCost):
    """C(ε) = (e^(κε) − 1)/κ: linear at first, each 1/κ more of ε multiplies the next unit's cost by e.

    Examples
    --------
    >>> ExponentialCost(rate=1).reach(np.array([np.e - 1])).round(9)
    array([1.])
    """

    rate: Number = scalar("how fast the cost grows", above=0, unit="1/ε", symbol=r"\kappa")

    def value(self, a: Algebra, epsilon: Any) -> Any:
        """Return (e^(κε) − 1)/κ."""
        return a.expm1(self.rate * epsilon) / self.rate

    @property
    def convex(self) -> bool:
        """It is."""
        return True

    def reach(self, worth: Any) -> Any:
        """Return ln(1 + κ worth)/κ in doubles, a few roundings above."""
        rate = float(self.rate)
        return np.log1p(rate * np.asarray(worth, dtype=np.float64)) / rate * ABOVE
