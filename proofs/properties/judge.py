"""Judging a mechanism's properties: those that every game has, and those that a mechanism brings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...formulations.errors import UnsupportedModel
from ...formulations.language import Game, Model
from ...formulations.registry import Registry
from ...solvers.solution import Solution
from .game import judge_game
from .results import Item

PROPERTIES: Registry[Callable[[Any, Solution], tuple[Item, ...]]] = Registry("mechproof.properties")
"""What judges the properties that a mechanism brings, at a solution or somebody's own numbers."""
properties_of = PROPERTIES.add


def judge(model: Model, solution: Solution) -> tuple[Item, ...]:
    """Return one item for each property that a mechanism names.

    Raises
    ------
    UnsupportedModel
        When it names one that nobody judges.
    """
    brought = PROPERTIES.of(type(model))
    items = judge_game(model, solution) if isinstance(model, Game) else ()
    items += brought(model, solution) if brought is not None else ()
    known = {item.property for item in items}
    missing = [name for name in model.properties if name not in known]
    if missing:
        raise UnsupportedModel(
            f"how {missing[0]} of {type(model).__name__} is judged is not known; "
            "bring a function with mechproof.properties_of"
        )
    return items
