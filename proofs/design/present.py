"""A design on the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from ...solvers.certificates.design.points import double
from ...solvers.formatting import at_most, exact_number, number
from ...solvers.serialization import plain
from ..claims.claim import ClaimVerdict

if TYPE_CHECKING:
    from rich.console import Console

    from ...solvers.design.optimum import Optimum
    from .design import Design
    from .requirements import Settled

COLOURS = {ClaimVerdict.PROVED: "green", ClaimVerdict.REFUTED: "red"}


def show_design(console: Console, found: Design) -> None:
    """Print what is proved of the whole family, the best parameters, and why nothing is better."""
    for item in found.requirements:
        _show_requirement(console, item)
    if found.optimum is None:
        console.print(Text("nothing is chosen: what is required does not hold of all parameters, or is not proved"))
        return
    box = found.family.box()
    for name, value in found.optimum.exact.items():
        low, high = map(float, box[name])
        within = f"of [{number(low)}, {number(high)}]"
        console.print(Text(f"{name.replace('_', ' ')} = {exact_number(value)}, {within}", style="bold"))
    if found.value is not None:
        console.print(Text(f"{found.objective}: {found.value:.9g}"))
    valid = found.optimum.certificate.valid
    console.print(Text(_certified(found.optimum), style="green" if valid else "yellow"))


def _certified(best: Optimum) -> str:
    """What is shown of an optimum, in words."""
    shown = best.certificate
    boxes = f"{shown.boxes:,} boxes cover" if shown.boxes != 1 else "one box covers"
    if not shown.valid or shown.gap is None:
        return f"not certified: {shown.reason}" + ("" if best.finished else "; the time was up")
    if shown.exact:
        return f"certified: no parameters are better, exactly; {boxes} them all"
    gap = at_most(double(shown.gap)).removeprefix("at most ")
    return f"certified: no parameters are better by more than {gap}; {boxes} them all"


def _show_requirement(console: Console, item: Settled) -> None:
    console.print(Text(f"{item.name}: {item.verdict.value}", style=COLOURS.get(item.verdict, "yellow")))
    console.print(Text(f"  {item.statement} ({item.text})"))
    if item.instance is not None:
        values = ", ".join(f"{name} = {plain(value)}" for name, value in item.instance.items())
        console.print(Text(f"  at {values}"))
