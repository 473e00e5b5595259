"""An audit in plain words, for a terminal or a text file."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .audit import MEANINGS, Audit, Finding

MOST = 10
"""Findings of a kind, and clients, that are shown; the document has all."""


def show_audit(console: Console, audit: Audit) -> None:
    """Print whether a transcript passed, what was found, and who spent most."""
    what = f"{_counted(audit.runs, 'run')}, {_counted(audit.rounds, 'finished round')}"
    if audit.interrupted:
        what += f", {_counted(audit.interrupted, 'charge')} of interrupted ones"
    console.print(Text(f"{'passed' if audit.passed else 'failed'}: {what}", style="green" if audit.passed else "red"))
    for name, meaning in MEANINGS.items():
        _show_check(console, name, meaning, [finding for finding in audit.findings if finding.name == name])
    if audit.canaries:
        _show_canaries(console, audit)
    _show_accounts(console, audit)
    console.print(Text(f"head {audit.head}", style="dim"))


def _show_check(console: Console, name: str, meaning: str, found: Sequence[Finding]) -> None:
    style, mark = ("red", "failed") if found else ("green", "holds")
    console.print(Text(f"  {name:<13}{mark:<8}", style=style) + Text(meaning, style="dim"))
    for finding in found[:MOST]:
        console.print(Text(f"    {finding}"))
    if len(found) > MOST:
        console.print(Text(f"    and {len(found) - MOST} more", style="dim"))


def _show_canaries(console: Console, audit: Audit) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("canaries of budget ε", no_wrap=True)
    for name in ("clients", "μ sold", "μ accounted", "μ at least"):
        table.add_column(name, justify="right", no_wrap=True)
    for bound in audit.canaries:
        values = (bound.mu_sold, bound.mu, bound.mu_at_least)
        style = "red" if bound.exceeds else None
        table.add_row(bound.budget, f"{bound.clients:,}", *(f"{value:.4g}" for value in values), style=style)
    console.print(table)


def _show_accounts(console: Console, audit: Audit) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("client", no_wrap=True)
    for name in ("budget ε", "spent ε", "μ"):
        table.add_column(name, justify="right", no_wrap=True)
    rows = sorted(audit.accounts, key=lambda account: -account.spent)
    for account in rows[:MOST]:
        table.add_row(Text(account.client), account.budget, f"{account.epsilon:.6g}", f"{account.spent**0.5:.6g}")
    console.print(table)
    if len(rows) > MOST:
        console.print(Text(f"the {MOST} that spent most of {len(rows):,}", style="dim"))


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
