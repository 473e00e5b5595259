"""A check as lines for a terminal or a log: ``path:line: property verdict: text``, and a summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..results import Check, Level, printable

if TYPE_CHECKING:
    from rich.console import Console


def plain(check: Check) -> str:
    """Return a line for each item, and the summary; below what failed, the command that judges it again.

    Examples
    --------
    >>> from mechproof.proofs.checks.results import CheckItem, CheckVerdict, Level
    >>> item = CheckItem("no-arbitrage", CheckVerdict.HOLDS, Level.NONE, "it is safe", path="menu.toml", line=7)
    >>> print(plain(Check("menu.toml", (item,))), end="")
    menu.toml:7: no-arbitrage holds: it is safe
    all is as required: 1 item in 1 file
    """
    lines = []
    for item in check.items:
        lines.append(str(item))
        if item.level in (Level.ERROR, Level.WARNING) and item.command:
            lines.append(f"    again: {printable(item.command)}")
    return "\n".join([*lines, check.summary]) + "\n"


def show_check(console: Console, check: Check) -> None:
    """Print the lines, what failed and what is undecided in its colour."""
    from rich.text import Text

    colours = {Level.ERROR: "red", Level.WARNING: "yellow"}
    for item in check.items:
        console.print(Text(str(item), style=colours.get(item.level, "")))
    console.print(Text(check.summary, style="green" if check.ok else "red" if check.failed else "yellow"))
