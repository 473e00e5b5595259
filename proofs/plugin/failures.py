"""How a failed property is shown: its witness in the mechanism's words, and the command that judges it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from _pytest._code.code import ReprFileLocation, TerminalRepr
from _pytest._io import TerminalWriter

from ..checks.results import Asked, CheckItem, CheckVerdict, Level


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


class JudgedItem(pytest.Item):
    """An item whose failure is shown without a traceback."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **kwargs: Any) -> Any:
        """Show what was found."""
        if isinstance(excinfo.value, NotAsRequiredError):
            return excinfo.value.told
        return super().repr_failure(excinfo, *args, **kwargs)


def refuse_wrong(items: list[CheckItem]) -> None:
    """Raise what is told of those items that fail or are undecided; skip where nothing is required, and nothing holds.

    What is only for information is skipped, not passed.
    """
    wrong = [item for item in items if item.level in (Level.ERROR, Level.WARNING)]
    if wrong:
        raise NotAsRequiredError(told_of(wrong))
    if all(item.asked == Asked.NOTHING and item.verdict != CheckVerdict.HOLDS for item in items):
        raise pytest.skip.Exception(items[0].text if items else "nothing was found of it", _use_item_location=True)


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
