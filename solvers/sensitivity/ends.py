"""Where a piece of the optimum ends along one datum, found by solving anew: an exact end where it is simple, or a ball.

Solves in doubles walk outwards by growing factors until the answer lies on another piece, and halve what is between.
What is then said is checked by exact solves on both sides of the enclosure, and a fraction is given for the end only if
the exact answer there is on the edge.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from ..readings.rationals import simplest_between

FIRST_FACTOR, GROWTH, FURTHEST = 2.0**-12, 2.0, 2.0**24
"""The first step outwards relative to the datum, by how much the next is longer, and how far is looked in all."""
CLOSE = Fraction(1, 2**42)
"""How narrow, relative to the end, the walk's last step is halved in doubles."""

FINER = tuple(Fraction(1, 2**bits) for bits in (32, 64, 160))
"""The same where no doubles are asked: after each the simplest fraction is tried for the end."""


@dataclass(frozen=True)
class Sides:
    """An end's enclosure: on the piece at `inside`, off it at `outside`; both are the end itself where it is exact."""

    inside: Fraction
    outside: Fraction

    @property
    def exact(self) -> bool:
        """Whether the end is known exactly."""
        return self.inside == self.outside


def find_end(
    start: Fraction,
    side: int,
    scale: Fraction,
    quick: Callable[[Fraction], bool],
    sure: Callable[[Fraction], bool],
    on_edge: Callable[[Fraction], bool],
) -> Sides | None:
    """Return an enclosure of the first end of the piece on one side of a datum; None if none is met.

    Parameters
    ----------
    start, side
        The datum, and whether it moves up (+1) or down (−1).
    scale
        A size for steps away from a datum of zero.
    quick, sure
        Whether the answer there lies on the same piece, by doubles and exactly.
    on_edge
        Whether the exact answer there is on the edge of the piece.
    """
    walked = _walked(start, side, scale, quick)
    if walked is None:
        return None
    inside, outside = walked
    while abs(outside - inside) > CLOSE * abs(outside):
        middle = _rounded((inside + outside) / 2)
        if middle in (inside, outside):
            break
        inside, outside = (middle, outside) if quick(middle) else (inside, middle)
    narrow = _confirmed(inside, outside, start, side, sure)
    simple = simplest_between(min(narrow.inside, narrow.outside), max(narrow.inside, narrow.outside))
    return Sides(simple, simple) if on_edge(simple) else narrow


def exact_end(
    start: Fraction, side: int, scale: Fraction, same: Callable[[Fraction], bool], between: Callable[[Fraction], bool]
) -> Sides | None:
    """Return the first end on one side where whether the piece is the same is told exactly, without any solve.

    Parameters
    ----------
    start, side, scale
        As in `find_end`.
    same
        Whether the piece at a datum is that of the answer.
    between
        Whether pieces differ just below and just above a datum.
    """
    walked = _walked(start, side, scale, same)
    if walked is None:
        return None
    inside, outside = walked
    for width in FINER:
        while abs(outside - inside) > width * abs(outside):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if same(middle) else (inside, middle)
        simple = simplest_between(min(inside, outside), max(inside, outside))
        if between(simple):
            return Sides(simple, simple)
    return Sides(inside, outside)


def _walked(
    start: Fraction, side: int, scale: Fraction, quick: Callable[[Fraction], bool]
) -> tuple[Fraction, Fraction] | None:
    factor, inside = FIRST_FACTOR, start
    while factor < FURTHEST:
        if start:
            there = start * Fraction(1 + factor) if side > 0 else start / Fraction(1 + factor)
        elif side > 0:
            there = scale * Fraction(factor)
        else:
            return None
        there = _rounded(there)
        if not quick(there):
            return inside, there
        inside, factor = there, factor * GROWTH
    return None


def _confirmed(
    inside: Fraction, outside: Fraction, start: Fraction, side: int, sure: Callable[[Fraction], bool]
) -> Sides:
    """Widen what doubles enclosed until exact solves agree on both sides."""
    width = max(abs(outside - inside), abs(inside) * CLOSE)
    for _ in range(20):
        near = inside - side * width
        near = start if (near - start) * side < 0 else near
        far = outside + side * width
        if (near == start or sure(near)) and not sure(far):
            return Sides(near, far)
        width *= 16
    return Sides(start, outside + side * width)


def _rounded(value: Fraction) -> Fraction:
    """The double nearest to a number, as a fraction: solves in doubles see no other."""
    return Fraction(float(value)) if math.isfinite(float(value)) else value
