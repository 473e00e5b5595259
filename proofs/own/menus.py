"""Menus of any number of items, as programs declare them, and small ones that break a property.

A sentence is about a few items: neighbours in the menu, and two that are further apart. That the constraints which
the sentences assume are declared is compared, as polynomials, for menus of many sizes, in any order, with small data
and large ones.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.algebra import Formula, read, roles_of
from ...formulations.data import Rule
from ...formulations.errors import MechproofError, UnsupportedModel
from ...formulations.language import Decision, Program
from ...solvers.readings.rationals import Irrational, Literals
from ..claims.claim import Axiom
from ..kernel.polynomials import Polynomials
from ..kernel.ratio import UnreadableError
from .blanks import blanked
from .expressions import Expression, Tracing
from .instances import POOL, Broken
from .samples import filled, fitting, rules_of
from .traces import Trace, refused, trace_of
from .ways import Ways

SIZES = (2, 3, 4, 5, 6, 7, 8, 12)
"""For how many items the declared constraints are compared with what the sentences assume."""
FEW = (2, 3, 4)
"""How many items every menu can have; what has a largest size of its own is compared up to it."""
SHUFFLED = 4
"""Up to how many items the order, and the size of the data, is changed too."""
SCALES = (Fraction(1), Fraction(1000), Fraction(1, 50))
ALIKE = Axiom(
    "declared alike",
    f"the constraints on neighbours, compared for 2 to 8 and {SIZES[-1]} items, for up to {SHUFFLED} in any order, "
    "of all data and of each alone, and with data a thousand times as large, are declared alike for all",
    "the declaration",
)
NEIGHBOURS = Axiom(
    "induction over items", "what goes on holding from one item to the next holds of every two items", "induction"
)


@dataclass(frozen=True, eq=False)
class Menu:
    """A program whose decisions are a menu's items.

    `undeclared` says of questions why their answers' sentences do not speak of what is declared.
    """

    model: Program
    undeclared: Mapping[str, str] = field(default_factory=dict)

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
                return self._by_role(name)
        return None

    def _by_role(self, name: str) -> Formula:
        """Return an outcome as it is declared whatever the data are, and for every number of items.

        One that is no formula by role raises `UnsupportedModel` when it is read.
        """
        try:
            found = {self._traced(name, size) for size in SIZES}
        except UnsupportedModel as error:
            return refused(self.model.outcomes()[name], str(error))
        if len(found) > 1:
            return refused(self.model.outcomes()[name], f"{name} is another for more items")
        return found.pop().formula

    def _traced(self, name: str, size: int) -> Trace:
        ways = Ways()
        roles: dict[str, Any] = {item: Expression(ways, "role", item, each=True) for item in self.items}
        roles |= {key: Expression(ways, "role", key, each=rule.per is not None) for key, rule in self.rules.items()}
        blank = blanked(self.model, size, ways)
        return trace_of(ways, name, lambda: read(blank.outcomes()[name], Tracing(ways), roles))

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

    def made(
        self, places: Sequence[int], number: Callable[[Any], Fraction], apart: str = "", otherwise: Sequence[Any] = ()
    ) -> Program | None:
        """Return a program whose items' data are the numbers of these places, in their order; one may have another."""

        def numbers(name: str, rule: Rule) -> Any:
            if rule.per is None:
                return fitting(rule, number(otherwise[-1] if name == apart else len(places) - 1))
            order = otherwise if name == apart else places
            return [Fraction(place) if _is_place(rule) else fitting(rule, number(place)) for place in order]

        made: Program | None = filled(self.model, numbers)
        return made

    @cached_property
    def compared(self) -> tuple[Program, ...]:
        """Menus of all sizes; small ones in several orders, with small data and large ones.

        Raises
        ------
        UnsupportedModel
            When small ones are not accepted.
        """
        found = []
        for size in SIZES:
            up = tuple(range(size))
            made = self.made(up, lambda place: Fraction(place + 1))
            if made is None and size in FEW:
                raise UnsupportedModel(f"no small menu of {size} items was accepted; give an instance")
            found.append(made)
            for order in (up, up[::-1], (*up[1::2], *up[::2])) if size <= SHUFFLED else ():
                found += [self.made(order, lambda place, scale=scale: scale * (place + 1)) for scale in SCALES]  # type: ignore[misc]
            found += self._apart(up) if 2 < size <= SHUFFLED else ()
        return tuple(one for one in found if one is not None)

    def _apart(self, places: tuple[int, ...]) -> Iterator[Program | None]:
        """Yield menus in which one of the data is in another order, or of another size, than all others."""
        mixed = [1000 * place for place in (*places[1::2], *places[::2])]
        for name, rule in self.rules.items():
            ways: tuple[list[Any], ...] = ([1000], [SCALES[-1] - 1]) if rule.per is None else (mixed,)
            if not _is_place(rule):
                yield from (self.made(places, lambda place: Fraction(place + 1), name, way) for way in ways)

    def declares(self, expected: Callable[[Program, Any, Mapping[str, Any]], list[Any]]) -> None:
        """Make sure that constraints are declared, up to positive factors.

        Raises
        ------
        UnsupportedModel
            When one is not.
        """
        for model in self.compared:
            reading = Polynomials()
            roles: dict[str, Any] = dict(model.read_in(Literals()))
            for item in model.variables():
                several = [reading.variable(f"{item.name}_{k}") for k in range(np.size(item.upper))]
                roles[item.name] = np.array(several, dtype=object) if np.ndim(item.upper) else several[0]
            declared = {_scaled(reading, slack) for slack in _slacks(model, reading, roles)}
            missing = [slack for slack in expected(model, reading, roles) if _scaled(reading, slack) not in declared]
            if missing:
                raise UnsupportedModel("the constraints on neighbours are not declared, or not by these formulas")


def _is_place(rule: Rule) -> bool:
    """Whether each of these data is the place of one of the items."""
    return rule.whole and rule.at_least == 0


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
        model = menu.made(range(2 + turn % 2), lambda _, pool=pool: draw.choice(pool))  # type: ignore[misc]
        if model is None:
            continue
        roles = {**model.read_in(Literals()), **{item.name: _drawn(item, draw) for item in model.variables()}}
        relation = _judged(model, roles, broken)
        if relation is not None:
            values = {name: value for name, value in _flat(roles) if not isinstance(value, str)}
            if found is None or _weight(values) < _weight(found.values):
                found = Broken(values, *relation)
            if turn > 200:  # enough to have met smaller ones; any that was found refutes
                break
    return found


def _drawn(item: Decision, draw: random.Random) -> Any:
    """A decision at quarters of the way between its bounds."""
    lower, upper = (np.asarray(side, dtype=object) for side in (item.lower, item.upper))
    part = [Fraction(draw.choice((0, 1, 2, 3, 4)), 4) for _ in range(np.size(upper))]
    exact = Literals().vector(
        [
            Fraction(low) + (Fraction(high) - Fraction(low)) * step
            for low, high, step in zip(np.ravel(lower), np.ravel(upper), part, strict=True)
        ]
    )
    return exact if upper.ndim else exact[0]


def _judged(model: Program, roles: Mapping[str, Any], broken: Callable[..., Any]) -> Any:
    try:
        for item in model.constraints():
            slacks = np.atleast_1d(read(item.slack, Literals(), roles)).tolist()
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
