"""The exact reading again, over FLINT's quotients: several times as fast as fractions, and of the same values.

They do not mix with Python's fractions, so that they are for the inside of what reads one declaration at length.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq

from .rationals import Rationals


def quotient(value: Any) -> Any:
    """Return a fraction, a whole number or a double as the quotient it is.

    Examples
    --------
    >>> quotient(Fraction(3, 6)), quotient(0.5) == quotient(Fraction(1, 2))
    (1/2, True)
    """
    return value if isinstance(value, fmpq) else fmpq(*value.as_integer_ratio())


def fractions_of(values: Any) -> np.ndarray:
    """Return quotients as fractions.

    Examples
    --------
    >>> print(*fractions_of(Quotients().vector([0.5, 2])))
    1/2 2
    """
    return np.array([Fraction(int(value.p), int(value.q)) for value in np.asarray(values).tolist()], dtype=object)


class Quotients(Rationals):
    """Formulas over quotients, exactly.

    Examples
    --------
    >>> algebra = Quotients()
    >>> algebra.sum(algebra.vector([Fraction(1, 3), 0.5]))
    5/6
    """

    name = "quotients"

    def number(self, value: Any) -> Any:
        """Return the exact value."""
        return quotient(value)

    def vector(self, value: Any) -> np.ndarray:
        """Return the exact values."""
        return np.array([quotient(entry) for entry in np.asarray(value).tolist()], dtype=object)
