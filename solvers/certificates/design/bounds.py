"""How large an objective may be on a box of parameters, by outward-rounded balls read off the declared formula.

The formula is read of the whole box; then, piece by piece where it has steps and kinks, its slopes: of a parameter in
which a piece does not fall only the upper end matters, and elsewhere the value at the middle and the slopes are a
bound. So are the slopes at the middle with the second derivatives of the whole box; and, where these show a piece to be
concave, the tangent plane at any point. Where a constraint crosses the box, the same is asked of f + λ s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from ...readings.balls import Balls, ball, enclosing, upper_bound
from .objective import Box, Objective, Point
from .pieces import Branch, Fork

MOST_PIECES = 16
"""Of a formula on a box; of more it is only read as a whole, until the box is smaller."""


@dataclass(frozen=True)
class Leaf:
    """A bound on a box: None where there is none.

    `attained` says that the largest value on the box is that of the point asked about, exactly; `empty` that none of
    its parameters are allowed.
    """

    upper: Fraction | None
    attained: bool = False
    empty: bool = False

    def beyond(self, level: Fraction) -> bool:
        """Whether values above a level are not excluded."""
        return not self.attained and not self.empty and (self.upper is None or self.upper > level)


def leaf_of(objective: Objective, box: Box, point: Point | None, level: Fraction) -> Leaf:
    """Return how large an objective may be on the allowed parameters of a box.

    Parameters
    ----------
    objective
        Of a family, with multipliers of its constraints if there are any.
    box
        Bounds of each parameter.
    point
        The candidate for the best parameters, where tangents are laid.
    level
        The value that is to be shown to be the largest: no finer bound is sought below it.

    Examples
    --------
    >>> from mechproof.formulations.design.contest_pool import ContestPool
    >>> objective = Objective(ContestPool(cost=[1, 1], alpha=4, beta=2), "server-utility")
    >>> box, best = {"reward_pool": (Fraction(1, 2), Fraction(2))}, {"reward_pool": Fraction(1)}
    >>> leaf_of(objective, box, best, Fraction(0)).attained
    True
    """
    inside = {name: enclosing(*bounds) for name, bounds in box.items()}
    slacks = [objective.read(item.slack, Balls(), inside) for item in objective.family.constraints()]
    if any(slack < 0 for slack in slacks):
        return Leaf(None, empty=True)
    found = _leaf(objective.alone, box, point, level)
    crossed = not all(slack >= 0 for slack in slacks)
    return _loosened(objective, box, point, level, found) if crossed and found.beyond(level) else found


def _loosened(objective: Objective, box: Box, point: Point | None, level: Fraction, found: Leaf) -> Leaf:
    """Bound f + λ s where a constraint crosses a box; it attains the point's value where the constraint is met."""
    if not objective.multipliers:
        return found
    loose = _leaf(objective, box, point, level)
    if not loose.attained or point is None:
        return Leaf(_least(found.upper, loose.upper))
    return Leaf(_least(found.upper, _upper(objective.at(point))), attained=objective.binds(point))


def _leaf(objective: Objective, box: Box, point: Point | None, level: Fraction) -> Leaf:
    """Bound an objective on a box, whatever is allowed there."""
    inside = {name: enclosing(*bounds) for name, bounds in box.items()}
    whole = _upper(objective.read(objective.formula, Balls(), inside))
    pieces = None if _within(whole, level) else pieces_of(objective, box)
    if pieces is None:
        return Leaf(whole)
    return _largest([_Patch(objective, piece, box, point).leaf(level) for piece in pieces], whole, level)


def _largest(found: Sequence[Leaf], whole: Fraction | None, level: Fraction) -> Leaf:
    """Bound an objective by its pieces."""
    beyond = [leaf for leaf in found if leaf.beyond(level)]
    uppers = [leaf.upper for leaf in beyond if leaf.upper is not None]
    if not beyond:
        return Leaf(level, attained=any(leaf.attained for leaf in found))
    return Leaf(_least(whole, max(uppers)) if len(uppers) == len(beyond) else whole)


def pieces_of(objective: Objective, box: Box) -> list[Branch] | None:
    """Return the pieces of which a formula consists on a box; None where they are too many."""
    inside = {name: enclosing(*bounds) for name, bounds in box.items()}
    known = [*objective.known, *((inside[name], bounds) for name, bounds in box.items())]
    waiting: list[list[bool]] = [[]]
    found: list[Branch] = []
    while waiting:
        piece = Branch(waiting.pop(), known)
        try:
            objective.read(objective.formula, piece, inside)
            found.append(piece.again())
        except Fork:
            waiting += [[*piece.decided, True], [*piece.decided, False]]
        if len(waiting) + len(found) > MOST_PIECES:
            return None
    return found


@dataclass(frozen=True, eq=False)
class _Patch:
    """One smooth piece of an objective on a box, with a point that only counts if it lies there."""

    objective: Objective
    piece: Branch
    box: Box
    asked: Point | None

    @cached_property
    def point(self) -> Point | None:
        """The point, if it lies in the box and the piece is no larger there than the objective is."""
        asked = self.asked
        if asked is None or not all(low <= asked[name] <= high for name, (low, high) in self.box.items()):
            return None
        return asked if self.objective.passes(self.piece, asked) else None

    @cached_property
    def inside(self) -> dict[str, Any]:
        """The box in balls."""
        return {name: enclosing(*bounds) for name, bounds in self.box.items()}

    @cached_property
    def free(self) -> list[str]:
        """The parameters that are not fixed."""
        return [name for name, (low, high) in self.box.items() if low < high]

    @cached_property
    def middle(self) -> dict[str, Fraction]:
        """The middle of the box."""
        return {name: (low + high) / 2 for name, (low, high) in self.box.items()}

    def leaf(self, level: Fraction) -> Leaf:
        """Bound the piece; it attains the point's value where it falls from there."""
        upper = _upper(self.objective.on(self.piece, self.inside))
        if not self.free:
            return Leaf(upper, attained=self.point is not None)
        slopes = None if _within(upper, level) else self.objective.slopes(self.piece, self.inside, self.free)
        if slopes is None:
            return Leaf(upper)
        face = {name: _side(bounds, slopes.get(name)) for name, bounds in self.box.items()}
        if face != self.box:  # it is nowhere larger than at that end
            found = replace(self, box=face).leaf(level)
            return Leaf(_least(upper, found.upper), found.attained)
        upper = _least(upper, self._plane(self.middle, slopes))
        return Leaf(upper) if _within(upper, level) else self._bent(upper)

    def _bent(self, upper: Fraction | None) -> Leaf:
        """Bound the piece by its second derivatives as well."""
        bends = self._bends()
        if bends is None:
            return Leaf(upper)
        point = self.point if _positive_definite([[-bend for bend in row] for row in bends]) else None
        if point is not None and self.objective.falls_from(self.piece, point, self.box):
            return Leaf(upper, attained=True)
        return Leaf(_least(upper, self._from(point, bends)))

    def _from(self, point: Point | None, bends: Sequence[Sequence[Any]]) -> Fraction | None:
        """Bound the piece by its slopes at a point at which it is concave, or at the middle with its bends."""
        touching = {name: ball(value) for name, value in (point or self.middle).items()}
        slopes = self.objective.slopes(self.piece, touching, self.free)
        if slopes is None:
            return None
        return self._paraboloid(slopes, bends) if point is None else self._plane(point, slopes)

    def _bends(self) -> list[list[Any]] | None:
        """The second derivatives on the box, None where there is one without a bound."""
        rows: list[list[Any]] = [[None] * len(self.free) for _ in self.free]
        for i, one in enumerate(self.free):
            for j, other in enumerate(self.free[: i + 1]):
                found = self.objective.bend(self.piece, self.inside, one, other)
                if found is None:
                    return None
                rows[i][j] = rows[j][i] = found
        return rows

    def _plane(self, point: Point, slopes: Mapping[str, Any]) -> Fraction | None:
        """The value at a point of the box, and what the slopes add to it at most."""
        found = self.objective.on(self.piece, {name: ball(value) for name, value in point.items()})
        for name, slope in slopes.items():
            low, high = self.box[name]
            found = found + slope * enclosing(low - point[name], high - point[name])
        return _upper(found)

    def _paraboloid(self, slopes: Mapping[str, Any], bends: Sequence[Sequence[Any]]) -> Fraction | None:
        """The value at the middle, and what its slopes there and the bends add, each parameter on its own.

        h′Hh ≤ Σ d_i h_i², with d_i = H_ii + Σ_j |H_ij| r_j/r_i, for r half the sides.
        """
        found = self.objective.on(self.piece, {name: ball(value) for name, value in self.middle.items()})
        half = [ball((self.box[name][1] - self.box[name][0]) / 2) for name in slopes]
        for i, slope in enumerate(slopes.values()):
            others = [abs(bends[i][j]) * half[j] / half[i] for j in range(len(half)) if j != i]
            bend = ball((bends[i][i] + sum(others, ball(0))).upper())
            found = found + _most_of_parabola(abs(slope), bend, half[i])
        return _upper(found)


def _most_of_parabola(slope: Any, bend: Any, half: Any) -> Any:
    """At least the largest value of g h + b h²/2 for |h| ≤ r, with g ≥ 0: at its top, or at the end."""
    if bend < 0 and not slope >= -bend * half:
        return slope * slope / (-2 * bend)
    return slope * half + bend * half * half / 2


def halves(box: Box, name: str) -> tuple[Box, Box]:
    """Return the two halves of a box, the lower one first.

    Examples
    --------
    >>> halves({"x": (Fraction(0), Fraction(1))}, "x")[1]
    {'x': (Fraction(1, 2), Fraction(1, 1))}
    """
    low, high = box[name]
    middle = (low + high) / 2
    return {**box, name: (low, middle)}, {**box, name: (middle, high)}


def _upper(value: Any) -> Fraction | None:
    found = ball(value)
    return upper_bound(found) if found.is_finite() else None


def _least(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return other if one is None else one if other is None else min(one, other)


def _side(bounds: tuple[Fraction, Fraction], slope: Any) -> tuple[Fraction, Fraction]:
    """The end of a side to which a piece certainly does not fall, else the side."""
    if slope is None:
        return bounds
    low, high = bounds
    return (high, high) if slope >= 0 else (low, low) if slope <= 0 else bounds


def _within(upper: Fraction | None, level: Fraction) -> bool:
    return upper is not None and upper <= level


def _positive_definite(rows: Sequence[Sequence[Any]]) -> bool:
    """Whether every symmetric matrix between bounds is positive definite, by elimination."""
    left = [list(row) for row in rows]
    for k, row in enumerate(left):
        if not row[k] > 0:
            return False
        for below in left[k + 1 :]:
            factor = below[k] / row[k]
            for column in range(k, len(left)):
                below[column] = below[column] - factor * row[column]
    return True
