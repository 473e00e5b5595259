"""A check as Markdown: what failed with its witness first, then all else folded away."""

from __future__ import annotations

from collections.abc import Iterable

from ..results import Check, CheckItem, Level, printable

SIGNS = {0: "✅", 1: "❌", 2: "❌", 3: "❔", 4: "❌"}


def markdown(check: Check) -> str:
    r"""Return a check as a summary for a pull request or a build's page.

    Examples
    --------
    >>> from mechproof.proofs.checks.results import CheckItem, CheckVerdict
    >>> item = CheckItem("monotone", CheckVerdict.HOLDS, Level.NONE, "a|b <c>", path="menu.toml", line=2)
    >>> print(markdown(Check("menu.toml", (item,))).splitlines()[-3])
    | `menu.toml:2` | monotone | holds | a\|b &lt;c&gt; |
    """
    open_ones = [item for item in check.items if item.level != Level.NONE]
    rest = [item for item in check.items if item.level == Level.NONE]
    parts = [f"## {SIGNS[check.exit_code]} mechproof check", "", f"{_escaped(check.summary)}.", ""]
    parts += _table(open_ones) if open_ones else []
    again = list(dict.fromkeys(item.command for item in open_ones if item.command))
    if again:
        parts += ["To repeat what is above:", "", "```sh", *map(printable, again), "```", ""]
    if rest:
        count = f"{len(rest)} item{'s' * (len(rest) != 1)}"
        parts += [
            f"<details><summary>as required, or for information: {count}</summary>",
            "",
            *_table(rest),
            "</details>",
        ]
    return "\n".join(parts) + "\n"


def _table(items: Iterable[CheckItem]) -> list[str]:
    rows = [
        f"| `{_in_code(item.path)}:{item.line}` | {_escaped(_name(item))} | {item.verdict.value} | "
        f"{_escaped(item.text)} |"
        for item in items
    ]
    return ["| where | property | verdict | what was found |", "|---|---|---|---|", *rows, ""]


def _name(item: CheckItem) -> str:
    return f"{item.mechanism}: {item.property}" if item.mechanism else item.property


def _in_code(path: str) -> str:
    return printable(path).replace("`", "").replace("|", "\\|")


def _escaped(text: str) -> str:
    """Return a text as one cell that says what it says: no markup, no new column, no new line."""
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\\", "\\\\"), ("|", "\\|"), ("`", "\\`")):
        text = text.replace(sign, written)
    for sign in "*_[]":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())
