"""Small instances whose equilibria break a property: two of them, or one in which somebody has less than nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import chain, product
from typing import Any

import numpy as np

from ...formulations.algebra import Formula, read, roles_of
from ...formulations.data import Rule
from ...formulations.language import Game
from ...solvers.readings.game import GameReading
from ...solvers.readings.rationals import Rationals
from ..kernel.ratio import UnreadableError
from ..kernel.sentence import Relation, Sentence, at_most
from .instances import ERRORS, POOL, Broken, data_of, drawn_instances, instance_of, placed, roles_in, size
from .questions import combined, derivative
from .roles import Roles, formula_by_role
from .samples import filled, fitting, samples


def broken_equilibria(roles: Roles, name: str, seconds: float) -> Broken | None:
    """Return a small instance with two exact equilibria, or with one in which somebody has less than nothing."""
    if roles.population.decision.discrete:
        return None  # first-order conditions are about intervals
    deadline = time.perf_counter() + seconds
    concave = _concave(roles)
    alike = (filled(roles.sample, partial(_alike, value)) for value in POOL[:8])
    drawn = (instance_of(roles, values) for values in drawn_instances(roles, deadline + seconds))
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
    from ..provers.certificate_search import proofs_of

    curvature = derivative(derivative(roles.utility, "own"), "own")
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
    first, second = sorted(exact, key=lambda own: sum(map(size, own)))[:2]
    told = " and ".join(f"({', '.join(map(str, own))})" for own in (first, second))
    values |= {f"{what}[{k}]": value for k, value in enumerate(second)}
    return Broken(values, Relation(Fraction(2), "<=", Fraction(1)), f"{what} {told} are equilibria")


def _below_nothing(roles: Roles, game: Game, concave: bool) -> Broken | None:
    values, exact = _exact_equilibria(roles, game, concave)
    for own in exact:
        values |= {f"{roles.population.decision.name}[{k}]": value for k, value in enumerate(own)}
        trace = formula_by_role(roles.population.utility)
        least = min(np.ravel(trace.over(Rationals(), roles_in(roles, game, values))))
        if least < 0:
            return Broken(values, Relation(least, ">=", Fraction(0)), "these decisions are an equilibrium")
    return None


def _exact_equilibria(
    roles: Roles, game: Game, concave: bool
) -> tuple[dict[str, Fraction], list[tuple[Fraction, ...]]]:
    """Return an instance's data, and its equilibria of two among small fractions and bounds, all exactly checked.

    First-order conditions hold exactly; they suffice where all utilities are `concave`, or those of the instance are.
    """
    from ...solvers.candidate import candidate
    from ..properties.gains import concave_everywhere
    from ..properties.profile import profile_of

    leads = [placed(player.decision, lambda: Fraction(1), None) for player in game.players() if player.count is None]
    decided = {name: value for lead in leads for name, value in lead.items()}
    values = data_of(roles, game) | decided
    found = []
    for own in _resting(roles, game, values):
        stated = {**decided, roles.population.decision.name: list(own)}
        if concave or concave_everywhere(profile_of(candidate(game, **stated))):
            found.append(own)
    return values, found


def _resting(roles: Roles, game: Game, values: Mapping[str, Fraction]) -> Iterator[tuple[Fraction, ...]]:
    """The decisions of two at which, as far as marginal utilities tell, nobody has a reason to decide otherwise."""
    reading, marginal = GameReading(game, Rationals()), derivative(roles.utility, "own")
    if reading.population.count != 2:
        return
    choices = [
        sorted({low, high, *(value for value in (Fraction(0), *POOL[:16]) if low <= value <= high)})
        for low, high in zip(reading.lower.tolist(), reading.upper.tolist(), strict=True)
    ]
    people = [
        {**values, **{name: values[f"{name}[{k}]"] for name, rule in roles.rules.items() if rule.per}} for k in (0, 1)
    ]
    for own in product(*choices):
        faced = [{**people[k], "own": own[k], "others": own[1 - k], roles.count: Fraction(2)} for k in (0, 1)]
        if all(_rests(marginal, faced[k], choices[k]) for k in (0, 1)):
            yield own


def _rests(marginal: Formula, given: Mapping[str, Any], choices: Sequence[Fraction]) -> bool:
    try:
        rate, own = read(marginal, Rationals(), given), given["own"]
        return bool(own == choices[0] or rate >= 0) and bool(own == choices[-1] or rate <= 0)
    except ZeroDivisionError:
        return False
