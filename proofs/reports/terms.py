"""What is offered to everybody, in the open: the prices of a menu, the items of a contract, the decisions of people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .documents import Named
from .money import Money, is_money
from .numbers import as_number, in_words, is_exact
from .privacy_scale import tier
from .tables import MOST_ROWS, Opened, Table, opened


@dataclass(frozen=True)
class Terms:
    """A solution's table of people or versions: what it is called, what is in it, and how its rows are ordered."""

    label: str
    order: str
    table: Opened


def terms(item: Named, money: Money) -> Terms | None:
    """Return what a solution offers each person or version, or None if nobody decided on anything.

    Up to some dozens stand in the order in which they were declared; more of them with the largest decisions first.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.proofs.reports.documents import read_documents
    >>> (fit,) = read_documents(mp.solve(mp.VersionPricing(epsilon=[1, 8], target=[1, 20], version=["small", "full"])))
    >>> found = terms(fit, Money("€"))
    >>> found.table.shown[0].header, found.table.shown[0].rows[1][:3]
    (('version', 'ε', 'target (€)', 'price (€)', 'protection'), ('full', '8', '20'))
    """
    shown = _decided(item.document["values"])
    decision = next(iter(shown.values()), [])
    if not any(decision):
        return None
    data = _vectors(item.document["mechanism"]["data"], len(decision))
    names, who = _nested(item.document["mechanism"]["data"], len(decision)) or _named(data, len(decision))
    exact = item.document["exact"] or {}
    known = {**data, **{name: _exact_or(exact.get(name), value) for name, value in shown.items()}}
    order = _order(decision)
    said = "as declared" if order == list(range(len(decision))) else "those with the largest decisions first"
    return Terms(item.name, said, opened(_table(item.about, names, who, known, order, money)))


def _table(
    label: str, role: str, who: Sequence[str], known: Mapping[str, Sequence[Any]], order: Sequence[int], money: Money
) -> Table:
    """Return the rows of people or versions in an order, with how strong the privacy is that each is left."""
    strength = _protection(known)
    columns = (who, *known.values(), *strength)
    header = (*map(_headed(money), (role, *known)), *["protection"] * len(strength))
    rows = tuple(tuple(column[index] for column in columns) for index in order)
    return Table(label, header, rows, frozenset(place + 1 for place, name in enumerate(known) if is_money(name)))


def _decided(values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the vectors of numbers that a solution has."""
    return {name: value for name, value in values.items() if isinstance(value, list) and not _all_are(value, bool)}


def _headed(money: Money) -> Callable[[str], str]:
    def head(name: str) -> str:
        return f"{in_words(name).replace('epsilon', 'ε')}{money.unit if is_money(name) else ''}"

    return head


def _protection(known: Mapping[str, Sequence[Any]]) -> list[list[str]]:
    """Return how strong the privacy is that is left to each, where ε is among the columns."""
    if "epsilon" not in known:
        return []
    return [[tier(as_number(epsilon) or 0.0) or "nothing sold" for epsilon in known["epsilon"]]]


def _order(decision: Sequence[Any]) -> list[int]:
    count = len(decision)
    return (
        list(range(count))
        if count <= MOST_ROWS
        else sorted(range(count), key=lambda index: (-(decision[index] or 0), index))
    )


def _vectors(data: Mapping[str, Any], count: int) -> dict[str, list[Any]]:
    return {
        name: value
        for name, value in data.items()
        if isinstance(value, list) and len(value) == count and not any(isinstance(entry, list) for entry in value)
    }


def _named(data: dict[str, Any], count: int) -> tuple[str, list[str]]:
    """Return whom a row is about, taken out of the data; else numbers."""
    names = next((name for name, value in data.items() if _are_names(value)), None)
    return (names, data.pop(names)) if names else ("index", [f"{index}" for index in range(count)])


def _nested(data: Mapping[str, Any], count: int) -> tuple[str, list[str]] | None:
    """Return what each of several players, or people, chooses among, by their names; None of other mechanisms."""
    for one, owner in (("strategy", "player"), ("types", "person")):
        rows, owners = data.get(one), data.get(owner)
        if not (isinstance(rows, list) and isinstance(owners, list) and all(isinstance(row, list) for row in rows)):
            continue
        if len(rows) == len(owners) and sum(map(len, rows)) == count:
            return one, [f"{name}: {entry}" for name, row in zip(owners, rows, strict=True) for entry in row]
    return None


def _are_names(value: Sequence[Any]) -> bool:
    return _all_are(value, str) and not all(is_exact(entry) for entry in value)


def _all_are(value: Sequence[Any], kind: type) -> bool:
    return bool(value) and all(isinstance(entry, kind) for entry in value)


def _exact_or(exact: Any, value: Sequence[Any]) -> Sequence[Any]:
    return exact if isinstance(exact, list) and all(is_exact(entry) for entry in exact) else value
