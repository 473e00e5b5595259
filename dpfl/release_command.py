"""The command that trains a model to be given away: release."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..solvers.commands.delivery import AllowCode, Exit, InFormat, Output, delivery, working
from .asked import asked_for
from .commands import BUDGETS_HELP

EXAMPLE = (
    "mechproof release examples/stackelberg.toml --trust secure-sum --learning-rate 8 --ledger charged.jsonl "
    "--model-output model.npz"
)
LEDGER_HELP = "The file in which every round is charged, over all runs; it is begun where there is none."
MODEL_HELP = "An .npz file for the model."
CHECKPOINT_HELP = "A file that is replaced after each round; an interrupted run goes on from it."
TRUST_HELP = "local: each client adds its own noise. secure-sum: only the sum is seen."
ROUNDS_HELP = "Stop after so many, at most those of the settings."


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog=f"Example: {EXAMPLE}")(release)


def release(
    spec: Annotated[
        Path | None, typer.Argument(metavar="[SPEC]", help="The specification, a TOML file.", show_default=False)
    ] = None,
    trust: Annotated[str, typer.Option(metavar="WHOM", help=TRUST_HELP)] = ...,  # type: ignore[assignment]
    ledger: Annotated[Path, typer.Option(help=LEDGER_HELP)] = ...,  # type: ignore[assignment]
    model_output: Annotated[Path, typer.Option(help=MODEL_HELP)] = ...,  # type: ignore[assignment]
    budgets: Annotated[Path | None, typer.Option("--budgets", help=BUDGETS_HELP, show_default=False)] = None,
    checkpoint: Annotated[Path | None, typer.Option(help=CHECKPOINT_HELP, show_default="none")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Step length.", show_default="the settings'")] = None,
    rounds: Annotated[int | None, typer.Option(help=ROUNDS_HELP, show_default="all")] = None,
    allow_code: AllowCode = False,
    format: InFormat = None,
    output: Output = None,
) -> None:
    """Train one model with everybody's budget, with noise from the system's entropy, and audit it.

    Settings are read from the specification's [train]; the learning rate has to be named, there or here. Leaves with 0
    if the model was written; with 1, and nothing written, if a round would overspend somebody's budget in the ledger or
    the audit found something; with 3 if the mechanism's solution is not certified.
    """
    deliver = delivery(format, output)
    from ..solvers.serialization import refuse_no_file
    from .runs.present import show_audit
    from .training.released import refuse_no_model_file, release_model

    refuse_no_model_file(model_output)
    refuse_no_file(model_output)
    asked = asked_for(spec, budgets, {"learning_rate": learning_rate}, allow_code)
    if not asked.certified:
        typer.secho("mechproof: the mechanism's solution is not certified; see mechproof solve", fg="red", err=True)
        raise typer.Exit(Exit.UNDECIDED)
    with working("training") as say:
        released = release_model(
            asked.budgets,
            asked.protocol,
            trust=trust,  # type: ignore[arg-type]  # calibrate names the choices
            ledger=ledger,
            checkpoint=checkpoint,
            dataset=asked.dataset,
            records=asked.records,
            rounds=rounds,
            told=lambda done, of: say(f"round {done} of {of}"),
        )
    deliver(released.audit.document, lambda console: show_audit(console, released.audit))
    released.save(model_output)
    typer.echo(f"{released}; the model is in {model_output}", err=True)
