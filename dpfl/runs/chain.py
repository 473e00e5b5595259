r"""Lines of JSON of which each holds the digest of the one before: nothing is changed or taken out unnoticed.

A line ends with two members that are always the last: ``"previous"``, the digest of the line before (64 zeros in the
first line), and ``"digest"``, the SHA-256 of the line's own bytes without that member. To check a line in any language,
cut ``,"digest":"…"`` out of it and hash what is left; no JSON has to be written again.

The chain shows that a file was not edited, not who wrote it: who can write the file can write another chain. What ties
it down is the digest of the last line, kept where the runner cannot change it, or a seeded run made again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Line: TypeAlias = Mapping[str, Any]
SCHEMA = "mechproof/ledger/1"
FIRST = "0" * 64
"""What the first line has in place of the digest of a line before it."""


@dataclass(frozen=True)
class Chain:
    """Lines that were read, and what is wrong with the first that does not fit.

    Attributes
    ----------
    lines
        Up to the first that does not fit.
    fault
        What is wrong with that one, with its number from 1; empty if all fit.
    """

    lines: tuple[Line, ...]
    fault: str = ""

    @property
    def head(self) -> str:
        """The digest of the last line."""
        return head(self.lines)


def head(lines: Sequence[Line]) -> str:
    """Return the digest of the last of some lines, or that from which a chain begins."""
    return str(lines[-1]["digest"]) if lines else FIRST


def linked(body: Mapping[str, Any], previous: str) -> str:
    """Return the text of the line that follows the line of digest `previous`, without its line break.

    Parameters
    ----------
    body
        What the line says: plain data, without the members ``previous`` and ``digest``.
    previous
        The digest of the line before.

    Examples
    --------
    >>> linked({"kind": "note"}, FIRST)[:60]
    '{"schema":"mechproof/ledger/1","kind":"note","previous":"000'
    >>> read_chain([linked({"kind": "note"}, FIRST)]).fault
    ''
    """
    text = line_text({"schema": SCHEMA, **body, "previous": previous})
    return f'{text[:-1]},"digest":"{_digest(text)}"}}'


def line_text(line: Line) -> str:
    """Return the text of a line; that of a line which was read is what was read."""
    return json.dumps(line, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def read_chain(texts: Iterable[str]) -> Chain:
    """Read lines up to the first that is broken.

    Parameters
    ----------
    texts
        One text a line, without line breaks.

    Examples
    --------
    >>> first = linked({"kind": "note"}, FIRST)
    >>> read_chain([first.replace("note", "lie")]).fault
    'line 1 is not what its digest was computed from'
    >>> read_chain([linked({"kind": "note"}, "f" * 64)]).fault
    'line 1 does not follow the line before it'
    """
    lines: list[Line] = []
    previous = FIRST
    for number, text in enumerate(texts, start=1):
        fault = _fault(text, previous)
        if fault:
            return Chain(tuple(lines), f"line {number} {fault}")
        lines.append(json.loads(text))
        previous = lines[-1]["digest"]
    return Chain(tuple(lines))


def _fault(text: str, previous: str) -> str:
    end = len(',"digest":""}') + 64
    whole = text[:-end] + "}"
    if not text.endswith(f',"digest":"{_digest(whole)}"}}'):
        return "is not what its digest was computed from"
    try:
        line = json.loads(text)
    except ValueError:
        return "is no JSON"
    return "" if line.get("previous") == previous else "does not follow the line before it"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
