"""Exports and other checkers' verdicts in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from ...solvers.formatting import duration

if TYPE_CHECKING:
    from .export import Export

STYLES = {"accepted": "green", "refused": "red", "undecided": "yellow", "could not run": "yellow"}
COMMANDS = {
    "coq": "coqc -R . Mechproof Mechproof.v, then every other file; then coqchk -o -R . Mechproof with their names",
    "smtlib": "z3 FILE.smt2, or cvc5 FILE.smt2: every answer should be unsat",
    "lean": "lake env lean FILE.lean, in a project with Mathlib",
    "vipr": "viprchk FILE.vipr",
}


def show_export_of(console: Console, found: Export) -> None:
    """Print what was written."""
    show_export(console, found.document())


def show_export(console: Console, document: Mapping[str, Any]) -> None:
    """Print how much was written where, what it says, and what is left to believe."""
    items, to = document["items"], document["to"]
    console.print(Text(f"{len(items)} file{'s' * (len(items) != 1)} for {to} in {document['directory']}", style="bold"))
    if to == "coq":
        theorems = sum(len(item["theorems"]) for item in items)
        console.print(
            f"{theorems} theorem{'s' * (theorems != 1)}; claims with one about lists of any length: "
            f"{document['for_every_number']}, of which "
            f"{document['whole_for_every_number']} rest on nothing that is not in their file"
        )
    elif "obligations" in items[0]:
        console.print(f"{sum(item['obligations'] for item in items)} obligations")
    for item in document["left_out"]:
        console.print(Text(f"left out: {item['about']}: {item['reason']}", style="yellow"))
    if not document["checked_by_us"]:
        console.print(Text("not checked by us: nothing here was run through Lean", style="yellow"))
    console.print(Text(f"to check: {COMMANDS[to]}", style="dim"))
    console.print(Text(f"trusted: {document['trusted']}", style="dim"))
    told = f"who does not read the statements there believes what writes them: {document['writer_lines']} lines of code"
    console.print(Text(told, style="dim"))


def show_report(console: Console, report: Mapping[str, Any]) -> None:
    """Print what a checker said: its version, how many verdicts of each kind, and every one that is no acceptance."""
    ours = " (ours, which stands in for viprchk)" if report["ours"] else ""
    name = f"{report['checker']} {report['version'] or ''}".strip() + ours
    counts: dict[str, int] = {}
    for item in report["verdicts"]:
        counts[item["verdict"]] = counts.get(item["verdict"], 0) + 1
    told = ", ".join(f"{count} {word}" for word, count in counts.items())
    obligations = sum(item["obligations"] for item in report["verdicts"])
    of = f" ({obligations} obligations)" if obligations else ""
    word = report["missing"] or f"{told}{of} in {duration(report['seconds'])}"
    console.print(Text.assemble((f"{name}: ", "bold"), (word, STYLES[report["verdict"]])))
    if report["missing"]:
        return
    for item in report["verdicts"]:
        if item["verdict"] != "accepted":
            console.print(
                Text(f"  {item['about']}: {item['verdict']}: {item['reason']}", style=STYLES[item["verdict"]])
            )
    if report["axioms"]:
        console.print(Text(f"  axioms: {', '.join(report['axioms'])}", style="dim"))
