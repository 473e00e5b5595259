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
    release, rounds = protocol.release, result.arm("mechanism").rounds
    console.print(
        Text(f"each {release.unit} is protected ({release.adjacency}); sensitivity Δ = {release.sensitivity:g}")
    )
    console.print(Text(f"δ = {protocol.delta:g}, {rounds} rounds, all composed; {protocol.repetitions} paired runs"))
    console.print()
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("arm", no_wrap=True)
    for name in ("clients", "accuracy", f"{protocol.confidence:.0%} interval", "foretold", "noise", "T", "η"):
        table.add_column(name, justify="right", no_wrap=True)
    for arm in result.arms:
        mean, low, high = arm.interval.mean, arm.interval.low, arm.interval.high
        foretold = "–" if arm.predicted is None else f"{arm.predicted.low:.1%} to {arm.predicted.high:.1%}"
        noise, settings = f"{sum(arm.noise) / len(arm.noise):.2g}", (f"{arm.rounds}", f"{arm.learning_rate:g}")
        table.add_row(
            arm.name, f"{arm.participants:,}", f"{mean:.1%}", f"{low:.1%} to {high:.1%}", foretold, noise, *settings
        )
    console.print(table)
    console.print()
    primary = result.primary
    console.print(
        f"{primary.first} against {primary.second}: {primary.verdict}, by {primary.interval.mean:+.1%} "
        f"({primary.interval.low:+.1%} to {primary.interval.high:+.1%}), p = {primary.p_value:.2g}, "
        f"of sign flips {primary.sign_flip_p_value:.2g}"
    )
    _show_baselines(console, result)
    _show_effects(console, result)
    outcome = result.controls.outcome
    console.print(
        Text(
            f"controls {outcome}: equal budgets {result.controls.equal_budgets_outcome}, "
            f"shuffled labels {result.controls.shuffled_labels_outcome}, "
            f"permuted budgets {result.controls.permuted_budgets_outcome}, "
            f"transcript {result.controls.transcript_outcome}",
            style=COLOURS[outcome],
        )
    )
    for found in result.controls.transcript[:MOST_ROWS]:
        console.print(Text(f"  {found}", style="red"))
    _show_ledger(console, result)


def _show_baselines(console: Console, result: TrainingResult) -> None:
    """Print the mechanism minus each baseline of the field, and what that one's clients really spend."""
    if not result.baselines:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("baseline", no_wrap=True)
    for name in ("against", "difference", "simultaneous", "sign flips", "Holm", "true ε of budget", "as published"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in result.baselines:
        contrast, published = one.contrast, one.published
        table.add_row(
            one.baseline.name,
            one.baseline.against,
            f"{contrast.interval.mean:+.1%}",
            f"{contrast.simultaneous.low:+.1%} to {contrast.simultaneous.high:+.1%}",
            f"{contrast.sign_flip_p_value:.2g}",
            f"{one.holm_p_value:.2g}",
            f"{one.spent.least_of_budget:.4f} to {one.spent.most_of_budget:.4f}",
            "–" if published is None else f"{published.least_of_budget:.4f} to {published.most_of_budget:.4f}",
        )
    console.print()
    console.print(table)
    console.print()


def _show_effects(console: Console, result: TrainingResult) -> None:
    """Say what became of everything foretold: all that was contradicted, and how much else there was."""
    of = {
        verdict: [one for one in result.effects if one.verdict == verdict]
        for verdict in ("supported", "contradicted", "undetectable")
    }
    counts = ", ".join(f"{len(found)} {verdict}" for verdict, found in of.items())
    console.print(Text(f"of {len(result.effects)} effects foretold {counts}; the document has all"))
    for one in of["contradicted"]:
        foretold = "" if one.predicted is None else f", foretold {one.predicted:+.1%}"
        measured = f"measured {one.measured.mean:+.1%} ({one.measured.low:+.1%} to {one.measured.high:+.1%})"
        console.print(Text(f"  contradicted: {one.statement} ({one.source}){foretold}; {measured}"))


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
