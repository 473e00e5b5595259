"""A solution as rows: a column of names, the declared data and every value, one row for each of the people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from ..formulations.errors import InputError
from ..formulations.language import Declaration, Model
from .evaluation import decisions_of
from .formatting import fraction_text

MOST_DIGITS = 38
"""So many digits has the widest common decimal of Arrow, Parquet and databases."""
FACTORS = (2, 5)

Column: TypeAlias = Sequence[Any] | np.ndarray
"""Names, decimals or fractions as text in a list; doubles, whole numbers or truth values in an array."""


def rows_of(model: Declaration, values: Mapping[str, Any], exact: Mapping[str, Any] | None = None) -> dict[str, Column]:
    """Return a solution's columns by their names, which are all different.

    What is exact and ends as a decimal of at most 38 digits is a `Decimal`. A column in which something does not, such
    as 1/3, is the nearest doubles, and beside it ``NAME_exact`` has the fractions as text; columns of balls are the
    nearest doubles alone.

    Parameters
    ----------
    model
        What was solved.
    values, exact
        A solution's.

    Raises
    ------
    InputError
        When nobody has a row: all decisions are single numbers.

    Examples
    --------
    >>> import mechproof as mp
    >>> game = mp.StackelbergPricing(cost=["0.2", "0.3", "0.5"], alpha=10, beta=10, client=["Ann", "Bob", "Cat"])
    >>> s = mp.solve(game, arithmetic="exact")
    >>> rows = rows_of(game, s.values, s.exact)
    >>> rows["client"], rows["epsilon"][0]
    (('Ann', 'Bob', 'Cat'), Decimal('11.82'))
    """
    assert isinstance(model, Model)
    count = row_count(model)
    told = {**_data(model, count), **_vectors({**values, **(exact or {})}, count)}
    columns: dict[str, Column] = {}
    for name, value in told.items():
        columns |= _told(name, np.asarray(value), {**told, **columns})
    people, who = model.people(), _label(model)
    return {_free(who, columns): np.arange(count) if people is None else people, **columns}


def row_count(model: Declaration) -> int:
    """Return how many rows a model's solutions have.

    Raises
    ------
    InputError
        When all decisions are single numbers.
    """
    for decision in decisions_of(model):
        if np.ndim(decision.upper):
            return len(decision.upper)
    kind = type(model).__name__
    raise InputError("output", kind, "its decisions are single numbers, so there are no rows", "write a .json file")


def _label(model: Model) -> str:
    """Return what the column of names is called: as the field they were given in, or else it is the index."""
    named = (item.name for item in fields(model) if item.metadata.get("labels") == model.about)
    return next(named, "index") if model.people() is not None else "index"


def _data(model: Model, count: int) -> dict[str, Any]:
    """Return the declared vectors about those that the decisions belong to."""
    given = {
        item.name: getattr(model, item.name)
        for item in fields(model)
        if "rule" in item.metadata and item.metadata["rule"].per == model.about
    }
    return _vectors(given, count)


def _vectors(values: Mapping[str, Any], count: int) -> dict[str, Any]:
    return {name: value for name, value in values.items() if np.ndim(value) == 1 and len(value) == count}


def _told(name: str, values: np.ndarray, taken: Mapping[str, Any]) -> dict[str, Column]:
    """Return the column or two that tell a vector."""
    if values.dtype != object:
        return {name: values}
    entries = values.tolist()
    if isinstance(entries[0], bool):
        return {name: values.astype(bool)}
    rational = all(isinstance(entry, Fraction | int) for entry in entries)
    if rational and (decimals := _decimals(entries)) is not None:
        return {name: decimals}
    doubles = np.array([float(entry) for entry in entries])
    if not rational:
        return {name: doubles}
    return {name: doubles, _free(f"{name}_exact", taken): [fraction_text(Fraction(entry)) for entry in entries]}


def _decimals(entries: Sequence[Fraction | int]) -> list[Decimal] | None:
    """Return fractions as decimals if each ends, and one width of 38 digits holds all."""
    places = [_places(denominator) for denominator in {entry.denominator for entry in entries}]
    if None in places:
        return None
    unit, context = 10 ** max(filter(None, places), default=0), Context(prec=MOST_DIGITS)
    if any(abs(entry.numerator) * (unit // entry.denominator) >= 10**MOST_DIGITS for entry in entries):
        return None
    return [context.divide(Decimal(entry.numerator), Decimal(entry.denominator)) for entry in entries]


def _places(denominator: int) -> int | None:
    """Return how many decimal places a fraction with this denominator has, or None where they do not end.

    Examples
    --------
    >>> _places(1), _places(8), _places(50), _places(30)
    (0, 3, 2, None)
    """
    most = 0
    for factor in FACTORS:
        power = 0
        while denominator % factor == 0:
            denominator, power = denominator // factor, power + 1
        most = max(most, power)
    return most if denominator == 1 and most <= MOST_DIGITS else None


def _free(name: str, taken: Mapping[str, Any]) -> str:
    while name in taken:
        name += "_"
    return name
