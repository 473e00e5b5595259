"""Judging a mechanism's properties: those that every game has, and those that a mechanism brings."""

from __future__ import annotations

from collections.abc import Collection

from ...formulations.errors import UnsupportedModel
from ...formulations.language import Game, Model, Program
from ...formulations.promises import HOW, PROPERTIES
from ...solvers.readings.game import decides_twice
from ...solvers.solution import Solution
from .game import judge_game
from .results import Item
from .two_decisions import judge_two

properties_of = PROPERTIES.add


def named_properties(model: Model) -> tuple[str, ...]:
    """Return the properties that are judged of a model: those it names, and what a program promises and declares.

    Examples
    --------
    >>> import mechproof as mp
    >>> named_properties(mp.VersionPricing(epsilon=[1, 2], target=[1, 3]))[:2]
    ('no-arbitrage', 'monotone')
    """
    if not isinstance(model, Program) or not vars(model) or set(model.promises) <= set(model.properties):
        return model.properties
    from .declared import declared_names  # few programs leave it to their declaration

    said = declared_names(model)
    return tuple(dict.fromkeys((*model.properties, *(name for name in model.promises if name in said))))


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
    wanted = named_properties(model) if only is None else only
    if isinstance(model, Program) and (left := [name for name in wanted if name not in known]):
        from .declared import judge_declared  # few programs leave it to their declaration

        items += judge_declared(model, solution, left)
        known = {item.property for item in items}
    missing = [name for name in wanted if name not in known]
    if missing:
        name = type(model).__name__
        raise UnsupportedModel(f"how {missing[0]} of {name} is judged is not known; {HOW.format(name=name)}")
    return items if only is None else tuple(item for item in items if item.property in only)
