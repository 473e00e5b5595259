"""A declared program as a linear one over fractions: its formulas read at variables that can be added and scaled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.errors import UnsupportedModel
from ...formulations.language import Program
from ...solvers.linear.vertex import LinearProgram
from ...solvers.readings.program import ProgramReading
from ...solvers.readings.rationals import Rationals

MOST = 2000
"""Programs of more variables are not read."""


@dataclass(frozen=True, eq=False)
class Affine:
    """A constant and slopes by the places of variables. What is more than adding and scaling raises a TypeError."""

    constant: Fraction
    slopes: Mapping[int, Fraction]

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, Affine):
            return Affine(self.constant + other, self.slopes) if isinstance(other, int | Fraction) else NotImplemented
        places = dict.fromkeys([*self.slopes, *other.slopes])
        slopes = {place: self.slopes.get(place, 0) + other.slopes.get(place, Fraction(0)) for place in places}
        return Affine(self.constant + other.constant, slopes)

    __radd__ = __add__

    def __neg__(self) -> Affine:
        return Affine(-self.constant, {place: -slope for place, slope in self.slopes.items()})

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        if not isinstance(other, int | Fraction):
            return NotImplemented
        return Affine(self.constant * other, {place: slope * other for place, slope in self.slopes.items()})

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        return self * (1 / Fraction(other)) if isinstance(other, int | Fraction) else NotImplemented


@dataclass(frozen=True)
class Linear:
    """A linear program, min c x with rows of at least so much and x ≥ 0, and what its variables and rows are called."""

    name: str
    program: LinearProgram
    constant: Fraction
    variables: tuple[str, ...]
    rows: tuple[str, ...]


def linear_form(model: Any) -> Linear:
    """Return the model as a linear program: itself, or the first of its forms that is one.

    Raises
    ------
    UnsupportedModel
        When neither is.

    Examples
    --------
    >>> import mechproof as mp
    >>> linear_form(mp.VersionPricing([1, 2], [3, 4], loss="absolute")).name
    'split-residuals'
    """
    if not isinstance(model, Program):
        raise UnsupportedModel(f"{type(model).__name__} is no program, and so no linear one; a VersionRevenue is one")
    tried = [(type(model).__name__, model), *((form.name, form.program) for form in model.forms())]
    for name, program in tried:
        found = _linear(name, program)
        if found is not None:
            return found
    raise UnsupportedModel(
        f"{type(model).__name__} is no linear program of any numbers from 0 on, nor is any form of it; "
        "a VersionPricing with loss='absolute' is one"
    )


def _linear(name: str, program: Program) -> Linear | None:
    """Return a program that is linear, None if it is not; of whole numbers, or those of a set, none is."""
    decisions = program.variables()
    if any(item.discrete for item in decisions):
        return None
    if sum(np.size(item.lower) for item in decisions) > MOST or any(np.min(item.lower) < 0 for item in decisions):
        return None
    names: list[str] = []
    values: dict[str, Any] = {}
    for item in decisions:
        places = range(len(names), len(names) + int(np.size(item.lower)))
        entries = [Affine(Fraction(0), {place: Fraction(1)}) for place in places]
        values[item.name] = np.array(entries, dtype=object) if np.ndim(item.lower) else entries[0]
        names += [f"{item.name}_{k}" for k in range(len(entries))]
    reading = ProgramReading(program, Rationals())
    try:
        objective = Affine(Fraction(0), {}) + reading.objective(values)
        slacks = {key: np.ravel(np.asarray(slack, dtype=object)) for key, slack in reading.constraints(values).items()}
        return _gathered(name, program, names, objective, slacks)
    except (UnsupportedModel, TypeError, AttributeError):  # asked for more than adding and scaling
        return None


def _gathered(name: str, program: Program, names: list[str], objective: Affine, slacks: Mapping[str, Any]) -> Linear:
    rows: list[tuple[str, dict[int, Fraction], Fraction]] = []
    for item in program.constraints():
        called = "_".join(item.name.split())  # a file's words end at spaces
        for k, slack in enumerate(slacks[item.name]):
            slopes = {place: slope for place, slope in slack.slopes.items() if slope}
            rows.append((f"{called}_{k}", slopes, -slack.constant))
            if item.equality:
                opposite = {place: -slope for place, slope in slopes.items()}
                rows.append((f"{called}_{k}_below", opposite, slack.constant))
    for place, (least, most) in enumerate(_bounds(program)):
        rows += [(f"least_{names[place]}", {place: Fraction(1)}, Fraction(least))] if least else []
        rows += [(f"upper_{names[place]}", {place: Fraction(-1)}, -Fraction(most))] if np.isfinite(float(most)) else []
    cost = [Fraction(objective.slopes.get(place, 0)) for place in range(len(names))]
    data = LinearProgram(cost, [row for _, row, _ in rows], [least for _, _, least in rows])
    return Linear(name, data, objective.constant, tuple(names), tuple(row for row, _, _ in rows))


def _bounds(program: Program) -> Iterator[tuple[Any, Any]]:
    """The bounds of all variables, by their places."""
    for item in program.variables():
        ends = (np.ravel(np.asarray(end, dtype=object)) for end in np.broadcast_arrays(item.lower, item.upper))
        yield from zip(*ends, strict=True)


def named(values: Mapping[int, Fraction]) -> str:
    """Return slopes by place as VIPR writes them: how many, then each place with its number."""
    return " ".join([str(len(values)), *(f"{place} {value}" for place, value in sorted(values.items()))])
