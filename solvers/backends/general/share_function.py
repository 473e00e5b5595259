"""The general method for contests and other aggregative games: find the total at which the replacements add up to it.

Everybody's replacement r_i(Z) is the optimal decision when all decisions, the own included, add up to Z; Σ r_i(Z)/Z,
the sum of the share functions, falls, and the equilibrium is where it is one (Cornes & Hartley 2005). A leader's
decision is then found by search.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
from scipy.optimize import brentq

from ....formulations.algebra import read
from ....formulations.errors import BackendError, UnsupportedModel
from ....formulations.language import Declaration, Model
from ...readings.game import GameReading, population_of
from ...readings.reformulation import decisions_from, game_form_of
from ...readings.vectors import Vectors
from ...solution import Answer, Request
from .scalar_search import best_on_range


def backends() -> tuple[ShareFunction, ...]:
    """Return the share-function method."""
    return (ShareFunction(),)


@dataclass(frozen=True)
class ShareFunction:
    """Solves any game of one population, after at most one leader, whose utilities are smooth and concave."""

    name: str = "share-function"

    def accepts(self, model: Declaration) -> str | None:
        """Return None for games of the shape [leader,] population."""
        try:
            population_of(game_form_of(model, "try cvxpy or pyomo").game)
        except UnsupportedModel as refusal:
            return str(refusal)
        return None

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return the equilibrium, at the leader's best decision if there is a leader."""
        if request.arithmetic == "exact":
            raise UnsupportedModel("share-function computes in floats; certify its answer with arithmetic='exact'")
        assert isinstance(model, Model)
        form = game_form_of(model, "try cvxpy or pyomo")
        reading = GameReading(form.game, Vectors())
        decided = {} if reading.leader is None else {reading.leader.decision.name: best_decision(reading)}
        own = equilibrium(reading, decided)
        values = decisions_from(form, model, {**decided, reading.population.decision.name: own})
        return Answer(values, claimed="root found", versions={"scipy": version("scipy")})


def replacement(reading: GameReading, total: float, decided: Mapping[str, Any]) -> Any:
    """Return everybody's optimal decision when all add up to a total, by bisection of the marginal utility."""
    low, high = reading.lower + 0.0, np.minimum(reading.upper, total)
    stays = reading.marginal(low, total - low, decided) <= 0
    with np.errstate(all="ignore"):
        for _ in range(90):
            middle = (low + high) / 2
            rising = reading.marginal(middle, total - middle, decided) > 0
            low, high = np.where(rising, middle, low), np.where(rising, high, middle)
            if np.all((middle <= low) & (middle >= high)):
                break
    return np.where(stays, reading.lower, (low + high) / 2)


def equilibrium(reading: GameReading, decided: Mapping[str, Any]) -> Any:
    """Return the population's equilibrium, given the earlier decisions.

    Raises
    ------
    BackendError
        When the replacements add up to no positive total.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> game = StackelbergPricing(cost=[1, 1, 3], alpha=30, beta=6)
    >>> equilibrium(GameReading(game, Vectors()), {"reward_pool": 2.0}).round(6)
    array([0.5, 0.5, 0. ])
    """
    most = float(np.sum(reading.upper))

    def excess(total: float) -> float:
        return float(np.sum(replacement(reading, total, decided))) / total - 1

    # the total may be many orders below the bounds' sum: look for a change of sign on a logarithmic scale
    high = low = most
    while excess(low) < 0:
        high, low = low, low / 4
        if low < most * 1e-15:
            if (
                float(
                    np.max(
                        reading.utility(reading.lower + low, low, decided)
                        - reading.utility(reading.lower, low, decided)
                    )
                )
                <= 0
            ):
                return reading.lower + 0.0
            raise BackendError("no total was found to which the decisions at equilibrium add up")
    total = low if low == high else brentq(excess, low, high, xtol=1e-300, rtol=4 * np.finfo(float).eps)
    return replacement(reading, total, decided)


def best_decision(reading: GameReading) -> float:
    """Return the leader's best decision between its bounds, by search."""
    assert reading.leader is not None
    leader, name = reading.leader, reading.population.decision.name

    def value(choice: float) -> float:
        decided = {leader.decision.name: choice}
        roles = reading.roles({**decided, name: equilibrium(reading, decided)})
        return float(read(leader.utility, reading.algebra, roles))

    return best_on_range(value, float(leader.decision.lower), float(leader.decision.upper), 25)
