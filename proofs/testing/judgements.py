"""What must hold of every instance of a mechanism: each check returns what is wrong, or None."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.declaration import people_of
from ...formulations.errors import InputError
from ...formulations.language import Declaration, Model
from ...solvers.candidate import candidate
from ...solvers.evaluation import decisions_of, exact_values, float_values, to_floats
from ...solvers.solution import Solution
from ..properties.results import Item, Verdict
from .strategies import Refused

SAME = 1e-6
"""Outcomes read in doubles and exactly, or before and after a permutation, may differ by this much, relative to the
largest number of the solution."""


def refuted(solution: Solution) -> str | None:
    """Return why an answer is not one, if the certificate shows that."""
    certificate = solution.certificate
    if certificate.impossible or (certificate.feasible is not False and certificate.optimal is not False):
        return None
    wrong = "not feasible" if certificate.feasible is False else "not optimal"
    return f"the answer of {solution.backend} ({solution.claimed}) is {wrong}: {certificate.reason}"


def broken_promise(items: Sequence[Item]) -> str | None:
    """Return the first promise that is broken, in the words of its item."""
    broken = [item for item in items if item.verdict == Verdict.VIOLATED]
    return f"{broken[0].property} is {broken[0].verdict.value}: {broken[0].text}" if broken else None


def readings_differ(solution: Solution) -> str | None:
    """Return which outcome differs when the same decisions are read in doubles and exactly.

    Truth values are left out: at an edge they hang on the last digit.
    """
    decided = {item.name: solution.values[item.name] for item in decisions_of(solution.model)}
    stated = stated_in(solution)
    in_doubles = float_values(solution.model, decided)
    exactly = exact_values(solution.model, {name: _fractions(value) for name, value in stated.items()})
    return _difference(in_doubles, {name: to_floats(value) for name, value in exactly.items()}, "read exactly it is")


def order_matters(solution: Solution, people: tuple[str, ...]) -> str | None:
    """Return what is wrong with the answer when the same people come in the opposite order.

    The answer, turned round too, must not be refuted in the market of the people turned round, nor its outcomes differ.
    """
    model = solution.model
    assert isinstance(model, Model)
    turned = _turned_round(model, people)
    if turned is None:
        return None
    decided = stated_in(solution)
    turn = model.about in people
    try:
        answer = candidate(turned, **{name: _reversed(value, turn) for name, value in decided.items()})
    except InputError as error:
        return f"with the {people[0]}s in the opposite order the same answer is refused: {error}"
    wrong = refuted(answer)
    if wrong is not None:
        return f"with the {' and '.join(people)}s in the opposite order {wrong}"
    before = {name: _reversed(value, turn) for name, value in solution.values.items()}
    return _difference(before, dict(answer.values), "with the people in the opposite order it is")


def not_refused(refused: Refused) -> str | None:
    """Return what happens in place of a refusal that names the field."""
    data = ", ".join(f"{name}={value}" for name, value in refused.data.items())
    made = f"{refused.mechanism.__name__}({data}), with {refused.fields[0]} {refused.why},"
    try:
        refused.make()
    except InputError as error:
        if error.field.partition("[")[0] in refused.fields:
            return None
        return f"{made} is refused without naming {refused.fields[0]}: {error}"
    except Exception as error:  # whatever a class does in place of refusing is the finding
        return f"{made} raises {type(error).__name__} in place of InputError: {error}"
    return f"{made} is accepted"


def everybody(kind: type[Declaration]) -> tuple[str, ...]:
    """Return whom a mechanism's vectors have entries for."""
    found = [people_of(item) for item in fields(kind)]  # type: ignore[arg-type]
    return tuple(dict.fromkeys(per for per in found if per is not None))


def _turned_round(model: Model, people: tuple[str, ...]) -> Model | None:
    """Return the market with some of its vectors in the opposite order; None where that changes nothing."""
    given = {item.name: getattr(model, item.name) for item in fields(model)}
    turned = {
        item.name: given[item.name][::-1]
        for item in fields(model)
        if people_of(item) in people and given[item.name] is not None
    }
    return type(model)(**{**given, **turned}) if any(len(value) > 1 for value in turned.values()) else None


def _difference(one: Mapping[str, Any], other: Mapping[str, Any], how: str) -> str | None:
    numbers = {name: np.asarray(value) for name, value in one.items() if np.asarray(value).dtype != bool}
    largest = max((float(np.max(np.abs(value))) for value in numbers.values() if value.size), default=0.0)
    for name, value in numbers.items():
        apart = np.abs(np.asarray(value, dtype=float) - np.asarray(other[name], dtype=float))
        if apart.size and not float(np.max(apart)) <= SAME * largest:
            at = int(np.argmax(np.ravel(apart)))
            entry = f"{name}[{at}]" if np.ndim(value) else name
            return f"{entry} = {np.ravel(value)[at]:.12g}, but {how} {float(np.ravel(other[name])[at]):.12g}"
    return None


def stated_in(solution: Solution) -> dict[str, Any]:
    """Return the decisions as they are stated: exact numbers where they are, doubles in place of balls."""
    stated = {item.name: (solution.exact or solution.values)[item.name] for item in decisions_of(solution.model)}
    return {name: to_floats(value) if _enclosed(value) else value for name, value in stated.items()}


def _enclosed(value: Any) -> bool:
    """Whether numbers are balls, which nobody could hand in."""
    return any(not isinstance(entry, Fraction | int | float | np.generic) for entry in np.ravel(value).tolist())


def _reversed(value: Any, turn: bool) -> Any:
    return value[::-1] if turn and np.ndim(value) else value


def _fractions(value: Any) -> Any:
    if np.ndim(value) == 0:
        return _fraction(value)
    return np.array([_fraction(entry) for entry in value], dtype=object)


def _fraction(value: Any) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(float(value))
