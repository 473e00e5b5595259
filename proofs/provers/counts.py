"""Which roles take whole numbers: those that count something, by their names."""

from __future__ import annotations


def is_count(name: str) -> bool:
    """Return whether a role is a count: its name is ``count``, or ends in ``_count``.

    Examples
    --------
    >>> [is_count(name) for name in ("count", "client_count", "discount", "account")]
    [True, True, False, False]
    """
    return name == "count" or name.endswith("_count")
