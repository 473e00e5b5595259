"""Statements as one reads them: ``(ratio * cost_sum).equals(client_count - 1)``, of roles known by name.

A *term* is a formula of roles that has not been read yet. What is done to terms is done to what they are read as, by
whatever reads them: polynomials, fractions, z3, symbols. So a term is a formula like any, and a comparison of terms is
a statement like any.
"""

from __future__ import annotations

from collections.abc import Mapping
from inspect import Signature, signature
from typing import Any

from ...formulations.algebra import Formula, read, roles_of
from .sentence import above, at_least, at_most, below, by_roles, equal, slope, substitute


class Term:
    """A formula of its roles, or a statement about them where terms are compared.

    Examples
    --------
    >>> from mechproof.solvers.readings.scalars import Scalars
    >>> own, cost = roles("own cost")
    >>> roles_of(own - cost * own**2), read(own - cost * own**2, Scalars(), {"own": 2.0, "cost": 0.25})
    (('own', 'cost'), 1.0)
    >>> read(own >= cost, Scalars(), {"own": 2.0, "cost": 0.25})
    Relation(left=2.0, sign='>=', right=0.25)
    """

    def __init__(self, formula: Formula, role: str = "") -> None:
        """Take any formula, and the name of the role that it is, if it is nothing but one."""
        self.formula, self.role = formula, role
        self.__name__ = getattr(formula, "__name__", "a term")
        self.__signature__: Signature = signature(formula)

    def __call__(self, a: Any, **given: Any) -> Any:
        """Return what the formula is in an algebra, its roles being `given`."""
        return self.formula(a, **given)

    def at(self, **replaced: Any) -> Term:
        """Return the formula with some of its roles computed by other terms, or set to numbers.

        Names that are no roles of it are passed over.

        Examples
        --------
        >>> own, others, cost = roles("own others cost")
        >>> roles_of((own / (own + others)).at(others=2 * cost, own=1))
        ('cost',)
        """
        return Term(substitute(self.formula, **{name: _formula(value) for name, value in replaced.items()}))

    def slope(self, role: Term) -> Term:
        """Return the derivative with respect to a role.

        Raises
        ------
        TypeError
            When it is no role, but a term of one, such as its square.

        Examples
        --------
        >>> from mechproof.solvers.readings.scalars import Scalars
        >>> (x,) = roles("x")
        >>> read((x * x).slope(x), Scalars(), {"x": 3.0})
        6.0
        """
        if not role.role:
            raise TypeError("a slope is with respect to a role, such as own of (own,) = roles('own')")
        return Term(slope(self.formula, role.role))

    def equals(self, other: Any) -> Term:
        """Return the statement that two terms are the same number (``==`` asks whether they are the same object)."""
        return applied(lambda a, x, y: equal(x, y), self, other)

    def __lt__(self, other: Any) -> Term:
        return applied(lambda a, x, y: below(x, y), self, other)

    def __le__(self, other: Any) -> Term:
        return applied(lambda a, x, y: at_most(x, y), self, other)

    def __gt__(self, other: Any) -> Term:
        return applied(lambda a, x, y: above(x, y), self, other)

    def __ge__(self, other: Any) -> Term:
        return applied(lambda a, x, y: at_least(x, y), self, other)

    def __add__(self, other: Any) -> Term:
        return applied(lambda a, x, y: x + y, self, other)

    def __radd__(self, other: Any) -> Term:
        return applied(lambda a, x, y: x + y, other, self)

    def __sub__(self, other: Any) -> Term:
        return applied(lambda a, x, y: x - y, self, other)

    def __rsub__(self, other: Any) -> Term:
        return applied(lambda a, x, y: x - y, other, self)

    def __mul__(self, other: Any) -> Term:
        return applied(lambda a, x, y: x * y, self, other)

    def __rmul__(self, other: Any) -> Term:
        return applied(lambda a, x, y: x * y, other, self)

    def __truediv__(self, other: Any) -> Term:
        return applied(lambda a, x, y: x / y, self, other)

    def __rtruediv__(self, other: Any) -> Term:
        return applied(lambda a, x, y: x / y, other, self)

    def __pow__(self, exponent: int) -> Term:
        return applied(lambda a, x: x**exponent, self)

    def __neg__(self) -> Term:
        return applied(lambda a, x: -x, self)

    def __bool__(self) -> bool:
        """Refuse what Python makes of ``0 < x < 1``, of which it would keep the second half alone."""
        raise TypeError("a term is neither true nor false: write 0 < x and x < 1 as two statements")


def roles(names: str) -> tuple[Term, ...]:
    """Return roles as terms.

    Examples
    --------
    >>> own, cost = roles("own cost")
    >>> roles_of(cost)
    ('cost',)
    """
    return tuple(Term(by_roles((name,), lambda a, given, name=name: given[name]), name) for name in names.split())


def applied(operation: Formula, *parts: Any) -> Term:
    """Return an operation of an algebra, and of what it is applied to: terms, formulas or numbers.

    Examples
    --------
    >>> from mechproof.solvers.readings.scalars import Scalars
    >>> own, others = roles("own others")
    >>> read(applied(lambda a, x, y: a.share(x, y), own, others + 1), Scalars(), {"own": 1.0, "others": 2.0})
    0.25
    """
    formulas = tuple(_formula(part) for part in parts)
    asked = dict.fromkeys(role for formula in formulas for role in roles_of(formula))

    def body(a: Any, given: Mapping[str, Any]) -> Any:
        return operation(a, *(read(formula, a, given) for formula in formulas))

    return Term(by_roles(tuple(asked), body))


def maximum(x: Any, y: Any) -> Term:
    """Return the larger of two terms."""
    return applied(lambda a, p, q: a.maximum(p, q), x, y)


def minimum(x: Any, y: Any) -> Term:
    """Return the smaller of two terms."""
    return applied(lambda a, p, q: a.minimum(p, q), x, y)


def sqrt(x: Any) -> Term:
    """Return the square root of a term."""
    return applied(lambda a, p: a.sqrt(p), x)


def log(x: Any) -> Term:
    """Return the natural logarithm of a term."""
    return applied(lambda a, p: a.log(p), x)


def number(value: Any) -> Term:
    """Return a number as a term, where a formula is asked for."""
    return Term(_formula(value))


def _formula(part: Any) -> Formula:
    found: Formula = part if callable(part) else lambda a: a.number(part)
    return found
