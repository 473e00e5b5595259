"""Version pricing: how fitted prices move with the survey, while the same neighbours are tied to each other.

In the order of weights, neighbours are tied where a constraint of the cone binds: they cost the same, or the same per
weight. Prices of a block that is tied together are one scale times ratios that only the weights decide, and the scale
makes the block's declared loss least. Which neighbours are tied just beyond the answer is read off an exact fit there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from ...formulations.algebra import Algebra, read
from ...formulations.errors import InputError, UnsupportedModel
from ...formulations.versions.losses import SLOPES
from ...formulations.versions.menu import version_weight
from ...formulations.versions.pricing import VersionPricing
from ..backends.versions.price_fit import fitted_prices
from ..readings.derivative import Derivative
from ..readings.rationals import Rationals
from ..readings.vectors import Vectors
from ..solution import Solution
from .branch import BOUND, Branch, End, NoDerivative
from .data import altered, moving_roles, number_of, unit
from .ends import exact_end
from .nearby import NEXT_TO_NOTHING, just_beyond, on_edge
from .pricing_barrier import BarrierBranch

FREE, LEVEL, PROPORTIONAL = 0, 1, 2
"""How a version is tied to the next: not at all, by the same price, by the same price per weight."""


def pricing_branch(model: VersionPricing, solution: Solution) -> Branch:
    """Return the piece of the optimum on which fitted prices lie.

    Raises
    ------
    UnsupportedModel
        Under exact safety, where the bundles that bind are searched for.
    """
    if model.safety == "exact":
        raise UnsupportedModel(
            "what_if knows how prices in the cone move; under safety='exact' the bundles that bind are searched for"
        )
    if model.barrier is not None:
        return BarrierBranch(model, np.asarray(solution.values["price"], dtype=np.float64))
    if solution.exact is None:
        return PricingBranch(model, Vectors(), np.asarray(solution.values["price"]))
    return PricingBranch(model, Rationals(), solution.exact["price"])


@dataclass(frozen=True)
class Ties:
    """How neighbours are tied, and on which piece of its loss each price is.

    `order` are the versions by weight, `ties` says how each is tied to the next, `sides` where its residual is: below,
    on or above each of the loss's kinks.
    """

    order: tuple[int, ...]
    ties: tuple[int, ...]
    sides: tuple[tuple[int, ...], ...]

    @property
    def blocks(self) -> list[tuple[int, int]]:
        """Where each block begins and ends, by place in the order."""
        cuts = [0, *(k + 1 for k, tie in enumerate(self.ties) if tie == FREE), len(self.order)]
        return list(pairwise(cuts))


def ties_of(model: VersionPricing) -> Ties:
    """Return the ties at a model's own exact fit.

    Examples
    --------
    >>> ties_of(VersionPricing(epsilon=[1, 2, 4, 8], target=[1, 5, 6, 20])).ties
    (2, 2, 2)
    """
    price, exact = fitted_prices(model, Rationals()), Rationals()
    order = tuple(model.cone.order.tolist())
    weight = version_weight(exact, exact.vector(model.epsilon), model.attack)
    ties = []
    for one, two in pairwise(order):
        proportional = model.attack != "none" and price[one] * weight[two] == price[two] * weight[one]
        ties.append(LEVEL if price[one] == price[two] else PROPORTIONAL if proportional else FREE)
    width = Fraction(model.huber_width)
    kinks = {"squared": (), "absolute": (Fraction(0),), "huber": (-width, width)}[model.loss]
    target = exact.vector(model.target)
    sides = tuple(tuple(_sign(price[k] - target[k] - kink) for kink in kinks) for k in order)
    return Ties(order, tuple(ties), sides)


@dataclass(frozen=True, eq=False)
class PricingBranch:
    """A fit's optimum around its prices."""

    model: VersionPricing
    algebra: Algebra
    price: Any

    @cached_property
    def tied(self) -> bool:
        """Whether ties differ by direction."""
        return on_edge(self.model, ties_of)

    def along(self, direction: Mapping[str, Any]) -> dict[str, Any]:
        """Return how fast prices and the loss move in a direction."""
        dual = Derivative(self.algebra)
        roles = moving_roles(self.model, dual, direction)
        rates = self._price_rates(dual, roles, ties_of(just_beyond(self.model, direction)))
        moving = {**roles, "price": dual.moving(self.price, rates)}
        return {"price": rates, "loss": dual.slope(read(self.model.outcomes()["loss"], dual, moving))}

    def _price_rates(self, dual: Derivative, roles: Mapping[str, Any], ties: Ties) -> Any:
        weight = version_weight(dual, roles["epsilon"], self.model.attack)
        rates = self.price * 0
        for first, last in ties.blocks:
            members = list(ties.order[first:last])
            ratio = self._ratios(dual, weight, members, ties.ties[first : last - 1])
            scale = self.price[members[0]]
            pinned = [k for k, sides in zip(members, ties.sides[first:last], strict=True) if 0 in sides]
            if self.model.loss == "absolute":
                moved = self._pinned_rate(dual, roles, members, ratio, pinned)
            else:
                moved = self._level_rate(dual, roles, members, ratio, self._pieces(ties.sides[first:last]))
            rates[members] = dual.slope(dual.moving(scale, moved) * ratio)
        return rates

    def _ratios(self, dual: Derivative, weight: Any, members: list[int], ties: tuple[int, ...]) -> Any:
        """What each costs relative to the first of its block, moving with the weights."""
        found = [dual.moving(self.algebra.number(1), self.algebra.number(0))]
        for (one, two), tie in zip(pairwise(members), ties, strict=True):
            found.append(found[-1] * (weight[two] / weight[one]) if tie == PROPORTIONAL else found[-1])
        kind: Any = np.float64 if isinstance(self.algebra, Vectors) else object
        values, slopes = [dual.value(item) for item in found], [dual.slope(item) for item in found]
        return dual.moving(np.array(values, dtype=kind), np.array(slopes, dtype=kind))

    def _pinned_rate(
        self, dual: Derivative, roles: Mapping[str, Any], members: list[int], ratio: Any, pinned: Any
    ) -> Any:
        """Under the absolute loss a block stands where one of its prices is the surveyed one."""
        if not pinned:
            raise NoDerivative("has no derivative here: a range of prices is equally near to the survey")
        place = members.index(pinned[0])
        return dual.slope(roles["target"][pinned[0]] / ratio[place])

    def _level_rate(
        self, dual: Derivative, roles: Mapping[str, Any], members: list[int], ratio: Any, pieces: Any
    ) -> Any:
        """The rate of the scale that keeps Σ r_j ℓ′(s r_j, P_j) zero, by the implicit function theorem.

        On each piece of its loss ℓ′ is affine, and moves as it does anywhere on the piece: that is read at a residual
        well inside the piece, since on a kink it would be read on one side only.
        """
        scale, width = self.price[members[0]], roles["huber_width"]
        target = roles["target"][members]
        steep = self._slopes(self.algebra, self.price[members], dual.value(target), dual.value(width))

        def rate(there: Any) -> Any:
            price = there * ratio
            within = dual.value(price) - pieces * dual.value(width)
            moved = dual.slope(self._slopes(dual, price, dual.moving(within, dual.slope(target)), width))
            return self.algebra.sum(dual.slope(ratio) * steep + dual.value(ratio) * moved)

        fixed = rate(scale)
        moving = rate(dual.variable(scale))
        if moving == fixed:
            raise NoDerivative("has no derivative here: a range of prices is equally near to the survey")
        return -fixed / (moving - fixed)

    def _slopes(self, a: Any, price: Any, target: Any, width: Any) -> Any:
        return read(SLOPES[self.model.loss], a, {"price": price, "target": target, "huber_width": width})[0]

    def _pieces(self, sides: tuple[tuple[int, ...], ...]) -> Any:
        """A residual well inside the piece that each price is on, in widths: 0, or 2 beyond one kink or the other."""
        places = [2 * ((side[-1] > 0) - (side[0] < 0)) if side else 0 for side in sides]
        return np.array(places, dtype=np.float64 if isinstance(self.algebra, Vectors) else object)

    def end(self, name: str, index: int | None, side: int) -> End:
        """Return how far the derivatives in one datum hold: to where neighbours part or are tied; all is exact."""
        here = ties_of(just_beyond(self.model, unit(self.model, name, index, side, Fraction)))
        declared = number_of(self.model, name)
        start = Fraction(declared if index is None else declared[index])

        def at(value: Fraction) -> Ties | None:
            try:
                return ties_of(altered(self.model, name, index, value))
            except InputError:  # two versions have the same weight there
                return None

        def between(value: Fraction) -> bool:
            hair = value * NEXT_TO_NOTHING
            return at(value - hair) != at(value + hair)

        found = exact_end(start, side, start, lambda value: at(value) == here, between)
        floats = isinstance(self.algebra, Vectors)
        if found is None:
            return End(math.inf, "nothing was met") if side > 0 else End(0.0 if floats else Fraction(0), BOUND)
        after = at(found.outside + side * abs(found.outside) * NEXT_TO_NOTHING)
        if found.exact:
            return End(float(found.inside) if floats else found.inside, self._event(here, after))
        from ..readings.balls import enclosing

        return End(float(found.inside) if floats else enclosing(found.inside, found.outside), self._event(here, after))

    def _event(self, before: Ties, after: Ties | None) -> str:
        if after is None or after.order != before.order:
            return "two versions would change places"
        words = []
        for k, (one, two) in enumerate(zip(before.ties, after.ties, strict=True)):
            if one != two:
                pair = f"{self.model.owner_of(before.order[k])} and {self.model.owner_of(before.order[k + 1])}"
                words.append(f"{pair} {('are free of each other', 'cost the same', 'cost the same per weight')[two]}")
        for k, sides in enumerate(before.sides):
            if sides != after.sides[k]:
                words.append(f"{self.model.owner_of(before.order[k])} passes a kink of its loss")
        return ", ".join(words[:3]) or "another fit is nearest"

    def alike(self, name: str) -> np.ndarray:
        """Every number moves prices in its own way."""
        return np.arange(len(number_of(self.model, name)))


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)
