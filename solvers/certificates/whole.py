"""Answers in whole numbers: every other decision that somebody could take, or every other answer, is tried.

A difference that is certain settles it, and nothing else: one whole decision is as far from the next where little is
gained as where much is, so that no gain is too small.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from ...formulations.language import Program
from ..readings.game import GameReading
from ..readings.program import ProgramReading
from ..readings.rationals import Irrational, Rationals
from ..readings.vectors import ROUNDING
from .concavity import concave
from .deviations import gains
from .feasibility import breaches

MOST = 10_000
"""Decisions of one person, or answers to a program, that are tried; beyond it a second or more would be needed."""


@dataclass(frozen=True)
class Tried:
    """What was found: a decision or an answer that is certainly better, or that certainly none is; else neither."""

    better: bool | None
    reason: str


def whole_range(lower: Any, upper: Any) -> tuple[Any, Any]:
    """Return the least and the largest whole numbers between bounds, entry by entry.

    Examples
    --------
    >>> from fractions import Fraction
    >>> print(*whole_range(np.array([Fraction(1, 2)]), np.array([Fraction(7, 2)])))
    [1] [3]
    """
    least = np.array([-(-entry // 1) for entry in np.atleast_1d(lower).tolist()], dtype=np.asarray(lower).dtype)
    return least, np.array([entry // 1 for entry in np.atleast_1d(upper).tolist()], dtype=np.asarray(upper).dtype)


def other_decisions(reading: GameReading, own: Any, decided: Mapping[str, Any], person: Any) -> Tried:
    """Try everybody's other whole decisions, or the two beside the own where utilities are shown to be concave.

    Parameters
    ----------
    reading
        The game over floats or fractions.
    own, decided
        The population's whole decisions, within their bounds, and the earlier ones.
    person
        What a message calls somebody, by index.
    """
    least, most = whole_range(reading.lower, reading.upper)
    count, name = int(max(most - least)) + 1, reading.population.decision.name
    if count <= MOST:
        tried: Iterator[Any] = (np.minimum(least + k, most) for k in range(count))
    else:
        others = reading.algebra.sum(own) - own
        if not concave(reading, (others, others), decided):
            return Tried(None, f"there are {count:,} whole numbers to be tried, more than {MOST:,}")
        tried = iter((np.minimum(own + 1, most), np.maximum(own - 1, least)))
    close = None
    for there in tried:
        low, high = gains(reading, own, there, decided)
        if np.any(low > 0):
            who = int(np.argmax(low))
            text = f"{person(who)} gains {float(low[who]):.3g} by {name} = {float(there[who]):.9g}"
            return Tried(True, text)
        unclear = ~(high <= 0) & np.asarray(there != own, dtype=bool)
        if np.any(unclear) and close is None:
            who = int(np.argmax(unclear))
            close = f"whether {person(who)} gains by {name} = {float(there[who]):.9g} cannot be told from rounding"
    if close is not None:
        return Tried(None, close + ("" if isinstance(reading.algebra, Rationals) else "; arithmetic='exact' may"))
    return Tried(False, f"nobody gains by any other whole {name}")


def all_answers(program: Program) -> Iterator[tuple[int, ...]] | None:
    """Return the entries of all answers in whole numbers; None where they are too many, or need not be whole."""
    if not all(item.whole for item in program.variables()):
        return None
    ranges = [
        range(int(low), int(high) + 1)
        for item in program.variables()
        for low, high in zip(*whole_range(np.atleast_1d(item.lower), np.atleast_1d(item.upper)), strict=True)
    ]
    return product(*ranges) if np.prod([float(len(one)) for one in ranges]) <= MOST else None


def other_answers(program: Program, reading: ProgramReading, decisions: Mapping[str, Any]) -> Tried | None:
    """Try all answers to a program of whole variables, if they are not too many; None where they are.

    Whole numbers are the same in doubles and in fractions, over which ties are told; doubles try what leaves those.
    """
    exact = ProgramReading(program, Rationals())
    found = _tried(program, exact, {name: exact.vector_or_number(value) for name, value in decisions.items()})
    if found is None or found.better is not None or isinstance(reading.algebra, Rationals):
        return found
    return _tried(program, reading, decisions)


def _tried(program: Program, reading: ProgramReading, decisions: Mapping[str, Any]) -> Tried | None:
    answers = all_answers(program)
    if answers is None:
        return None
    here, close = reading.objective(decisions), None
    room = 0.0 if isinstance(reading.algebra, Rationals) else ROUNDING
    for entries in answers:
        there = answer_of(program, reading, entries)
        ahead, broken = _compared(reading, here, there, room)
        if broken > room or all(np.all(there[name] == decisions[name]) for name in there):
            continue
        text = ", ".join(f"{name} = {_shown(value)}" for name, value in there.items())
        if broken == 0 and ahead > room * (abs(here) + abs(ahead)):
            return Tried(True, f"{text} is better, by {float(ahead):.3g}")
        close = close or f"whether {text} is better cannot be told from rounding"
    return Tried(False, "no other whole numbers are better") if close is None else Tried(None, close)


def _compared(reading: ProgramReading, here: Any, there: Mapping[str, Any], room: float) -> tuple[Any, float]:
    """By how much an answer is better, and what it breaks, all if it is not; about rounding where neither is known."""
    try:
        ahead = here - reading.objective(there)
        if not ahead > -room * (abs(here) + abs(ahead)):
            return ahead, math.inf
        return ahead, max((breach.violation for breach in breaches(reading, there)), default=0.0)
    except (Irrational, ZeroDivisionError):
        return room, room


def answer_of(program: Program, reading: ProgramReading, entries: Sequence[Any]) -> dict[str, Any]:
    """Return the variables of which these are the entries, in the order of declaration."""
    values, start = {}, 0
    for item in program.variables():
        part = entries[start : start + int(np.size(item.lower))]
        start += len(part)
        values[item.name] = reading.vector_or_number(list(part) if np.ndim(item.lower) else part[0])
    return values


def _shown(value: Any) -> str:
    entries = [f"{float(entry):.9g}" for entry in np.atleast_1d(value)]
    return entries[0] if np.ndim(value) == 0 else f"({', '.join(entries)})"
