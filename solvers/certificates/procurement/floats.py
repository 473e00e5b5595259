"""The rule's outcome for any number of clients in doubles: at the marginal price, without sorting everybody.

At the price w of the marginal client who is charged less sells all and who is charged more nothing. Which client that
is may be a hint, since V′ on both sides tells whether it is right. What VCG leaves a client, W(N) − W(N∖i), is
enclosed: any allocation of the others bounds W(N∖i) from below, and any price z from above,

    W(N∖i) ≤ max_E (V(E) − zE) + Σ_{j≠i} e_j (z − c_j)⁺,

so that how both were found does not matter. Only clients between the marginal price and that at which the largest cap
could be replaced are sorted. What a continuous prior leaves is the integral of `thresholds`, by splines.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from ....formulations.data import as_floats
from ....formulations.procurement.declaration import PrivacyProcurement
from ....formulations.procurement.formulas import worth
from ...readings.derivative import Derivative
from ...readings.vectors import ROUNDING, Vectors

HALVINGS = 120
LARGEST = 1e300
"""What far tails are charged with, beyond doubles."""
CHUNK = 2**15
"""Of so many clients welfares are bounded at once."""
KNOTS = 4096
"""Knots of a spline, and half as many for comparison."""


@dataclass(frozen=True, eq=False)
class Margin:
    """Where buying ends: the price that is charged there, what is sold below it, at it, and bought in all."""

    price: float
    below: float
    at: float
    total: float


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
        guess = float(np.min(self.charge, where=short, initial=np.inf))
        if (found := self._margin_at(guess)) is not None:
            return found
        levels = np.append(np.unique(self.charge[selling]), np.inf)
        low, high = 0, len(levels) - 1
        while low < high:
            middle = (low + high) // 2
            supplied = float(np.sum(self.cap, where=self.charge <= levels[middle]))
            if self._slope(supplied) <= levels[middle]:
                high = middle
            else:
                low = middle + 1
        return self._settled(float(levels[low]))

    def _margin_at(self, price: float) -> Margin | None:
        """The margin, if it is at a price: more is wanted than is sold below it, and no more than with those at it."""
        found = self._settled(price)
        last = float(np.max(self.charge, where=(self.charge < price) & (self.cap > 0), initial=-np.inf))
        wanted = self._slope(found.below) >= last * (1 - ROUNDING)
        enough = price == np.inf or self._slope(found.below + found.at) <= price * (1 + ROUNDING)
        return found if wanted and enough else None

    def _settled(self, price: float) -> Margin:
        below = float(np.sum(self.cap, where=self.charge < price))
        at = float(np.sum(self.cap, where=self.charge == price))
        low, high = below, below + at
        if price == np.inf or self._slope(low) <= price:
            high = low
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            if not low < middle < high:
                break
            low, high = (middle, high) if self._slope(middle) > price else (low, middle)
        return Margin(price, below, at, high)

    @cached_property
    def marginal(self) -> np.ndarray:
        """Who is charged the marginal price: what they sell adds up to what is left."""
        return np.asarray(self.charge == self.margin.price)

    @cached_property
    def epsilon(self) -> np.ndarray:
        """What all sell; of those at the margin a part in proportion."""
        share = (self.margin.total - self.margin.below) / (self.margin.at or 1.0)
        found = np.where(self.charge < self.margin.price, self.cap, 0.0)
        return np.where(self.marginal, self.cap * share, found)

    def rents(self) -> tuple[np.ndarray, float]:
        """Return what the clients keep, and by how much that may be off."""
        sells = self.charge < self.margin.price
        if self.margin.total > self.margin.below:
            sells |= self.marginal
        who = np.flatnonzero(sells & (self.cap > 0))
        kept = np.zeros(len(self.cap))
        if not len(who):
            return kept, 0.0
        band = self._band(float(np.max(self.cap[who])))
        if self.model.rule == "vcg":
            return kept, self._welfares(band, who, kept)
        replaced = band.replacing(self.margin, self.cap[who])
        lost, off = self._lost(replaced.total)
        kept[who] = np.maximum(lost + replaced.spent - self.cost[who] * self.cap[who], 0.0)
        return kept, off

    def _welfares(self, band: Band, who: np.ndarray, kept: np.ndarray) -> float:
        """Write down W(N) − W(N∖i) of some clients, and return by how much they may be off."""
        off = 0.0
        for start in range(0, len(who), CHUNK):  # what fits into a cache is twice as fast
            some = who[start : start + CHUNK]
            cap, cost = self.cap[some], self.cost[some]
            low, high = self._bounds(band, band.replacing(self.margin, cap), cap, cost)
            kept[some] = np.maximum((low + high) / 2, 0.0)
            # the two may cross by their rounding
            off = max(off, float(np.max(np.abs(high - low))) + ROUNDING * float(np.max(cost * cap)))
        return off

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
        low, high = np.zeros(len(price)), np.full(len(price), self.margin.total)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            if not np.any((low < middle) & (middle < high)):
                break
            more = self._each(self._slope, middle) > price
            low, high = np.where(more, middle, low), np.where(more, high, middle)
        return high

    def _bounds(
        self, band: Band, replaced: Replacements, cap: np.ndarray, cost: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return bounds on W(N) − W(N∖i): by a price, and by what the others may sell."""
        margin = self.margin
        here, there = float(self._value(margin.total)), self._each(self._value, replaced.total)
        high = here - there + replaced.spent - cost * cap
        price = self._each(self._slope, replaced.total)
        k = np.searchsorted(band.charge, price, side="left")
        supply, outlay = (np.append(0.0, np.cumsum(x)) for x in (band.cap, band.cap * band.cost))
        least = float(self._slope(margin.total))
        surplus = here - there - (least * margin.total - price * replaced.total)
        offered = (price - least) * margin.below + price * supply[k] - outlay[k]
        return surplus - offered + cap * (price - cost), high

    def _lost(self, less: np.ndarray) -> tuple[np.ndarray, float]:
        """Return ∫ z(V′(x)) dx from E to E*, and by how much it may be off."""
        from scipy.interpolate import CubicSpline

        total, least = self.margin.total, float(np.min(less))
        if not least < total:
            return np.zeros(len(less)), 0.0
        edges = [least, total]
        top = self.model.prior.bounds[1]
        if top is not None:
            most = float(self.model.prior.charge(Vectors(), np.array([float(top)]))[0])
            if self._slope(least) > most > self._slope(total):
                edges = [least, float(self._inverse(np.array([most]))[0]), total]
        found, off = np.zeros(len(less)), 0.0
        for low, high in pairwise(edges):
            if high - low <= ROUNDING * total:  # too narrow for knots between doubles: z is the same all over it
                found += self._costs(np.array([self._slope(high)])) * (high - np.clip(less, low, high))
                continue
            several = []
            for knots in (KNOTS, KNOTS // 2):
                x = low + (high - low) * np.linspace(0, 1, knots + 1) ** 3  # V′ falls by far the most near E = 0
                z = self._costs(self._each(self._slope, x))
                whole = CubicSpline(x, z).antiderivative()
                several.append(whole(high) - whole(np.clip(less, low, high)))
            found += several[0]
            off += float(np.max(np.abs(several[0] - several[1])))
        return found, off

    def _costs(self, price: np.ndarray) -> np.ndarray:
        """Return the costs that are charged with some prices, by halving."""
        below, above = self.model.prior.bounds
        low, high = np.full(len(price), float(below)), np.array(price)
        if above is not None:
            high = np.minimum(high, float(above))
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            if not np.any((low < middle) & (middle < high)):
                break
            with np.errstate(all="ignore"):
                dear = self.model.prior.charge(Vectors(), middle) > price
            low, high = np.where(dear, low, middle), np.where(dear, middle, high)
        return high


@dataclass(frozen=True, eq=False)
class Replacements:
    """What is bought in all without each of some clients, and what the others are paid for selling more."""

    total: np.ndarray
    spent: np.ndarray


@dataclass(frozen=True, eq=False)
class Band:
    """Who would sell more, cheapest first: what each is charged with, costs and may sell, what all up to it have left.

    `wanted` is what would be bought in all at each one's charge.
    """

    charge: np.ndarray
    cost: np.ndarray
    cap: np.ndarray
    upto: np.ndarray
    wanted: np.ndarray

    def replacing(self, margin: Margin, cap: np.ndarray) -> Replacements:
        """Return how so much of each of some clients is replaced: guesses, for VCG."""
        before = np.append(0.0, self.upto)
        spent = np.append(0.0, np.cumsum(np.diff(before) * self.cost))
        unbought = np.maximum.accumulate(self.upto + margin.total - self.wanted)  # at each price, of what is offered
        k = np.searchsorted(unbought, cap, side="left")
        last = before[-1]  # behind the last nobody is left
        more = np.clip(np.append(self.wanted, 0.0)[k] - (margin.total - cap), before[k], np.append(self.upto, last)[k])
        paid = spent[k] + (more - before[k]) * np.append(self.cost, 0.0)[k]
        return Replacements(np.maximum(margin.total - cap + more, 0.0), paid)
