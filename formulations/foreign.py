"""Numbers of other libraries, as Python's own: NumPy's of any width, and FLINT's where they are one number."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

WIDEST = 2_000
"""The largest power of two that is read: far beyond a double's, and far from filling the memory."""


def native(value: Any) -> Any:
    """Return another library's number as an int, float or Fraction of the same value, and anything else as it is.

    Raises
    ------
    ValueError
        When a ball is not one number.
    OverflowError
        When a number is far out of a double's range, or infinite.

    Examples
    --------
    >>> native(np.float32(0.5)), native(np.int8(3)), native(np.longdouble(1) / 4)
    (0.5, 3, 0.25)
    """
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, np.floating):
        double = float(value)
        # a wider number than a double is kept to its last digit
        return double if double == value or not np.isfinite(value) else Fraction(*value.as_integer_ratio())
    if type(value).__module__.partition(".")[0] == "flint":
        return _of_flint(value)
    return value


def _of_flint(value: Any) -> Any:
    kind = type(value).__name__
    if kind == "fmpz":
        return int(value)
    if kind == "fmpq":
        return Fraction(int(value.p), int(value.q))
    if kind == "arb" and not value.is_exact():
        raise ValueError(f"{value} is a ball, not one number")
    if kind not in ("arb", "arf"):
        return value
    middle = value.mid() if kind == "arb" else value
    if not middle.is_finite():
        raise OverflowError(f"{value} is not finite")
    mantissa, exponent = (int(part) for part in middle.man_exp())
    if abs(exponent) + abs(mantissa).bit_length() > WIDEST:
        raise OverflowError(f"{value} is out of range")
    return Fraction(mantissa) * Fraction(2) ** exponent
