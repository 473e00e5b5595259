"""Tables by their file's ending: Parquet and Arrow, and CSV for any other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import InputError
from .arrow_tables import ARROW, PARQUET, read_arrow
from .csv_tables import DECIMAL_SIGNS, SEPARATORS, read_csv
from .tables import Table

SPREADSHEETS = (".xlsx", ".xls", ".xlsm", ".ods", ".numbers")
TOLD = ("separator", "decimal")
"""What may be told of a CSV file."""


def read_table(
    path: Path, field: str = "file", shown: str | None = None, told: Mapping[str, Any] | None = None
) -> Table:
    r"""Open a table: CSV, Parquet, Arrow or Feather.

    Parameters
    ----------
    path
        The file.
    field
        What messages call it.
    shown
        How it was named.
    told
        The ``separator`` and the ``decimal`` sign of a CSV file, where they are not to be found out.

    Raises
    ------
    InputError
        When the file cannot be read, or what is told of it does not suit.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "clients.csv"
    ...     _ = path.write_text("client,cost\nAnn,.001\nBob,1/3\n")
    ...     read_table(path).numbers("cost", "cost")
    [Fraction(1, 1000), Fraction(1, 3)]
    """
    shown, told, ending = shown or str(path), dict(told or {}), path.suffix.lower()
    allowed = {"separator": tuple(SEPARATORS), "decimal": DECIMAL_SIGNS}
    for key, value in told.items():
        if value not in allowed[key]:
            choices = " ".join("\\t" if choice == "\t" else choice for choice in allowed[key])
            raise InputError(f"{field.removesuffix('.file')}.{key}", value, f"must be one of {choices}")
    if ending in SPREADSHEETS:
        raise InputError(field, shown, "a spreadsheet is not read", "save the sheet as CSV in UTF-8, or as Parquet")
    if ending not in (*PARQUET, *ARROW):
        return read_csv(path, field, shown, **told)
    for key, value in told.items():
        raise InputError(f"{field.removesuffix('.file')}.{key}", value, f"{shown} is no CSV file", "leave it out")
    return read_arrow(path, field, shown)
