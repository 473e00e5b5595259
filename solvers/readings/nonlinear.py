"""The Pyomo reading: NumPy object arrays of Pyomo expressions, elementwise like every other reading."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyomo.environ as pyo

from ...formulations.data import as_float, as_floats
from ...formulations.errors import UnsupportedModel
from ...formulations.others import only_sum


class Nonlinear:
    """Formulas over Pyomo variables and expressions; plain numbers stay plain numbers.

    Examples
    --------
    >>> model = pyo.ConcreteModel()
    >>> model.x = pyo.Var(initialize=2.0)
    >>> pyo.value(Nonlinear().share(model.x, 6.0))
    0.25
    """

    name = "pyomo"
    level = 0

    def number(self, value: Any) -> float:
        """Return the nearest double."""
        return as_float(value)

    def vector(self, value: Any) -> np.ndarray:
        """Return the nearest doubles, as Python's floats, which Pyomo takes as they are."""
        return np.array(as_floats(value).tolist(), dtype=object)

    def log(self, x: Any) -> Any:
        """Natural logarithm."""
        return _each(pyo.log, x)

    def log1p(self, x: Any) -> Any:
        """ln(1 + x)."""
        return _each(lambda y: pyo.log(1 + y), x)

    def exp(self, x: Any) -> Any:
        """Exponential."""
        return _each(pyo.exp, x)

    def expm1(self, x: Any) -> Any:
        """eˣ − 1."""
        return _each(lambda y: pyo.exp(y) - 1, x)

    def power(self, x: Any, exponent: Any) -> Any:
        """The power of x ≥ 0."""
        return _each(lambda y: y**exponent, x)

    def normal_cdf(self, x: Any) -> Any:
        """Refuse: solvers know no normal distribution."""
        raise UnsupportedModel("solvers know no normal distribution; a formula without it would be taken")

    def sqrt(self, x: Any) -> Any:
        """Square root."""
        return _each(pyo.sqrt, x)

    def square(self, x: Any) -> Any:
        """x²."""
        return x**2

    def absolute(self, x: Any) -> Any:
        """|x|."""
        return abs(x)

    def maximum(self, x: Any, y: Any) -> Any:
        """Return the larger, (x + y + |x − y|)/2."""
        return (x + y + abs(x - y)) / 2

    def minimum(self, x: Any, y: Any) -> Any:
        """Return the smaller, (x + y − |x − y|)/2."""
        return (x + y - abs(x - y)) / 2

    def sum(self, x: Any) -> Any:
        """Return the sum."""
        return pyo.quicksum(np.atleast_1d(np.asarray(x, dtype=object)))

    def share(self, own: Any, others: Any) -> Any:
        """Return own / (own + others)."""
        return _each(_share, own, others)

    def at_least(self, x: Any, y: Any) -> Any:
        """1 where x ≥ y, as conditional expressions, which few solvers take."""
        return _each(lambda p, q: pyo.Expr_if(IF=p - q >= 0, THEN=1, ELSE=0), x, y)

    def highest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """Refuse: of decisions that are variables none is known to be the k-th highest."""
        raise only_sum("highest")

    def lowest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """Refuse: of decisions that are variables none is known to be the k-th lowest."""
        raise only_sum("lowest")

    def count_positive(self, x: Any) -> Any:
        """How many entries are positive, as conditional expressions, which few solvers take."""
        return pyo.quicksum(pyo.Expr_if(IF=entry > 0, THEN=1, ELSE=0) for entry in x)


def _share(own: Any, others: Any) -> Any:
    whole = own + others
    return 0.0 if isinstance(whole, int | float) and whole == 0 else own / whole


def _each(function: Callable[..., Any], *arguments: Any) -> Any:
    return np.frompyfunc(function, len(arguments), 1)(*arguments)
