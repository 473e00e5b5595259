"""An answer to a three-party market with foresight: who asks what, and how utilities change with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.three_party.formulas import price_utility, settled_epsilon
from ...readings.derivative import Derivative
from .boxes import Boxes
from .choice import Choice, Switch

AT = 1e-9
"""A budget this near to the cap, or a price to p̂, is taken to be meant as it; only the choice of a box rests on it."""
GRID = 64
"""Boxes of budgets to begin with on the way up to p̂; any number would do."""


@dataclass(frozen=True)
class Ends:
    """A box of replies: 1/p, what is paid for a unit and ε of those below the cap, and the others' sums."""

    inverse: tuple[Any, Any]
    paid: tuple[Any, Any]
    epsilon: tuple[Any, Any]
    others: tuple[Any, Any]


@dataclass(frozen=True)
class Stated:
    """An answer to a market whose buyer's choice is enclosed: quantities, prices and budgets."""

    choice: Choice
    values: Mapping[str, Any]

    @property
    def boxes(self) -> Boxes:
        """The kind of intervals."""
        return self.choice.boxes

    @cached_property
    def cost(self) -> Any:
        """The sellers' costs."""
        return self.boxes.algebra.vector(self.choice.market.cost)

    @cached_property
    def price(self) -> Any:
        """The prices, as the ends of boxes are."""
        return self.choice.point(self.values["price"])

    @cached_property
    def epsilon(self) -> Any:
        """The budgets."""
        return self.choice.point(self.values["epsilon"])

    @cached_property
    def paid(self) -> Any:
        """What is paid for a unit."""
        return self.price * (1 + self.epsilon)

    @cached_property
    def sells(self) -> Any:
        """Who sells anything."""
        return np.asarray(self.values["quantity"] > 0, dtype=bool)

    @cached_property
    def switch(self) -> Switch | None:
        """Where the buyer goes over to the cap, if it does."""
        found = self.choice.switch
        return found if isinstance(found, Switch) else None

    @cached_property
    def capped(self) -> Any:
        """Whose budget is the cap."""
        return self.sells & np.asarray(self.epsilon >= self.choice.cap * (1 - self.choice.point(AT)), dtype=bool)

    @cached_property
    def corner(self) -> Any:
        """Who asks p̂."""
        if self.switch is None:
            return np.zeros(len(self.price), dtype=bool)
        return self.sells & (abs(self.price.astype(float) / float(self.switch.price[0]) - 1) <= AT)

    @cached_property
    def inside(self) -> Any:
        """Who asks less than p̂."""
        return self.sells & ~self.capped & ~self.corner

    @cached_property
    def grid(self) -> tuple[Any, Any]:
        """Boxes of what is paid for a unit below p̂: from the least cost, below which everybody sells at a loss."""
        assert self.switch is not None
        least = min(self.choice.market.cost.tolist())
        ends = self.choice.point(
            np.geomspace(min(float(least), float(self.switch.paid) / 2), float(self.switch.paid), GRID + 1)
        )
        ends[0], ends[-1] = np.minimum(ends[0], self.choice.point(least)), self.switch.paid
        return ends[:-1], ends[1:]

    def profit(self, own: Any, epsilon: Any, others: Any, cost: Any) -> Any:
        """Return utilities where the buyer wants something."""
        return price_utility(self.boxes.algebra, own, others, cost, self.choice.alpha, epsilon)

    def in_price(self, own: Any, others: Any, cost: Any) -> Any:
        """How a utility changes with 1/p where the buyer takes the cap."""
        dual = _above(self.boxes.algebra, others, own)
        cap = self.boxes.read(self.choice.cap)
        return dual.slope(price_utility(dual, dual.variable(own), others, cost, self.choice.alpha, cap))

    def in_paid(self, paid: Any, others: Any, cost: Any) -> Any:
        """How it changes with what is paid for a unit below p̂, the buyer's budget being settled there."""
        dual = _above(self.boxes.algebra, others, paid)
        moving = dual.variable(paid)
        epsilon = settled_epsilon(dual, moving, self.choice.alpha, self.choice.weight)
        return dual.slope(price_utility(dual, (1 + epsilon) / moving, others, cost, self.choice.alpha, epsilon))


def _above(algebra: Any, *values: Any) -> Derivative:
    """Return derivatives over the reading that the values are in: the algebra's own, or derivatives over it."""
    deepest = max(getattr(value, "level", 0) for value in values)
    found = Derivative(algebra)
    for _ in range(deepest):
        found = Derivative(found)
    return found
