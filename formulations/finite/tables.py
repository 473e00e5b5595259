"""Tables of exact numbers: nested lists of one shape, an entry for each profile."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from ..data import Rule, read_number
from ..errors import InputError

ENTRY = Rule("an entry of a table")


def shape_of(place: str, value: Any) -> tuple[int, ...]:
    """Return the shape of nested lists, refusing those that have none.

    Examples
    --------
    >>> shape_of("payoff", [[1, 2, 3], [4, 5, 6]])
    (2, 3)
    """
    if isinstance(value, np.ndarray) and value.size:
        return tuple(map(int, value.shape))
    if not isinstance(value, list | tuple | np.ndarray):
        return ()
    if not len(value):
        raise InputError(place, value, "must not be empty", "everybody has something to choose")
    shapes = [shape_of(f"{place}[{index}]", entry) for index, entry in enumerate(value)]
    for index, shape in enumerate(shapes):
        if shape != shapes[0]:
            raise InputError(f"{place}[{index}]", f"shape {shape}", f"must have the shape {shapes[0]}, as the first")
    return (len(value), *shapes[0])


def read_table(place: str, value: Any, shape: tuple[int, ...], rule: Rule = ENTRY) -> np.ndarray:
    """Return nested lists of this shape as a read-only array of fractions.

    Examples
    --------
    >>> read_table("payment", [[1, "0.5"]], (1, 2)).tolist()
    [[Fraction(1, 1), Fraction(1, 2)]]
    """
    given = shape_of(place, value)
    if given != shape:
        raise InputError(place, f"shape {given}", f"must have the shape {shape}")
    table = np.empty(shape, dtype=object)
    for where in np.ndindex(*shape):
        entry = value
        for index in where:
            entry = entry[index]
        table[where] = Fraction(read_number(place + "".join(f"[{index}]" for index in where), entry, rule))
    table.setflags(write=False)
    return table
