"""Every command line that is shown: in the README, in docs, in examples and in the commands' own help."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from mechproof.cli import command_line

ROOT = Path(__file__).parent.parent
PROGRAM = r"(?:mechproof|python3?|\.venv(?:-test)?/bin/\w+|find|lint-imports)"
LINE = re.compile(rf"^[# ]*({PROGRAM}(?: \S+)+?)(?:  .*| #.*)?$")
INLINE = re.compile(rf"`({PROGRAM}(?: [^`]+)?)`")
SENTENCE = re.compile(r"\b(mechproof [a-z-]+ examples/[\w.]+\.toml(?: --[\w-]+ [\w.,-]*\w)*)")


def documented() -> dict[str, str]:
    """Return every command line with the text of what shows it."""
    found: dict[str, str] = {}
    for text in texts():
        for command in commands_in(text):
            found[command] = found.get(command, "") + text
    return found


def texts() -> Iterator[str]:
    """The README, the documents, the examples' and the commands' own words."""
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "examples").glob("*.*"))):
        if path.suffix in (".md", ".toml", ".py"):
            yield path.read_text(encoding="utf-8")
    for command in command_line().registered_commands:
        yield f"`{str(command.epilog).removeprefix('Example: ')}`"


def commands_in(text: str) -> Iterator[str]:
    """The command lines in fenced and indented blocks, in backquotes, and in sentences about examples."""
    fenced = False
    for line in text.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif (fenced or re.match(r"#? {4}", line)) and (shown := LINE.match(line)):
            yield shown[1]
        yield from (command.strip() for command in INLINE.findall(line))
        yield from SENTENCE.findall(line)
