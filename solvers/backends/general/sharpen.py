"""Sharpening an answer near a solution: Newton's method where the solver left off.

General solvers stop at feasibility tolerances; with a flat objective the leader's decision is then known to half the
digits only. Which decisions are on their bounds is settled by then, and Newton's method on the first-order conditions
(semismooth in the bounds) reaches the rest. An answer that would have to move far is left as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ....formulations.algebra import read
from ...readings.derivative import Derivative
from ...readings.game import GameReading
from ...readings.vectors import TINY
from .scalar_search import root_between

REACH = 1e-2
"""How far, relative, an answer may be moved.

A solver's gap of 1e-5 in a flat objective leaves its argument open to the root of that, 3e-3; three times this is still
the same solution sharpened, and not another one. The certificate judges what comes of it.
"""
NEARBY = 1e-5
"""How near its lower bound, relative, a leader's decision may be meant to be on it.

Ten times `LEAST_TOTAL`, below which models have no points, and the gap at which solvers stop. Where it is too large an
answer near the bound is put onto it, and refuted there.
"""
SETTLED, RESTING = 4e-16, 1e-13
"""The largest step of Newton's method, relative to the largest decision, at which it has converged.

The first is two units in the last place, which is where it stops where slopes have their digits. After forty steps the
second will do: slopes rounded a thousand times by 2⁻⁵³ keep it moving by so much. Else the answer is left as it was.
"""


@dataclass(frozen=True)
class Local:
    """The population's first-order conditions near a point: the slopes of everybody's marginal utility."""

    reading: GameReading

    def settled(self, own: np.ndarray, decided: Mapping[str, Any]) -> np.ndarray | None:
        """Return the equilibrium that Newton's method reaches, or None if it does not.

        Examples
        --------
        >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
        >>> from mechproof.solvers.readings.game import GameReading
        >>> from mechproof.solvers.readings.vectors import Vectors
        >>> reading = GameReading(StackelbergPricing(cost=[1, 1, 3], alpha=30, beta=6), Vectors())
        >>> Local(reading).settled(np.array([0.51, 0.49, 0.001]), {"reward_pool": 2.0})
        array([0.5, 0.5, 0. ])
        """
        lower, upper = (
            np.asarray(self.reading.lower, dtype=np.float64),
            np.asarray(self.reading.upper, dtype=np.float64),
        )
        for _ in range(40):  # convergence is quadratic once it is settled who is on a bound; else it is given up
            marginal, by_own, by_others = self._slopes(own, decided)
            if not (np.all(np.isfinite(marginal)) and np.all(np.isfinite(by_own)) and np.all(by_own < 0)):
                return None
            aim = own - marginal / by_own
            low, high = aim <= lower, aim >= upper
            free = ~(low | high)
            step = np.where(low, lower - own, np.where(high, upper - own, 0.0))
            # of the free: (a_i − b_i) d_i + b_i Σ d = −m_i, solved for the one unknown Σ d
            own_only = by_own - by_others
            weight = np.where(free, by_others / own_only, 0.0)
            total = (np.sum(step) - np.sum(np.where(free, marginal / own_only, 0.0))) / (1 + np.sum(weight))
            step = np.where(free, -(marginal + by_others * total) / own_only, step)
            own = np.clip(own + step, lower, upper)
            if not np.all(np.isfinite(own)):
                return None
            if np.max(np.abs(step)) <= SETTLED * max(float(np.max(np.abs(own))), TINY):
                return own
        small = RESTING * max(float(np.max(np.abs(own))), TINY)
        return own if float(np.max(np.abs(step))) <= small else None

    def leader_slope(self, own: np.ndarray, choice: float) -> float:
        """Return the total derivative of the leader's utility at an equilibrium, along the response."""
        leader = self.reading.leader
        assert leader is not None
        decided = {leader.decision.name: choice}
        marginal, by_own, by_others = self._slopes(own, decided)
        dual = Derivative(self.reading.algebra)
        moved = GameReading(self.reading.game, dual).marginal(
            own, np.sum(own) - own, {leader.decision.name: dual.variable(choice)}
        )
        by_leader = np.broadcast_to(np.asarray(dual.slope(moved), dtype=np.float64), own.shape)
        aim = own - marginal / by_own
        free = (aim > self.reading.lower) & (aim < self.reading.upper)
        own_only = by_own - by_others
        total = -np.sum(np.where(free, by_leader / own_only, 0.0)) / (
            1 + np.sum(np.where(free, by_others / own_only, 0.0))
        )
        response = np.where(free, -(by_leader + by_others * total) / own_only, 0.0)
        roles = GameReading(self.reading.game, dual).roles(
            {
                leader.decision.name: dual.variable(choice),
                self.reading.population.decision.name: dual.moving(own, response),
            }
        )
        return float(dual.slope(read(leader.utility, dual, roles)))

    def _slopes(self, own: np.ndarray, decided: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return ∂U/∂own and its own derivatives by the own decision and by the others' sum."""
        others = np.sum(own) - own
        dual = Derivative(self.reading.algebra)
        nested = GameReading(self.reading.game, dual)
        with np.errstate(all="ignore"):
            along = nested.marginal(dual.variable(own), others, decided)
            against = nested.marginal(own, dual.variable(others), decided)
        values = (dual.value(along), dual.slope(along), dual.slope(against))
        marginal, by_own, by_others = (
            np.array(np.broadcast_to(np.asarray(item, dtype=np.float64), own.shape)) for item in values
        )
        return marginal, by_own, by_others


def sharpened(reading: GameReading, own: np.ndarray, choice: float | None) -> tuple[np.ndarray, float | None, bool]:
    """Return an answer sharpened, and whether it was: unchanged if no solution is found within reach."""
    local = Local(reading)
    if reading.leader is None:
        better = local.settled(own, {})
        return (better, None, True) if better is not None and _within_reach(better, own) else (own, None, False)
    assert choice is not None
    low, high = float(reading.leader.decision.lower), float(reading.leader.decision.upper)
    # at the lower bound there is no slope to be zero; whether it is the best decision `idle_is_better` tells
    if choice <= low + 1e-6 * (high - low):
        return own, choice, False
    best = _peak(local, own, choice, low, high)
    if best is None:
        return own, choice, False
    better = local.settled(own, {reading.leader.decision.name: best})
    if better is None or not _within_reach(better, own):
        return own, choice, False
    return better, best, True


def idle_is_better(reading: GameReading, own: np.ndarray, choice: float) -> bool:
    """Return whether the leader does as well at its lower bound, everybody at theirs, where nobody wants to leave.

    Models keep away from there, since shares of nothing are not defined; what they find nearby is compared with the
    precision of a solver's objective.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> from mechproof.solvers.readings.game import GameReading
    >>> from mechproof.solvers.readings.vectors import Vectors
    >>> reading = GameReading(StackelbergPricing(cost=[1, 1], alpha="0.1", beta=1), Vectors())
    >>> idle_is_better(reading, np.array([1e-9, 1e-9]), 1e-7)
    True
    """
    if reading.leader is None:
        return False
    name, population = reading.leader.decision.name, reading.population.decision.name
    nobody, least = np.array(reading.lower, dtype=np.float64), float(reading.leader.decision.lower)

    def utility(choice: float, own: np.ndarray) -> float:
        assert reading.leader is not None
        return float(read(reading.leader.utility, reading.algebra, reading.roles({name: choice, population: own})))

    spread = float(reading.leader.decision.upper) - least
    if choice - least > NEARBY * spread or utility(least, nobody) < utility(choice, own) - NEARBY * spread:
        return False
    others = np.sum(nobody) - nobody
    here = reading.utility(nobody, others, {name: least})
    # decisions by which somebody might gain, of every order of magnitude; one that is missed the certificate finds
    steps = [nobody + (reading.upper - nobody) * part for part in (1e-12, 1e-9, 1e-6, 1e-3, 0.1, 1.0)]
    return all(bool(np.all(reading.utility(step, others, {name: least}) <= here)) for step in steps)


def _peak(local: Local, own: np.ndarray, choice: float, low: float, high: float) -> float | None:
    """Return where the leader's slope changes from rising to falling near a choice, be it a root or a kink."""
    assert local.reading.leader is not None
    name = local.reading.leader.decision.name

    def slope(value: float) -> float:
        settled = local.settled(own, {name: value})
        return float("nan") if settled is None else local.leader_slope(settled, value)

    width = 1e-7 * (high - low)  # wider than what rounding can hide of the sign of a slope; widened until it changes
    while width <= REACH * (high - low):
        # not the lower bound itself, where nobody may decide anything and shares have no slopes
        left, right = max(choice - width, low + 1e-12 * (high - low)), min(choice + width, high)
        at_left, at_right = slope(left), slope(right)
        if np.isnan(at_left) or np.isnan(at_right):
            return None
        if at_left > 0 >= at_right:
            return root_between(slope, left, right)
        width *= 8
    return None


def _within_reach(better: np.ndarray, own: np.ndarray) -> bool:
    return bool(np.max(np.abs(better - own)) <= REACH * max(float(np.max(np.abs(own))), TINY))
