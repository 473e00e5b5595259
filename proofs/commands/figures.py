"""The command figures: a mechanism's formulas and curves, or the figures of a paper drawn anew."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ...solvers.commands.delivery import AllowCode, BackEnd, Format, Output, delivery, working

PAPER_HELP = "A paper whose figures are drawn in place of a specification's: zhou2023."
FIGURE_HELP = "The number of a figure of the paper; may be given several times."
DRAW_HELP = "A folder for an image of each figure of the paper, with its numbers as JSON beside."


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog="Example: mechproof figures --paper zhou2023 --draw zhou2023")(figures)


def figures(
    spec: Annotated[
        Path | None, typer.Argument(metavar="[SPEC]", help="The specification, a TOML file.", show_default=False)
    ] = None,
    backend: BackEnd = None,
    paper: Annotated[str | None, typer.Option(help=PAPER_HELP, show_default="none")] = None,
    figure: Annotated[list[int] | None, typer.Option(help=FIGURE_HELP, show_default="all")] = None,
    draw: Annotated[Path | None, typer.Option(metavar="FOLDER", help=DRAW_HELP, show_default="none")] = None,
    allow_code: AllowCode = False,
    output: Output = None,
) -> None:
    """Solve a mechanism and compute its formulas and curves, for mechproof report to draw; or draw a paper's figures.

    A paper's figures have its own parameters. Their captions say what was printed of them, and the verdicts that the
    claims of the register about them reach now.
    """
    from ...formulations.errors import InputError
    from ...formulations.extras import refuse_missing

    deliver = delivery(Format.json, output)
    if (spec is None) == (paper is None):
        raise InputError("spec", str(spec), "give either a specification or --paper", "such as --paper zhou2023")
    if paper is None and (figure or draw):
        raise InputError("figure" if figure else "draw", figure or str(draw), "is of papers", "add --paper zhou2023")
    if draw is not None:
        refuse_missing("drawing figures", "matplotlib")
    document = _of_specification(spec, backend, allow_code) if spec is not None else _of_paper(str(paper), figure or [])
    if draw is not None:
        from ..papers.drawing import draw_paper

        with working("drawing"):
            images = draw_paper(document, draw)
        if output is None:
            typer.echo(f"{len(images)} figures in {draw}, and their numbers beside them")
            return
    deliver(lambda: document, lambda _: None)


def _of_specification(spec: Path, backend: str | None, allow_code: bool) -> dict[str, Any]:
    from ...solvers.figures.document import figures_document
    from ...solvers.solve import solve
    from ...solvers.specification import read_specification

    with working("reading the specification"):
        asked = read_specification(spec, allow_code).asked(backend)
    request = asked.request
    with working("solving"):
        solution = solve(asked.model, asked.backend, tolerance=request.tolerance, time_limit=request.time_limit)
    with working("computing the curves"):
        return figures_document(solution, asked)


def _of_paper(name: str, numbers: list[int]) -> dict[str, Any]:
    from ...formulations.specification.fields import choose
    from ..papers.paper import paper_document
    from ..papers.zhou2023 import ZHOU_2023

    paper = choose("paper", name, {ZHOU_2023.name: ZHOU_2023})
    with working("drawing") as say:
        return paper_document(paper, numbers, say=say)
