"""Whether a menu's types all keep at least nothing: declared of each, or of the last one whom none before it envies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ...formulations.algebra import Formula, read, roles_of
from ...formulations.errors import UnsupportedModel
from ...solvers.readings.rationals import Literals
from ..kernel.sentence import Relation, Sentence, at_least, by_roles
from .envy import bounded, check_neighbours
from .menus import ALIKE, NEIGHBOURS, Menu, broken_menu, entry_of
from .questions import Part, Question, Route

OF_ALL, OF_ONE = "rational for all", "rational for the last"
"""What is compared of a declaration: that each type keeps at least nothing, or the type of the largest number."""


def individually_rational(menu: Menu) -> Question:
    """Whether no type keeps less than nothing by its own item."""
    name, utility = "individual-rationality", menu.utility
    statement = "No type keeps less than nothing by its own item, for every number of types"
    assert utility is not None
    look = partial(broken_menu, menu, _losing(menu, utility))
    if OF_ALL not in menu.undeclared:
        held = {"what is declared of each": Sentence({"declared": _keeps(utility)}, _keeps(utility))}
        return Question(name, f"{statement}.", (Route("declared of each type", statement, held, (ALIKE,)),), look=look)
    if reason := menu.undeclared.get(OF_ONE):
        return Question(name, f"{statement}.", look=look, reason=reason)
    known = menu.known(utility)[0]
    text = f"{statement}: whoever has the largest {known} keeps at least nothing, and nobody envies the next"
    route = Route("from the last type to the first", text, _from_the_next(menu, utility, known), (ALIKE, NEIGHBOURS))
    return Question(name, f"{statement}.", (route,), look=look)


def check_rational_for_all(menu: Menu) -> None:
    """Make sure that each type is declared to keep at least nothing.

    Raises
    ------
    UnsupportedModel
        When one is not.
    """
    menu.declares(partial(_kept, menu.utility))


def check_rational_for_the_last(menu: Menu) -> None:
    """Make sure that the type of the largest number is, and that no type may envy its neighbours."""
    assert menu.utility is not None
    check_neighbours(menu)
    known = menu.known(menu.utility)[0]

    def last(model: Any, a: Any, roles: Mapping[str, Any]) -> list[Any]:
        largest = max(range(len(roles[known])), key=list(roles[known]).__getitem__)
        return [_kept(menu.utility, model, a, roles)[largest]]

    try:
        menu.declares(last)
    except UnsupportedModel:
        raise UnsupportedModel(f"that the type of the largest {known} keeps at least nothing is not declared") from None


def _kept(utility: Any, _: Any, a: Any, roles: Mapping[str, Any]) -> list[Any]:
    """What each type keeps of its own item."""
    several = next(
        len(value) for name, value in roles.items() if name in roles_of(utility) and hasattr(value, "__len__")
    )
    return [read(utility, a, {name: entry_of(value, k) for name, value in roles.items()}) for k in range(several)]


def _keeps(utility: Formula) -> Formula:
    return by_roles(roles_of(utility), lambda a, given: at_least(read(utility, a, given), 0))


def _from_the_next(menu: Menu, utility: Formula, known: str) -> dict[str, Part]:
    """From the next type's keeping at least nothing to one's own, whose number is no larger."""
    items = [name for name in roles_of(utility) if name in menu.items]
    common = [name for name in roles_of(utility) if name not in (*items, known)]
    roles = (*(f"{name}_{place}" for name in (*items, known) for place in ("own", "next")), *common)

    def value(a: Any, given: Mapping[str, Any], item: str, kind: str) -> Any:
        chosen = {name: given[f"{name}_{item}"] for name in items}
        return read(utility, a, {**{name: given[name] for name in common}, **chosen, known: given[f"{known}_{kind}"]})

    def says(left: tuple[str, str], right: tuple[str, str] | None) -> Formula:
        return by_roles(
            roles, lambda a, given: at_least(value(a, given, *left), 0 if right is None else value(a, given, *right))
        )

    given: dict[str, Formula] = {
        **bounded(menu.rules[known], known, ("own", "next")),
        "own and next in order": by_roles(
            (f"{known}_own", f"{known}_next"), lambda a, given: at_least(given[f"{known}_next"], given[f"{known}_own"])
        ),
        **_least(menu, items),
        "own does not envy next": says(("own", "own"), ("next", "own")),
        "next keeps at least nothing": says(("next", "next"), None),
    }
    return {"nor less than nothing of whoever comes before": Sentence(given, says(("own", "own"), None))}


def _least(menu: Menu, items: list[str]) -> dict[str, Formula]:
    """The bounds from below of what the next item consists of, where they are the same for all."""
    found: dict[str, Formula] = {}
    for name in items:
        sides = {
            bound
            for model in menu.compared
            for one in model.variables()
            if one.name == name
            for bound in _entries(one.lower)
        }
        if len(sides) == 1:
            role, least = f"{name}_next", Literals().number(sides.pop())
            found[f"{name} of next ≥ {least}"] = by_roles(
                (role,), lambda a, given, role=role, least=least: at_least(given[role], least)
            )
    return found


def _entries(bound: Any) -> list[Any]:
    return list(bound) if hasattr(bound, "__len__") else [bound]


def _losing(menu: Menu, utility: Formula) -> Callable[[Any, Mapping[str, Any]], Any]:
    """Return the test whether somebody keeps less than nothing."""

    def broken(model: Any, roles: Mapping[str, Any]) -> Any:
        kept = _kept(utility, model, Literals(), roles)
        worst = min(range(len(kept)), key=kept.__getitem__)
        return (Relation(kept[worst], ">=", 0), f"type {worst} loses by its own item") if kept[worst] < 0 else None

    return broken
