"""A design on the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from ...solvers.formatting import at_most, exact_number, number
from ...solvers.serialization import plain
from ..claims.claim import ClaimVerdict

if TYPE_CHECKING:
    from rich.console import Console

    from .design import Design
    from .requirements import Settled

COLOURS = {ClaimVerdict.PROVED: "green", ClaimVerdict.REFUTED: "red"}


def show_design(console: Console, found: Design) -> None:
    """Print what is proved of the whole family, the best parameters, and why nothing is better."""
    for item in found.requirements:
        _show_requirement(console, item)
    best = found.optimum
    if best is None:
        console.print(Text("nothing is chosen: what is required does not hold of all parameters, or is not proved"))
        return
    box = found.family.box()
    for name, value in best.exact.items():
        low, high = box[name]
        within = f"of [{number(float(low))}, {number(float(high))}]"
        console.print(Text(f"{name.replace('_', ' ')} = {exact_number(value)}, {within}", style="bold"))
    shown = best.certificate
    boxes = f"{shown.boxes:,} boxes cover" if shown.boxes != 1 else "one box covers"
    if best.value is not None:
        console.print(Text(f"{best.objective}: {best.value:.9g}"))
    if shown.exact:
        text = f"certified: no parameters are better, exactly; {boxes} them all"
    elif shown.valid and shown.gap is not None:
        gap = at_most(float(shown.gap))
        text = f"certified: no parameters are better by more than {gap.removeprefix('at most ')}; "
        text += f"{boxes} them all"
    else:
        text = f"not certified: {shown.reason}" + ("" if best.finished else "; the time was up")
    console.print(Text(text, style="green" if shown.valid else "yellow"))


def _show_requirement(console: Console, item: Settled) -> None:
    console.print(Text(f"{item.name}: {item.verdict.value}", style=COLOURS.get(item.verdict, "yellow")))
    console.print(Text(f"  {item.statement} ({item.text})"))
    if item.instance is not None:
        values = ", ".join(f"{name} = {plain(value)}" for name, value in item.instance.items())
        console.print(Text(f"  at {values}"))
