"""How many records each client holds, from a specification or from a column beside its budget."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...formulations.errors import InputError
from ...formulations.specification.fields import Reader

COLUMN = "records"


def listed_records(value: Any, folder: Path, clients: Sequence[str]) -> int | list[int]:
    """Return the counts that a specification's ``[train] records`` gives: one for all, a list, or a column of a file.

    Parameters
    ----------
    value
        ``200``, ``[30, 40]`` or ``{ file = "clients.csv", column = "records", id = "client" }``.
    folder
        Of the specification.
    clients
        Whose counts they are. A column with an `id` may be in another order.

    Raises
    ------
    InputError
        When a count is no whole number, or a client has none.

    Examples
    --------
    >>> listed_records([30, 40], Path(), ["anna", "bert"])
    [30, 40]
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return _whole(value, "train.records")
    column = Reader(folder).column("train.records", value)
    entries = list(column.entries)
    if column.ids is not None:
        entries = _ordered(dict(zip(column.ids, entries, strict=True)), clients, "train.records")
    return [_whole(entry, f"train.records[{place}]") for place, entry in enumerate(entries)]


def records_beside(budgets: Path, clients: Sequence[str]) -> list[int] | None:
    """Return the column ``records`` of a CSV file of budgets, in the order of the clients; None where it has none.

    Raises
    ------
    InputError
        When an entry is no whole number of at least 0.
    """
    if budgets.suffix.lower() != ".csv":
        return None
    with budgets.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or COLUMN not in rows[0]:
        return None
    counts = _ordered({row["client"]: row[COLUMN] for row in rows}, clients, COLUMN)
    return [
        _whole(count, f"{budgets.name}, {COLUMN} (client {who})") for who, count in zip(clients, counts, strict=True)
    ]


def _ordered(counts: dict[str, Any], clients: Sequence[str], where: str) -> list[Any]:
    for client in clients:
        if client not in counts:
            raise InputError(where, client, "is a client without a number of records", "give it one; 0 is none")
    return [counts[client] for client in clients]


def _whole(value: Any, where: str) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = -1
    if number < 0 or str(value).strip() not in (str(number), f"{number}.0"):
        raise InputError(where, value, "must be a whole number of records, at least 0", "write one such as 200")
    return number
