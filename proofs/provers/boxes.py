"""Statements with logarithms, exponentials and Φ on boxes: rigorous intervals on ever smaller pieces."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from ...formulations.algebra import read
from ...solvers.readings.balls import Balls, enclosing, precision
from ..claims.claim import OnBox

BITS = 128
"""Of the balls: 75 more than doubles have, for goals in which terms cancel; too few and nothing is shown."""
PIECES = 20_000
"""How many pieces a box may be cut into; beyond it the statement is undecided."""
Box: TypeAlias = Mapping[str, tuple[Fraction, Fraction]]


@dataclass(frozen=True)
class Covered:
    """Whether a statement was shown on all pieces of its box, in how many pieces, and if not where it failed."""

    shown: bool
    pieces: int
    seconds: float
    failed: Box | None = None


def cover(wanted: OnBox, pieces: int = PIECES, seconds: float = 10.0) -> Covered:
    """Show a statement on a box, halving the pieces on which the intervals are too wide.

    Examples
    --------
    >>> from mechproof.proofs.kernel.sentence import below
    >>> cover(OnBox({"x": ("1", "2")}, lambda a, x: below(a.log(x), x - 1 / 4))).shown
    True
    """
    start, count = time.perf_counter(), 0
    waiting: list[Box] = [{name: (Fraction(low), Fraction(high)) for name, (low, high) in wanted.box.items()}]
    with precision(BITS):
        while waiting:
            box = waiting.pop()
            count += 1
            if _certain(wanted, box):
                continue
            if count + len(waiting) >= pieces or time.perf_counter() - start > seconds:
                return Covered(False, count, time.perf_counter() - start, box)
            waiting += _halves(box)
    return Covered(True, count, time.perf_counter() - start)


def _certain(wanted: OnBox, box: Box) -> bool:
    relation = read(wanted.goal, Balls(), {name: enclosing(*bounds) for name, bounds in box.items()})
    difference, sign = relation.against_zero()
    if sign == "=":
        return bool(difference >= 0) and bool(difference <= 0)
    return bool(difference > 0 if sign == ">" else difference >= 0)


def _halves(box: Box) -> list[Box]:
    widest = max(box, key=lambda name: (box[name][1] - box[name][0]) / (1 + abs(box[name][0]) + abs(box[name][1])))
    low, high = box[widest]
    middle = (low + high) / 2
    return [{**box, widest: (low, middle)}, {**box, widest: (middle, high)}]
