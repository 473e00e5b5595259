"""A menu as it is judged: its prices in fractions, what its versions weigh, and how far it is from what was stated."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.data import as_fractions
from ....formulations.versions.menu import version_weight
from ....formulations.versions.pricing import VersionPricing
from ....formulations.versions.revenue import VersionRevenue
from ....solvers.arbitrage.oracle import safe_menu
from ....solvers.readings.rationals import Rationals
from ....solvers.solution import OWN_NUMBERS, Solution
from ..profile import ROUNDING
from ..results import Item, Verdict
from ..within import Within

MOST_PAIRED = 400
"""Up to how many versions all pairs are tried."""


@dataclass(frozen=True)
class PricedMenu:
    """A menu, solved for or brought along, in fractions.

    Doubles are the numbers they are, unless exactly safe prices lie within the rounding of the arithmetic they come
    from: then those are judged, and it is said how far off they are. A back end's doubles may be off by the tolerance
    of the request, somebody's own only by their last digits.
    """

    model: VersionPricing | VersionRevenue
    solution: Solution

    @cached_property
    def given(self) -> Any:
        """The prices as stated."""
        exact = (self.solution.exact or {}).get("price")
        stated = self.solution.values["price"] if exact is None else exact
        return as_fractions(stated)

    @cached_property
    def exact(self) -> bool:
        """Whether the prices were stated as fractions."""
        return self.solution.exact is not None and "price" in self.solution.exact

    @cached_property
    def moved(self) -> Fraction:
        """How far, relative to the largest, the prices judged are from those stated."""
        largest = max(abs(self.given)) or Fraction(1)
        return Fraction(max(abs(self.price - self.given)) / largest)

    @cached_property
    def price(self) -> Any:
        """The prices to be judged."""
        if self.exact or bool(np.any(self.given < 0)):
            return self.given
        own = self.solution.backend == OWN_NUMBERS
        allowed = ROUNDING if own else self.solution.request.tolerance
        if isinstance(self.model, VersionPricing) and self.exactly_safe:
            safe = self.model.bundles.lowered(self.given)
        else:
            safe = safe_menu(self.model.epsilon, self.given, self.model.attack)
        near = bool(np.all(abs(safe - self.given) <= Fraction(allowed) * max(self.given)))
        return safe if near else self.given

    @property
    def exactly_safe(self) -> bool:
        """Whether prices need only be cheaper than every bundle, not in the cone."""
        return isinstance(self.model, VersionPricing) and self.model.safety == "exact"

    @cached_property
    def weight(self) -> Any:
        """The versions' weights."""
        return version_weight(Rationals(), as_fractions(self.model.epsilon), self.model.attack)

    def version(self, index: int) -> str:
        """Return what a sentence calls a version."""
        return self.model.owner_of(index)

    def item(
        self,
        name: str,
        verdict: Verdict,
        text: str,
        witness: Any = None,
        informational: bool = False,
        within: Within | None = None,
    ) -> Item:
        """Return an item; where rounded prices were judged, it says so."""
        if self.moved:
            where = "safe prices" if self.exactly_safe else "prices in the safe cone"
            text += f"; this is judged of {where}, {float(self.moved):.2g} (relative) from those stated"
        arithmetic = "float" if self.moved else "exact"
        return Item(name, verdict, text, arithmetic, witness, informational, within)
