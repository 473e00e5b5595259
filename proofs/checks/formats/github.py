"""A check for a GitHub workflow: the plain lines, an annotation for each finding, and the step's summary."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from ..results import Check, CheckItem, Level
from .markdown import markdown
from .plain import plain

COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}
SUMMARY = "GITHUB_STEP_SUMMARY"
MOST_BYTES = 1024 * 1024 - 1024
"""A step's summary may have 1 MiB; of a longer one nothing would be shown."""


def github(check: Check) -> str:
    """Return the plain lines, and workflow commands that annotate the lines of what failed or is undecided.

    Among the plain lines GitHub is told to obey no command: a client or a file may be called like one.

    Examples
    --------
    >>> from mechproof.proofs.checks.results import CheckItem, CheckVerdict
    >>> item = CheckItem("monotone", CheckVerdict.VIOLATED, Level.ERROR, "100 % less", path="a,b.toml", line=2)
    >>> print(github(Check("a,b.toml", (item,))).splitlines()[-1])
    ::error file=a%2Cb.toml,line=2,title=monotone violated::100 %25 less
    """
    token = secrets.token_hex(16)
    told = "".join(f"{_annotation(item)}\n" for item in check.items if item.level in COMMANDS)
    return f"::stop-commands::{token}\n{plain(check)}::{token}::\n{told}"


def append_summary(check: Check) -> None:
    """Append the check as Markdown to the step's summary, where the environment names its file."""
    place = os.environ.get(SUMMARY)
    if not place:
        return
    text = markdown(check)
    if len(text.encode()) > MOST_BYTES:
        text = f"## mechproof check\n\n{check.summary}; the table is longer than a summary may be\n"
    with Path(place).open("a", encoding="utf-8") as file:
        file.write(text + "\n")


def _annotation(item: CheckItem) -> str:
    name = f"{item.mechanism}: {item.property}" if item.mechanism else item.property
    facts = {"file": item.path, "line": str(max(item.line, 1)), "title": f"{name} {item.verdict.value}"}
    told = ",".join(f"{key}={_property(value)}" for key, value in facts.items() if value)
    return f"::{COMMANDS[item.level]} {told}::{_data(item.text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
