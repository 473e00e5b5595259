"""The default for version pricing, `price-fit`: the exact problem by one pass over the versions, in any arithmetic.

In the order of the weights let F_j(v) be the least loss of versions 1..j when the j-th costs v. The cone says v_j is in
[v_{j+1} x_j/x_{j+1}, v_{j+1}], so that

    F_{j+1}(v) = ℓ_{j+1}(v) + min over u in [v x_j/x_{j+1}, v] of F_j(u):

the derivative of F_j is cut at its root m_j; what lies below stays where it is, what lies above is stretched by
x_{j+1}/x_j, and the gap is flat. The derivative is piecewise linear, and is held as its jumps and bends: those below
the root by their price, those above by their price *per weight*, which stretching does not move. Then v_k = m_k, and
v_j is m_j pushed into [v_{j+1} x_j/x_{j+1}, v_{j+1}]. Over fractions nothing is rounded, and the answer is an optimum
itself. The barrier problem is left to Newton's method (`price_barrier`), and exact safety, which is another program, to
cutting planes (`bundle_optimum`).
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from ....formulations.algebra import Algebra
from ....formulations.errors import BackendError, UnsupportedModel
from ....formulations.language import Declaration
from ....formulations.versions.losses import slope_pieces, width_that_matters
from ....formulations.versions.menu import version_weight
from ....formulations.versions.pricing import VersionPricing
from ...certificates.versions.bundle_optimum import nearest_prices
from ...installed import version
from ...readings.rationals import Rationals
from ...readings.vectors import Vectors
from ...solution import Answer, Request
from .price_barrier import barrier_prices


def backends() -> tuple[PriceFit, ...]:
    """Return the one back end of this module."""
    return (PriceFit(),)


@dataclass(frozen=True)
class PriceFit:
    """Fits prices in the safe cone: exactly over fractions, or in floats for ten thousands of versions."""

    mechanism: ClassVar[type] = VersionPricing
    name: str = "price-fit"

    def accepts(self, model: Declaration) -> str | None:
        """Return None for version pricing."""
        if isinstance(model, VersionPricing):
            return None
        return f"fits VersionPricing only, not {type(model).__name__}; the model's own default would take it"

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return the prices in the caller's order.

        Raises
        ------
        UnsupportedModel
            When the barrier problem is to be solved exactly: its answer is not rational.
        """
        assert isinstance(model, VersionPricing)
        request.refuse_options(self.name)
        exact = request.arithmetic == "exact"
        if model.barrier is not None:
            if exact:
                raise UnsupportedModel(
                    "price-fit finds exact prices without a barrier only, since those of the barrier problem are not "
                    "rational; solve in floats and certify with arithmetic='exact', or leave the barrier out"
                )
            prices: Any = barrier_prices(model, fitted_prices(model, Vectors()))
        elif model.safety == "exact":
            found = nearest_prices(model)
            if found is None:
                raise BackendError("price-fit found no prices that no bundle undercuts")
            prices = found.price if exact else np.array([float(price) for price in found.price])
        else:
            prices = fitted_prices(model, Rationals() if exact else Vectors())
        return Answer({"price": prices}, claimed="optimal", versions={"numpy": version("numpy")})


def fitted_prices(model: VersionPricing, algebra: Algebra) -> np.ndarray:
    """Return prices that are optimal without a barrier, in the caller's order.

    Examples
    --------
    >>> model = VersionPricing(epsilon=[8, 1, 2, 4], target=[20, 1, 5, 6], attack="averaging")
    >>> print(*fitted_prices(model, Rationals()))
    20 21/17 84/17 6
    """
    order = model.cone.order
    weight = version_weight(algebra, algebra.vector(model.epsilon), model.attack)[order]
    target = algebra.vector(model.target)[order]
    width = width_that_matters(target, algebra.number(model.huber_width))
    exact = isinstance(algebra, Rationals)
    scale = Fraction(1) if exact else float(np.max(target))
    if not exact:
        weight, target, width = weight / np.max(weight), target / scale, width / scale
    fitted = fit(weight.tolist(), target.tolist(), model.loss, width, nested=model.attack == "none")
    prices = np.empty(len(order), dtype=object if exact else np.float64)
    prices[order] = fitted
    return prices * scale


def fit(weight: Sequence[Any], target: Sequence[Any], loss: str, width: Any, nested: bool) -> list[Any]:
    """Return optimal prices of versions in the order of their weights; see the module's text.

    `nested` versions need only be monotone.

    Examples
    --------
    >>> fit([1, 2], [Fraction(3), Fraction(2)], "squared", 1, nested=True)
    [Fraction(5, 2), Fraction(5, 2)]
    """
    below: list[tuple[Any, Any, Any]] = []
    above: list[tuple[Any, Any, Any]] = []
    roots: list[Any] = []
    here = 0 * target[0]
    for x, wanted in zip(weight, target, strict=True):
        start, slope, kinks = slope_pieces(loss, wanted, width)
        value = start + slope * here
        for price, jump, bend in kinks:
            if price <= here:
                insort(below, (price, jump, bend))
                value, slope = value + jump + bend * (here - price), slope + bend
            else:
                insort(above, (-price / x, jump * x, bend * x * x))
        if value > 0:
            here, value, slope = _root_below(below, above, x, here, value, slope)
        elif value < 0:
            here, value, slope = _root_above(below, above, x, here, value, slope)
        roots.append(here)
        if nested:
            above.clear()
        if value or slope:
            _put_last(below, here, -value, -slope)
            if not nested:
                _put_last(above, -here / x, value * x, slope * x * x)
    prices = [roots[-1]]
    for j in range(len(roots) - 2, -1, -1):
        following = prices[-1]
        least = 0 * following if nested else following * (weight[j] / weight[j + 1])
        prices.append(min(max(roots[j], least), following))
    return prices[::-1]


def _put_last(kinks: list[tuple[Any, Any, Any]], position: Any, jump: Any, bend: Any) -> None:
    """Add a kink next to the root; one at the same place is merged, so that no jump is ever negative."""
    if kinks and kinks[-1][0] == position:
        _, its, other = kinks.pop()
        jump, bend = jump + its, bend + other
    kinks.append((position, jump, bend))


def _root_below(below: Any, above: Any, x: Any, here: Any, value: Any, slope: Any) -> tuple[Any, Any, Any]:
    """Walk down from where the derivative is positive to its root; kinks passed on the way are then above it."""
    while below:
        price, jump, bend = below[-1]
        at_kink = value - slope * (here - price)
        if at_kink < 0:
            return max(here - value / slope, price), 0 * value, slope
        below.pop()
        above.append((-price / x, jump * x, bend * x * x))
        here, value, slope = price, at_kink - jump, slope - bend
        if value <= 0:
            return here, value, slope
    return here - value / slope, 0 * value, slope


def _root_above(below: Any, above: Any, x: Any, here: Any, value: Any, slope: Any) -> tuple[Any, Any, Any]:
    """Walk up from where the derivative is negative to its root; kinks passed on the way are then below it."""
    while above:
        position, jump, bend = above[-1]
        price = -position * x
        at_kink = value + slope * (price - here)
        if at_kink > 0:
            return min(here - value / slope, price), 0 * value, slope
        above.pop()
        below.append((price, jump / x, bend / (x * x)))
        here, value, slope = price, at_kink + jump / x, slope + bend / (x * x)
        if value >= 0:
            return here, value, slope
    return here - value / slope, 0 * value, slope
