"""What a declaration accepts beyond its fields' rules, found by trying: how few people, which optional fields together.

A class's `check` is code; nobody reads it here. A plain instance is made for every set of optional fields and for ever
more people, and what is refused is learnt from.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from fractions import Fraction
from itertools import combinations
from typing import Any

from ...formulations.data import Rule
from ...formulations.declaration import people_of
from ...formulations.errors import InputError
from ...formulations.language import Declaration, Game
from ...formulations.registry import kinds_of

MOST_TRIED = 6
"""Up to how many people, and how many optional fields in all combinations, are tried."""
MOST_HALVINGS = 400


@dataclass(frozen=True)
class Shape:
    """Which optional fields are accepted together, the fewest first, and the least length of each vector's people."""

    patterns: tuple[tuple[str, ...], ...]
    least: Mapping[str, int]


def declared_fields(kind: type[Declaration]) -> dict[str, Field[Any]]:
    """Return a class's fields that say what they hold, by name."""
    said = ("rule", "labels", "choice", "part")
    found = {item.name: item for item in fields(kind)}  # type: ignore[arg-type]
    return {name: item for name, item in found.items() if any(key in item.metadata for key in said)}


def refuse_unsaid(kind: type[Declaration], given: Collection[str]) -> None:
    """Refuse a class with a field that says nothing of what it holds, has no default and is not given.

    Given fields that there are not are refused too.
    """
    declared, every = declared_fields(kind), {item.name: item for item in fields(kind)}  # type: ignore[arg-type]
    for name, item in every.items():
        if name not in (*declared, *given) and item.default is MISSING and item.default_factory is MISSING:
            rule = "says nothing of what it holds, and has no default"
            remedy = f"declare it with scalar, vector, choice, labels or part, or give instances(…, {name}=…)"
            raise InputError(f"{kind.__name__}.{name}", None, rule, remedy)
    for name in given:
        if name not in every:
            raise InputError(name, "given", f"is no field of {kind.__name__}", f"it has {', '.join(every)}")


def shape_of(kind: type[Declaration], given: Mapping[str, Any]) -> Shape:
    """Return what a class accepts; `given` holds a plain value of each field that is not to be drawn.

    Raises
    ------
    InputError
        When no plain instance is accepted; the message has the class's own last word.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> shape = shape_of(StackelbergPricing, {})
    >>> shape.patterns[:2], dict(shape.least)
    ((('revenue',), ('alpha', 'beta')), {'client': 2})
    """
    declared = {name: item for name, item in declared_fields(kind).items() if name not in given}
    people = sorted(set(filter(None, map(people_of, declared.values()))))
    optional = [name for name, item in declared.items() if not (item.default is MISSING or "choice" in item.metadata)]
    refusal: Exception | None = None
    for count in range(1, MOST_TRIED + 1):
        lengths, patterns = dict.fromkeys(people, count), []
        for pattern in _subsets(optional):
            try:
                built(kind, {**_plain(declared, pattern, lengths), **given})
                patterns.append(pattern)
            except Exception as error:  # a class may fail in any way where it is asked for what it does not take
                refusal = error
        if patterns:
            return Shape(tuple(patterns), _least(kind, declared, patterns[0], lengths, given))
    remedy = "say which values to take: instances(…, field=value or strategy)"
    raise InputError(kind.__name__, "drawn", f"no plain instance is accepted: {refusal}", remedy)


def built(kind: type[Declaration], given: Mapping[str, Any]) -> tuple[Declaration, Mapping[str, Any]]:
    """Return a declaration, and what it was made of after refused numbers moved half way to their bounds, repeatedly.

    Rules between fields name a number too (an index beyond the versions, a budget above the largest); what they ask is
    mostly that it be smaller, or another one.

    Raises
    ------
    InputError
        When a refusal names no number, or one that cannot move on.
    """
    declared, given = declared_fields(kind), dict(given)
    for _ in range(MOST_HALVINGS):
        try:
            return kind(**given), given
        except InputError as error:
            name, at, moved = _moved(declared, given, error)
            given[name] = moved if at is None else [*given[name][:at], moved, *given[name][at + 1 :]]
    return kind(**given), given


def _moved(
    declared: Mapping[str, Field[Any]], given: Mapping[str, Any], error: InputError
) -> tuple[str, int | None, Any]:
    """Return which number a refusal names, and the number half way to its bound; raise the refusal if there is none."""
    name, at = _named_number(error.field)
    rule: Rule | None = declared[name].metadata.get("rule") if name in declared else None
    if rule is None or name not in given or (at is None) != (rule.per is None):
        raise error
    value = given[name] if at is None else given[name][at]
    half_way = _bound(rule) + (value - _bound(rule)) / 2
    moved = Fraction(half_way // 1) if rule.whole else half_way
    if moved in (value, rule.above):
        raise error
    return name, at, moved


def _named_number(field: str) -> tuple[str, int | None]:
    """Return the field that a refusal names, and the place in it where it names one."""
    found = re.match(r"(\w+)(?:\[(\d+)\])?", field)
    if found is None:
        return "", None
    return found[1], None if found[2] is None else int(found[2])


def _bound(rule: Rule) -> Any:
    """Return the bound below of a number."""
    return rule.above if rule.above is not None else rule.at_least or 0


def _least(
    kind: type[Declaration],
    declared: Mapping[str, Field[Any]],
    pattern: tuple[str, ...],
    lengths: dict[str, int],
    given: Mapping[str, Any],
) -> dict[str, int]:
    """Return the least length of each: a game needs two people, and whoever else matters at least one."""
    floor = 2 if issubclass(kind, Game) else 1
    least = {per: max(floor, count) for per, count in lengths.items()}
    for per in lengths:
        for fewer in range(floor, least[per]):
            try:
                built(kind, {**_plain(declared, pattern, {**least, per: fewer}), **given})
                least[per] = fewer
                break
            except Exception:  # as above
                continue
    return least


def _plain(declared: Mapping[str, Field[Any]], pattern: tuple[str, ...], lengths: Mapping[str, int]) -> dict[str, Any]:
    """Return the plainest value of each field that is needed or in the pattern."""
    wanted = {name: item for name, item in declared.items() if item.default is MISSING or name in pattern}
    return {name: _plain_value(item, lengths) for name, item in wanted.items()}


def _plain_value(item: Field[Any], lengths: Mapping[str, int]) -> Any:
    per = people_of(item)
    if "choice" in item.metadata:
        return item.metadata["choice"][0]
    if "part" in item.metadata:
        part = next(iter(kinds_of(item.metadata["part"]).values()))
        shape = shape_of(part, {})
        return built(part, _plain(declared_fields(part), shape.patterns[0], shape.least))[0]
    if "labels" in item.metadata:
        return names(item.metadata["labels"], lengths[per or ""])
    rule: Rule = item.metadata["rule"]
    first = _bound(rule) + 1
    return Fraction(first) if per is None else [Fraction(first + place) for place in range(lengths[per])]


def names(per: str, count: int) -> list[str]:
    """Return people's names."""
    return [f"{per} {chr(ord('A') + place)}" if place < 26 else f"{per} {place}" for place in range(count)]


def _subsets(optional: list[str]) -> Iterator[tuple[str, ...]]:
    """Return the sets of optional fields, small ones first; of many fields, only sets of up to two, and all."""
    most = len(optional) if len(optional) <= MOST_TRIED else 2
    for size in range(most + 1):
        yield from combinations(optional, size)
    if most < len(optional):
        yield tuple(optional)
