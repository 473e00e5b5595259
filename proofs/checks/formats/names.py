"""The names of a check's formats, and which one is meant where none is named."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path


class CheckFormat(StrEnum):
    """How a check is printed."""

    PLAIN = "plain"
    JSON = "json"
    JUNIT = "junit"
    SARIF = "sarif"
    GITHUB = "github"
    MARKDOWN = "markdown"


_SUFFIXES = {
    ".json": CheckFormat.JSON,
    ".xml": CheckFormat.JUNIT,
    ".sarif": CheckFormat.SARIF,
    ".md": CheckFormat.MARKDOWN,
}


def format_for(output: Path | None) -> CheckFormat:
    """Return the format that an output's name asks for; on standard output plain lines, with annotations on GitHub.

    Examples
    --------
    >>> format_for(Path("check.sarif")).value, format_for(Path("check.txt")).value
    ('sarif', 'plain')
    """
    if output is None:
        return CheckFormat.GITHUB if os.environ.get("GITHUB_ACTIONS") == "true" else CheckFormat.PLAIN
    return _SUFFIXES.get(output.suffix, CheckFormat.PLAIN)
