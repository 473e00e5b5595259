"""What a report shows of each document, as plain rows for the templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .documents import Named
from .numbers import is_exact

MOST_PEOPLE = 10
MOST_ACCOUNTS = 8


@dataclass(frozen=True)
class Column:
    """One solution's numbers, in the order of the table's rows; None where it has no such number."""

    name: str
    numbers: tuple[Any, ...]


@dataclass(frozen=True)
class People:
    """The people with the largest decisions: a header, their rows, and how many there are in all."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    count: int


def solutions(documents: Iterable[Named]) -> tuple[tuple[str, ...], tuple[Column, ...]]:
    """Return the solutions side by side: the rows' names, and a column for each solution.

    Single numbers stand as they are; of a vector, its sum and its largest entry; of truth values, how many are true.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.proofs.reports.documents import read_documents
    >>> s = mp.solve(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2), arithmetic="exact")
    >>> rows, columns = solutions(read_documents(s))
    >>> dict(zip(rows, columns[0].numbers))["reward pool"], dict(zip(rows, columns[0].numbers))["participates"]
    ('1', '2 of 2')
    """
    chosen = [item for item in documents if item.kind == "solve"]
    distinct = len({item.about for item in chosen}) == len(chosen)
    tables = {item.about if distinct else item.name: _numbers(item.document) for item in chosen}
    rows = tuple(dict.fromkeys(name for table in tables.values() for name in table))
    return rows, tuple(Column(name, tuple(table.get(row) for row in rows)) for name, table in tables.items())


def _numbers(document: Mapping[str, Any]) -> dict[str, Any]:
    exact, found = document["exact"] or {}, {}
    for name, value in document["values"].items():
        title = name.replace("_", " ")
        if not isinstance(value, list):
            found[title] = exact.get(name, value) if is_exact(exact.get(name)) else value
        elif value and all(isinstance(entry, bool) for entry in value):
            found[title] = f"{sum(value):,} of {len(value):,}"
        else:
            known = [entry for entry in value if isinstance(entry, int | float)]
            found[f"{title}, sum"] = float(sum(known))
            found[f"{title}, largest"] = max(known, default=None)
    return found


def people(item: Named) -> People | None:
    """Return the people of a solution with the largest decisions, or None if nobody decided on anything."""
    values = {name: value for name, value in item.document["values"].items() if isinstance(value, list)}
    data = item.document["mechanism"]["data"]
    decision = next((value for value in values.values() if not all(isinstance(entry, bool) for entry in value)), None)
    if not decision or not any(decision):
        return None
    count, exact = len(decision), item.document["exact"] or {}
    known = {name: value for name, value in data.items() if isinstance(value, list) and len(value) == count}
    names = next(
        (
            name
            for name, value in known.items()
            if all(isinstance(entry, str) for entry in value) and not all(is_exact(entry) for entry in value)
        ),
        None,
    )
    who = known.pop(names) if names else [f"[{index}]" for index in range(count)]
    order = sorted(range(count), key=lambda index: (-(decision[index] or 0), index))[:MOST_PEOPLE]
    shown = {name: value for name, value in values.items() if not all(isinstance(entry, bool) for entry in value)}
    columns = [*known.values(), *(_exact_or(exact.get(name), value) for name, value in shown.items())]
    header = (names or "index", *(name.replace("_", " ") for name in (*known, *shown)))
    rows = tuple((who[index], *(column[index] for column in columns)) for index in order)
    return People(item.name, header, rows, count)


def _exact_or(exact: Any, value: Sequence[Any]) -> Sequence[Any]:
    return exact if isinstance(exact, list) and all(is_exact(entry) for entry in exact) else value


@dataclass(frozen=True)
class Refusal:
    """Why back ends gave no certified answer, said once for all that share the reason."""

    backends: tuple[str, ...]
    reason: str


def refusals(item: Named) -> tuple[Refusal, ...]:
    """Return why some back ends of a comparison gave no answer, or one that is not certified."""
    reasons: dict[str, list[str]] = {}
    for row in item.document["rows"]:
        check = row["certificate"]
        reason = row["detail"] if check is None else "" if check["valid"] else check["reason"]
        if reason:
            reasons.setdefault(reason, []).append(row["backend"])
    return tuple(Refusal(tuple(backends), reason) for reason, backends in reasons.items())


@dataclass(frozen=True)
class Account:
    """Clients with one and the same privacy account."""

    clients: tuple[str, ...]
    count: int
    entry: Mapping[str, Any]


@dataclass(frozen=True)
class Ledger:
    """A training's privacy accounts, the largest first; `hidden` clients are not shown, `absent` release nothing."""

    name: str
    accounts: tuple[Account, ...]
    hidden: int
    absent: int


def ledger(item: Named) -> Ledger:
    """Return the privacy accounts of a training, clients with the same one together."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    absent = 0
    for entry in item.document["ledger"]:
        if entry["participates"]:
            groups.setdefault(entry["budget"], []).append(entry)
        else:
            absent += 1
    found = sorted(groups.values(), key=lambda group: -group[0]["epsilon"])
    accounts = tuple(
        Account(tuple(entry["client"] for entry in group[:3]), len(group), group[0]) for group in found[:MOST_ACCOUNTS]
    )
    return Ledger(item.name, accounts, sum(map(len, found[MOST_ACCOUNTS:])), absent)


def facts(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """Return every single number, word and truth value in a document with its path; long lists are summed up.

    Examples
    --------
    >>> facts({"a": {"b": 1}, "c": [True, None], "d": list(range(100))})
    [('a.b', 1), ('c[0]', True), ('c[1]', None), ('d', '100 entries, from 0 to 99')]
    """
    if isinstance(value, Mapping):
        return [fact for key, item in value.items() for fact in facts(item, f"{path}.{key}" if path else str(key))]
    if isinstance(value, list):
        if len(value) <= 40:
            return [fact for index, item in enumerate(value) for fact in facts(item, f"{path}[{index}]")]
        numbers = [item for item in value if isinstance(item, int | float) and not isinstance(item, bool)]
        span = f", from {min(numbers):.6g} to {max(numbers):.6g}" if numbers else ""
        return [(path, f"{len(value):,} entries{span}")]
    return [(path, value)]
