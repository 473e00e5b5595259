"""A training experiment in plain words and tables, for a terminal or a text file."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .results import TrainingResult

COLOURS = {"passed": "green", "failed": "red", "inconclusive": "yellow"}
MOST_ROWS = 10
"""Clients shown on a screen at most; the document has all."""


def show_training(console: Console, result: TrainingResult) -> None:
    """Print how accurate each arm was, the primary contrast, the controls, and what the clients really spend."""
    protocol, clients = result.protocol, result.clients
    title = f"{result.data['name']}: {clients['participants']:,} of {clients['count']:,} clients take part"
    console.print(Text(title, style="bold"))
    release = protocol.release
    console.print(
        Text(f"each {release.unit} is protected ({release.adjacency}); sensitivity Δ = {release.sensitivity:g}")
    )
    console.print(
        Text(f"δ = {protocol.delta:g}, {protocol.rounds} rounds, all composed; {protocol.repetitions} paired runs")
    )
    console.print()
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("arm", no_wrap=True)
    for name in ("clients", "accuracy", f"{protocol.confidence:.0%} interval", "predicted", "noise"):
        table.add_column(name, justify="right", no_wrap=True)
    for arm in result.arms:
        mean, low, high = arm.interval.mean, arm.interval.low, arm.interval.high
        predicted = "–" if arm.predicted_accuracy is None else f"{arm.predicted_accuracy:.1%}"
        noise = f"{sum(arm.noise) / len(arm.noise):.2g}"
        table.add_row(arm.name, f"{arm.participants:,}", f"{mean:.1%}", f"{low:.1%} to {high:.1%}", predicted, noise)
    console.print(table)
    console.print()
    primary = result.primary
    console.print(
        f"{primary.first} against {primary.second}: {primary.verdict}, by {primary.interval.mean:+.1%} "
        f"({primary.interval.low:+.1%} to {primary.interval.high:+.1%})"
    )
    outcome = result.controls.outcome
    console.print(
        Text(
            f"controls {outcome}: equal budgets {result.controls.equal_budgets_outcome}, "
            f"shuffled labels {result.controls.shuffled_labels_outcome}, "
            f"transcript {result.controls.transcript_outcome}",
            style=COLOURS[outcome],
        )
    )
    for found in result.controls.transcript[:MOST_ROWS]:
        console.print(Text(f"  {found}", style="red"))
    _show_ledger(console, result)


def _show_ledger(console: Console, result: TrainingResult) -> None:
    entries = sorted((entry for entry in result.ledger if entry.participates), key=lambda entry: -entry.epsilon)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("client", no_wrap=True)
    for name in ("multiplier σ", "noise σΔ", "accounted ε", "classical σ", "its true ε"):
        table.add_column(name, justify="right", no_wrap=True)
    for entry in entries[:MOST_ROWS]:
        table.add_row(
            Text(entry.client),
            f"{entry.sigma:.6g}",
            f"{entry.noise_deviation:.6g}",
            f"{entry.epsilon:.6g}",
            f"{entry.classical_sigma:.6g}",
            f"{entry.classical_epsilon:.6g}",
        )
    console.print()
    console.print(table)
    if len(entries) > MOST_ROWS:
        console.print(Text(f"the {MOST_ROWS} with the largest budgets", style="dim"))
