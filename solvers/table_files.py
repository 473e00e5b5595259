"""Solutions as tables: CSV, Parquet and Arrow files of every row, and data frames."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from ..formulations.errors import InputError, UnsupportedModel
from ..formulations.extras import refuse_missing
from ..formulations.specification.arrow_tables import ARROW, PARQUET
from ..formulations.specification.csv_tables import FORMULA
from ..formulations.specification.tables import CHUNK
from .rows import Column
from .serialization import written_whole

ENDINGS = (".csv", *PARQUET, *ARROW)
FRAMES = ("pandas", "polars", "pyarrow")
"""The libraries whose data frames are made, in the order in which they are looked for."""


def refuse_unwritable(path: Path) -> None:
    """Refuse a table for which a package is missing, before any work is done."""
    if path.suffix.lower() != ".csv":
        refuse_missing(f"writing {path.name}", "pyarrow")


def write_table(columns: Mapping[str, Column], path: Path) -> None:
    r"""Write a solution's rows to a CSV, Parquet or Arrow file, whole or not at all.

    In a CSV file a name that a spreadsheet would take for a formula has an apostrophe in front, which is taken off when
    mechproof reads it again.

    Raises
    ------
    InputError
        When the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_table({"client": ("Ann", "=B2"), "epsilon": np.array([0.1, 2.0])}, Path(folder) / "pay.csv")
    ...     print((Path(folder) / "pay.csv").read_text(), end="")
    client,epsilon
    Ann,0.1
    '=B2,2.0
    """
    ending = path.suffix.lower()
    with written_whole(path) as unfinished:
        if ending == ".csv":
            _write_csv(columns, unfinished)
        else:
            _write_arrow(columns, unfinished, ending in PARQUET)


def frame_of(columns: Mapping[str, Column], library: str | None = None) -> Any:
    """Return rows as a data frame of pandas, polars or pyarrow, the first that is installed if none is named.

    Raises
    ------
    InputError
        When the library is not one of these.
    UnsupportedModel
        When it is not installed, or none is.
    """
    refuse_missing("a data frame", "narwhals")
    from importlib.util import find_spec

    import narwhals as nw

    if library is None:
        library = next((name for name in FRAMES if find_spec(name) is not None), None)
    if library is None:
        raise UnsupportedModel('a data frame needs pandas, polars or pyarrow: pip install "mechproof[tables]"')
    if library not in FRAMES:
        raise InputError("library", library, "is not known", f"the choices are {', '.join(FRAMES)}")
    refuse_missing("a data frame of this kind", library)
    backend: Any = library
    return nw.from_dict(dict(columns), backend=backend).to_native()


def _write_csv(columns: Mapping[str, Column], path: Path) -> None:
    names, *_ = columns
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        rows = len(columns[names])
        for start in range(0, rows, CHUNK):
            pieces = [_cells(column[start : start + CHUNK]) for column in columns.values()]
            writer.writerows(zip(*pieces, strict=True))


def _cells(piece: Column) -> list[str]:
    """Return a column's cells as text: a double in the digits that tell it from all others."""
    if isinstance(piece, np.ndarray):
        return [str(entry).lower() if isinstance(entry, bool) else repr(entry) for entry in piece.tolist()]
    return [f"{entry:f}" if isinstance(entry, Decimal) else _shielded(entry) for entry in islice(piece, None)]


def _shielded(name: str) -> str:
    return f"'{name}" if FORMULA.match(name) else name


def _write_arrow(columns: Mapping[str, Column], path: Path, parquet: bool) -> None:
    import pyarrow as pa
    import pyarrow.parquet

    table = pa.table(dict(columns))
    if parquet:
        pyarrow.parquet.write_table(table, path)
        return
    with pa.ipc.new_file(path, table.schema) as file:
        file.write_table(table, max_chunksize=CHUNK)
