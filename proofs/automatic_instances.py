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
from itertools import chain, product
from typing import Any

import numpy as np

from ..formulations.algebra import read, roles_of
from ..formulations.data import Rule
from ..formulations.errors import MechproofError
from ..formulations.language import Decision, Game
from ..solvers.play import Play
from ..solvers.readings.rationals import Rationals
from .automatic_questions import Question, combined, derivative
from .automatic_roles import Roles
from .automatic_samples import filled, fitting, samples
from .countermodel import UncertainError, search
from .polynomials import UnreadableError
from .sentence import Relation, Sentence, at_most

SHRINKING = 0.5
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
ERRORS = (ArithmeticError, UncertainError, MechproofError)
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
    for values in _drawn(roles, deadline):
        if (relation := _tried(roles, question, values)) is not None:
            found = Broken(values, relation)
            break
    else:
        values = _suggested(roles, question, max(deadline - time.perf_counter(), seconds / 2))
        relation = None if values is None else _tried(roles, question, values)
        if values is not None and relation is not None:
            found = Broken(values, relation)
    return None if found is None else _shrunk(roles, question, found)


def instance_of(roles: Roles, values: Values) -> Game | None:
    """Return the game with these data, or None where the class refuses them or a decision is beyond its bounds."""
    count = sum(name.startswith(f"{roles.population.decision.name}[") for name in values)

    def numbers(name: str, rule: Rule) -> Any:
        return values[name] if rule.per is None else [values[f"{name}[{k}]"] for k in range(count)]

    game: Game | None = filled(roles.sample, numbers)
    if game is None:
        return None
    within = all(_within(player.decision, values) for player in game.players())
    return game if within else None


def decisions_in(game: Game, values: Values) -> dict[str, Any]:
    """Return the decisions of an instance, as the game takes them."""
    found: dict[str, Any] = {}
    for player in game.players():
        name = player.decision.name
        several = [values[f"{name}[{k}]"] for k in range(player.count or 0)]
        found[name] = np.array(several, dtype=object) if player.count else values[name]
    return found


def _tried(roles: Roles, question: Question, values: Values) -> Relation | None:
    """Return what does not hold in an instance that the class accepts."""
    assert question.broken is not None
    try:
        game = instance_of(roles, values)
        found: Relation | None = None if game is None else question.broken(game, values)
    except ERRORS:
        return None
    return found


def _drawn(roles: Roles, deadline: float) -> Iterator[dict[str, Fraction]]:
    """Instances with two people, from the simplest numbers on, for half the time; decisions lie within their bounds."""
    draw, start = random.Random(0), time.perf_counter()
    half = start + (deadline - start) / 2
    turn = 0
    while time.perf_counter() < half:
        pool = POOL[: 2 + turn // 20]
        values: dict[str, Fraction] = {}
        numbers = partial(_number, values, lambda pool=pool: draw.choice(pool))
        game = filled(roles.sample, numbers)
        if game is not None:
            for player in game.players():
                values |= _decided(player.decision, lambda: draw.choice((Fraction(0), *POOL[:10])), player.count)
            yield values
        turn += 1


def _number(values: dict[str, Fraction], take: Callable[[], Fraction], name: str, rule: Rule) -> Any:
    names = [name] if rule.per is None else [f"{name}[{k}]" for k in range(2)]
    for one in names:
        values[one] = fitting(rule, take())
    return values[name] if rule.per is None else [values[one] for one in names]


def _decided(decision: Decision, take: Callable[[], Fraction], count: int | None) -> dict[str, Fraction]:
    """Decisions from the lower bounds on, or a part of the way to the upper ones."""
    found = {}
    names = [f"{decision.name}[{k}]" for k in range(count)] if count else [decision.name]
    for k, name in enumerate(names):
        lower, upper = (Fraction(np.atleast_1d(np.asarray(side, dtype=object))[k]) for side in _sides(decision))
        step = take()
        found[name] = lower + step if lower + step <= upper else lower + (upper - lower) * (step / (1 + step))
    return found


def _sides(decision: Decision) -> tuple[Any, Any]:
    return decision.lower, decision.upper


def _within(decision: Decision, values: Values) -> bool:
    lower, upper = (np.atleast_1d(np.asarray(side, dtype=object)).tolist() for side in _sides(decision))
    single = decision.name in values
    names = [decision.name] if single else [f"{decision.name}[{k}]" for k in range(len(lower))]
    return all(
        Fraction(low) <= values[name] <= Fraction(high) for name, low, high in zip(names, lower, upper, strict=True)
    )


def _suggested(roles: Roles, question: Question, seconds: float) -> dict[str, Fraction] | None:
    """What z3 or chance say of the sentence, as an instance: the others are one person with the same data."""
    if question.hint is None:
        return None
    found = search(question.hint, seconds).instance
    if found is None:
        return None
    what, named = roles.population.decision.name, dict(found.values)
    values = {f"{what}[0]": named.pop("own", Fraction(1)), f"{what}[1]": named.pop("others", Fraction(1))}
    for name, rule in roles.rules.items():
        for one in [name] if rule.per is None else [f"{name}[{k}]" for k in range(2)]:
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
            for simpler in sorted((Fraction(0), *POOL), key=_size):
                if _size(simpler) >= _size(found.values[name]) or time.perf_counter() > deadline:
                    break
                values = {**found.values, name: simpler}
                relation = _tried(roles, question, values)
                if relation is not None:
                    found, changed = Broken(values, relation), True
                    break
    return found


def _size(value: Fraction) -> int:
    return abs(value.numerator) + value.denominator


def broken_equilibria(roles: Roles, name: str, seconds: float) -> Broken | None:
    """Return a small instance with two exact equilibria, or with one in which somebody has less than nothing."""
    deadline = time.perf_counter() + seconds
    concave = _concave(roles)
    alike = (filled(roles.sample, partial(_alike, value)) for value in POOL[:8])
    drawn = (instance_of(roles, values) for values in _drawn(roles, deadline + seconds))
    for game in (game for game in chain(alike, samples(roles.sample), drawn) if game is not None):
        if time.perf_counter() > deadline:
            return None
        try:
            found = (_two if name == "uniqueness" else _below_nothing)(roles, game, concave)
        except (*ERRORS, TypeError):  # a kink has no derivative
            continue
        if found is not None:
            return found
    return None


def _concave(roles: Roles) -> bool:
    """Whether a certificate shows all utilities to be concave, so that first-order conditions suffice."""
    from .certificate_search import proofs_of

    curvature = derivative(derivative(roles.flat(roles.population.utility), "own"), "own")
    goal = combined(lambda a, value, _: at_most(value, 0), curvature)
    try:
        return proofs_of(Sentence(roles.given(roles_of(goal)), goal)) is not None
    except (UnreadableError, TypeError):
        return False


def _alike(value: Fraction, name: str, rule: Rule) -> Any:
    """The same number for everybody."""
    return fitting(rule, value) if rule.per is None else [fitting(rule, value)] * 2


def _two(roles: Roles, game: Game, concave: bool) -> Broken | None:
    values, exact = _exact_equilibria(roles, game, concave)
    if len(exact) < 2:
        return None
    what = roles.population.decision.name
    first, second = sorted(exact, key=lambda own: sum(map(_size, own)))[:2]
    told = " and ".join(f"({', '.join(map(str, own))})" for own in (first, second))
    values |= {f"{what}[{k}]": value for k, value in enumerate(second)}
    return Broken(values, Relation(Fraction(2), "<=", Fraction(1)), f"{what} {told} are equilibria")


def _below_nothing(roles: Roles, game: Game, concave: bool) -> Broken | None:
    values, exact = _exact_equilibria(roles, game, concave)
    play = Play(game, Rationals())
    decided = {} if roles.leader is None else {roles.leader.decision.name: values[roles.leader.decision.name]}
    for own in exact:
        mine = np.array(own, dtype=object)
        least = min(play.utility(mine, mine.sum() - mine, decided))
        if least < 0:
            values |= {f"{roles.population.decision.name}[{k}]": value for k, value in enumerate(own)}
            return Broken(values, Relation(least, ">=", Fraction(0)), "these decisions are an equilibrium")
    return None


def _exact_equilibria(
    roles: Roles, game: Game, concave: bool
) -> tuple[dict[str, Fraction], list[tuple[Fraction, ...]]]:
    """Return an instance's data, and its equilibria of two among small fractions and bounds, all exactly checked.

    First-order conditions hold exactly; they suffice where all utilities are `concave`, or those of the instance are.
    """
    from ..solvers.candidate import candidate
    from .case import case_of
    from .deviations import concave_everywhere

    population = next(player for player in game.players() if player.count is not None)
    leads = [_decided(player.decision, lambda: Fraction(1), None) for player in game.players() if player.count is None]
    decided = {name: value for lead in leads for name, value in lead.items()}
    play = Play(game, Rationals())
    choices = [
        sorted({low, high, *(value for value in (Fraction(0), *POOL[:16]) if low <= value <= high)})
        for low, high in zip(play.lower.tolist(), play.upper.tolist(), strict=True)
    ]
    data = _data_of(roles, game)
    marginal = derivative(roles.flat(roles.population.utility), "own")

    def rests(k: int, own: Fraction, others: Fraction) -> bool:
        """Whether a person has no reason to decide otherwise, as far as the marginal utility tells."""
        mine = {name: data[f"{name}[{k}]"] if rule.per else data[name] for name, rule in roles.rules.items()}
        given = {**mine, **decided, "own": own, "others": others, roles.count: Fraction(2)}
        try:
            rate = read(marginal, Rationals(), given)
            return bool(own == choices[k][0] or rate >= 0) and bool(own == choices[k][-1] or rate <= 0)
        except ZeroDivisionError:
            return False

    resting = (
        own
        for own in (product(*choices) if population.count == 2 else ())
        if rests(0, own[0], own[1]) and rests(1, own[1], own[0])
    )
    if concave:
        return data | decided, list(resting)
    found = []
    for own in resting:
        case = case_of(candidate(game, **decided, **{population.decision.name: list(own)}))
        if concave_everywhere(case):
            found.append(own)
    return data | decided, found


def _data_of(roles: Roles, game: Game) -> dict[str, Fraction]:
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
