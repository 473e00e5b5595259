"""What privacy budgets are worth to a server, and what they cost their owners: concave revenues, increasing costs."""

from __future__ import annotations

from typing import Any

import numpy as np

from .algebra import Algebra
from .data import Number, Vector
from .declaration import scalar, vector
from .errors import InputError
from .language import Declaration


class Revenue(Declaration):
    """An increasing, concave revenue f of the mean privacy budget, in money, with f(0) = 0.

    A subclass gives `value` and `largest_pool`, and `demand` where f′ has an inverse in closed form.
    """

    def value(self, a: Algebra, epsilon: Any) -> Any:
        """Return f(ε)."""
        raise NotImplementedError

    @property
    def largest_pool(self) -> Any:
        """A finite pool that no larger one can beat; any bound on ε f′(ε) is one, since Σ ε grows at most like B."""
        raise NotImplementedError

    def demand(self, a: Algebra, price: Any) -> Any:
        """The ε at which f′(ε) equals a price, negative where f′(0) is below it; None where no formula is known."""
        return None


class LogRevenue(Revenue):
    """f(ε) = β ln(1 + α ε)  (Zhou 2023, eq. 7).

    Parameters
    ----------
    alpha
        Sensitivity of accuracy to the mean privacy budget, α > 0.
    beta
        Scale of the revenue in money, β > 0.

    Examples
    --------
    >>> LogRevenue(alpha=10, beta="2.5").largest_pool
    Fraction(5, 2)
    """

    alpha: Number = scalar("the revenue's sensitivity", above=0, symbol=r"\alpha")
    beta: Number = scalar("the revenue's scale", above=0, unit="money", symbol=r"\beta")

    def value(self, a: Algebra, epsilon: Any) -> Any:
        """Return β ln(1 + α ε)."""
        return self.beta * a.log1p(self.alpha * epsilon)

    @property
    def largest_pool(self) -> Any:
        """Return β, since ε f′(ε) = β αε/(1 + αε) < β."""
        return self.beta

    def demand(self, a: Algebra, price: Any) -> Any:
        """Return β/price − 1/α."""
        return self.beta / price - 1 / self.alpha


def settled_revenue(field: str, revenue: Any, alpha: Any, beta: Any) -> Revenue:
    """Return a field's revenue: the one given, or the logarithmic one of its parameters.

    Raises
    ------
    InputError
        When neither or both are given, or what is given is no revenue.

    Examples
    --------
    >>> settled_revenue("revenue", None, alpha=10, beta=4).largest_pool
    Fraction(4, 1)
    """
    if revenue is None:
        for name, parameter in (("alpha", alpha), ("beta", beta)):
            if parameter is None:
                raise InputError(name, None, "is needed for the logarithmic revenue", f"or give a {field}")
        return LogRevenue(alpha, beta)
    if not isinstance(revenue, Revenue):
        raise InputError(field, revenue, "must be a mechproof.Revenue", "such as LogRevenue(alpha, beta)")
    if (alpha is not None or beta is not None) and (
        not isinstance(revenue, LogRevenue) or (revenue.alpha, revenue.beta) != (alpha, beta)
    ):
        raise InputError(field, revenue, "cannot be given together with alpha or beta", "drop one")
    return revenue


class SaturatingRevenue(Revenue):
    """f(ε) = β (1 − e^(−αε)): accuracy with a ceiling, as measured beyond a few units of ε.

    Examples
    --------
    >>> SaturatingRevenue(alpha=1, beta=3).largest_pool
    Fraction(3, 1)
    """

    alpha: Number = scalar("the revenue's sensitivity", above=0, symbol=r"\alpha")
    beta: Number = scalar("the revenue's ceiling", above=0, unit="money", symbol=r"\beta")

    def value(self, a: Algebra, epsilon: Any) -> Any:
        """Return β (1 − e^(−αε))."""
        return -self.beta * a.expm1(-self.alpha * epsilon)

    @property
    def largest_pool(self) -> Any:
        """Return β, which bounds the revenue itself."""
        return self.beta

    def demand(self, a: Algebra, price: Any) -> Any:
        """Return ln(αβ/price)/α."""
        return a.log(self.alpha * self.beta / price) / self.alpha


class MeasuredRevenue(Revenue):
    """f(ε) = Σ β_k ε/(κ_k + ε): steps that each have half their worth at κ_k, to fit what was measured.

    Sums of such steps are increasing and concave, and take every shape that is so smooth; they are rational, so that
    answers are exact.

    Parameters
    ----------
    half
        Budgets κ_k > 0 at which half of each step is reached.
    beta
        What each step is worth in money, β_k > 0.

    Examples
    --------
    >>> MeasuredRevenue(half=["0.5", 4], beta=[60, 20]).largest_pool
    Fraction(20, 1)
    """

    half: Vector = vector("a budget at which half a step is reached", per="step", above=0, symbol=r"\\kappa")
    beta: Vector = vector("a step's worth", per="step", above=0, unit="money", symbol=r"\\beta")

    def value(self, a: Algebra, epsilon: Any) -> Any:
        """Return Σ β_k ε/(κ_k + ε)."""
        return a.sum(self.beta * epsilon / (self.half + epsilon))

    @property
    def largest_pool(self) -> Any:
        """Return Σ β_k/4, since of each step ε f′(ε) = β κε/(κ + ε)² ≤ β/4."""
        return sum(self.beta) / 4


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
