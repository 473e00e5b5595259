"""The command that runs a market: mechproof market."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ...solvers.commands.delivery import AllowCode, Exit, InFormat, Output, Spec, delivery, working

STATE_HELP = "A folder that keeps finished steps; if it holds some, the market goes on from the last."


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog="Example: mechproof market examples/marketplace.toml --output market.json")(market)


def market(
    spec: Spec,
    state: Annotated[Path | None, typer.Option(metavar="FOLDER", help=STATE_HELP, show_default="none")] = None,
    allow_code: AllowCode = False,
    format: InFormat = None,
    output: Output = None,
) -> None:
    """Run a market of models: survey, prices, task, the owners' game, training, sales and accounts.

    The mechanism prices the versions; owners, pool and rules are read from the specification's [market]. Leaves with 0
    if all that the market promises is kept, with 1 if something is violated, with 3 if something is undecided.
    """
    deliver = delivery(format, output)
    from ...solvers.specification import read_specification
    from .present import show_market
    from .reading import read_market
    from .run import run_market

    with working("reading the specification"):
        asked = read_market(read_specification(spec, allow_code), allow_code)[1]
    with working("the market:") as say:
        result = run_market(asked, state, say, allow_code)
    deliver(lambda: result.document(asked), lambda console: show_market(console, result))
    raise typer.Exit(Exit.FAILED if result.violated else Exit.UNDECIDED if result.undecided else Exit.AS_REQUIRED)
