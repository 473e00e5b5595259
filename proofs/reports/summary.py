"""A report's findings and verdicts in a few lines, for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from .documents import Named
from .findings import findings
from .row import Mood, Row
from .verdicts import verdicts

COLOURS = {Mood.GOOD: "green", Mood.BAD: "red", Mood.OPEN: "yellow", Mood.INFO: "blue"}


def show_summary(console: Console, documents: Sequence[Named]) -> tuple[Row, ...]:
    """Print the findings and one line for each verdict, and return the verdicts."""
    for finding in findings(documents):
        console.print(Text(finding.about, style="bold"))
        for sentence in finding.sentences:
            console.print(Padding(Text(f"• {sentence}"), (0, 0, 0, 2)))
        console.print()
    found = verdicts(documents)
    table = Table(box=None, show_header=False, pad_edge=False)
    grouped: dict[tuple[str, str, Mood], list[str]] = {}
    for row in found:
        grouped.setdefault((row.what, row.verdict, row.mood), []).append(row.about)
    for (what, verdict, mood), sources in grouped.items():
        colour = COLOURS[mood]
        shown = f"{next(row.sign for row in found if row.mood == mood)} {verdict}"
        table.add_row(Text(shown, style=colour), Text(what), Text(", ".join(sources), style="dim"))
    console.print(table)
    return found


def worst(found: Sequence[Row]) -> Mood:
    """Return the worst mood among verdicts.

    Examples
    --------
    >>> worst([Row(Mood.GOOD, "the solution", "certified", "", "", "", "")]).value
    'good'
    """
    counts = Counter(row.mood for row in found)
    return next((mood for mood in (Mood.BAD, Mood.OPEN) if counts[mood]), Mood.GOOD)
