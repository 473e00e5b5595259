"""The command report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from ...formulations.errors import InputError
from ...solvers.commands.delivery import working
from ..reports.format import ReportFormat

Title: TypeAlias = Annotated[
    str | None, typer.Option("--title", help="What to call the report.", show_default="its mechanisms")
]
Currency: TypeAlias = Annotated[
    str | None,
    typer.Option("--currency", help="What money is in: EUR, or a symbol such as €.", show_default="units of money"),
]
Day: TypeAlias = Annotated[
    str | None,
    typer.Option("--date", metavar="YYYY-MM-DD", help="The day it bears.", show_default="today, or SOURCE_DATE_EPOCH"),
]


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
    title: Title = None,
    currency: Currency = None,
    date: Day = None,
) -> None:
    """Render documents as one self-contained report.

    Its first screen answers yes, no or undecided, and says why; verdicts, prices, formulas, figures, privacy
    accounts and provenance follow.
    """
    from ..reports.report import report as write

    if any(path.resolve() == output.resolve() for path in documents):
        raise InputError("output", str(output), "is one of the documents", "name another file")
    with working("writing the report"):
        write(documents, output, format.value if format else None, title=title, currency=currency, date=date)
    typer.echo(f"written to {output}", err=True)
