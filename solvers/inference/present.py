"""Inferred costs in plain words, and as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...formulations.registry import name_of
from ..formatting import shown
from ..serialization import declared, plain, provenance

if TYPE_CHECKING:
    from .infer import CostBound, Inference

MOST_ROWS = 40
MOST_CONTRADICTIONS = 10


def inference_document(inference: Inference) -> dict[str, Any]:
    """Return inferred costs as ``mechproof/infer/1``.

    Examples
    --------
    >>> from mechproof.solvers.inference.infer import infer
    >>> document = inference_document(infer(["39/4"], [["117/10", "39/5", 0]]))
    >>> document["clients"][2]["lower"], document["clients"][2]["upper"], document["consistent"]
    ('1/2', None, True)
    """
    from ...formulations.inference.noise import Noise

    observed, noise, first = inference.observed, inference.noise, inference.contradiction
    rows = zip(observed.client or map(str, range(len(inference.bounds))), inference.bounds, strict=True)
    return {
        "schema": "mechproof/infer/1",
        "rounds": list(observed.round),
        "clients": [
            {
                "client": client,
                "lower": plain(bound.lower),
                "upper": plain(bound.upper),
                "identified": bound.identified,
                "lower_round": bound.lower_round,
                "upper_round": bound.upper_round,
            }
            for client, bound in rows
        ],
        "consistent": inference.consistent,
        "contradiction": None if first is None else first.document(),
        "contradictions": len(inference.contradictions),
        "noise": None if noise is None else {"type": name_of(type(noise), Noise), **declared(noise)},
        "confidence": plain(inference.confidence),
        "provenance": provenance(observed.digests),
    }


def show_inference(console: Console, inference: Inference) -> None:
    """Print what is known of each client's cost, and the smallest contradiction if there is one."""
    observed = inference.observed
    rounds, clients = observed.epsilon.shape
    console.print(Text(f"Costs of {clients:,} clients from {rounds:,} round{'s' * (rounds > 1)}", style="bold"))
    console.print(_basis(inference))
    console.print()
    if inference.contradiction is not None:
        _show_contradictions(console, inference)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("client", "cost at least", "at most", "by round"):
        table.add_column(name)
    for i, bound in list(enumerate(inference.bounds))[:MOST_ROWS]:
        table.add_row(observed.person(i).removeprefix("client "), *_row(bound), _by(bound, observed.round))
    console.print(table)
    if clients > MOST_ROWS:
        console.print(f"… and {clients - MOST_ROWS:,} more; --format json has all")
    console.print()
    known = sum(bound.identified for bound in inference.bounds)
    open_ones = sum(bound.upper is None for bound in inference.bounds)
    console.print(f"{known:,} of {clients:,} costs are known exactly; {open_ones:,} are bounded from below at most")


def _basis(inference: Inference) -> str:
    if inference.noise is None:
        return "exact, if budgets were observed exactly and each round was an equilibrium"
    if inference.noise.certain:
        return f"for certain, if {inference.noise!r} holds and each round was an equilibrium"
    level = f"{float(inference.confidence):.4g}"
    return f"all at once with probability {level} at least, under {inference.noise!r}, if each round was an equilibrium"


def _show_contradictions(console: Console, inference: Inference) -> None:
    said = [item.text for item in inference.contradictions if item is not inference.contradiction]
    console.print(Text("No costs explain these rounds.", style="red"))
    console.print(Text(f"  {inference.contradiction}"))
    for text in said[: MOST_CONTRADICTIONS - 1]:
        console.print(Text(f"  {text}", style="dim"))
    if len(said) >= MOST_CONTRADICTIONS:
        console.print(f"  … and {len(said) - MOST_CONTRADICTIONS + 1:,} more")
    console.print()


def _row(bound: CostBound) -> tuple[str, str]:
    lower = shown(bound.lower) if bound.lower else "above 0"
    return lower, "–" if bound.upper is None else shown(bound.upper)


def _by(bound: CostBound, rounds: tuple[str, ...]) -> str:
    found = dict.fromkeys(k for k in (bound.lower_round, bound.upper_round) if k is not None)
    return ", ".join(rounds[k] for k in found)
