"""Quantities that a declaration computes with and that nobody knows: data, decisions, the number of people.

A formula is run once, with expressions in place of its roles, and what it computes is written down. Every sentence is
read from that. Python may not decide anything by an expression; see `ways`.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from operator import add, eq, ge, gt, le, lt, mul, ne, neg, pos, pow, sub, truediv
from typing import Any

import numpy as np

from ...formulations.data import exact as exact_value
from .ways import Ways

SHARED = {"own", "others"}
"""The roles whose sum a share written out divides by."""
OPERATORS: dict[str, Callable[..., Any]] = {
    "add": add,
    "subtract": sub,
    "multiply": mul,
    "divide": truediv,
    "true_divide": truediv,
    "power": pow,
    "float_power": pow,
    "negative": neg,
    "positive": pos,
    "square": lambda x: x * x,
    "absolute": abs,
    "greater": gt,
    "greater_equal": ge,
    "less": lt,
    "less_equal": le,
    "equal": eq,
    "not_equal": ne,
    "maximum": lambda x, y: x if x >= y else y,
    "minimum": lambda x, y: x if x <= y else y,
    **{name: lambda x, name=name: getattr(x, name)() for name in ("sqrt", "exp", "expm1", "log", "log1p")},
}
"""NumPy's functions that have a meaning for one quantity."""


class Truth:
    """Whether a relation of unknown quantities holds."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways

    def __bool__(self) -> bool:
        return self._ways.decide()

    def _refuse(self, *_: Any) -> Any:
        raise self._ways.refusal("whether a relation holds is used as a number; `a.at_least` is one")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __neg__ = _refuse
    __int__ = __index__ = __float__ = __pow__ = __rpow__ = _refuse


class Expression:
    """A quantity that is not known: an operation and what it is applied to.

    `each` says that everybody has one of their own.

    Examples
    --------
    >>> from mechproof.proofs.own.rows import straight
    >>> own = Expression(Ways(), "role", "own")
    >>> straight(2 * own + 0.5)
    (('role', 'own', False), ('number', Fraction(2, 1)), ('*', 1, 0), ('number', Fraction(1, 2)), ('+', 2, 3))
    >>> "more" if own > 1 else "less"
    'less'
    """

    __slots__ = ("arguments", "each", "operation", "ways")
    level = 0

    def __init__(self, ways: Ways, operation: str, *arguments: Any, each: bool = False) -> None:
        self.ways, self.operation, self.arguments, self.each = ways, operation, arguments, each

    def applied(self, operation: str, *arguments: Any) -> Expression:
        """Return an operation on quantities and numbers."""
        taken = [self.constant(x) for x in arguments]
        each = any(isinstance(x, Expression) and x.each for x in taken)
        return Expression(self.ways, operation, *taken, each=each)

    def constant(self, value: Any) -> Any:
        """Return a number exactly as it is, a float as the double it is; refuse what is none."""
        if isinstance(value, Expression):
            return value
        if isinstance(value, int | np.integer | Fraction | Decimal | float | np.floating):
            if isfinite(value):
                return exact_value(int(value) if isinstance(value, np.integer) else value)
            raise self.ways.refusal("a number is not known, such as one that data became as a float; ask for a role")
        raise self.ways.refusal(f"{type(value).__name__} is no number; a formula computes one person's by role")

    def _binary(self, operation: str, left: Any, right: Any) -> Any:
        if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
            return NotImplemented  # NumPy goes through the array
        return self.applied(operation, left, right)

    def __add__(self, other: Any) -> Any:
        return self._binary("+", self, other)

    def __radd__(self, other: Any) -> Any:
        return self._binary("+", other, self)

    def __sub__(self, other: Any) -> Any:
        return self._binary("-", self, other)

    def __rsub__(self, other: Any) -> Any:
        return self._binary("-", other, self)

    def __mul__(self, other: Any) -> Any:
        return self._binary("*", self, other)

    def __rmul__(self, other: Any) -> Any:
        return self._binary("*", other, self)

    def __truediv__(self, other: Any) -> Any:
        """Return a quotient; own / (own + others), written out, is the share it is meant to be: nothing of nothing."""
        if isinstance(other, Expression) and other.operation == "+" and set(map(_role, other.arguments)) == SHARED:
            rest = self._without_own()
            if rest is not None:
                own, others = sorted(other.arguments, key=_role, reverse=True)
                return rest * self.applied("share", own, others)
        return self._binary("/", self, other)

    def _without_own(self) -> Any:
        """Return the other factors of a product with the own decision, None if it is none."""
        if _role(self) == "own":
            return Fraction(1)
        if self.operation in ("*", "/"):
            left, right = self.arguments
            if isinstance(left, Expression) and (rest := left._without_own()) is not None:
                return rest * right if self.operation == "*" else rest / right
            if self.operation == "*" and isinstance(right, Expression) and (rest := right._without_own()) is not None:
                return left * rest
        return None

    def __rtruediv__(self, other: Any) -> Any:
        return self._binary("/", other, self)

    def __pow__(self, other: Any) -> Any:
        return self._binary("**", self, other)

    def __rpow__(self, other: Any) -> Any:
        return self._binary("**", other, self)

    def __neg__(self) -> Any:
        return self.applied("-", 0, self)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return self.applied("absolute", self)

    def sqrt(self) -> Any:
        """Return √x; so NumPy asks for it."""
        return self.applied("sqrt", self)

    def exp(self) -> Any:
        """Return eˣ."""
        return self.applied("exp", self)

    def expm1(self) -> Any:
        """Return eˣ − 1."""
        return self.applied("expm1", self)

    def log(self) -> Any:
        """Return ln x."""
        return self.applied("log", self)

    def log1p(self) -> Any:
        """Return ln(1 + x)."""
        return self.applied("log1p", self)

    def _compared(self, _: Any) -> Any:
        return Truth(self.ways)

    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = _compared
    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        return self.ways.decide()

    def __float__(self) -> float:
        """Return no number at all, which bounds may be: then they are not known."""
        if self.ways.closed:
            raise self.ways.refusal("a quantity becomes a float; a formula computes with its roles")
        return float("nan")

    def __array__(self, *_: Any, **__: Any) -> Any:
        if self.ways.closed:
            raise self.ways.refusal("a quantity becomes an array; a formula computes with its roles by `a`")
        return _alone(self)

    def __array_ufunc__(self, function: Any, method: str, *inputs: Any, **_: Any) -> Any:
        name = function.__name__
        if method != "__call__" or name not in OPERATORS:
            raise self.ways.refusal(f"numpy.{name} is no operation of formulas; those of `a` are")
        if not any(isinstance(x, np.ndarray) for x in inputs):
            return OPERATORS[name](*inputs)
        several = np.broadcast_arrays(*(x if isinstance(x, np.ndarray) else _alone(x) for x in inputs))
        found = np.empty(several[0].shape, dtype=object)
        for place in np.ndindex(found.shape):
            found[place] = OPERATORS[name](*(x[place] for x in several))
        return found

    def __array_function__(self, function: Any, *_: Any) -> Any:
        raise self.ways.refusal(f"numpy.{function.__name__} is no operation of formulas; those of `a` are")

    def _whole(self, *_: Any) -> Any:
        raise self.ways.refusal("a quantity is made a whole number, or a remainder; that is no formula by role")

    __int__ = __index__ = __trunc__ = __floor__ = __ceil__ = __round__ = _whole
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __divmod__ = __rdivmod__ = _whole

    def _several(self, *_: Any) -> Any:
        if self.operation == "role" and self.each:
            number = self.ways.number
            raise self.ways.refusal(f"it asks for the number of people, or for single ones; their number is {number}")
        raise self.ways.refusal("a quantity is used as a list")

    __len__ = __iter__ = __getitem__ = __contains__ = __matmul__ = __rmatmul__ = _several

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._several()


def _role(x: Any) -> str:
    return str(x.arguments[0]) if isinstance(x, Expression) and x.operation == "role" else ""


def _alone(x: Any) -> np.ndarray:
    """Return an array that holds one quantity."""
    found = np.empty(1, dtype=object)
    found[0] = x
    return found.reshape(())


class Tracing:
    """The algebra that writes down what a formula asks of it."""

    name: str
    level = 0

    def __init__(self, ways: Ways) -> None:
        self._ways = ways

    def __getattr__(self, operation: str) -> Any:
        if operation.startswith("_"):
            raise AttributeError(operation)
        if operation == "name":  # what a formula means does not depend on who reads it
            raise self._ways.refusal("it asks by which library it is read")
        return lambda *values: self.number(values[0]).applied(operation, *values)

    def number(self, value: Any) -> Any:
        """Return a number as an expression."""
        if isinstance(value, Expression):
            return value
        return Expression(self._ways, "number", Expression(self._ways, "number").constant(value))

    def power(self, x: Any, exponent: Any) -> Any:
        """Return a power: a product where the exponent is a whole number that is known."""
        if isinstance(exponent, int | Fraction) and exponent == int(exponent) >= 0:
            return self.number(x) ** int(exponent)
        return self.number(x).applied("power", x, exponent)

    def sum(self, x: Any) -> Any:
        """Return the sum over everybody."""
        if not isinstance(x, Expression) or not x.each:
            raise self._ways.refusal("it sums what is no vector of everybody's")
        return Expression(self._ways, "sum", x)

    def highest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """Return the k-th highest of the others, an operation of its own."""
        return self._single("highest", others, k, missing)

    def lowest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """Return the k-th lowest of the others."""
        return self._single("lowest", others, k, missing)

    def _single(self, name: str, others: Any, k: Any, missing: Any) -> Any:
        if _role(others) != "others":
            raise self._ways.refusal(f"a.{name} takes the role `others`, and nothing that is computed from it")
        if isinstance(k, bool) or not isinstance(k, int) or k < 1:
            raise self._ways.refusal(f"a.{name} asks for which of the others, a whole number from 1 on")
        return others.applied(name, others, k, *(() if missing is None else (missing,)))

    def count_positive(self, _: Any) -> Any:
        """Refuse: how many are positive is no sum of formulas."""
        raise self._ways.refusal("how many are positive is no sum of formulas")
