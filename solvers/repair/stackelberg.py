"""Repairing somebody's own numbers of a contest."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.data import as_fractions
from ...formulations.errors import InputError
from ...formulations.language import Model
from ...formulations.repair.stackelberg import KEPT, nearest_sales, sales_below
from ...formulations.stackelberg.declaration import StackelbergPricing
from ..certificates.repair.sales import Sales
from ..evaluation import reading_of
from ..readings.rationals import Rationals
from .contest_sales import nearest_budgets
from .plan import Asked, Plan, stated_outcome

PROPERTIES = ("individual-rationality", "budget-balance")
FEW = 12
"""Up to so many costs of sellers each is asked whether the dearest who sells has it, over fractions."""


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
    if "pool" in kept and (many := _many(game, asked)) is not None:
        return many
    programs = nearest_sales(game, stated, kept, asked.norm)
    decided = dict(programs[0].stated)
    return Plan(
        programs[0],
        PROPERTIES,
        lambda _: game,
        lambda before, after: _burdens(game, before, {**decided, **after}),
        others=programs[1:],
    )


def _many(game: StackelbergPricing, asked: Asked) -> Plan | None:
    """Return how the budgets of many sellers are repaired, by the own algorithm; None for few, or a negative pool."""
    budgets, pool = as_fractions(asked.stated["epsilon"]), Fraction(asked.stated["reward_pool"])
    sales = Sales.of(game, budgets, pool, asked.norm)
    if len(sales.dearest) <= FEW or pool < 0:
        return None
    dearest, sold = nearest_budgets(game, sales, budgets, pool)
    decided = {item.name: asked.stated[item.name] for item in game.decisions()}
    return Plan(
        sales_below(game, decided, asked.norm, dearest),
        PROPERTIES,
        lambda _: game,
        lambda before, after: _burdens(game, before, {**decided, **after}),
        found={"epsilon": sold},
        least=lambda: Fraction(max(float(np.min(Sales.of(game, budgets, pool, asked.norm).least())), 0.0)),
    )


def _burdens(game: Model, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Fraction]:
    """Return what the server pays more, and what each client keeps less."""
    paid, kept = (
        [_outcomes(game, numbers)[name] for numbers in (before, after)] for name in ("payment", "client_utility")
    )
    clients = {game.owner_of(k): was - now for k, (was, now) in enumerate(zip(*kept, strict=True))}
    return {"the server": np.sum(paid[1]) - np.sum(paid[0]), **clients}


def _outcomes(game: Model, numbers: Mapping[str, Any]) -> Mapping[str, Any]:
    reading = reading_of(game, Rationals())
    return reading.outcomes(dict(numbers))
