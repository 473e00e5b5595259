"""The leader's best decision, as a scalar root: the utility is flat at the top, its slope along the response is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ....formulations.algebra import read
from ....formulations.language import Form
from ...readings.derivative import Derivative, Dual
from ...readings.game import GameReading
from .scalar_search import root_between

Response = Callable[[Any, Any], Any]
"""The population's decision for a leader's decision, read in an algebra."""

STRETCHES = 32
"""Stretches of the leader's range that are searched for a local maximum; a guess.

Two maxima in one stretch are taken for none or one: then the answer is worse, and the certificate finds a better one.
"""


def best_decision(reading: GameReading, response: Response) -> float:
    """Return the leader's decision that is best along a response, the ends included.

    The slope dU/dB counts the response: own decisions, others' sums and aggregates all move with B. Each stretch of a
    grid where it changes from rising to falling holds a local maximum; the best of them and of the ends is returned.

    Examples
    --------
    Along ε = (B/4, B/4) the utility 2 ln(1 + 4 B/4) − B is largest at B = 1:

    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> from mechproof.solvers.readings.vectors import Vectors
    >>> reading = GameReading(StackelbergPricing(cost=[1, 1], alpha=4, beta=2), Vectors())
    >>> best_decision(reading, lambda a, pool: np.array([0.25, 0.25]) * pool)
    1.0
    """
    assert reading.leader is not None
    low, high = float(reading.leader.decision.lower), float(reading.leader.decision.upper)

    def rate(choice: float) -> float:
        return slope(reading, response, choice)

    grid = np.linspace(low, high, STRETCHES + 1)
    # at the bound itself, often zero, the response may have no slope; as a candidate it counts all the same
    grid[0] += 1e-9 * (high - low)
    rates = [rate(choice) for choice in grid]
    found = [low, high]
    for left, right, before, after in zip(grid[:-1], grid[1:], rates[:-1], rates[1:], strict=True):
        if before > 0 >= after:
            found.append(root_between(rate, left, right))
    return max(found, key=lambda choice: utility(reading, response, choice))


def decisions_of_optimum(reading: GameReading, form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the decisions that the optimum of a game's convex program stands for, the leader's included."""
    population = reading.population.decision.name

    def response(algebra: Any, choice: Any) -> Any:
        decided = {} if reading.leader is None else {reading.leader.decision.name: choice}
        return read(form.decisions[population], algebra, {**reading.data, **values, **decided})

    if reading.leader is None:
        return {population: np.asarray(response(reading.algebra, None))}
    best = best_decision(reading, response)
    return {reading.leader.decision.name: best, population: np.asarray(response(reading.algebra, best))}


def utility(reading: GameReading, response: Response, choice: float) -> float:
    """Return the leader's utility of a decision that is answered by the response."""
    assert reading.leader is not None
    roles = reading.roles(
        {reading.leader.decision.name: choice, reading.population.decision.name: response(reading.algebra, choice)}
    )
    return float(read(reading.leader.utility, reading.algebra, roles))


def slope(reading: GameReading, response: Response, choice: float) -> float:
    """Return the total derivative of the leader's utility in its own decision, along the response."""
    assert reading.leader is not None
    dual = Derivative(reading.algebra)
    moving: Dual = dual.variable(choice)
    roles = GameReading(reading.game, dual).roles(
        {reading.leader.decision.name: moving, reading.population.decision.name: response(dual, moving)}
    )
    return float(dual.slope(read(reading.leader.utility, dual, roles)))
