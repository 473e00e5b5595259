"""What a family declares of a property as a sentence that the kernel can read: what is given, and the goal."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor
from numbers import Rational
from typing import Any

import numpy as np

from ...formulations.algebra import Algebra, Formula, read, roles_of
from ...formulations.design.family import Family, Requirement
from ..kernel.ratio import UnreadableError
from ..kernel.sentence import Relation, Sentence, at_least, at_most, by_roles

LONGEST = 1000
"""Numbers of larger denominators are too long for the search for a certificate, which is one in doubles."""


def sentence_for(
    family: Family, requirement: Requirement, slack: Formula, free: frozenset[str], every: bool = False
) -> tuple[dict[str, Formula], Formula]:
    """Return what is given and the goal: the slack is nowhere negative, of all parameters and all that is given.

    Data that are `free` are anything between two shorter numbers around them: what is proved then holds of them, too.
    Constraints that are no polynomials are left out, which proves no less, unless `every` one is wanted, as of what an
    instance has to fulfil.
    """
    goal = _nonnegative(_with_data(family, slack, free))
    bound = _constraints_on(family, set(roles_of(goal)), free)
    kept = {text: formula for text, formula in bound.items() if every or _readable(formula)}
    asked = set(roles_of(goal)).union(*map(roles_of, kept.values()))
    data = {name: Fraction(getattr(family, name)) for name in free}
    given: dict[str, Formula] = {}
    for name, value in data.items():
        low, high = _around(value)
        given |= {f"{name} ≥ {low}": _bound(name, low, at_least), f"{name} ≤ {high}": _bound(name, high, at_most)}
    for name, (low, high) in family.box().items():
        if name in asked:
            given[f"{name} ≥ {low}"] = _bound_by(name, low, at_least, data, 0)
            given[f"{name} ≤ {high}"] = _bound_by(name, high, at_most, data, 1)
    for text, formula in requirement.given.items():
        given[text] = _nonnegative(_with_data(family, formula, free))
    return {**given, **kept}, goal


def _constraints_on(family: Family, asked: set[str], free: frozenset[str]) -> dict[str, Formula]:
    """Return the constraints on roles that are asked for, and on whatever other parameters these bind them to."""
    waiting = {
        f"{item.name} holds": _nonnegative(_with_data(family, item.slack, free)) for item in family.constraints()
    }
    found: dict[str, Formula] = {}
    while linked := {text: formula for text, formula in waiting.items() if asked & set(roles_of(formula))}:
        found |= linked
        asked = asked.union(*map(roles_of, linked.values()))
        waiting = {text: formula for text, formula in waiting.items() if text not in found}
    return found


def long_data(family: Family, formula: Formula) -> frozenset[str]:
    """Return the single numbers a formula asks for that are too long for a search in doubles, such as most doubles."""
    declared: Any = _AsTheyAre()
    asked = family.fields_in(declared, roles_of(formula))
    return frozenset(name for name, value in asked.items() if np.ndim(value) == 0 and _is_long(value))


def _is_long(value: Any) -> bool:
    return isinstance(value, Rational | float) and Fraction(value).denominator > LONGEST


def _around(value: Fraction) -> tuple[Fraction, Fraction]:
    """Return two shorter numbers, one no more and one no less."""
    return Fraction(floor(value * LONGEST), LONGEST), Fraction(ceil(value * LONGEST), LONGEST)


def _bound_by(name: str, value: Fraction, relation: Any, data: Mapping[str, Fraction], side: int) -> Formula:
    """Bound a parameter by the datum that is its bound, else by a number, a little wider if that is long."""
    for datum, number in data.items():
        if number == value:
            return _compared(name, datum, relation)
    return _bound(name, _around(value)[side] if data and _is_long(value) else value, relation)


def _with_data(family: Family, formula: Formula, free: frozenset[str]) -> Formula:
    """Return a formula whose roles are no data any more but the free ones: those are read from the family."""
    declared: Any = _AsTheyAre()
    data = set(family.fields_in(declared, roles_of(formula))) - free
    roles = tuple(role for role in roles_of(formula) if role not in data)
    return by_roles(roles, lambda a, given: read(formula, a, {**family.fields_in(a, data), **given}))


class _AsTheyAre:
    """An algebra that is only asked which data there are."""

    @staticmethod
    def number(value: Any) -> Any:
        """Return a number as it is."""
        return value

    vector = number


def _nonnegative(formula: Formula) -> Formula:
    return by_roles(roles_of(formula), lambda a, given: at_least(read(formula, a, given), a.number(0)))


def _compared(name: str, datum: str, relation: Any) -> Formula:
    return by_roles((name, datum), lambda a, given: relation(given[name], given[datum]))


def _bound(name: str, value: Any, relation: Any) -> Formula:
    def bounded(a: Algebra, given: Mapping[str, Any]) -> Relation:
        compared: Relation = relation(given[name], a.number(value))
        return compared

    return by_roles((name,), bounded)


def _readable(formula: Formula) -> bool:
    """Whether a hypothesis is one of polynomials."""
    from ..kernel.polynomials import readings_of

    try:
        readings_of(Sentence({}, formula))
    except (UnreadableError, ZeroDivisionError, TypeError):
        return False
    return True
