"""Repairing answers to a program of which nothing more is known: all its rows, if they are linear."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.algebra import read
from ...formulations.errors import InputError, UnsupportedModel
from ...formulations.language import Model, Program
from ...formulations.repair.nearest import Nearest
from ..readings.rationals import Rationals
from .plan import Asked, Plan


def program_plan(asked: Asked) -> Plan:
    """Return how an answer to a program is repaired: every constraint and bound must hold.

    Raises
    ------
    UnsupportedModel
        When it is no program, or what a decision is worth in money is not said.
    """
    model = asked.model
    if not isinstance(model, Program):
        raise UnsupportedModel(f"{type(model).__name__} is no program, and brings no way to repair it")
    names = [item.name for item in model.variables()]
    asked.refuse_kept(tuple(names))
    moving = tuple(item for item in model.variables() if item.name not in asked.kept)
    if not moving:
        raise InputError("keep", ", ".join(asked.kept), "leaves nothing that could change", "keep fewer")
    for item in moving:
        if item.discrete:
            kind = "whole numbers" if item.whole else "the values of a set"
            raise UnsupportedModel(f"{item.name} takes {kind}; the nearest ones are not sought")
        if item.name not in model.in_money():
            raise UnsupportedModel(
                f"what a change of {item.name} (in {item.unit}) is worth in money is not known; "
                f"declare it in {type(model).__name__}.in_money"
            )
    program = Nearest(model, dict(asked.stated), moving, model.constraints(), asked.norm)
    return Plan(program, model.promises, lambda _: model, lambda *answers: _moved(model, moving, *answers))


def _moved(model: Model, moving: Any, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Fraction]:
    """Return what the changes are worth to each whom entries belong to."""
    found: dict[str, Fraction] = {}
    a = Rationals()
    for item in moving:
        changes = {item.name: after[item.name] - before[item.name]}
        worth = np.atleast_1d(read(model.in_money()[item.name], a, {**model.read_in(a), **before, **changes}))
        for k, amount in enumerate(worth.tolist()):
            who = model.owner_of(k) if np.ndim(before[item.name]) else item.name
            found[who] = found.get(who, Fraction(0)) + abs(amount)
    return found
