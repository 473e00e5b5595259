"""From a table of a specification to a declaration: which keys there are follows from the declared fields."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from ..data import Rule
from ..declaration import people_of
from ..errors import InputError
from ..language import Declaration
from ..registry import kinds_of
from ..words import suggestion
from .table_files import TOLD, read_table
from .tables import Table

MOST_REPEATS = 10_000_000
WEIGHT = "weight"
"""The column of a table of scenarios that holds their weights."""


@dataclass(frozen=True)
class Column:
    """A vector as it was given: its entries, their names and their table, where there are such."""

    entries: Sequence[Any] | np.ndarray
    ids: tuple[str, ...] | None = None
    table: Table | None = None
    rows: Sequence[int] | None = None


@dataclass(frozen=True)
class Reader:
    """Reads vectors relative to a folder; each file is opened once."""

    folder: Path
    tables: dict[tuple[str, ...], Table] = field(default_factory=dict)

    @property
    def digests(self) -> dict[str, str]:
        """The SHA-256 of every file that was read."""
        return {file: table.digest for (file, *_), table in self.tables.items()}

    def column(self, where: str, value: Any, numbers: bool = True) -> Column:
        """Return a vector that is given as a list, as a column of a file, or as one value repeated.

        Raises
        ------
        InputError
            When it is none of these, or its file is not as it should be.
        """
        if isinstance(value, list):
            return Column(value)
        if not isinstance(value, Mapping):
            remedy = 'write [1, 2, 3] or { file = "clients.csv", column = "cost", id = "client" }'
            raise InputError(where, value, "must be a list, or a column of a file", remedy)
        if "file" not in value:
            return _repeated(where, value)
        refuse_unknown(where, value, ("file", "column", "id", *TOLD))
        for key in ("file", "column", "id"):
            if key in value or key == "column":
                refuse_no_text(f"{where}.{key}", value.get(key))
        table = self._table(where, value["file"], {key: value[key] for key in TOLD if key in value})
        ids = table.names(value["id"]) if "id" in value else None
        if numbers:
            return Column(table.numbers(value["column"], where, ids), ids, table)
        return Column(table.names(value["column"]), ids, table)

    def rows(self, where: str, name: str, value: Any) -> dict[str, Any]:
        """Return vectors that are given as lists, or as a table with a column for each person and a row for each.

        From a table come the people's names too, and the rows' weights if it has such a column.
        """
        if isinstance(value, list):
            return {name: value}
        file = value.get("file") if isinstance(value, Mapping) else value
        told = {key: value[key] for key in value if key != "file"} if isinstance(value, Mapping) else {}
        refuse_unknown(where, told, TOLD)
        table = self._table(where, refuse_no_text(where, file), told)
        people = tuple(column for column in table.columns if column != WEIGHT)
        columns = [table.numbers(person, f"{name} ({person})") for person in people]
        weights = {WEIGHT: table.numbers(WEIGHT, WEIGHT)} if WEIGHT in table.columns else {}
        return {name: [list(row) for row in zip(*columns, strict=True)], "client": list(people), **weights}

    def _table(self, where: str, file: str, told: Mapping[str, Any]) -> Table:
        """Return a file as it was told to be read; the same file may be read in two ways."""
        as_told = (file, *map(repr, told.items()))
        if as_told not in self.tables:
            self.tables[as_told] = read_table(self.folder / file, f"{where}.file", file, told)
        return self.tables[as_told]


def read_declaration(kind: type[Declaration], table: Mapping[str, Any], where: str, reader: Reader) -> Declaration:
    """Return a declaration from a table whose keys are its fields.

    Raises
    ------
    InputError
        When a key is unknown or missing, or a value breaks its rule.
    """
    declared = {item.name: item for item in fields(kind)}  # type: ignore[arg-type]
    refuse_unknown(where, table, declared)
    for name, item in declared.items():
        if name not in table and item.default is MISSING:
            raise InputError(f"{where}.{name}", None, f"is needed: {_wanted(item)}")
    given = {name: table[name] for name in table}
    columns: dict[str, Column] = {}
    for name, item in declared.items():
        if name not in given:
            continue
        if (base := item.metadata.get("part")) is not None:
            given[name] = _read_part(base, given[name], f"{where}.{name}", reader)
        elif "rows" in item.metadata:
            given |= _stated_once(where, name, table, reader.rows(f"{where}.{name}", name, given[name]))
        elif people_of(item) is not None:
            columns[name] = reader.column(name, given[name], numbers="rule" in item.metadata)
    given |= _in_one_order(declared, columns)
    try:
        return kind(**given)
    except InputError as error:
        raise _placed(error, columns) from None


def _stated_once(where: str, name: str, stated: Mapping[str, Any], read: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a file brought for a field, unless something else is stated beside it."""
    for key in read.keys() & stated.keys() - {name}:
        if stated[key] != read[key]:
            raise InputError(f"{where}.{key}", stated[key], f"is told by the file of {name} as well", "drop it here")
    return read


def aligned(where: str, column: Column, people: Sequence[str] | None, per: str) -> Column:
    """Return a column in the order of the people it is about.

    Raises
    ------
    InputError
        When somebody is missing or nobody knows them.
    """
    if column.ids is None or column.ids == people:
        return column
    if people is None:
        remedy = f"give the {per}s' names with the mechanism's data, or drop id here"
        raise InputError(f"{where}.id", "given", f"the mechanism's {per}s have no names to go by", remedy)
    row_of = {name: row for row, name in enumerate(column.ids)}
    _refuse_strangers(where, people, row_of, per, "is missing there")
    _refuse_strangers(where, column.ids, set(people), per, f"is no {per} of the mechanism")
    rows = [row_of[name] for name in people]
    return Column([column.entries[row] for row in rows], tuple(people), column.table, rows)


def _refuse_strangers(where: str, names: Iterable[str], known: Collection[str], per: str, rule: str) -> None:
    """Refuse names that are not among the known ones."""
    strangers = [name for name in names if name not in known]
    if strangers:
        first, more = strangers[0], f", and so are {len(strangers) - 1} more" if len(strangers) > 1 else ""
        raise InputError(f"{where} ({per} {first})", first, rule + more, f"give each {per} once, by name")


def refuse_unknown(where: str, table: Mapping[str, Any], allowed: Iterable[str]) -> None:
    """Refuse keys that are not allowed, suggesting the nearest that is."""
    allowed = tuple(allowed)
    for key, value in table.items():
        if key not in allowed:
            choices = f"the keys are {', '.join(allowed)}" if allowed else "it takes no keys"
            raise InputError(
                f"{where}.{key}".lstrip("."), value, "is not a known key", suggestion(key, allowed, choices)
            )


def refuse_no_text(where: str, value: Any) -> str:
    """Return a text, refusing anything else."""
    if not isinstance(value, str) or not value.strip():
        raise InputError(where, value, "must be a text")
    return value


def refuse_no_table(where: str, value: Any) -> Mapping[str, Any]:
    """Return a table, refusing anything else."""
    if not isinstance(value, Mapping):
        raise InputError(where, value, "must be a table", f"write [{where}] above its keys")
    return value


def choose(where: str, name: str, choices: Mapping[str, Any], also: str = "") -> Any:
    """Return what a name stands for, or refuse it with the choices."""
    if name not in choices:
        text = f"the choices are {', '.join(choices)}{also}"
        raise InputError(where, name, "is not known", suggestion(name, choices, text))
    return choices[name]


def _wanted(item: Field[Any]) -> str:
    rule: Rule | None = item.metadata.get("rule")
    if rule is None:
        return "it has no default"
    return rule.text + (f", one for each {rule.per}" if rule.per else "")


def _read_part(base: type[Declaration], value: Any, where: str, reader: Reader) -> Declaration:
    table, kinds = dict(refuse_no_table(where, value)), kinds_of(base)
    told = [name for name, kind in kinds.items() if set(getattr(kind, "told_by", ())) & set(table)]
    if "type" not in table and len(told) == 1:  # its keys say which it is
        return read_declaration(kinds[told[0]], table, where, reader)
    kind = choose(f"{where}.type", refuse_no_text(f"{where}.type", table.pop("type", None)), kinds)
    return read_declaration(kind, table, where, reader)


def _in_one_order(declared: Mapping[str, Field[Any]], columns: dict[str, Column]) -> dict[str, Any]:
    """Return vectors about the same people in one order: that of their given names, else of the first column's ids."""
    order: dict[str, Sequence[str]] = {}
    given: dict[str, Any] = {}
    for name, column in columns.items():
        if (per := declared[name].metadata.get("labels")) is not None:
            order[per] = tuple(map(str, column.entries))
    for name, column in columns.items():
        per = people_of(declared[name]) or ""
        if column.ids is not None:
            order.setdefault(per, column.ids)
        columns[name] = aligned(name, column, order.get(per), per)
        given[name] = columns[name].entries
    for name, item in declared.items():
        per = item.metadata.get("labels")
        if per in order and name not in given:
            given[name] = order[per]
    return given


def _repeated(where: str, value: Mapping[str, Any]) -> Column:
    refuse_unknown(where, value, ("value", "count"))
    count = value.get("count")
    if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= MOST_REPEATS:
        raise InputError(f"{where}.count", count, f"must be a whole number from 1 to {MOST_REPEATS}")
    if "value" not in value:
        raise InputError(f"{where}.value", None, "is needed: the value that is repeated")
    return Column([value["value"]] * count)


def _placed(error: InputError, columns: Mapping[str, Column]) -> InputError:
    """Return an error about an entry with its line, if it came from a file."""
    found = re.match(r"(\w+)\[(\d+)\]", error.field)
    column = columns.get(found[1]) if found else None
    if found is None or column is None or column.table is None:
        return error
    row = int(found[2]) if column.rows is None else column.rows[int(found[2])]
    return InputError(f"{error.field}, {column.table.place(row)}", error.value, error.rule, error.remedy)
