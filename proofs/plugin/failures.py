"""How a failed property is shown: its witness in the mechanism's words, and the command that judges it again."""

from __future__ import annotations

from dataclasses import dataclass

from _pytest._code.code import ReprFileLocation, TerminalRepr
from _pytest._io import TerminalWriter

from ..checks.results import CheckItem


class NotAsRequiredError(Exception):
    """What is required of a mechanism was not shown."""

    def __init__(self, told: Told) -> None:
        self.told = told
        super().__init__(str(told))


@dataclass(eq=False)
class Told(TerminalRepr):
    """A failure without a traceback: the fault is not in anybody's Python."""

    text: str
    reprcrash: ReprFileLocation

    def __str__(self) -> str:
        return self.text

    def toterminal(self, tw: TerminalWriter) -> None:
        """Write the text."""
        for line in self.text.splitlines():
            tw.line(line)


def told_of(items: list[CheckItem]) -> Told:
    """Return how items that fail are told."""
    blocks = [_block(item) for item in items]
    first = items[0]
    message = f"{first.property} {first.verdict.value}: {' '.join(first.text.split())}"
    return Told("\n\n".join(blocks), ReprFileLocation(first.path, first.line, message))


def _block(item: CheckItem) -> str:
    place = f"{item.path}:{item.line}: " if item.path else ""
    lines = [f"{place}{item.property} is {item.verdict.value}", item.text]
    lines += ["in pytest, with --mechproof-allow-code"] if "--allow-code" in item.text else []
    lines += [f"  {name}: {value}" for name, value in (item.document()["witness"] or {}).items()]
    lines += [f"again: {item.command}"] if item.command else []
    return "\n".join(lines)
