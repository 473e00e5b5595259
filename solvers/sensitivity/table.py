"""Whose datum matters: what one value gains or loses with each datum, the most important first."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...formulations.errors import InputError
from ...formulations.language import Model
from ..evaluation import to_floats
from .branch import End
from .data import number_of, rules_of
from .what_if import WhatIf


@dataclass(frozen=True)
class Row:
    """One datum: how fast the value moves with it from both sides, in its own unit and in per cent per per cent."""

    name: str
    index: int | None
    label: str
    at: Any
    left: Any
    right: Any
    elasticity: float | None
    ends: tuple[End, End]


def default_value(of: WhatIf) -> str:
    """Return the value that a table is about unless one is named: the first that is one number.

    Examples
    --------
    >>> import mechproof as mp
    >>> default_value(mp.what_if(mp.solve(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2))))
    'reward_pool'
    """
    return next((name for name in of.values if not np.ndim(of.solution.values[name])), of.values[0])


def matters(of: WhatIf, value: str, most: int) -> tuple[Row, ...]:
    """Return the data with the largest elasticities of a value, the largest first; of a vector, of its sum.

    Raises
    ------
    InputError
        When there is no such value.
    """
    if value not in of.values:
        raise InputError("value", value, "is none that moves", f"they are {', '.join(of.values)}")
    found = [entry for name in of.data for entry in _entries(of, value, name)]
    order = sorted(found, key=lambda entry: -_size(of, value, entry))[:most]
    return tuple(_row(of, value, entry) for entry in order)


@dataclass(frozen=True)
class _Entry:
    name: str
    index: int | None
    left: Any
    right: Any


def _entries(of: WhatIf, value: str, name: str) -> list[_Entry]:
    left, right = (_rates(side, of, value, name) for side in (of.left, of.right))
    if not np.ndim(number_of(of.solution.model, name)):
        return [_Entry(name, None, left, right)]
    return [_Entry(name, k, *pair) for k, pair in enumerate(zip(left, right, strict=True))]


def _rates(side: Any, of: WhatIf, value: str, name: str) -> Any:
    rates = side[value, name]
    if not np.ndim(of.solution.values[value]):
        return rates
    columns = rates.T if np.ndim(number_of(of.solution.model, name)) else [rates]
    sums = [None if any(entry is None for entry in column) else sum(column.tolist()) for column in columns]
    return sums if np.ndim(number_of(of.solution.model, name)) else sums[0]


def _total(of: WhatIf, value: str) -> float:
    return float(np.sum(of.solution.values[value]))


def _size(of: WhatIf, value: str, entry: _Entry) -> float:
    sizes = [_elasticity(of, value, entry, rate) for rate in (entry.left, entry.right)]
    return max((math.inf if size is None else abs(size) for size in sizes), default=0.0)


def _elasticity(of: WhatIf, value: str, entry: _Entry, rate: Any) -> float | None:
    """Return θ/v ∂v/∂θ; None where there is no derivative, and the bare rate where the value is zero."""
    known = None if rate is None else float(rate)
    if known is None or math.isnan(known):
        return None
    total = _total(of, value)
    return known * float(of.datum(entry.name, entry.index)) / total if total else known


def _row(of: WhatIf, value: str, entry: _Entry) -> Row:
    model = of.solution.model
    assert isinstance(model, Model)
    sizes = [_elasticity(of, value, entry, rate) for rate in (entry.left, entry.right)]
    elasticity = None if None in sizes else max(sizes, key=lambda size: abs(size or 0.0))
    ends = of.ends[entry.name] if entry.index is None else of.ends[entry.name][entry.index]
    at = of.datum(entry.name, entry.index)
    return Row(entry.name, entry.index, _label(model, entry), at, entry.left, entry.right, elasticity, ends)


def _label(model: Model, entry: _Entry) -> str:
    words = entry.name.replace("_", " ").replace(".", ", ")
    if entry.index is None:
        return words
    per = rules_of(model)[entry.name].per
    return f"{words} of {model.owner_of(entry.index) if per == model.about else f'{per} {entry.index}'}"


def plain_number(value: Any) -> float | None:
    """Return a number for a table: a double, None where there is none or it is infinite."""
    if value is None:
        return None
    number = float(to_floats(value))
    return number if math.isfinite(number) else None
