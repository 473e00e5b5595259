"""What a report shows of each document, as plain rows for the templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import inf
from typing import Any

from .documents import Named
from .market import protected
from .money import Money, is_money
from .numbers import as_number, brief, in_words, is_exact, percent, short
from .privacy_scale import tier
from .tables import Table

MOST_ACCOUNTS = 8
MOST_ENTRIES = 40


@dataclass(frozen=True)
class Column:
    """One solution's numbers, in the order of the table's rows; None where it has no such number."""

    name: str
    numbers: tuple[Any, ...]
    texts: tuple[str, ...]


def solutions(documents: Iterable[Named], money: Money | None = None) -> tuple[tuple[str, ...], tuple[Column, ...]]:
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
    rows = tuple(dict.fromkeys(chain.from_iterable(tables.values())))
    written = money or Money()
    return rows, tuple(_column(name, rows, table, written) for name, table in tables.items())


def _column(name: str, rows: Sequence[str], table: Mapping[str, Any], money: Money) -> Column:
    numbers = tuple(map(table.get, rows))
    return Column(name, numbers, tuple(_total(row, number, money) for row, number in zip(rows, numbers, strict=True)))


def _total(row: str, number: Any, money: Money) -> str:
    """Return the text of a total: money as money, all else in a few digits."""
    paid = is_money(row.partition(",")[0]) and as_number(number) is not None
    return money.text(number) if paid else short(number)


def _numbers(document: Mapping[str, Any]) -> dict[str, Any]:
    exact, found = document["exact"] or {}, {}
    for name, value in document["values"].items():
        title = in_words(name)
        if not isinstance(value, list):
            found[title] = exact.get(name, value) if is_exact(exact.get(name)) else value
        elif are_truth_values(value):
            found[title] = f"{sum(value):,} of {len(value):,}"
        else:
            known = known_numbers(value)
            found[f"{title}, sum"] = float(sum(known))
            found[f"{title}, largest"] = max(known, default=None)
    return found


def known_numbers(values: Iterable[Any]) -> list[float]:
    """Return those entries that are numbers: what was not finite is null in a document."""
    return [value for value in values if isinstance(value, int | float)]


def are_truth_values(value: Any) -> bool:
    """Whether a value is a vector of truth values alone."""
    return isinstance(value, Sequence) and bool(value) and all(isinstance(entry, bool) for entry in value)


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
class Ledger:
    """A training's privacy accounts, the largest first; `hidden` clients are not shown, `absent` release nothing."""

    table: Table
    hidden: int
    absent: int


def ledger(item: Named) -> Ledger:
    """Return the privacy accounts of a training, clients with the same one together."""
    groups: dict[tuple[str, float], list[Mapping[str, Any]]] = {}
    for entry in item.document["ledger"]:
        if entry["participates"]:
            groups.setdefault((entry["budget"], _accounted(entry)), []).append(entry)
    absent = sum(not entry["participates"] for entry in item.document["ledger"])
    found = sorted(groups.values(), key=lambda group: -_accounted(group[0]))
    protocol = item.document["protocol"]
    label = (
        f"{item.name}: δ = {brief(protocol['delta'])}, total over {protocol['rounds']} rounds. "
        f"{protected(item.document['release'])}"
    )
    header = ("clients", "how many", "accounted ε", "protection", "multiplier σ", "noise σΔ")
    classical = ("classical σ", "its true ε", "its true δ at the budget")
    rows = tuple(map(_account, found[:MOST_ACCOUNTS]))
    return Ledger(Table(label, (*header, *classical), rows), sum(map(len, found[MOST_ACCOUNTS:])), absent)


def _account(group: Sequence[Mapping[str, Any]]) -> tuple[Any, ...]:
    """Return the row of clients with one and the same privacy account."""
    entry, names = group[0], ", ".join(each["client"] for each in group[:3])
    classical = entry["classical_uncomposed"] or {}
    return (
        f"{names}{', …' if len(group) > 3 else ''}",
        len(group),
        _accounted(entry),
        tier(_accounted(entry)),
        entry["sigma"],
        entry["noise_deviation"],
        *(classical.get(name) for name in ("sigma", "true_epsilon", "true_delta_at_budget")),
    )


def _accounted(entry: Mapping[str, Any]) -> float:
    """Return what an entry's releases give together; without noise it is infinite, which JSON has no number for."""
    return inf if entry["epsilon"] is None else float(entry["epsilon"])


def contrasts(item: Named) -> Table:
    """Return all of a training's comparisons of two arms, the primary one first."""
    found = item.document["contrasts"]
    header = (
        "first",
        "second",
        "verdict",
        "difference",
        "low",
        "high",
        "p",
        "p, corrected",
        "p of sign flips",
        "equal within the margin",
    )
    rows = tuple(
        (
            row["first"],
            row["second"],
            f"{row['verdict']}{' (primary)' if row is found['primary'] else ''}",
            *(percent(row.get("simultaneous", row["difference"])[name]) for name in ("mean", "low", "high")),
            row["p_value"],
            row["adjusted_p_value"],
            row.get("sign_flip_p_value"),
            row["equal_within_margin"],
        )
        for row in (found["primary"], *found["secondary"])
    )
    return Table("Accuracy, first minus second; the intervals hold together", header, rows)


def effects(item: Named) -> Table | None:
    """Return what was foretold of a training and what became of it; None of a document that foretold nothing."""
    found = item.document.get("effects")
    if not found:
        return None
    rows = tuple(
        (
            row["statement"],
            row["source"],
            None if row["predicted"] is None else percent(row["predicted"]),
            *(percent(row["measured"][name]) for name in ("mean", "low", "high")),
            row["verdict"],
        )
        for row in found
    )
    header = ("foretold", "by", "foretold value", "measured", "low", "high", "verdict")
    return Table("What was foretold, and what became of it", header, rows)


def facts(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """Return every single number, word and truth value in a document with its path; long lists are summed up.

    Examples
    --------
    >>> facts({"a": {"b": 1}, "c": [True, None], "d": list(range(100))})
    [('a.b', 1), ('c[0]', True), ('c[1]', None), ('d', '100 entries, from 0 to 99')]
    """
    if isinstance(value, Mapping):
        return [fact for key, item in value.items() for fact in facts(item, f"{path}.{key}" if path else str(key))]
    if not isinstance(value, list):
        return [(path, value)]
    if len(value) > MOST_ENTRIES:
        return [(path, _summed_up(value))]
    return [fact for index, item in enumerate(value) for fact in facts(item, f"{path}[{index}]")]


def _summed_up(values: Sequence[Any]) -> str:
    numbers = [item for item in values if isinstance(item, int | float) and not isinstance(item, bool)]
    span = f", from {min(numbers):.6g} to {max(numbers):.6g}" if numbers else ""
    return f"{len(values):,} entries{span}"
