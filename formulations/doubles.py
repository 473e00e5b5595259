"""Columns of doubles in which decimals may be meant: it is said, since engines cast them to other cents."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from decimal import Decimal

import numpy as np

from .errors import InputNote

MOST_DIGITS = 15
"""As many significant digits as every decimal keeps in a double: a number that shows more was computed, not written."""
LOOKED_AT = 1_000


def first_meant_decimal(values: np.ndarray) -> int | None:
    """Return where the first double is that shows a decimal which it is not, unless most were computed.

    Examples
    --------
    >>> first_meant_decimal(np.array([0.25, 3.0, 0.1])), first_meant_decimal(np.array([0.5, 1 / 3]))
    (2, None)
    """
    written, computed = list[int](), 0
    broken = np.flatnonzero(np.isfinite(values) & (values != np.floor(values)))
    for index in broken[:LOOKED_AT].tolist():
        value = float(values[index])
        shown = Decimal(repr(value))
        if len(shown.as_tuple().digits) > MOST_DIGITS:
            computed += 1
        elif shown != Decimal(value):
            written.append(index)
    return written[0] if len(written) > computed else None


def note_doubles(what: str, values: np.ndarray, place: Callable[[int], str]) -> None:
    """Say of a column of doubles that they are taken as they are, if decimals may be meant."""
    index = first_meant_decimal(values)
    if index is not None:
        value = float(values[index])
        text = (
            f"{what} is a column of doubles, and they are taken as they are: {value!r} at {place(index)} is "
            f"{Decimal(value):.25g}…; where decimals are meant, such as money, store them as decimals or as text"
        )
        warnings.warn(text, InputNote, stacklevel=2)
