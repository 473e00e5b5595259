"""The NumPy reading: double precision, vectorised."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...formulations.algebra import highest, lowest, summed
from ...formulations.data import as_float, as_floats

ROUNDING = 2.0**-40
"""The part of the terms compared that is forgiven as the rounding of doubles.

An operation rounds by at most 2⁻⁵³ of its result, so this is as much as 8,192 roundings that all go one way. A sum
added in pairs, as ours are, rounds some thirty times for a million terms; one of somebody's own, added term by term, is
off by up to n 2⁻⁵³, and by about √n 2⁻⁵³ where roundings are as good as random. Too small a part and right doubles are
called wrong; too large and what passes is wrong in the twelfth digit. Terms that cancel are measured by their own size,
not by what is left of them.
"""
TINY = 1e-300
"""What stands for a size of zero where something is divided by it or compared with a part of it.

Less than any number that is meant, and far enough above the least normal double, 2.2e-308, that products with numbers
near one do not lose digits. Where it takes effect all entries are zero, and every comparison says so.
"""


class Vectors:
    """Formulas over float64 arrays.

    Examples
    --------
    >>> Vectors().share(np.array([0.0, 1.0]), np.array([0.0, 3.0]))
    array([0.  , 0.25])
    """

    name = "numpy"
    level = 0
    highest, lowest = staticmethod(highest), staticmethod(lowest)

    def number(self, value: Any) -> float:
        """Return the nearest double."""
        return as_float(value)

    def vector(self, value: Any) -> np.ndarray:
        """Return an array of the nearest doubles."""
        return as_floats(value)

    def log(self, x: Any) -> Any:
        """Natural logarithm."""
        return np.log(x)

    def log1p(self, x: Any) -> Any:
        """ln(1 + x)."""
        return np.log1p(x)

    def exp(self, x: Any) -> Any:
        """Exponential."""
        return np.exp(x)

    def expm1(self, x: Any) -> Any:
        """eˣ − 1."""
        return np.expm1(x)

    def power(self, x: Any, exponent: Any) -> Any:
        """The power of x ≥ 0."""
        return x * x if exponent == 2 else np.power(x, exponent)

    def normal_cdf(self, x: Any) -> Any:
        """Φ(x)."""
        from scipy.special import ndtr  # a tenth of a second to import, and few formulas ask for it

        return ndtr(x)

    def sqrt(self, x: Any) -> Any:
        """Square root."""
        return np.sqrt(x)

    def square(self, x: Any) -> Any:
        """x²."""
        return x * x

    def absolute(self, x: Any) -> Any:
        """|x|."""
        return np.abs(x)

    def maximum(self, x: Any, y: Any) -> Any:
        """The larger."""
        return np.maximum(x, y)

    def minimum(self, x: Any, y: Any) -> Any:
        """The smaller."""
        return np.minimum(x, y)

    def sum(self, x: Any) -> Any:
        """The sum, added in pairs."""
        return np.sum(summed(x))

    def share(self, own: Any, others: Any) -> Any:
        """Own / (own + others), 0 where both are 0."""
        whole = own + others
        if np.all(whole):
            return own / whole
        return np.divide(own, whole, out=np.zeros_like(whole, dtype=np.float64), where=whole != 0)

    def at_least(self, x: Any, y: Any) -> Any:
        """1 where x ≥ y, else 0."""
        return np.greater_equal(x, y).astype(np.float64)

    def count_positive(self, x: Any) -> Any:
        """How many entries are positive."""
        return np.count_nonzero(np.asarray(x) > 0)
