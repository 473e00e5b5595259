"""Menus of any number of items, as programs declare them, and small ones that break a property.

A sentence is about a few items: neighbours in the menu, and two that are further apart. That the constraints which
the sentences assume are declared is compared, as polynomials, for menus of a few sizes.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from typing import Any

import numpy as np

from ...formulations.algebra import Formula, read, roles_of
from ...formulations.data import Rule
from ...formulations.errors import MechproofError, UnsupportedModel
from ...formulations.language import Program
from ...solvers.readings.rationals import Irrational, Rationals
from ..claims.claim import Axiom
from ..kernel.polynomials import Polynomials
from ..kernel.ratio import UnreadableError
from .instances import POOL, Broken
from .samples import filled, fitting, rules_of

SIZES = (2, 3, 4)
"""For how many items the declared constraints are compared with what the sentences assume."""
ALIKE = Axiom(
    "declared alike",
    f"the constraints on neighbours, compared for {', '.join(map(str, SIZES))} items, are declared alike for more",
    "the declaration",
)
NEIGHBOURS = Axiom(
    "induction over items", "what goes on holding from one item to the next holds of every two items", "induction"
)


@dataclass(frozen=True, eq=False)
class Menu:
    """A program whose decisions are a menu's items."""

    model: Program

    @property
    def attack(self) -> str:
        """How buyers can combine versions, "" where the program is no menu of prices or they cannot."""
        named = {item.name for item in self.model.variables()}
        attack = getattr(self.model, "attack", "")
        return attack if attack in ("composition", "averaging") and "price" in named else ""

    @cached_property
    def utility(self) -> Formula | None:
        """The outcome that is a type's utility, by role of an item and of what a type knows of itself."""
        wanted = {**self.rules, **{item.name: None for item in self.model.variables()}}
        for name, formula in self.model.outcomes().items():
            if name.endswith("utility") and set(roles_of(formula)) <= set(wanted) and self.known(formula):
                return formula
        return None

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """The rules of the data."""
        return rules_of(self.model)

    def known(self, utility: Formula) -> tuple[str, ...]:
        """What a type knows of itself."""
        return tuple(name for name in roles_of(utility) if name in self.rules and self.rules[name].per)

    @property
    def items(self) -> tuple[str, ...]:
        """What an item consists of."""
        return tuple(decision.name for decision in self.model.variables())

    def of_size(self, size: int, draw: Callable[[], Fraction] | None = None) -> Program | None:
        """Return a program with so many items: data ascend from one on, or are drawn."""

        def numbers(name: str, rule: Rule) -> Any:
            if rule.per is None:
                return fitting(rule, draw() if draw else Fraction(size))
            first = 0 if rule.whole and rule.at_least == 0 else 1  # an index of one of the items
            return [fitting(rule, draw() if draw and first else Fraction(k + first)) for k in range(size)]

        made: Program | None = filled(self.model, numbers)
        return made

    def declares(self, expected: Callable[[Program, Any, Mapping[str, Any]], list[Any]]) -> None:
        """Make sure that constraints are declared, up to positive factors.

        Raises
        ------
        UnsupportedModel
            When one is not.
        """
        for size in SIZES:
            model = self.of_size(size)
            if model is None:
                raise UnsupportedModel(f"no small menu of {size} items was accepted; give an instance")
            reading = Polynomials()
            roles: dict[str, Any] = dict(model.read_in(Rationals()))
            for item in model.variables():
                several = [reading.variable(f"{item.name}_{k}") for k in range(np.size(item.upper))]
                roles[item.name] = np.array(several, dtype=object) if np.ndim(item.upper) else several[0]
            declared = {_scaled(reading, slack) for slack in _slacks(model, reading, roles)}
            missing = [slack for slack in expected(model, reading, roles) if _scaled(reading, slack) not in declared]
            if missing:
                raise UnsupportedModel("the constraints on neighbours are not declared, or not by these formulas")


def _slacks(model: Program, reading: Any, roles: Mapping[str, Any]) -> Iterator[Any]:
    for item in model.constraints():
        try:
            found = read(item.slack, reading, roles)
        except (UnreadableError, TypeError, ValueError):
            continue  # another constraint, such as a sum over all
        yield from np.atleast_1d(np.asarray(found, dtype=object)).tolist()


def _scaled(reading: Polynomials, slack: Any) -> Any:
    """Return a polynomial divided by the size of its first coefficient."""
    terms = sorted(reading.value(slack).numerator().items())
    size = abs(Fraction(terms[0][1])) if terms else Fraction(1)
    return tuple((monomial, Fraction(value) / size) for monomial, value in terms)


def broken_menu(menu: Menu, broken: Callable[[Any, Mapping[str, Any]], Any], seconds: float) -> Broken | None:
    """Return a small menu within its bounds that fulfils all constraints and breaks the property."""
    draw, deadline, turn = random.Random(0), time.perf_counter() + seconds, 0
    found = None
    while time.perf_counter() < deadline:
        turn += 1
        pool = POOL[: 2 + turn // 50]
        model = menu.of_size(2 + turn % 2, partial(draw.choice, pool))
        if model is None:
            continue
        roles: dict[str, Any] = dict(model.read_in(Rationals()))
        for item in model.variables():
            lower, upper = (np.asarray(side, dtype=object) for side in (item.lower, item.upper))
            part = [Fraction(draw.choice((0, 1, 2, 3, 4)), 4) for _ in range(np.size(upper))]
            exact = [
                Fraction(low) + (Fraction(high) - Fraction(low)) * step
                for low, high, step in zip(np.ravel(lower), np.ravel(upper), part, strict=True)
            ]
            roles[item.name] = np.array(exact, dtype=object) if upper.ndim else exact[0]
        relation = _judged(model, roles, broken)
        if relation is not None:
            values = {name: value for name, value in _flat(roles) if not isinstance(value, str)}
            if found is None or _weight(values) < _weight(found.values):
                found = Broken(values, *relation)
            if turn > 200:  # enough to have met smaller ones; any that was found refutes
                break
    return found


def _judged(model: Program, roles: Mapping[str, Any], broken: Callable[..., Any]) -> Any:
    try:
        for item in model.constraints():
            slacks = np.atleast_1d(read(item.slack, Rationals(), roles)).tolist()
            if any(slack != 0 if item.equality else slack < 0 for slack in slacks):
                return None
        return broken(model, roles)
    except (Irrational, ZeroDivisionError, MechproofError):
        return None


def _flat(roles: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in roles.items():
        if np.ndim(value):
            yield from ((f"{name}[{k}]", entry) for k, entry in enumerate(value))
        elif isinstance(value, Fraction):
            yield name, value


def _weight(values: Mapping[str, Fraction]) -> int:
    return sum(abs(value.numerator) + value.denominator for value in values.values())


def entry_of(value: Any, index: int) -> Any:
    """Return an item's part of a vector, or what is everybody's."""
    return value[index] if np.ndim(value) else value
