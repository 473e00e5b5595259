"""The back ends `two-decisions` and `two-decisions:newton`, for populations that decide on two things at once.

- `two-decisions`: everybody in turn moves towards the best pair found, by local searches from several places.
- `two-decisions:newton`: Newton's method on everybody's conditions at once, from several places.

The first one's answer is sharpened by the second's step where that finds the same; a claim says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy.optimize import minimize

from ....formulations.algebra import read
from ....formulations.errors import BackendError, UnsupportedModel
from ....formulations.language import Declaration, Game
from ...installed import version
from ...readings.derivative import Derivative
from ...readings.piece_game import one_of
from ...readings.scalars import Scalars
from ...readings.two_decisions import TwoDecisions, population_of_two
from ...readings.vectors import Vectors
from ...solution import Answer, Request
from .newton import flattened, paired, polished

MOST = 100
"""People at most: a sweep searches a rectangle for each."""
SWEEPS = 400
"""Sweeps at most."""
DAMPING = 0.7
"""The part of the way that is moved; undamped replies can cycle."""
CLOSE = 1e-6
"""The largest move of a sweep, relative to the largest bound, at which replies rest: searches find half the digits."""
NEAR = 1e-3
"""How far, relative, an answer is sharpened at most."""
PLACES = (0.02, 0.3, 0.8)
"""Parts of each range from which the best pair is looked for; where utilities are jointly concave one would do."""
STARTS = (0.5, 0.1, 0.02, 0.9)
"""Parts of all ranges from which Newton's method starts."""


def backends() -> tuple[TwoReplies | TwoNewton, ...]:
    """Return both."""
    return TwoReplies(), TwoNewton()


def _refusal(model: Declaration) -> str | None:
    if not isinstance(model, Game) or all(player.second is None for player in model.players()):
        return f"is for populations that decide on two things at once (Player.second), not for {type(model).__name__}"
    try:
        count = population_of_two(model).count or 0
    except UnsupportedModel as refusal:
        return str(refusal)
    if len(model.players()) > 1:
        led = model.players()[0].decision.name
        return (
            f"takes games that nobody leads, and {type(model).__name__} has {led} decided before; declare {led} as "
            "data, and solve for several values of it"
        )
    return None if count <= MOST else f"takes at most {MOST} people, not {count}"


def _answer(reading: TwoDecisions, own: Any, claimed: str) -> Answer:
    return Answer(dict(zip(reading.names, paired(own), strict=True)), claimed, {"scipy": version("scipy")})


def _in_floats(name: str, model: Declaration, request: Request) -> TwoDecisions:
    if request.arithmetic == "exact":
        raise UnsupportedModel(f"{name} computes in floats; certify its answer with arithmetic='exact'")
    request.refuse_options(name)
    assert isinstance(model, Game)
    return TwoDecisions(model, Vectors())


@dataclass(frozen=True)
class TwoReplies:
    """Best replies in both decisions at once, one person after the other."""

    mechanism: ClassVar[type] = Game
    name: str = "two-decisions"

    def accepts(self, model: Declaration) -> str | None:
        """Return None for one population that decides on two things."""
        return _refusal(model)

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return where the replies settle, sharpened where Newton's method finds the same."""
        reading = _in_floats(self.name, model, request)
        own, sweeps, rests = _settled(reading, request.seed)
        claimed = f"settled after {sweeps} sweeps" if rests else f"not converged in {sweeps} sweeps"
        sharp, done = polished(reading, own)
        if done and np.max(np.abs(sharp - own)) <= _reach(reading, own):
            return _answer(reading, sharp, f"{claimed}, sharpened")
        return _answer(reading, own, claimed)


@dataclass(frozen=True)
class TwoNewton:
    """Newton's method on everybody's conditions at once."""

    mechanism: ClassVar[type] = Game
    name: str = "two-decisions:newton"

    def accepts(self, model: Declaration) -> str | None:
        """Return None for one population that decides on two things."""
        return _refusal(model)

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return a point at which everybody's conditions hold.

        Raises
        ------
        BackendError
            When it converged from no start.
        """
        reading = _in_floats(self.name, model, request)
        lower, upper = (flattened(side) for side in reading.bounds)
        for part in STARTS:
            own, done = polished(reading, lower + (upper - lower) * part)
            if done:
                return _answer(reading, own, "conditions hold")
        raise BackendError(f"{self.name} converged from none of {len(STARTS)} starts; try two-decisions")


def _reach(reading: TwoDecisions, own: Any) -> float:
    """Return how far an answer is sharpened at most: near nothing, as far as replies rest from where they lead."""
    bounds = flattened(reading.bounds[1])
    return max(NEAR * float(np.max(np.abs(own))), 10 * CLOSE * float(np.max(np.abs(bounds))))


def _settled(reading: TwoDecisions, seed: int) -> tuple[Any, int, bool]:
    """Return where replies rest, after how many sweeps, and whether they do."""
    lower, upper = (flattened(side) for side in reading.bounds)
    own, order, count = lower + (upper - lower) / 4, np.random.default_rng(seed), len(lower) // 2
    data = [{k: float(v) if np.ndim(v) == 0 else v for k, v in one_of(reading, i).items()} for i in range(count)]
    largest = float(np.max(np.abs(upper))) or 1.0
    everywhere = True
    for sweep in range(1, SWEEPS + 1):
        moved = 0.0
        for i in order.permutation(count):
            at = [i, count + i]
            faced = [float(np.sum(part) - part[i]) for part in paired(own)]
            places = PLACES if everywhere else ()
            reply = _reply(reading, data[i], own[at], faced, (lower[at], upper[at]), places)
            step = DAMPING * (reply - own[at])
            own[at] += step
            moved = max(moved, float(np.max(np.abs(step))))
        if moved <= CLOSE * largest and everywhere:
            return own, sweep, True
        everywhere = moved <= CLOSE * largest  # at rest: once more from all places, before it is said to be
    return own, SWEEPS, False


def _reply(
    reading: TwoDecisions, data: Any, here: Any, faced: Sequence[float], bounds: Any, places: Sequence[float]
) -> Any:
    """Return the best pair found for one person."""
    low, high = bounds
    formula, dual = reading.population.utility, Derivative(Scalars())

    def loss(pair: Any) -> tuple[float, Any]:
        own = [float(value) for value in pair]
        try:
            value = float(read(formula, Scalars(), {**data, **reading.of_two(own, faced)}))
            slopes = [
                float(dual.slope(read(formula, dual, {**data, **reading.of_two(_moving(dual, own, k), faced)})))
                for k in range(2)
            ]
        except (ZeroDivisionError, ValueError):
            return np.inf, np.zeros(2)
        return -value, -np.array(slopes)

    starts = [here, *(low + (high - low) * part for part in places)]
    limits = list(zip(low, high, strict=True))
    found = [
        minimize(loss, start, jac=True, bounds=limits, method="L-BFGS-B", options={"ftol": 1e-13, "gtol": 1e-9})
        for start in starts
    ]
    return min(found, key=lambda one: float(one.fun)).x


def _moving(dual: Derivative, own: Sequence[float], k: int) -> list[Any]:
    return [dual.variable(value) if j == k else value for j, value in enumerate(own)]
