"""Small instances of a declared class, made from the rules of its fields.

What a class declares can be asked of an instance only. The small instances carry counterexamples, and are a cross-check
of what a blank one declares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, fields
from fractions import Fraction
from functools import partial
from itertools import cycle, product
from typing import Any

from ...formulations.data import Rule
from ...formulations.errors import DeclarationError, InputError, MechproofError
from ...formulations.language import Declaration
from ...formulations.registry import kinds_of

SEQUENCES: tuple[tuple[Any, ...], ...] = (
    (1, 2),
    (2, 1, 3),
    (1,),
    (3, 2, 1),
    (1, 3),
    (Fraction(1, 2), 2, 1),
    (4, 1, 2, 8),
    (1, 10),
    (10, 1),
    (60, 1000, 200),
    (Fraction(1, 100), Fraction(1, 3000)),
    (10**6, Fraction(1, 7)),
)
"""Numbers that small instances are filled with, in turn, until one is accepted."""
Numbers = Callable[[str, Rule], Any]
Parts = Mapping[str, Any]
NO_PARTS: Parts = {}


def samples(
    pattern: Any, people: int = 2, parts: Parts = NO_PARTS, names: frozenset[str] | None = None
) -> Iterator[Any]:
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

        made = filled(pattern, numbers, parts, names)
        if made is not None:
            yield made


def variants(pattern: Any) -> dict[str, Any]:
    """Return a small instance for each choice of the kinds of parts that a class asks for, None where it accepts none.

    Parts that the class supplies itself, and those of a given instance, are not chosen here.

    Examples
    --------
    >>> import mechproof as mp
    >>> class Market(mp.Program):
    ...     size: mp.Number = mp.scalar("the size", above=0)
    ...     worth: mp.Revenue = mp.part(mp.Revenue)
    >>> {"worth = LogRevenue", "worth = SaturatingRevenue"} <= set(variants(Market))
    True
    """
    if not isinstance(pattern, type):
        return {"": next(samples(pattern), None)}
    for names in _left_out(pattern):
        found = dict(_of_each_choice(pattern, names))
        if any(one is not None for one in found.values()):
            return found
    return {"": None}


def _of_each_choice(pattern: type, names: frozenset[str]) -> Iterator[tuple[str, Any]]:
    asked = [item.name for item in fields(pattern) if "part" in item.metadata and _is_given(item, names)]
    kinds = [_kinds(item).items() for item in fields(pattern) if item.name in asked]
    for chosen in product(*kinds):
        words = ", ".join(f"{name} = {kind}" for name, (kind, _) in zip(asked, chosen, strict=True))
        parts = {name: part for name, (_, part) in zip(asked, chosen, strict=True)}
        yield words, None if None in parts.values() else next(samples(pattern, parts=parts, names=names), None)


def _kinds(item: Field[Any]) -> dict[str, Any]:
    """Return a small instance of every kind of a part, and of every kind of the parts of those."""
    found = {}
    for kind in kinds_of(item.metadata["part"]).values():
        for words, made in variants(kind).items():
            found[kind.__name__ + (f" with {words}" if words else "")] = made
    return found


def filled(pattern: Any, numbers: Numbers, parts: Parts = NO_PARTS, names: frozenset[str] | None = None) -> Any:
    """Return an instance with these numbers, or None where the class refuses them.

    `parts` are like what it gets as parts, the first of their kinds by default; `names` are those of what may be left
    out and is not.
    """
    for fill in _fillings(pattern, parts, names):
        try:
            return fill(numbers)
        except DeclarationError:  # no other numbers would mend it
            raise
        except (MechproofError, TypeError, ArithmeticError):
            continue
    return None


def fitting(rule: Rule, value: Fraction) -> Fraction:
    """Return the number a rule allows that a positive one stands for, counted from the rule's bound."""
    least = rule.above if rule.above is not None else rule.at_least if rule.at_least is not None else 0
    whole = Fraction(-(-value.numerator // value.denominator)) if rule.whole else value
    return least + whole


def _fillings(pattern: Any, parts: Parts, names: frozenset[str] | None) -> list[Callable[[Numbers], Any]]:
    """The ways to fill a class: like the given instance, or with ever more of what may be left out."""
    if not isinstance(pattern, type):
        return [partial(_like, pattern)]
    ways = _left_out(pattern) if names is None else [names]
    return [partial(_fill, pattern, parts, wanted) for wanted in ways]


def _left_out(pattern: type) -> list[frozenset[str]]:
    """What may be left out, and is given nevertheless: ever more."""
    optional = [item for item in fields(pattern) if item.default is None]
    single = frozenset(item.name for item in optional if _rule(item) is not None and _rule(item).per is None)
    several = frozenset(item.name for item in optional if _rule(item) is not None)
    parts = [frozenset({item.name}) for item in optional if "part" in item.metadata]
    return list(dict.fromkeys((frozenset(), single, several, *parts)))


def _is_given(item: Field[Any], wanted: frozenset[str]) -> bool:
    return item.default is MISSING or (item.default is None and item.name in wanted)


def _fill(kind: type, parts: Parts, wanted: frozenset[str], numbers: Numbers) -> Any:
    return kind(**_given(kind, parts, wanted, numbers))


def _like(model: Any, numbers: Numbers) -> Any:
    """Another instance of a model's class, with the same parts, choices and omissions."""
    kind = type(model)
    given = _given(kind, {item.name: getattr(model, item.name) for item in fields(kind)}, frozenset(), numbers)
    # what the class itself derives from other fields must not be given twice
    for names in ((), *([name] for name in given if _rule_of(kind, name) is None)):
        try:
            return kind(**{name: value for name, value in given.items() if name not in names})
        except InputError:
            continue
    return kind(**given)


def _given(kind: type, parts: Parts, wanted: frozenset[str], numbers: Numbers) -> dict[str, Any]:
    given = {}
    for item in fields(kind):
        value, rule = parts.get(item.name, item.default), _rule(item)
        if value is None and item.name not in wanted:
            continue
        if rule is not None:
            given[item.name] = numbers(item.name, rule)
        elif "part" in item.metadata:
            given[item.name] = _part(item, value, numbers)
        elif value is not MISSING and "labels" not in item.metadata:
            given[item.name] = value
    return given


def _part(item: Field[Any], value: Any, numbers: Numbers) -> Any:
    def inner(name: str, rule: Rule) -> Any:
        return numbers(f"{item.name}_{name}", rule)

    if isinstance(value, Declaration):
        return _like(value, inner)
    made = (filled(kind, inner) for kind in kinds_of(item.metadata["part"]).values())
    return next(part for part in made if part is not None)


def _rule_of(kind: type, name: str) -> Rule | None:
    return next((_rule(item) for item in fields(kind) if item.name == name), None)


def _rule(item: Field[Any]) -> Any:
    return item.metadata.get("rule")


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


def numbers_of(model: Any, prefix: str = "") -> dict[str, Any]:
    """Return an instance's single numbers, by the names of their rules.

    Examples
    --------
    >>> import mechproof as mp
    >>> numbers_of(mp.StackelbergPricing([1, 1], revenue=mp.LogRevenue(1, 2)))
    {'revenue_alpha': Fraction(1, 1), 'revenue_beta': Fraction(2, 1)}
    """
    found: dict[str, Any] = {}
    for item in fields(model):
        value = getattr(model, item.name)
        if isinstance(value, Declaration):
            found |= numbers_of(value, f"{prefix}{item.name}_")
        elif _rule(item) is not None and value is not None and _rule(item).per is None:
            found[prefix + item.name] = value
    return found
