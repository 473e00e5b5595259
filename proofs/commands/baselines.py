"""The command baselines: what other ways to spend the reward pool would do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...solvers.commands.delivery import AllowCode, Exit, InFormat, Output, Spec, delivery, working

if TYPE_CHECKING:  # a command's module is imported with every command, solvers only with those that solve
    from ..baselines.baseline import Baseline


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog="Example: mechproof baselines examples/equal_costs.toml --output baselines.json")(baselines)


def baselines(
    spec: Spec,
    seed: Annotated[int | None, typer.Option(help="Of random pricing.", min=0, show_default="0")] = None,
    allow_code: AllowCode = False,
    format: InFormat = None,
    output: Output = None,
) -> None:
    """Compare Stackelberg pricing with static and random pricing, the contract, the three-party game, printed formulas.

    All rows spend one reward pool on the same clients and are judged by the contest's own utilities: who would be worse
    off than by staying out, and whether the payments stay within the pool. The specification's [baselines] may say
    reward_pool, static_epsilon, random_range, seed, and the three-party game's parameters.
    """
    deliver = delivery(format, output)
    from ...formulations.language import Model
    from ...solvers.specification import read_specification
    from ..baselines.baseline import baselines_as_asked, baselines_document

    with working("reading the specification"):
        asked = read_specification(spec, allow_code)
    model = asked.model
    assert isinstance(model, Model)
    with working("comparing"):
        rows = baselines_as_asked(asked, seed=seed)
    drawn = int(asked.baselines.get("seed", 0)) if seed is None else seed
    deliver(lambda: baselines_document(model, rows, drawn, asked), lambda console: show_baselines(console, rows))
    raise typer.Exit(Exit.AS_REQUIRED)


def show_baselines(console: Console, rows: tuple[Baseline, ...]) -> None:
    """Print one line for each row, and below how each was read.

    Examples
    --------
    >>> import mechproof as mp, sys
    >>> rows = mp.baselines(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2))[:1]
    >>> show_baselines(Console(file=sys.stdout, width=100), rows)  # doctest: +ELLIPSIS
    one pool, 1 ways to spend it; utilities are the contest's
    ...
    """
    console.print(Text(f"one pool, {len(rows)} ways to spend it; utilities are the contest's", style="bold"))
    console.print()
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("baseline", no_wrap=True)
    for name in ("pool", "mean ε", "least utility", "mean utility", "server's", "feasible", "nobody loses", "no envy"):
        table.add_column(name, justify="right")
    for row in rows:
        server = "–" if row.server_utility is None else f"{row.server_utility:.6g}"
        utility = row.client_utility
        numbers = [row.reward_pool, row.epsilon.mean(), utility.min(), utility.mean()]
        truths = [_truth(value) for value in (row.feasible, row.rational, row.compatible)]
        table.add_row(row.name, *(f"{value:.6g}" for value in numbers), server, *truths)
    console.print(table)
    console.print()
    for row in rows:
        console.print(Text(f"{row.name}: {row.source}; {row.reading}", style="dim"))


def _truth(value: bool | None) -> Any:
    return "–" if value is None else Text("yes", style="green") if value else Text("no", style="red")
