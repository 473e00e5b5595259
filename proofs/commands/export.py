"""The command that writes claims and optima for other people's checkers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ...formulations.errors import InputError
from ...solvers.commands.delivery import AllowCode, Delivery, Exit, Format, InFormat, working
from ..exports.targets import Target


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog="Example: mechproof export --to coq --output for-coq")(export)


def export(
    to: Annotated[Target, typer.Option("--to", help="What reads it.")],
    output: Annotated[Path, typer.Option("--output", metavar="DIR", help="The folder that the files go into.")],
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="CLAIM|SPEC",
            help="A claim's id; or a specification, whose promises are proved, or whose optimum is written.",
            show_default="all registered claims",
        ),
    ] = None,
    allow_code: AllowCode = False,
    format: InFormat = None,
) -> None:
    """Write claims or an optimum for other people's checkers: Coq, SMT solvers, Lean, or VIPR's.

    For Coq the declared formulas are written out, every step is proved from its certificate, and what holds of every
    number of people is a theorem about lists. `mechproof check-certificates --with` runs the checkers that are here.
    """
    from ..exports.export import export as write
    from ..exports.present import show_export

    with working("writing") as say:
        found = write(_meant(what, to, allow_code, say), to.value, output, say)
    document = found.document()
    Delivery(format or Format.text, None)(lambda: document, lambda console: show_export(console, document))
    raise typer.Exit(Exit.AS_REQUIRED if not found.left_out else Exit.UNDECIDED)


def _meant(what: str | None, to: Target, allow_code: bool, say: Any) -> Any:
    """Return what is to be written: a claim's id, what was proved of a specification, or its solution."""
    if what is None or not what.endswith(".toml"):
        if to is Target.vipr:
            rule = "is no specification, and what is written for VIPR is the optimum of one"
            raise InputError("spec", what, rule, "name a specification of a linear program, such as menu.toml")
        return what
    from ...solvers.specification import read_specification

    model = read_specification(Path(what), allow_code).model
    if to is Target.vipr:
        return model
    from ..own.proving import SECONDS, prove_own

    return prove_own(model, None, SECONDS, say)
