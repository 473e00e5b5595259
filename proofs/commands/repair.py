"""The command repair: the nearest sound mechanism to a broken one."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...solvers.commands.delivery import AllowCode, Exit, InFormat, Spec, Tolerance, delivery, working

if TYPE_CHECKING:
    from rich.console import Console

    from ...solvers.repair.results import Repair
    from ..properties.results import Verification


class Norm(StrEnum):
    """How changes are added up."""

    one = "1"
    two = "2"
    inf = "inf"


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog="Example: mechproof repair examples/broken_contract.toml --keep epsilon --output fixed.toml")(
        repair
    )


def repair(
    spec: Spec,
    keep: Annotated[
        str | None,
        typer.Option(help="What stays as it is, as a,b: epsilon, payments, pool.", show_default="pool"),
    ] = None,
    norm: Annotated[
        Norm, typer.Option(help="All changes together, the root of the sum of their squares, or the largest.")
    ] = Norm.one,
    tolerance: Tolerance = None,
    allow_code: AllowCode = False,
    format: InFormat = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            help="A file for the repaired specification if it is called .toml, else for the result.",
            show_default="standard output",
        ),
    ] = None,
    vipr: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="A folder for the distance's certificate as a file for VIPR's checker.",
            show_default="none",
        ),
    ] = None,
) -> None:
    """Repair somebody's own numbers, the specification's candidate: the nearest sound ones, in money.

    Sound is what must hold of any numbers, not that they are the best: rationality, incentives and the pool of a
    contract, no arbitrage of prices, nobody below cost in a contest, all rows of a program of one's own. A change of ε
    counts at its owner's cost, so that units change nothing. What is named with --keep is kept, and nothing else.

    Leaves with 0 if the repaired numbers are shown to be sound and nothing sound to be nearer, with 3 if not, with 2 if
    what is kept leaves nothing sound.
    """
    written = output if output is not None and output.suffix == ".toml" else None
    deliver = delivery(format, None if written else output)
    from ...formulations.data import Rule, read_number
    from ...formulations.errors import InputError
    from ...solvers.candidate import candidate
    from ...solvers.repair.document import repair_document
    from ...solvers.repair.repair import repair as nearest
    from ...solvers.repair.written import specification_text
    from ...solvers.serialization import refuse_no_file, write_whole
    from ...solvers.specification import read_specification
    from ..properties.verify import verify

    refuse_no_file(written)
    with working("reading the specification"):
        asked = read_specification(spec, allow_code)
    if asked.candidate is None:
        raise InputError("candidate", None, "is needed: the numbers to repair", "write them below [candidate]")
    within = asked.request.tolerance
    if tolerance is not None:
        within = float(read_number("tolerance", tolerance, Rule("the tolerance", above=0)))
    with working("looking for the nearest"):
        found = nearest(candidate(asked.model, **asked.candidate), keep, norm.value, within)
    verified = None
    if found.properties:
        with working("verifying"):
            verified = verify(found.candidate, found.properties)
    if vipr is not None:
        from ..exports.export import export

        typer.echo(f"certificate written to {export(found, 'vipr', vipr).files[0]}", err=True)
    if written is not None:
        write_whole(written, specification_text(found, asked, written.parent))
        typer.echo(f"repaired specification written to {written}", err=True)
    items = [] if verified is None else [_item(verified, name) for name in found.properties]
    deliver(lambda: repair_document(found, asked, items), lambda console: _show(console, found, verified))
    kept = verified is None or verified.ok
    raise typer.Exit(Exit.AS_REQUIRED if found.certificate.valid and kept else Exit.UNDECIDED)


def _item(verified: Verification, name: str) -> dict[str, str]:
    item = verified[name]
    return {"property": item.property, "verdict": item.verdict.value, "text": item.text}


def _show(console: Console, found: Repair, verified: Verification | None) -> None:
    from ...solvers.repair.present import show_repair

    show_repair(console, found)
    for name in found.properties if verified is not None else ():
        assert verified is not None
        console.print(f"  verified: {name} {verified[name].verdict.value}")
