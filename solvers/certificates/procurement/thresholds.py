"""What a client keeps under Myerson's rule with a continuous prior, in balls: the integral of what it would sell.

If client i asked for more, others would sell in its place, and less would be bought. With z(w) the cost that is charged
with w, and without i the others selling y more of E in all,

    ∫ ε_i(z, c_−i) dz = ∫ z(V′(x)) dx from E to E* + Σ c_j y_j − c_i ε_i,    from c_i to the end of the support,

for who sells all it may; and by parts ∫ z(V′(x)) dx = z* E* − z E + ∫ D(ψ(t)) dt from z* to z, D the inverse of V′.
That last integral is over an analytic function, by Petras' method with proved error bounds (`flint.acb.integral`), and
in closed form where ψ is 2c − low: V tells it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import acb, arb, fmpq

from ....formulations.errors import UnsupportedModel
from ....formulations.procurement.priors import UniformPrior
from .by_costs import ByCosts
from .exact_worth import rational

HALVINGS = 90
"""A cost is found to so many bits, relative to its bracket."""


def rent_of(market: ByCosts, i: int) -> Any:
    """Return ∫ ε_i(z, c_−i) dz of a client that sells, a ball."""
    rest, total = market.without(i)
    sold, cost, cap = market.bought[i], market.cost[i], market.cap[i]
    bought = market.bought
    everything = sum(bought.values(), fmpq(0))
    replaced = sum((market.cost[j] * (sells - bought.get(j, fmpq(0))) for j, sells in rest.items()), fmpq(0))
    lost = _lost(market, total, everything)
    if sold == cap:
        return lost + replaced - cost * cap
    # the marginal one: had it sold all it may, its own unsold rest would have been the first in its place
    return lost + replaced + cost * (cap - sold) - cost * cap


def _lost(market: ByCosts, less: Any, total: Any) -> Any:
    """Return ∫ z(V′(x)) dx from E to E*."""
    worth, prior = market.worth, market.model.prior
    top = prior.bounds[1]
    price, dearer = worth.slope(total), worth.slope(less)
    if top is not None:
        highest = rational(top)
        most = market.charge(highest)
        if price >= most:
            return highest * (total - less)
        if dearer > most:  # beyond the support nobody asks for more
            there = worth.demand(most)
            return highest * (there - less) + _inside(market, there, total)
        if not dearer <= most:
            there = worth.demand(most)
            return (highest * (there - less)).union(_inside(market, less, total))
    return _inside(market, less, total)


def _inside(market: ByCosts, less: Any, total: Any) -> Any:
    """The same, where z(V′(x)) stays within the support."""
    worth, prior = market.worth, market.model.prior
    if type(prior) is UniformPrior:  # z(w) = (w + low)/2; a subclass may charge otherwise
        return (worth.value(total) - worth.value(less) + rational(prior.low) * (total - less)) / 2
    start, end = (cost_charged(market, worth.slope(x)) for x in (total, less))
    try:
        area = acb.integral(_demanded(market), acb(start), acb(end)).real
    except SystemError:  # which FLINT's wrapper raises where a formula has a word that complex balls have not
        name = type(prior).__name__
        raise UnsupportedModel(
            f"the charge of {name} is not analytic, so that what a client would sell cannot be integrated; a "
            "TypesPrior can be ironed, and is exact"
        ) from None
    found = start * total - end * less + area
    if not arb(found).is_finite():
        raise UnsupportedModel("the integral of what a client would sell was not enclosed")
    return found


def cost_charged(market: ByCosts, price: Any) -> arb:
    """Return a ball that holds the cost that is charged with a price."""
    price = arb(price)
    low, high = fmpq(0), _rational_above(price)
    for _ in range(HALVINGS + 200):
        middle = (low + high) / 2
        dear = market.charge(middle) - price
        if dear > 0:
            high = middle
        elif dear < 0:
            low = middle
        else:
            break
        if high - low < high * fmpq(1, 2**HALVINGS):
            break
    return arb(low).union(arb(high))


def _rational_above(value: arb) -> fmpq:
    mantissa, exponent = value.upper().man_exp()
    return fmpq(int(mantissa)) * (fmpq(2) ** int(exponent))


class ComplexBalls:
    """Formulas over complex balls, for integrals: no ball where a function is not analytic, if that is asked."""

    name, level = "complex balls", 0

    def __init__(self, analytic: bool) -> None:
        self.analytic = analytic

    def number(self, value: Any) -> Any:
        """Return a number as a ball."""
        return acb(arb(rational(value)))

    def log(self, x: Any) -> Any:
        """Natural logarithm."""
        return acb(x).log(analytic=self.analytic)

    def exp(self, x: Any) -> Any:
        """Exponential."""
        return acb(x).exp()

    def sqrt(self, x: Any) -> Any:
        """Square root."""
        return acb(x).sqrt(analytic=self.analytic)

    def square(self, x: Any) -> Any:
        """x²."""
        return acb(x) * acb(x)

    def normal_cdf(self, x: Any) -> Any:
        """Φ(x)."""
        return (-acb(x) / acb(2).sqrt()).erfc() / 2


def _demanded(market: ByCosts) -> Any:
    """Return z ↦ D(ψ(z)) over complex balls."""
    model = market.model

    def integrand(z: acb, analytic: bool) -> acb:
        algebra: Any = ComplexBalls(analytic)
        revenue = model.value._bound(algebra)
        price = model.prior.charge(algebra, z) * market.worth.count
        wanted = revenue.demand(algebra, price)
        if wanted is None:
            name = type(model.value).__name__
            raise UnsupportedModel(f"{name} gives no demand, which the integral of what a client would sell asks for")
        return acb(np.asarray(wanted, dtype=object).item() * market.worth.count)

    return integrand
