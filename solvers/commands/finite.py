"""Finite games as Gambit's files, at the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .delivery import AllowCode, Spec, working


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("nfg", epilog="Example: mechproof nfg examples/inspection.nfg")(nfg)


def nfg(
    spec: Spec,
    allow_code: AllowCode = False,
    output: Annotated[
        Path | None, typer.Option("--output", help="A file, GAME.nfg.", show_default="standard output")
    ] = None,
) -> None:
    """Write a game of finite sets in Gambit's format: a finite game, or one of your own in whole decisions."""
    from ...formulations.errors import InputError, UnsupportedModel
    from ...formulations.finite.declaration import FiniteGame
    from ...formulations.finite.nfg import nfg_text
    from ...formulations.language import Game
    from ..finite.declared import finite_form
    from ..serialization import refuse_no_file, write_whole
    from ..specification import read_specification
    from .delivery import hand_over

    refuse_no_file(output)
    if output is not None and not is_game(output):
        raise InputError("output", str(output), "is written in Gambit's format alone", "call it GAME.nfg")
    with working("reading"):
        model = read_specification(spec, allow_code).model
        if not isinstance(model, FiniteGame | Game):
            raise UnsupportedModel(f"{type(model).__name__} is no game of finite sets")
        text = nfg_text(model if isinstance(model, FiniteGame) else finite_form(model))
    if output is None:
        hand_over(text)
        return
    write_whole(output, text)
    typer.echo(f"written to {output}", err=True)


def is_game(model: Path | None) -> bool:
    """Whether a file is one of Gambit's."""
    from ...formulations.finite.nfg import SUFFIX

    return model is not None and model.suffix.lower() == SUFFIX
