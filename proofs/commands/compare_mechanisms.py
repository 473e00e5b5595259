"""The command compare-mechanisms: one purchase by several mechanisms, and what the truth costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...solvers.commands.delivery import AllowCode, Exit, InFormat, Output, Spec, delivery, working

if TYPE_CHECKING:  # a command's module is imported with every command, solvers only with those that solve
    from ..baselines.mechanisms import MechanismComparison

EXAMPLE = "Example: mechproof compare-mechanisms examples/procurement_prior.toml --draws 40"


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("compare-mechanisms", epilog=EXAMPLE)(compare_mechanisms)


def compare_mechanisms(
    spec: Spec,
    draws: Annotated[
        int | None,
        typer.Option(help="Draw the costs so often from the prior.", min=2, show_default="the declared costs"),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the draws.", min=0)] = 0,
    allow_code: AllowCode = False,
    format: InFormat = None,
    output: Output = None,
) -> None:
    """Compare contest, contract, VCG, Myerson's rule and the first best on your own clients' costs.

    The specification is of a privacy-procurement, or of a stackelberg-pricing with caps. Printed are what the server
    keeps, what is sold and paid in all, and what truthfulness costs: against the first best, and against a contest of
    clients whose costs are known.
    """
    deliver = delivery(format, output)
    from ...solvers.specification import read_specification
    from ..baselines import mechanisms

    with working("reading the specification"):
        asked = read_specification(spec, allow_code)
    with working("comparing") as say:
        found = mechanisms.compare_mechanisms(asked.model, draws, seed, say)
    deliver(lambda: found.document(asked), lambda console: show_mechanisms(console, found))
    raise typer.Exit(Exit.AS_REQUIRED)


def show_mechanisms(console: Console, found: MechanismComparison) -> None:
    """Print a line for each mechanism, and below what it must know.

    Examples
    --------
    >>> import mechproof as mp, sys
    >>> found = mp.compare_mechanisms(mp.PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=2, beta=4))
    >>> show_mechanisms(Console(file=sys.stdout, width=100), found)  # doctest: +ELLIPSIS
    one purchase by 4 mechanisms, at the declared costs
    ...
    """
    where = "at the declared costs" if found.draws is None else f"in the mean of {found.draws} draws from the prior"
    console.print(Text(f"one purchase by {len(found.rows)} mechanisms, {where}", style="bold"))
    console.print()
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("mechanism", no_wrap=True)
    for name in ("server keeps", "total ε", "paid", "less than first best", "less than contest"):
        table.add_column(name, justify="right")
    for row in found.rows:
        error = "" if row.server_error is None else f" ± {row.server_error:.2g}"
        contest = "–" if row.short_of_contest is None else f"{100 * row.short_of_contest:.1f} %"
        if row.difference_error is not None:
            contest += f" ({row.difference:.3g} ± {row.difference_error:.2g})"
        numbers = [f"{row.server_utility:.6g}{error}", f"{row.total_epsilon:.6g}", f"{row.paid:.6g}"]
        table.add_row(row.name, *numbers, f"{100 * row.short_of_best:.1f} %", contest)
    console.print(table)
    console.print()
    for row in found.rows:
        console.print(Text(f"{row.name}: {row.reading}", style="dim"))
    for name, why in found.skipped.items():
        console.print(Text(f"{name} is left out: {why}", style="dim"))
