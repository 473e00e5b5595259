"""Damped best-response dynamics: everybody in turn moves most of the way to the best reply; reports non-convergence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar

from ..formulations.algebra import read
from ..formulations.errors import UnsupportedModel
from ..formulations.language import Declaration, Game
from .play import Play, population_of
from .readings.vectors import Vectors
from .solution import Answer, Request

MOST = 2_000


def backends() -> tuple[BestResponse, ...]:
    """Return the best-response dynamics."""
    return (BestResponse(),)


@dataclass(frozen=True)
class BestResponse:
    """Plays the game: sweeps of replies, each damped, until nobody moves; the leader's decision by search.

    Options: `damping` in (0, 1], the part of the way that is moved (0.7; undamped replies can cycle), and `sweeps`.
    """

    name: str = "best-response"

    def accepts(self, model: Declaration) -> str | None:
        """Return None for games of the shape [leader,] population of up to 2,000 people."""
        if not isinstance(model, Game):
            return f"plays games; {type(model).__name__} is a program, try cvxpy or pyomo"
        try:
            people = population_of(model).count or 0
        except UnsupportedModel as refusal:
            return str(refusal)
        if people > MOST:
            return f"replies one by one and takes at most {MOST} people, not {people}; try share-function"
        return None

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return where the replies settle, or where they were when the sweeps ran out."""
        if request.arithmetic == "exact":
            raise UnsupportedModel("best-response computes in floats; certify its answer with arithmetic='exact'")
        assert isinstance(model, Game)
        play = Play(model, Vectors())
        dynamics = Dynamics(play, float(request.options.get("damping", 0.7)), int(request.options.get("sweeps", 5_000)))
        decided = {} if play.leader is None else {play.leader.decision.name: dynamics.best_decision()}
        own, sweeps, settled = dynamics.settle(decided, 1e-14)
        claimed = f"settled after {sweeps} sweeps" if settled else f"not converged in {sweeps} sweeps"
        return Answer({**decided, play.population.decision.name: own}, claimed=claimed)


@dataclass(frozen=True)
class Dynamics:
    """The sweeps of replies in one game."""

    play: Play
    damping: float
    most_sweeps: int

    def settle(self, decided: Mapping[str, Any], precision: float) -> tuple[np.ndarray, int, bool]:
        """Return the decisions, the sweeps made, and whether the last one moved nobody by more than the precision."""
        play = self.play
        own = np.maximum(play.upper, play.lower) / (2 * len(play.upper))
        for sweep in range(1, self.most_sweeps + 1):
            before = own.copy()
            total = own.sum()
            for i in range(len(own)):
                others = total - own[i]
                reply = self._reply(i, others, own[i], decided)
                moved = own[i] + self.damping * (reply - own[i])
                total, own[i] = others + moved, moved
            if np.max(np.abs(own - before)) <= precision * max(np.max(own), 1e-300):
                return self._polished(own, decided), sweep, True
        return own, self.most_sweeps, False

    def _polished(self, own: np.ndarray, decided: Mapping[str, Any]) -> np.ndarray:
        """Put those who creep towards the lower bound onto it, where their reply is."""
        others = own.sum() - own
        small = (own < 1e-9 * own.max()) & (self.play.marginal(self.play.lower + 0.0, others, decided) <= 0)
        return np.where(small, self.play.lower, own)

    def _reply(self, i: int, others: float, start: float, decided: Mapping[str, Any]) -> float:
        """The root of a person's marginal utility: Newton steps within a bracket that each step shrinks."""
        one = self._single(i)
        low, high = float(one.lower[0]), float(one.upper[0])

        def marginal(choice: float) -> float:
            return float(one.marginal(np.array([choice]), np.array([others]), decided)[0])

        if marginal(low) <= 0:
            return low
        if marginal(high) >= 0:
            return high
        from scipy.optimize import brentq

        return float(brentq(marginal, low, high, xtol=1e-300, rtol=1e-14))

    def _single(self, i: int) -> Play:
        return self.play.subset(slice(i, i + 1))

    def best_decision(self) -> float:
        """Return the leader's best decision on a grid, refined; each evaluation lets the replies settle."""
        leader = self.play.leader
        assert leader is not None
        name = self.play.population.decision.name

        def loss(choice: float) -> float:
            decided = {leader.decision.name: choice}
            roles = self.play.roles({**decided, name: self.settle(decided, 1e-11)[0]})
            return -float(read(leader.utility, self.play.algebra, roles))

        low, high = float(leader.decision.lower), float(leader.decision.upper)
        grid = np.linspace(low, high, 18)[1:-1]
        losses = [loss(choice) for choice in grid]
        at = int(np.argmin(losses))
        around = (grid[at] - (high - low) / 17, grid[at] + (high - low) / 17)
        return float(minimize_scalar(loss, bounds=around, method="bounded", options={"xatol": 1e-12 * high}).x)
