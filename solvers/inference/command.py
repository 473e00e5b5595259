"""The command infer: privacy costs from what clients were seen to sell."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..commands.delivery import Exit, InFormat, Output, delivery, working

if TYPE_CHECKING:  # a command's module is imported with every command
    from ...formulations.inference.noise import Noise

OBSERVATIONS = "A table with the columns round, client, reward_pool, epsilon (and epsilon_cap), a row for each."
NOISE = "How observed budgets differ from the true ones, as relative:0.01, absolute:0.1, normal:0.05, lognormal:0.02."
SPEC = "A specification to solve with the inferred costs; needs --alpha and --beta."


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    example = "mechproof infer examples/observations.csv --alpha 10 --beta 10 --cost-at-most 5 --output-spec next.toml"
    app.command(epilog=f"Example: {example}")(infer)


def infer(
    observations: Annotated[Path, typer.Argument(metavar="OBSERVATIONS", help=OBSERVATIONS, show_default=False)],
    noise: Annotated[str | None, typer.Option(help=NOISE, show_default="none")] = None,
    confidence: Annotated[str, typer.Option(help="Of all intervals at once, where noise is random.")] = "0.95",
    output_spec: Annotated[Path | None, typer.Option("--output-spec", help=SPEC, show_default=False)] = None,
    alpha: Annotated[str | None, typer.Option(help="The revenue's sensitivity.", show_default=False)] = None,
    beta: Annotated[str | None, typer.Option(help="The revenue's scale.", show_default=False)] = None,
    cost_at_most: Annotated[
        str | None,
        typer.Option("--cost-at-most", help="The largest cost of whoever sold nothing.", show_default=False),
    ] = None,
    format: InFormat = None,
    output: Output = None,
) -> None:
    """Infer clients' privacy costs from rounds of pools and budgets that were equilibria: exact intervals.

    Leaves with 0 if some costs explain all rounds, with 1 if none do: the smallest contradiction is named.
    """
    deliver = delivery(format, output)
    from ...formulations.inference.observations import read_observations
    from ..serialization import refuse_no_file, refuse_same_file, write_whole
    from .infer import infer as infer_costs
    from .next_game import specification_text
    from .present import inference_document, show_inference

    refuse_no_file(output_spec)
    refuse_same_file(output=output, output_spec=output_spec)
    if output_spec is None:
        _refuse_idle(alpha=alpha, beta=beta, cost_at_most=cost_at_most)
    model = None if noise is None else _noise(noise)
    with working("reading the observations"):
        observed = read_observations(observations, signed=model is not None)
    with working("inferring"):
        found = infer_costs(observed=observed, noise=model, confidence=confidence)
    written = output_spec if found.consistent else None
    text = None if written is None else specification_text(found, alpha, beta, cost_at_most)  # refused before it prints
    deliver(lambda: inference_document(found), lambda console: show_inference(console, found))
    if written is not None and text is not None:
        write_whole(written, text)
        typer.echo(f"written to {output_spec}; next: mechproof solve {output_spec}", err=True)
    raise typer.Exit(Exit.AS_REQUIRED if found.consistent else Exit.FAILED)


def _refuse_idle(**given: str | None) -> None:
    """Refuse what only a specification would have, where none is written."""
    from ...formulations.errors import InputError

    for name, value in given.items():
        if value is not None:
            raise InputError(name, value, "is for the next game's specification", "give --output-spec FILE, or drop it")


def _noise(text: str) -> Noise:
    """Return the noise model that ``kind:number`` says."""
    from ...formulations.inference.noise import Noise
    from ...formulations.registry import kinds_of
    from ...formulations.specification.fields import choose

    kind, _, number = text.partition(":")
    made = choose("noise", kind, kinds_of(Noise), ", each with a number, as relative:0.01")
    noise = made(number)
    assert isinstance(noise, Noise)
    return noise
