"""Columns of data frames (pandas, polars, pyarrow), read as the numbers and names they hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from .doubles import note_doubles
from .errors import InputError
from .extras import refuse_missing


def plain_column(name: str, values: Any, names: Sequence[str] | None = None, money: bool = True) -> Any:
    """Return a column of a data frame as a list, or as an array if it holds doubles.

    Decimals and text keep their exact values. Doubles are what they are, which is said where decimals may be meant,
    unless they are no `money`.

    Parameters
    ----------
    name
        What messages call the column.
    values
        A Series of pandas or polars, an array of pyarrow; what else they bring comes back as it is.
    names
        The people's names, for messages.
    money
        Whether the column holds numbers that somebody may have written down.

    Raises
    ------
    InputError
        When an entry is missing, or a whole frame is given.
    UnsupportedModel
        When narwhals is not installed.

    Examples
    --------
    >>> import polars as pl
    >>> from decimal import Decimal
    >>> plain_column("cost", pl.Series([Decimal("0.10"), Decimal("2.50")]))
    [Decimal('0.10'), Decimal('2.50')]
    """
    refuse_missing("a column of a data frame", "narwhals")
    import narwhals as nw

    if nw.dependencies.is_into_dataframe(values):
        columns = ", ".join(map(str, nw.from_native(values, eager_only=True).columns))
        raise InputError(name, "a whole table", "must be one column of it", f'name one, as in df["{name}"]: {columns}')
    if hasattr(values, "to_pylist"):
        values = _chunked(values)
    if not nw.dependencies.is_into_series(values):
        return values
    series = nw.from_native(values, series_only=True)
    missing = series.is_null()
    if missing.any():
        row = int(np.argmax(missing.to_numpy()))
        raise InputError(_place(name, row, names), None, "the cell is empty", "fill it in, or drop the row")
    if not series.dtype.is_float():
        return series.to_list()
    floats: np.ndarray = np.asarray(series.to_numpy())
    if money:
        note_doubles(name, floats, lambda row: _place(name, row, names))
    return floats.astype(np.float64, copy=False)


def _chunked(array: Any) -> Any:
    """Return an array of pyarrow as chunks, decimals as their text: narwhals knows no negative scale."""
    import pyarrow

    known = array.cast(pyarrow.string()) if pyarrow.types.is_decimal(array.type) else array
    return known if isinstance(known, pyarrow.ChunkedArray) else pyarrow.chunked_array([known])


def refuse_misaligned(columns: Iterable[tuple[str, str, Any]]) -> None:
    """Refuse pandas Series about the same people whose rows are labelled differently: entries go by their position.

    Parameters
    ----------
    columns
        Whom each column is about, its name, and what was given.

    Raises
    ------
    InputError
        When two of the same length have different labels.

    Examples
    --------
    >>> import pandas as pd
    >>> cost, cap = pd.Series([1, 2], index=["Ann", "Bob"]), pd.Series([8, 9], index=["Bob", "Ann"])
    >>> refuse_misaligned([("client", "cost", cost), ("client", "epsilon_cap", cap)])
    Traceback (most recent call last):
    mechproof.formulations.errors.InputError: epsilon_cap = 'a Series': its rows are not labelled as those of cost, \
and entries go by position (put it in their order, epsilon_cap.loc[cost.index], or give epsilon_cap.to_list())
    """
    first: dict[str, tuple[str, Any]] = {}
    for per, name, values in columns:
        labels: Any = getattr(values, "index", None)
        if not hasattr(labels, "equals"):
            continue  # only pandas has labels of rows
        known, index = first.setdefault(per, (name, labels))
        if len(index) == len(labels) and not index.equals(labels):
            rule = f"its rows are not labelled as those of {known}, and entries go by position"
            remedy = f"put it in their order, {name}.loc[{known}.index], or give {name}.to_list()"
            raise InputError(name, "a Series", rule, remedy)


def _place(name: str, row: int, names: Sequence[str] | None) -> str:
    return f"{name}[{row}]" + (f" ({names[row]})" if names and row < len(names) else "")
