"""The CVXPY reading: expressions whose every operator is elementwise, so that disciplined convexity can be checked.

Between CVXPY vectors `*` is matrix multiplication: a declared formula would silently become another problem. The thin
wrapper here gives the operators their declared meaning.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cvxpy as cp
import numpy as np

from ...formulations.algebra import summed
from ...formulations.data import as_float, as_floats
from ...formulations.errors import UnsupportedModel
from ...formulations.others import only_sum


def bare(x: Any) -> Any:
    """Return what is wrapped, or a plain number or array as it is."""
    return x.expression if isinstance(x, Elementwise) else x


class Elementwise:
    """A CVXPY expression with elementwise operators.

    Examples
    --------
    >>> x = Elementwise(cp.Constant([2.0, 3.0]))
    >>> (x * x).expression.value
    array([4., 9.])
    """

    __array_ufunc__ = None
    level = 0

    def __init__(self, expression: Any) -> None:
        self.expression = expression

    @property
    def shape(self) -> tuple[int, ...]:
        """The expression's shape."""
        return tuple(self.expression.shape)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Any) -> Elementwise:
        return Elementwise(self.expression[key])

    def __add__(self, other: Any) -> Elementwise:
        return Elementwise(self.expression + bare(other))

    __radd__ = __add__

    def __neg__(self) -> Elementwise:
        return Elementwise(-self.expression)

    def __sub__(self, other: Any) -> Elementwise:
        return Elementwise(self.expression - bare(other))

    def __rsub__(self, other: Any) -> Elementwise:
        return Elementwise(bare(other) - self.expression)

    def __mul__(self, other: Any) -> Elementwise:
        return Elementwise(cp.multiply(self.expression, bare(other)))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Elementwise:
        if isinstance(other, Elementwise):
            return Elementwise(cp.multiply(self.expression, _inverse(other.expression)))
        return Elementwise(cp.multiply(self.expression, 1 / np.asarray(other, dtype=np.float64)))

    def __rtruediv__(self, other: Any) -> Elementwise:
        return Elementwise(cp.multiply(bare(other), _inverse(self.expression)))

    def __pow__(self, exponent: Any) -> Elementwise:
        return Elementwise(cp.power(self.expression, exponent))

    def __gt__(self, other: Any) -> Any:
        return _value(self, "a comparison") > (_value(other, "a comparison"))


class Convex:
    """Formulas over CVXPY expressions.

    Examples
    --------
    >>> x = cp.Variable(2)
    >>> bare(Convex().sum(Convex().square(Elementwise(x)))).curvature
    'CONVEX'
    """

    name = "cvxpy"
    level = 0

    def number(self, value: Any) -> float:
        """Return the nearest double."""
        return as_float(value)

    def vector(self, value: Any) -> np.ndarray:
        """Return an array of the nearest doubles."""
        return as_floats(value)

    def log(self, x: Any) -> Any:
        """Natural logarithm, concave."""
        return _apply(cp.log, x)

    def log1p(self, x: Any) -> Any:
        """ln(1 + x), concave."""
        return _apply(cp.log1p, x)

    def exp(self, x: Any) -> Any:
        """Exponential, convex."""
        return _apply(cp.exp, x)

    def expm1(self, x: Any) -> Any:
        """eˣ − 1, convex."""
        return _apply(cp.exp, x) - 1

    def power(self, x: Any, exponent: Any) -> Any:
        """The power of x ≥ 0: convex from an exponent of one on, concave below."""
        return _apply(lambda y: cp.power(y, exponent), x)

    def normal_cdf(self, x: Any) -> Any:
        """Refuse: Φ is neither convex nor concave."""
        raise UnsupportedModel("the normal distribution is not convex; a formula without it would be taken")

    def sqrt(self, x: Any) -> Any:
        """Square root, concave."""
        return _apply(cp.sqrt, x)

    def square(self, x: Any) -> Any:
        """x², convex."""
        return _apply(cp.square, x)

    def absolute(self, x: Any) -> Any:
        """|x|, convex."""
        return _apply(cp.abs, x)

    def maximum(self, x: Any, y: Any) -> Any:
        """Return the larger, convex."""
        return _apply(cp.maximum, x, y)

    def minimum(self, x: Any, y: Any) -> Any:
        """Return the smaller, concave."""
        return _apply(cp.minimum, x, y)

    def sum(self, x: Any) -> Any:
        """Return the sum."""
        return _apply(cp.sum, summed(x))

    def share(self, own: Any, others: Any) -> Any:
        """Return own / (own + others): known to be convex or concave only where one of the two is constant."""
        return own / (own + others)

    def at_least(self, x: Any, y: Any) -> Any:
        """1 where x ≥ y: of constants only, since a step is not convex."""
        return np.greater_equal(_value(x, "a comparison"), _value(y, "a comparison")).astype(np.float64)

    def highest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """Refuse: of decisions that are variables none is known to be the k-th highest."""
        raise only_sum("highest")

    def lowest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """Refuse: of decisions that are variables none is known to be the k-th lowest."""
        raise only_sum("lowest")

    def count_positive(self, x: Any) -> Any:
        """How many entries are positive: of constants only, since a count of variables is not convex."""
        return int(np.count_nonzero(_value(x, "a count of the positive entries") > 0))


class AnySide(Convex):
    """CVXPY expressions whose kinks are others of any sign: what is convex then rises with every kink."""

    def maximum(self, x: Any, y: Any) -> Any:
        """Something convex of any sign."""
        shape = (Elementwise(cp.Constant(0)) + bare(x) + bare(y)).shape
        return Elementwise(cp.maximum(cp.Variable(shape), cp.Variable(shape)))

    def minimum(self, x: Any, y: Any) -> Any:
        """Something concave of any sign."""
        return -self.maximum(x, y)

    def absolute(self, x: Any) -> Any:
        """Something convex of any sign."""
        return self.maximum(x, x)


def _apply(atom: Callable[..., Any], *arguments: Any) -> Elementwise:
    return Elementwise(atom(*map(bare, arguments)))


def _inverse(expression: Any) -> Any:
    return 1 / expression if expression.is_constant() else cp.inv_pos(expression)


def _value(x: Any, what: str) -> Any:
    """Return the numbers of a constant; of variables, what is asked for is outside disciplined convexity."""
    expression = bare(x)
    if not isinstance(expression, cp.Expression):
        return expression
    if not expression.is_constant():
        raise UnsupportedModel(f"{what} of variables is not convex; a formula without it would be taken")
    return expression.value
