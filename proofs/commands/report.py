"""The command report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ...formulations.errors import InputError
from ...solvers.commands.delivery import working
from ..reports.format import ReportFormat


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog="Example: mechproof report solution.json training.json --output report.html")(report)


def report(
    documents: Annotated[
        list[Path], typer.Argument(metavar="DOC.json…", help="Documents that other commands wrote.", show_default=False)
    ],
    output: Annotated[Path, typer.Option("--output", help="The file to write.", show_default=False)],
    format: Annotated[
        ReportFormat | None, typer.Option("--format", help="What to write.", show_default="by the output's ending")
    ] = None,
) -> None:
    """Render documents as one self-contained report: verdicts, formulas, figures, privacy accounts, provenance."""
    from ..reports.report import report as write

    if any(path.resolve() == output.resolve() for path in documents):
        raise InputError("output", str(output), "is one of the documents", "name another file")
    with working("writing the report"):
        write(documents, output, format.value if format else None)
    typer.echo(f"written to {output}", err=True)
