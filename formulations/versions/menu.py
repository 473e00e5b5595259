"""Menus of versions: what a version weighs under each attack, and the cone of prices that nobody can arbitrage.

A version releases one query with privacy budget ε_j at price v_j. Whoever buys several may combine them: their budgets
add up (composition), or their independent noise averages out, so that the squared budgets add up (averaging). In
terms of the weights x_j that add up, prices that never fall in x and whose price per weight v_j/x_j never rises are
subadditive and monotone, hence safe from every bundle (Chen, Koutris & Kumar, SIGMOD 2019; Liu et al., Dealer, PVLDB
2021). Against "none" only the monotone half is asked for: versions are then drawn as one nested chain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..algebra import Algebra
from ..errors import InputError
from ..language import Constraint

ATTACKS = ("composition", "averaging", "none")
"""What buyers of several versions can do with them."""


def version_weight(a: Algebra, epsilon: Any, attack: str) -> Any:
    """What adds up in a bundle, x_j: ε_j under composition, ε_j² under averaging; also the order under "none"."""
    return epsilon * epsilon if attack == "averaging" else epsilon


def monotone_slack(a: Algebra, price: Any, next_price: Any) -> Any:
    """v_{j+1} − v_j: more privacy budget never costs less."""
    return next_price - price


def proportional_slack(a: Algebra, price: Any, weight: Any, next_price: Any, next_weight: Any) -> Any:
    """v_j − v_{j+1} x_j/x_{j+1}, in money: the price per weight never rises."""
    return price - next_price * (weight / next_weight)


@dataclass(frozen=True, eq=False)
class MenuCone:
    """The safe cone of one menu's prices, which are held in the caller's order.

    Examples
    --------
    >>> from mechproof.formulations.data import as_fractions
    >>> cone = MenuCone(as_fractions([4, 1, 2]), "averaging")
    >>> cone.order.tolist(), [item.name for item in cone.constraints()]
    ([1, 2, 0], ['dearer_for_more', 'cheaper_per_weight'])
    """

    epsilon: Any
    attack: str

    @cached_property
    def order(self) -> Any:
        """The versions' indices from the least to the largest budget."""
        values = np.asarray(self.epsilon)
        if values.dtype == np.float64:
            return np.argsort(values, kind="stable")
        return np.array(sorted(range(len(values)), key=values.tolist().__getitem__), dtype=np.intp)

    @cached_property
    def neighbours(self) -> tuple[Any, Any]:
        """Which entries have a next larger version, and which entries those are."""
        if np.array_equal(self.order, np.arange(len(self.order))):
            return slice(None, -1), slice(1, None)
        return self.order[:-1], self.order[1:]

    def monotone(self, a: Algebra, price: Any) -> Any:
        """The slacks of "more privacy budget never costs less", one for each two neighbours."""
        this, following = self.neighbours
        return monotone_slack(a, price[this], price[following])

    def proportional(self, a: Algebra, price: Any, epsilon: Any) -> Any:
        """The slacks of "the price per weight never rises", one for each two neighbours."""
        return self.proportional_by_weight(a, price, version_weight(a, epsilon, self.attack))

    def proportional_by_role(self, a: Algebra, price: Any, epsilon: Any, next_price: Any, next_epsilon: Any) -> Any:
        """The same for one version and the next."""
        weight, following = (version_weight(a, budget, self.attack) for budget in (epsilon, next_epsilon))
        return proportional_slack(a, price, weight, next_price, following)

    def proportional_by_weight(self, a: Algebra, price: Any, weight: Any) -> Any:
        """The same, of the weights themselves."""
        this, following = self.neighbours
        return proportional_slack(a, price[this], weight[this], price[following], weight[following])

    def pair_logarithms(self, a: Algebra, price: Any, weight: Any, next_price: Any, next_weight: Any) -> Any:
        """The barrier's logarithms of one version and the next, of slacks in money."""
        logs = a.log(monotone_slack(a, price, next_price))
        if self.attack != "none":
            logs = logs + a.log(proportional_slack(a, price, weight, next_price, next_weight))
        return logs

    def logarithms(self, a: Algebra, price: Any, epsilon: Any) -> Any:
        """The barrier's Σ [ln(v_j x_{j+1} − v_{j+1} x_j) + ln(v_{j+1} − v_j)] + ln v_1 (PIECE, eq. 26)."""
        logs = a.sum(a.log(price[self.order[:1]]))
        if len(self.order) > 1:
            weight, (this, following) = version_weight(a, epsilon, self.attack), self.neighbours
            logs = logs + a.sum(self.pair_logarithms(a, price[this], weight[this], price[following], weight[following]))
            if self.attack != "none":
                # v_j x_{j+1} − v_{j+1} x_j is x_{j+1} times the slack in money: apart, both keep their scale
                logs = logs + a.sum(a.log(weight[following]))
        return logs

    @property
    def logarithm_count(self) -> int:
        """How many logarithms of prices these are: 2k − 1, or k where prices need only be monotone."""
        return len(self.order) if self.attack == "none" else 2 * len(self.order) - 1

    def constraints(self) -> tuple[Constraint, ...]:
        """Return the cone's constraints; a single version has none."""
        if len(self.order) < 2:
            return ()
        dearer = Constraint("dearer_for_more", self.monotone, by_role=monotone_slack)
        if self.attack == "none":
            return (dearer,)
        return (dearer, Constraint("cheaper_per_weight", self.proportional, by_role=self.proportional_by_role))


def refuse_equal_versions(epsilon: Any, names: Sequence[str] | None = None) -> None:
    """Refuse two versions of one and the same privacy budget.

    Raises
    ------
    InputError
        Naming both.

    Examples
    --------
    >>> refuse_equal_versions([1, 2, 1])
    Traceback (most recent call last):
    mechproof.formulations.errors.InputError: epsilon[2] = 1: each version must have a privacy budget of its own, and \
epsilon[0] has the same (offer the two as one version)
    """
    seen: dict[Any, int] = {}
    for index, value in enumerate(epsilon):
        first = seen.setdefault(value, index)
        if first != index:
            who = [f"epsilon[{i}]" + (f" (version {names[i]})" if names else "") for i in (index, first)]
            rule = f"each version must have a privacy budget of its own, and {who[1]} has the same"
            raise InputError(who[0], value, rule, "offer the two as one version")
