"""The NumPy reading: double precision, vectorised."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...formulations.data import as_floats


class Vectors:
    """Formulas over float64 arrays.

    Examples
    --------
    >>> Vectors().share(np.array([0.0, 1.0]), np.array([0.0, 3.0]))
    array([0.  , 0.25])
    """

    name = "numpy"
    level = 0

    def number(self, value: Any) -> float:
        """Return the nearest double."""
        return float(value)

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
        return np.sum(x)

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
