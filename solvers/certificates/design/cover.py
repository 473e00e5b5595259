"""The certificate of a design: the box of all parameters, cut into boxes on each of which nothing is better.

The cut is a word: a digit halves the box at hand along the parameter of that number, the lower half being described
first; a point ends a box. Whatever word it is, its boxes cover the whole, for they come of halving it; and what may be
found in each is bounded here, from the declared formula. So nothing of a search needs to be believed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ....formulations.design.family import Family
from ...readings.balls import precision
from .bounds import Leaf, halves, leaf_of
from .objective import BITS, Box, Objective, Point
from .points import double, size_of, value_at

MOST_BOXES = 2_000_000
"""Of a word; a longer one is refused unread."""


@dataclass(frozen=True)
class CoverCertificate:
    """What was shown of a candidate for the best parameters.

    Parameters
    ----------
    feasible
        Whether the parameters are between their bounds and fulfil the constraints, certainly.
    lower, upper
        Bounds of the objective at the candidate.
    most
        What no parameters exceed; None where that was not shown.
    gap
        `most` less `lower`, 0 where the candidate is shown to be the best exactly.
    exact
        Whether no parameters are better by anything at all.
    tolerance, size
        The gap is valid up to the tolerance times the size of the objective.
    boxes
        How many boxes cover the parameters.
    reason
        Why it is not certified; empty if it is.
    """

    feasible: bool
    lower: Fraction | None
    upper: Fraction | None
    most: Fraction | None
    gap: Fraction | None
    exact: bool
    tolerance: float
    size: Fraction
    boxes: int
    reason: str

    @property
    def valid(self) -> bool:
        """Whether the candidate is shown to be as good as any, up to the tolerance."""
        return not self.reason


def certify_cover(
    family: Family,
    objective: str,
    point: Point,
    word: str,
    tolerance: float = 1e-6,
    multipliers: Mapping[str, Fraction] | None = None,
) -> CoverCertificate:
    """Check that no parameters of a family are better than a candidate's.

    Parameters
    ----------
    family, objective
        What the candidate is to be the best of, and in what.
    point
        The candidate, exact numbers by the parameters' names.
    word
        How the box of parameters is cut; anybody's.
    tolerance
        How much better anything may be, relative to the objective's size.
    multipliers
        λ ≥ 0 by the constraints' names: where a constraint crosses a box, f + λ s is bounded in f's place. Anybody's.

    Examples
    --------
    >>> from mechproof.formulations.design.contest_pool import ContestPool
    >>> family = ContestPool(cost=[1, 1], alpha=4, beta=2)
    >>> certify_cover(family, "server-utility", {"reward_pool": Fraction(1)}, "0..").exact
    True
    >>> certify_cover(family, "server-utility", {"reward_pool": Fraction(3, 2)}, "0..").reason
    'parameters that are better are not excluded: by up to 0.1'
    """
    with precision(BITS):
        weights = {name: weight for name, weight in (multipliers or {}).items() if weight > 0}
        asked = Objective(family, objective, weights)
        size = size_of(asked.alone)
        if set(point) != set(family.box()) or not asked.allowed(point):
            return _refused(tolerance, size, "the parameters are not among those allowed", False)
        value = value_at(asked.alone, point)
        if value is None:
            return _refused(tolerance, size, "the objective is not defined at the parameters")
        try:
            found = leaves(asked, point, word, value[0])
        except ValueError as error:
            return _refused(tolerance, size, str(error))
        return _judged(found, value, tolerance, size)


def leaves(objective: Objective, point: Point, word: str, level: Fraction) -> list[tuple[Box, Leaf]]:
    """Return the boxes of a word, and what is bounded on each.

    Raises
    ------
    ValueError
        When it is no such word.
    """
    names = list(objective.family.box())
    if len(word) > MOST_BOXES:
        raise ValueError(f"the cover has more than {MOST_BOXES:,} letters")
    waiting: list[Any] = [objective.family.box()]
    found: list[tuple[Box, Leaf]] = []
    for letter in word:
        if not waiting:
            raise ValueError("the cover goes on after its last box")
        box = waiting.pop()
        if letter == ".":
            found.append((box, leaf_of(objective, box, point, level)))
        elif letter.isdecimal() and int(letter) < len(names):
            waiting += reversed(halves(box, names[int(letter)]))
        else:
            raise ValueError(f"{letter!r} is no letter of a cover")
    if waiting:
        raise ValueError(f"the cover leaves out {len(waiting)} boxes")
    return found


def _judged(
    found: list[tuple[Box, Leaf]], value: tuple[Fraction, Fraction], tolerance: float, size: Fraction
) -> CoverCertificate:
    lower, upper = value
    beyond = [leaf for _, leaf in found if leaf.beyond(lower)]
    bounds = [leaf.upper for leaf in beyond if leaf.upper is not None]
    if len(bounds) < len(beyond):
        return CoverCertificate(
            True, lower, upper, None, None, False, tolerance, size, len(found), "a box has no bound at all"
        )
    most = max(bounds, default=upper)
    gap = most - lower if bounds else Fraction(0)
    reason = ""
    if gap > Fraction(tolerance) * size:
        reason = f"parameters that are better are not excluded: by up to {double(gap):.3g}"
    return CoverCertificate(True, lower, upper, most, gap, not bounds, tolerance, size, len(found), reason)


def _refused(tolerance: float, size: Fraction, reason: str, feasible: bool = True) -> CoverCertificate:
    return CoverCertificate(feasible, None, None, None, None, False, tolerance, size, 0, reason)
