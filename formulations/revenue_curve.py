"""What privacy budgets are worth to a server: concave revenues of the mean budget."""

from __future__ import annotations

from typing import Any

from .algebra import Algebra
from .data import Number, Vector
from .declaration import scalar, vector
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
