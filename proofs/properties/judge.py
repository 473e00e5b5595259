"""Judging a mechanism's properties: those that every game has, and those that a mechanism brings."""

from __future__ import annotations

from collections.abc import Collection

from ...formulations.errors import UnsupportedModel
from ...formulations.language import Game, Model
from ...formulations.promises import HOW, PROPERTIES
from ...solvers.readings.game import decides_twice
from ...solvers.solution import Solution
from .game import judge_game
from .results import Item
from .two_decisions import judge_two

properties_of = PROPERTIES.add


def judge(model: Model, solution: Solution, only: Collection[str] | None = None) -> tuple[Item, ...]:
    """Return one item for each property that a mechanism names, or only for some of them.

    Raises
    ------
    UnsupportedModel
        When it names one that nobody judges.
    """
    brought = PROPERTIES.of(type(model))
    items: tuple[Item, ...] = ()
    if isinstance(model, Game):
        items = (judge_two if decides_twice(model) else judge_game)(model, solution, only)
    items += brought(model, solution) if brought is not None else ()
    known = {item.property for item in items}
    wanted = model.properties if only is None else only
    missing = [name for name in wanted if name not in known]
    if missing:
        name = type(model).__name__
        raise UnsupportedModel(f"how {missing[0]} of {name} is judged is not known; {HOW.format(name=name)}")
    return items if only is None else tuple(item for item in items if item.property in only)
