"""Constraints between pairs of types or people, by role: that nobody envies another, that equals are paid alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations
from typing import Any

import numpy as np

from .algebra import Formula, asking, roles_of
from .errors import InputError
from .language import Constraint

OTHER = "other_"
"""How the roles of the other one of a pair begin."""


@dataclass(frozen=True, repr=False)
class PairConstraint(Constraint):
    """A constraint on pairs; `pairs` are their places, of the one whose roles they are and of the other one."""

    pairs: tuple[tuple[int, int], ...] = ()


def between(
    name: str, slack: Formula, count: int, along: Sequence[Any] | None = None, equality: bool = False
) -> PairConstraint:
    """Return the constraint that a formula of two is at least zero, for all pairs in both orders.

    Parameters
    ----------
    name
        What it is called.
    slack
        A formula by role: ``payment`` and ``cost`` are those of one of two, ``other_payment`` and ``other_cost`` those
        of the other. What is one number is everybody's. In a game the roles are decisions, data and outcomes.
    count
        How many types, or people, there are.
    along
        Numbers by which they are in order, such as costs: then it is declared of neighbours only, in both directions.
    equality
        Whether it has to be exactly zero.

    Raises
    ------
    InputError
        When the formula asks for no role of the other one, or not everybody has a number to be ordered by.

    Examples
    --------
    >>> def no_envy(a, epsilon, payment, other_epsilon, other_payment, cost):
    ...     return payment - cost * epsilon - (other_payment - cost * other_epsilon)
    >>> between("no_envy", no_envy, 3).pairs
    ((0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1))
    >>> between("no_envy", no_envy, 3, along=[5, 1, 3]).pairs
    ((1, 2), (2, 1), (2, 0), (0, 2))
    """
    asked = roles_of(slack)
    if not any(role.startswith(OTHER) for role in asked):
        remedy = "ask for the other one's roles, such as other_payment"
        raise InputError("between", name, "is about one of each only", remedy)
    pairs = _pairs(name, count, along)
    places = np.array(pairs or [(0, 0)], dtype=int)
    own, other = places[:, 0], places[:, 1]

    def of_pairs(a: Any, **given: Any) -> Any:
        found = {
            role: _entries(name, _base(role), given[_base(role)], count, other if role.startswith(OTHER) else own)
            for role in asked
        }
        value = slack(a, **found)
        return value if pairs else 0 * value  # of one alone nothing is asked

    return PairConstraint(name, asking(map(_base, asked), of_pairs), equality, slack, pairs)


def _pairs(name: str, count: int, along: Sequence[Any] | None) -> tuple[tuple[int, int], ...]:
    if along is None:
        return tuple(permutations(range(count), 2))
    numbers = list(along)
    if len(numbers) != count:
        raise InputError("along", len(numbers), f"has to be a number for each of {count} in {name}")
    rising = sorted(range(count), key=numbers.__getitem__)
    return tuple(pair for one, two in pairwise(rising) for pair in ((one, two), (two, one)))


def _base(role: str) -> str:
    return role.removeprefix(OTHER)


def _entries(name: str, role: str, value: Any, count: int, places: Any) -> Any:
    """Return the entries at these places of what everybody has, and what is one number as it is."""
    shape = np.shape(value)
    if len(shape) == 1 and shape != (count,):
        rule = f"has to be how many there are of {role}, {shape[0]}, in {name}"
        raise InputError("count", count, rule, f"write mp.between({name!r}, …, {shape[0]})")
    return value[places] if shape == (count,) else value
