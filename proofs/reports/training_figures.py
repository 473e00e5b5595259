"""The figures of a training document: predicted noise against measured accuracy, and the accuracy of every arm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .figures import COLOURS, INK, Drawing, drawn, logarithmic
from .numbers import percent
from .tables import Table

ROLES = ("mechanism", "baseline", "ceiling", "control")
MARKERS = ("o", "s", "^", "x")
"""Shapes beside colours, for those who see none."""


def draw_training(document: Mapping[str, Any], prefix: str) -> tuple[Drawing, Drawing]:
    """Return both figures.

    Parameters
    ----------
    document
        A ``mechproof/train/1`` document.
    prefix
        Makes the identifiers in the SVG unique within the page.
    """
    return _prediction(document, f"{prefix}a"), _accuracies(document, f"{prefix}b")


def _prediction(document: Mapping[str, Any], prefix: str) -> Drawing:
    curve = [point for point in document["prediction"]["curve"] if point["noise"] > 0]
    arms = [arm for arm in document["arms"] if _noise(arm) > 0]

    def draw(axes: Any) -> None:
        axes.plot(
            [point["noise"] for point in curve],
            [point["fitted"] for point in curve],
            color=INK,
            linewidth=1.2,
            linestyle="--",
            label="foretold for all records",
        )
        for arm in arms:
            place = ROLES.index(arm["role"])
            mean, low, high = _interval(arm)
            axes.errorbar(
                [_noise(arm)],
                [mean],
                [[mean - low], [high - mean]],
                fmt=MARKERS[place],
                color=COLOURS[place],
                capsize=2,
            )
        for place, role in enumerate(ROLES):
            if any(arm["role"] == role for arm in arms):
                axes.plot([], [], MARKERS[place], color=COLOURS[place], label=role)
        logarithmic(axes.xaxis)
        _percentages(axes.yaxis)
        axes.set_xlabel("standard deviation of the aggregate's noise")
        axes.set_ylabel("accuracy")
        axes.legend()

    title = "Predicted and measured accuracy against noise"
    text = (
        "The line was fitted beforehand to pilots on other records, for arms in which all clients take part. Below it "
        "lie the arms that pay for missing records as well as for noise."
    )
    header = ("arm", "noise", "predicted accuracy", "accuracy", "low", "high")
    rows = tuple((arm["name"], _noise(arm), arm["predicted"]["accuracy"], *_interval(arm)) for arm in arms)
    return Drawing(title, text, drawn(draw, prefix, title, text), Table(title, header, rows))


def _accuracies(document: Mapping[str, Any], prefix: str) -> Drawing:
    arms = document["arms"]

    def draw(axes: Any) -> None:
        for row, arm in enumerate(reversed(arms)):
            place = ROLES.index(arm["role"])
            mean, low, high = _interval(arm)
            axes.errorbar(
                [mean], [row], xerr=[[mean - low], [high - mean]], fmt=MARKERS[place], color=COLOURS[place], capsize=2
            )
        axes.set_yticks(range(len(arms)), [arm["name"] for arm in reversed(arms)])
        axes.grid(visible=False, axis="y")
        _percentages(axes.xaxis)
        axes.set_xlim(0, 1)
        axes.set_xlabel("accuracy")

    confidence = percent(document["protocol"]["confidence"], 0)
    title = "Accuracy of every arm"
    text = (
        f"Means with {confidence} intervals over {document['protocol']['repetitions']} paired runs on "
        f"{document['data']['name']}; all arms share splits and noise draws."
    )
    header = ("arm", "accuracy", "low", "high")
    rows = tuple((arm["name"], *_interval(arm)) for arm in arms)
    svg = drawn(draw, prefix, title, text, height=0.24 * len(arms) + 0.6)
    return Drawing(title, text, svg, Table(title, header, rows))


def _interval(arm: Mapping[str, Any]) -> tuple[float, float, float]:
    interval = arm["measured"]["interval"]
    return interval["mean"], interval["low"], interval["high"]


def _noise(arm: Mapping[str, Any]) -> float:
    noise = arm["predicted"]["noise"]
    return float(sum(noise) / len(noise))


def _percentages(axis: Any) -> None:
    from matplotlib.ticker import FuncFormatter

    axis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, 0)))
