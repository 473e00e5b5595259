"""A contract's items as somebody stated them, and everything that is broken among them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.algebra import read
from ....formulations.contract.declaration import PrivacyContract
from ....formulations.contract.formulas import ic_slack, owner_utility, pool_left
from ...formatting import exact_number, number
from ...readings.rationals import Rationals
from ...readings.vectors import Vectors
from ...solution import Solution
from .envy import favourites


@dataclass(frozen=True)
class Judgement:
    """Whether a menu is the best one, its gap, why, and how far it is from the best one at most and at least."""

    optimal: bool | None
    gap: float | None
    reason: str
    distance: float | None = None
    distance_at_least: float | None = None


@dataclass(frozen=True)
class Breach:
    """A broken constraint: which, who breaks it, whose item tempts (of incentives), by how much, relative and in words.

    `amount` is in the constraint's own unit, `size` relative to the largest payment, the pool or the largest ε.
    """

    constraint: str
    type: int | None
    item: int | None
    amount: Any
    size: float
    text: str


@dataclass(frozen=True, eq=False)
class Menu:
    """A contract's items as somebody stated them, over fractions or in doubles.

    Examples
    --------
    >>> contract = PrivacyContract(cost=[1, 2], count=[1, 1], reward_pool=4)
    >>> algebra = Rationals()
    >>> menu = Menu(contract, algebra, algebra.vector([2, 1]), algebra.vector([2, 2]))
    >>> print(menu.breaches()[0].text)
    type 0 gains 1 by taking the item of type 1
    """

    contract: PrivacyContract
    algebra: Any
    epsilon: Any
    payment: Any

    @cached_property
    def roles(self) -> dict[str, Any]:
        """The declared data and the menu."""
        return {**self.contract.read_in(self.algebra), "epsilon": self.epsilon, "payment": self.payment}

    @cached_property
    def envied(self) -> np.ndarray:
        """For each type the item it likes best."""
        return favourites(*(np.asarray(self.roles[name]).tolist() for name in ("cost", "epsilon", "payment")))

    @cached_property
    def incentive(self) -> Any:
        """For each type what it would lose by its favourite item: not negative if the menu is incentive compatible."""
        epsilon, payment = self.epsilon, self.payment
        envied = self.envied
        return ic_slack(self.algebra, payment, epsilon, payment[envied], epsilon[envied], self.roles["cost"])

    @cached_property
    def rationality(self) -> Any:
        """For each type what it keeps."""
        return read(owner_utility, self.algebra, self.roles)

    @cached_property
    def left(self) -> Any:
        """What is left of the pool."""
        return read(pool_left, self.algebra, self.roles)

    def breaches(self) -> list[Breach]:
        """Return everything that is broken, the worst of each kind first."""
        paid = float(max(abs(self.payment))) or float(self.roles["reward_pool"])
        sold = float(max(abs(self.epsilon))) or 1.0
        found = [self._below("epsilon", self.epsilon, sold, "{} would sell {} of privacy, less than none")]
        found += [self._below("individual_rationality", self.rationality, paid, "{} loses {} by taking its own item")]
        if self.contract.hides_costs:
            found += [self._envious(paid)]
        if self.left < 0:
            size = float(-self.left) / float(self.roles["reward_pool"])
            text = f"the payments exceed the pool by {_shown(-self.left)}"
            found += [Breach("budget_balance", None, None, -self.left, size, text)]
        own, other = self.contract.ladder.twins
        apart = abs(self.epsilon[own] - self.epsilon[other])
        if len(own) and max(apart) > 0:
            at = int(np.argmax(apart))
            who, twin = int(own[at]), int(other[at])
            text = f"{self.name(who)} and {self.name(twin)} have the same cost, and items {_shown(apart[at])} apart"
            found += [Breach("equal_treatment", who, twin, apart[at], float(apart[at]) / sold, text)]
        return sorted((item for item in found if item is not None), key=lambda item: -item.size)

    def name(self, index: Any) -> str:
        """Return what a sentence calls a type."""
        return self.contract.owner_of(index)

    def _below(self, constraint: str, slack: Any, unit: float, words: str) -> Any:
        at = int(np.argmin(slack))
        if not slack[at] < 0:
            return None
        text = words.format(self.name(at), _shown(-slack[at] if "loses" in words else slack[at]))
        return Breach(constraint, at, None, -slack[at], float(-slack[at]) / unit, text)

    def _envious(self, unit: float) -> Any:
        at = int(np.argmin(self.incentive))
        gain = -self.incentive[at]
        if not gain > 0:
            return None
        item = int(self.envied[at])
        text = f"{self.name(at)} gains {_shown(gain)} by taking the item of {self.name(item)}"
        return Breach("incentive_compatibility", at, item, gain, float(gain) / unit, text)


def menu_of(solution: Solution, exact: bool) -> Menu:
    """Return the menu of a solution: over fractions (of balls, their middles) or in doubles."""
    contract = solution.model
    assert isinstance(contract, PrivacyContract)
    algebra = Rationals() if exact else Vectors()
    stated = {name: solution.values[name] for name in ("epsilon", "payment")}
    if exact and solution.exact is not None:
        stated = {name: [_middle(entry) for entry in solution.exact[name]] for name in stated}
    return Menu(contract, algebra, algebra.vector(stated["epsilon"]), algebra.vector(stated["payment"]))


def _middle(entry: Any) -> Any:
    if not hasattr(entry, "mid"):
        return entry
    mantissa, exponent = entry.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _shown(amount: Any) -> str:
    if isinstance(amount, Fraction | int):
        return exact_number(Fraction(amount), 24)
    return number(float(amount))
