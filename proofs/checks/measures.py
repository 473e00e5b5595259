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
    {'revenue': 7.0, 'sum of client_utility': 3.0, 'taking part': 1.0}
    """
    sums = {_named(name, value): _sum(value) for name, value in solved["values"].items()}
    return {name: total for name, total in sums.items() if total is not None}


def _named(name: str, value: Any) -> str:
    if name == "participates":
        return TAKING_PART
    return f"sum of {name}" if isinstance(value, list) else name


def _sum(value: Any) -> float | None:
    """Return a number, or the sum of several; None of a single truth value, and where some are missing."""
    if isinstance(value, list):
        return float(sum(value)) if all(isinstance(entry, int | float) for entry in value) else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def is_better_when_more(name: str) -> bool:
    """Whether more of a measure is better for whom it is about: a utility, revenue, how many take part.

    A price, a payment or a pool is one person's cost and another's income: it only changes.

    Examples
    --------
    >>> [is_better_when_more(name) for name in ("server_utility", "revenue", "payment")]
    [True, True, False]
    """
    return name in (TAKING_PART, "revenue", "utility") or name.endswith(("_utility", "_revenue"))
