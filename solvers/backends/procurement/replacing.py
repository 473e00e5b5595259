"""What the server loses by doing without somebody, of which payments are made.

If client i is left out, the next ones in the order of what they are charged with sell y more and E* − e_i + y is bought
in all, so that it is paid

    P(e_i) = T(E* − e_i + y) + (what y costs),    T(E) = ∫ z(V′(x)) dx from E to E*,

with z(w) the cost that is charged with w: T(E) = V(E*) − V(E) for VCG. That is a function of the cap alone, since who
is left out sold all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ....formulations.procurement.declaration import PrivacyProcurement
from ...readings.vectors import ROUNDING, TINY, Vectors
from .worth import HALVINGS, Worth

DEGREE = 48
"""T is read off a Chebyshev series of this degree on each of some pieces."""
MOST_HALVED = 24
"""How often a piece is halved: V′ may fall by far the most near E = 0, or have a kink."""
CHUNK = 2**15
"""So many are paid at once."""


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
            return np.asarray(difference(self.worth, self.total, less))
        return np.asarray(_integral(self.worth, less, self.total))


def difference(worth_: Worth, total: float, less: np.ndarray) -> Any:
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
