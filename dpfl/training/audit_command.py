"""The command that judges private runs: mechproof audit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...formulations.errors import InputError
from ...solvers.commands.delivery import Exit, InFormat, Output, delivery, working

if TYPE_CHECKING:
    from ..runs.canary_bound import CanaryBound

CANARIES_HELP = "Also plant records in runs on the same terms, and bound what they betray (needs the extra train)."
HEAD_HELP = "The digest that the last line must have, if it is known from elsewhere."


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog="Example: mechproof audit ledger.jsonl")(audit)


def audit(
    transcript: Annotated[Path, typer.Argument(metavar="FILE", help="A ledger or a transcript, JSON lines.")],
    head: Annotated[str | None, typer.Option(metavar="DIGEST", help=HEAD_HELP, show_default="any")] = None,
    canaries: Annotated[bool, typer.Option("--canaries", help=CANARIES_HELP)] = False,
    seed: Annotated[int | None, typer.Option(help="Of the canaries.", show_default="the system's entropy")] = None,
    format: InFormat = None,
    output: Output = None,
) -> None:
    """Judge private runs from their transcript alone: charges, weights, clipping, noise, and who spent what.

    Leaves with 0 if nothing was found, with 1 if something was: each finding has a name. What was measured in a run is
    as private as the data; the document says of it what is wrong, and nothing else. Canaries are planted in runs of the
    linear head on the terms of the file's last run.
    """
    deliver = delivery(format, output)
    from ..runs.audit import audit as judge
    from ..runs.present import show_audit

    found = judge(transcript, head)
    if canaries:
        with working("planting canaries"):
            found = replace(found, canaries=_asked(transcript, seed))
    deliver(found.document, lambda console: show_audit(console, found))
    raise typer.Exit(Exit.AS_REQUIRED if found.passed else Exit.FAILED)


def _asked(transcript: Path, seed: int | None) -> tuple[CanaryBound, ...]:
    """Plant canaries on the terms of the last run of a file."""
    from ..runs.ledger import read_ledger
    from ..runs.terms import terms_read
    from .canaries import canary_audit

    runs = [line for line in read_ledger(transcript).lines if line["kind"] == "run"]
    if not runs:
        raise InputError("transcript", str(transcript), "holds no run", "leave --canaries out")
    return canary_audit(terms_read(runs[-1]), seed=seed)
