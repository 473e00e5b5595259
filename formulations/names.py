"""People's names, which every message about them says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .data import entries_of
from .errors import InputError


def read_labels(name: str, values: Any, per: str) -> tuple[str, ...]:
    """Return people's names as text; each must be given once and not be empty."""
    people = tuple(map(str, entries_of(name, values, money=False)))
    for index, person in enumerate(people):
        if not person.strip():
            raise InputError(f"{name}[{index}]", person, f"each {per} must have a name")
    if (repeat := first_repeat(people)) is not None:
        first, again = repeat
        rule = f"each {per} must be named once; it is also {name}[{first}]"
        raise InputError(f"{name}[{again}]", people[again], rule)
    return people


def first_repeat(names: Sequence[str]) -> tuple[int, int] | None:
    """Return the indices of the first name that was given before: where it was first, and where again.

    Examples
    --------
    >>> first_repeat(["Ann", "Bob", "Ann"]), first_repeat(["Ann", "Bob"])
    ((0, 2), None)
    """
    hashes = np.sort(np.fromiter(map(hash, names), np.int64, len(names)))
    if (hashes[1:] != hashes[:-1]).all():
        return None  # there may be ten million, and a table of all of them takes a gigabyte
    seen: dict[str, int] = {}
    for index, name in enumerate(names):
        if seen.setdefault(name, index) != index:
            return seen[name], index
    return None
