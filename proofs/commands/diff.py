"""The command that compares two documents: diff."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ...solvers.commands.delivery import Exit, InFormat, Output, delivery, working

Document = Annotated[Path, typer.Argument(help="A document of check, verify, solve or prove.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog="Example: mechproof diff main.json branch.json")(diff)


def diff(old: Document, new: Document, format: InFormat = None, output: Output = None) -> None:
    """Say what got worse between two documents of one kind, what got better, and what only changed.

    A property gets worse when it was as it should be and is no longer; a utility, a revenue, how many take part by
    falling; a price or a payment only changes. Leaves with 0 if nothing got worse, else with 1.
    """
    deliver = delivery(format, output)
    from ...solvers.serialization import provenance
    from ..checks.changes import changes
    from ..reports.documents import read_documents

    with working("comparing"):
        (before,), (now,) = read_documents([old]), read_documents([new])
        found = changes(before.document, now.document)
    names = {False: "worse", True: "better", None: "changed"}
    groups = {name: [one.document() for one in found if one.better is better] for better, name in names.items()}
    document: dict[str, Any] = {
        "schema": "mechproof/diff/1",
        "ok": not groups["worse"],
        "old": str(old),
        "new": str(new),
        **groups,
        "provenance": provenance(),
    }

    def show(console: Any) -> None:
        from rich.text import Text

        styles = {"worse": "red", "better": "green", "changed": ""}
        for name, rows in groups.items():
            for row in rows:
                about = ": ".join(filter(None, (row["path"], row["mechanism"])))
                console.print(Text.assemble((name, styles[name]), f"  {about}{': ' if about else ''}{row['text']}"))
        console.print("nothing got worse" if document["ok"] else f"{len(groups['worse'])} got worse")

    deliver(lambda: document, show)
    raise typer.Exit(Exit.AS_REQUIRED if document["ok"] else Exit.FAILED)
