"""The plain reading: one person's formula over Python's own floats, ten times faster than arrays of one."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

from ...formulations.algebra import highest, lowest, summed
from ...formulations.data import as_float


class Scalars:
    """Formulas over single floats.

    Examples
    --------
    >>> Scalars().share(1.0, 3.0)
    0.25
    """

    name = "python"
    level = 0
    highest, lowest = staticmethod(highest), staticmethod(lowest)

    log = staticmethod(math.log)
    log1p = staticmethod(math.log1p)
    exp = staticmethod(math.exp)
    expm1 = staticmethod(math.expm1)
    normal_cdf = staticmethod(NormalDist().cdf)
    sqrt = staticmethod(math.sqrt)
    absolute = staticmethod(abs)
    maximum = staticmethod(max)
    minimum = staticmethod(min)
    number = staticmethod(as_float)

    def vector(self, value: Any) -> Any:
        """Refuse: a population is no single number."""
        raise TypeError("this reading holds one person's numbers only")

    def square(self, x: Any) -> Any:
        """x²."""
        return x * x

    def power(self, x: Any, exponent: Any) -> Any:
        """The power of x ≥ 0, infinite for a negative exponent at 0."""
        return x**exponent if x or exponent >= 0 else math.inf

    def sum(self, x: Any) -> Any:
        """The sum over a vector of data; a person has none of decisions."""
        return math.fsum(summed(x))

    def share(self, own: Any, others: Any) -> Any:
        """Own / (own + others), 0 where both are 0."""
        whole = own + others
        return own / whole if whole else 0.0

    def at_least(self, x: Any, y: Any) -> Any:
        """1 where x ≥ y, else 0."""
        return int(x >= y)

    def count_positive(self, x: Any) -> Any:
        """One or none."""
        return int(x > 0)
