"""The command play: a game in rounds, and where that leads."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import typer

from .delivery import AllowCode, Arithmetic, InArithmetic, InFormat, Output, Spec, delivery, working


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog="Example: mechproof play examples/play.toml --rounds 40 --rule damped --damping 0.5")(play)


def play(
    spec: Spec,
    rounds: Annotated[int | None, typer.Option(help="How many; the first is the start.", show_default="100")] = None,
    rule: Annotated[
        str | None,
        typer.Option(
            help="simultaneous, one-at-a-time, damped, no-regret, fictitious or equilibrium.",
            show_default="simultaneous",
        ),
    ] = None,
    damping: Annotated[
        str | None,
        typer.Option(metavar="NUMBER", help="The part of the way of a damped reply.", show_default="2/n who sell"),
    ] = None,
    server: Annotated[str | None, typer.Option(help="fixed or learning.", show_default="fixed")] = None,
    seed: Annotated[int | None, typer.Option(help="Of costs that drift.", show_default="0")] = None,
    delta: Annotated[
        str | None,
        typer.Option(metavar="NUMBER", help="Account for the rounds' privacy at this δ.", show_default="not accounted"),
    ] = None,
    train: Annotated[bool, typer.Option("--train", help=r"Train in these rounds too, by the table \[train].")] = False,
    arithmetic: InArithmetic = None,
    allow_code: AllowCode = False,
    format: InFormat = None,
    output: Output = None,
) -> None:
    """Play the mechanism in rounds: whether it settles, what everybody has of it, and what privacy is spent.

    Who moves how stands in the table [play] of the specification; options go before it. Leaves with 0 wherever it
    leads.
    """
    deliver = delivery(format, output)
    from ...formulations.data import Rule, read_number
    from ...formulations.rounds.declaration import Rounds
    from ..rounds.play import played
    from ..rounds.present import show_play, show_spent, show_trained
    from ..specification import read_specification

    with working("reading the specification"):
        asked = read_specification(spec, allow_code)
    given = {"rounds": rounds, "rule": rule, "damping": damping, "server": server, "seed": seed}
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if rule is not None and rule != "damped":
        changes.setdefault("damping", None)  # of the specification's rule, which this one takes the place of
    declared = replace(asked.play or Rounds(), **changes)
    level = None if delta is None else float(read_number("delta", delta, Rule("δ", above=0)))
    exact = arithmetic or Arithmetic(asked.request.arithmetic)
    with working("playing") as say:
        found = played(asked.model, declared, exact.value, lambda number: say(f"round {number:,}"))
    with working("judging the path"):
        trained = found.trained(asked) if train else None
        document = found.document(asked, level, trained)

    def show(console: Any) -> None:
        show_play(console, found)
        if level is not None:
            show_spent(console, found, level)
        if trained is not None:
            show_trained(console, trained.document()["accuracy"])

    deliver(lambda: document, show)
