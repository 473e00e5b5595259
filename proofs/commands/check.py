"""The command that judges all that a folder holds: check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...solvers.commands.delivery import AllowCode, hand_over, working
from ..checks.formats.names import CheckFormat, format_for

if TYPE_CHECKING:
    from ..checks.results import Check

STDOUT = Path("-")


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog="Example: mechproof check examples/pricing.toml --format sarif --output mechproof.sarif")(check)


def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATHS]...", help="Specifications, Python files, folders.", show_default="."),
    ] = None,
    format: Annotated[
        CheckFormat | None,
        typer.Option("--format", help="For people, machines, or a code host.", show_default="by --output, else plain"),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="A file, or - for standard output.", show_default="-")
    ] = None,
    select: Annotated[
        str | None, typer.Option("--select", help="Properties that count, as a,b.", show_default="all")
    ] = None,
    ignore: Annotated[
        str | None, typer.Option("--ignore", help="Properties that do not count, as a,b.", show_default="none")
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", help="An earlier check as JSON: only what got worse fails.", show_default="none"),
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="A page with everything that was found.", show_default="none")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help="How many processes.", show_default="one for four files")
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Judge all anew, and keep nothing.")] = False,
    allow_code: AllowCode = False,
) -> None:
    """Judge every specification and mechanism below the paths, each as it asks for itself.

    A TOML file is a specification if it has a key format and a table [mechanism], and so is a game, .nfg; others are
    passed over, and so are hidden folders, virtual environments, node_modules and build. Its candidate, or its
    solution, must keep what [verify] requires, by default what the mechanism promises; what [prove] names must be
    proved; a [market] is run.
    Python files that declare mechanisms are proved with --allow-code. On GitHub's runners lines are annotated, and the
    step has a summary.

    mechproof check menu.toml --select no-arbitrage judges one file by one property; with --baseline main.json, written
    by mechproof check --output main.json, only what got worse fails; --report page.html shows all that was found. What
    is known of the same files is taken from .mechproof_cache.

    Leaves with 0 if all is as required; else with the first that fits: 4 a back end or mechproof failed, 2 a
    specification is broken or there is nothing to judge, 1 a required property is violated, 3 one is undecided. It does
    so in a pipe as well, where the shell says it (set -o pipefail).
    """
    from ...solvers.serialization import refuse_no_file
    from ..checks.cache import FOLDER, Cache
    from ..checks.tree import Tree

    target = None if output == STDOUT else output
    for file in (target, report):
        refuse_no_file(file)
    cache = None if no_cache else Cache(Path(FOLDER))
    tree = Tree(paths or [Path()], _names(select), _names(ignore), baseline, allow_code, jobs, cache)
    with working("checking") as say:
        judged = tree.check(say)
    _deliver(judged, format or format_for(target), target)
    if report is not None:
        _report(judged, report)
    raise typer.Exit(judged.exit_code)


def _deliver(judged: Check, form: CheckFormat, target: Path | None) -> None:
    from ...solvers.serialization import write_whole
    from ..checks.formats.formats import RENDER
    from ..checks.formats.github import append_summary

    text = RENDER[form](judged)
    if target is None:
        hand_over(text)
    else:
        write_whole(target, text)
        typer.echo(f"written to {target}: {judged.summary}", err=True)
    if form is CheckFormat.GITHUB:
        append_summary(judged)


def _names(given: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (given or "").split(",") if name.strip())


def _report(judged: Check, path: Path) -> None:
    from ..checks.formats.json import document
    from ..reports.report import report

    with working("writing the report"):
        report({"check": document(judged), **judged.documents}, path)
    typer.echo(f"written to {path}", err=True)
