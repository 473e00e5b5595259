"""CSV files as exact decimals: the separator and the decimal sign as told, or found out and said."""

from __future__ import annotations

import codecs
import csv
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from itertools import islice
from pathlib import Path

import numpy as np

from ..data import exact
from ..errors import InputError, InputNote
from .tables import CHUNK, Table, no_utf8, pieces

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
DECIMAL_SIGNS = (".", ",")
LOOKED_AT = 100
"""So many rows say which separator a file has."""
FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""What a spreadsheet would take for a formula. Names like this have an apostrophe in front of them in a file."""
TOTALS = (
    "total",
    "totals",
    "grand total",
    "sum",
    "summe",
    "gesamt",
    "gesamtsumme",
    "somme",
    "suma",
    "totale",
    "totaal",
)


@dataclass(frozen=True)
class Lines:
    """A file's rows below its header, each as the line it ends on and its cells."""

    path: Path
    separator: str

    def header(self) -> tuple[str, ...]:
        """Return the columns' names."""
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=self.separator, strict=True)
            try:
                names = [name.strip() for name in next(reader, [])]
            except csv.Error as error:
                raise self._no_csv(1, error) from None
        _check_header(self.path.name, names)
        return tuple(names)

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows; a line with nothing in it is none, unless there is only one column."""
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=self.separator, strict=True)
            try:
                header = next(reader, [])
                width = len(header)
                for row in reader:
                    if len(row) != width:
                        if not row and width > 1:
                            continue
                        row = row or [""]
                        self._refuse_ragged(reader.line_num, row, header)
                    yield reader.line_num, row
            except csv.Error as error:
                raise self._no_csv(reader.line_num, error) from None

    def _refuse_ragged(self, line: int, row: Sequence[str], header: Sequence[str]) -> None:
        if len(row) != len(header):
            rule = f"each row must have {len(header)} cells like the header, {', '.join(header)}"
            remedy = f"mend the row; the separator is the {SEPARATORS[self.separator]}"
            raise InputError(f"{self.path.name} line {line}", f"{len(row)} cells", rule, remedy)

    def _no_csv(self, line: int, error: csv.Error) -> InputError:
        return InputError(f"{self.path.name} line {line}", str(error), "is not CSV", "mend the quotes")


@dataclass(frozen=True, eq=False)
class CsvTable(Table):
    """A CSV file: `rows` of it count, `last` is the last of them; `decimal` is the sign that was told, or None."""

    lines: Lines
    decimal: str | None
    rows: int
    last: Sequence[str]
    quotes: bool

    def cells(self, column: str) -> Iterator[Sequence[str]]:
        """Yield a column's cells as text, so many rows at a time."""
        index, rows = self.columns.index(column), islice(self.lines, self.rows)
        while piece := [row[index] for _, row in islice(rows, CHUNK)]:
            yield piece

    def place(self, row: int) -> str:
        """Return the line that a row ends on."""
        line = next((line for line, _ in islice(self.lines, row, None)), None)
        return f"line {line} of {self.name}"

    def name_in(self, cell: str) -> str:
        """Return the name in a cell, without the apostrophe that keeps a spreadsheet from calculating it."""
        name = cell.strip()
        return name[1:] if name.startswith("'") and FORMULA.match(name) else name

    def reading(self, column: str, field: str) -> Callable[[str], Fraction]:
        """Return what reads a number with this column's decimal sign."""
        return _with_comma if (self.decimal or self._found_sign(column, field)) == "," else exact

    def numbers(self, column: str, field: str, ids: Sequence[str] | None = None) -> list[Fraction] | np.ndarray:
        """Return a column as exact numbers; a last row that sums up the others is refused.

        Raises
        ------
        InputError
            When a cell is empty or no number, or the column ends in its own total.
        """
        values = super().numbers(column, field, ids)
        others = [cell.strip() for name, cell in zip(self.columns, self.last, strict=True) if name != column]
        named = any(cell.casefold().rstrip(" :") in TOTALS for cell in others)
        alone = bool(others) and not any(others)
        if (named or alone) and len(values) > 2 and values[-1] == sum(values[:-1]):
            rule = f"is the sum of the {len(values) - 1} rows above, and would count as one more of them"
            raise InputError(
                f"{field}[{len(values) - 1}], {self.place(self.rows - 1)}",
                self.last,
                rule,
                "take the total out, or rename whoever is called so",
            )
        return values

    def _found_sign(self, column: str, field: str) -> str:
        """Return the sign by which a column's cells can be read, and say so unless it is the usual one."""
        if self.lines.separator == "," and not self.quotes:
            return "."  # no cell has a comma
        first = self._first_signs(column)
        self._refuse_unclear(field, first)
        row, cell = first.get(",", (-1, ""))
        if row < 0:
            return "."
        taken = f"the comma in column {column!r} is taken as the decimal sign, as in {cell.strip()!r}"
        warnings.warn(f'{self.name}: {taken}; decimal = "," says so', InputNote, stacklevel=2)
        return ","

    def _first_signs(self, column: str) -> dict[str, tuple[int, str]]:
        """Return the row and the text of a column's first cell of each kind of sign."""
        first: dict[str, tuple[int, str]] = {}
        for row, cell in enumerate(cell for cells in self.cells(column) for cell in cells):
            if "," in cell or "." in cell:
                first.setdefault(_kind(cell.strip()), (row, cell))
        return first

    def _refuse_unclear(self, field: str, first: Mapping[str, tuple[int, str]]) -> None:
        """Refuse a column whose cells are read in two ways, or may be."""
        if ",." in first:
            raise self._unclear(field, *first[",."], "has a comma and a point")
        commas, points = [kind for kind in first if "," in kind], [kind for kind in first if "." in kind]
        if commas and points:
            row, cell = first[points[0]]
            rule = f"has a comma where {cell!r} in {self.place(row)} has a point"
            raise self._unclear(field, *first[commas[0]], rule)
        told_by_none = [*commas, *(points if self.lines.separator != "," else [])]
        if told_by_none in ([",?"], [".?"]):
            rule = "may be a number of thousands or have three decimals, and no other cell of the column tells"
            raise self._unclear(field, *first[told_by_none[0]], rule)

    def _unclear(self, field: str, row: int, cell: str, rule: str) -> InputError:
        remedy = 'say decimal = "," or decimal = "." beside the file, and write thousands without a separator'
        return InputError(f"{field}[{row}], {self.place(row)}", cell, rule, remedy)


def read_csv(path: Path, field: str, shown: str, separator: str | None = None, decimal: str | None = None) -> CsvTable:
    """Open a CSV file with a header line; what is not told of it is found out, and said where it is unusual.

    Rows with nothing in them at the end, as spreadsheets leave them, are passed over.

    Raises
    ------
    InputError
        When the file cannot be read, its separator is not clear, its header names a column twice or not at all, or a
        row is ragged.
    """
    look, digest = _Look(field, shown), sha256()
    for piece in pieces(path, field, shown):
        digest.update(piece)
        look(piece)
    look(b"", last=True)
    lines = Lines(path, separator or _found_separator(path))
    header = lines.header()
    rows, read, last = 0, 0, list[str]()
    for read, (_, row) in enumerate(lines, 1):
        if row[0].strip() or any(map(str.strip, row)):
            rows, last = read, row
    if read > rows:
        text = f"{path.name}: {read - rows} empty row{'s' if read > rows + 1 else ''} at the end passed over"
        warnings.warn(text, InputNote, stacklevel=2)
    return CsvTable(
        path.name, header, digest.hexdigest(), lines, decimal, rows, last or [""] * len(header), look.quotes
    )


class _Look:
    """Looks at a file's bytes as they pass: whether they are UTF-8, and whether anything is quoted."""

    def __init__(self, field: str, shown: str) -> None:
        self.field, self.shown, self.line, self.quotes = field, shown, 1, False
        self.decode = codecs.getincrementaldecoder("utf-8")().decode

    def __call__(self, piece: bytes, last: bool = False) -> None:
        try:
            text = self.decode(piece, last)
        except UnicodeDecodeError as error:
            raise no_utf8(self.field, self.shown, self.line + error.object[: error.start].count(b"\n")) from None
        self.line += text.count("\n")
        self.quotes = self.quotes or '"' in text


def _found_separator(path: Path) -> str:
    """Return the separator that makes several columns of the header, and say so unless it is the comma."""
    widths = {separator: _widths(path, separator) for separator in SEPARATORS}
    several = _several_columns(widths)
    if not several:  # one column, in which a comma is a decimal sign
        return ";" if max(widths[","]) > 1 else ","
    if len(several) > 1:
        rule = f"may be separated by the {' or the '.join(SEPARATORS[one] for one in several)}"
        raise InputError(f"{path.name} line 1", "its header", rule, 'say separator = "," (or ";") beside the file')
    (found,) = several
    if found != ",":
        shown = "\\t" if found == "\t" else found
        text = f'{path.name}: its columns are separated by the {SEPARATORS[found]}; separator = "{shown}" says so'
        warnings.warn(text, InputNote, stacklevel=2)
    return found


def _several_columns(widths: Mapping[str, Sequence[int]]) -> list[str]:
    """Return the separators that make several columns of the header, preferably as many of every row."""
    several = [separator for separator, found in widths.items() if found[0] > 1]
    return [separator for separator in several if len(set(widths[separator])) == 1] or several


def _widths(path: Path, separator: str) -> list[int]:
    """Return how many cells the first rows have, the header's first."""
    found: list[int] = []
    with path.open(encoding="utf-8-sig", newline="") as file, suppress(csv.Error):
        found.extend(len(row) for row in islice(csv.reader(file, delimiter=separator), LOOKED_AT) if row)
    return found or [0]


def _kind(cell: str) -> str:
    """Return what a cell's sign is: ``,`` or ``.``, with a question mark where it may separate thousands.

    Examples
    --------
    >>> [_kind(cell) for cell in ("0,25", "1,234", "0.234", "1.234", "1,234.5", "1.234,5")]
    [',', ',?', '.', '.?', ',.', ',.']
    """
    signs = "".join(sign for sign in (",", ".") if sign in cell)
    unclear = re.fullmatch(r"[+-]?[1-9]\d{0,2}([,.]\d{3})+", cell)
    return f"{signs}?" if unclear and len(signs) == 1 else signs


def _with_comma(cell: str) -> Fraction:
    """Return the number in a cell whose decimal sign is the comma."""
    if "." in cell:
        raise ValueError("a point where the comma is the decimal sign")
    return exact(cell.replace(",", "."))


def _check_header(name: str, header: Sequence[str]) -> None:
    if not header:
        raise InputError(f"{name} line 1", "", "a table needs a header line with the columns' names")
    for index, column in enumerate(header):
        if not column:
            raise InputError(f"{name} line 1, column {index + 1}", column, "each column must have a name")
        if column in header[:index]:
            raise InputError(f"{name} line 1, column {index + 1}", column, "each column must be named once")
