"""A paper's figures as images with their captions, and their numbers beside."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...formulations.errors import InputError
from ...solvers.serialization import to_json, write_whole
from ..reports.figures import logarithmic, plain_ticks

WIDTH, HEIGHT = 6.4, 3.6
"""Of a panel, in inches."""
LETTERS = 15.5
"""Letters of a caption to an inch."""
LINE = 0.16
"""Inches for a line of the caption."""
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#555555", "#000000")
"""Okabe and Ito's, which are told apart by the colour-blind, too."""
MARKERS, DASHES = "osD^vPX*", ("-", "--", "-.", ":")
STYLE: Mapping[str, Any] = {
    "svg.hashsalt": "mechproof",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "legend.frameon": False,
    "legend.fontsize": 8,
}


def draw_paper(document: Mapping[str, Any], folder: Path, kind: str = "svg") -> tuple[Path, ...]:
    """Write an image for each figure, all its panels with the caption below, and its numbers as JSON beside.

    Parameters
    ----------
    document
        As `paper_document` returns it.
    folder
        It is made, if its own folder exists.
    kind
        "svg" or "png".

    Returns
    -------
    tuple of Path
        The images. The JSON files are ``mechproof/figures/1`` documents of the same names.

    Raises
    ------
    InputError
        When the folder cannot be made.
    """
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        rule = f"cannot be made: {error.strerror}"
        raise InputError("draw", str(folder), rule, "name a folder in one that exists") from None
    images = []
    for name, panels in _by_number(document["figures"]):
        image = folder / f"{name}.{kind}"
        image.write_bytes(_drawn(panels, kind))
        write_whole(image.with_suffix(".json"), to_json({**document, "figures": panels}))
        images.append(image)
    return tuple(images)


def _by_number(figures: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for figure in figures:
        found = re.match(r"fig-(\d+)", figure["name"])
        name = f"fig-{int(found[1]):02}" if found else str(figure["name"])
        grouped.setdefault(name, []).append(figure)
    yield from grouped.items()


def _drawn(panels: Sequence[Mapping[str, Any]], kind: str) -> bytes:
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    columns = min(2, len(panels))
    rows = -(-len(panels) // columns)
    lines = textwrap.wrap(panels[0]["text"], int(LETTERS * WIDTH * columns), break_on_hyphens=False)
    foot = LINE * (len(lines) + 1)
    style: Any = dict(STYLE)
    with mpl.rc_context(style):
        figure = Figure(figsize=(WIDTH * columns, HEIGHT * rows + foot), layout="constrained")
        FigureCanvasAgg(figure)
        share = foot / (HEIGHT * rows + foot)
        figure.get_layout_engine().set(rect=(0, share, 1, 1 - share), w_pad=0.1, h_pad=0.1)  # type: ignore[union-attr, call-arg]
        for axes, panel in zip(figure.subplots(rows, columns, squeeze=False).flat, panels, strict=True):
            _panel(axes, panel)
        figure.text(0.01, share - LINE / 2 / (HEIGHT * rows + foot), "\n".join(lines), va="top", fontsize=8)
        buffer = io.BytesIO()
        metadata = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
        figure.savefig(buffer, format=kind, dpi=110, metadata=metadata)
    return buffer.getvalue()


def _panel(axes: Any, panel: Mapping[str, Any]) -> None:
    for index, series in enumerate(panel["series"]):
        _curve(axes, index, series)
    for mark in panel["marks"]:
        axes.plot([mark["x"]], [mark["y"]], "o", color="#333333", markersize=4)
        axes.annotate(mark["label"], (mark["x"], mark["y"]), xytext=(-4, 7), textcoords="offset points", ha="right")
    for axis, about in ((axes.xaxis, panel["x"]), (axes.yaxis, panel["y"])):
        (logarithmic if about["scale"] == "log" else plain_ticks)(axis)
        axis.set_label_text(about["label"])
    axes.margins(y=0.12)
    axes.set_title(panel["title"], fontsize=10, loc="left", pad=10)
    if len(panel["series"]) > 1:
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), borderaxespad=0.3, handlelength=2.6)


def _curve(axes: Any, index: int, series: Mapping[str, Any]) -> None:
    known = [pair for pair in zip(series["x"], series["y"], strict=True) if None not in pair]
    style = {
        "color": COLOURS[index % len(COLOURS)],
        "linestyle": DASHES[index % len(DASHES)],
        "marker": MARKERS[index % len(MARKERS)] if series["points"] else "",
        "markersize": 5,
        # what is compared is seen beneath what hides it
        "linewidth": 1.4 if index or not series["points"] else 2.6,
    }
    axes.plot([x for x, _ in known], [y for _, y in known], label=series["label"], **style)
