"""What is asked of a program that declares a menu: that no bundle undercuts a price, that nobody envies another type.

A menu has any number of items, and a sentence is about a few: neighbours in the menu, and two that are further apart.
That the constraints which the sentences assume are declared is compared, as polynomials, for menus of a few sizes.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from itertools import product
from typing import Any

import numpy as np

from ..formulations.algebra import Formula, read, roles_of
from ..formulations.data import Rule
from ..formulations.errors import MechproofError, UnsupportedModel
from ..formulations.language import Program
from ..formulations.menu import monotone_slack, proportional_slack, version_weight
from ..solvers.readings.rationals import Irrational, Rationals
from .automatic_instances import POOL, Broken
from .automatic_questions import Part, Question, Route
from .automatic_samples import filled, fitting, rules_of
from .claim import Axiom
from .polynomials import Polynomials, UnreadableError
from .sentence import Induction, Relation, Sentence, above, at_least, at_most, by_roles

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
BUNDLES = Axiom("induction over bundles", "what goes on holding with one item more holds of every bundle", "induction")


def program_questions(model: Program) -> Iterator[tuple[str, Callable[[], Question]]]:
    """Return what is asked of a program, by name."""
    menu = Menu(model)
    if menu.attack:
        yield "arbitrage-free", partial(arbitrage_free, menu)
    if menu.utility is not None:
        yield "incentive-compatibility", partial(incentive_compatible, menu)


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

    def declares(self, expected: Callable[[Program, Polynomials, Mapping[str, Any]], list[Any]]) -> None:
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


def _slacks(model: Program, reading: Polynomials, roles: Mapping[str, Any]) -> Iterator[Any]:
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


def arbitrage_free(menu: Menu) -> Question:
    """Whether no bundle that makes up for a version costs less than the version."""
    statement = "No bundle of versions that makes up for a version costs less than it, for every number of versions"
    name = "arbitrage-free"
    look = partial(_look, menu, _undercut(menu))
    if not menu.model.constraints():
        return Question(name, f"{statement}.", reason="the prices that are allowed are not declared as constraints")
    try:
        menu.declares(partial(_cone, menu.attack))
    except UnsupportedModel as error:
        return Question(name, f"{statement}.", look=look, reason=str(error))
    parts = _safe(menu.attack)
    return Question(name, f"{statement}.", (Route("cone", statement, parts, (ALIKE, NEIGHBOURS, BUNDLES)),), look=look)


def _cone(attack: str, model: Any, a: Polynomials, roles: Mapping[str, Any]) -> list[Any]:
    """The slacks of neighbours in ascending order of budgets."""
    price, weight = roles["price"], [version_weight(a, epsilon, attack) for epsilon in roles["epsilon"]]
    pairs = [(k, k + 1) for k in range(len(price) - 1)]
    rising = [monotone_slack(a, price[k], price[n]) for k, n in pairs]
    return [*rising, *(proportional_slack(a, price[k], weight[k], price[n], weight[n]) for k, n in pairs)]


def _safe(attack: str) -> dict[str, Part]:
    """The sentences: weights rise; what holds of two versions holds on to the next; no bundle undercuts."""
    rises = Sentence(
        {
            "ε > 0": lambda a, epsilon: above(epsilon, 0),
            "ε′ > ε": lambda a, epsilon, next_epsilon: above(next_epsilon, epsilon),
        },
        lambda a, epsilon, next_epsilon: above(
            version_weight(a, next_epsilon, attack), version_weight(a, epsilon, attack)
        ),
        (lambda a, epsilon: above(version_weight(a, epsilon, attack), 0),),
    )
    apart: dict[str, Formula] = {
        "x₀ > 0": lambda a, first_weight: above(first_weight, 0),
        "x ≥ x₀": lambda a, weight, first_weight: at_least(weight, first_weight),
        "x′ > x": lambda a, weight, next_weight: above(next_weight, weight),
        "v₀ ≥ 0": lambda a, first_price: at_least(first_price, 0),
        "v₀ ≤ v": lambda a, first_price, price: at_most(first_price, price),
        "v₀ x ≥ v x₀": lambda a, first_price, weight, price, first_weight: at_least(
            first_price * weight, price * first_weight
        ),
        "v rises": lambda a, price, next_price: at_least(monotone_slack(a, price, next_price), 0),
        "v/x does not": lambda a, price, weight, next_price, next_weight: at_least(
            proportional_slack(a, price, weight, next_price, next_weight), 0
        ),
    }
    bundle = Induction(
        {"weights": lambda a, weight: weight, "costs": lambda a, price: price},
        (
            lambda a, weights: at_least(weights, 0),
            lambda a, weights, costs, wanted_weight, wanted_price: at_least(
                costs * wanted_weight, wanted_price * a.minimum(weights, wanted_weight)
            ),
        ),
        given={
            "x > 0": lambda a, wanted_weight: above(wanted_weight, 0),
            "v ≥ 0": lambda a, wanted_price: at_least(wanted_price, 0),
        },
        member={
            "xᵢ > 0": lambda a, weight: above(weight, 0),
            "vᵢ ≥ v where xᵢ ≥ x, vᵢ/xᵢ ≥ v/x where xᵢ ≤ x": lambda a, price, weight, wanted_price, wanted_weight: (
                at_least(price * wanted_weight, wanted_price * a.minimum(weight, wanted_weight))
            ),
        },
        closing={"the bundle makes up for it": lambda a, weights, wanted_weight: at_least(weights, wanted_weight)},
        goal=lambda a, costs, wanted_price: at_least(costs, wanted_price),
    )
    return {
        "weights rise with ε": rises,
        "dearer, from a version to the next": Sentence(
            apart, lambda a, first_price, next_price: at_most(first_price, next_price)
        ),
        "cheaper per weight, from a version to the next": Sentence(
            apart,
            lambda a, first_price, next_weight, next_price, first_weight: at_least(
                first_price * next_weight, next_price * first_weight
            ),
        ),
        **{f"bundle: {name}": sentence for name, sentence in bundle.sentences().items()},
    }


def incentive_compatible(menu: Menu) -> Question:
    """Whether nobody prefers the item meant for another type."""
    statement = "No type prefers an item that is meant for another, for every number of types"
    name, utility = "incentive-compatibility", menu.utility
    assert utility is not None
    look = partial(_look, menu, _envy(menu, utility))
    known = menu.known(utility)
    try:
        if len(known) != 1:
            raise UnsupportedModel(f"types differ in {', '.join(known)}; of one number an order could be made")
        menu.declares(partial(_no_envy, utility, known[0]))
    except UnsupportedModel as error:
        return Question(name, f"{statement}.", look=look, reason=str(error), promise=name)
    text = f"No type prefers an item that is meant for a type of another {known[0]}, for every number of types"
    route = Route("neighbours", text, _from_neighbours(menu, utility, known[0]), (ALIKE, NEIGHBOURS))
    return Question(name, f"{statement}.", (route,), look=look, promise=name)


def _no_envy(utility: Formula, known: str, model: Any, a: Polynomials, roles: Mapping[str, Any]) -> list[Any]:
    """What types would lose by taking their neighbours' items."""

    def value(item: int, kind: int) -> Any:
        mine = {name: _entry(value, item) for name, value in roles.items()}
        return read(utility, a, {**mine, known: roles[known][kind]})

    count = len(roles[known])
    pairs = [(k, k + step) for k in range(count) for step in (-1, 1) if 0 <= k + step < count]
    return [value(kind, kind) - value(item, kind) for kind, item in pairs]


def _entry(value: Any, index: int) -> Any:
    return value[index] if np.ndim(value) else value


def _from_neighbours(menu: Menu, utility: Formula, known: str) -> dict[str, Part]:
    """From no envy of neighbours to no envy of the next item beyond, on either side."""
    items = [name for name in roles_of(utility) if name in menu.items]
    common = [name for name in roles_of(utility) if name not in (*items, known)]
    roles = [f"{name}_{place}" for name in (*items, known) for place in ("own", "there", "next")] + common

    def value(a: Any, given: Mapping[str, Any], item: str, kind: str) -> Any:
        chosen = {name: given[f"{name}_{item}"] for name in items}
        return read(utility, a, {**{name: given[name] for name in common}, **chosen, known: given[f"{known}_{kind}"]})

    def prefers(item: str, other: str, kind: str) -> Formula:
        return by_roles(
            tuple(roles), lambda a, given: at_least(value(a, given, item, kind), value(a, given, other, kind))
        )

    def ordered(low: str, high: str, strict: bool) -> Formula:
        names = (f"{known}_{low}", f"{known}_{high}")
        return by_roles(names, lambda a, given: (above if strict else at_least)(given[names[1]], given[names[0]]))

    rule = menu.rules[known]
    least = rule.above if rule.above is not None else rule.at_least
    parts: dict[str, Part] = {}
    for way, low, high in (
        ("dearer", ("own", "there"), ("there", "next")),
        ("cheaper", ("there", "own"), ("next", "there")),
    ):
        given: dict[str, Formula] = {}
        if least is not None:
            for place in ("own", "there", "next"):
                given[f"{known} of {place}"] = by_roles(
                    (f"{known}_{place}",),
                    lambda a, g, place=place: (above if rule.above is not None else at_least)(
                        g[f"{known}_{place}"], least
                    ),
                )
        given |= {
            "own and there in order": ordered(*low, strict=False),
            "there and next in order": ordered(*high, strict=True),
            "there does not envy next": prefers("there", "next", "there"),
            "next does not envy there": prefers("next", "there", "next"),
            "own does not envy there": prefers("own", "there", "own"),
        }
        parts[f"nor the next of a {way} type"] = Sentence(given, prefers("own", "next", "own"))
    return parts


def _undercut(menu: Menu) -> Callable[[Any, Mapping[str, Any]], Any]:
    """Return the test whether a bundle of up to four copies of two versions undercuts a price."""

    def broken(model: Any, roles: Mapping[str, Any]) -> Any:
        price = roles["price"]
        weight = [version_weight(Rationals(), epsilon, menu.attack) for epsilon in roles["epsilon"]]
        for wanted, one, other in product(range(len(price)), repeat=3):
            for copies, more in product(range(5), range(3)):
                heavy = copies * weight[one] + more * weight[other] >= weight[wanted]
                cost = copies * price[one] + more * price[other]
                if heavy and cost < price[wanted]:
                    told = f"{copies} × version {one} and {more} × version {other} make up for version {wanted}"
                    return Relation(cost, ">=", price[wanted]), told
        return None

    return broken


def _envy(menu: Menu, utility: Formula) -> Callable[[Any, Mapping[str, Any]], Any]:
    """Return the test whether somebody prefers another type's item."""
    known = menu.known(utility)

    def broken(model: Any, roles: Mapping[str, Any]) -> Any:
        def value(item: int, kind: int) -> Any:
            there = {name: _entry(value, item) for name, value in roles.items()}
            return read(utility, Rationals(), {**there, **{name: roles[name][kind] for name in known}})

        for kind, item in product(range(len(roles[known[0]])), repeat=2):
            if value(kind, kind) < value(item, kind):
                return Relation(
                    value(kind, kind), ">=", value(item, kind)
                ), f"type {kind} takes the item of type {item}"
        return None

    return broken


def _look(menu: Menu, broken: Callable[[Any, Mapping[str, Any]], Any], seconds: float) -> Broken | None:
    """Return a small menu within its bounds that fulfils all constraints and breaks the property."""
    draw, deadline, turn = random.Random(0), time.perf_counter() + seconds, 0
    found = None
    while time.perf_counter() < deadline:
        turn += 1
        pool = POOL[: 2 + turn // 50]
        model = menu.of_size(2 + turn % 2, lambda pool=pool: draw.choice(pool))  # type: ignore[misc]
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
            if turn > 200:
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
