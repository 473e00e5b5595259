"""Stackelberg pricing in exact arithmetic: fractions where the answer is rational, balls where it is not."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ....formulations.data import as_fractions
from ....formulations.errors import BackendError
from ....formulations.stackelberg.contest import equilibrium_share
from ....formulations.stackelberg.declaration import StackelbergPricing
from ...certificates.stackelberg.path import ContestPath
from ...certificates.stackelberg.piece import Point
from ...readings.balls import Balls, ball, enclosing, precision
from ...readings.rationals import Irrational, Rationals, simplest_between
from ...readings.vectors import Vectors
from .closed_form import Leader, best_point

BITS = 160


def exact_decisions(game: StackelbergPricing) -> dict[str, Any]:
    """Return the best pool and the budgets it buys as fractions, or as balls where they are irrational.

    Examples
    --------
    >>> decisions = exact_decisions(StackelbergPricing(cost=["0.001"] * 100, alpha=10, beta=10))
    >>> print(decisions["reward_pool"], decisions["epsilon"][0])
    989/99 989/10
    """
    exact = Rationals()
    cost = exact.vector(game.cost)
    cap = None if game.epsilon_cap is None else exact.vector(game.epsilon_cap)
    ratio = ContestPath(exact, cost, cap).first_ratio
    share = equilibrium_share(exact, cost, ratio) * (True if cap is None else cap > 0)
    counted = Leader(game, exact).counted(share)
    with precision(BITS):
        total = _best_total(game, ratio, counted)
        if not isinstance(total, Fraction):
            ratio, share = ball(ratio), Balls().vector(share)
        if cap is None or all(ball(value) <= ball(limit) for value, limit in zip(share * total, cap, strict=True)):
            return {"reward_pool": total / ratio, "epsilon": share * total}
        return _capped(game, ContestPath(exact, cost, cap))


def _best_total(game: StackelbergPricing, ratio: Fraction, counted: int) -> Any:
    """The best total without caps, rational if the revenue's demand is."""
    leader = Leader(game, Balls())
    if leader.demand(ball(ratio), counted) is None:
        return _searched_total(game, ratio, counted)
    try:
        return Leader(game, Rationals()).best_total(ratio, counted)
    except Irrational:
        rise = leader.slope(ball(0), counted, 1 / ball(ratio))
        return Fraction(0) if rise <= 0 else leader.best_total(ball(ratio), counted)


def _searched_total(game: StackelbergPricing, ratio: Fraction, counted: int) -> Any:
    """The best total without caps for a revenue that gives no demand, by bisection."""
    cost, cap = as_fractions(game.cost), game.epsilon_cap
    free = cost if cap is None else cost[as_fractions(cap) > 0]  # who may sell nothing is not on the path
    path, leader = ContestPath(Rationals(), free, None), Leader(game, Balls())
    rising = _Rising(path, leader, counted)
    low, high = Fraction(0), Fraction(game.revenue.largest_pool) * ratio
    while low < high and high - low > low / 2**120:
        middle = (low + high) / 2
        low, high = (middle, high) if rising(path.at_total(middle)) else (low, middle)
        if high * 2**400 < Fraction(game.revenue.largest_pool) * ratio:
            return Fraction(0)
    simple = simplest_between(low, high) if low < high else low
    exact = _stationary(game, path.at_total(simple), simple, counted)
    return simple if exact else enclosing(low, high)


def _capped(game: StackelbergPricing, path: ContestPath) -> dict[str, Any]:
    """Narrow the floating-point optimum down to 2⁻¹²⁰ between exact points of the path, then look for a fraction."""
    floats = Vectors()
    float_path = ContestPath(floats, floats.vector(game.cost), floats.vector(game.epsilon_cap))
    guess, sells = best_point(float_path, Leader(game, floats))
    if guess.total == 0:
        return {"reward_pool": Fraction(0), "epsilon": path.cost * 0}
    counted = Leader(game, floats).counted(sells)
    rising = _Rising(path, Leader(game, Balls()), counted)
    if guess.regime.interior_count == 0:  # all who sell are capped
        capped = float_path.offers(guess.total, guess.ratio) >= float_path.cap / 2
        total = Rationals().sum(path.cap[sells & capped])
        # unless the last of them reach their caps so closely one after the other that doubles take it for once
        if rising(path.at_total(total - total / 2**120)):
            return _decisions(path, path.at_total(total))
    low, high = _bracket(rising, Fraction(guess.total))
    piece = path.whole.between(low, high)
    while high.total - low.total > Fraction(guess.total) / 2**120:
        middle = piece.at_total((low.total + high.total) / 2)
        low, high = (middle, high) if rising(middle) else (low, middle)
        piece = piece.between(low, high)
    if low.regime != high.regime:
        # several may reach their caps at one total, beyond which the next to sell makes the pool jump
        for kink in (high.regime.capped_total, low.regime.meeting(high.regime)):
            if low.total <= kink <= high.total:
                return _decisions(path, path.at_total(kink))
    simple = path.at_total(simplest_between(low.total, high.total))
    enters = (path.cost * simple.ratio == 1) & (path.cap > 0)
    if np.any(enters) or _stationary(game, low, simple.total, counted):
        return _decisions(path, simple)  # where somebody enters the utility may have its top without being level
    total, ratio = enclosing(low.total, high.total), enclosing(low.ratio, high.ratio)
    balls = ContestPath(Balls(), Balls().vector(path.cost), Balls().vector(path.cap))
    return {"reward_pool": enclosing(low.pool, high.pool), "epsilon": balls.offers(total, ratio)}


def _decisions(path: ContestPath, point: Point) -> dict[str, Any]:
    return {"reward_pool": point.pool, "epsilon": path.offers(point.total, point.ratio)}


@dataclass(frozen=True)
class _Rising:
    """Whether the server's utility certainly rises at a point, when its mean runs over `counted` clients."""

    path: ContestPath
    leader: Leader
    counted: int

    def __call__(self, point: Point) -> bool:
        if point.regime.interior_count == 0:  # all who sell are capped: the next to sell anything makes the pool jump
            return False
        if self.leader.counted(self.path.offers(point.total, point.ratio)) > self.counted:
            return False  # one more to be counted: the mean has dropped
        price = ball(point.regime.pool_slope(Rationals(), point.total))
        return bool(self.leader.slope(ball(point.total), self.counted, price) > 0)


def _bracket(rising: _Rising, total: Fraction) -> tuple[Point, Point]:
    """Return points around a total with the utility rising at the first and not at the second."""
    end = Rationals().sum(rising.path.cap)
    for bits in range(40, 0, -4):
        low, high = (rising.path.at_total(min(total + side * total / 2**bits, end)) for side in (-1, 1))
        if rising(low) and not rising(high):
            return low, high
    raise BackendError("the best pool found in doubles is not near an exact one; solve with arithmetic='float'")


def _stationary(game: StackelbergPricing, point: Point, total: Fraction, counted: int) -> bool:
    """Whether the slope in the point's regime is exactly zero at a total."""
    try:
        return bool(Leader(game, Rationals()).slope(total, counted, point.regime.pool_slope(Rationals(), total)) == 0)
    except Irrational:
        return False
