"""Numbers as doubles, rounded to the side on which a bound stays one; doubles stay what they are."""

from __future__ import annotations

import math
from typing import Any


def at_least(value: Any) -> float:
    """Return the smallest double that is not below a fraction.

    Examples
    --------
    >>> from fractions import Fraction
    >>> at_least(Fraction(1, 10)), at_least(Fraction(3, 10)), at_least(Fraction(1, 2))
    (0.1, 0.30000000000000004, 0.5)
    """
    found = float(value)
    return found if found >= value else math.nextafter(found, math.inf)


def at_most(value: Any) -> float:
    """Return the largest double that is not above a fraction.

    Examples
    --------
    >>> from fractions import Fraction
    >>> at_most(Fraction(1, 10)), at_most(Fraction(3, 10)), at_most(Fraction(1, 2))
    (0.09999999999999999, 0.3, 0.5)
    """
    return -at_least(-value)
