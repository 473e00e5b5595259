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
    app.command(epilog="Example: mechproof check examples --format sarif --output mechproof.sarif")(check)


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

    A TOML file is a specification if it has a key format and a table [mechanism]; others are passed over, and so are
    hidden folders, virtual environments, node_modules and build. Its candidate, or its solution, must keep what
    [verify] requires, by default what the mechanism promises; what [prove] names must be proved; a [market] is run.
    Python files that declare mechanisms are proved with --allow-code. On GitHub's runners lines are annotated, and the
    step has a summary.

    mechproof check menu.toml --select no-arbitrage judges one file by one property; with --baseline main.json, written
    by mechproof check --output main.json, only what got worse fails; --report page.html shows all that was found. What
    is known of the same files is taken from .mechproof_cache.

    Leaves with 0 if all is as required; else with the first that fits: 4 a back end or mechproof failed, 2 a
    specification is broken or there is nothing to judge, 1 a required property is violated, 3 one is undecided. It does
    so in a pipe as well, where the shell says it (set -o pipefail).
    """
    from ...solvers.serialization import refuse_no_file, write_whole
    from ..checks.cache import FOLDER, Cache
    from ..checks.check import together
    from ..checks.finding import find
    from ..checks.formats.formats import RENDER
    from ..checks.formats.github import append_summary
    from ..checks.run import run_checks
    from ..checks.selection import known_properties, refuse_unknown, selected

    target = None if output == STDOUT else output
    for file in (target, report):
        refuse_no_file(file)
    chosen, ignored = _names(select), _names(ignore)
    known = known_properties()
    own = [name for name in (*chosen, *ignored) if "/" in name or name in ("own", "market", "train")]
    if not allow_code:  # else a mechanism of one's own may have properties of any name
        refuse_unknown("select or ignore", [name for name in (*chosen, *ignored) if name not in own], known)
    with working("checking") as say:
        before = None if baseline is None else _baseline(baseline)
        found = find(paths or [Path()])
        checks = run_checks(found, allow_code, jobs, None if no_cache else Cache(Path(FOLDER)), say)
    whole = together(", ".join(str(path) for path in paths or [Path()]), checks)
    if before is not None:
        from ..checks.baseline import against

        whole = against(whole, before)
    refuse_unknown("select or ignore", [*chosen, *ignored], [*known, *(item.property for item in whole.items)])
    judged = selected(whole, chosen, ignored)
    form = format or format_for(target)
    text = RENDER[form](judged)
    if target is None:
        hand_over(text)
    else:
        write_whole(target, text)
        typer.echo(f"written to {target}: {judged.summary}", err=True)
    if form is CheckFormat.GITHUB:
        append_summary(judged)
    if report is not None:
        _report(judged, report)
    raise typer.Exit(judged.exit_code)


def _names(given: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (given or "").split(",") if name.strip())


def _baseline(path: Path) -> dict[str, object]:
    from ...formulations.errors import InputError
    from ..reports.documents import read_documents

    (found,) = read_documents([path])
    if found.kind != "check":
        raise InputError("baseline", str(path), f"is a document of {found.kind}", "mechproof check --output old.json")
    return dict(found.document)


def _report(judged: Check, path: Path) -> None:
    from ..checks.formats.json import document
    from ..reports.report import report

    with working("writing the report"):
        report({"check": document(judged), **judged.documents}, path)
    typer.echo(f"written to {path}", err=True)
