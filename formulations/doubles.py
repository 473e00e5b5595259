"""Columns of floats in which decimals may be meant: it is said, since engines cast them to other cents."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from decimal import Decimal

import numpy as np

from .errors import InputNote

LOOKED_AT = 1_000


def first_meant_decimal(values: np.ndarray) -> int | None:
    """Return where the first float is that shows a decimal which it is not, unless most were computed.

    A number that shows more digits than every decimal keeps in such a float was computed, not written.

    Examples
    --------
    >>> first_meant_decimal(np.array([0.25, 3.0, 0.1])), first_meant_decimal(np.array([0.5, 1 / 3]))
    (2, None)
    >>> first_meant_decimal(np.array([0.5, 0.1], dtype=np.float32))
    1
    """
    written, computed = list[int](), 0
    most_digits = np.finfo(values.dtype).precision
    broken = np.flatnonzero(np.isfinite(values) & (values != np.floor(values)))
    for index in broken[:LOOKED_AT].tolist():
        shown = Decimal(str(values[index]))
        if len(shown.as_tuple().digits) > most_digits:
            computed += 1
        elif shown != Decimal(float(values[index])):
            written.append(index)
    return written[0] if len(written) > computed else None


def note_doubles(what: str, values: np.ndarray, place: Callable[[int], str]) -> None:
    """Say of a column of floats that they are taken as they are, if decimals may be meant."""
    index = first_meant_decimal(values)
    if index is not None:
        kind = "doubles" if values.dtype == np.float64 else f"{values.dtype} numbers"
        text = (
            f"{what} is a column of {kind}, and they are taken as they are: {values[index]!s} at {place(index)} is "
            f"{Decimal(float(values[index])):.25g}…; "
            "where decimals are meant, such as money, store them as decimals or as text"
        )
        warnings.warn(text, InputNote, stacklevel=2)
