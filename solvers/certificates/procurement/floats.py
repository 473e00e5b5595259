"""The rule's outcome for any number of clients in doubles: at the marginal price, without sorting everybody.

At the price w of the marginal client who is charged less sells all and who is charged more nothing. Which client that
is may be a hint, since V′ on both sides tells whether it is right. What VCG leaves a client, W(N) − W(N∖i), is
enclosed: any allocation of the others bounds W(N∖i) from below, and any price z from above,

    W(N∖i) ≤ max_E (V(E) − zE) + Σ_{j≠i} e_j (z − c_j)⁺,

so that how both were found does not matter. Only clients between the marginal price and that at which the largest cap
could be replaced are sorted. What a continuous prior leaves is the integral of `thresholds`, by splines.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from ....formulations.data import as_floats, as_fractions
from ....formulations.procurement.declaration import PrivacyProcurement
from ....formulations.procurement.formulas import worth
from ...readings.derivative import Derivative
from ...readings.vectors import ROUNDING, Vectors
from .by_cap import read_off
from .replacements import Band
from .splines import integrals

HALVINGS = 120
LARGEST = 1e300
"""What far tails are charged with, beyond doubles."""


@dataclass(frozen=True, eq=False)
class Margin:
    """Where buying ends: the price that is charged there, what is sold below it, at it, and bought in all.

    The latter may be off by `off`, where prices are too much alike to tell who is at the margin.
    """

    price: float
    below: float
    at: float
    total: float
    off: float = 0.0


@dataclass(frozen=True, eq=False)
class FloatMarket:
    """A procurement in doubles; `hint` is what somebody says that clients sell.

    Examples
    --------
    >>> model = PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=2, beta=4)
    >>> market = FloatMarket(model, np.array([1.0, 0.0]))
    >>> market.margin.price, market.margin.total
    (2.0, 1.0)
    >>> kept, off = market.rents()
    >>> kept.round(9).tolist(), bool(off < 1e-9)
    ([1.0, 0.0], True)
    """

    model: PrivacyProcurement
    hint: np.ndarray

    @cached_property
    def cap(self) -> np.ndarray:
        """The caps."""
        return as_floats(self.model.epsilon_cap)

    @cached_property
    def cost(self) -> np.ndarray:
        """The reports."""
        return as_floats(self.model.cost)

    @cached_property
    def charge(self) -> np.ndarray:
        """What a unit of each client's ε is charged with."""
        return np.asarray(np.minimum(self.model.charge(Vectors()), LARGEST))

    @cached_property
    def _revenue(self) -> Any:
        return self.model.value._bound(Vectors())

    def _value(self, total: Any) -> Any:
        return worth(Vectors(), total, len(self.cap), self._revenue)

    def _slope(self, total: Any) -> Any:
        dual = Derivative(Vectors())
        return dual.slope(worth(dual, dual.variable(total), len(self.cap), self._revenue))

    def _each(self, formula: Any, totals: np.ndarray) -> np.ndarray:
        """Return a formula of each number; of all at once if the first two agree, since a revenue may be a sum."""
        few = np.array([float(formula(one)) for one in totals[:3].tolist()])
        if len(totals) <= 3:
            return few
        try:
            found = np.asarray(formula(totals) + 0 * totals)
        except ValueError:
            found = few
        if np.shape(found) == np.shape(totals) and np.allclose(found[:3], few, rtol=1e-12, atol=0):
            return found
        return np.array([float(formula(one)) for one in totals.tolist()])

    @cached_property
    def margin(self) -> Margin:
        """Where buying ends, as the hint says or else searched for."""
        selling = self.cap > 0
        short = selling & (self.hint < self.cap * (1 - ROUNDING))
        guess = float(np.min(self.charge[short], initial=np.inf))
        if (found := self._margin_at(guess)) is not None:
            return found
        levels = np.append(np.unique(self.charge[selling]), np.inf)
        low, high = 0, len(levels) - 1
        while low < high:
            middle = (low + high) // 2
            supplied = self._supplied(self.charge <= levels[middle])
            if self._slope(supplied) <= levels[middle]:
                high = middle
            else:
                low = middle + 1
        return self._settled(float(levels[low]))

    def _margin_at(self, price: float) -> Margin | None:
        """The margin, if it is at a price: more is wanted than is sold below it, and no more than with those at it."""
        found = self._settled(price)
        last = float(np.max(self.charge[(self.charge < price) & (self.cap > 0)], initial=-np.inf))
        dearest, cheapest = self._slope(found.below), self._slope(found.below + found.at)
        wanted = dearest >= last * (1 - ROUNDING)
        enough = price == np.inf or cheapest <= price * (1 + ROUNDING)
        if not (wanted and enough):
            return None
        off = found.below - self._bought(last, 0.0, found.below) if dearest < last else 0.0
        if price < cheapest:
            off += self._bought(price, found.total, float(np.sum(self.cap))) - found.total
        return replace(found, off=off)

    def _settled(self, price: float) -> Margin:
        below, at = self._supplied(self.charge < price), self._supplied(self.charge == price)
        low, high = below, below + at
        if price == np.inf or self._slope(low) <= price:
            high = low
        return Margin(price, below, at, self._bought(price, low, high))

    def _bought(self, price: float, low: float, high: float) -> float:
        """The total between two at which V′ has fallen to a price, by halving."""
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            if not low < middle < high:
                break
            low, high = (middle, high) if self._slope(middle) > price else (low, middle)
        return high

    def _supplied(self, who: np.ndarray) -> float:
        return float(np.sum(self.cap * who))  # a sixth of the time of a sum `where`

    @cached_property
    def alike(self) -> np.ndarray:
        """Who is charged the marginal price, as doubles tell."""
        return np.asarray(self.charge == self.margin.price)

    @cached_property
    def _cheaper(self) -> tuple[np.ndarray, np.ndarray]:
        """Of those who are charged alike in doubles, who certainly sells all, and whose cost is where buying ends."""
        none, who = np.zeros(len(self.cap), dtype=bool), np.flatnonzero(self.alike)
        declared = np.asarray(self.model.cost)[who]
        if declared.dtype != object or not np.any(declared != declared[:1]):
            return none, self.alike
        exact = as_fractions(declared)
        order = np.argsort(exact, kind="stable")
        sold = int(np.searchsorted(np.cumsum(self.cap[who][order]), self.margin.total - self.margin.below))
        last = exact[order[min(sold, len(who) - 1)]]
        before, at = none.copy(), none.copy()
        before[who], at[who] = (exact < last).astype(bool), (exact == last).astype(bool)
        return before, at

    @property
    def marginal(self) -> np.ndarray:
        """Who has the cost at which buying ends: what they sell adds up to what is left."""
        return self._cheaper[1]

    @cached_property
    def epsilon(self) -> np.ndarray:
        """What all sell; of those at the margin a part in proportion."""
        before, at = self._cheaper
        found = self.cap * ((self.charge < self.margin.price) | before)
        offered = self._supplied(at)
        share = (self.margin.total - self.margin.below - self._supplied(before)) / (offered or 1.0)
        found[at] = self.cap[at] * min(max(share, 0.0), 1.0)
        return np.asarray(found)

    def rents(self, within: float = 1e-9) -> tuple[np.ndarray, float]:
        """Return what the clients keep, and by how much that may be off: of many, a part of the largest payment."""
        sells = self.charge < self.margin.price
        if self.margin.total > self.margin.below:
            sells |= self.alike
        who = np.flatnonzero(sells & (self.cap > 0))
        kept = np.zeros(len(self.cap))
        if not len(who):
            return kept, 0.0
        cap = self.cap[who]
        band = self._band(float(np.max(cap)))
        paid, off = read_off(
            partial(self._welfares if self.model.rule == "vcg" else self._integrals, band), cap, within
        )
        asked = self.cost[who] * cap
        kept[who] = np.maximum(paid - asked, 0.0)
        return kept, off + ROUNDING * float(np.max(asked))

    def _integrals(self, band: Band, cap: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return bounds on what some caps are paid by a continuous prior."""
        replaced = band.replacing(self.margin.total, cap)
        lost, off = self._lost(replaced.total)
        return lost + replaced.spent - off, lost + replaced.spent + off

    def _band(self, largest: float) -> Band:
        """Return who would sell more if so much had to be replaced, cheapest first."""
        margin = self.margin
        ceiling = self._slope(max(margin.total - largest, 0.0))
        band = np.flatnonzero((self.charge >= margin.price) & (self.charge <= ceiling) & (self.cap > 0))
        band = band[np.argsort(self.charge[band])]
        # of those at the margin, who come first, some is bought already
        upto = np.maximum(np.cumsum(self.cap[band]) - (margin.total - margin.below), 0.0)
        charge = self.charge[band]
        return Band(charge, self.cost[band], self.cap[band], upto, self._inverse(charge))

    def _inverse(self, price: np.ndarray) -> np.ndarray:
        """Return the E at which V′ is each of some ascending prices no lower than the marginal one, by halving."""
        most = np.full(len(price), self.margin.total)
        return _halved(np.zeros(len(price)), most, lambda total: self._each(self._slope, total) > price)

    def _welfares(self, band: Band, cap: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return bounds on c e + W(N) − W(N∖i) of some caps: by a price, and by what the others may sell."""
        margin, replaced = self.margin, band.replacing(self.margin.total, cap)
        here, there = float(self._value(margin.total)), self._each(self._value, replaced.total)
        price = self._each(self._slope, replaced.total)
        k = np.searchsorted(band.charge, price, side="left")
        supply, outlay = (np.append(0.0, np.cumsum(x)) for x in (band.cap, band.cap * band.cost))
        least = float(self._slope(margin.total))
        surplus = here - there - (least * margin.total - price * replaced.total)
        offered = (price - least) * margin.below + price * supply[k] - outlay[k]
        return surplus - offered + cap * price, here - there + replaced.spent

    def _lost(self, less: np.ndarray) -> tuple[np.ndarray, float]:
        """Return ∫ z(V′(x)) dx from E to E*, and by how much it may be off."""
        total, least = self.margin.total, float(np.min(less))
        if not least < total:
            return np.zeros(len(less)), 0.0
        edges = [least, total]
        top = self.model.prior.bounds[1]
        if top is not None:
            most = float(self.model.prior.charge(Vectors(), np.array([float(top)]))[0])
            if self._slope(least) > most > self._slope(total):
                edges = [least, float(self._inverse(np.array([most]))[0]), total]
        return integrals(lambda x: self._costs(self._each(self._slope, x)), less, edges)

    def _costs(self, price: np.ndarray) -> np.ndarray:
        """Return the costs that are charged with some prices, by halving."""
        below, above = self.model.prior.bounds
        high = np.array(price) if above is None else np.minimum(price, float(above))

        def cheap(cost: np.ndarray) -> np.ndarray:
            with np.errstate(all="ignore"):
                return ~np.asarray(self.model.prior.charge(Vectors(), cost) > price)

        return _halved(np.full(len(price), float(below)), high, cheap)


def _halved(low: np.ndarray, high: np.ndarray, beyond: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Return the upper ends of brackets, halved to neighbouring doubles; `beyond` says of whom to go up from there."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if not np.any((low < middle) & (middle < high)):
            break
        more = beyond(middle)
        low, high = np.where(more, middle, low), np.where(more, high, middle)
    return high
