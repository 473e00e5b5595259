"""The command of training: train."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..formulations.errors import InputError
from ..solvers.commands.delivery import AllowCode, Exit, InFormat, Output, delivery, working
from .asked import Asked, asked_for, read_data

if TYPE_CHECKING:
    from .training.results import TrainingResult

BUDGETS_HELP = "A CSV or JSON file of budgets keyed by client, in place of the mechanism's."
REGISTER_HELP = "A JSON file for the experiment before it is run; where it is there, another experiment is refused."
BUDGETS_OUTPUT_HELP = "A CSV or JSON file for the budgets that were trained with."

EXPERIMENT_HELP = "An experiment of a paper, with its budgets and arms: zhou-17."
BASELINES_HELP = "Baselines of the field beside it, with the same budgets: names with commas between, or all."
DATA_HELP = "Records: an .npz file, or a folder of MNIST's, Fashion-MNIST's, EMNIST's or CIFAR-10's files."
MODEL_HELP = "After the study, train one model to be given away, as mechproof release does, into this file .npz."
LEDGER_HELP = "The file in which each round of that model is charged before it is drawn."
TRANSCRIPT_HELP = "A file of JSON lines for what the mechanism's run charged and measured; mechproof audit judges it."
TRUST_HELP = "Of that model: local, each client adds its own noise; or secure-sum, only the sum is seen."
EXAMPLES = (
    "Examples: mechproof train examples/stackelberg.toml --output training.json · "
    "mechproof train examples/field_baselines.toml"
)
CODES = {"passed": Exit.AS_REQUIRED, "failed": Exit.FAILED, "inconclusive": Exit.UNDECIDED}


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog=EXAMPLES)(train)


def train(
    spec: Annotated[
        Path | None, typer.Argument(metavar="[SPEC]", help="The specification, a TOML file.", show_default=False)
    ] = None,
    budgets: Annotated[Path | None, typer.Option("--budgets", help=BUDGETS_HELP, show_default=False)] = None,
    budgets_output: Annotated[
        Path | None, typer.Option("--budgets-output", help=BUDGETS_OUTPUT_HELP, show_default=False)
    ] = None,
    delta: Annotated[float | None, typer.Option(help="δ of every client, in (0, 1).", show_default="1e-5")] = None,
    rounds: Annotated[int | None, typer.Option(help="Releases of every participant.", show_default="30")] = None,
    repetitions: Annotated[int | None, typer.Option(help="Paired runs.", show_default="10")] = None,
    seed: Annotated[int | None, typer.Option(help="From which all randomness derives.", show_default="0")] = None,
    experiment: Annotated[str | None, typer.Option(help=EXPERIMENT_HELP, show_default=False)] = None,
    baselines: Annotated[str | None, typer.Option(metavar="NAMES", help=BASELINES_HELP, show_default=False)] = None,
    data: Annotated[Path | None, typer.Option(help=DATA_HELP, show_default=False)] = None,
    records: Annotated[
        int | None, typer.Option(help="Records of each client.", show_default="as many as there are")
    ] = None,
    model_output: Annotated[Path | None, typer.Option("--model-output", help=MODEL_HELP, show_default=False)] = None,
    ledger: Annotated[Path | None, typer.Option(help=LEDGER_HELP, show_default=False)] = None,
    trust: Annotated[str | None, typer.Option(metavar="WHOM", help=TRUST_HELP, show_default=False)] = None,
    register: Annotated[Path | None, typer.Option(help=REGISTER_HELP, show_default=False)] = None,
    transcript: Annotated[Path | None, typer.Option(help=TRANSCRIPT_HELP, show_default=False)] = None,
    allow_code: AllowCode = False,
    format: InFormat = None,
    output: Output = None,
) -> None:
    """Train with the budgets a mechanism sells, or with those of a file, against static and random ones.

    With a table [play] in the specification it trains round by round, each with the budgets that were sold in it.
    Settings are read from the specification's [train]; options go before them. Leaves with 0 if the experiment's
    controls pass, with 1 if one fails, with 3 if one is inconclusive or the mechanism's solution is not certified.
    """
    deliver = delivery(format, output)
    from ..solvers.serialization import refuse_no_file
    from .accounting.budget_files import file_kind, write_budgets
    from .played_command import play_of, train_play
    from .training.present import show_training
    from .training.train import train as run

    if budgets_output is not None:
        file_kind(budgets_output)
    for path in (budgets_output, transcript):
        refuse_no_file(path)
    _refuse_half(model_output, ledger, trust)
    named = None if baselines is None else [name.strip() for name in baselines.split(",") if name.strip()]
    options = {"delta": delta, "rounds": rounds, "repetitions": repetitions, "seed": seed, "baselines": named}
    if (playing := play_of(spec, budgets, experiment, allow_code)) is not None:
        outputs: dict[str, Any] = {
            "--budgets-output": budgets_output,
            "--model-output": model_output,
            "--ledger": ledger,
            "--trust": trust,
            "--register": register,
            "--transcript": transcript,
            "--baselines": baselines,
        }
        found = train_play(playing, options, outputs, None if data is None else read_data(data), records)
        deliver(lambda: found.document, found.show)
        return
    asked = asked_for(spec, budgets, options, allow_code, experiment, data, records)
    own, held = asked.dataset, asked.records
    with progress_bar() as progress:
        result = run(
            asked.budgets,
            asked.protocol,
            dataset=own,
            records=held,
            progress=progress,
            register=register,
            costs=asked.costs,
        )
    if model_output is not None and ledger is not None:
        _release(asked, result, model_output, ledger, trust)
    if budgets_output is not None:
        write_budgets(asked.budgets, budgets_output)
    if transcript is not None:
        result.trained.write_transcript(transcript)
    deliver(result.document, lambda console: show_training(console, result))
    code = CODES[result.controls.outcome]
    if not asked.certified:
        typer.secho("mechproof: the mechanism's solution is not certified; see mechproof solve", fg="red", err=True)
        code = code or Exit.UNDECIDED
    raise typer.Exit(code)


def _refuse_half(model_output: Path | None, ledger: Path | None, trust: str | None) -> None:
    """Refuse a model without a ledger that it is charged in, and without saying who is trusted; and the reverse."""
    from ..solvers.serialization import refuse_no_file
    from .accounting.release import TRUSTS
    from .training.released import refuse_no_model_file

    given = {"--model-output": model_output, "--ledger": ledger, "--trust": trust}
    missing = [name for name, value in given.items() if value is None]
    if missing and len(missing) < len(given):
        rule = "is needed with the others: a model is given away for a charge in a ledger, and to whom it is trusted"
        raise InputError(missing[0], None, rule, f"give {', '.join(given)}, or none of them")
    if trust is not None and trust not in TRUSTS:
        raise InputError("trust", trust, "is unknown", f"choose one of: {', '.join(TRUSTS)}")
    if model_output is not None:
        refuse_no_model_file(model_output)
        refuse_no_file(model_output)


def _release(asked: Asked, result: TrainingResult, path: Path, ledger: Path, trust: Any) -> None:
    """Train once more, with what the pilots chose for the mechanism, and write that model."""
    from dataclasses import replace

    from .training.released import release_model

    arm = result.arm("mechanism")
    protocol = replace(result.protocol, rounds=arm.rounds, learning_rate=arm.learning_rate, fewer_rounds=())
    with working("training the model that is released"):
        release_model(
            asked.budgets, protocol, trust=trust, ledger=ledger, dataset=asked.dataset, records=asked.records
        ).save(path)


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int, str], None] | None]:
    """Show a bar on a terminal, and nothing anywhere else."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns: Any = (TextColumn("training"), BarColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")
        yield lambda done, total, what: bar.update(task, completed=done, total=total, description=what)
