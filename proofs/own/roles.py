"""A game's formulas by role, with what its declaration says of each role: whatever the data, and free of N.

A sentence about `own`, `others` and one person's data is about any member of a population of any size. The roles'
hypotheses are the rules their fields declare, and the decisions' bounds where data and N do not change them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from ...formulations.algebra import Formula
from ...formulations.data import Rule
from ...formulations.errors import UnsupportedModel
from ...formulations.language import Game
from ..kernel.sentence import above, at_least, at_most, by_roles
from .heard import Actor, Heard
from .hearing import heard
from .samples import rules_of, samples
from .traces import Refused, Trace

RESERVED = {"own", "others", "own_2", "total", "sold", "spent"}
"""The roles that sentences add."""


@dataclass(frozen=True, eq=False)
class Roles:
    """A game, and what is known of its roles: small instances, and what is declared whatever the data are."""

    samples: tuple[Game, ...]
    heard: Heard

    @property
    def sample(self) -> Game:
        """A small instance."""
        return self.samples[0]

    @property
    def population(self) -> Actor:
        """The population."""
        return self.heard.actors[-1]

    @property
    def leader(self) -> Actor | None:
        """Who decides first, or None."""
        return self.heard.actors[0] if len(self.heard.actors) > 1 else None

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """The rules of the data."""
        return rules_of(self.sample)

    @property
    def lower(self) -> Fraction | None:
        """What nobody in the population decides below, None if the data or N say."""
        return self.population.decision.lower.value

    @property
    def least(self) -> Fraction | None:
        """What everybody in the population can decide on at the least, None if it is not the same for all."""
        side = self.population.decision.lower
        return side.value if side.same else None

    @property
    def upper(self) -> Fraction | None:
        """What nobody in the population decides above, None if the data or N say."""
        return self.population.decision.upper.value

    @property
    def count(self) -> str:
        """The role that is the population's size."""
        return f"{self.population.name}_count"

    @property
    def utility(self) -> Formula:
        """The population's utility of one person's roles.

        Raises
        ------
        UnsupportedModel
            When it is no formula by role.
        """
        trace = formula_by_role(self.population.utility)
        if trace.sums:
            name, what = self.population.name, self.population.decision.name
            raise UnsupportedModel(f"the utility of the {name} adds up over everybody; `others` is the others' {what}")
        return trace.formula

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
                found |= within(name, self.lower, self.upper)
            elif name == "others" and self.lower is not None and self.lower >= 0:
                found |= within(name, Fraction(0), None, strict=others)
            elif self.leader is not None and name == self.leader.decision.name:
                decision = self.leader.decision
                found |= within(name, decision.lower.value, decision.upper.value, strict=led)
        return found

    def positive(self, led: bool) -> tuple[str, ...]:
        """Return the data, and the leader's decision if it is not least, that are positive by their rules."""
        names = [name for name, rule in self.rules.items() if rule.above is not None and rule.above >= 0]
        if led and self.leader is not None and self.leader.decision.lower.value == 0:
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
    >>> list(roles.given(["own", "others", "cost"], others=True)), roles.least
    (['own ≥ 0', 'others > 0', 'cost > 0'], Fraction(0, 1))
    """
    made = list(samples(pattern)) or ([] if isinstance(pattern, type) else [pattern])
    if not made:
        kind = pattern.__name__ if isinstance(pattern, type) else type(pattern).__name__
        raise UnsupportedModel(f"no small instance of {kind} was accepted; give an instance in place of the class")
    told = heard(tuple(made))
    roles = Roles(tuple(made[:4]), told)
    if taken := sorted({*RESERVED, roles.count} & set(roles.rules)):
        raise UnsupportedModel(f"a sentence has names of its own; call {', '.join(taken)} otherwise")
    return roles


def formula_by_role(said: Trace | Refused) -> Trace:
    """Return what a formula computes.

    Raises
    ------
    UnsupportedModel
        When it is no formula by role.
    """
    if isinstance(said, Refused):
        raise UnsupportedModel(said.reason)
    return said


def _obeys(name: str, rule: Rule) -> dict[str, Formula]:
    if rule.above is not None:
        return within(name, Fraction(rule.above), None, strict=True)
    return within(name, None if rule.at_least is None else Fraction(rule.at_least), None)


def within(name: str, lower: Fraction | None, upper: Fraction | None, strict: bool = False) -> dict[str, Formula]:
    """Return that a role is between two numbers, those that are known; `strict` is above the lower one."""
    found = {}
    if lower is not None:
        sign = ">" if strict else "≥"
        found[f"{name} {sign} {lower}"] = (_above if strict else _at_least)(name, lower)
    if upper is not None:
        found[f"{name} ≤ {upper}"] = _at_most(name, upper)
    return found


def _above(name: str, value: Fraction) -> Formula:
    return by_roles((name,), lambda a, given: above(given[name], value))


def _at_least(name: str, value: Fraction) -> Formula:
    return by_roles((name,), lambda a, given: at_least(given[name], value))


def _at_most(name: str, value: Fraction) -> Formula:
    return by_roles((name,), lambda a, given: at_most(given[name], value))
