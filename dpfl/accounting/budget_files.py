"""Budgets leave and enter as CSV or JSON files, keyed by client id, with every digit kept."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from ...formulations.errors import InputError
from .budgets import Budgets, budget_number

SCHEMA = "mechproof/budgets/1"


def read_budgets(
    path: str | os.PathLike[str],
    *,
    clients: Sequence[str] | None = None,
    client_column: str = "client",
    epsilon_column: str = "epsilon",
) -> Budgets:
    """Read budgets from a ``.csv`` or ``.json`` file.

    Parameters
    ----------
    path
        A CSV file with a header (further columns are allowed and ignored), or a JSON document as
        :func:`write_budgets` makes it. UTF-8.
    clients
        If given, the ids that must have a budget; the result is in their order.
    client_column, epsilon_column
        Names of the two columns of a CSV file.

    Returns
    -------
    Budgets
        With the literals exactly as they stand in the file.

    Raises
    ------
    InputError
        For a file that is missing or no text, a missing column, an empty cell (with its line), a repeated,
        unknown or missing client, or a budget that is not a finite number of at least 0.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = write_budgets(Budgets(("anna", "bert"), ("0.10", "1/3")), Path(folder) / "budgets.csv")
    ...     read_budgets(file).texts
    ('0.10', '1/3')
    """
    source = Path(path)
    kind = file_kind(source)
    try:
        text = source.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError("budgets", str(path), "there is no such file", "check the path") from None
    except UnicodeDecodeError:
        raise InputError("budgets", str(path), "is not UTF-8 text", "save it as UTF-8") from None
    except OSError as error:
        raise InputError("budgets", str(path), f"cannot be read: {error.strerror}", "name a readable file") from None
    budgets = _from_json(text, source) if kind == ".json" else _from_csv(text, source, client_column, epsilon_column)
    return budgets if clients is None else budgets.matching(clients)


def write_budgets(budgets: Budgets, path: str | os.PathLike[str]) -> Path:
    """Write budgets to a ``.csv`` or ``.json`` file, whole or not at all.

    Parameters
    ----------
    budgets
        What to write; literals are written as they are, in JSON as strings, since a JSON number is a double to most
        readers.
    path
        Where to; an existing file is replaced in one step.

    Returns
    -------
    pathlib.Path
        The file written.

    Raises
    ------
    InputError
        If the path is a folder, its folder does not exist or cannot be written, or the suffix is neither.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     print(write_budgets(Budgets(("anna",), ("0.10",)), Path(folder) / "budgets.csv").read_text())
    client,epsilon
    anna,0.10
    <BLANKLINE>
    """
    target = Path(path)
    text = _as_json(budgets) if file_kind(target) == ".json" else _as_csv(budgets)
    if target.is_dir():
        raise InputError("output", str(path), "is a folder", "name a file in it, such as budgets.csv")
    if not target.parent.is_dir():
        raise InputError("output", str(path), "its folder does not exist", "create the folder, or name another one")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
        part.replace(target)  # one step: a reader sees the old file or the new one, never a part
    except OSError as error:
        raise InputError("output", str(path), f"cannot be written: {error.strerror}", "name another folder") from None
    finally:
        part.unlink(missing_ok=True)
    return target


def file_kind(path: Path) -> str:
    """Return the ending of a file of budgets, ``.csv`` or ``.json``; any other is an error.

    Examples
    --------
    >>> file_kind(Path("budgets.CSV"))
    '.csv'
    """
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".json"):
        raise InputError("budgets", str(path), "must be a .csv or a .json file", "choose one of the two endings")
    return suffix


def _as_csv(budgets: Budgets) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["client", "epsilon"])
    writer.writerows(zip(budgets.clients, budgets.texts, strict=True))
    return buffer.getvalue()


def _as_json(budgets: Budgets) -> str:
    document = {"schema": SCHEMA, "epsilon": dict(zip(budgets.clients, budgets.texts, strict=True))}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _from_csv(text: str, source: Path, client_column: str, epsilon_column: str) -> Budgets:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        client_place, budget_place = (_place(header, column, source) for column in (client_column, epsilon_column))
        texts: dict[str, str] = {}
        lines: dict[str, int] = {}
        for row in filter(None, reader):
            where = f"{source.name}, line {reader.line_num}"
            if len(row) != len(header):
                rule = f"the header has {len(header)} cells, this line {len(row)}"
                raise InputError(where, ",".join(row), rule, "give every line the same cells; quote text with commas")
            client, budget = row[client_place], row[budget_place]
            if not client.strip():
                raise InputError(f"{where}, column {client_column}", client, "is empty", "give every client an id")
            if client in lines:
                rule = f"is a duplicate of line {lines[client]}"
                raise InputError(f"{where}, column {client_column}", client, rule, "give every client once")
            budget_number(budget, f"{where}, column {epsilon_column} (client {client})")
            texts[client], lines[client] = budget, reader.line_num
    except csv.Error as error:
        where = f"{source.name}, line {reader.line_num}"
        raise InputError(where, str(error), "is no well-formed CSV", "quote text with commas or quotes") from None
    if not texts:
        raise InputError("budgets", source.name, "there must be at least one client", "add a line per client")
    return Budgets(tuple(texts), tuple(texts.values()))


def _place(header: Sequence[str], column: str, source: Path) -> int:
    if header.count(column) != 1:
        rule = "is missing from the header" if column not in header else "is in the header more than once"
        raise InputError("column", column, rule, f"{source.name} has {', '.join(header) or 'no header'}")
    return header.index(column)


def _from_json(text: str, source: Path) -> Budgets:
    try:
        document = json.loads(
            text,
            object_pairs_hook=lambda pairs: _unique(pairs, source),
            parse_int=str,
            parse_float=str,
            parse_constant=lambda literal: _not_finite(literal, source),
        )
    except json.JSONDecodeError as error:
        where = f"{source.name}, line {error.lineno}"
        raise InputError(where, error.msg, "is no well-formed JSON", "correct the line") from None
    except RecursionError:
        raise InputError("budgets", source.name, "is nested too deeply", "give one object of budgets") from None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        found = document.get("schema") if isinstance(document, dict) else type(document).__name__
        raise InputError("schema", found, f"must be {SCHEMA!r}", f'begin with {{"schema": "{SCHEMA}", "epsilon": {{')
    if unknown := sorted(set(document) - {"schema", "epsilon"}):
        raise InputError(f"{source.name}, key", unknown[0], "is unknown", "the keys are schema and epsilon")
    budgets = document.get("epsilon")
    if not isinstance(budgets, dict):
        raise InputError("epsilon", budgets, "must be an object from client id to budget", 'such as {"anna": "0.5"}')
    for client, literal in budgets.items():
        if not isinstance(literal, str):
            raise InputError(f"epsilon (client {client})", literal, "is no number", "write a number, or its text")
    return Budgets(tuple(budgets), tuple(budgets.values()))


def _unique(pairs: list[tuple[str, Any]], source: Path) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise InputError(f"{source.name}, client", key, "is a duplicate", "give every client once")
        result[key] = value
    return result


def _not_finite(literal: str, source: Path) -> NoReturn:
    remedy = "write 0 for a client that does not take part"
    raise InputError(f"{source.name}, epsilon", literal, "a privacy budget must be finite", remedy)
