"""Repairing somebody's own numbers of a contest."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.errors import InputError
from ...formulations.language import Model
from ...formulations.repair.stackelberg import KEPT, nearest_sales
from ...formulations.stackelberg.declaration import StackelbergPricing
from ..evaluation import reading_of
from ..readings.rationals import Rationals
from .plan import Asked, Plan, stated_outcome


def contest_plan(asked: Asked) -> Plan:
    """Return how a contest's numbers are repaired: what is not kept moves; by default the pool is kept."""
    asked.refuse_kept(KEPT)
    kept = asked.kept or ("pool",)
    if len(kept) > 1:
        raise InputError("keep", ", ".join(kept), "leaves too little that could change", "keep one of them")
    game = asked.model
    assert isinstance(game, StackelbergPricing)
    if "epsilon" in kept:
        asked.refuse_negative("epsilon")
    stated = dict(asked.stated)
    if "payments" in kept:
        stated["payment"] = stated_outcome(asked.solution, "payment")
    programs = nearest_sales(game, stated, kept, asked.norm)
    decided = dict(programs[0].stated)
    return Plan(
        programs[0],
        ("individual-rationality", "budget-balance"),
        lambda _: game,
        lambda before, after: _burdens(game, before, {**decided, **after}),
        others=programs[1:],
    )


def _burdens(game: Model, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Fraction]:
    """Return what the server pays more, and what each client keeps less."""
    paid, kept = (
        [_outcomes(game, numbers)[name] for numbers in (before, after)] for name in ("payment", "client_utility")
    )
    clients = {game.person(k): was - now for k, (was, now) in enumerate(zip(*kept, strict=True))}
    return {"the server": np.sum(paid[1]) - np.sum(paid[0]), **clients}


def _outcomes(game: Model, numbers: Mapping[str, Any]) -> Mapping[str, Any]:
    reading = reading_of(game, Rationals())
    return reading.outcomes(dict(numbers))
