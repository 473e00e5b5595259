"""Parquet, Arrow and Feather files: decimals with their scale, text and whole numbers exactly, doubles as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError
from ..extras import refuse_missing
from .tables import CHUNK, Table, pieces

PARQUET, ARROW = (".parquet", ".pq"), (".arrow", ".feather", ".ipc")


@dataclass(frozen=True, eq=False)
class ArrowTable(Table):
    """A Parquet or Arrow file, read in batches."""

    path: Path

    def cells(self, column: str) -> Iterator[Sequence[Any] | np.ndarray]:
        """Yield a column in batches: floats as arrays, anything else that can be a number or a name as a list.

        Raises
        ------
        InputError
            When an entry is missing, or the column holds neither numbers nor names.
        """
        start = 0
        for batch in _batches(self.path, column):
            yield self._entries(column, batch, start)
            start += len(batch)

    def place(self, row: int) -> str:
        """Return which row it is, counted from 1."""
        return f"row {row + 1} of {self.name}"

    def _entries(self, column: str, batch: Any, start: int) -> Sequence[Any] | np.ndarray:
        import pyarrow as pa

        kind = batch.type.value_type if pa.types.is_dictionary(batch.type) else batch.type
        if batch.null_count:
            row = start + int(np.argmax(batch.is_null().to_numpy(zero_copy_only=False)))
            remedy = "fill it in, or take the row out"
            raise InputError(f"{column}[{row}], {self.place(row)}", None, "the cell is empty", remedy)
        if pa.types.is_floating(kind):
            return np.asarray(batch.to_numpy(zero_copy_only=False))
        if not (pa.types.is_integer(kind) or pa.types.is_decimal(kind) or _is_text(kind)):
            remedy = "store numbers as decimals, text, whole numbers or doubles, and names as text"
            rule = f"is a column of {kind}, in which {self.place(start)} is {batch[0]}"
            raise InputError(f"{column}[{start}]", str(batch[0]), rule, remedy)
        if pa.types.is_decimal(kind):  # as text they are the same numbers, and found again six times as fast
            batch = batch.cast(pa.string())
        entries: list[Any] = batch.to_pylist()
        return entries

    def name_in(self, cell: Any) -> str:
        """Return the name in a cell; a double is none."""
        if isinstance(cell, float):
            raise InputError(f"a name in {self.name}", cell, "is a double", "store names as text or whole numbers")
        return super().name_in(cell)


def read_arrow(path: Path, field: str, shown: str) -> ArrowTable:
    """Open a Parquet, Arrow or Feather file.

    Raises
    ------
    InputError
        When it cannot be read or names a column twice.
    UnsupportedModel
        When pyarrow is not installed.
    """
    refuse_missing(f"reading {shown}", "pyarrow")
    digest = sha256()
    for piece in pieces(path, field, shown):
        digest.update(piece)
    import pyarrow as pa

    try:
        columns = tuple(_schema(path).names)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        what = "Parquet" if path.suffix.lower() in PARQUET else "Arrow"
        raise InputError(field, shown, f"is no {what} file: {str(error).splitlines()[0]}") from None
    twice = next((name for index, name in enumerate(columns) if name in columns[:index]), None)
    if twice is not None:
        raise InputError(f"{path.name}, column {twice}", twice, "each column must be named once")
    return ArrowTable(path.name, columns, digest.hexdigest(), path)


def _schema(path: Path) -> Any:
    import pyarrow as pa
    import pyarrow.parquet

    if path.suffix.lower() in PARQUET:
        return pyarrow.parquet.read_schema(path)
    with pa.ipc.open_file(path) as file:
        return file.schema


def _batches(path: Path, column: str) -> Iterator[Any]:
    """Yield a column's arrays, batch by batch."""
    import pyarrow as pa
    import pyarrow.parquet

    if path.suffix.lower() in PARQUET:
        with pyarrow.parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=CHUNK, columns=[column], use_threads=False):
                yield batch.column(0)
        return
    with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as file:
        for index in range(file.num_record_batches):
            whole = file.get_batch(index).column(column)
            for start in range(0, len(whole), CHUNK):
                yield whole.slice(start, CHUNK)


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))
