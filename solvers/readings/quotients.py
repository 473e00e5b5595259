"""The exact reading again, over FLINT's quotients: several times as fast as fractions, and of the same values.

They do not mix with Python's fractions, so that they are for the inside of what reads one declaration at length.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq

from ...formulations.algebra import summed
from .rationals import Rationals, as_fraction, exact_sum


def quotient(value: Any) -> Any:
    """Return a fraction, a whole number, a double or a decimal in words as the quotient it is.

    Examples
    --------
    >>> quotient(Fraction(3, 6)), quotient(0.5) == quotient(Fraction(1, 2))
    (1/2, True)
    >>> quotient("0.5"), quotient(np.int64(2))
    (1/2, 2)
    """
    if isinstance(value, fmpq):
        return value
    above, below = (value if isinstance(value, int | float | Fraction) else Fraction(value)).as_integer_ratio()
    return fmpq(int(above), int(below))


def fractions_of(values: Any) -> np.ndarray:
    """Return quotients as fractions.

    Examples
    --------
    >>> print(*fractions_of(Quotients().vector([0.5, 2])))
    1/2 2
    """
    return np.array([as_fraction(value) for value in np.asarray(values).tolist()], dtype=object)


def doubles_of(values: Any) -> np.ndarray:
    """Return the doubles nearest to quotients.

    Examples
    --------
    >>> doubles_of(Quotients().vector([Fraction(1, 3), 2])).tolist()
    [0.3333333333333333, 2.0]
    """
    return np.array([int(value.p) / int(value.q) for value in values.tolist()])


def as_fractions(value: Any) -> Any:
    """Return a quotient, or the quotients in an array, as fractions; truth values stay as they are.

    Examples
    --------
    >>> as_fractions(fmpq(1, 2)), as_fractions(np.array([fmpq(2)], dtype=object))[0]
    (Fraction(1, 2), Fraction(2, 1))
    """
    if isinstance(value, np.ndarray):
        return fractions_of(value) if isinstance(next(iter(value.flat), None), fmpq) else value
    return as_fraction(value) if isinstance(value, fmpq) else value


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

    def sum(self, x: Any) -> Any:
        """The exact sum."""
        found = exact_sum(summed(x))
        return quotient(found) if isinstance(found, int | Fraction) else found
