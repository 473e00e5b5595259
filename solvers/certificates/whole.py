"""Answers in whole numbers, or in values of finite sets: every other decision of somebody, or other answer, is tried.

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

from ...formulations.among import meant, values_of
from ...formulations.errors import UnsupportedModel
from ...formulations.language import Decision, Program
from ..readings.game import GameReading
from ..readings.piece_game import lines_of_steps
from ..readings.program import ProgramReading
from ..readings.rationals import Irrational, Rationals, Unknown
from ..readings.vectors import ROUNDING
from .concavity import concave
from .deviations import gains
from .feasibility import breaches

EXACTLY = 20_000
"""Up to how many decisions of everybody are tried over fractions, of doubles too: rounding may cross a step."""
MOST = 10_000
"""Decisions of one person, or answers to a program, that are tried; beyond it a second or more would be needed."""


@dataclass(frozen=True)
class Tried:
    """What was found: a decision or an answer that is certainly better, or that certainly none is; else neither.

    Of a decision that is better also whose it is, and what it is.
    """

    better: bool | None
    reason: str
    who: int | None = None
    there: Any = None
    gain: Any = None


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
    """Try everybody's other decisions of those there are, or two where utilities are shown to be concave.

    Those are the two whole numbers beside the own, where there are too many to try all.

    Parameters
    ----------
    reading
        The game over floats or fractions.
    own, decided
        The population's decisions, each one of those there are, and the earlier ones.
    person
        What a message calls somebody, by index.
    """
    decision = reading.population.decision
    if not isinstance(reading.algebra, Rationals) and _count(reading) * len(own) <= EXACTLY:
        exact = reading.over(Rationals())
        known = {name: exact.vector_or_number(value) for name, value in decided.items()}
        return other_decisions(exact, exact.vector(meant(decision, own)), known, person)
    tried = _values_tried(reading) if decision.among is not None else _whole_tried(reading, own, decided)
    if isinstance(tried, Tried):
        return tried
    if not isinstance(reading.algebra, Rationals) and lines_of_steps(reading.game):
        many = f"{len(own):,} people are too many for fractions"
        return Tried(None, f"the utilities jump, and doubles may be on another side; {many}")
    found = _first_gain(reading, own, decided, tried, person)
    if found is not None:
        return found
    kind, of_what = ("whole ", "") if decision.whole else ("", " of the set")
    return Tried(False, f"nobody gains by any other {kind}{decision.name}{of_what}")


def _first_gain(
    reading: GameReading, own: Any, decided: Mapping[str, Any], tried: Iterator[Any], person: Any
) -> Tried | None:
    """Return the first gain that is certain, else the first that cannot be told; None where nobody gains."""
    close, name = None, reading.population.decision.name
    for there in tried:
        low, high = _gained(reading, own, there, decided)
        if np.any(low > 0):
            who = int(np.argmax(low))
            text = f"{person(who)} gains {float(low[who]):.3g} by {name} = {float(there[who]):.9g}"
            return Tried(True, text, who, there[who], low[who])
        unclear = ~(high <= 0) & np.asarray(there != own, dtype=bool)
        if np.any(unclear) and close is None:
            who = int(np.argmax(unclear))
            close = f"whether {person(who)} gains by {name} = {float(there[who]):.9g} cannot be told from rounding"
    if close is None:
        return None
    return Tried(None, close + ("" if isinstance(reading.algebra, Rationals) else "; arithmetic='exact' may"))


def _gained(reading: GameReading, own: Any, there: Any, decided: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return what everybody gains, at the least and at the most: over fractions the same, however little it is.

    Of whom it has no value, such as a quotient by zero, nothing is known.
    """
    if not isinstance(reading.algebra, Rationals):
        return gains(reading, own, there, decided)
    others = reading.others(own)
    try:
        gained = reading.utility(there, others, decided) - reading.utility(own, others, decided)
        known = np.broadcast_to(np.asarray(gained, dtype=object), len(own))
        if any(isinstance(entry, Unknown) for entry in known.tolist()):
            raise Irrational
        return known, known
    except Irrational:
        try:
            return gains(reading, own, there, decided)
        except (TypeError, ZeroDivisionError, UnsupportedModel):
            return np.full(len(own), -np.inf), np.full(len(own), np.inf)
    except ZeroDivisionError:
        ends = np.array(
            [_of_one(reading.subset([k]), own[[k]], there[[k]], others[[k]], decided) for k in range(len(own))]
        )
        return ends[:, 0], ends[:, 1]


def _of_one(person: GameReading, own: Any, there: Any, others: Any, decided: Mapping[str, Any]) -> tuple[Any, Any]:
    try:
        gained = np.ravel(person.utility(there, others, decided) - person.utility(own, others, decided))[0]
        return (-np.inf, np.inf) if isinstance(gained, Unknown) else (gained, gained)
    except (ZeroDivisionError, Irrational):
        return -np.inf, np.inf


def _count(reading: GameReading) -> int:
    """How many values are tried of whoever has most."""
    if reading.population.decision.among is not None:
        return max(map(len, values_of(reading.population.decision) or []))
    least, most = whole_range(reading.lower, reading.upper)
    return int(max(most - least)) + 1


def _values_tried(reading: GameReading) -> Iterator[Any]:
    """Yield the values of everybody's finite set, the k-th of each at once; who has fewer tries the last again."""
    sets = values_of(reading.population.decision) or []
    for k in range(max(map(len, sets))):
        yield reading.vector([some[min(k, len(some) - 1)] for some in sets])


def _whole_tried(reading: GameReading, own: Any, decided: Mapping[str, Any]) -> Iterator[Any] | Tried:
    """Return everybody's whole numbers, or those beside the own one; else that there are too many."""
    least, most = whole_range(reading.lower, reading.upper)
    count = _count(reading)
    if count <= MOST:
        return (np.minimum(least + k, most) for k in range(count))
    others = reading.algebra.sum(own) - own
    if reading.game.asks_one_by_one or not concave(reading, (others, others), decided):
        return Tried(None, f"there are {count:,} whole numbers to be tried, more than {MOST:,}")
    return iter((np.minimum(own + 1, most), np.maximum(own - 1, least)))


def all_answers(program: Program) -> Iterator[tuple[Any, ...]] | None:
    """Return the entries of all answers of those there are; None where they are too many, or any numbers.

    Whole numbers are whole, and the values of finite sets fractions.
    """
    if not all(item.discrete for item in program.variables()):
        return None
    ranges = [
        some
        for item in program.variables()
        for some in (_ranges(item) if item.among is None else values_of(item) or [])
    ]
    return product(*ranges) if np.prod([float(len(one)) for one in ranges]) <= MOST else None


def _ranges(item: Decision) -> list[range]:
    ends = zip(*whole_range(np.atleast_1d(item.lower), np.atleast_1d(item.upper)), strict=True)
    return [range(int(low), int(high) + 1) for low, high in ends]


def other_answers(program: Program, reading: ProgramReading, decisions: Mapping[str, Any]) -> Tried | None:
    """Try all answers to a program of whole variables, or among values, if not too many; None where they are.

    Whole numbers are the same in doubles and in fractions, over which ties are told; a double that stands for a value
    of a finite set is that value. Doubles try what leaves the fractions.
    """
    exact = ProgramReading(program, Rationals())
    found = _tried(
        program,
        exact,
        {item.name: exact.vector_or_number(meant(item, decisions[item.name])) for item in program.variables()},
    )
    if found is None or found.better is not None or isinstance(reading.algebra, Rationals):
        return found
    return _tried(program, reading, decisions)


def _kind(program: Program) -> str:
    """What the variables of a program are called."""
    return "whole numbers" if all(item.whole for item in program.variables()) else "values"


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
    return Tried(False, f"no other {_kind(program)} are better") if close is None else Tried(None, close)


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
