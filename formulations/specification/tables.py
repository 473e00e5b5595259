"""Tables of people: CSV files read as exact decimals, every refusal with its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import InvalidOperation
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

from ..data import exact
from ..errors import InputError
from ..words import suggestion


@dataclass(frozen=True, eq=False)
class Table:
    """A CSV file: its columns as text, and the line each row ends on."""

    name: str
    columns: dict[str, list[str]]
    lines: Sequence[int]
    digest: str

    def cells(self, column: str) -> list[str]:
        """Return a column's cells as text.

        Raises
        ------
        InputError
            When there is no such column; the message lists those there are.
        """
        if column not in self.columns:
            choices = f"its columns are {', '.join(self.columns)}"
            raise InputError(
                "column", column, f"{self.name} has no such column", suggestion(column, self.columns, choices)
            )
        return self.columns[column]

    def numbers(self, column: str, field: str, ids: Sequence[str] | None = None) -> list[Fraction]:
        """Return a column as exact numbers; `field` and `ids` name an entry in messages.

        Raises
        ------
        InputError
            When a cell is empty or no number; the message names the entry and its line.
        """
        cells, values = self.cells(column), []
        for row, cell in enumerate(cells):
            try:
                values.append(exact(cell))
            except (ValueError, InvalidOperation, ZeroDivisionError, OverflowError):
                person = f" ({ids[row]})" if ids else ""
                rule = "must be one finite number" if cell.strip() else "the cell is empty"
                remedy = f"write it as 0.25 or 1/4 in column {column!r}, or take the row out"
                raise InputError(f"{field}[{row}]{person}, {self.place(row)}", cell, rule, remedy) from None
        return values

    def names(self, column: str) -> tuple[str, ...]:
        """Return a column of names, each given once.

        Raises
        ------
        InputError
            When a name is empty or repeated; the message gives both lines.
        """
        names = tuple(cell.strip() for cell in self.cells(column))
        seen: dict[str, int] = {}
        for row, name in enumerate(names):
            if not name:
                raise InputError(f"{column}[{row}], {self.place(row)}", name, "the cell is empty", "give each a name")
            if name in seen:
                rule = f"each name must be given once; it is also in {self.place(seen[name])}"
                raise InputError(f"{column}[{row}], {self.place(row)}", name, rule, "rename one or take it out")
            seen[name] = row
        return names

    def place(self, row: int) -> str:
        """Return where a row is: ``line 7 of clients.csv``."""
        return f"line {self.lines[row]} of {self.name}"


def read_text(path: Path, field: str, shown: str | None = None) -> tuple[str, str]:
    """Return a file's text and the SHA-256 of its bytes; messages call it what it was called, if that is `shown`.

    Raises
    ------
    InputError
        When it does not exist, is a folder, cannot be read, or is not UTF-8.
    """
    shown = shown or str(path)
    if path.is_dir():
        raise InputError(field, shown, "is a folder", "name a file in it")
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        around = [item.name for item in path.parent.iterdir()] if path.parent.is_dir() else []
        raise InputError(field, shown, "there is no such file", suggestion(path.name, around)) from None
    except (OSError, ValueError) as error:
        raise InputError(field, shown, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    try:
        return content.decode("utf-8-sig"), sha256(content).hexdigest()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(field, shown, f"is not UTF-8 text: line {line}", "save it in UTF-8") from None


def read_table(path: Path, field: str = "file", shown: str | None = None) -> Table:
    r"""Read a CSV file with a header line.

    Raises
    ------
    InputError
        When the file cannot be read, its header names a column twice or not at all, or a row is ragged.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "clients.csv"
    ...     _ = path.write_text("client,cost\nAnn,.001\nBob,1/3\n")
    ...     read_table(path).numbers("cost", "cost")
    [Fraction(1, 1000), Fraction(1, 3)]
    """
    text, digest = read_text(path, field, shown)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[int] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(path.name, header)
        width, columns = len(header), [list[str]() for _ in header]
        for row in reader:
            if len(row) != width:
                if not row and width > 1:
                    continue
                row = row or [""]
                if len(row) != width:
                    rule = f"each row must have {width} cells like the header, {', '.join(header)}"
                    raise InputError(f"{path.name} line {reader.line_num}", f"{len(row)} cells", rule, "mend the row")
            for column, cell in zip(columns, row, strict=True):
                column.append(cell)
            lines.append(reader.line_num)
    except csv.Error as error:
        raise InputError(f"{path.name} line {reader.line_num}", str(error), "is not CSV", "mend the quotes") from None
    return Table(path.name, dict(zip(header, columns, strict=True)), lines, digest)


def _check_header(name: str, header: Sequence[str]) -> None:
    if not header:
        raise InputError(f"{name} line 1", "", "a table needs a header line with the columns' names")
    for index, column in enumerate(header):
        if not column:
            raise InputError(f"{name} line 1, column {index + 1}", column, "each column must have a name")
        if column in header[:index]:
            raise InputError(f"{name} line 1, column {index + 1}", column, "each column must be named once")
