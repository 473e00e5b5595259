"""Tables of people: their columns as exact numbers and names, every refusal with its row; texts and their digests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import InvalidOperation
from fractions import Fraction
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from ..data import exact
from ..doubles import note_doubles
from ..errors import InputError
from ..names import first_repeat
from ..words import suggestion

CHUNK = 65_536
"""As many rows of a file are held at once."""
PIECE = 2**20
"""So many bytes of a file are read at once."""
MOST_KNOWN = 2**20
"""So many different cells of a column are remembered with their fraction: costs in cents have few, and share them."""


@dataclass(frozen=True, eq=False)
class Table:
    """A file of named columns, which are read in pieces when they are asked for.

    A kind of file says in `cells` what a column holds, in `place` where a row is, and may say in `reading` how a cell
    becomes a number and in `name_in` how it becomes a name.
    """

    name: str
    columns: tuple[str, ...]
    digest: str
    _names: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False, repr=False)

    def cells(self, column: str) -> Iterator[Sequence[Any] | np.ndarray]:
        """Yield a column piece by piece: texts, whole numbers or decimals, or arrays of doubles."""
        raise NotImplementedError

    def place(self, row: int) -> str:
        """Return where a row is: ``line 7 of clients.csv``."""
        raise NotImplementedError

    def reading(self, column: str, field: str) -> Callable[[Any], Fraction]:
        """Return what makes an exact number of a column's cell, or raises an error of a number's."""
        return exact

    def name_in(self, cell: Any) -> str:
        """Return the name in a cell."""
        return str(cell).strip()

    def numbers(self, column: str, field: str, ids: Sequence[str] | None = None) -> list[Fraction] | np.ndarray:
        """Return a column as exact numbers, or as an array if it holds doubles.

        `field` and `ids` name an entry in messages.

        Raises
        ------
        InputError
            When a cell is empty or no number; the message names the entry and its line.
        """
        self.refuse_unknown(column)
        read, known = self.reading(column, field), dict[Any, Fraction]()
        values: list[Fraction] = []
        doubles: list[np.ndarray] = []
        for cells in self.cells(column):
            if isinstance(cells, np.ndarray):
                doubles.append(cells)
                continue
            start = len(values)
            try:
                values.extend(map(partial(_known, read, known), cells))
            except (ValueError, TypeError, InvalidOperation, ZeroDivisionError, OverflowError):
                row = len(values)  # those before it were added
                raise self._no_number(column, field, row, cells[row - start], ids) from None
        return self._finite(column, field, np.concatenate(doubles), ids) if doubles else values

    def names(self, column: str) -> tuple[str, ...]:
        """Return a column of names, each given once.

        Raises
        ------
        InputError
            When a name is empty or repeated; the message gives both lines.
        """
        if column not in self._names:
            self.refuse_unknown(column)
            self._names[column] = self._read_names(column)
        return self._names[column]

    def refuse_unknown(self, column: str) -> None:
        """Refuse a column that is not there; the message lists those there are."""
        if column not in self.columns:
            choices = f"its columns are {', '.join(self.columns)}"
            raise InputError(
                "column", column, f"{self.name} has no such column", suggestion(column, self.columns, choices)
            )

    def _read_names(self, column: str) -> tuple[str, ...]:
        names = tuple(self.name_in(cell) for cells in self.cells(column) for cell in cells)
        if not all(names):
            row = names.index("")
            raise InputError(f"{column}[{row}], {self.place(row)}", "", "the cell is empty", "give each a name")
        if (repeat := first_repeat(names)) is not None:
            first, row = repeat
            rule = f"each name must be given once; it is also in {self.place(first)}"
            raise InputError(f"{column}[{row}], {self.place(row)}", names[row], rule, "rename one or take it out")
        return names

    def _finite(self, column: str, field: str, values: np.ndarray, ids: Sequence[str] | None) -> np.ndarray:
        bad = np.flatnonzero(~np.isfinite(values))
        if len(bad):
            raise self._no_number(column, field, int(bad[0]), float(values[bad[0]]), ids)
        note_doubles(f"{field}, column {column!r} of {self.name},", values, self.place)
        return values.astype(np.float64, copy=False)

    def _no_number(self, column: str, field: str, row: int, cell: Any, ids: Sequence[str] | None) -> InputError:
        person = f" ({ids[row]})" if ids else ""
        empty = cell is None or not str(cell).strip()
        rule = "the cell is empty" if empty else "must be one finite number"
        remedy = f"write it as 0.25 or 1/4 in column {column!r}, or take the row out"
        return InputError(f"{field}[{row}]{person}, {self.place(row)}", cell, rule, remedy)


def read_text(path: Path, field: str, shown: str | None = None) -> tuple[str, str]:
    """Return a file's text and the SHA-256 of its bytes; messages call it what it was called, if that is `shown`.

    Raises
    ------
    InputError
        When it does not exist, is a folder, cannot be read, or is not UTF-8.
    """
    shown = shown or str(path)
    content = b"".join(pieces(path, field, shown))
    try:
        return content.decode("utf-8-sig"), sha256(content).hexdigest()
    except UnicodeDecodeError as error:
        raise no_utf8(field, shown, content[: error.start].count(b"\n") + 1) from None


def no_utf8(field: str, shown: str, line: int) -> InputError:
    """Return the refusal of a file that is in no UTF-8."""
    return InputError(field, shown, f"is not UTF-8 text: line {line}", "save it in UTF-8")


def pieces(path: Path, field: str, shown: str) -> Iterator[bytes]:
    """Yield a file's bytes, a MiB at a time.

    Raises
    ------
    InputError
        When it does not exist, is a folder or cannot be read.
    """
    if path.is_dir():
        raise InputError(field, shown, "is a folder", "name a file in it")
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece
    except FileNotFoundError:
        around = [item.name for item in path.parent.iterdir()] if path.parent.is_dir() else []
        raise InputError(field, shown, "there is no such file", suggestion(path.name, around)) from None
    except (OSError, ValueError) as error:
        raise InputError(field, shown, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _known(read: Callable[[Any], Fraction], known: dict[Any, Fraction], cell: Any) -> Fraction:
    """Return a cell's number, the same for all that are the same; so many are remembered."""
    value = known.get(cell)
    if value is None:
        value = read(cell)
        if len(known) < MOST_KNOWN:
            known[cell] = value
    return value
