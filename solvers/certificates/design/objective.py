"""An objective of a family, read at points and boxes: in balls, in fractions, and as smooth pieces of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

from ....formulations.algebra import Formula, asking, read, roles_of
from ....formulations.design.family import Family
from ...readings.balls import Balls, ball
from ...readings.derivative import NotSmooth
from ...readings.rationals import Irrational, Rationals
from .pieces import Branch, Deciding, Smooth

BITS = 128
"""Of the balls: 75 more than doubles have, so that slopes that vanish are told from those that do not."""
Box: TypeAlias = Mapping[str, tuple[Fraction, Fraction]]
Point: TypeAlias = Mapping[str, Fraction]


@dataclass(frozen=True, eq=False)
class Objective:
    """One objective of a family; used within `precision(BITS)`.

    With `multipliers` λ ≥ 0, by the constraints' names, it is f + Σ λ s, s being the constraints' slacks: of allowed
    parameters it is no less than f, so that its bounds are bounds of f; whoever names the multipliers need not be
    believed.

    Examples
    --------
    >>> from mechproof.formulations.design.contest_pool import ContestPool
    >>> objective = Objective(ContestPool(cost=[1, 1], alpha=4, beta=2), "server-utility")
    >>> objective.exact_slopes({"reward_pool": Fraction(1)}, [])
    {'reward_pool': Fraction(0, 1)}
    """

    family: Family
    name: str
    multipliers: Mapping[str, Fraction] = field(default_factory=dict)

    @cached_property
    def formula(self) -> Formula:
        """The declared formula, with the multipliers' part if there are any."""
        declared = self.family.objectives()[self.name]
        slacks = {item.name: item.slack for item in self.family.constraints() if item.name in self.multipliers}
        if not slacks:
            return declared

        def loosened(a: Any, **roles: Any) -> Any:
            found = read(declared, a, roles)
            for name, slack in slacks.items():
                found = found + a.number(self.multipliers[name]) * read(slack, a, roles)
            return found

        return asking([role for formula in (declared, *slacks.values()) for role in roles_of(formula)], loosened)

    @cached_property
    def alone(self) -> Objective:
        """The objective without multipliers."""
        return Objective(self.family, self.name) if self.multipliers else self

    @cached_property
    def data(self) -> dict[str, Any]:
        """The data in balls; of a derivative, they are constants."""
        return self.family.read_in(Balls())

    @cached_property
    def exact_data(self) -> dict[str, Any]:
        """The data in fractions."""
        return self.family.read_in(Rationals())

    @cached_property
    def known(self) -> list[tuple[Any, tuple[Any, Any]]]:
        """The single numbers among the data, as balls, with their exact values as bounds."""
        exact = {name: value for name, value in self.exact_data.items() if isinstance(value, int | Fraction)}
        return [(self.data[name], (value, value)) for name, value in exact.items() if name in self.data]

    def read(self, formula: Formula, algebra: Any, parameters: Mapping[str, Any]) -> Any:
        """Return a formula at balls or derivatives of them."""
        return read(formula, algebra, {**self.data, **parameters})

    def on(self, piece: Branch, parameters: Mapping[str, Any]) -> Any:
        """Return a piece's ball at balls."""
        return ball(self.read(self.formula, piece.again(), parameters))

    def at(self, point: Point) -> Any:
        """Return a ball that holds the objective at a point; its steps are decided exactly where they are rational."""
        here = self.decided(point)
        algebra = Balls() if here is None else Branch(here[0])
        return ball(self.read(self.formula, algebra, {name: ball(value) for name, value in point.items()}))

    def allowed(self, point: Point) -> bool:
        """Whether a point certainly fulfils every constraint, and lies in the box."""
        inside = all(low <= point[name] <= high for name, (low, high) in self.family.box().items())
        return inside and all(self._fulfils(item.slack, point) for item in self.family.constraints())

    def _fulfils(self, slack: Formula, point: Point) -> bool:
        exact = self._exactly(slack, point)
        if exact is not None:
            return bool(exact >= 0)
        return bool(self.read(slack, Balls(), {name: ball(value) for name, value in point.items()}) >= 0)

    def _exactly(self, formula: Formula, point: Point) -> Any:
        """Return a formula's value at a point, None where it is irrational, or its own doubles were rounded."""
        try:
            value = read(formula, Deciding(), {**self.exact_data, **point})
        except (Irrational, ZeroDivisionError):
            return None
        return value if isinstance(value, int | Fraction) else None

    def binds(self, point: Point) -> bool:
        """Whether every constraint with a multiplier is exactly met at a point, where the objective is f then."""
        for item in self.family.constraints():
            if self.multipliers.get(item.name) and self._exactly(item.slack, point) != 0:
                return False
        return True

    def slopes(self, piece: Branch, at: Mapping[str, Any], free: Sequence[str]) -> dict[str, Any] | None:
        """Return a piece's derivatives in some parameters at balls; None where there is one without a bound."""
        found = {}
        try:
            for name in free:
                dual = Smooth(piece.again())
                moving = {**at, name: dual.variable(at[name])}
                found[name] = ball(dual.slope(self.read(self.formula, dual, moving)))
        except NotSmooth:
            return None
        return found if all(slope.is_finite() for slope in found.values()) else None

    def bend(self, piece: Branch, at: Mapping[str, Any], one: str, other: str) -> Any:
        """Return a second derivative of a piece at balls; None where it has none."""
        first = Smooth(piece.again())
        second = Smooth(first)
        moving: dict[str, Any] = dict(at)
        moving[one] = first.variable(at[one])
        moving[other] = second.moving(moving[other], first.number(1))
        try:
            found = ball(first.slope(second.slope(self.read(self.formula, second, moving))))
        except NotSmooth:
            return None
        return found if found.is_finite() else None

    def decided(self, point: Point) -> tuple[list[bool], Any] | None:
        """Return how the formula's steps and kinks are decided at a point and its value, None if that is irrational."""
        algebra = Deciding()
        try:
            value = read(self.formula, algebra, {**self.exact_data, **point})
        except (Irrational, ZeroDivisionError):
            return None
        return algebra.decided, value

    def exact_slopes(self, point: Point, piece: Sequence[bool]) -> dict[str, Fraction] | None:
        """Return a piece's derivatives at a point where they are rational, else None."""
        found = {}
        try:
            for name in point:
                dual = Smooth(Deciding(piece))
                moving = {**self.exact_data, **point, name: dual.variable(point[name])}
                slope = dual.slope(read(self.formula, dual, moving))
                if not isinstance(slope, int | Fraction):
                    return None
                found[name] = Fraction(slope)
        except (NotSmooth, Irrational, ZeroDivisionError):
            return None
        return found

    def passes(self, piece: Branch, point: Point) -> bool:
        """Whether a piece is no larger at a point than the objective is there, exactly."""
        here = self.decided(point)
        if here is None:
            return False
        if here[0] == piece.decided:
            return True
        try:
            value = read(self.formula, Deciding(piece.decided), {**self.exact_data, **point})
        except (Irrational, ZeroDivisionError):
            return False
        rational = isinstance(value, int | Fraction) and isinstance(here[1], int | Fraction)
        return rational and bool(value <= here[1])

    def falls_from(self, piece: Branch, point: Point, box: Box) -> bool:
        """Whether no direction from a point into a box leads up a piece at first, exactly."""
        slopes = self.exact_slopes(point, piece.decided)
        return slopes is not None and all(
            slope * (end - point[name]) <= 0 for name, slope in slopes.items() for end in box[name]
        )
