"""The numbers of a solution that a later one is compared with: what people and the server have, and who takes part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TAKING_PART = "taking part"


def measures(solved: Mapping[str, Any]) -> dict[str, float]:
    """Return a solution document's numbers by name: single ones, sums of vectors, and how many take part.

    Examples
    --------
    >>> measures({"values": {"revenue": 7.0, "client_utility": [1.0, 2.0], "participates": [True, False]}})
    {'revenue': 7.0, 'client_utility': 3.0, 'taking part': 1.0}
    """
    found: dict[str, float] = {}
    for name, value in solved["values"].items():
        if isinstance(value, bool | str) or value is None:
            continue
        if not isinstance(value, list):
            found[name] = float(value)
        elif value and all(isinstance(entry, bool) for entry in value):
            found[TAKING_PART if name == "participates" else name] = float(sum(value))
        elif all(isinstance(entry, int | float) for entry in value):
            found[name] = float(sum(value))
    return found


def is_better_when_more(name: str) -> bool:
    """Whether more of a measure is better for whom it is about: a utility, revenue, how many take part.

    A price, a payment or a pool is one person's cost and another's income: it only changes.

    Examples
    --------
    >>> [is_better_when_more(name) for name in ("server_utility", "revenue", "payment")]
    [True, True, False]
    """
    return name in (TAKING_PART, "revenue", "utility") or name.endswith(("_utility", "_revenue"))
