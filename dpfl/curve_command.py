"""The command that closes the loop: fit-curve, from what models are worth to the curve that the leader solves with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..formulations.errors import InputError
from ..solvers.commands.delivery import AllowCode, InFormat, Output, delivery, working
from .commands import DATA_HELP, progress_bar

if TYPE_CHECKING:
    from ..formulations.stackelberg.declaration import StackelbergPricing
    from ..solvers.specification import Specification
    from .worth.measure import AccuracyCurve

EXAMPLES = (
    "Examples: mechproof fit-curve examples/worth.csv --game examples/stackelberg.toml --output-spec next.toml · "
    "mechproof fit-curve examples/stackelberg.toml --value 1000 --epsilon 1,3,10,30,100"
)
SOURCE = (
    "A table of what was measured, with the columns epsilon, run and worth; or a specification, by whose [train] "
    "models are trained at each budget."
)
EPSILON = "Budgets of every client, with commas between."
VALUE = "Money for a unit (100 points) of accuracy above chance."
GAME = "The contest whose leader is to solve with the curve."
OUTPUT_SPEC = "A specification of that contest with the measured curve; mechproof solve solves it."


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("fit-curve", epilog=EXAMPLES)(fit_curve)


def fit_curve(
    source: Annotated[Path, typer.Argument(metavar="MEASURED|SPEC", help=SOURCE, show_default=False)],
    value: Annotated[float | None, typer.Option(help=VALUE, show_default="1")] = None,
    epsilon: Annotated[str | None, typer.Option(metavar="LIST", help=EPSILON, show_default="0.1 to 50")] = None,
    clients: Annotated[int | None, typer.Option(help="How many are trained with.", show_default="the game's")] = None,
    data: Annotated[Path | None, typer.Option(help=DATA_HELP, show_default=False)] = None,
    rounds: Annotated[int | None, typer.Option(help="Releases of every client.", show_default="30")] = None,
    repetitions: Annotated[int | None, typer.Option(help="Runs at each budget.", show_default="10")] = None,
    seed: Annotated[int | None, typer.Option(help="From which all randomness derives.", show_default="0")] = None,
    confidence: Annotated[float, typer.Option(help="Of the test and of the intervals.")] = 0.95,
    game: Annotated[Path | None, typer.Option(metavar="SPEC", help=GAME, show_default="the first one")] = None,
    output_spec: Annotated[Path | None, typer.Option("--output-spec", help=OUTPUT_SPEC, show_default=False)] = None,
    allow_code: AllowCode = False,
    format: InFormat = None,
    output: Output = None,
) -> None:
    """Fit revenue curves to what models are worth at some budgets, and say whether the logarithm holds.

    What is fitted is written for the leader: --output-spec has the nearest concave curve in place of the contest's.
    Leaves with 0 also where the logarithm is rejected: that is an answer.
    """
    deliver = delivery(format, output)
    from ..solvers.serialization import refuse_no_file, refuse_same_file, write_whole
    from .worth.document import curve_document
    from .worth.fit import fit_revenue_curve
    from .worth.present import show_fit
    from .worth.table import read_worth, with_curve

    refuse_no_file(output_spec)
    refuse_same_file(output=output, output_spec=output_spec)
    options = {"rounds": rounds, "repetitions": repetitions, "seed": seed}
    asked = _read(source, allow_code) if source.suffix == ".toml" else None
    contest = None if output_spec is None else _contest(asked if game is None else _read(game, allow_code))
    if asked is None:
        _refuse_idle(value=value, epsilon=epsilon, clients=clients, data=data, **options)
    trained = None if asked is None else _trained(asked, options, epsilon, clients, data)
    fingerprint, worth = (None, read_worth(source)) if trained is None else trained
    money = 1.0 if value is None else value
    fit = fit_revenue_curve(worth, value=money, confidence=confidence)
    text = None if contest is None else with_curve(contest, fit.revenue)  # refused before it prints
    deliver(
        lambda: curve_document(fit, worth, money, fingerprint),
        lambda console: show_fit(console, fit),
    )
    if output_spec is not None and text is not None:
        write_whole(output_spec, text)
        typer.echo(f"written to {output_spec}; next: mechproof solve {output_spec}", err=True)


def _contest(named: Specification | None) -> StackelbergPricing:
    from .worth.table import leaders_game

    return leaders_game(None if named is None else named.model)


def _read(path: Path, allow_code: bool) -> Specification:
    from ..solvers.specification import read_specification

    with working("reading the specification"):
        return read_specification(path, allow_code)


def _trained(
    asked: Specification, options: dict[str, Any], epsilon: str | None, clients: int | None, data: Path | None
) -> tuple[str, AccuracyCurve]:
    """Train at each budget by a specification's settings; return the protocol's fingerprint and the accuracies."""
    from .asked import protocol_of, read_data
    from .worth.measure import BUDGETS, measure_accuracy

    protocol, own, _ = protocol_of(asked, options)
    budgets = BUDGETS if epsilon is None else _numbers(epsilon)
    people = getattr(asked.model, "people", lambda: None)()
    count = clients if clients is not None else len(people) if people else 100
    if isinstance(count, bool) or count < 1:
        raise InputError("clients", count, "must be a whole number of at least 1", "use 100")
    with progress_bar() as progress:
        found = measure_accuracy(
            budgets,
            clients=count,
            protocol=protocol,
            dataset=own if data is None else read_data(data),
            progress=progress,
        )
    return protocol.fingerprint, found


def _numbers(text: str) -> list[float]:
    try:
        return [float(piece) for piece in text.split(",")]
    except ValueError:
        raise InputError("epsilon", text, "must be numbers with commas between", "such as 1,3,10,30,100") from None


def _refuse_idle(**given: Any) -> None:
    """Refuse what only a training would have, where a table says what was measured."""
    for name, value in given.items():
        if value is not None:
            raise InputError(name, value, "is for a training, and a table says what was measured", "drop it")
