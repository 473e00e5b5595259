"""Figures as inline SVG that takes its colours from the page, so that one drawing is legible in light and in dark."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...formulations.extras import refuse_missing
from .tables import Table

WIDTH = 4.6
HEIGHT = 3.0
INK, GRID = "#010101", "#020202"
COLOURS = ("#030301", "#030302", "#030303", "#030304")
"""Placeholders: each is replaced by a variable of the page's style."""
STYLE: Mapping[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "mechproof",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "axes.unicode_minus": True,
    "legend.frameon": False,
    "legend.fontsize": 8,
}


@dataclass(frozen=True)
class Drawing:
    """A drawn figure: its title, what it shows in words, the SVG, and the numbers drawn."""

    title: str
    text: str
    svg: str
    table: Table


def draw_figure(figure: Mapping[str, Any], prefix: str) -> Drawing:
    """Draw one figure of a ``mechproof/figures/1`` document.

    Parameters
    ----------
    figure
        As `solvers.figures.Figure.document` returns it.
    prefix
        Makes the identifiers in the SVG unique within the page.

    Examples
    --------
    >>> line = {"label": "x²", "x": [0, 1], "y": [0, 1], "points": False}
    >>> axis = {"label": "x", "scale": "linear"}
    >>> figure = {"title": "A square", "text": "It grows.", "x": axis, "y": axis, "series": [line], "marks": []}
    >>> draw_figure(figure, "f1").svg[:42]
    '<svg role="img" aria-labelledby="f1-title '
    """

    def draw(axes: Any) -> None:
        for index, series in enumerate(figure["series"]):
            pairs = _known(series)
            marker = "o" if series["points"] else ""
            dash = ("-", "--", ":")[index // len(COLOURS) % 3]
            style = {"color": _colour(index), "marker": marker, "markersize": 3, "linewidth": 1.6, "linestyle": dash}
            axes.plot([x for x, _ in pairs], [y for _, y in pairs], label=series["label"], **style)
        for mark in figure["marks"]:
            axes.plot([mark["x"]], [mark["y"]], "o", color=INK, markersize=5)
            axes.annotate(mark["label"], (mark["x"], mark["y"]), xytext=(6, 6), textcoords="offset points")
        _scale(axes, figure)
        if len(figure["series"]) > 1:
            axes.legend()

    rows = tuple((series["label"], *pair) for series in figure["series"] for pair in _known(series))
    header = ("line", figure["x"]["label"], figure["y"]["label"])
    svg = drawn(draw, prefix, figure["title"], figure["text"])
    return Drawing(figure["title"], figure["text"], svg, Table(figure["title"], header, rows))


def drawn(draw: Callable[[Any], None], prefix: str, title: str, text: str, height: float = HEIGHT) -> str:
    """Return what `draw` puts on a pair of axes as SVG for the page: the same bytes every time, described in words.

    Raises
    ------
    UnsupportedModel
        When Matplotlib is not installed.
    """
    refuse_missing("a report with figures", "matplotlib")
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    style: Any = dict(STYLE)
    with mpl.rc_context(style):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        FigureCanvasSVG(figure)
        draw(figure.add_subplot())
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _for_page(buffer.getvalue(), prefix, title, text)


def _for_page(svg: str, prefix: str, title: str, text: str) -> str:
    """Turn a stand-alone SVG into one for the page: unique identifiers, the page's colours, title and description."""
    from markupsafe import escape

    box = re.search(r'viewBox="([^"]+)"', svg)
    assert box is not None
    inside = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    inside = re.sub(r"<metadata>.*?</metadata>", "", inside, flags=re.DOTALL)
    inside = inside.replace("xlink:href", "href")
    inside = re.sub(r'\bid="', f'id="{prefix}-', inside)
    inside = re.sub(r'href="#', f'href="#{prefix}-', inside)
    inside = re.sub(r"url\(#", f"url(#{prefix}-", inside)
    # the page's own typeface: Matplotlib names the one it measured with
    inside = re.sub(r"font: ([0-9.]+)px [^;\"]*", r"font-size: \1px", inside)
    for index, colour in enumerate(COLOURS):
        inside = inside.replace(colour, f"var(--series-{index + 1})")
    inside = inside.replace(INK, "currentColor").replace(GRID, "var(--grid)")
    inside = re.sub(r"\n\s*", "\n", inside)
    heading = f'<title id="{prefix}-title">{escape(title)}</title><desc id="{prefix}-text">{escape(text)}</desc>'
    labels = f'aria-labelledby="{prefix}-title {prefix}-text"'
    return f'<svg role="img" {labels} viewBox="{box[1]}" class="figure">{heading}{inside.strip()}</svg>'


def _colour(index: int) -> str:
    return COLOURS[index % len(COLOURS)]


def _known(series: Mapping[str, Any]) -> list[tuple[float, float]]:
    pairs = zip(series["x"], series["y"], strict=True)
    return [(x, y) for x, y in pairs if x is not None and y is not None]


def _scale(axes: Any, figure: Mapping[str, Any]) -> None:
    for place, name in enumerate(("x", "y")):
        getattr(axes, f"set_{name}label")(figure[name]["label"])
        values = _values(figure["series"], place)
        axis = getattr(axes, f"{name}axis")
        if figure[name]["scale"] == "log" and values and min(values) > 0 and max(values) >= 8 * min(values):
            logarithmic(axis)
        else:
            plain_ticks(axis)


def logarithmic(axis: Any) -> None:
    """Give an axis a logarithmic scale with ticks that are written as plain numbers."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axis._set_axes_scale("log")
    low, high = axis.get_data_interval()
    axis.set_major_locator(LogLocator(subs=(1,) if high > 200 * low else (1, 2, 5), numticks=12))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))


def plain_ticks(axis: Any) -> None:
    """Write an axis's ticks as plain numbers, and not too many of them."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis.set_major_locator(MaxNLocator(5))
    axis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))


def tick(value: float) -> str:
    """Return a tick's number.

    Examples
    --------
    >>> tick(100000.0), tick(0.02), tick(-4.0)
    ('100,000', '0.02', '−4')
    """
    return (f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}").replace("-", "−")


def _values(series: Sequence[Mapping[str, Any]], place: int) -> list[float]:
    return [pair[place] for item in series for pair in _known(item)]
