"""Stackelberg pricing in exact arithmetic: fractions where the answer is rational, balls where it is not."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..formulations.stackelberg import StackelbergPricing
from .closed_form import Leader, best_point
from .contest_path import ContestPath, Point, Regime
from .readings.balls import Balls, ball, enclosing, precision
from .readings.rationals import Irrational, Rationals
from .readings.vectors import Vectors

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
    ratio = ContestPath(exact, cost, None).first_ratio
    share = exact.maximum(1 - cost * ratio, 0)
    counted = Leader(game, exact).counted(exact.count_positive(share))
    cap = None if game.epsilon_cap is None else exact.vector(game.epsilon_cap)
    with precision(BITS):
        total = _best_total(game, ratio, counted)
        if not isinstance(total, Fraction):
            ratio, share = ball(ratio), Balls().vector(share)
        if cap is None or all(ball(value) <= ball(limit) for value, limit in zip(share * total, cap, strict=True)):
            return {"reward_pool": total / ratio, "epsilon": share * total}
        return _capped(game, ContestPath(exact, cost, cap))


def _best_total(game: StackelbergPricing, ratio: Fraction, counted: int) -> Any:
    """The best total without caps, rational if the revenue's demand is."""
    try:
        return Leader(game, Rationals()).best_total(ratio, counted)
    except Irrational:
        with precision(BITS):
            leader = Leader(game, Balls())
            excess = leader.slope(ball(0), counted) - 1 / ball(ratio)
            return Fraction(0) if excess <= 0 else leader.best_total(ball(ratio), counted)


def _capped(game: StackelbergPricing, path: ContestPath) -> dict[str, Any]:
    """Narrow the floating-point optimum down to 2⁻¹²⁰ between exact points of the path, then look for a fraction."""
    floats = Vectors()
    float_path = ContestPath(floats, floats.vector(game.cost), floats.vector(game.epsilon_cap))
    guess = best_point(float_path, Leader(game, floats))
    if guess.total == 0:
        return {"reward_pool": Fraction(0), "epsilon": path.cost * 0}
    counted = Leader(game, floats).counted(int((float_path.offers(guess.total, guess.ratio) > 0).sum()))
    width = Fraction(guess.total) / 2**40
    low, high = (path.at_total(Fraction(guess.total) + side * width) for side in (-1, 1))
    leader = Leader(game, Balls())
    while high.total - low.total > Fraction(guess.total) / 2**120:
        middle = path.at_total((low.total + high.total) / 2)
        if _rising_up_to(leader, low.regime, middle, counted):
            return {"reward_pool": middle.pool, "epsilon": path.offers(middle.total, middle.ratio)}
        low, high = (middle, high) if _rising(leader, middle, counted) else (low, middle)
    simple = path.at_total(_simplest_between(low.total, high.total))
    if _stationary(game, low, simple.total, counted) or low.regime != high.regime:
        return {"reward_pool": simple.pool, "epsilon": path.offers(simple.total, simple.ratio)}
    total, ratio = enclosing(low.total, high.total), enclosing(low.ratio, high.ratio)
    balls = ContestPath(Balls(), Balls().vector(path.cost), Balls().vector(path.cap))
    return {"reward_pool": enclosing(low.pool, high.pool), "epsilon": balls.offers(total, ratio)}


def _rising(leader: Leader, point: Point, counted: int) -> bool:
    if _all_capped(point):
        return False
    slope = leader.slope(ball(point.total), counted) - ball(point.regime.pool_slope(Rationals(), point.total))
    return bool(slope > 0)


def _rising_up_to(leader: Leader, regime: Regime, point: Point, counted: int) -> bool:
    """Whether the server gains, in a regime, up to the very point where all who sell are capped: then that is best."""
    if not _all_capped(point) or regime.interior_count == 0:
        return False
    if regime.pool(Rationals(), point.total) != point.pool:  # another regime lies between
        return False
    return bool(leader.slope(ball(point.total), counted) > ball(regime.pool_slope(Rationals(), point.total)))


def _all_capped(point: Point) -> bool:
    """Whether all who sell are capped: beyond, the pool jumps to where the next one sells anything."""
    return point.regime.interior_count == 0


def _stationary(game: StackelbergPricing, point: Point, total: Fraction, counted: int) -> bool:
    """Whether the slope in the point's regime is exactly zero at a total."""
    try:
        return bool(Leader(game, Rationals()).slope(total, counted) == point.regime.pool_slope(Rationals(), total))
    except Irrational:
        return False


def _simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """Return the fraction of smallest denominator in [low, high], for 0 < low < high (Stern–Brocot).

    Examples
    --------
    >>> _simplest_between(Fraction(314, 100), Fraction(315, 100))
    Fraction(22, 7)
    """
    whole = low.numerator // low.denominator
    if whole == low:
        return Fraction(whole)
    if whole + 1 <= high:
        return Fraction(whole + 1)
    return whole + 1 / _simplest_between(1 / (high - whole), 1 / (low - whole))
