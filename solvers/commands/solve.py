"""The commands of solvers: solve, certify, compare, list, doctor, schema."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...formulations.errors import InputError, LimitReached
from .asked import number_given, read_asked
from .delivery import (
    AllowCode,
    BackEnd,
    Exit,
    InArithmetic,
    InFormat,
    Output,
    OutputOrTable,
    Spec,
    TimeLimit,
    TimeLimitEach,
    Tolerance,
    delivery,
    delivery_or_table,
    working,
)
from .new import new

if TYPE_CHECKING:
    from rich.console import Console

    from ..finite.equilibria import Equilibria
    from ..solution import Certificate
    from ..specification import Specification

SECONDS_EACH = 60.0
CertificateFile = Annotated[
    Path | None,
    typer.Option(
        "--certificate",
        help="A file for what shows the optimum, which tools/recheck.py re-checks without mechproof.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command(epilog="Example: mechproof solve examples/stackelberg.toml --output solution.json")(solve)
    app.command(epilog="Example: mechproof certify examples/capped.toml --arithmetic exact --certificate optimum.json")(
        certify
    )
    app.command(epilog="Example: mechproof compare examples/stackelberg.toml --backends closed-form,share-function")(
        compare
    )
    app.command("list", epilog="Example: mechproof list --format json")(list_all)
    app.command(epilog="Example: mechproof doctor")(doctor)
    app.command(epilog="Example: mechproof new stackelberg-pricing market.toml")(new)
    app.command(epilog="Example: mechproof schema spec > mechproof-spec.json")(schema)


def solve(
    spec: Spec,
    backend: BackEnd = None,
    arithmetic: InArithmetic = None,
    tolerance: Tolerance = None,
    time_limit: TimeLimit = None,
    allow_code: AllowCode = False,
    format: InFormat = None,
    output: OutputOrTable = None,
    certificate: CertificateFile = None,
) -> None:
    """Solve the mechanism and certify the answer.

    Written to a .csv, .parquet or .arrow file is every row; what is not in rows, and the certificate, is then printed.

    Leaves with 0 if it is certified, with 1 if it is shown that there is none, with 3 if neither.
    """
    deliver, table = delivery_or_table(format, output)
    from ...formulations.finite.declaration import FiniteGame
    from ..rows import row_count, rows_of
    from ..serialization import refuse_no_file, refuse_same_file
    from ..table_files import write_table
    from .documents import solution_document
    from .equilibria import show_equilibria
    from .present import show_solution

    refuse_no_file(certificate)
    refuse_same_file(output=output, certificate=certificate)
    asked = read_asked(spec, allow_code, backend, arithmetic, tolerance, time_limit)
    if table is not None:
        row_count(asked.model)  # without rows it is refused before any work is done
    with working("solving"):
        solution = asked.solve()
    with working("certifying"):
        judged = solution.certificate
    if table is not None and not judged.impossible:
        write_table(rows_of(solution.model, solution.values, solution.exact), table)
        typer.echo(f"{row_count(asked.model):,} rows written to {table}", err=True)
    others = None
    if isinstance(asked.model, FiniteGame):
        with working("looking for all equilibria:") as say:
            others = _others(asked, say)

    def show(console: Console) -> None:
        show_solution(console, solution)
        if others is not None:
            show_equilibria(console, others)

    deliver(lambda: solution_document(solution, asked, others), show)
    _write_optimum(judged, certificate)
    impossible = Exit.FAILED if judged.impossible else Exit.UNDECIDED
    raise typer.Exit(Exit.AS_REQUIRED if judged.valid else impossible)


def _others(asked: Specification, say: Callable[[str], None]) -> Equilibria | None:
    """Return all equilibria of a finite game; None, and why, where there are too many."""
    from ...formulations.finite.declaration import FiniteGame
    from ..finite.equilibria import equilibria

    assert isinstance(asked.model, FiniteGame)
    try:
        return equilibria(asked.model, asked.backend, say)
    except LimitReached as limit:
        typer.echo(f"not all equilibria are listed: {limit}", err=True)
        return None


def certify(
    spec: Annotated[Path | None, typer.Argument(metavar="[SPEC]", help="The specification, a TOML file.")] = None,
    model: Annotated[
        Path | None, typer.Option("--model", help="Instead of SPEC: a program, .mps, .lp or .nl, or a game, .nfg.")
    ] = None,
    solution: Annotated[
        Path | None,
        typer.Option(
            "--solution",
            help="Its solution: of HiGHS, SCIP or names and values; of a game Gambit's lines NE,1/2,1/2,….",
        ),
    ] = None,
    arithmetic: InArithmetic = None,
    tolerance: Tolerance = None,
    allow_code: AllowCode = False,
    format: InFormat = None,
    output: Output = None,
    certificate: CertificateFile = None,
) -> None:
    """Certify somebody's own numbers, the specification's candidate, or a solver's answer to a program.

    Leaves with 0 valid, 1 refuted, 3 undecided.
    """
    deliver = delivery(format, output)
    from ..serialization import refuse_no_file, refuse_same_file

    refuse_no_file(certificate)
    refuse_same_file(output=output, certificate=certificate)
    if model is not None or solution is not None:
        from .claimed import certify_claimed
        from .finite import is_game

        if spec is not None or certificate is not None:
            raise InputError("model", str(model), "is judged alone", "leave out the specification and --certificate")
        if is_game(model):
            from .equilibria import certify_profiles

            certify_profiles(model, solution, number_given("tolerance", tolerance), deliver)
        certify_claimed(model, solution, number_given("tolerance", tolerance), deliver)
    if spec is None:
        raise InputError("spec", None, "is needed", "name a specification, or give --model and --solution")
    from ..candidate import candidate
    from .documents import solution_document
    from .present import show_solution

    asked = read_asked(spec, allow_code, arithmetic=arithmetic, tolerance=tolerance)
    if asked.candidate is None:
        from .finite import is_game

        below, apart = "write them below [candidate]", "name Gambit's lines: --model GAME.nfg --solution FILE"
        remedy = apart if is_game(spec) else below
        raise InputError("candidate", None, "is needed: the numbers to certify", remedy)
    with working("certifying"):
        own = replace(candidate(asked.model, **asked.candidate), request=asked.request)
        judged = own.certificate
    deliver(lambda: solution_document(own, asked), lambda console: show_solution(console, own))
    _write_optimum(judged, certificate)
    refuted = judged.feasible is False or judged.optimal is False
    raise typer.Exit(Exit.AS_REQUIRED if judged.valid else Exit.FAILED if refuted else Exit.UNDECIDED)


def compare(
    spec: Spec,
    backends: Annotated[str | None, typer.Option(help="Some back ends, as a,b.", show_default="all")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also list the back ends that solve other kinds of mechanisms.")
    ] = False,
    tolerance: Tolerance = None,
    time_limit: TimeLimitEach = None,
    allow_code: AllowCode = False,
    format: InFormat = None,
    output: Output = None,
) -> None:
    """Solve the mechanism with every back end and certify each answer.

    Leaves with 0 if at least one answer is certified, with 1 if it is shown that there is none, with 3 if neither, and
    with 4 if two certified ones disagree.
    """
    deliver = delivery(format, output)
    from ..agreement import agreement
    from ..compare import compare as compare_backends
    from .documents import comparison_document
    from .present import show_comparison

    asked = read_asked(spec, allow_code, tolerance=tolerance, time_limit=time_limit)
    names = None if backends is None else [name.strip() for name in backends.split(",")]
    with working("comparing") as say:
        found = compare_backends(
            asked.model,
            names,
            asked.request.tolerance,
            asked.request.time_limit or SECONDS_EACH,
            asked.request.seed,
            lambda name, index, count: say(f"{name}, {index + 1} of {count}"),
        )
    judged = agreement(found)
    deliver(
        lambda: comparison_document(found, asked), lambda console: show_comparison(console, found, judged, everything)
    )
    impossible = Exit.FAILED if found.impossible else Exit.UNDECIDED
    raise typer.Exit(Exit.BROKEN if not judged.agree else Exit.AS_REQUIRED if judged.certified else impossible)


def list_all(format: InFormat = None, output: Output = None) -> None:
    """List the mechanisms with their fields, and the back ends that are installed."""
    deliver = delivery(format, output)
    from .inventory import list_document, show_list

    with working("looking around"):
        document = list_document()
    deliver(lambda: document, lambda console: show_list(console, document))


def doctor(format: InFormat = None, output: Output = None) -> None:
    """Show versions and which back ends load. Leaves with 4 if something needed is missing."""
    deliver = delivery(format, output)
    from .inventory import doctor_document, show_doctor

    with working("loading the back ends"):
        document = doctor_document()
    deliver(lambda: document, lambda console: show_doctor(console, document))
    raise typer.Exit(Exit.AS_REQUIRED if document["healthy"] else Exit.BROKEN)


def schema(
    name: Annotated[str, typer.Argument(help="spec, or a document's kind such as solve.", show_default=False)],
    output: Output = None,
) -> None:
    """Print a published JSON Schema: of specifications, or of a document."""
    from .delivery import Format
    from .schema import published

    document = published(name)
    delivery(Format.json, output)(lambda: document, lambda _: None)


def _write_optimum(certificate: Certificate, path: Path | None) -> None:
    """Write what shows an optimum, where that is asked for and there is one."""
    if path is None:
        return
    if not certificate.valid:
        typer.echo(f"nothing is written to {path}: the answer is not certified", err=True)
        return
    from ..serialization import to_json, write_whole

    write_whole(path, to_json(certificate.to_document()))
    typer.echo(f"what shows the optimum is in {path}", err=True)
