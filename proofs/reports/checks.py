"""A check in a report: one row for each file, with what failed in it."""

from __future__ import annotations

from collections.abc import Iterator

from .documents import Named
from .row import Mood, Row

_WORDS = {
    0: (Mood.GOOD, "as required"),
    1: (Mood.BAD, "violated"),
    2: (Mood.BAD, "cannot be read"),
    3: (Mood.OPEN, "undecided"),
    4: (Mood.BAD, "did not run"),
}


def of_check(item: Named) -> Iterator[Row]:
    """Return a check's rows.

    Examples
    --------
    >>> file = {"path": "menu.toml", "exit_code": 0, "failed": 0, "undecided": 0, "items": 4}
    >>> [row.verdict for row in of_check(Named("check", {"files": [file], "items": []}))]
    ['as required']
    """
    for file in item.document["files"]:
        found = [one for one in item.document["items"] if one["path"] == file["path"]]
        open_ones = [f"{one['property']}: {one['text']}" for one in found if one["level"] in ("error", "warning")]
        if all(one["property"] == "code-not-run" for one in found) and found:
            mood, word = Mood.INFO, "not run"
        else:
            mood, word = _WORDS[file["exit_code"]]
        text = "; ".join(open_ones) or f"{file['items']} properties were judged"
        yield Row(mood, file["path"] or "the model", word, text, "as the file asks", item.name, item.about)
