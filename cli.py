"""The command line: it gathers the commands of every layer, and turns whatever goes wrong into one clear message.

Exit codes: 0 as required · 1 a required property or claim failed · 2 usage or bad input · 3 inconclusive or not
certified · 4 a back end or mechproof itself failed · 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import cache
from inspect import cleandoc
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.markup import escape
from typer.main import get_command

from .dpfl import commands as dpfl_commands
from .dpfl import curve_command, release_command
from .dpfl.market import command as market_command
from .dpfl.training import audit_command
from .formulations.authors import told
from .formulations.errors import AuditFailed, BackendError, BudgetSpent, InputError, LimitReached, UnsupportedModel
from .proofs.commands import baselines as baselines_command
from .proofs.commands import check as check_command
from .proofs.commands import compare_mechanisms as compare_mechanisms_command
from .proofs.commands import design as design_command
from .proofs.commands import diff as diff_command
from .proofs.commands import export as export_command
from .proofs.commands import figures as figures_command
from .proofs.commands import prove as prove_command
from .proofs.commands import repair as repair_command
from .proofs.commands import report as report_command
from .proofs.commands import verify as verify_command
from .proofs.commands.report import Currency, Day, Title
from .solvers.commands import finite as finite_command
from .solvers.commands import play as play_command
from .solvers.commands import what_if as what_if_command
from .solvers.commands.delivery import Exit, console, notes_said, working
from .solvers.commands.solve import register
from .solvers.inference import command as infer_command

EXIT_CODES = {
    AuditFailed: Exit.FAILED,
    BudgetSpent: Exit.FAILED,
    InputError: Exit.BAD_INPUT,
    UnsupportedModel: Exit.BAD_INPUT,
    LimitReached: Exit.UNDECIDED,
    BackendError: Exit.BROKEN,
}


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # where there is no Unicode, question marks are better than a failure
            stream.reconfigure(errors="replace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code.

    Examples
    --------
    >>> run(["--version"])
    mechproof 0.1.0
    0
    """
    try:
        with notes_said():
            _reader()(list(arguments), prog_name="mechproof")
    except SystemExit as leaving:
        if told(leaving) is not None:  # somebody's own formula has left Python, and nothing was judged
            return _told(leaving)
        return leaving.code if isinstance(leaving.code, int) else Exit.AS_REQUIRED
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:  # whoever read our output has gone, as in `mechproof … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.AS_REQUIRED
    except Exception as error:
        if _debugging():
            raise
        return _told(error)
    return Exit.AS_REQUIRED


def _told(error: BaseException) -> int:
    """Say what went wrong, and return the exit code."""
    known = told(error)
    if known is not None:
        typer.secho(f"mechproof: {known}", fg="red", err=True)
        return next((code for kind, code in EXIT_CODES.items() if isinstance(known, kind)), Exit.BROKEN)
    what = f"{type(error).__name__}: {error}".splitlines()[0]
    typer.secho(f"mechproof: this is a fault in mechproof, not in your input: {what}", fg="red", err=True)
    typer.secho("Please report it, with what the same command prints under MECHPROOF_DEBUG=1.", err=True)
    return Exit.BROKEN


@cache
def _reader() -> Callable[..., Any]:
    """Return what reads arguments and runs their command; to read every command's options takes a while."""
    return get_command(command_line())


def command_line() -> typer.Typer:
    """Return the command line with the commands of every layer."""
    app = typer.Typer(
        name="mechproof",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(
        epilog="Exit codes: 0 as required, 1 a required property failed, 2 usage or bad input, 3 inconclusive or not "
        "certified, 4 a back end or mechproof itself failed, 130 interrupted."
    )(general)
    app.command(epilog="Example: mechproof demo --output mechproof-report.html")(demo)
    layers = (
        *(check_command, figures_command, verify_command, baselines_command, compare_mechanisms_command),
        *(prove_command, export_command, what_if_command, play_command, infer_command, repair_command),
        design_command,
        *(dpfl_commands, curve_command, release_command, audit_command, market_command),
        *(report_command, diff_command, finite_command),
    )
    for layer in layers:
        layer.register(app)
    register(app)
    for command in app.registered_commands:  # what stands in brackets is a table's name there, no style
        command.help = escape(cleandoc((command.callback and command.callback.__doc__) or ""))
    return app


def demo(
    output: Annotated[Path, typer.Option("--output", help="Where the report goes.")] = Path("mechproof-report.html"),
    seed: Annotated[int, typer.Option("--seed", help="Of the training; the market itself is fixed.")] = 0,
    title: Title = None,
    currency: Currency = None,
    date: Day = None,
) -> None:
    """Show the whole on a market of 1,000 clients: solve, certify, verify, compare, train, report.

    Leaves with 0 if all that is promised was shown, with 1 if something was refuted, with 3 if something is undecided.
    """
    from .dpfl.demo import demonstrate
    from .formulations.extras import refuse_missing
    from .proofs.properties.verify import verify
    from .proofs.reports.documents import read_documents
    from .proofs.reports.face import face_of
    from .proofs.reports.report import report
    from .proofs.reports.row import Mood
    from .proofs.reports.summary import show_summary, worst
    from .solvers.serialization import refuse_no_file

    refuse_no_file(output)
    face_of((), title, currency, date)  # refused before anything is trained
    for package, module in (("torch", ""), ("scikit-learn", "sklearn"), ("matplotlib", "")):
        refuse_missing("the demonstration", package, module)
    with working("mechproof demo:") as say:
        documents = demonstrate(lambda solution, asked: verify(solution).document(asked), seed, say)
        say("writing the report")
        report(documents, output, title=title, currency=currency, date=date)
    found = show_summary(console(sys.stdout), read_documents(documents))
    typer.echo(f"\nThe report is in {output}")
    codes = {Mood.GOOD: Exit.AS_REQUIRED, Mood.BAD: Exit.FAILED, Mood.OPEN: Exit.UNDECIDED}
    raise typer.Exit(codes[worst(found)])


def _print_version(wanted: bool) -> None:
    if wanted:
        from .version import __version__

        typer.echo(f"mechproof {__version__}")
        raise typer.Exit


def general(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
) -> None:
    """Declare an incentive mechanism once; solve it with any solver, and certify the answer."""
    if debug:
        os.environ["MECHPROOF_DEBUG"] = "1"


def _debugging() -> bool:
    return os.environ.get("MECHPROOF_DEBUG", "") not in ("", "0")
