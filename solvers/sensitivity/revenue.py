"""Version revenue: how the menu that earns most moves with valuations and weights, while the same buyers bind.

The dearest safe menu that keeps some buyers costs, for each version, the least of what they allow (`price_space`): one
buyer binds each price. Prices move as that buyer's valuation and the weights do. Who is kept, and who binds, just
beyond the answer is read off an exact solve there; an interval ends where another buyer binds, or where another menu
earns as much.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from typing import Any

import numpy as np

from ...formulations.algebra import Algebra, read
from ...formulations.data import as_fractions
from ...formulations.errors import InputError
from ...formulations.versions.menu import version_weight
from ...formulations.versions.price_space import ceiling
from ...formulations.versions.revenue import VersionRevenue, revenue
from ..backends.versions.menu_program import best_prices
from ..certificates.versions.survey import in_whole_numbers
from ..readings.balls import enclosing
from ..readings.derivative import Derivative
from ..readings.rationals import Rationals
from ..readings.vectors import Vectors
from ..solution import Solution
from .branch import BOUND, End, Jump, NoDerivative
from .data import altered, moving_roles, number_of, unit
from .ends import exact_end
from .nearby import NEXT_TO_NOTHING, just_beyond, on_edge


def revenue_branch(model: VersionRevenue, solution: Solution) -> RevenueBranch:
    """Return the piece of the optimum on which a menu lies."""
    if solution.exact is None:
        return RevenueBranch(model, Vectors(), np.asarray(solution.values["price"]))
    return RevenueBranch(model, Rationals(), solution.exact["price"])


@dataclass(frozen=True)
class Binding:
    """Who buys, and for each version the buyer that binds its price (None: no buyer does)."""

    buys: tuple[bool, ...]
    binds: tuple[int | None, ...]


def binding_of(model: VersionRevenue) -> Binding:
    """Return who buys and who binds in the menu that earns most, exactly.

    Examples
    --------
    >>> binding_of(VersionRevenue(epsilon=[1, 3], wanted=[0, 1, 1], value=["0.1", "0.3", "0.5"]))
    Binding(buys=(True, True, True), binds=(0, 0))
    """
    buys = np.asarray(in_whole_numbers(model).buys(best_prices(in_whole_numbers(model))), dtype=bool)
    return Binding(tuple(buys.tolist()), binds_of(model, buys))


def binds_of(model: VersionRevenue, buys: Any) -> tuple[int | None, ...]:
    """Return the buyer that binds each version's price in the dearest menu that keeps some, in the caller's order."""
    kept = np.flatnonzero(buys)
    if not len(kept):
        return (None,) * len(model.epsilon)
    space = model.price_space(as_fractions, kept.tolist())
    ceilings = [space.ceilings(rank).tolist() for rank in model.rank.tolist()]
    largest = int(np.argmax(as_fractions(model.value)))
    found: list[int | None] = []
    for rank, most in zip(model.rank.tolist(), ceilings, strict=True):
        place = min(range(len(kept)), key=most.__getitem__)
        theirs = model.rank[model.wanted_index[kept[place]]]
        capped = model.attack == "none" and theirs < rank  # nobody kept wants it or a better one
        found.append(largest if capped else int(kept[place]))
    return tuple(found)


@dataclass(frozen=True, eq=False)
class RevenueBranch:
    """A market's optimum around its menu."""

    model: VersionRevenue
    algebra: Algebra
    price: Any

    @cached_property
    def tied(self) -> bool:
        """Whether who binds, or who buys, differs by direction."""
        return on_edge(self.model, binding_of)

    def along(self, direction: Mapping[str, Any]) -> dict[str, Any]:
        """Return how fast prices and the revenue move in a direction."""
        found = binding_of(just_beyond(self.model, direction))
        dual = Derivative(self.algebra)
        moving = self._prices(dual, moving_roles(self.model, dual, direction), found)
        if not self._meets(dual.value(moving)):
            raise NoDerivative("the menu jumps in this direction: another one earns as much")
        bought = np.flatnonzero(found.buys)
        paid = moving[self.model.wanted_index[bought]]
        earned = dual.slope(dual.sum(paid)) if len(bought) else self.algebra.number(0)
        return {"price": dual.slope(moving), "revenue": earned}

    def _meets(self, price: Any) -> bool:
        """Whether the menu just beyond is the answer, and no other."""
        if isinstance(self.algebra, Vectors):
            return bool(np.all(np.abs(price - self.price) <= 1e-9 * np.max(np.abs(self.price), initial=1e-300)))
        return bool(np.all(price == self.price))

    def _prices(self, dual: Derivative, roles: Mapping[str, Any], found: Binding) -> Any:
        """The prices that the binding buyers allow: t_b max(1, x_j/x_b)."""
        zero = self.algebra.number(0)
        if None in found.binds:
            return dual.moving(self.price, self.price * 0)
        who = np.array(found.binds, dtype=np.intp)
        weight = version_weight(dual, roles["epsilon"], self.model.attack)
        theirs, value = weight[self.model.wanted_index[who]], roles["value"][who]
        if self.model.attack == "none":
            return dual.moving(dual.value(value), dual.slope(value) + dual.value(value) * zero)
        return ceiling(dual, value / theirs, theirs, weight)

    def end(self, name: str, index: int | None, side: int) -> End:
        """Return how far the derivatives in one datum hold."""
        here = binding_of(just_beyond(self.model, unit(self.model, name, index, side, Fraction)))
        declared = number_of(self.model, name)
        start = Fraction(declared if index is None else declared[index])
        scale = max(map(Fraction, declared), default=Fraction(1)) if index is not None else start
        kept = np.array(here.buys, dtype=bool)

        @cache
        def holds(value: Fraction) -> bool:
            try:
                there = altered(self.model, name, index, value)
            except InputError:  # two versions have the same weight there
                return False
            if binds_of(there, kept) != here.binds:
                return False
            return earned(there, kept) == most(there)

        def between(value: Fraction) -> bool:
            hair = max(value, scale * NEXT_TO_NOTHING) * NEXT_TO_NOTHING
            return holds(value - side * hair) and not holds(value + side * hair)

        found = exact_end(start, side, scale, holds, between)
        floats = isinstance(self.algebra, Vectors)
        if found is None:
            return End(math.inf, "nothing was met") if side > 0 else End(0.0 if floats else Fraction(0), BOUND)
        at = found.inside if found.exact else enclosing(found.inside, found.outside)
        return End(float(at) if floats else at, *self._event(found.outside, name, index, side, here))

    def _event(self, at: Fraction, name: str, index: int | None, side: int, here: Binding) -> tuple[str, Jump | None]:
        try:
            beyond = altered(self.model, name, index, at * (1 + side * Fraction(1, 2**40)))
            edge = altered(self.model, name, index, at)
        except InputError:
            return "two versions would change places", None
        after, kept = binding_of(beyond), np.array(here.buys, dtype=bool)
        if earned(beyond, kept) == most(beyond):
            return "another buyer binds a price", None
        old, new = edge.menu_keeping(kept), edge.menu_keeping(np.array(after.buys, dtype=bool))
        version = next((k for k in range(len(old)) if old[k] != new[k]), None)
        if version is None:
            return "others buy", None
        jump = Jump(f"price of {self.model.owner_of(version)}", old[version], new[version])
        return "another menu earns as much", jump

    def alike(self, name: str) -> np.ndarray:
        """Every number moves the menu in its own way."""
        return np.arange(len(number_of(self.model, name)))


def earned(model: VersionRevenue, kept: Any) -> Fraction:
    """Return what the dearest menu that keeps some buyers earns of them, exactly."""
    price = model.menu_keeping(kept)
    return sum((price[k] for k in model.wanted_index[np.flatnonzero(kept)].tolist()), Fraction(0))


def most(model: VersionRevenue) -> Fraction:
    """Return the most that a safe menu earns, exactly."""
    survey = in_whole_numbers(model)
    price = model.menu_keeping(survey.buys(best_prices(survey)))
    exact = Rationals()
    roles = {"price": price, "value": exact.vector(model.value), "wanted": model.wanted_index}
    return Fraction(read(revenue, exact, roles)) if len(model.value) else Fraction(0)
