"""The command of properties: verify."""

from __future__ import annotations

from typing import Annotated

import typer

from ...solvers.commands.delivery import AllowCode, Exit, InFormat, Output, Spec, delivery, working

Require = Annotated[
    str | None, typer.Option(help="Properties that must hold, as a,b.", show_default="what the mechanism promises")
]


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog="Example: mechproof verify examples/stackelberg.toml --output verification.json")(verify)


def verify(
    spec: Spec,
    require: Require = None,
    expect_violated: Annotated[
        str | None, typer.Option(help="Properties that must not hold, as a,b.", show_default="none")
    ] = None,
    within: Annotated[
        str | None,
        typer.Option(metavar="MONEY", help="A violation of at most so much money holds.", show_default="none"),
    ] = None,
    allow_code: AllowCode = False,
    format: InFormat = None,
    output: Output = None,
) -> None:
    """Verify the mechanism's properties, at the specification's candidate if it has one, else at the solution.

    What must hold is read from the specification's [verify]; options go before it. Leaves with 0 if all is as required,
    with 1 if a required property is violated or one expected to be violated holds, with 3 if one of them is undecided.
    With --within 0.01 nobody gains more than a cent, no pool is overspent by more: what is shown to be no larger holds.
    """
    deliver = delivery(format, output)
    from ...formulations.data import read_number
    from ...solvers.specification import WITHIN, read_specification
    from ..properties.present import show_verification
    from ..properties.verify import asked_solution, required_of
    from ..properties.verify import verify as verify_properties

    with working("reading the specification"):
        asked = read_specification(spec, allow_code)
    wanted = _names(require, asked.verify.get("require"))
    expected = _names(expect_violated, asked.verify.get("expect_violated"))
    required_of(asked.model, wanted, expected)  # refused before any work is done
    forgiven = asked.verify.get("within") if within is None else read_number("within", within, WITHIN)
    with working("solving"):
        solution = asked_solution(asked)
    with working("verifying"):
        found = verify_properties(solution, wanted, expected, forgiven)
    deliver(lambda: found.document(asked), lambda console: show_verification(console, found))
    raise typer.Exit(Exit.FAILED if found.failed else Exit.UNDECIDED if found.undecided else Exit.AS_REQUIRED)


def _names(given: str | None, written: list[str] | None) -> list[str] | None:
    return written if given is None else [name.strip() for name in given.split(",") if name.strip()]
