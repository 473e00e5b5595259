"""That a pool is best over scenarios of costs: on average, or by the least of them.

Without caps the total of each scenario is a multiple of the pool, checked against the declared utilities, and what is
aimed at is concave in the pool, which is shown on balls: the signs of its slope on both sides of an answer enclose the
optimum. Under caps it is not concave. Then the pools are covered: a total never falls as the pool rises
(`stackelberg/ratio-never-rises`), so that between two pools nothing is better than the upper one's totals at the lower
one's price; the gap that is left is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.stackelberg.scenario_pricing import ScenarioPricing
from ...evaluation import reading_of
from ...readings.balls import Balls, ball, precision
from ...readings.game import GameReading
from ...readings.rationals import Rationals
from ...readings.vectors import Vectors
from ...solution import Certificate, Solution
from ..feasibility import feasibility
from .checked_path import CheckedPath
from .checked_point import ROUNDING
from .covered_pools import cover
from .server import Server, ServerShape, UnprovedError

BITS = 192


def certify_scenarios(model: ScenarioPricing, solution: Solution, arithmetic: str, tolerance: float) -> Certificate:
    """Judge a pool and the totals that it buys in the scenarios."""
    algebra = Rationals() if arithmetic == "exact" else Vectors()
    # under caps the totals are irrational, and whether they are those of the pool is judged below
    rows = model.epsilon_cap is None
    found = feasibility(solution, reading_of(model, algebra), tolerance if rows else np.inf)
    if found.objection is not None:
        return found.certificate(tolerance, arithmetic)
    pool, totals = found.decisions["reward_pool"], found.decisions["total"]
    with precision(BITS):
        try:
            if rows:
                return _Concave(model, algebra, pool, totals, tolerance).certificate(found.violation, arithmetic)
            apart = _apart(model, algebra, pool, totals, tolerance)
        except UnprovedError as unproved:
            return Certificate(True, None, found.violation, None, None, tolerance, arithmetic, str(unproved))
    if apart > tolerance:
        reason = "the totals are not what the clients sell for the pool"
        return Certificate(False, None, apart, None, None, tolerance, arithmetic, reason)
    optimal, gap, reason = cover(model, float(pool), tolerance)
    return Certificate(True, optimal, apart, gap, None, tolerance, "float", reason)


def _apart(model: ScenarioPricing, algebra: Any, pool: Any, totals: Any, tolerance: float) -> float:
    """Bound how far totals are from what is sold for a pool, by points of the checked paths on both sides."""
    if pool == 0:
        return 0.0 if all(total == 0 for total in totals) else 1.0
    for game, total in zip(model.games, totals, strict=True):
        path = CheckedPath(game, GameReading(game, algebra))
        step = Fraction(tolerance) if path.exact else tolerance
        below, above = path.at(total * (1 - step)), path.at(total * (1 + step))
        at_end = path.end is not None and not total * (1 + step) < path.end
        if not (below.pool <= pool and (at_end or pool <= above.pool)):
            return 1.0
    return tolerance


@dataclass(frozen=True)
class _Concave:
    """The judgement without caps."""

    model: ScenarioPricing
    algebra: Any
    pool: Any
    totals: Any
    tolerance: float

    @cached_property
    def paths(self) -> list[CheckedPath]:
        return [CheckedPath(game, GameReading(game, self.algebra)) for game in self.model.games]

    @cached_property
    def scale(self) -> Any:
        return self.algebra.number(self.model.revenue.largest_pool)

    @cached_property
    def aimed(self) -> list[tuple[CheckedPath, Any]]:
        """The scenarios that count, with their weights: all, or the one in which the mean is least at every pool."""
        if self.model.aim == "average":
            return list(zip(self.paths, map(Fraction, self.model.cost.weights.tolist()), strict=True))
        return [(min(self.paths, key=lambda path: Fraction(path.first) / path.counts[0]), Fraction(1))]

    def certificate(self, violation: float, arithmetic: str) -> Certificate:
        apart = self._apart()
        left = self.tolerance - apart
        if left <= 0:
            reason = "the totals are not what the clients sell for the pool"
            return Certificate(False, None, apart, None, None, self.tolerance, arithmetic, reason)
        if not self._shape():
            return self._verdict(
                None,
                violation,
                arithmetic,
                "the server's utility was not shown to rise ever more slowly with the total",
            )
        step = self.scale * (Fraction(left) if arithmetic == "exact" else left)
        low, high = max(self.pool - step, self.pool * 0), self.pool + step
        at_low, at_high = self.slope(low), self.slope(high)
        rises, falls = at_low > -self._slack or low == 0, at_high < self._slack
        if rises and falls:
            gap = float(max(abs(at_low), abs(at_high)) * left)
            reason = "the best pool is enclosed between a rising and a falling slope"
            return Certificate(True, True, violation, gap, apart + left, self.tolerance, arithmetic, reason)
        side = "smaller" if not rises else "larger"
        reason = (
            f"a {side} pool is better: there the {self.model.aim} still improves by {self.tolerance:.1g} of the scale"
        )
        certain = at_low < -self._slack if not rises else at_high > self._slack
        return self._verdict(False if certain else None, violation, arithmetic, reason, left if certain else None)

    def slope(self, pool: Any) -> Any:
        """How fast what is aimed at rises with the pool."""
        summed = self.number(sum(weight for _, weight in self.aimed) - 1)
        for path, weight in self.aimed:
            ratio = path.first
            rise = path.rise(pool * ratio, pool, 1 / ratio, 0)
            summed = summed + self.number(weight) * self.number(ratio) * rise
        return summed

    def number(self, value: Any) -> Any:
        return ball(value) if isinstance(self.algebra, Rationals) else float(value)

    @cached_property
    def _slack(self) -> float:
        return 0.0 if isinstance(self.algebra, Rationals) else ROUNDING

    def _apart(self) -> float:
        sold = [path.first * self.pool for path in self.paths]
        largest = max([*sold, self.pool * 0 + 1 / self.algebra.number(10**300)])
        return float(max(abs(total - one) for total, one in zip(self.totals, sold, strict=True)) / largest)

    def _shape(self) -> bool:
        counts = [count for path in self.paths for count in path.counts]
        shape = ServerShape(Server(GameReading(self.model.games[0], Balls())), (min(counts), max(counts)))
        furthest = Fraction(self.model.revenue.largest_pool) * max(Fraction(path.first) for path in self.paths)
        return shape.regular(Fraction(0), furthest, furthest)

    def _verdict(
        self, optimal: bool | None, violation: float, arithmetic: str, reason: str, at_least: float | None = None
    ) -> Certificate:
        return Certificate(True, optimal, violation, None, None, self.tolerance, arithmetic, reason, at_least)
