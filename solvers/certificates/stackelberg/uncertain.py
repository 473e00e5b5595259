"""That a pool has the best guarantee against costs in intervals: the contest at the worst costs, certified.

Two facts make one contest stand for all costs in the intervals. Both are proved for every number of clients
(`stackelberg/dearer-costs-lower-the-total`, `stackelberg/late-entrants-are-the-worst`): at each pool the total is least
where every cost is largest and every cap least; and with the mean over participants no more can take part than those
whose least cost is below B/Z there, all of whom can do so for next to nothing. Who these are is checked here against
the declared utilities; the rest is the contest's own certificate.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ....formulations.stackelberg.interval_pricing import IntervalPricing
from ...evaluation import float_values, reading_of
from ...readings.game import GameReading
from ...readings.rationals import Rationals
from ...readings.vectors import Vectors
from ...solution import Certificate, Solution
from ..certify import certify
from ..feasibility import feasibility
from .checked_path import CheckedPath
from .server import UnprovedError


def certify_guarantee(model: IntervalPricing, solution: Solution, arithmetic: str, tolerance: float) -> Certificate:
    """Judge a pool and the budgets that are sold for it at the worst costs."""
    found = feasibility(solution, reading_of(model, Rationals() if arithmetic == "exact" else Vectors()), tolerance)
    if found.objection is not None:
        return found.certificate(tolerance, arithmetic)
    among = model.reached
    strangers = np.flatnonzero(np.asarray(solution.values["epsilon"])[~among] > 0)
    if len(strangers):
        index = int(np.flatnonzero(~among)[strangers[0]])
        reason = f"{model.owner_of(index)} sells something, and takes part at no cost of the interval at the worst"
        return Certificate(True, False, found.violation, None, None, tolerance, arithmetic, reason)
    if not _is_reached(model):
        reason = "who may take part at the worst costs failed its check against the declared utilities"
        return Certificate(True, None, found.violation, None, None, tolerance, arithmetic, reason)
    inner = certify(_at_the_worst(model, solution, among), arithmetic, tolerance)
    reason = f"against the worst costs of the intervals: {inner.reason}"
    return Certificate(
        inner.feasible,
        inner.optimal,
        inner.violation,
        inner.gap,
        inner.distance,
        tolerance,
        arithmetic,
        reason,
        inner.distance_at_least,
    )


def _at_the_worst(model: IntervalPricing, solution: Solution, among: Any) -> Solution:
    """Return the same decisions as ones of the contest at the worst costs."""

    def restricted(values: Any) -> dict[str, Any]:
        return {"reward_pool": values["reward_pool"], "epsilon": values["epsilon"][among]}

    values = float_values(model.worst, restricted(solution.values))
    exact = None if solution.exact is None else restricted(solution.exact)
    backend, request = solution.backend, solution.request
    return Solution(model.worst, values, solution.claimed, backend, 0.0, request, exact, certify=certify)


def _is_reached(model: IntervalPricing) -> bool:
    """Whether those over whom the mean runs are exactly those whose least cost is below B/Z at the largest costs."""
    if model.mean_over == "all":
        return bool(model.reached.all())
    game = model.game_at(model.cost.high)
    try:
        ratio = CheckedPath(game, GameReading(game, Rationals())).first
    except UnprovedError:
        return False
    return bool(np.array_equal(Rationals().vector(model.cost.low) * ratio < 1, model.reached))
