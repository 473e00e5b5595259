"""A check as lines for a terminal or a log: ``path:line: property verdict: text``, and a summary."""

from __future__ import annotations

from ..results import Check, Level


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
            lines.append(f"    again: {item.command}")
    return "\n".join([*lines, check.summary]) + "\n"
