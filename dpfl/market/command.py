"""The command that runs a market: mechproof market."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ...solvers.commands.delivery import AllowCode, Exit, InFormat, Output, Spec, delivery, working

PUBLISH_HELP = "A file for what everybody may know: no owner is named in it, and no cost can be found back from it."
STATEMENTS_HELP = "A folder for a file for each owner, with its own account alone."
LEDGER_HELP = "A file of all trainings with these owners' records: rounds are charged there, or refused."
SEED_HELP = "For studies: noise that comes out the same again, of which nothing may be sold."
STATE_HELP = "A folder that keeps finished steps; if it holds some, the market goes on from the last."


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog="Example: mechproof market examples/marketplace.toml --output market.json")(market)


def market(
    spec: Spec,
    state: Annotated[Path | None, typer.Option(metavar="FOLDER", help=STATE_HELP, show_default="none")] = None,
    publish: Annotated[Path | None, typer.Option(metavar="FILE", help=PUBLISH_HELP, show_default="none")] = None,
    statements: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help=STATEMENTS_HELP, show_default="none")
    ] = None,
    ledger: Annotated[Path | None, typer.Option(metavar="FILE", help=LEDGER_HELP, show_default="none")] = None,
    noise_seed: Annotated[int | None, typer.Option(min=0, help=SEED_HELP, show_default="the system's entropy")] = None,
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
    from .published import refuse_unwritable, write_public, write_statements
    from .reading import read_market
    from .run import run_market

    refuse_unwritable(publish, statements)
    with working("reading the specification"):
        asked = read_market(read_specification(spec, allow_code), allow_code)[1]
    with working("the market:") as say:
        result = run_market(asked, state, say, allow_code, noise_seed, ledger)
    if publish is not None:
        write_public(result, publish)
    if statements is not None:
        write_statements(result, statements)
    deliver(lambda: result.document(asked), lambda console: show_market(console, result))
    raise typer.Exit(Exit.FAILED if result.violated else Exit.UNDECIDED if result.undecided else Exit.AS_REQUIRED)
