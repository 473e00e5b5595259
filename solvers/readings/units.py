"""A program in the unit of money that suits it: its largest amount becomes about one, whatever money is counted in.

The unit of a declared number says how it changes. That a declaration keeps its meaning in another unit is tried at two
points, since a unit may be left out: its objective, bounds and rows must all change by factors. The unit is the largest
amount itself, and exact data are divided exactly: what a solver is handed is the same to the last digit, whatever money
is counted in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.algebra import read
from ...formulations.data import as_floats
from ...formulations.errors import MechproofError
from ...formulations.language import Declaration, Game, Model, Program
from .scaling import bounds_of, sample_points
from .vectors import Vectors

ALIKE = 1e-9
"""What counts as the same factor, relative; sums of doubles are better than that."""
Numbers = Mapping[str, Any]


@dataclass(frozen=True)
class InUnit:
    """A model with its money in a unit, and as it was declared."""

    model: Any
    declared: Any
    unit: float = 1.0

    def back(self, values: Numbers) -> dict[str, Any]:
        """Return decisions in the money of the declaration; one that is a number as it was handed over is that one."""
        assert isinstance(self.model, Model)
        powers = {item.name: _power(item.unit) or 0 for item in self.model.decisions()}
        return {name: self._back(value, powers.get(name, 0)) for name, value in values.items()}

    def _back(self, value: Any, power: int) -> Any:
        handed, meant = self._data(power)
        if not power or not len(handed):
            return value * self.unit**power
        place = np.minimum(np.searchsorted(handed, value), len(handed) - 1)
        found = np.where(handed[place] == value, meant[place], value * self.unit**power)
        return found if np.ndim(value) else float(found)

    def _data(self, power: int) -> tuple[Any, Any]:
        """The numbers of money to a power that a solver is handed, in order, and those that were declared."""
        names = [
            item.name
            for item in fields(self.declared)
            if (rule := item.metadata.get("rule")) is not None
            and getattr(self.declared, item.name) is not None
            and _power(rule.unit) == power
        ]
        handed, meant = (
            np.concatenate([np.zeros(0), *(as_floats(np.atleast_1d(getattr(model, name))) for name in names)])
            for model in (self.model, self.declared)
        )
        order = np.argsort(handed, kind="stable")
        return handed[order], meant[order]


def in_suitable_unit(model: Declaration) -> InUnit:
    """Return a program in its own unit of money; a model that is none, or that has no such unit, as it is.

    Examples
    --------
    >>> from mechproof.formulations.versions.pricing import VersionPricing
    >>> counted = in_suitable_unit(VersionPricing(epsilon=[1, 2], target=["3e-7", "5e-7"]))
    >>> [float(price) for price in counted.model.target], counted.back({"price": 1.0})
    ([0.6, 1.0], {'price': 5e-07})
    """
    if not isinstance(model, Program):
        return InUnit(model, model)
    largest = _largest_amount(model)
    if not largest > 0:
        return InUnit(model, model)
    unit = float(largest)
    try:
        counted = InUnit(_divided(model, largest), model, unit)
        return counted if _same(model, counted) else InUnit(model, model)
    except (MechproofError, TypeError, ValueError, ArithmeticError):
        return InUnit(model, model)


def _largest_amount(model: Program) -> Fraction:
    """Of what people have, which tells more than one number that may be a limit far from all of them; else of those."""
    amounts: dict[bool, list[Fraction]] = {True: [], False: []}
    for item in fields(model):
        value, rule = getattr(model, item.name), item.metadata.get("rule")
        if value is not None and np.size(value) and rule is not None and rule.unit == "money":
            amounts[rule.per is not None].append(max(abs(Fraction(x)) for x in np.ravel(value).tolist()))
    return max(amounts[True] or amounts[False], default=Fraction(0))


def _divided(model: Declaration, unit: Fraction) -> Declaration | None:
    """Return a declaration with its money in another unit; None where a unit is not known."""
    changed: dict[str, Any] = {}
    for item in fields(model):  # type: ignore[arg-type]
        value, rule = getattr(model, item.name), item.metadata.get("rule")
        if isinstance(value, Declaration):
            changed[item.name] = _divided(value, unit)
            if changed[item.name] is None:
                return None
        elif rule is not None and value is not None:
            power = _power(rule.unit)
            if power is None:
                return None
            if power:
                entries = np.asarray(value)
                exact = entries.dtype == object or not isinstance(entries.reshape(-1)[0], float)
                changed[item.name] = value / (unit if exact else float(unit)) ** power
    return replace(model, **changed)  # type: ignore[type-var]


def _power(unit: str) -> int | None:
    """The power of money in a unit, such as −1 in ε/money; None where a part of it is unknown."""
    parts = [part.strip() for part in unit.split("/")]
    if any(part not in ("1", "money", "ε") for part in parts):
        return None
    return (parts[0] == "money") - parts[1:].count("money")


def _same(model: Program, counted: InUnit) -> bool:
    """Whether a program and itself in another unit differ by factors alone, as far as two points tell."""
    other = counted.model
    if not isinstance(other, Program) or isinstance(other, Game):
        return False
    for here, there in zip(model.variables(), other.variables(), strict=True):
        for side, scaled in zip(bounds_of(here), bounds_of(there), strict=True):
            if not np.allclose(side, counted.back({here.name: scaled})[here.name], rtol=ALIKE, atol=0):
                return False
    factors: dict[str, Any] = {}
    for point, scaled in zip(sample_points(model), sample_points(other), strict=True):
        divisors = _formulas(other, scaled)
        for name, value in _formulas(model, point).items():
            with np.errstate(all="ignore"):
                ratio = np.asarray(value / divisors[name], dtype=np.float64)
            known = np.isfinite(ratio)
            before = factors.setdefault(name, ratio)
            if not (np.all(ratio[known] > 0) and np.allclose(ratio[known], before[known], rtol=1e-6, equal_nan=True)):
                return False
    return True


def _formulas(program: Program, point: Numbers) -> dict[str, Any]:
    """The objective and the constraints at a point."""
    algebra = Vectors()
    roles = {**program.read_in(algebra), **point}
    with np.errstate(all="ignore"):
        found = {item.name: np.atleast_1d(read(item.slack, algebra, roles)) for item in program.constraints()}
        return {"": np.atleast_1d(np.sum(read(program.objective(), algebra, roles))), **found}
