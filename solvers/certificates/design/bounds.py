"""How large an objective may be on a box of parameters, by outward-rounded balls read off the declared formula.

The formula is read of the whole box; then, piece by piece where it has steps and kinks, its slopes: of a parameter in
which a piece does not fall only the upper end matters, and elsewhere the value at the middle and the slopes are a
bound; and, where the second derivatives show a piece to be concave, so is the tangent plane at any point of the box.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

from ....formulations.algebra import Formula, read
from ....formulations.design.family import Family
from ...readings.balls import Balls, ball, enclosing, upper_bound
from ...readings.derivative import NotSmooth
from ...readings.rationals import Irrational, Rationals
from .pieces import Branch, Deciding, Fork, Smooth

BITS = 128
"""Of the balls: 75 more than doubles have, so that slopes that vanish are told from those that do not."""
MOST_PIECES = 16
"""Of a formula on a box; of more it is only read as a whole, until the box is smaller."""
Box: TypeAlias = Mapping[str, tuple[Fraction, Fraction]]
Point: TypeAlias = Mapping[str, Fraction]


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


@dataclass(frozen=True, eq=False)
class Objective:
    """One objective of a family, read in balls and in fractions; used within `precision(BITS)`.

    Examples
    --------
    >>> from mechproof.formulations.design.contest_pool import ContestPool
    >>> objective = Objective(ContestPool(cost=[1, 1], alpha=4, beta=2), "server-utility")
    >>> box, best = {"reward_pool": (Fraction(1, 2), Fraction(2))}, {"reward_pool": Fraction(1)}
    >>> objective.leaf(box, best, Fraction(0)).attained
    True
    """

    family: Family
    name: str

    @cached_property
    def formula(self) -> Formula:
        """The declared formula."""
        return self.family.objectives()[self.name]

    @cached_property
    def data(self) -> dict[str, Any]:
        """The data in balls; of a derivative, they are constants."""
        return self.family.read_in(Balls())

    def read(self, formula: Formula, algebra: Any, parameters: Mapping[str, Any]) -> Any:
        """Return a formula at balls or derivatives of them."""
        return read(formula, algebra, {**self.data, **parameters})

    def at(self, point: Point) -> Any:
        """Return a ball that holds the objective at a point; its steps are decided exactly where they are rational."""
        here = self.decided(point)
        algebra = Balls() if here is None else Branch(here[0])
        return ball(self.read(self.formula, algebra, {name: ball(value) for name, value in point.items()}))

    def allowed(self, point: Point) -> bool:
        """Whether a point certainly fulfils every constraint, and lies in the box."""
        inside = all(low <= point[name] <= high for name, (low, high) in self.family.box().items())
        exact = self.family.read_in(Rationals()) if self.family.constraints() else {}
        return inside and all(self._fulfils(item.slack, exact, point) for item in self.family.constraints())

    def _fulfils(self, slack: Formula, exact: Mapping[str, Any], point: Point) -> bool:
        try:
            return bool(read(slack, Rationals(), {**exact, **point}) >= 0)
        except Irrational:
            return bool(self.read(slack, Balls(), {name: ball(value) for name, value in point.items()}) >= 0)

    def leaf(self, box: Box, point: Point | None, level: Fraction) -> Leaf:
        """Return how large the objective may be on a box.

        Parameters
        ----------
        box
            Bounds of each parameter.
        point
            The candidate for the best parameters, where tangents are laid.
        level
            The value that is to be shown to be the largest: no finer bound is sought below it.
        """
        inside = {name: enclosing(*bounds) for name, bounds in box.items()}
        if any(self.read(item.slack, Balls(), inside) < 0 for item in self.family.constraints()):
            return Leaf(None, empty=True)
        whole = _upper(self.read(self.formula, Balls(), inside))
        if whole is not None and whole <= level:
            return Leaf(whole)
        pieces = self._pieces(inside)
        if pieces is None:
            return Leaf(whole)
        found = [self._on_piece(piece, box, _if_in(box, point), level) for piece in pieces]
        beyond = [leaf.upper for leaf in found if leaf.beyond(level)]
        if not beyond:
            return Leaf(level, attained=any(leaf.attained for leaf in found))
        largest = None if None in beyond else max(upper for upper in beyond if upper is not None)
        return Leaf(_least(whole, largest))

    def _pieces(self, inside: Mapping[str, Any]) -> list[Branch] | None:
        """Return the pieces of which the formula consists on a box; None where they are too many."""
        waiting, found = [Branch()], []
        while waiting:
            piece = waiting.pop()
            try:
                self.read(self.formula, piece, inside)
                found.append(piece)
            except Fork:
                waiting += [Branch([*piece.decided, True]), Branch([*piece.decided, False])]
            if len(waiting) + len(found) > MOST_PIECES:
                return None
        return found

    def _on_piece(self, piece: Branch, box: Box, point: Point | None, level: Fraction) -> Leaf:
        """Bound one piece on a box; it attains the point's value where it is no larger there and falls from there."""
        inside = {name: enclosing(*bounds) for name, bounds in box.items()}
        free = [name for name, (low, high) in box.items() if low < high]
        upper = _upper(self.read(self.formula, piece.again(), inside))
        if not free or (upper is not None and upper <= level):
            return Leaf(upper, attained=not free and point is not None and self._passes(piece, point))
        slopes = self._slopes(piece, inside, free)
        if slopes is None:
            return Leaf(upper)
        face = {name: _side(bounds, slopes.get(name)) for name, bounds in box.items()}
        if face != box:  # it is nowhere larger than at that end
            found = self._on_piece(piece, face, _if_in(face, point), level)
            return Leaf(_least(upper, found.upper), found.attained)
        middle = {name: (low + high) / 2 for name, (low, high) in box.items()}
        upper = _least(upper, self._plane(piece, box, middle, slopes))
        if (upper is not None and upper <= level) or not self._concave(piece, inside, free):
            return Leaf(upper)
        if point is not None and self._passes(piece, point) and self._falls_from(piece, point, box):
            return Leaf(upper, attained=True)
        touching = point or middle
        tangent = self._slopes(piece, {name: ball(value) for name, value in touching.items()}, free)
        return Leaf(upper if tangent is None else _least(upper, self._plane(piece, box, touching, tangent)))

    def _plane(self, piece: Branch, box: Box, point: Point, slopes: Mapping[str, Any]) -> Fraction | None:
        """A piece's value at a point of the box, and what the slopes add to it at most."""
        found = ball(self.read(self.formula, piece.again(), {name: ball(value) for name, value in point.items()}))
        for name, slope in slopes.items():
            found = found + slope * enclosing(box[name][0] - point[name], box[name][1] - point[name])
        return _upper(found)

    def _slopes(self, piece: Branch, at: Mapping[str, Any], free: Sequence[str]) -> dict[str, Any] | None:
        """A piece's derivatives in some parameters; None where there is one without a bound."""
        found = {}
        try:
            for name in free:
                dual = Smooth(piece.again())
                moving = {**at, name: dual.variable(at[name])}
                found[name] = ball(dual.slope(self.read(self.formula, dual, moving)))
        except NotSmooth:
            return None
        return found if all(slope.is_finite() for slope in found.values()) else None

    def _concave(self, piece: Branch, inside: Mapping[str, Any], free: Sequence[str]) -> bool:
        """Whether a piece is certainly concave on a box: minus its second derivatives are positive definite."""
        bends = {name: self._bend(piece, inside, name, name) for name in free}
        if not all(bend is not None and bend > 0 for bend in bends.values()):
            return False
        rows = [[bends[one] if one == other else None for other in free] for one in free]
        for i, one in enumerate(free):
            for j, other in enumerate(free[:i]):
                rows[i][j] = rows[j][i] = self._bend(piece, inside, one, other)
        return _positive_definite(rows)

    def _bend(self, piece: Branch, inside: Mapping[str, Any], one: str, other: str) -> Any:
        """Minus a second derivative of a piece; None where it has none."""
        first = Smooth(piece.again())
        second = Smooth(first)
        moving: dict[str, Any] = dict(inside)
        moving[one] = first.variable(inside[one])
        moving[other] = second.moving(moving[other], first.number(1))
        try:
            return -ball(first.slope(second.slope(self.read(self.formula, second, moving))))
        except NotSmooth:
            return None

    @cached_property
    def _exact_data(self) -> dict[str, Any]:
        return self.family.read_in(Rationals())

    def decided(self, point: Point) -> tuple[list[bool], Any] | None:
        """Return how the formula's steps and kinks are decided at a point and its value, None if that is irrational."""
        algebra = Deciding()
        try:
            value = read(self.formula, algebra, {**self._exact_data, **point})
        except (Irrational, ZeroDivisionError):
            return None
        return algebra.decided, value

    def exact_slopes(self, point: Point, piece: Sequence[bool]) -> dict[str, Fraction] | None:
        """Return a piece's derivatives at a point where they are rational, else None."""
        found = {}
        try:
            for name in point:
                dual = Smooth(Deciding(piece))
                moving = {**self._exact_data, **point, name: dual.variable(point[name])}
                slope = dual.slope(read(self.formula, dual, moving))
                if not isinstance(slope, int | Fraction):
                    return None
                found[name] = Fraction(slope)
        except (NotSmooth, Irrational, ZeroDivisionError):
            return None
        return found

    def _passes(self, piece: Branch, point: Point) -> bool:
        """Whether a piece is no larger at a point than the objective is there, exactly."""
        here = self.decided(point)
        if here is None:
            return False
        if here[0] == piece.decided:
            return True
        value = read(self.formula, Deciding(piece.decided), {**self._exact_data, **point})
        rational = isinstance(value, int | Fraction) and isinstance(here[1], int | Fraction)
        return rational and bool(value <= here[1])

    def _falls_from(self, piece: Branch, point: Point, box: Box) -> bool:
        """Whether no direction from a point into a box leads up a piece at first, exactly."""
        slopes = self.exact_slopes(point, piece.decided)
        return slopes is not None and all(
            slope * (end - point[name]) <= 0 for name, slope in slopes.items() for end in box[name]
        )


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


def _if_in(box: Box, point: Point | None) -> Point | None:
    """A point, if it lies in a box."""
    inside = point is not None and all(low <= point[name] <= high for name, (low, high) in box.items())
    return point if inside else None


def _least(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return other if one is None else one if other is None else min(one, other)


def _side(bounds: tuple[Fraction, Fraction], slope: Any) -> tuple[Fraction, Fraction]:
    """The end of a side to which a piece certainly does not fall, else the side."""
    if slope is None:
        return bounds
    low, high = bounds
    return (high, high) if slope >= 0 else (low, low) if slope <= 0 else bounds


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
