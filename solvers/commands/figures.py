"""The command figures."""

from __future__ import annotations

import typer

from .delivery import AllowCode, BackEnd, Format, Output, Spec, delivery, working


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog="Example: mechproof figures examples/stackelberg.toml --output figures.json")(figures)


def figures(spec: Spec, backend: BackEnd = None, allow_code: AllowCode = False, output: Output = None) -> None:
    """Solve the mechanism and compute its formulas and curves, for mechproof report to draw."""
    deliver = delivery(Format.json, output)
    from ..figures.document import figures_document
    from ..solve import solve
    from ..specification import read_specification

    with working("reading the specification"):
        asked = read_specification(spec, allow_code).asked(backend)
    request = asked.request
    with working("solving"):
        solution = solve(asked.model, asked.backend, tolerance=request.tolerance, time_limit=request.time_limit)
    with working("computing the curves"):
        document = figures_document(solution, asked)
    deliver(lambda: document, lambda _: None)
