"""Figures and tables as data: axes, lines, points worth naming, rows, and what they show in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ...formulations.data import as_floats
from ...formulations.shown import Shown
from ..serialization import plain


@dataclass(frozen=True, repr=False)
class Axis(Shown):
    """What an axis shows; `scale` is "linear" or "log"."""

    label: str
    scale: str = "linear"


@dataclass(frozen=True, repr=False)
class Series(Shown):
    """One line of a figure; `points` draws its points as well."""

    label: str
    x: Sequence[float]
    y: Sequence[float]
    points: bool = False


@dataclass(frozen=True, repr=False)
class Mark(Shown):
    """A point worth naming, such as an optimum."""

    label: str
    x: float
    y: float


@dataclass(frozen=True, repr=False)
class Figure(Shown):
    """A figure's data, and what it shows in words.

    Examples
    --------
    >>> figure = Figure("square", "A square", "It grows.", Axis("x"), Axis("y"), (Series("x²", [0, 1], [0, 1]),))
    >>> figure.document()["series"][0]["y"]
    [0, 1]
    """

    name: str
    title: str
    text: str
    x: Axis
    y: Axis
    series: tuple[Series, ...]
    marks: tuple[Mark, ...] = ()

    def document(self) -> dict[str, Any]:
        """Return the figure as JSON data; what is no finite number becomes null and is left out when drawn."""
        figure: dict[str, Any] = plain(asdict(self))
        return figure


@dataclass(frozen=True, repr=False)
class Table(Shown):
    """A table's data, and what it shows in words; the first entry of a row names it.

    Examples
    --------
    >>> Table("squares", "They grow.", ("x", "x²"), ((1, 1), (2, 4))).document()["rows"]
    [[1, 1], [2, 4]]
    """

    title: str
    text: str
    header: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def document(self) -> dict[str, Any]:
        """Return the table as JSON data; exact numbers are text."""
        table: dict[str, Any] = plain(asdict(self))
        return table


def ascending(values: Any) -> tuple[list[float], np.ndarray]:
    """Return values in ascending order, and that order.

    Examples
    --------
    >>> ascending([3, 1, 2])
    ([1.0, 2.0, 3.0], array([1, 2, 0]))
    """
    floats = as_floats(values)
    order = np.argsort(floats, kind="stable")
    return floats[order].tolist(), order
