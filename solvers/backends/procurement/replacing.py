"""What the server loses by doing without somebody, of which payments are made.

If client i is left out, the next ones in the order of what they are charged with sell y more and E* − e_i + y is bought
in all, so that it is paid

    P(e_i) = T(E* − e_i + y) + (what y costs),    T(E) = ∫ z(V′(x)) dx from E to E*,

with z(w) the cost that is charged with w: T(E) = V(E*) − V(E) for VCG. That is a function of the cap alone, since who
is left out sold all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
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
"""So many are paid at once: what fits into a cache is three times as fast."""


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
        largest = float(np.max(cap, initial=0.0))
        few = self._reached(largest)
        cost, charge, unsold = self.cost[:few], self.charge[:few], self.unsold[:few]
        upto = np.concatenate([[0.0], np.cumsum(unsold)])
        wanted = self.worth.demand(charge) if few else np.zeros(0)
        falling = np.maximum.accumulate((wanted - upto[:-1])[::-1])[::-1]  # but for rounding
        spent = np.concatenate([[0.0], np.cumsum(unsold * cost)])
        lost = self._lost(max(self.total - largest, 0.0))
        entered, wanted, cost = -falling, np.append(wanted, 0.0), np.append(cost, 0.0)

        def paid(some: np.ndarray) -> np.ndarray:
            without = self.total - some
            blocks = np.searchsorted(entered, -without, side="left")
            last = np.maximum(blocks - 1, 0)
            before = upto[last]
            more = np.maximum(np.minimum(upto[blocks], wanted[last] - without), before)
            more[blocks == 0] = 0.0
            less = np.maximum(without + more, 0.0)
            more -= before
            return np.asarray(lost(less) + (spent[last] + more * cost[last]))

        pieces = [paid(cap[start : start + CHUNK]) for start in range(0, len(cap), CHUNK)]
        return np.concatenate(pieces) if pieces else np.zeros(0)

    def _reached(self, largest: float) -> int:
        """How many may be bought from, if the largest cap has to be done without: found by doubling."""
        size = 16
        while size < len(self.charge):
            at = self.worth.demand(self.charge[size - 1 : size])[0]
            if at < self.total - largest:
                return size
            size *= 2
        return len(self.charge)

    def _lost(self, least: float) -> Callable[[np.ndarray], np.ndarray]:
        """Return T, from some E on: what is lost where less is bought than all."""
        if self.worth.model.rule == "vcg":
            return partial(difference, self.worth, self.total)
        return _integral(self.worth, least, self.total)


def difference(worth_: Worth, total: float, less: np.ndarray) -> Any:
    """Return V(E*) − V(E), with its digits where it is small and the revenue is the logarithmic one."""
    from ....formulations.revenue_curve import LogRevenue

    if type(worth_.model.value) is LogRevenue:
        alpha = worth_.revenue.alpha / worth_.count
        return -worth_.revenue.beta * np.log1p(alpha * (less - total) / (1 + alpha * total))
    return worth_.value(np.array([total])) - worth_.value(less)


def _integral(worth_: Worth, least: float, total: float) -> Callable[[np.ndarray], np.ndarray]:
    """Return ∫ z(V′(x)) dx from E to E*; where V′ is beyond what the dearest cost is charged with, z is that cost."""
    top = worth_.model.prior.bounds[1]
    if top is None:
        return _inside(worth_, least, total)
    dearest = np.array([float(top)])
    edge = min(float(worth_.demand(worth_.model.prior.charge(Vectors(), dearest))[0]), total)
    inside = _inside(worth_, max(least, edge), total)
    return lambda less: inside(np.maximum(less, edge)) + float(top) * np.maximum(edge - less, 0.0)


def _inside(worth_: Worth, least: float, total: float) -> Callable[[np.ndarray], np.ndarray]:
    """Return ∫ z(V′(x)) dx from E to E*, off Chebyshev series between the least E and E*."""
    if total - least <= ROUNDING * total:  # too narrow for points between doubles: z is the same all over it
        price = cost_charged(worth_.model, worth_.slope(np.array([total])))
        return lambda less: price * np.maximum(total - less, 0.0)
    above, pieces = 0.0, []
    for low, high, series in _series(lambda x: cost_charged(worth_.model, worth_.slope(x)), least, total):
        pieces.append((low, high, above, series))
        above -= float(series(low))

    def found(less: np.ndarray) -> np.ndarray:
        whole = np.zeros(len(less))
        for low, high, above, series in pieces:
            inside = np.flatnonzero((less >= low) & (less < high))
            whole[inside] = above - series(less[inside])
        return whole

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
            yield low, high, series.trim(float(2.0**-46 * np.max(size))).integ(lbnd=high)
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
