"""Decisions from finite sets: reading the values there are, and listing them, of whole numbers too."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from numbers import Rational
from typing import Any

import numpy as np

from .data import Rule, read_number
from .errors import InputError

MOST = 10_000
"""Values of one set at most: a certificate tries every one of them."""
VALUE = Rule("a value of a finite set")
ORDER = "a finite set lists its values in increasing order, each once"


def read_among(name: str, among: Any) -> tuple[Any, ...]:
    """Return a set of numbers, or of several sets each, exactly; what is no plain number stays as it is.

    Parameters
    ----------
    name
        What a message calls the sets.
    among
        A list of numbers, or a list of such lists.

    Raises
    ------
    InputError
        When a set is empty, is not increasing (also not in doubles), or an entry is no number.

    Examples
    --------
    >>> print(*read_among("tier.among", [0, "1/3", 0.5]))
    0 1/3 0.5
    >>> read_among("tier.among", [[0, 1], ["1/2", "0.5"]])
    Traceback (most recent call last):
    mechproof.formulations.errors.InputError: tier.among[1][1] = '0.5': must be above 1/2, the value before it (a \
finite set lists its values in increasing order, each once)
    """
    if not _several(among):
        raise InputError(name, among, "must be a list of numbers", "as among=[0, '1/2', 2]")
    entries = list(among)
    if not entries:
        raise InputError(name, among, "must have at least one value")
    if any(map(_several, entries)):
        read: dict[int, tuple[Any, ...]] = {}  # most have one set for all
        for index, some in enumerate(entries):
            if id(some) not in read:
                read[id(some)] = _set(f"{name}[{index}]", some)
        return tuple(read[id(some)] for some in entries)
    return _set(name, entries)


def _several(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _set(name: str, some: Any) -> tuple[Any, ...]:
    """Return one set."""
    if not _several(some) or not len(some):
        raise InputError(name, some, "must be a list of at least one number", "where one entry is a list, each must be")
    if len(some) > MOST:
        raise InputError(name, f"{len(some):,} values", f"must have at most {MOST:,}", "declare it between bounds")
    values = tuple(_value(f"{name}[{k}]", entry) for k, entry in enumerate(some))
    _refuse_disorder(name, some, values)
    return values


def _refuse_disorder(name: str, some: Any, values: tuple[Any, ...]) -> None:
    known = [(k, entry) for k, entry in enumerate(values) if isinstance(entry, Rational | float)]
    for (_, before), (k, entry) in pairwise(known):
        if not (Fraction(before) < Fraction(entry) and float(before) < float(entry)):
            near = "" if Fraction(before) >= Fraction(entry) else ", in doubles too"
            raise InputError(f"{name}[{k}]", some[k], f"must be above {before}, the value before it{near}", ORDER)


def _value(name: str, entry: Any) -> Any:
    """Return a number exactly; what a declaration's blank has in place of one is left, and examined like a bound."""
    if type(entry) is Fraction:
        return entry
    plain = isinstance(entry, str | Decimal | Rational | float | np.number)
    return read_number(name, entry, VALUE) if plain or entry is None else entry


def ends_of(name: str, among: Sequence[Any], lower: Any, upper: Any) -> tuple[Any, Any]:
    """Return the least and the largest value of each set; bounds that are given must be these.

    Raises
    ------
    InputError
        When a bound says otherwise.
    """
    several = isinstance(among[0], tuple)
    least, most = ([one[end] for one in among] if several else among[end] for end in (0, -1))
    for side, given, end in (("lower", lower, least), ("upper", upper, most)):
        if given is not None and not _same(given, end):
            rule = f"must be left out where among lists the values, which says {_told(end)}"
            raise InputError(f"{name}.{side}", given, rule)
    return least, most


def _same(one: Any, other: Any) -> bool:
    return np.shape(one) == np.shape(other) and bool(np.all(np.asarray(one) == np.asarray(other)))


def _told(end: Any) -> str:
    return ", ".join(map(str, end)) if isinstance(end, list) else str(end)


def values_of(decision: Any) -> list[list[Fraction]] | None:
    """Return the values there are of each entry of a decision, over fractions; None where it is any number.

    Examples
    --------
    >>> from mechproof.formulations.language import Decision
    >>> [list(map(str, some)) for some in values_of(Decision("x", ["1/2", 0], [2, 1], whole=True))]
    [['1', '2'], ['0', '1']]
    >>> [list(map(str, some)) for some in values_of(Decision("x", among=[0, "1/3"]))]
    [['0', '1/3']]
    """
    if decision.among is not None:
        sets = decision.among if isinstance(decision.among[0], tuple) else (decision.among,)
        read = {id(some): list(map(Fraction, some)) for some in sets}  # most have one for all
        return [read[id(some)] for some in sets]
    if not decision.whole:
        return None
    ends = zip(np.atleast_1d(decision.lower).tolist(), np.atleast_1d(decision.upper).tolist(), strict=True)
    return [[Fraction(k) for k in range(int(-(-low // 1)), int(high // 1) + 1)] for low, high in ends]


def settle(decision: Any) -> None:
    """Read a decision's sets as it is made, and give it their ends as bounds.

    Raises
    ------
    InputError
        When it is whole as well, or its bounds say otherwise.
    """
    if decision.whole:
        raise InputError(f"{decision.name}.whole", True, "must be left out where among lists the values")
    among = read_among(f"{decision.name}.among", decision.among)
    least, most = ends_of(decision.name, among, decision.lower, decision.upper)
    for name, value in (("among", among), ("lower", least), ("upper", most)):
        object.__setattr__(decision, name, value)


def meant(decision: Any, stated: Any) -> Any:
    """Return the values of a finite set that numbers stand for: a double for what it is nearest to; others as they are.

    Examples
    --------
    >>> from mechproof.formulations.language import Decision
    >>> tier = Decision("tier", among=[0, "1/3"])
    >>> print(meant(tier, 1 / 3), meant(tier, 0.3333))
    1/3 0.3333
    """
    if decision.among is None:
        return stated
    sets = values_of(decision) or []
    by_double: dict[int, dict[float, Fraction]] = {id(some): {float(value): value for value in some} for some in sets}
    entries = np.atleast_1d(stated).tolist()
    if len(entries) != len(sets):
        return stated
    found = [by_double[id(some)].get(entry, entry) for some, entry in zip(sets, entries, strict=True)]
    return found if np.ndim(stated) else found[0]
