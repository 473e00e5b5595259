"""Damped best-response dynamics: everybody in turn moves most of the way to the best reply; reports non-convergence.

The order is drawn anew for every sweep: in a fixed order a hundred equal clients chase each other for thousands of
sweeps, in a random one they settle in about sixty.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from scipy.optimize import brentq

from ....formulations.algebra import read, roles_of
from ....formulations.errors import InputError, UnsupportedModel
from ....formulations.language import Declaration, Game, Model
from ...readings.derivative import Derivative
from ...readings.game import GameReading, population_of
from ...readings.piece_game import lines_of_steps
from ...readings.reformulation import decisions_from, game_form_of, has_discrete
from ...readings.scalars import Scalars
from ...readings.vectors import TINY, Vectors
from ...solution import Answer, Request
from .piecewise_replies import PiecewiseReply, replies_of
from .scalar_search import best_on_range
from .whole_replies import MOST as MOST_CHOICES
from .whole_replies import WholeReplies

MOST = 1_000
"""People at most: a sweep asks each for a root, a thousand sweeps of a thousand take minutes."""
SETTLED = 2e-15
"""The largest move of a sweep, relative to the total, at which replies have settled.

A running total is rounded once for each move, so this is some eighteen roundings: a guess between what rounding keeps
moving and what is wanted. Where it is too small the claim is "not converged", and the answer is as good.
"""
SEARCHED = 1e-14
"""The same while the leader's decision is searched by values, which need half the digits only."""
CREEPING = 1e-9
"""How far above the lower bound, relative to the largest decision, somebody is taken to be on the way to it.

Who creeps goes `damping` of the way in a sweep; once nobody moves by more than `SETTLED` of a total of N decisions,
it is N SETTLED/damping from the bound, 3e-12 for a thousand people. Whoever means to be that near is moved by less than
a hundredth of the tolerance.
"""


def backends() -> tuple[BestResponse, ...]:
    """Return the best-response dynamics."""
    return (BestResponse(),)


@dataclass(frozen=True)
class BestResponse:
    """Best-response dynamics: sweeps of damped replies until nobody moves; the leader's decision by search.

    Where utilities have steps or kinks, replies are looked for piece by piece.

    Options: `damping` in (0, 1], the part of the way that is moved (0.7; undamped replies can cycle), and `sweeps`.
    """

    mechanism: ClassVar[type] = Game
    name: str = "best-response"

    def accepts(self, model: Declaration) -> str | None:
        """Return None for games of the shape [leader,] population of up to 1,000 people."""
        try:
            game = game_form_of(model, "try cvxpy or pyomo").game
            people = population_of(game).count or 0
        except UnsupportedModel as refusal:
            return str(refusal)
        if game.asks_one_by_one and len(game.players()) > 1:
            return "takes games that ask for the others one by one without a leader"
        if game.asks_one_by_one and has_discrete(game):
            from .ordered_replies import AS_A_TABLE

            return f"takes games that ask for the others one by one without whole decisions; {AS_A_TABLE}"
        if has_discrete(game) and (objection := _not_whole(game)) is not None:
            return objection
        if people > MOST:
            return f"replies one by one and takes at most {MOST} people, not {people}; try share-function"
        return None

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return where the replies settle, or where they were when the sweeps ran out."""
        if isinstance(model, Game) and model.asks_one_by_one:
            return self._by_cases(model, request)
        if request.arithmetic == "exact":
            raise UnsupportedModel("best-response computes in floats; certify its answer with arithmetic='exact'")
        assert isinstance(model, Model)
        form = game_form_of(model, "try cvxpy or pyomo")
        reading = GameReading(form.game, Vectors())
        damping, sweeps = _options(request)
        if reading.population.decision.discrete:
            own, claimed = WholeReplies(reading, {}).settled(sweeps, request.seed)
            return Answer(decisions_from(form, model, {reading.population.decision.name: own}), claimed=claimed)
        dynamics = Dynamics(reading, damping, sweeps, request.seed)
        decided = {} if reading.leader is None else {reading.leader.decision.name: dynamics.best_decision()}
        own, sweeps, settled = dynamics.settle(decided, SETTLED)
        claimed = f"settled after {sweeps} sweeps" if settled else f"not converged in {sweeps} sweeps"
        values = {**decided, reading.population.decision.name: own}
        return Answer(decisions_from(form, model, values), claimed=claimed)

    def _by_cases(self, model: Game, request: Request) -> Answer:
        from .ordered_replies import MOST_SWEEPS, in_arithmetic, settled  # few games ask for the others one by one

        request.refuse_options(self.name, "sweeps")
        own, claimed = settled(model, request.seed, int(request.options.get("sweeps", MOST_SWEEPS)))
        return Answer({population_of(model).decision.name: in_arithmetic(own, request)}, claimed=claimed)


def _not_whole(game: Game) -> str | None:
    """Why decisions in whole numbers, or from finite sets, are not taken, or None."""
    if len(game.players()) > 1:
        return (
            "takes whole decisions, and those among values, of a population alone, without a leader; declared between "
            "bounds it would, or with what the leader decides as data"
        )
    decision = population_of(game).decision
    if decision.among is not None:
        return None
    widest = float(np.max(np.asarray(decision.upper, dtype=float) - np.asarray(decision.lower, dtype=float)))
    return None if widest < MOST_CHOICES else f"tries every whole reply, up to {MOST_CHOICES:,}, not {widest:,.0f}"


def _options(request: Request) -> tuple[float, int]:
    request.refuse_options("best-response", "damping", "sweeps")
    damping, sweeps = float(request.options.get("damping", 0.7)), int(request.options.get("sweeps", 2_000))
    if not 0 < damping <= 1:
        raise InputError("options.damping", damping, "must be above 0 and at most 1")
    if sweeps < 1:
        raise InputError("options.sweeps", sweeps, "must be at least 1")
    return damping, sweeps


@dataclass(frozen=True)
class Dynamics:
    """The sweeps of replies in one game."""

    reading: GameReading
    damping: float
    most_sweeps: int
    seed: int

    @cached_property
    def people(self) -> list[dict[str, Any]]:
        """Everybody's own data, as plain floats."""
        count = self.reading.population.count or 0
        data = self.reading.data.items()
        return [
            {name: float(value[i]) if np.shape(value) == (count,) else value for name, value in data}
            for i in range(count)
        ]

    def settle(self, decided: Mapping[str, Any], precision: float, start: Any = None) -> tuple[np.ndarray, int, bool]:
        """Return the decisions, the sweeps made, and whether the last moved nobody by more than a part of the total."""
        reading = self.reading
        first = np.maximum(reading.upper, reading.lower) / (2 * len(reading.upper)) if start is None else start
        own = [float(value) for value in first]
        order, step = np.random.default_rng(self.seed), self.step
        # by pieces all may go to nothing, and what is left of a total is then no measure of a move
        least = 0.0 if self.piecewise is None else CREEPING * float(np.sum(np.abs(reading.upper)))
        for sweep in range(1, self.most_sweeps + 1):
            moved_most, total = 0.0, math.fsum(own)
            for i in order.permutation(len(own)):
                before = own[i]
                others = max(total - before, 0.0)
                own[i] = before + step * (self._reply(i, others, decided) - before)
                total = others + own[i]
                moved_most = max(moved_most, abs(own[i] - before))
            if moved_most <= precision * max(math.fsum(own), least):
                return self._at_rest(np.array(own), decided), sweep, True
        return np.array(own), self.most_sweeps, False

    @property
    def step(self) -> float:
        """The part of the way that is moved: all of it where nobody's reply depends on the others'."""
        alone = "others" not in roles_of(self.reading.population.utility)
        return 1.0 if alone and self.piecewise is not None else self.damping

    @cached_property
    def piecewise(self) -> list[PiecewiseReply] | None:
        """Everybody's replies piece by piece, None where utilities are smooth."""
        if not lines_of_steps(self.reading.game, steps_only=False):
            return None
        return replies_of(self.reading)

    def _at_rest(self, own: np.ndarray, decided: Mapping[str, Any]) -> np.ndarray:
        """Put those who only creep, by a part of the way each time, onto a threshold or the lower bound."""
        if self.piecewise is not None:
            total = math.fsum(own)
            return np.array([self._reply(i, max(total - own[i], 0.0), decided) for i in range(len(own))])
        return np.where(own - self.reading.lower < CREEPING * own.max(), self.reading.lower, own)

    def _reply(self, i: int, others: float, decided: Mapping[str, Any]) -> float:
        """The root of a person's marginal utility between the bounds, or the bound it points to."""
        if self.piecewise is not None:
            return self.piecewise[i].best({**decided, "others": others})
        dual = Derivative(Scalars())
        utility, data = self.reading.population.utility, self.people[i]
        low, high = float(self.reading.lower[i]), float(self.reading.upper[i])

        def marginal(choice: float) -> float:
            roles = {**data, **decided, "own": dual.variable(choice), "others": others}
            return float(dual.slope(read(utility, dual, roles)))

        if others == 0 and low == 0:
            low = high * 1e-12  # against nobody the least that is something
        if marginal(low) <= 0:
            return float(self.reading.lower[i])
        # a guess; the method mostly ends closer than it is asked to, so that sweeps settle further still
        return high if marginal(high) >= 0 else float(brentq(marginal, low, high, xtol=TINY, rtol=1e-14))

    def best_decision(self) -> float:
        """Return the leader's best decision, by search; each evaluation lets the replies settle."""
        leader = self.reading.leader
        assert leader is not None
        name = self.reading.population.decision.name
        settled: dict[str, Any] = {"own": None}

        def value(choice: float) -> float:
            decided = {leader.decision.name: choice}
            own, _, done = self.settle(decided, SEARCHED, settled["own"])
            # the next decision starts from here, nobody at zero: only how many sweeps it takes depends on the part
            settled["own"] = np.maximum(own, 1e-6 * own.max()) if done else None
            return float(read(leader.utility, self.reading.algebra, self.reading.roles({**decided, name: own})))

        low, high = float(leader.decision.lower), float(leader.decision.upper)
        # so few points because each lets everybody settle; a peak between two that lies higher than both may be missed
        # at the bound itself, often zero, replies shrink for ever; a billionth of the range from it they come to rest
        return best_on_range(value, low + 1e-9 * (high - low), high, 17)
