"""A global optimum over an interval of pools, by cells on each of which the utility and its slope are bounded.

A cell where the utility is at most what is reached, or rises or falls all along, has no better maximum inside; else it
is halved. What is left at last is a narrow range around the answer, or else nothing is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from ..leader import LeaderVerdict

CELLS = 4_000
"""After which a cover is given up: a smooth utility takes some two hundred."""


@dataclass(frozen=True)
class Bounds:
    """The utility on a cell is at most `most` and at its middle at least `least`; its slope is between two others."""

    most: float
    least: float
    slope: tuple[float, float]


def covered(
    bounds: Callable[[float, float], Bounds | None],
    largest: float,
    answer: float,
    reached: tuple[float, float],
    tolerance: float,
) -> LeaderVerdict:
    """Judge an answer among all pools from zero to the largest.

    Parameters
    ----------
    bounds
        What is known of a cell, None where that is nothing.
    largest
        The largest pool, by which distances are measured.
    answer, reached
        The pool that is judged, and what it earns at least and at most.
    tolerance
        How far from the optimum it may be.

    Examples
    --------
    >>> def parabola(low, high):  # x (2 − x)
    ...     middle = (low + high) / 2
    ...     return Bounds(high * (2 - low), middle * (2 - middle), (2 - 2 * high, 2 - 2 * low))
    >>> found = covered(parabola, 4.0, 1.0, (1.0, 1.0), 1e-6)
    >>> found.optimal, found.distance < 1e-6
    (True, True)
    >>> covered(parabola, 4.0, 0.9, (0.99, 0.99), 1e-6).optimal
    False
    """
    finest, most = tolerance * largest / 64, reached[1]  # some cells beside the answer have no sign either
    # on both sides of the answer, and a hair around it where no slope has a sign
    around = max(answer - finest / 4, 0.0), min(answer + finest / 4, largest)
    edges = [0.0, *sorted({end for end in around if 0 < end < largest}), largest]
    waiting = list(pairwise(edges))
    ends: dict[float, set[str]] = {}
    left: list[tuple[float, float]] = []
    for _ in range(CELLS):
        if not waiting:
            return _verdict([*left, *_peaks(ends, largest)], largest, answer, reached, most, tolerance)
        low, high = waiting.pop()
        known = bounds(low, high)
        if known is not None and known.least > reached[1] and abs((low + high) / 2 - answer) > 2 * tolerance * largest:
            reason = f"reward_pool = {(low + high) / 2:.9g} is better for the server than {answer:.9g}"
            return LeaderVerdict(False, None, None, reason)
        if known is not None and known.most <= reached[0]:
            for end in (low, high):
                ends.setdefault(end, set()).add("foot")
        elif known is not None and (known.slope[0] > 0 or known.slope[1] < 0):
            rises = known.slope[0] > 0
            ends.setdefault(high if rises else low, set()).add("top")
            ends.setdefault(low if rises else high, set()).add("foot")
        elif high - low <= finest:
            left.append((low, high))
            most = max(most, known.most if known is not None else float("inf"))
        else:
            middle = (low + high) / 2
            waiting += [(low, middle), (middle, high)]
    return LeaderVerdict(None, None, None, "the server's utility was not bounded on all pools")


def _peaks(ends: dict[float, set[str]], largest: float) -> list[tuple[float, float]]:
    """The points up to which the utility rises, or from which on it falls, beside which no cell shows more."""
    return [(end, end) for end, kinds in ends.items() if "foot" not in kinds]


def _verdict(
    left: list[tuple[float, float]],
    largest: float,
    answer: float,
    reached: tuple[float, float],
    most: float,
    tolerance: float,
) -> LeaderVerdict:
    distance = max((max(abs(low - answer), abs(high - answer)) for low, high in left), default=0.0) / largest
    if distance > tolerance:
        reason = f"the server's optimum is enclosed, but only within {distance:.3g} of the answer"
        return LeaderVerdict(None, None, None, reason)
    gap = max(most - reached[0], 0.0) / largest
    return LeaderVerdict(True, gap, distance, "the server's global optimum is enclosed")
