"""Judging a mechanism's properties: one function, to which each kind of mechanism adds its own."""

from __future__ import annotations

from functools import singledispatch

from ...formulations.errors import UnsupportedModel
from ...formulations.language import Declaration
from ...solvers.solution import Solution
from .results import Item


@singledispatch
def judge(model: Declaration, solution: Solution) -> tuple[Item, ...]:
    """Return one item for each property of a mechanism, at a solution or somebody's own numbers.

    Mechanisms register their own for their class; games share one.

    Raises
    ------
    UnsupportedModel
        When nothing is registered for the class.
    """
    raise UnsupportedModel(
        f"how the properties of {type(model).__name__} are judged is not known; register a function with judge"
    )
