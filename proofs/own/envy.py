"""Whether anybody can prefer another type's item where no neighbour does: for menus of any number of types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise, product
from typing import Any

from ...formulations.algebra import Formula, read, roles_of
from ...formulations.data import Rule
from ...formulations.errors import UnsupportedModel
from ...solvers.readings.rationals import Literals
from ..kernel.sentence import Relation, Sentence, above, at_least, by_roles
from .menus import ALIKE, NEIGHBOURS, Menu, broken_menu, entry_of
from .questions import Part, Question, Route


def incentive_compatible(menu: Menu) -> Question:
    """Whether nobody prefers the item meant for another type."""
    statement = "No type prefers an item that is meant for another, for every number of types"
    name, utility = "incentive-compatibility", menu.utility
    assert utility is not None
    look = partial(broken_menu, menu, _envy(menu, utility))
    known = menu.known(utility)
    if reason := menu.undeclared.get(name):
        return Question(name, f"{statement}.", look=look, reason=reason)
    text = f"No type prefers an item that is meant for a type of another {known[0]}, for every number of types"
    route = Route("neighbours", text, _from_neighbours(menu, utility, known[0]), (ALIKE, NEIGHBOURS))
    return Question(name, f"{statement}.", (route,), look=look)


def check_neighbours(menu: Menu) -> None:
    """Make sure that no type may envy its neighbours.

    Raises
    ------
    UnsupportedModel
        When it may, or types have no order.
    """
    assert menu.utility is not None
    known = menu.known(menu.utility)
    if len(known) != 1:
        raise UnsupportedModel(f"types differ in {', '.join(known)}; of one number an order could be made")
    menu.declares(partial(_no_envy, menu.utility, known[0]))


def _no_envy(utility: Formula, known: str, model: Any, a: Any, roles: Mapping[str, Any]) -> list[Any]:
    """What types would lose by taking their neighbours' items."""

    def value(item: int, kind: int) -> Any:
        mine = {name: entry_of(value, item) for name, value in roles.items()}
        return read(utility, a, {**mine, known: roles[known][kind]})

    rising = list(pairwise(sorted(range(len(roles[known])), key=list(roles[known]).__getitem__)))
    pairs = [*rising, *((item, kind) for kind, item in rising)]
    return [value(kind, kind) - value(item, kind) for kind, item in pairs]


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

    def ordered(low: str, high: str, relation: Callable[[Any, Any], Relation]) -> Formula:
        names = (f"{known}_{low}", f"{known}_{high}")
        return by_roles(names, lambda a, given: relation(given[names[1]], given[names[0]]))

    parts: dict[str, Part] = {}
    for way, low, high in (
        ("dearer", ("own", "there"), ("there", "next")),
        ("cheaper", ("there", "own"), ("next", "there")),
    ):
        given = {
            **bounded(menu.rules[known], known, ("own", "there", "next")),
            "own and there in order": ordered(*low, at_least),
            "there and next in order": ordered(*high, above),
            "there does not envy next": prefers("there", "next", "there"),
            "next does not envy there": prefers("next", "there", "next"),
            "own does not envy there": prefers("own", "there", "own"),
        }
        parts[f"nor the next of a {way} type"] = Sentence(given, prefers("own", "next", "own"))
    return parts


def bounded(rule: Rule, known: str, places: tuple[str, ...]) -> dict[str, Formula]:
    """That what types know of themselves keeps its lower bound, if it has any."""
    least, relation = (rule.at_least, at_least) if rule.above is None else (rule.above, above)
    names = {f"{known} of {place}": f"{known}_{place}" for place in places}
    return {
        text: by_roles((name,), lambda a, given, name=name: relation(given[name], least))
        for text, name in (names.items() if least is not None else ())
    }


def _envy(menu: Menu, utility: Formula) -> Callable[[Any, Mapping[str, Any]], Any]:
    """Return the test whether somebody prefers another type's item."""
    known = menu.known(utility)

    def broken(model: Any, roles: Mapping[str, Any]) -> Any:
        def value(item: int, kind: int) -> Any:
            there = {name: entry_of(value, item) for name, value in roles.items()}
            return read(utility, Literals(), {**there, **{name: roles[name][kind] for name in known}})

        for kind, item in product(range(len(roles[known[0]])), repeat=2):
            if value(kind, kind) < value(item, kind):
                return Relation(
                    value(kind, kind), ">=", value(item, kind)
                ), f"type {kind} takes the item of type {item}"
        return None

    return broken
