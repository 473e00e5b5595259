"""The contest's equilibrium where costs are convex, in doubles and for all clients at once.

At a total Z client i sells the x at which B (Z − x)/Z² = ρ_i C′(x), nothing where B/Z ≤ ρ_i C′(0), and its cap where
that is less. No share x/Z rises with Z, so that they add up to one at a single total. Both roots are found by Newton's
method within brackets; each step costs a few passes over the clients. Nothing is shown here: a certificate takes what
is found for a hint, and encloses it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ....formulations.errors import BackendError
from ....formulations.stackelberg.declaration import StackelbergPricing
from ...readings.derivative import Derivative
from ...readings.vectors import Vectors

STEPS = 200
"""Of Newton's method or of halving, after which a root is given up: a double has 53 bits, and most need ten."""
ULP = 2.0**-52
SAME = 2.0**-47
"""Relative: two tries that are no further apart are one, and a Newton step from there is exact to the last digits."""


@dataclass(frozen=True)
class Equilibrium:
    """What a pool buys: the total, everybody's budget, and how fast the total grows with the pool."""

    pool: float
    total: float
    own: np.ndarray
    rate: float


def _ahead(near: Equilibrium, pool: float) -> tuple[float, np.ndarray]:
    """The total and the budgets at a pool as those at another one grow."""
    grown = (pool / near.pool) ** (near.rate * near.pool / near.total)
    return near.total * grown, near.own * grown


class ConvexResponse:
    """The budgets that a pool buys.

    Parameters
    ----------
    game
        A contest with convex costs.

    Examples
    --------
    >>> from mechproof.formulations.revenue_curve import PowerCost
    >>> game = StackelbergPricing(cost=[1, 1], alpha=1, beta=1, cost_function=PowerCost(2))
    >>> print(ConvexResponse(game).at(2.0).own.round(9))  # (B (N − 1)/(N² c g))^(1/g)
    [0.5 0.5]
    """

    def __init__(self, game: StackelbergPricing) -> None:
        algebra = Vectors()
        self._cost = algebra.vector(game.cost)
        self._most = algebra.vector(game.players()[-1].decision.upper)
        self._capped = game.epsilon_cap is not None
        self._once, self._twice = Derivative(algebra), Derivative(Derivative(algebra))
        self._function = {a: game.cost_function._bound(a) for a in (self._once, self._twice)}
        self._at_zero = self._slope(np.zeros(1))[0] * self._cost

    def at(self, pool: float, near: Equilibrium | None = None) -> Equilibrium:
        """Return the equilibrium at a pool, found from one that is near, if there is any.

        Raises
        ------
        BackendError
            When no total was found to which the budgets add up.
        """
        total, own = self._first(pool) if near is None else _ahead(near, pool)
        low, high = 0.0, float(np.sum(self._most))
        total = min(total, high)
        for _ in range(STEPS):
            own = self._budgets(total, pool, own)
            sold = float(np.sum(own))
            of_total, of_pool = self._moved(total, pool, own)
            low, high = (total, high) if sold > total else (low, total)
            # the logarithm of the shares' sum over that of the total is nearly straight, and exactly so for powers
            with np.errstate(all="ignore"):
                step = float(total * np.exp(np.log(sold / total) / (1 - of_total * total / sold))) if sold else np.nan
            before, total = total, step if low < step < high else (low * high) ** 0.5 if low > 0 else high / 1024
            if abs(total - before) <= SAME * before or high - low <= SAME * high:
                return Equilibrium(pool, before, own, of_pool / (1 - of_total))
            own = own * (total / before)
        raise BackendError("no total was found to which the budgets add up")

    def _first(self, pool: float) -> tuple[float, np.ndarray]:
        """A total to start from, for want of a better one, and equal budgets."""
        total = float(np.sum(self._most)) / 4
        return total, np.full(self._cost.shape, total / len(self._cost))

    def _budgets(self, total: float, pool: float, guess: np.ndarray) -> np.ndarray:
        """Everybody's budget at a total."""
        pull = pool / total**2
        low, high = np.zeros(guess.shape), np.minimum(self._most, total)
        starts = pull * total > self._at_zero
        own = np.where((guess > low) & (guess < high), guess, high / 2)
        with np.errstate(all="ignore"):
            held = starts & (pull * (total - high) - self._cost * self._slope(high) >= 0)
            for _ in range(STEPS):
                slope, bend = self._bent(own)
                gain = pull * (total - own) - self._cost * slope
                low, high = np.where(gain > 0, own, low), np.where(gain <= 0, own, high)
                step = own + gain / (pull + self._cost * bend)
                before, own = own, np.where((step >= low) & (step <= high), step, (low + high) / 2)
                done = (abs(own - before) <= SAME * own) | (high - low <= SAME * high) | held | ~starts
                if np.all(done | (abs(gain) <= 8 * ULP * pull * total)):
                    break
        own = np.where(held, np.minimum(self._most, total), own)
        return np.where(starts, own, 0.0)

    def _moved(self, total: float, pool: float, own: np.ndarray) -> tuple[float, float]:
        """How fast the budgets' sum rises with the total, and with the pool."""
        inside = (own > 0) & (own < self._most)
        x, cost = own[inside], self._cost[inside]
        with np.errstate(all="ignore"):
            stiff = pool / total**2 + cost * self._bent(x)[1]
            of_total = pool * (2 * x - total) / total**3 / stiff
            of_pool = (total - x) / total**2 / stiff
        return float(np.sum(of_total)), float(np.sum(of_pool))

    def _slope(self, own: np.ndarray) -> Any:
        """C′."""
        dual = self._once
        return np.broadcast_to(dual.slope(self._function[dual].value(dual, dual.variable(own))), own.shape)

    def _bent(self, own: np.ndarray) -> tuple[Any, Any]:
        """C′ and C″."""
        once, twice = self._once, self._twice
        found = twice.slope(self._function[twice].value(twice, twice.variable(once.variable(own))))
        return once.value(found), np.broadcast_to(once.slope(found), own.shape)
