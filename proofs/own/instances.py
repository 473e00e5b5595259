"""Instances that break a property of one's own mechanism: real ones, that the class accepts, with decisions in bounds.

What is found is a declaration that anybody can make, and decisions in it, all of them fractions. It is searched for
among small fractions and where z3 points, read exactly, and shrunk.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import ceil, floor
from typing import Any

import numpy as np

from ...formulations.among import values_of
from ...formulations.data import Rule
from ...formulations.errors import MechproofError
from ...formulations.language import Decision, Game
from ...formulations.others import gathered
from ..kernel.sentence import Relation
from ..provers.countermodel import UncertainError, search
from .questions import Question
from .roles import Roles
from .samples import filled, fitting

SHRINKING = 0.5
"""Seconds that may go into making an instance smaller; it is one whatever its size."""
POOL = tuple(
    Fraction(text)
    for text in [
        "1",
        "2",
        "1/2",
        "3",
        "1/3",
        "4",
        "1/4",
        "3/2",
        "5",
        "1/5",
        "2/3",
        "10",
        "1/10",
        "100",
        "1/100",
        "3/4",
        "7",
        "20",
    ]
)
"""What instances are made of, the simplest first."""
MOST_PEOPLE = 12
"""In an instance that z3 suggests."""
ERRORS = (ArithmeticError, UncertainError, MechproofError)
"""What reading an instance may raise: then it is none."""
Values = Mapping[str, Fraction]


@dataclass(frozen=True)
class Broken:
    """An instance, and the relation that does not hold in it; `told` says more in words."""

    values: Values
    relation: Relation
    told: str = ""


def broken_instance(roles: Roles, question: Question, seconds: float) -> Broken | None:
    """Return a small instance that breaks a property, or None if none was found in the time."""
    if question.broken is None:
        return None
    found = None
    deadline = time.perf_counter() + seconds
    for values in drawn_instances(roles, deadline):
        if (found := _tried(roles, question, values)) is not None:
            break
    else:
        suggested = _suggested(roles, question, max(deadline - time.perf_counter(), seconds / 2))
        found = None if suggested is None else _tried(roles, question, suggested)
    return None if found is None else _shrunk(roles, question, found)


def instance_of(roles: Roles, values: Values) -> Game | None:
    """Return the game with these data, or None where the class refuses them or a decision is beyond its bounds."""
    count = sum(name.startswith(f"{roles.population.decision.name}[") for name in values)

    def numbers(name: str, rule: Rule) -> Any:
        return values[name] if rule.per is None else [values[f"{name}[{k}]"] for k in range(count)]

    game: Game | None = filled(roles.sample, numbers)
    if game is None:
        return None
    within = all(_within(choice, values) for player in game.players() for choice in player.choices)
    return game if within else None


def decisions_in(game: Game, values: Values) -> dict[str, Any]:
    """Return the decisions of an instance, as the game takes them."""
    found: dict[str, Any] = {}
    for player in game.players():
        name = player.decision.name
        several = [values[f"{name}[{k}]"] for k in range(player.count or 0)]
        found[name] = np.array(several, dtype=object) if player.count else values[name]
    return found


def roles_in(roles: Roles, game: Game, values: Values) -> dict[str, Any]:
    """Return the roles of an instance at these decisions, a vector for what everybody has of their own."""
    data = data_of(roles, game)
    count = next(player.count or 0 for player in reversed(game.players()))

    def several(name: str, known: Values) -> Any:
        return np.array([known[f"{name}[{k}]"] for k in range(count)], dtype=object)

    found: dict[str, Any] = {
        name: data[name] if rule.per is None else several(name, data) for name, rule in roles.rules.items()
    }
    if roles.leader is not None:
        found[roles.leader.decision.name] = values[roles.leader.decision.name]
    own = several(roles.population.decision.name, values)
    return {**found, "own": own, "others": gathered(own.sum() - own, own), roles.count: Fraction(count)}


def _tried(roles: Roles, question: Question, values: Values) -> Broken | None:
    """Return what does not hold in an instance that the class accepts."""
    assert question.broken is not None
    try:
        game = instance_of(roles, values)
        found = None if game is None else question.broken(game, values)
    except ERRORS:
        return None
    if found is None:
        return None
    broken = Broken(values, found) if isinstance(found, Relation) else Broken(values, *found)
    rounded = any(isinstance(side, float) for side in (broken.relation.left, broken.relation.right))
    return None if rounded else broken  # what was computed in doubles shows nothing


def drawn_instances(roles: Roles, deadline: float) -> Iterator[dict[str, Fraction]]:
    """Instances with two people, from the simplest numbers on, for half the time; decisions lie within their bounds."""
    draw, start = random.Random(0), time.perf_counter()
    half = start + (deadline - start) / 2
    turn = 0
    while time.perf_counter() < half:
        pool = POOL[: 2 + turn // 20]
        values: dict[str, Fraction] = {}
        numbers = partial(_number, values, partial(draw.choice, pool))
        game = filled(roles.sample, numbers)
        if game is not None:
            for player in game.players():
                for choice in player.choices:
                    values |= placed(choice, lambda: draw.choice((Fraction(0), *POOL[:10])), player.count)
            yield values
        turn += 1


def _number(values: dict[str, Fraction], take: Callable[[], Fraction], name: str, rule: Rule) -> Any:
    names = [name] if rule.per is None else [f"{name}[{k}]" for k in range(2)]
    for one in names:
        values[one] = fitting(rule, take())
    return values[name] if rule.per is None else [values[one] for one in names]


def placed(decision: Decision, take: Callable[[], Fraction], count: int | None) -> dict[str, Fraction]:
    """Decisions from the lower bounds on, or a part of the way to the upper ones."""
    found = {}
    names = [f"{decision.name}[{k}]" for k in range(count)] if count else [decision.name]
    for k, name in enumerate(names):
        lower, upper = (np.broadcast_to(np.asarray(side, dtype=object), len(names))[k] for side in _sides(decision))
        lower, upper, step = Fraction(lower), Fraction(upper), take()
        found[name] = lower + step if lower + step <= upper else lower + (upper - lower) * (step / (1 + step))
        if decision.whole:
            found[name] = Fraction(max(ceil(lower), floor(found[name])))
        if decision.among is not None:
            some = (values_of(decision) or [])[k]
            found[name] = max(value for value in some if value <= max(found[name], some[0]))
    return found


def _sides(decision: Decision) -> tuple[Any, Any]:
    return decision.lower, decision.upper


def _within(decision: Decision, values: Values) -> bool:
    single = decision.name in values
    names = [decision.name] if single else [name for name in values if name.startswith(f"{decision.name}[")]
    if decision.among is not None:
        sets = values_of(decision) or []
        return len(sets) == len(names) and all(values[name] in some for name, some in zip(names, sets, strict=True))
    lower, upper = (np.broadcast_to(np.asarray(side, dtype=object), len(names)).tolist() for side in _sides(decision))
    return all(
        Fraction(low) <= values[name] <= Fraction(high) and not (decision.whole and values[name].denominator > 1)
        for name, low, high in zip(names, lower, upper, strict=True)
    )


def _suggested(roles: Roles, question: Question, seconds: float) -> dict[str, Fraction] | None:
    """What z3 or chance say of the sentence, as an instance: the others are alike, with the same data."""
    if question.hint is None:
        return None
    try:
        found = search(question.hint, seconds).instance
    except TypeError:  # a kink has no derivative
        return None
    if found is None:
        return None
    what, named = roles.population.decision.name, dict(found.values)
    count = min(max(int(named.pop(roles.count, Fraction(2))), 2), MOST_PEOPLE)
    values = {f"{what}[0]": named.pop("own", Fraction(1))}
    values |= {f"{what}[{k}]": named.get("others", Fraction(1)) / (count - 1) for k in range(1, count)}
    for name, rule in roles.rules.items():
        for one in [name] if rule.per is None else [f"{name}[{k}]" for k in range(count)]:
            values[one] = named.get(name, fitting(rule, Fraction(1)))
    if roles.leader is not None:
        values[roles.leader.decision.name] = named.get(roles.leader.decision.name, Fraction(1))
    return values


def _shrunk(roles: Roles, question: Question, found: Broken) -> Broken:
    """Replace one number after the other by the simplest that does as well."""
    deadline = time.perf_counter() + SHRINKING
    changed = True
    while changed:
        changed = False
        for name in found.values:
            for simpler in sorted((Fraction(0), *POOL), key=size):
                if size(simpler) >= size(found.values[name]) or time.perf_counter() > deadline:
                    break
                smaller = _tried(roles, question, {**found.values, name: simpler})
                if smaller is not None:
                    found, changed = smaller, True
                    break
    return found


def size(value: Fraction) -> int:
    """How much there is to write down of a fraction."""
    return abs(value.numerator) + value.denominator


def data_of(roles: Roles, game: Game) -> dict[str, Fraction]:
    """Return an instance's data, such as ``cost[0]``."""
    found: dict[str, Fraction] = {}
    for name, rule in roles.rules.items():
        value = _read(game, name)
        many = {f"{name}[{k}]": Fraction(entry) for k, entry in enumerate(value)} if rule.per else {}
        found |= many or {name: Fraction(value)}
    return found


def _read(model: Any, name: str) -> Any:
    """Return a number of a model or, by a name such as ``revenue_alpha``, of a part of it."""
    if hasattr(model, name):
        return getattr(model, name)
    part = next(key for key in vars(model) if name.startswith(f"{key}_"))
    return _read(getattr(model, part), name[len(part) + 1 :])
