"""The ways a declaration may go where what nobody knows would decide, and the lines where it does.

Python may not decide anything by an unknown quantity: whatever would is refused, with its line. Only where a
declaration says who plays, and within which bounds, both ways of a decision are gone.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from ...formulations.errors import UnsupportedModel

MOST_WAYS = 64
"""How many ways a declaration may go before it is refused."""
SOME_WAYS = 8
"""How many are gone where not all have to be."""
MOST_LENGTH = 1000
"""How many decisions the last way makes."""
PACKAGES = {"mechproof", "numpy", *sys.stdlib_module_names}
"""Whose lines are not those of the declaration."""
RUNNERS = {f"{__package__}.{name}" for name in ("hearing", "traces")}
"""What calls the declaration: its lines are not above them."""


class UndecidedError(Exception):
    """Something was to be decided, or looked up, by a quantity that is not known."""


@dataclass
class Ways:
    """Which way each decision by unknown data goes in one run of a declaration.

    `taken` are the ways so far, `lines` where they were decided, `refused` what could not be done at all, even if the
    declaration caught the exception. In formulas, `closed`, nothing may be decided. `number` says what the number of
    people is called.
    """

    ahead: tuple[bool, ...] = ()
    taken: list[bool] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    closed: bool = False
    number: str = "a role, such as client_count"

    def decide(self) -> bool:
        """Return which way to go, the first time false."""
        if self.closed:
            raise self.refusal("what the data or decisions are would decide; let maxima, minima or roles say it")
        self.taken.append(self.ahead[len(self.taken)] if len(self.taken) < len(self.ahead) else False)
        self.lines.append(line_of(sys._getframe(1)))
        return self.taken[-1]

    def refusal(self, text: str) -> UndecidedError:
        """Return the exception, after remembering it."""
        where = line_of(sys._getframe(1))
        self.refused.append(f"{text} ({where})" if where else text)
        return UndecidedError(self.refused[-1])

    def beyond(self) -> tuple[bool, ...] | None:
        """Return the next ways to go, None after the last."""
        ahead = list(self.taken)
        while ahead and ahead[-1]:
            ahead.pop()
        return (*ahead[:-1], True) if ahead else None


def every_way(run: Callable[[Ways], Any], complete: bool = True) -> Iterator[tuple[Ways, Any]]:
    """Run a declaration in every way, and return each with what came of it; of too many, the first and the last.

    Raises
    ------
    UnsupportedModel
        When there are too many, and all are wanted.
    """
    ahead: tuple[bool, ...] | None = ()
    for _ in range(MOST_WAYS if complete else SOME_WAYS):
        if ahead is None:
            return
        ways = Ways(ahead)
        yield ways, run(ways)
        ahead = ways.beyond()
    if ahead is not None and complete:
        raise UnsupportedModel(f"data decide in more than {MOST_WAYS} ways how it is declared ({ways.lines[0]})")
    if ahead is not None:
        ways = Ways((True,) * MOST_LENGTH)
        yield ways, run(ways)


def line_of(place: FrameType | TracebackType | None) -> str:
    """Return the line of the declaration from which a frame was called, or in which an exception arose; "" if none."""
    found = ""
    while place is not None:
        frame = place.tb_frame if isinstance(place, TracebackType) else place
        name = str(frame.f_globals.get("__name__", ""))
        if isinstance(place, FrameType) and name in RUNNERS:
            break
        if name.partition(".")[0] not in PACKAGES:
            number = place.tb_lineno if isinstance(place, TracebackType) else frame.f_lineno
            found = f"{Path(frame.f_code.co_filename).name}, line {number}"
            if isinstance(place, FrameType):
                break
        place = place.tb_next if isinstance(place, TracebackType) else frame.f_back
    return found
