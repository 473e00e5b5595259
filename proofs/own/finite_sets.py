"""Decisions from a finite set that the declaration lists: what is asked is a sentence for each of its values.

A sentence about one person's decision holds of all there are if it holds of each; a value that is at least as good as
every other whatever the others do is an equilibrium of everybody's. Small instances are tried profile by profile.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np

from ...formulations.algebra import Formula, roles_of
from ...formulations.language import Game
from ...solvers.finite.declared import at_rest, choices_of, payoffs
from ...solvers.readings.rationals import Rationals
from ..claims.claim import Axiom
from ..kernel.sentence import Relation, Sentence, above, at_least, substitute
from .instances import ERRORS, Broken, drawn_instances, instance_of
from .questions import Part, Question, Route, combined
from .roles import Roles
from .sentences import GameSentences, staying_out

MOST = 8
"""Values of a set of which sentences are made: of pairs there are 56 then."""
DOMINANT = Axiom(
    "dominant decisions",
    "where everybody takes a decision that is at least as good as any other whatever the others do, nobody gains by "
    "another; where it is better than any other, there is no other equilibrium",
    "the definition of an equilibrium",
)
UNKNOWN = (
    "decisions are from a finite set that is not the same for all data and all people, or of more than "
    f"{MOST} values; of one that is listed in the declaration, sentences are made for each value"
)
"""Why nothing is concluded where the values are not known."""


def values_in(roles: Roles) -> tuple[Fraction, ...]:
    """Return the values of the set that everybody decides among, empty where they are not known, or too many."""
    among = roles.population.decision.among
    return among if len(among) <= MOST else ()


def at_value(formula: Formula, value: Fraction) -> Formula:
    """Return a formula where the own decision is a value."""
    return substitute(formula, own=lambda a: a.number(value)) if "own" in roles_of(formula) else formula


def by_cases(roles: Roles, route: Route) -> Iterator[Route]:
    """Return a route whose sentences about the own decision are said of each value of the set, if it is known."""
    values = values_in(roles)
    parts: dict[str, Part] = {}
    for name, part in route.parts.items():
        if not isinstance(part, Sentence) or "own" not in roles_of(part.goal):
            parts[name] = part
            continue
        for value in values:
            given = {text: at_value(one, value) for text, one in part.given.items() if set(roles_of(one)) != {"own"}}
            case = Sentence(given, at_value(part.goal, value), degree=part.degree)
            parts[f"{name}, {roles.population.decision.name} = {value}"] = case
    if values and parts.keys() != route.parts.keys():
        yield Route(f"{route.name}, value by value", route.statement, parts, route.theorems)


class SetQuestions(GameSentences):
    """What is asked about decisions from a finite set."""

    @property
    def what(self) -> str:
        """What is decided."""
        return self.roles.population.decision.name

    @property
    def told(self) -> str:
        """The set in words."""
        return f"{{{', '.join(map(str, values_in(self.roles)))}}}"

    def _worth(self, value: Fraction) -> Formula:
        """U at a value; the share of nothing is nothing."""
        return staying_out(self.utility) if value == 0 else at_value(self.utility, value)

    def _sentence(self, relation: Callable[..., Any], one: Formula, other: Formula) -> Sentence:
        goal = combined(lambda a, x, y, _: relation(x, y), one, other)
        return self.sentence(goal, {t: k for t, k in self.given().items() if "own" not in roles_of(k)})

    def concave(self) -> Question:
        """Whether, of any three values that follow one another, the middle one is worth at least the line between."""
        name, values = f"concave-{self.who}", values_in(self.roles)
        statement = f"The utility of every {self.who} is concave in its own {self.what}"
        if not values:
            return Question(name, f"{statement} over the values there are.", reason=UNKNOWN)
        statement = f"{statement} over {self.told}"
        parts: dict[str, Part] = {}
        for low, middle, high in zip(values, values[1:], values[2:], strict=False):
            ends = [self._worth(end) for end in (low, high)]
            line = combined(
                lambda a, x, y, _, p=high - middle, q=middle - low: (p * x + q * y) / (p + q), ends[0], ends[1]
            )
            parts[f"{middle} between {low} and {high}"] = self._sentence(at_least, self._worth(middle), line)
        if not parts:
            return Question(name, f"{statement}.", reason="there are no three values, of which one lies between others")
        look = partial(_look, self.roles, _bent)
        return Question(name, f"{statement}.", (Route("three values at a time", statement, parts),), look=look)

    def existence(self) -> Question:
        """Whether there is an equilibrium in which nobody mixes."""
        statement = f"There is an equilibrium in which nobody mixes, for every number of {self.who}s"
        return self._by_dominance("existence", statement, at_least, "at least as good as", _no_rest)

    def uniqueness(self) -> Question:
        """Whether there is no more than one equilibrium."""
        statement = f"There is no more than one equilibrium, for every number of {self.who}s"
        return self._by_dominance("uniqueness", statement, above, "better than", _two_at_rest)

    def _by_dominance(
        self, name: str, statement: str, relation: Callable[..., Any], words: str, judge: Judge
    ) -> Question:
        """Return a question that a dominant value answers, and a small instance refutes."""
        routes = tuple(self._dominant(relation, words, statement))
        reason = "" if values_in(self.roles) else UNKNOWN
        return Question(name, f"{statement}.", routes, reason=reason, look=partial(_look, self.roles, judge))

    def _dominant(self, relation: Callable[..., Any], words: str, statement: str) -> Iterator[Route]:
        """Return for each value the way to show that it beats every other, whatever the others do."""
        values = values_in(self.roles)
        for value in values:
            best = self._worth(value)
            parts: dict[str, Part] = {
                f"{value} is {words} {other}": self._sentence(relation, best, self._worth(other))
                for other in values
                if other != value
            }
            text = f"{statement}: {self.what} = {value} is {words} any other whatever the others do"
            yield Route(f"{self.what} = {value} is dominant", text, parts, (DOMINANT,))

    def staying(self, statement: str) -> Iterator[Route]:
        """Return for each value the way to show that it pays at least zero, so that nobody has less at rest."""
        for value in values_in(self.roles):
            pays = combined(lambda a, x, _: at_least(x, 0), self._worth(value))
            given = {t: k for t, k in self.given().items() if "own" not in roles_of(k)}
            parts: dict[str, Part] = {f"{value} pays at least zero": self.sentence(pays, given)}
            text = f"{statement}, since {self.what} = {value} pays at least zero whatever the others do"
            yield Route(f"{self.what} = {value} pays", text, parts)


def loses(roles: Roles) -> Callable[[float], Broken | None]:
    """Return the search for a small instance at an equilibrium of which somebody has less than nothing."""
    return partial(_look, roles, _less_than_nothing)


Judge = Callable[[Roles, Mapping[str, Fraction], Any, list[list[Fraction]]], Broken | None]


def _look(roles: Roles, judge: Judge, seconds: float) -> Broken | None:
    """Return a small instance that is broken by its profiles, all of which are tried."""
    deadline = time.perf_counter() + seconds
    for values in drawn_instances(roles, deadline + seconds):
        if time.perf_counter() > deadline:
            return None
        try:
            game = instance_of(roles, values)
            found = None if game is None else _judged(roles, judge, values, game)
        except ERRORS:
            continue
        if found is not None:
            return found
    return None


def _judged(roles: Roles, judge: Judge, values: Mapping[str, Fraction], game: Game) -> Broken | None:
    if roles.leader is not None and roles.leader.decision.name not in values:
        return None
    decided = {} if roles.leader is None else {roles.leader.decision.name: values[roles.leader.decision.name]}
    sets = choices_of(game.players()[-1].decision)
    return judge(roles, values, payoffs(game, sets, {k: Rationals().number(v) for k, v in decided.items()}), sets)


def _bent(roles: Roles, values: Mapping[str, Fraction], table: Any, sets: list[list[Fraction]]) -> Broken | None:
    for k, (mine, some) in enumerate(zip(table, sets, strict=True)):
        moved = np.moveaxis(mine, k, 0)
        for s, (low, middle, high) in enumerate(zip(some, some[1:], some[2:], strict=False), start=1):
            line = ((high - middle) * moved[s - 1] + (middle - low) * moved[s + 1]) / (high - low)
            for others in np.argwhere(np.asarray(moved[s] < line, dtype=bool)).tolist():
                profile = (*others[:k], s, *others[k:])
                told = f"of {roles.population.name} {k}, less than the line between what {low} and {high} are worth"
                decided = {**values, **_decided(roles, profile, sets)}
                return Broken(decided, Relation(moved[s][tuple(others)], ">=", line[tuple(others)]), told)
    return None


def _no_rest(roles: Roles, values: Mapping[str, Fraction], table: Any, sets: list[list[Fraction]]) -> Broken | None:
    if at_rest(table):
        return None
    told = f"in each of the {table[0].size} profiles of {roles.population.decision.name} somebody gains by another"
    return Broken(values, Relation(Fraction(0), ">=", Fraction(1)), told)


def _two_at_rest(roles: Roles, values: Mapping[str, Fraction], table: Any, sets: list[list[Fraction]]) -> Broken | None:
    rest = at_rest(table)
    for one, other in combinations(rest, 2):
        told = " and ".join(
            f"({', '.join(str(sets[k][s]) for k, s in enumerate(profile))})" for profile in (one, other)
        )
        decided = _decided(roles, other, sets)
        what = roles.population.decision.name
        return Broken({**values, **decided}, Relation(Fraction(2), "<=", Fraction(1)), f"{what} {told} are equilibria")
    return None


def _less_than_nothing(
    roles: Roles, values: Mapping[str, Fraction], table: Any, sets: list[list[Fraction]]
) -> Broken | None:
    for profile in at_rest(table):
        least = min(mine[profile] for mine in table)
        if least < 0:
            told = "these decisions are an equilibrium"
            return Broken({**values, **_decided(roles, profile, sets)}, Relation(least, ">=", Fraction(0)), told)
    return None


def _decided(roles: Roles, profile: tuple[int, ...], sets: list[list[Fraction]]) -> dict[str, Fraction]:
    return {f"{roles.population.decision.name}[{k}]": sets[k][s] for k, s in enumerate(profile)}
