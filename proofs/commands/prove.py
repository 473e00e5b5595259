"""The commands about claims: prove and check-certificates."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from ...solvers.commands.delivery import AllowCode, Delivery, Exit, Format, InFormat, Output, delivery, working

Mechanism = Annotated[
    str | None,
    typer.Argument(
        help="A mechanism or topic with registered claims; a specification, or my_market.py:MyContest, of your own.",
        show_default="all registered claims",
    ),
]


class ProofFormat(StrEnum):
    """How proofs are printed."""

    text = "text"
    json = "json"
    markdown = "markdown"
    html = "html"


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command(epilog="Example: mechproof prove stackelberg-pricing --output proofs.json")(prove)
    app.command("check-certificates", epilog="Example: mechproof check-certificates")(check_certificates)


def prove(
    mechanism: Mechanism = None,
    claim: Annotated[str | None, typer.Option(help="The id of a single claim.", show_default="all")] = None,
    drop: Annotated[
        bool, typer.Option("--drop", help="Drop each hypothesis in turn and look for a countermodel; takes longer.")
    ] = False,
    time_limit: Annotated[
        float | None,
        typer.Option("--time-limit", min=0.1, help="What each property of your own may take.", show_default="5"),
    ] = None,
    measurements: Annotated[
        list[Path] | None,
        typer.Option(
            "--measurements",
            help="Documents of mechproof train that answer what only training shows.",
            show_default="those of the register",
        ),
    ] = None,
    allow_code: AllowCode = False,
    format: Annotated[
        ProofFormat | None, typer.Option("--format", help="For people or for machines.", show_default="text")
    ] = None,
    output: Output = None,
) -> None:
    """Settle claims, each for all that its hypotheses allow and every number of people, with its evidence.

    Of your own mechanism the declaration is asked: whether utilities are concave, whether there is one equilibrium,
    whether a pool suffices. What it promises has to be proved; the rest may turn out either way.

    Leaves with 0 if every registered verdict is reached (a claim registered as refuted is a success when refuted), with
    1 if one was settled otherwise, with 3 if one could not be settled.
    """
    from ...formulations.errors import InputError
    from ...solvers.serialization import refuse_no_file
    from ..claims.present import show_claims
    from ..prove import prove as settle

    refuse_no_file(output)
    form = format or (ProofFormat.json if output is not None and output.suffix == ".json" else ProofFormat.text)
    if measurements and mechanism is not None and (mechanism.endswith(".toml") or ":" in mechanism):
        raise InputError("measurements", str(measurements[0]), "answers registered claims only", "leave it out")
    with working("proving") as say:
        if mechanism is not None and mechanism.endswith(".toml"):
            from ...solvers.specification import read_specification
            from ..own.proving import SECONDS, prove_own

            model = read_specification(Path(mechanism), allow_code).model
            found = prove_own(model, claim, time_limit or SECONDS, say)
        elif mechanism is not None and ":" in mechanism:
            from ...formulations.specification.user_code import load_class
            from ..own.proving import SECONDS, prove_own

            found = prove_own(load_class(mechanism, Path(), allow_code), claim, time_limit or SECONDS, say)
        else:
            found = settle(mechanism, claim, say=say, drop=drop, measurements=measurements or None)
    document = found.document()
    if form in (ProofFormat.markdown, ProofFormat.html):
        from ..reports.documents import read_documents
        from ..reports.format import ReportFormat
        from ..reports.report import rendered

        _hand_over(rendered(read_documents({"claims": document}), ReportFormat(form.value)), output)
    else:
        deliver = Delivery(Format.json if form is ProofFormat.json else Format.text, output)
        deliver(lambda: document, lambda console: show_claims(console, document))
    raise typer.Exit(Exit.FAILED if found.failed else Exit.UNDECIDED if found.undecided else Exit.AS_REQUIRED)


def check_certificates(
    certificates: Annotated[
        Path | None,
        typer.Option("--certificates", help="The folder of the certificates.", show_default="those that are installed"),
    ] = None,
    others: Annotated[
        str | None,
        typer.Option("--with", metavar="NAMES", help="Ask others too: coq, z3, cvc5, viprchk.", show_default="none"),
    ] = None,
    format: InFormat = None,
    output: Output = None,
) -> None:
    """Check all certificates again with the kernel alone: no solver, no prover, no algebra system.

    Other people's checkers are asked by name: Coq is handed every proof and every statement as it was declared, z3 and
    cvc5 every step to be proved.

    Leaves with 0 if all are accepted, with 1 if one is refused, with 3 if a checker could not run or did not decide.
    """
    deliver = delivery(format, output)
    from ...formulations.errors import InputError
    from ..claims.certificate_files import check_certificates as check
    from ..claims.proved import checked_document
    from ..claims.register import theories

    if others is not None:
        from ..exports.checkers.asking import named

        named(others)
    if certificates is not None and not certificates.is_dir():
        remedy = "without the option the installed ones are checked"
        raise InputError("certificates", str(certificates), "is no folder", remedy)
    folders: dict[Path, list[Any]] = {}
    for theory in theories():
        folders.setdefault(certificates or theory.certificates, []).extend(theory.claims)
    document = checked_document([item for folder, claims in folders.items() for item in check(claims, folder)])
    if others is not None:
        document["checkers"] = _asked(others, certificates)
    deliver(lambda: document, lambda console: _show_checked(console, document))
    words = {report["verdict"] for report in document.get("checkers", ())}
    refused = not document["ok"] or "refused" in words
    raise typer.Exit(Exit.FAILED if refused else Exit.AS_REQUIRED if words <= {"accepted"} else Exit.UNDECIDED)


def _asked(others: str, certificates: Path | None) -> list[dict[str, Any]]:
    """Return what other people's checkers say."""
    from ..exports.checkers.asking import named, reports

    with working("asking others") as say:
        return [report.document() for report in reports(named(others), certificates, say)]


def _show_checked(console: Any, document: dict[str, Any]) -> None:
    from ..claims.present import show_checked

    show_checked(console, document)
    for report in document.get("checkers", ()):
        from ..exports.present import show_report

        show_report(console, report)


def _hand_over(text: str, output: Path | None) -> None:
    from ...solvers.serialization import write_whole

    if output is None:
        sys.stdout.write(text)
        return
    write_whole(output, text)
    typer.echo(f"written to {output}", err=True)
