"""What a report shows of a check: every item with its level, in place of the documents that it was made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .documents import Named
from .row import Mood, Row

WORDS = {"expect-violated": " (as expected)", "nothing": " (not promised)", "required": ""}


def judged_apart(documents: Sequence[Named]) -> tuple[Named, ...]:
    """Return the documents whose verdicts count: a check has those of its own files, with what was asked of them.

    Examples
    --------
    >>> solved = Named("a.toml: solve", {"schema": "mechproof/solve/1"})
    >>> check = Named("check", {"schema": "mechproof/check/1", "path": ".", "items": [], "files": [{"path": "a.toml"}]})
    >>> [item.name for item in judged_apart([solved, check])]
    ['check']
    """
    checks = [item.document for item in documents if item.kind == "check"]
    checked = {file["path"] for check in checks for file in check["files"]}
    checked |= {f"{found['path']}:{found['mechanism']}" for check in checks for found in check["items"]}
    return tuple(item for item in documents if item.kind == "check" or item.about not in checked)


def of_check(item: Named) -> Iterator[Row]:
    """Return one verdict for each item of a check."""
    for found in item.document["items"]:
        what, about = found["property"].replace("-", " "), found["path"] or found["mechanism"] or item.about
        mood = check_mood(found)
        words = WORDS[found["asked"]] if found["level"] in ("none", "note") else ""
        how = f"line {found['line']}" if found["line"] else "as declared"
        yield Row(mood, what, f"{found['verdict']}{words}", found["text"], how, item.name, about)


def check_mood(found: Mapping[str, Any]) -> Mood:
    """Return whether an item of a check is as asked; what is not shown is never as good as shown.

    Examples
    --------
    >>> check_mood({"level": "none", "asked": "expect-violated", "verdict": "violated"}).value
    'good'
    """
    if found["level"] in ("error", "warning"):
        return Mood.BAD if found["level"] == "error" else Mood.OPEN
    if found["asked"] == "nothing":
        return Mood.INFO
    wanted = "violated" if found["asked"] == "expect-violated" else "holds"
    if found["verdict"] == wanted:
        return Mood.GOOD
    return Mood.OPEN if found["verdict"] == "inconclusive" else Mood.INFO
