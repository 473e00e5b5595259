"""Who stands where in a contest at an answer: who is inside, on its cap or out, and what decides the total there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.algebra import Algebra
from ...formulations.stackelberg.declaration import StackelbergPricing
from ..certificates.stackelberg.path import first_sellers
from ..readings.balls import Balls, ball
from ..readings.rationals import Rationals, exact_sum
from ..readings.vectors import Vectors

NEAR = 2.0**-34
"""Within which part of the total doubles are taken for equal, before fractions are asked."""


@dataclass(frozen=True, eq=False)
class Standing:
    """Masks of the clients at an answer with total Z and Z/B = z.

    Parameters
    ----------
    inside
        Those who sell less than their cap: 0 < Z(1 − ρ_i z) < c_i.
    capped
        Those who would sell more than their cap.
    entering
        Those on the edge of selling: ρ_i z = 1, with a positive cap.
    capping
        Those just on their cap: Z(1 − ρ_i z) = c_i.
    zero
        Whether the pool is zero; who is inside would then be the first to sell.
    """

    inside: np.ndarray
    capped: np.ndarray
    entering: np.ndarray
    capping: np.ndarray
    zero: bool

    def same(self, other: Standing) -> bool:
        """Whether nobody stands elsewhere; under caps somebody on the edge of selling may hold the server there."""
        if self.zero and other.zero:
            return True
        masks = ("inside", "capped", "capping", "entering") if self.capped.any() else ("inside", "capped", "capping")
        return self.zero == other.zero and all(np.array_equal(getattr(self, n), getattr(other, n)) for n in masks)

    @cached_property
    def sells(self) -> np.ndarray:
        """Those who sell."""
        return np.asarray((self.inside | self.capped | self.capping) & (not self.zero))

    def with_entered(self, entered: np.ndarray) -> Standing:
        """The same with some of those on the edge of selling inside."""
        return replace(self, inside=self.inside | entered, entering=self.entering & ~entered)


def exact_standing(game: StackelbergPricing, algebra: Algebra, epsilon: Any, pool: Any) -> Standing:
    """Return who stands where at an exact answer; what balls cannot tell is taken for an edge."""
    cost = algebra.vector(game.cost)
    cap = None if game.epsilon_cap is None else algebra.vector(game.epsilon_cap)
    if _is_zero(pool):
        return _first(game)
    total = algebra.sum(epsilon)
    ratio = total / pool
    left = np.array([_sign(1 - item * ratio) for item in cost])
    if cap is None:
        none = np.zeros(len(cost), dtype=bool)
        return Standing(left > 0, none, left == 0, none, False)
    room = np.array([_sign(c - total * (1 - item * ratio)) for c, item in zip(cap, cost, strict=True)])
    able = np.asarray(np.asarray(game.epsilon_cap) > 0, dtype=bool)
    return Standing(
        able & (left > 0) & (room > 0), able & (room < 0), able & (left == 0), able & (left > 0) & (room == 0), False
    )


def float_standing(game: StackelbergPricing, epsilon: np.ndarray, pool: float) -> Standing:
    """Return who stands where at an answer in doubles; edges without caps are compared exactly."""
    able = np.ones(len(game.cost), dtype=bool)
    if game.epsilon_cap is not None:
        able = np.asarray(np.asarray(game.epsilon_cap) > 0, dtype=bool)
    total = float(np.sum(epsilon))
    if not total > 0 or not pool > 0:
        return _first(game)
    cost = Vectors().vector(game.cost)
    ratio = total / pool
    if game.epsilon_cap is None or not _binds(game, total * (1 - cost * ratio)):
        return _first(game, zero=False)
    cap = Vectors().vector(game.epsilon_cap)
    wanted = total * (1 - cost * ratio)
    close = NEAR * total
    on_cap = able & (np.abs(wanted - cap) <= close)
    edge = able & (np.abs(wanted) <= close) & ~on_cap
    return Standing(
        able & (wanted > 0) & (wanted < cap) & ~on_cap & ~edge, able & (wanted > cap) & ~on_cap, edge, on_cap, False
    )


def _binds(game: StackelbergPricing, wanted: np.ndarray) -> bool:
    able = np.asarray(np.asarray(game.epsilon_cap) > 0, dtype=bool)
    cap = Vectors().vector(game.epsilon_cap)
    return bool(np.any(wanted[able] > cap[able] * (1 - NEAR)))


def _first(game: StackelbergPricing, zero: bool = True) -> Standing:
    """Who sells where no cap binds, and who is on the edge of it, compared exactly."""
    able = np.ones(len(game.cost), dtype=bool)
    if game.epsilon_cap is not None:
        able = np.asarray(np.asarray(game.epsilon_cap) > 0, dtype=bool)
    ratio, inside = first_sellers(game, able)
    cost = Vectors().vector(game.cost)
    near = np.flatnonzero(able & ~inside & (np.abs(cost * ratio - 1) < NEAR))
    entering = np.zeros(len(cost), dtype=bool)
    if len(near):
        costs = [Fraction(item) for item in game.cost[inside].tolist()]
        limit = exact_sum(costs) / (len(costs) - 1)
        entering[near] = [Fraction(game.cost[k]) == limit for k in near.tolist()]
    none = np.zeros(len(cost), dtype=bool)
    return Standing(inside, none, entering, none, zero)


def _is_zero(value: Any) -> bool:
    return bool(value == 0)


def _sign(value: Any) -> int:
    return 1 if value > 0 else -1 if value < 0 else 0


def algebra_of(values: Any) -> Algebra:
    """Return the algebra in which exact values are: fractions, or balls."""
    exact = all(isinstance(item, Fraction | int) for item in values)
    return Rationals() if exact else Balls()


def to_algebra(algebra: Algebra, value: Any) -> Any:
    """Return exact numbers in an algebra of fractions or balls."""
    if isinstance(algebra, Rationals):
        return value
    return np.array([ball(item) for item in value], dtype=object) if np.ndim(value) else ball(value)
