"""A game's formulas by role, with what its declaration says of each role: whatever the data, and free of N.

A sentence about `own`, `others` and one person's data is about any member of a population of any size. The roles'
hypotheses are the rules their fields declare, and the decisions' bounds where these are the same whatever the data are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.algebra import Algebra, Formula, read, roles_of
from ...formulations.data import Rule
from ...formulations.errors import MechproofError, UnsupportedModel
from ...formulations.language import Decision, Declaration, Game, Player
from ...solvers.readings.game import leader_of, population_of
from ..kernel.sentence import above, at_least, at_most, by_roles
from .samples import Blank, blanked, rules_of, samples, with_values

PEOPLE = (3, 7)
"""How many people further blank instances have: a bound that depends on the number of people is not known."""


RESERVED = {"own", "others", "own_2", "total", "sold", "spent"}
"""The roles that sentences add."""


@dataclass(frozen=True)
class Bounds:
    """The bounds of a decision that are the same for everybody whatever the data are; None where there are none."""

    lower: Fraction | None
    upper: Fraction | None


@dataclass(frozen=True, eq=False)
class Roles:
    """A game, and what is known of its roles.

    `samples` are small instances, `blank` is one without numbers, from which the formulas are taken.
    """

    samples: tuple[Game, ...]
    blank: Game

    @property
    def sample(self) -> Game:
        """A small instance."""
        return self.samples[0]

    @property
    def assumed(self) -> bool:
        """Whether bounds are known from small instances only, since data decide who plays, or within which bounds."""
        return "players" in vars(self.blank)

    @cached_property
    def population(self) -> Player:
        """The population."""
        return population_of(self.blank)

    @cached_property
    def leader(self) -> Player | None:
        """Who decides first, or None."""
        return leader_of(self.blank)

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """The rules of the data."""
        return rules_of(self.sample)

    @cached_property
    def bounds(self) -> dict[str, Bounds]:
        """The bounds of each decision, by its name; where they depend on the data or on N they are not known."""
        known = [_bounds_of(self.blank), *map(_bounds_of, self.samples)]
        if not self.assumed:
            known += [_bounds_of(blanked(self.sample, people)) for people in PEOPLE]
        agreed = {}
        for name, first in known[0].items():
            lower, upper = ({getattr(bounds[name], side) for bounds in known} for side in ("lower", "upper"))
            agreed[name] = Bounds(
                first.lower if len(lower) == 1 else None,
                first.upper if len(upper) == 1 else None,
            )
        return agreed

    @property
    def own(self) -> Bounds:
        """The bounds of everybody's decision in the population."""
        return self.bounds[self.population.decision.name]

    @property
    def count(self) -> str:
        """The role that is the population's size."""
        return f"{self.population.name}_count"

    def flat(self, formula: Formula) -> Formula:
        """Return a formula whose parts' numbers, such as a revenue's, are roles of their own.

        Raises
        ------
        UnsupportedModel
            When it asks for whole vectors, which would depend on N.
        """
        parts = {name: value for name in roles_of(formula) if isinstance(value := self._field(name), Declaration)}
        whole = self.population.decision.name
        if whole in roles_of(formula):
            raise UnsupportedModel(f"{_named(formula)} asks for {whole} of everybody; `own` and `others` are free of N")
        names = [name for name in roles_of(formula) if name not in parts]
        for name, value in parts.items():
            names += rules_of(value, f"{name}_")

        def body(a: Algebra, given: Mapping[str, Any]) -> Any:
            found = read(
                formula, a, {**given, **{name: part_of_roles(value, name, given) for name, value in parts.items()}}
            )
            if isinstance(found, Blank):
                raise UnsupportedModel(
                    f"{_named(formula)} reads data that are no role of it; let it ask for them by name"
                )
            return found

        return by_roles(tuple(names), body)

    def _field(self, name: str) -> Any:
        return getattr(self.sample, name, None) if name in {item.name for item in fields(self.sample)} else None

    def given(self, roles: Iterable[str], others: bool = False, led: bool = False) -> dict[str, Formula]:
        """Return what holds of roles, by its text.

        `others` says that the others' sum, `led` that the leader's decision is above its least value.
        """
        found: dict[str, Formula] = {}
        for name in roles:
            if name in self.rules:
                found |= _obeys(name, self.rules[name])
            elif name == self.count:
                found[f"{name} ≥ 1"] = _at_least(name, Fraction(1))
            elif name == "own":
                found |= _within(name, self.own)
            elif name == "others" and self.own.lower is not None and self.own.lower >= 0:
                found |= _within(name, Bounds(Fraction(0), None), strict=others)
            elif self.leader is not None and name == self.leader.decision.name:
                found |= _within(name, self.bounds[name], strict=led)
        return found

    def positive(self, led: bool) -> tuple[str, ...]:
        """Return the data, and the leader's decision if it is not least, that are positive by their rules."""
        names = [name for name, rule in self.rules.items() if rule.above is not None and rule.above >= 0]
        if led and self.leader is not None and self.bounds[self.leader.decision.name].lower == 0:
            names.append(self.leader.decision.name)
        return tuple(names)


def roles_of_game(pattern: Any) -> Roles:
    """Return the roles of a game's class, or of an instance's class with the instance's parts, choices and omissions.

    Raises
    ------
    UnsupportedModel
        When no small instance can be made, or the formulas depend on the data.

    Examples
    --------
    >>> import mechproof as mp
    >>> roles = roles_of_game(mp.StackelbergPricing)
    >>> list(roles.given(["own", "others", "cost"], others=True)), roles.own.lower
    (['own ≥ 0', 'others > 0', 'cost > 0'], Fraction(0, 1))
    """
    made = list(samples(pattern)) or ([] if isinstance(pattern, type) else [pattern])
    if not made:
        kind = pattern.__name__ if isinstance(pattern, type) else type(pattern).__name__
        raise UnsupportedModel(f"no small instance of {kind} was accepted; give an instance in place of the class")
    first = made[0]
    if taken := sorted(RESERVED & set(rules_of(first))):
        raise UnsupportedModel(f"a sentence has names of its own; call {', '.join(taken)} otherwise")
    seen = [_formulas(one) for one in made]
    if any(formulas != seen[0] for formulas in seen):
        raise UnsupportedModel(
            f"the formulas of {type(first).__name__} depend on the data, so that there is no one sentence"
        )
    return Roles(tuple(made[:4]), _blank_game(first, seen[0]))


def _blank_game(sample: Game, formulas: tuple[Any, ...]) -> Any:
    """Return the blank instance; where it cannot say who plays, one that repeats what small instances said."""
    blank = blanked(sample)
    with np.errstate(all="ignore"):
        try:
            if _formulas(blank) != formulas:
                raise UnsupportedModel(
                    f"the formulas of {type(sample).__name__} depend on the data, so that there is no one sentence"
                )
            return blank
        except MechproofError:
            raise
        except Exception:  # whatever a user's method does with what is no number
            said = tuple(_unbounded(player, blank) for player in sample.players())
            return with_values(blank, {"players": lambda: said})


def _unbounded(player: Player, blank: Game) -> Player:
    """Return a player without bounds, the formulas bound to the blank instance."""
    none = np.array([Blank()] * 2, dtype=object)
    lower = player.decision.lower
    if not np.any(np.asarray(lower, dtype=float)):
        none = lower
    decision = replace(player.decision, lower=none, upper=np.array([Blank()] * 2, dtype=object))
    utility: Any = player.utility
    if isinstance(getattr(utility, "__self__", None), Game):
        utility = utility.__func__.__get__(blank)
    return replace(player, decision=decision, utility=utility)


def _formulas(game: Game) -> tuple[Any, ...]:
    """Return what the players' formulas are, whichever instance they belong to."""
    return tuple(
        (player.name, player.decision.name, _same(player.utility), *map(_same, player.aggregates.values()))
        for player in game.players()
    )


def _same(formula: Formula) -> Any:
    function = getattr(formula, "__func__", formula)
    return getattr(function, "__code__", function)


def _bounds_of(game: Game) -> dict[str, Bounds]:
    with np.errstate(all="ignore"):
        return {player.decision.name: _constant(player.decision) for player in game.players()}


def _constant(decision: Decision) -> Bounds:
    lower, upper = _numbers(decision.lower), _numbers(decision.upper)
    return Bounds(None if lower is None else min(lower), None if upper is None else max(upper))


def _numbers(values: Any) -> list[Fraction] | None:
    entries = np.atleast_1d(np.asarray(values, dtype=object)).tolist()
    if any(isinstance(entry, Blank) or entry != entry for entry in entries):
        return None
    return [Fraction(entry) for entry in entries]


def part_of_roles(part: Any, role: str, given: Mapping[str, Any]) -> Any:
    """Return a part whose numbers are those of the roles that begin with its own role's name."""
    values = {}
    for item in fields(part):
        value = getattr(part, item.name)
        if isinstance(value, Declaration):
            values[item.name] = part_of_roles(value, f"{role}_{item.name}", given)
        elif f"{role}_{item.name}" in given:
            values[item.name] = given[f"{role}_{item.name}"]
    return with_values(part, values)


def _obeys(name: str, rule: Rule) -> dict[str, Formula]:
    if rule.above is not None:
        return _within(name, Bounds(Fraction(rule.above), None), strict=True)
    return _within(name, Bounds(None if rule.at_least is None else Fraction(rule.at_least), None))


def _within(name: str, bounds: Bounds, strict: bool = False) -> dict[str, Formula]:
    found = {}
    if bounds.lower is not None:
        sign = ">" if strict else "≥"
        found[f"{name} {sign} {bounds.lower}"] = (_above if strict else _at_least)(name, bounds.lower)
    if bounds.upper is not None:
        found[f"{name} ≤ {bounds.upper}"] = _at_most(name, bounds.upper)
    return found


def _above(name: str, value: Fraction) -> Formula:
    return by_roles((name,), lambda a, given: above(given[name], value))


def _at_least(name: str, value: Fraction) -> Formula:
    return by_roles((name,), lambda a, given: at_least(given[name], value))


def _at_most(name: str, value: Fraction) -> Formula:
    return by_roles((name,), lambda a, given: at_most(given[name], value))


def _named(formula: Formula) -> str:
    return getattr(formula, "__name__", "a formula")
