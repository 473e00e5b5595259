"""Who sells how much, and what all are paid, where each client has a cost of its own: sorted once, then prefix sums.

Clients are bought from in the order of what they are charged with, until a unit of ε is worth no more. If client i is
left out, the next ones in that order sell y more and E* − e_i + y is bought in all, so that it is paid

    P(e_i) = T(E* − e_i + y) + (what y costs),    T(E) = ∫ z(V′(x)) dx from E to E*,

with z(w) the cost that is charged with w: T(E) = V(E*) − V(E) for VCG. That is a function of the cap alone, since who
is left out sold all of it. Who sells only a part has the marginal cost c, keeps P(e_i) − c e_i, and is paid c ε_i more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.data import as_floats
from ....formulations.procurement.declaration import PrivacyProcurement
from ....formulations.procurement.formulas import worth
from ...readings.derivative import Derivative
from ...readings.vectors import ROUNDING, TINY, Vectors

HALVINGS = 200
"""A bracket between doubles is halved to its last digit."""
DEGREE = 48
"""T is read off a Chebyshev series of this degree on each of some pieces."""
MOST_HALVED = 24
"""How often a piece is halved: V′ may fall by far the most near E = 0, or have a kink."""
CHUNK = 2**15
"""So many are paid at once."""
SAMPLE = 4_000
"""So many tell about where buying ends."""


@dataclass(frozen=True, eq=False)
class Worth:
    """What is bought is worth in doubles: V, V′ and the E at which V′ is a price.

    Examples
    --------
    >>> found = Worth(PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=2, beta=4))
    >>> found.demand(np.array([2.0, 5.0])).tolist(), round(float(found.slope(np.array([1.0]))[0]), 9)
    ([1.0, 0.0], 2.0)
    """

    model: PrivacyProcurement

    @cached_property
    def count(self) -> int:
        """N."""
        return len(self.model.cost)

    @cached_property
    def revenue(self) -> Any:
        """The declared revenue, its numbers in doubles."""
        return self.model.value._bound(Vectors())

    @cached_property
    def everything(self) -> float:
        """The sum of all caps."""
        return float(np.sum(as_floats(self.model.epsilon_cap)))

    @cached_property
    def _one_by_one(self) -> bool:
        """Whether the revenue may be read of one number only: without a demand in closed form it may be a sum."""
        return self.revenue.demand(Vectors(), 1.0) is None

    def value(self, total: np.ndarray) -> np.ndarray:
        """Return V(E), of a vector."""
        if self._one_by_one:
            return np.array([worth(Vectors(), one, self.count, self.revenue) for one in total.tolist()])
        return np.asarray(worth(Vectors(), total, self.count, self.revenue))

    def slope(self, total: np.ndarray) -> np.ndarray:
        """Return V′(E), of a vector."""
        if self._one_by_one:
            return np.array([self._slope(one) for one in total.tolist()])
        return np.asarray(self._slope(total) + 0 * total)

    def _slope(self, total: Any) -> Any:
        dual = Derivative(Vectors())
        return dual.slope(worth(dual, dual.variable(total), self.count, self.revenue))

    def demand(self, price: np.ndarray) -> np.ndarray:
        """Return for each price the E at which V′(E) is the price, 0 where V′(0) is below it."""
        known = self.revenue.demand(Vectors(), self.count * price)
        if known is not None:
            return np.asarray(np.maximum(self.count * known, 0.0))
        low, high = np.zeros(len(price)), np.full(len(price), self.everything)
        high[self.slope(low[:1]) <= price] = 0.0
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            more = self.slope(middle) > price
            low, high = np.where(more, middle, low), np.where(more, high, middle)
            if np.all(high - low <= 2.0**-52 * high):
                break
        return high


def sold(worth_: Worth, charge: np.ndarray, cap: np.ndarray, before: float = 0.0) -> tuple[np.ndarray, int, float]:
    """Return what everybody sells, in the order of ascending charges, who is the first not to sell all, and the total.

    So much is bought `before` of others, who are charged less.

    Examples
    --------
    >>> model = PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=2, beta=4)
    >>> epsilon, first, total = sold(Worth(model), np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    >>> epsilon.tolist(), first, total
    ([1.0, 0.0], 1, 1.0)
    """
    upto = before + np.cumsum(cap)
    first = _first_enough(worth_, charge, upto)
    epsilon = cap.copy()
    epsilon[first:] = 0.0
    total = float(upto[first - 1]) if first else before
    if first < len(cap):
        part = max(float(worth_.demand(charge[first : first + 1])[0]) - total, 0.0)
        epsilon[first] = min(part, float(cap[first]))
        total += float(epsilon[first])
    return epsilon, first, total


def _first_enough(worth_: Worth, charge: np.ndarray, upto: np.ndarray) -> int:
    """Return the first of ascending charges at which no more is wanted than is offered up to it, by halving."""
    low, high = 0, len(charge)
    while low < high:
        middle = (low + high) // 2
        if worth_.demand(charge[middle : middle + 1])[0] > upto[middle]:
            low = middle + 1
        else:
            high = middle
    return low


def around_margin(worth_: Worth, charge: np.ndarray, cap: np.ndarray) -> tuple[float, float]:
    """Return two charges between which buying ends and the largest cap is replaced, as a sample tells: a guess.

    Sorting few is a fraction of sorting all.
    """
    step = len(charge) // SAMPLE
    if step < 2:
        return -np.inf, np.inf
    order = np.argsort(charge[::step])
    some, upto = charge[::step][order], step * np.cumsum(cap[::step][order])
    at, spread = _first_enough(worth_, some, upto), len(some) // 20
    low = float(some[at - spread]) if at >= spread else -np.inf
    return low, float(some[at + spread]) if at + spread < len(some) else np.inf


@dataclass(frozen=True, eq=False)
class Replacing:
    """What it takes to do without somebody: the clients who do not sell all, in order, and what is bought in all."""

    worth: Worth
    cost: np.ndarray
    charge: np.ndarray
    unsold: np.ndarray
    total: float

    def payment(self, cap: np.ndarray) -> np.ndarray:
        """Return P of each cap: what the server would lose by doing without so much."""
        if self.worth.model.rule == "vcg" and len(cap) > CHUNK:  # what fits into a cache is three times as fast
            pieces = (self.payment(cap[start : start + CHUNK]) for start in range(0, len(cap), CHUNK))
            return np.concatenate(list(pieces))
        without, largest = self.total - cap, float(np.max(cap, initial=0.0))
        few = self._reached(largest)
        cost, charge, unsold = self.cost[:few], self.charge[:few], self.unsold[:few]
        upto = np.concatenate([[0.0], np.cumsum(unsold)])
        wanted = self.worth.demand(charge) if few else np.zeros(0)
        entered = np.maximum.accumulate((wanted - upto[:-1])[::-1])[::-1]  # falling but for rounding
        blocks = np.searchsorted(-entered, -without, side="left")
        last = np.maximum(blocks - 1, 0)
        more = np.minimum(upto[blocks], wanted[last] - without) if few else np.zeros(len(cap))
        more = np.where(blocks > 0, np.maximum(more, upto[last]), 0.0)
        spent = np.concatenate([[0.0], np.cumsum(unsold * cost)])
        paid = spent[last] + (more - upto[last]) * cost[last] if few else np.zeros(len(cap))
        less = np.maximum(without + more, 0.0)
        return np.asarray(self._lost(less) + paid)

    def _reached(self, largest: float) -> int:
        """How many may be bought from, if the largest cap has to be done without: found by doubling."""
        size = 16
        while size < len(self.charge):
            at = self.worth.demand(self.charge[size - 1 : size])[0]
            if at < self.total - largest:
                return size
            size *= 2
        return len(self.charge)

    def _lost(self, less: np.ndarray) -> np.ndarray:
        """Return T(E): what is lost where E is bought in place of all."""
        model = self.worth.model
        if model.rule == "vcg":
            return np.asarray(_difference(self.worth, self.total, less))
        return np.asarray(_integral(self.worth, less, self.total))


def _difference(worth_: Worth, total: float, less: np.ndarray) -> Any:
    """Return V(E*) − V(E), with its digits where it is small and the revenue is the logarithmic one."""
    from ....formulations.revenue_curve import LogRevenue

    if type(worth_.model.value) is LogRevenue:
        alpha = worth_.revenue.alpha / worth_.count
        return -worth_.revenue.beta * np.log1p(alpha * (less - total) / (1 + alpha * total))
    return worth_.value(np.array([total])) - worth_.value(less)


def _integral(worth_: Worth, less: np.ndarray, total: float) -> np.ndarray:
    """Return ∫ z(V′(x)) dx from E to E*; where V′ is beyond what the dearest cost is charged with, z is that cost."""
    top = worth_.model.prior.bounds[1]
    if top is None:
        return _inside(worth_, less, total)
    dearest = np.array([float(top)])
    edge = min(float(worth_.demand(worth_.model.prior.charge(Vectors(), dearest))[0]), total)
    return _inside(worth_, np.maximum(less, edge), total) + float(top) * np.maximum(edge - less, 0.0)


def _inside(worth_: Worth, less: np.ndarray, total: float) -> np.ndarray:
    """Return ∫ z(V′(x)) dx from E to E*, off Chebyshev series between the least E and E*."""
    least = float(np.min(less, initial=total))
    if total - least <= ROUNDING * total:  # too narrow for points between doubles: z is the same all over it
        return cost_charged(worth_.model, worth_.slope(np.array([total]))) * np.maximum(total - less, 0.0)
    found, above = np.zeros(len(less)), 0.0
    for low, high, series in _series(lambda x: cost_charged(worth_.model, worth_.slope(x)), least, total):
        inside = (less >= low) & (less < high)
        found[inside] = above - series(less[inside])
        above -= float(series(low))
    return found


def _series(function: Any, low: float, high: float) -> Iterator[tuple[float, float, Any]]:
    """Yield integrals from their upper ends, the last first: halved until a Chebyshev series has all digits."""
    from numpy.polynomial.chebyshev import Chebyshev

    parts = [(low, high, 0)]
    while parts:
        low, high, halved = parts.pop()
        series = Chebyshev.interpolate(function, DEGREE, domain=[low, high])
        size = np.abs(series.coef)
        if halved == MOST_HALVED or np.max(size[-4:]) <= ROUNDING / 16 * np.max(size):
            yield low, high, series.integ(lbnd=high)
        else:
            middle = (low + high) / 2
            parts += [(low, middle, halved + 1), (middle, high, halved + 1)]


def cost_charged(model: PrivacyProcurement, charge: np.ndarray) -> np.ndarray:
    """Return the cost that is charged with each of some virtual costs: halved to the last digit.

    Examples
    --------
    >>> from mechproof.formulations.procurement.priors import UniformPrior
    >>> model = PrivacyProcurement([2], [1], alpha=2, beta=4, rule="myerson", prior=UniformPrior(low=1, high=3))
    >>> cost_charged(model, np.array([3.0, 9.0])).round(9).tolist()
    [2.0, 3.0]
    """
    below, above = model.prior.bounds
    low = np.full(len(charge), float(below))
    high = np.maximum(charge, TINY)  # a cost is charged with itself at least
    if above is not None:
        high = np.minimum(high, float(above))
    prior = model.prior
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        with np.errstate(all="ignore"):
            dear = prior.charge(Vectors(), middle) > charge
        low, high = np.where(dear, low, middle), np.where(dear, middle, high)
        if np.all(high - low <= 2.0**-52 * high):
            break
    return np.asarray(high)


def outcome(model: PrivacyProcurement) -> dict[str, np.ndarray]:
    """Return what everybody sells and is paid, in double precision.

    Examples
    --------
    >>> found = outcome(PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=2, beta=4))
    >>> found["epsilon"].tolist(), found["payment"].round(9).tolist()
    ([1.0, 0.0], [2.0, 0.0])
    """
    worth_, charge = Worth(model), np.asarray(model.charge(Vectors()))
    cost, cap = as_floats(model.cost), as_floats(model.epsilon_cap)
    found = _between(worth_, cost, charge, cap, *around_margin(worth_, charge, cap))
    return found or _between(worth_, cost, charge, cap, -np.inf, np.inf) or {}


def _between(
    worth_: Worth, cost: np.ndarray, charge: np.ndarray, cap: np.ndarray, low: float, high: float
) -> dict[str, np.ndarray] | None:
    """Return the outcome, if buying ends and the largest cap is replaced between two charges; else None."""
    full = charge < low
    inside = np.flatnonzero(~full & (charge <= high))
    order = inside[np.argsort(charge[inside], kind="stable")]  # of equal charges who was declared first sells first
    before = float(np.sum(cap, where=full))
    sells, first, total = sold(worth_, charge[order], cap[order], before)
    rest = order[first:]
    full[order[:first]] = True
    largest = float(np.max(cap, where=full, initial=0.0))
    if low > -np.inf and worth_.demand(np.array([low]))[0] <= before:
        return None
    if high < np.inf and worth_.demand(np.array([high]))[0] >= total - max(largest, float(cap[rest[:1]].sum())):
        return None
    epsilon = np.where(full, cap, 0.0)
    epsilon[order] = sells
    replacing = Replacing(worth_, cost[rest], charge[rest], cap[rest] - sells[first:], total)
    payment = np.where(full, replacing.payment(np.where(full, cap, 0.0)), 0.0)
    part = rest[:1]
    if len(part) and epsilon[part[0]] > 0:
        keeps = np.maximum(replacing.payment(cap[part]) - cost[part] * cap[part], 0.0)
        # what is next to nothing is rounded away in what is kept: what would be lost outright is a bound
        most = _difference(worth_, total, np.maximum(total - epsilon[part], 0.0))
        payment[part] = np.minimum(cost[part] * epsilon[part] + keeps, most)
    return {"epsilon": epsilon, "payment": payment}
