"""Formulas about everybody, such as a pool less all payments, taken apart into sums over people of formulas by role.

Whatever is read in this algebra is put off: it becomes a value that knows how to compute itself in any other algebra,
for one person at a time. The sum over a vector becomes a role of its own, ``sum_1``, whose summand is remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import add, mul, pow, sub, truediv
from typing import Any

from ...formulations.algebra import Formula, read, roles_of
from ...formulations.errors import UnsupportedModel
from ...formulations.language import Declaration
from ..kernel.sentence import by_roles
from .roles import Roles, part_of_roles

Compute = Callable[[Any, Mapping[str, Any]], Any]


@dataclass(frozen=True)
class Later:
    """A value to be computed in an algebra from roles; `each` says that everybody has one of their own."""

    compute: Compute
    each: bool = False

    __array_ufunc__ = None
    level = 0

    def __add__(self, other: Any) -> Later:
        return _both(add, self, other)

    def __radd__(self, other: Any) -> Later:
        return _both(add, other, self)

    def __sub__(self, other: Any) -> Later:
        return _both(sub, self, other)

    def __rsub__(self, other: Any) -> Later:
        return _both(sub, other, self)

    def __mul__(self, other: Any) -> Later:
        return _both(mul, self, other)

    def __rmul__(self, other: Any) -> Later:
        return _both(mul, other, self)

    def __truediv__(self, other: Any) -> Later:
        return _both(truediv, self, other)

    def __rtruediv__(self, other: Any) -> Later:
        return _both(truediv, other, self)

    def __pow__(self, exponent: Any) -> Later:
        return _both(pow, self, exponent)

    def __neg__(self) -> Later:
        return _both(sub, 0, self)

    def __getitem__(self, _: Any) -> Any:
        raise UnsupportedModel("it picks out single people, so that it is no formula by role")

    def __bool__(self) -> bool:
        raise UnsupportedModel("it is decided by numbers that are not known, so that it is no formula by role")

    def __len__(self) -> int:
        raise UnsupportedModel("it asks for the number of people; let it ask for their count by name")


@dataclass
class PutOff:
    """The algebra of values that are computed later; `sums` are the summands by the roles of their sums."""

    sums: dict[str, Later] = field(default_factory=dict)

    name = "later"
    level = 0

    def __getattr__(self, operation: str) -> Any:
        if operation.startswith("_"):
            raise AttributeError(operation)
        return lambda *values: _applied(lambda a: getattr(a, operation), *values)

    def number(self, value: Any) -> Any:
        """Return a number as it is."""
        return value

    def sum(self, x: Any) -> Any:
        """Return the role of a sum."""
        if not isinstance(x, Later) or not x.each:
            raise UnsupportedModel("it sums what is no vector of everybody's")
        name = f"sum_{len(self.sums) + 1}"
        self.sums[name] = x
        return Later(lambda a, roles: roles[name])

    def count_positive(self, x: Any) -> Any:
        """Refuse: how many are positive is no sum of formulas."""
        raise UnsupportedModel("how many are positive is no sum of formulas")


@dataclass(frozen=True)
class Taken:
    """A formula about everybody: its value by roles and sums, and each sum's summand, a formula of one person's roles.

    `each` says that it has a value for everybody.
    """

    value: Formula
    summands: Mapping[str, Formula]
    each: bool


def taken_apart(roles: Roles, formula: Formula) -> Taken:
    """Return a constraint's slack or an aggregate, taken apart.

    Raises
    ------
    UnsupportedModel
        When it is not made of sums over people.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.formulations.stackelberg.declaration import pool_left
    >>> from mechproof.proofs.own.roles import roles_of_game
    >>> taken = taken_apart(roles_of_game(mp.StackelbergPricing), pool_left)
    >>> roles_of(taken.value), {name: roles_of(summand) for name, summand in taken.summands.items()}
    (('reward_pool', 'sum_1'), {'sum_1': ('own', 'others', 'reward_pool')})
    """
    algebra = PutOff()
    found = _read(roles, algebra, formula, frozenset())
    names = _names(roles)
    value = found if isinstance(found, Later) else Later(lambda a, given: found)
    summands = {name: _by_roles(summand, (*names, *algebra.sums)) for name, summand in algebra.sums.items()}
    return Taken(_by_roles(value, (*names, *algebra.sums)), summands, value.each)


def _read(roles: Roles, algebra: PutOff, formula: Formula, within: frozenset[str]) -> Any:
    """Read a formula whose roles may be other outcomes and aggregates too."""
    given: dict[str, Any] = {}
    outcomes = {**roles.blank.outcomes(), **roles.population.aggregates}
    for name in roles_of(formula):
        if name in outcomes and name not in within:
            given[name] = _read(roles, algebra, outcomes[name], within | {name})
        else:
            given[name] = _role(roles, name)
    return read(formula, algebra, given)


def _role(roles: Roles, name: str) -> Any:
    if name == roles.population.decision.name:
        return _given("own", each=True)
    if name in ("own", "others"):
        return _given(name, each=True)
    part = getattr(roles.sample, name, None)
    if isinstance(part, Declaration):
        return part_of_roles(part, name, {key: _given(key) for key in roles.rules})
    known = name in roles.rules or name == roles.count
    if not known and (roles.leader is None or name != roles.leader.decision.name):
        raise UnsupportedModel(f"{name} is no role of a game")
    return _given(name, each=name in roles.rules and roles.rules[name].per is not None)


def _given(name: str, each: bool = False) -> Later:
    return Later(lambda a, given: given[name], each)


def _names(roles: Roles) -> tuple[str, ...]:
    led = () if roles.leader is None else (roles.leader.decision.name,)
    return ("own", "others", *roles.rules, *led, roles.count)


class _Used(Mapping[str, Any]):
    """Roles that note which of them are asked for."""

    def __init__(self) -> None:
        self.names: dict[str, None] = {}

    def __getitem__(self, name: str) -> Any:
        self.names[name] = None
        return _Anything()

    def __iter__(self) -> Any:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


class _Anything:
    """What every operation of every algebra gives, where only the roles asked for matter."""

    level = 0

    def _same(self, *_: Any) -> _Anything:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __neg__ = _same
    __pow__ = __rpow__ = _same

    def __getattr__(self, operation: str) -> Any:
        if operation.startswith("__"):
            raise AttributeError(operation)
        return self._same


def _by_roles(value: Later, names: tuple[str, ...]) -> Formula:
    used = _Used()
    value.compute(_Anything(), used)
    return by_roles(tuple(name for name in names if name in used.names), value.compute)


def _both(operator: Callable[[Any, Any], Any], left: Any, right: Any) -> Later:
    return Later(
        lambda a, roles: operator(_value(left, a, roles), _value(right, a, roles)), _each(left) or _each(right)
    )


def _applied(operation: Callable[[Any], Any], *values: Any) -> Later:
    return Later(lambda a, roles: operation(a)(*(_value(value, a, roles) for value in values)), any(map(_each, values)))


def _value(x: Any, a: Any, roles: Mapping[str, Any]) -> Any:
    return x.compute(a, roles) if isinstance(x, Later) else x


def _each(x: Any) -> bool:
    return isinstance(x, Later) and x.each
