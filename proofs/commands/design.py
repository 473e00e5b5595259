"""The command design: the best mechanism of a family that is proved to have the required properties."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...solvers.commands.delivery import AllowCode, Exit, InFormat, Output, delivery, working

if TYPE_CHECKING:
    from ..design.design import Design


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog="Example: mechproof design reserve-procurement --require ir,ic,budget")(design)


def design(
    family: Annotated[
        str,
        typer.Argument(
            metavar="FAMILY",
            help=r"A TOML file with a table \[family], or a shipped family's name, for its example's data: "
            "contest-pool, reserve-procurement, posted-prices.",
            show_default=False,
        ),
    ],
    objective: Annotated[
        str | None, typer.Option(help="What is to be as large as it can be.", show_default="the family's first")
    ] = None,
    require: Annotated[
        str | None,
        typer.Option(
            help="Properties to be proved for all parameters first, as a,b: ir, ic, unique, budget, or as the family "
            "calls them.",
            show_default="all that the family promises",
        ),
    ] = None,
    tolerance: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER", help="How much better anything may be, relative to the size.", show_default="1e-6"
        ),
    ] = None,
    time_limit: Annotated[
        str | None, typer.Option("--time-limit", metavar="SECONDS", help="What the search may take.", show_default="60")
    ] = None,
    recheck: Annotated[
        Path | None,
        typer.Option(help="Judge the optimum of this document anew, and search for nothing.", show_default=False),
    ] = None,
    allow_code: AllowCode = False,
    format: InFormat = None,
    output: Output = None,
) -> None:
    """Choose the best mechanism of a family, whose required properties are proved for all its parameters first.

    The optimum is global, and certified apart from the search: boxes cover all parameters, and in none of them anything
    is better by more than the gap. What is required and refuted is shown with an instance.

    Leaves with 0 if all is proved and the optimum certified, with 1 if a required property is refuted, with 3 if one is
    not proved, or the optimum not certified within the time.
    """
    deliver = delivery(format, output)
    from ...formulations.data import Rule, read_number
    from ...solvers.design.specification import read_design
    from ..design.design import design as designed
    from ..design.design import recheck_design
    from ..design.present import show_design

    with working("reading the family"):
        asked = read_design(family, allow_code)
    settings: dict[str, Any] = dict(asked.asked)
    settings |= {name: text for name, text in (("objective", objective), ("tolerance", tolerance)) if text is not None}
    if require is not None:
        settings["require"] = [name.strip() for name in require.split(",") if name.strip()]
    limit = settings.pop("time_limit", None) if time_limit is None else time_limit
    settings.pop("time_limit", None)
    if limit is not None:
        settings["time_limit"] = float(read_number("time-limit", limit, Rule("the time limit", above=0)))
    with working("designing") as say:
        if recheck is not None:
            settings.pop("time_limit", None)
            found = recheck_design(asked.family, _read(recheck), **settings)
        else:
            found = designed(asked.family, **settings, say=say)
    deliver(
        lambda: found.document(asked.type, asked.digests),
        lambda console: show_design(console, found),
    )
    raise typer.Exit(_code(found))


def _read(path: Path) -> Any:
    """Return a document of a file."""
    from ...formulations.errors import InputError
    from ...formulations.specification.tables import read_text

    text, _ = read_text(path, "recheck")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise InputError("recheck", str(path), "is no JSON document", "write one with --output found.json")
    return document


def _code(found: Design) -> Exit:
    if found.refuted:
        return Exit.FAILED
    return Exit.AS_REQUIRED if found.ok else Exit.UNDECIDED
