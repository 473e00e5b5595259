"""The numbers of a declaration, by name: reading them while some move, and declaring the same with one changed.

What a part declares goes by the part's name too, as ``revenue.half``; a number that stands in the mechanism as well, as
the α and β of a logarithmic revenue, goes by its short name alone and moves in both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np

from ...formulations.data import Rule
from ...formulations.errors import InputError
from ...formulations.language import Declaration
from ..readings.balls import Balls, ball
from ..readings.derivative import Derivative

Kind = TypeVar("Kind", bound=Declaration)


def rules_of(model: Declaration) -> dict[str, Rule]:
    """Return the rules of all numbers that can move: whole numbers cannot.

    Examples
    --------
    >>> import mechproof as mp
    >>> list(rules_of(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)))
    ['cost', 'alpha', 'beta']
    >>> list(rules_of(mp.StackelbergPricing(cost=[1, 1], revenue=mp.MeasuredRevenue(half=[1], beta=[9]))))
    ['cost', 'revenue.half', 'revenue.beta']
    """
    found: dict[str, Rule] = {}
    for item in fields(model):  # type: ignore[arg-type]
        value, rule = getattr(model, item.name), item.metadata.get("rule")
        if isinstance(value, Declaration):
            own = {name: rule for name, rule in rules_of(value).items() if getattr(model, name, None) is None}
            found |= {f"{item.name}.{name}": rule for name, rule in own.items()}
        elif rule is not None and value is not None and not rule.whole:
            found[item.name] = rule
    return found


def number_of(model: Declaration, name: str) -> Any:
    """Return a number or vector by its name."""
    part, _, field = name.rpartition(".")
    return getattr(getattr(model, part) if part else model, field)


def moving_roles(model: Declaration, dual: Derivative, direction: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data as roles, those of a direction moving at its speeds."""
    roles = model.read_in(dual)
    for name, value in roles.items():
        declared = getattr(model, name, None)
        if isinstance(declared, Declaration):
            own = {field: speed for field, speed in direction.items() if hasattr(declared, field)}
            own |= {
                field.removeprefix(f"{name}."): speed
                for field, speed in direction.items()
                if field.startswith(f"{name}.")
            }
            roles[name] = _moving_part(value, dual, own)
        elif name in direction:
            roles[name] = dual.moving(value, direction[name])
    return roles


def _moving_part(bound: Any, dual: Derivative, direction: Mapping[str, Any]) -> Any:
    """Return a copy of a part, read in an algebra, some of whose numbers move."""
    copy = object.__new__(type(bound))
    moving = {name: dual.moving(getattr(bound, name), speed) for name, speed in direction.items()}
    copy.__dict__.update({**bound.__dict__, **moving})
    return copy


def altered(model: Kind, name: str, index: int | None, value: Any) -> Kind:
    """Return the same declaration with one number changed.

    Examples
    --------
    >>> import mechproof as mp
    >>> game = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)
    >>> altered(game, "beta", None, 3).revenue.beta, altered(game, "cost", 1, 2).cost[1]
    (Fraction(3, 1), Fraction(2, 1))
    """
    part, _, field = name.rpartition(".")
    given = {item.name: getattr(model, item.name) for item in fields(model) if item.init}  # type: ignore[arg-type]
    if part:
        given[part] = altered(given[part], field, index, value)
        return type(model)(**given)
    for other, declared in given.items():  # a part made of this number is made anew
        if isinstance(declared, Declaration) and field in {item.name for item in fields(declared)}:  # type: ignore[arg-type]
            given[other] = None
    if index is None:
        given[field] = value
    else:
        entries = list(given[field])
        entries[index] = value
        given[field] = entries
    return type(model)(**given)


def unit(model: Declaration, name: str, index: int | None, speed: Any, number: Any) -> dict[str, Any]:
    """Return the direction in which one number moves at a speed, in the numbers of an algebra."""
    if index is None:
        return {name: number(speed)}
    count = len(number_of(model, name))
    if not -count <= index < count:
        raise InputError(name, index, f"has {count} entries", f"the last is {count - 1}")
    zero = number(0)
    rates = np.zeros(count) if isinstance(zero, float) else np.full(count, zero, dtype=object)
    rates[index] = number(speed)
    return {name: rates}


def in_balls(numbers: Mapping[str, Any]) -> dict[str, Any]:
    """Return exact numbers and vectors as balls.

    Examples
    --------
    >>> in_balls({"beta": 1})["beta"].contains(1)
    True
    """
    balls = Balls()
    return {name: balls.vector(value) if np.ndim(value) else ball(value) for name, value in numbers.items()}
