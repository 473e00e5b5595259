"""The operations a formula may use; each library that reads formulas supplies them.

A formula is a plain function of an algebra `a` and of roles: ``client_utility(a, own, others, cost, reward_pool)``. The
operators ``+ - * /`` and powers are written as usual and are always elementwise; everything else is asked of `a`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, wraps
from inspect import Parameter, Signature, signature
from typing import Any, Protocol

import numpy as np

from .errors import UnsupportedModel

Formula = Callable[..., Any]


class Algebra(Protocol):
    """What a library must supply to read formulas: numbers, vectors and the operations below."""

    name: str
    level: int

    def number(self, value: Any) -> Any:
        """Return a declared scalar (a `Fraction` or a float) as this library's number."""

    def vector(self, value: Any) -> Any:
        """Return a declared vector (an array of floats or of fractions) as this library's vector."""

    def log(self, x: Any) -> Any:
        """Natural logarithm, of x > 0."""

    def log1p(self, x: Any) -> Any:
        """ln(1 + x), of x > -1."""

    def exp(self, x: Any) -> Any:
        """Exponential."""

    def expm1(self, x: Any) -> Any:
        """eˣ − 1, with all its digits where x is small."""

    def power(self, x: Any, exponent: Any) -> Any:
        """The power of x ≥ 0 to a number, whole or not."""

    def normal_cdf(self, x: Any) -> Any:
        """Φ(x), the standard normal distribution's."""

    def sqrt(self, x: Any) -> Any:
        """Square root, of x ≥ 0."""

    def square(self, x: Any) -> Any:
        """x², known to be convex."""

    def absolute(self, x: Any) -> Any:
        """|x|."""

    def maximum(self, x: Any, y: Any) -> Any:
        """The larger of the two, elementwise."""

    def minimum(self, x: Any, y: Any) -> Any:
        """The smaller of the two, elementwise."""

    def sum(self, x: Any) -> Any:
        """The sum over a vector; of one number it is refused."""

    def share(self, own: Any, others: Any) -> Any:
        """Own / (own + others), and 0 where nobody has anything; of own, others ≥ 0."""

    def at_least(self, x: Any, y: Any) -> Any:
        """1 where x ≥ y, else 0, elementwise."""

    def count_positive(self, x: Any) -> Any:
        """How many entries of a vector are positive."""

    def highest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """The k-th highest decision of the others one by one; `missing` where there are fewer than k."""

    def lowest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """The k-th lowest decision of the others one by one; `missing` where there are fewer than k."""


def summed(x: Any) -> Any:
    """Return what is to be summed, if it is a vector.

    A payment that is the same for all and written as one number would be paid once, where N are meant.

    Raises
    ------
    UnsupportedModel
        When it is one number.

    Examples
    --------
    >>> summed([1, 2])
    [1, 2]
    >>> summed(1.5)
    Traceback (most recent call last):
    mechproof.formulations.errors.UnsupportedModel: a.sum adds up a vector, and this is one number; what is the same \
for everybody is times their count: client_count * pay
    """
    if not np.shape(x):
        raise UnsupportedModel(
            "a.sum adds up a vector, and this is one number; what is the same for everybody is times their count: "
            "client_count * pay"
        )
    return x


def highest(others: Any, k: int = 1, missing: Any = None) -> Any:
    """Return the k-th highest of arrays of others, each person's own."""
    from .others import statistic  # few formulas ask for it

    return statistic("highest", others, k, missing)


def lowest(others: Any, k: int = 1, missing: Any = None) -> Any:
    """Return the k-th lowest of arrays of others, each person's own."""
    from .others import statistic

    return statistic("lowest", others, k, missing)


@lru_cache(maxsize=1024)
def roles_of(formula: Formula) -> tuple[str, ...]:
    """Return the roles a formula asks for: its parameters after the algebra.

    Examples
    --------
    >>> roles_of(lambda a, own, cost: own * cost)
    ('own', 'cost')
    """
    return tuple(signature(formula).parameters)[1:]


def asking(roles: Iterable[str], formula: Formula) -> Formula:
    """Return a formula of keywords that asks for these roles, which are known only when it is made.

    Examples
    --------
    >>> roles_of(asking(["cost", "epsilon"], lambda a, **roles: sum(roles.values())))
    ('cost', 'epsilon')
    """

    @wraps(formula)
    def asked(a: Any, **given: Any) -> Any:
        return formula(a, **given)

    named = [Parameter(name, Parameter.KEYWORD_ONLY) for name in dict.fromkeys(roles)]
    asked.__signature__ = Signature([Parameter("a", Parameter.POSITIONAL_OR_KEYWORD), *named])  # type: ignore[attr-defined]
    return asked


def renamed(formula: Formula, role: str, name: str) -> Formula:
    """Return a formula that asks for another role in place of one."""

    def asked(a: Any, **roles: Any) -> Any:
        return formula(a, **{role if given == name else given: value for given, value in roles.items()})

    return asking((name if item == role else item for item in roles_of(formula)), asked)


def read(formula: Formula, algebra: Algebra, roles: Mapping[str, Any]) -> Any:
    """Evaluate a formula in an algebra, each parameter bound to the role of its name.

    Raises
    ------
    TypeError
        When the formula asks for a role that the declaration does not have; the message lists those it has.

    Examples
    --------
    >>> read(lambda a, own, cost: own * cost, None, {"own": 2, "cost": 3, "others": 5})
    6
    """
    wanted = roles_of(formula)
    missing = [role for role in wanted if role not in roles]
    if missing:
        raise TypeError(f"{formula.__name__} asks for {', '.join(missing)}; the roles are {', '.join(sorted(roles))}")
    return formula(algebra, **{role: roles[role] for role in wanted})
