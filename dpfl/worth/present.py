"""A fitted revenue curve in a few lines, for a terminal or a notebook."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .fit import RevenueFit


def show_fit(console: Console, fit: RevenueFit) -> None:
    """Print what became of the logarithm, how well each family does, and what the leader solves with."""
    console.print(Text(fit.text, style="bold"))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("curve", "formula", "numbers"):
        table.add_column(name, no_wrap=True)
    for name in ("misses by", "left out, by"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in fit.families:
        numbers = ", ".join(f"{name} {number:.3g}" for name, number in one.numbers.items())
        table.add_row(one.name, one.formula, numbers, f"{one.error:.3g}", f"{one.left_out_error:.3g}")
    console.print(table)
    steps = len(fit.revenue.half)
    console.print(
        f"the leader solves with {steps} concave steps that miss what was measured by {fit.revenue_error:.3g}"
    )
