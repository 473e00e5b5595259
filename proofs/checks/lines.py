r"""On which line of a TOML file a key stands: `tomllib` gives values and no positions.

Tokens are enough for it: strings and comments, in which nothing counts; brackets, since a statement ends with its line
only outside of them; and the rest.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r'"""(?:\\[\s\S]|[^\\])*?"""'
    r"|'''[\s\S]*?'''"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    r"|[\[\]{}=\n.]"
    r"|[^\s\[\]{}=.\"'#]+"
    r"|[^\S\n]+"
    r"|."
)


def text_of(content: bytes) -> str:
    r"""Return the text of a file that may be broken, or in an encoding that is refused once it is read.

    Examples
    --------
    >>> text_of(b"\xef\xbb\xbfformat = 1"), text_of("format = 1".encode("utf-16"))
    ('format = 1', 'format = 1')
    """
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if wide else "utf-8-sig", errors="replace")


@dataclass(frozen=True)
class Lines:
    r"""The line of every key and table of a specification.

    Examples
    --------
    >>> found = Lines.of('[mechanism]\ncost = [\n  1, # two = 2\n]\nalpha = 4\n[market.pool]\nshare = 1')
    >>> found.line("mechanism.alpha"), found.line("cost[3] (client Bob), a.csv line 5"), found.line("market.pool.share")
    (5, 2, 7)
    >>> found.line("candidate"), found.line("alhpa")
    (1, 1)
    """

    at: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> Lines:
        """Return the lines of a text, which may be broken TOML."""
        at: dict[str, int] = {}
        table: tuple[str, ...] = ()
        for line, tokens in _statements(text):
            if tokens[0] == "[":
                table = _keys(tokens)
                path = table
            else:
                path = (*table, *_keys(tokens[: tokens.index("=")] if "=" in tokens else tokens))
            at.setdefault(".".join(path), line)
        return cls(at)

    def line(self, named: str) -> int:
        """Return the line of what an error's field names; of what is not there, the line of what should hold it."""
        said = re.match(r"is not .*?\bline (\d+)", named)  # of a file that is no TOML, or no text
        if said:
            return int(said[1])
        name = (re.match(r"[\w.\-]+", named) or [""])[0].strip(".")
        for path in (name, f"mechanism.{name}", f"candidate.{name}"):
            if path in self.at:
                return self.at[path]
        near = [line for path, line in self.at.items() if path.endswith(f".{name}") or path.startswith(f"{name}.")]
        if near:
            return near[0]
        above, _, _ = name.rpartition(".")
        return self.line(above) if above else self.at.get("mechanism", 1)


def _statements(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the tokens of each statement, without blanks and comments, and the line it starts on."""
    line, start, depth, tokens = 1, 1, 0, list[str]()
    for token in _TOKEN.findall(text + "\n"):
        if token == "\n" and depth <= 0:
            if tokens:
                yield start, tokens
            tokens, depth = [], 0
        elif token.strip() and not token.startswith("#"):
            start = start if tokens else line
            tokens.append(token)
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token, 0)
        line += token.count("\n")


def _keys(tokens: list[str]) -> tuple[str, ...]:
    return tuple(token.strip("\"'") for token in tokens if token not in "[].")
