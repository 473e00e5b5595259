"""Small instances of a declared class, made from the rules of its fields; and one whose numbers cannot be read.

What a class declares can be asked of an instance only. Of an instance whose numbers are *blank* we learn which formulas
there are whatever the numbers: a blank may be computed with, which gives a blank again, but nothing can be decided by
it. The small instances are a cross-check, and carry counterexamples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, fields
from fractions import Fraction
from functools import partial
from itertools import cycle
from typing import Any

import numpy as np

from ...formulations.data import Rule
from ...formulations.errors import InputError, MechproofError
from ...formulations.language import Declaration
from ...formulations.registry import kinds_of

SEQUENCES = ((1, 2), (2, 1, 3), (1,), (3, 2, 1), (1, 3), (Fraction(1, 2), 2, 1), (4, 1, 2, 8), (1, 10), (10, 1))
"""Numbers that small instances are filled with, in turn, until one is accepted."""
Numbers = Callable[[str, Rule], Any]


class BlankError(Exception):
    """Something was to be decided by a number that is not known."""


class Blank:
    """A number that can be computed with, but not be read.

    Examples
    --------
    >>> type(2 * Blank() + 1).__name__
    'Blank'
    >>> Blank() > 1
    Traceback (most recent call last):
    mechproof.proofs.own.samples.BlankError: what the data are would decide
    """

    level = 0

    def _blank(self, *_: Any) -> Blank:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _blank
    __pow__ = __rpow__ = __neg__ = __abs__ = sqrt = exp = log = _blank

    def _refuse(self, *_: Any) -> Any:
        raise BlankError("what the data are would decide")

    __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __int__ = __index__ = _refuse

    def __float__(self) -> float:
        return float("nan")


def samples(pattern: Any, people: int = 2) -> Iterator[Any]:
    """Return small instances of a class, or of an instance's class with the same parts, choices and omissions.

    Examples
    --------
    >>> import mechproof as mp
    >>> first = next(samples(mp.StackelbergPricing))
    >>> print(first.cost, first.alpha)
    [Fraction(1, 1) Fraction(2, 1)] 1
    """
    for sequence in SEQUENCES:
        turn = cycle([Fraction(value) for value in sequence])

        def numbers(name: str, rule: Rule, turn: Iterator[Fraction] = turn) -> Any:
            return fitting(rule, next(turn)) if rule.per is None else [fitting(rule, next(turn)) for _ in range(people)]

        made = filled(pattern, numbers)
        if made is not None:
            yield made


def filled(pattern: Any, numbers: Numbers) -> Any:
    """Return an instance with these numbers, or None where the class refuses them."""
    for fill in _fillings(pattern):
        try:
            return fill(numbers)
        except (MechproofError, TypeError, ArithmeticError):
            continue
    return None


def fitting(rule: Rule, value: Fraction) -> Fraction:
    """Return the number a rule allows that a positive one stands for, counted from the rule's bound."""
    least = rule.above if rule.above is not None else rule.at_least if rule.at_least is not None else 0
    whole = Fraction(-(-value.numerator // value.denominator)) if rule.whole else value
    return least + whole


def _fillings(pattern: Any) -> list[Callable[[Numbers], Any]]:
    """The ways to fill a class: like the given instance, or with ever more of what may be left out."""
    if not isinstance(pattern, type):
        return [partial(_fill, type(pattern), pattern, frozenset())]
    optional = [item for item in fields(pattern) if item.default is None]
    single = frozenset(item.name for item in optional if _rule(item) is not None and _rule(item).per is None)
    several = frozenset(item.name for item in optional if _rule(item) is not None)
    parts = [frozenset({item.name}) for item in optional if "part" in item.metadata]
    return [partial(_fill, pattern, None, names) for names in dict.fromkeys((frozenset(), single, several, *parts))]


def _fill(kind: type, like: Any, wanted: frozenset[str], numbers: Numbers) -> Any:
    given = {}
    for item in fields(kind):
        value = MISSING if like is None else getattr(like, item.name)
        if value is None or (value is MISSING and item.default is None and item.name not in wanted):
            continue
        rule = _rule(item)
        if rule is not None:
            given[item.name] = numbers(item.name, rule)
        elif "part" in item.metadata:
            given[item.name] = _part(item, value, numbers)
        elif value is not MISSING and "labels" not in item.metadata:
            given[item.name] = value
    if like is not None:  # what the class itself derives from other fields must not be given twice
        for names in ((), *([name] for name in given if _rule_of(kind, name) is None)):
            try:
                return kind(**{name: value for name, value in given.items() if name not in names})
            except InputError:
                continue
    return kind(**given)


def _part(item: Field[Any], value: Any, numbers: Numbers) -> Any:
    def inner(name: str, rule: Rule) -> Any:
        return numbers(f"{item.name}_{name}", rule)

    if isinstance(value, Declaration):
        return _fill(type(value), value, frozenset(), inner)
    made = (filled(kind, inner) for kind in kinds_of(item.metadata["part"]).values())
    return next(part for part in made if part is not None)


def _rule_of(kind: type, name: str) -> Rule | None:
    return next((_rule(item) for item in fields(kind) if item.name == name), None)


def _rule(item: Field[Any]) -> Any:
    return item.metadata.get("rule")


def blanked(model: Any, people: int = 2) -> Any:
    """Return a copy of an instance whose numbers are blank, for so many people."""
    values: dict[str, Any] = {}
    for item in fields(model):
        value, rule = getattr(model, item.name), _rule(item)
        if isinstance(value, Declaration):
            value = blanked(value, people)
        elif rule is not None and value is not None:
            value = Blank() if rule.per is None else np.array([Blank()] * people, dtype=object)
        values[item.name] = None if "labels" in item.metadata else value
    return with_values(model, values)


def with_values(model: Any, values: Mapping[str, Any]) -> Any:
    """Return a copy that holds other values, which nothing checks."""
    copy = object.__new__(type(model))
    copy.__dict__.update({**{item.name: getattr(model, item.name) for item in fields(model)}, **values})
    return copy


def rules_of(model: Any, prefix: str = "") -> dict[str, Rule]:
    """Return the rules of an instance's numbers, those of its parts with the part's name before theirs.

    Examples
    --------
    >>> import mechproof as mp
    >>> list(rules_of(mp.StackelbergPricing([1, 1], revenue=mp.LogRevenue(1, 1))))
    ['cost', 'revenue_alpha', 'revenue_beta']
    """
    found: dict[str, Rule] = {}
    for item in fields(model):
        value = getattr(model, item.name)
        if isinstance(value, Declaration):
            found |= rules_of(value, f"{prefix}{item.name}_")
        elif _rule(item) is not None and value is not None:
            found[prefix + item.name] = _rule(item)
    return found
