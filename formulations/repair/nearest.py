"""The nearest sound decisions to somebody's own, as a program: least in money, and linear in what must hold.

A change is worth money to whom it belongs (`Model.in_money`): a payment itself, a privacy budget its owner's cost. So
units change nothing. A type of m owners counts m times. The distance is the sum of all these amounts, the root of the
sum of their squares, or the largest of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from ..algebra import Algebra, Formula, asking, read, roles_of
from ..declaration import choice
from ..language import Constraint, Decision, Form, Model, Program

NORMS = ("1", "2", "inf")
"""The sum of all changes, the root of the sum of their squares, the largest of them."""
IN_DOUBLES = "optimal in doubles"
"""What is claimed of an answer that was not made exact."""
EXACTLY = np.frompyfunc(Fraction, 1, 1)
FARTHEST = "farthest"
"""The variable that no change exceeds, under the norm "inf"."""


class Nearest(Program):
    """The least change of a model's stated decisions that keeps some rows.

    Decisions that do not move are data. The objective is the distance; under the norm "2" its square.

    Parameters
    ----------
    model
        Whose decisions they are, and whose data.
    stated
        Every decision as it was stated.
    bounds
        The decisions that move, between bounds that every sound decision keeps, or every one that may be nearest.
    sound
        The rows to be kept, each linear in the decisions.
    norm
        "1", "2" or "inf".

    Examples
    --------
    >>> from mechproof.formulations.contract.declaration import PrivacyContract
    >>> from mechproof.formulations.repair.contract import nearest_menu
    >>> printed = {"epsilon": np.array([2, 1, 0.5]), "payment": np.array([1, 1, 1])}
    >>> program = nearest_menu(PrivacyContract(["1/2", 1, 2], [10] * 3, 30), printed, ("pool",), "1")
    >>> [item.name for item in program.variables()], [item.name for item in program.constraints()]
    (['epsilon', 'payment'], ['incentive_compatibility', 'individual_rationality', 'budget_balance'])
    """

    model: Model
    stated: Mapping[str, Any]
    bounds: tuple[Decision, ...]
    sound: tuple[Constraint, ...]
    norm: str = choice(*NORMS, default="1")

    default_backend = "nearest"

    @property
    def about(self) -> str:
        """What the model's entries belong to."""
        return self.model.about

    def people(self) -> tuple[str, ...] | None:
        """Return the model's."""
        return self.model.people()

    def variables(self) -> tuple[Decision, ...]:
        """Return the decisions that move, and what no change exceeds."""
        return (*self.bounds, *self._farthest)

    def read_in(self, algebra: Algebra) -> dict[str, Any]:
        """Return the model's data, and the decisions that do not move."""
        moving = {item.name for item in self.bounds}
        kept = {name: _read(algebra, value) for name, value in self.stated.items() if name not in moving}
        return {**self.model.read_in(algebra), **kept}

    def changes(self, a: Algebra, name: str, value: Any, roles: Mapping[str, Any]) -> Any:
        """What a decision's entries have changed by, in money of one owner; more is positive."""
        worth = self.model.in_money()[name]
        return read(worth, a, {**roles, name: value - _read(a, self.stated[name])})

    def objective(self) -> Formula:
        """Return the distance, or its square."""
        if self.norm == "inf":
            return farthest_change
        power = "absolute" if self.norm == "1" else "square"

        def distance(a: Algebra, **roles: Any) -> Any:
            parts = [
                _total(
                    a, self.model.headcount(), getattr(a, power)(self.changes(a, item.name, roles[item.name], roles))
                )
                for item in self.bounds
            ]
            return sum(parts[1:], parts[0])

        return self._asking(distance)

    def constraints(self) -> tuple[Constraint, ...]:
        """Return what must hold, and that no change exceeds the largest."""
        if self.norm != "inf":
            return self.sound
        capped = [
            Constraint(f"{item.name}_{side}", self._asking(self._within(item.name, sign), FARTHEST))
            for item in self.bounds
            for side, sign in (("not_raised_more", 1), ("not_lowered_more", -1))
        ]
        return (*self.sound, *capped)

    def _within(self, name: str, sign: int) -> Formula:
        return lambda a, **roles: roles[FARTHEST] - sign * self.changes(a, name, roles[name], roles)

    def _asking(self, formula: Formula, *more: str) -> Formula:
        """Return a formula that asks for the decisions that move, and for what their worth asks for."""
        asked = [role for item in self.bounds for role in roles_of(self.model.in_money()[item.name])]
        return asking([*(item.name for item in self.bounds), *asked, *more], formula)

    @property
    def _farthest(self) -> tuple[Decision, ...]:
        if self.norm != "inf":
            return ()
        reach = max(np.max(abs(np.asarray(ends, dtype=float))) for ends in self._reaches())
        return (Decision(FARTHEST, 0.0, float(2 * reach) or 1.0, unit="money"),)

    def _reaches(self) -> list[Any]:
        """What changes there are at both ends of the bounds, in money, in doubles."""
        from_data = {name: np.asarray(value) for name, value in self.read_in(_Doubles()).items()}  # type: ignore[arg-type]
        plain: Any = _Doubles()
        return [
            self.changes(plain, item.name, np.asarray(side, dtype=float), from_data)
            for item in self.bounds
            for side in (item.lower, item.upper)
        ]

    def forms(self) -> tuple[Form, ...]:
        """Return the program without kinks, which splits each change; the other norms have none."""
        if self.norm != "1":
            return ()
        split = SplitChanges(self)
        return (Form("split-changes", split, {item.name: split.moved(item.name) for item in self.bounds}),)


class SplitChanges(Program):
    """The nearest decisions in the sum of all changes, with what each is raised and lowered by as variables."""

    whole: Nearest

    def variables(self) -> tuple[Decision, ...]:
        """Return what each decision is raised and lowered by."""
        parts = []
        for item in self.whole.bounds:
            stated = np.asarray(self.whole.stated[item.name])
            # a bound in doubles beside exact numbers would leave changes that are rounded
            lower, upper = (EXACTLY(end) if stated.dtype == object else end for end in (item.lower, item.upper))
            up, down = upper - stated, stated - lower
            for side, room, back in (("raised", up, down), ("lowered", down, up)):
                # what was stated beyond a bound must come back to it
                ends = np.maximum(-back, 0), np.maximum(room, 0)
                parts.append(Decision(f"{item.name}_{side}", *ends, unit=item.unit))
        return tuple(parts)

    def read_in(self, algebra: Algebra) -> dict[str, Any]:
        """Return the program's data."""
        return self.whole.read_in(algebra)

    def moved(self, name: str) -> Formula:
        """Return the decision: what was stated, and what it is raised and lowered by."""
        stated, raised, lowered = self.whole.stated[name], f"{name}_raised", f"{name}_lowered"
        return asking([raised, lowered], lambda a, **parts: _read(a, stated) + parts[raised] - parts[lowered])

    def objective(self) -> Formula:
        """Return the sum of all changes."""
        names = [item.name for item in self.whole.bounds]
        worth = self.whole.model.in_money()

        def total(a: Algebra, **roles: Any) -> Any:
            parts = [
                _total(
                    a,
                    self.whole.model.headcount(),
                    read(worth[name], a, {**roles, name: roles[f"{name}_raised"] + roles[f"{name}_lowered"]}),
                )
                for name in names
            ]
            return sum(parts[1:], parts[0])

        data = [role for name in names for role in roles_of(worth[name]) if role not in names]
        return asking([item.name for item in self.variables()] + data, total)

    def constraints(self) -> tuple[Constraint, ...]:
        """Return the rows of the decisions, and that they keep their bounds."""
        return tuple(
            Constraint(item.name, self._of_parts(item.slack), item.equality) for item in self.whole.constraints()
        )

    def _of_parts(self, slack: Formula) -> Formula:
        names = [item.name for item in self.whole.bounds]
        parts = [item.name for item in self.variables()]

        def row(a: Algebra, **roles: Any) -> Any:
            there = {name: read(self.moved(name), a, roles) for name in names}
            return read(slack, a, {**roles, **there})

        return asking([*parts, *(role for role in roles_of(slack) if role not in names)], row)


def change(a: Algebra, raised: Any, lowered: Any) -> Any:
    """What a number that is raised and lowered has changed by."""
    return raised - lowered


def size_of_change(a: Algebra, worth: Any, raised: Any, lowered: Any) -> Any:
    """What a change is worth in money, in whichever direction, where only one of its parts is not zero."""
    return worth * (raised + lowered)


def farthest_change(a: Algebra, farthest: Any) -> Any:
    """The largest of all changes, in money."""
    return farthest


class _Doubles:
    """The least of an algebra, for sizes."""

    number = staticmethod(float)
    vector: Callable[[Any], Any] = staticmethod(lambda value: np.asarray(value, dtype=float))


def _read(algebra: Algebra, value: Any) -> Any:
    return algebra.vector(value) if np.ndim(value) else algebra.number(value)


def _total(a: Algebra, headcount: Any, amount: Any) -> Any:
    """The sum over all owners."""
    many = _read(a, headcount) if np.ndim(headcount) else headcount
    return a.sum(many * amount) if np.ndim(amount) or np.shape(amount) else many * amount
