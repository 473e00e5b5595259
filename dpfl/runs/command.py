"""The command that judges a run's transcript: mechproof audit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ...solvers.commands.delivery import Exit, InFormat, Output, delivery

HEAD_HELP = "The digest that the last line must have, if it is known from elsewhere."


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog="Example: mechproof audit ledger.jsonl")(audit)


def audit(
    transcript: Annotated[Path, typer.Argument(metavar="FILE", help="A ledger or a transcript, JSON lines.")],
    head: Annotated[str | None, typer.Option(metavar="DIGEST", help=HEAD_HELP, show_default="any")] = None,
    format: InFormat = None,
    output: Output = None,
) -> None:
    """Judge private runs from their transcript alone: charges, weights, clipping, noise, and who spent what.

    Leaves with 0 if nothing was found, with 1 if something was: each finding has a name. What was measured in a run is
    as private as the data; the document says of it what is wrong, and nothing else.
    """
    deliver = delivery(format, output)
    from .audit import audit as judge
    from .present import show_audit

    found = judge(transcript, head)
    deliver(found.document, lambda console: show_audit(console, found))
    raise typer.Exit(Exit.AS_REQUIRED if found.passed else Exit.FAILED)
