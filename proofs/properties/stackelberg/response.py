"""The contest's equilibrium at a pool, in closed form where no cap binds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ....formulations.stackelberg.declaration import StackelbergPricing
from ....solvers.certificates.stackelberg.path import ContestPath
from ....solvers.readings.game import GameReading
from ....solvers.readings.rationals import Rationals
from ....solvers.readings.vectors import Vectors


def contest_response(game: StackelbergPricing, decided: Mapping[str, Any], exact: bool) -> Any | None:
    """Return the equilibrium in closed form, or None where a cap binds or costs are not linear."""
    if not game.linear_costs:
        return None
    reading = GameReading(game, Rationals() if exact else Vectors())
    path = ContestPath(reading.algebra, reading.data["cost"], None)
    offers = path.offers(reading.algebra.number(decided["reward_pool"]) * path.first_ratio, path.first_ratio)
    if game.epsilon_cap is None or np.all(offers <= reading.upper):
        return offers
    return None
