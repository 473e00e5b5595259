"""A check as the document ``mechproof/check/1``."""

from __future__ import annotations

from typing import Any

from ....solvers.serialization import provenance, to_json
from ..measures import measures
from ..results import Check, kind_of


def document(check: Check) -> dict[str, Any]:
    """Return a check as JSON data: its items, and of each solution or candidate what a later one is compared with.

    Examples
    --------
    >>> import mechproof as mp
    >>> document(mp.check(mp.VersionPricing(epsilon=[1, 8], target=[1, 20])))["ok"]
    True
    """
    return {
        "schema": "mechproof/check/1",
        "path": check.path,
        "ok": check.ok,
        "exit_code": check.exit_code,
        "summary": check.summary,
        "items": [item.document() for item in check.items],
        "measures": [
            {"path": name.rpartition(": ")[0], "name": title, "value": value}
            for name, solved in check.documents.items()
            if kind_of(solved) == "solve"
            for title, value in measures(solved).items()
        ],
        "files": files(check),
        "provenance": provenance(),
    }


def json(check: Check) -> str:
    """Return a check's document as text."""
    return to_json(document(check))


def files(check: Check) -> list[dict[str, Any]]:
    """Return what came of each file: its exit code, and how many items there are of each level."""
    found: list[dict[str, Any]] = []
    for path in dict.fromkeys(item.path for item in check.items):
        alone = Check(path, tuple(item for item in check.items if item.path == path))
        counts = {"failed": len(alone.failed), "undecided": len(alone.undecided), "items": len(alone.items)}
        found.append({"path": path, "exit_code": alone.exit_code, **counts})
    return found
