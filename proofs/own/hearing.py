"""What a game's declaration says, heard of an instance whose numbers are not known: formulas by role, and bounds.

The same must be said for every number of people, and whichever way unknown data decide; what is not said alike is
refused, with the reason. Small instances with real numbers must say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, partial
from math import isfinite
from numbers import Rational
from typing import Any

import numpy as np

from ...formulations.algebra import Formula, read, roles_of
from ...formulations.errors import MechproofError, UnsupportedModel
from ...formulations.examination import roles_of_two
from ...formulations.language import Decision, Declaration, Game, Player
from .blanks import blanked
from .expressions import Expression, Tracing
from .heard import Actor, Choice, Heard, Limit, Side, agreed
from .samples import numbers_of, rules_of, with_values
from .traces import Refused, Trace, named, trace_of
from .ways import UndecidedError, Ways, every_way, line_of

PEOPLE = (2, 1, *range(3, 13), 40)
"""How many people a declaration is heard for."""
FEW = 3
"""Up to how many people all ways are gone in which data may decide; of more people, where each has a choice of two,
the first and the last ones."""
HEARD = "1 to 12, and 40"
"""The same in words."""


def heard(samples: tuple[Game, ...]) -> Heard:
    """Return what a game declares, whatever its numbers and however many people there are.

    Raises
    ------
    UnsupportedModel
        When who plays, or which constraints there are, is not the same for all.

    Examples
    --------
    >>> import mechproof as mp
    >>> server, clients = heard((mp.StackelbergPricing([1, 2], alpha=1, beta=1),)).actors
    >>> clients.name, clients.decision.lower.value, clients.decision.upper.value
    ('client', Fraction(0, 1), None)
    """
    common = _of_blanks(samples[0])
    for sample in samples:
        ways = Ways()
        people = next((player.count for player in sample.players() if player.count is not None), 0)
        said = _said(sample, people, ways)
        if said is not None:
            why = "it is another for other data; let it ask for them by role"
            common = agreed(common, said, why, _with(numbers_of(sample)))
    return common


def _of_blanks(sample: Game) -> Heard:
    """What is declared whatever a sample's numbers are, and however many of them there are."""
    kind = type(sample)
    common: Heard | None = None
    if kind.read_in is not Declaration.read_in or kind.fields_in is not Declaration.fields_in:
        raise UnsupportedModel(f"{kind.__name__} reads its data in a way of its own; declare them as fields")
    for people in PEOPLE:
        for ways, said in every_way(partial(_blank_said, sample, people), complete=people <= FEW):
            if said is not None:
                common = said if common is None else agreed(common, said, _why(ways, people), Trace.alike)
    if common is None:
        raise UnsupportedModel(f"{kind.__name__} accepts no instance")
    return common


def _blank_said(sample: Game, people: int, ways: Ways) -> Heard | None:
    return _said(blanked(sample, people, ways), people, ways)


def _with(data: Mapping[str, Any]) -> Callable[[Trace, Trace], bool]:
    """Return the comparison of a blank's trace with that of an instance with these data."""
    return lambda blank, real: blank.with_data(data).alike(real.with_data({}))


def _why(ways: Ways, people: int) -> str:
    if ways.lines:
        return f"data decide which it is ({ways.lines[0]}); let roles, maxima and minima say it"
    return f"it is another for {people} people; the number of people is {ways.number}"


def _said(game: Game, people: int, ways: Ways) -> Heard | None:
    """Return what one instance declares, None if it is refused as an instance."""
    name = type(game).__name__
    try:
        with np.errstate(all="ignore"):
            players, constraints, outcomes = game.players(), game.constraints(), dict(game.outcomes())
    except UnsupportedModel:
        raise
    except MechproofError:
        return None
    except UndecidedError:
        raise UnsupportedModel(f"{name}: {ways.refused[-1]}") from None
    except Exception as error:  # whatever a declaration does with what is no number
        where = line_of(error.__traceback__)
        raise UnsupportedModel(f"{name}: {error}" + (f" ({where})" if where else "")) from None
    if ways.refused:  # even if the declaration went on
        raise UnsupportedModel(f"{name}: {ways.refused[-1]}")
    speaking = _Speaking(game, people, ways, players, outcomes)
    ways.number = f"the role {speaking.crowd.name}_count"
    return Heard(
        tuple(map(speaking.actor, players)),
        tuple(Limit(item.name, item.equality, speaking.slack(item.slack)) for item in constraints),
    )


@dataclass(frozen=True)
class _Speaking:
    """One instance that says what it declares."""

    game: Game
    people: int
    ways: Ways
    players: tuple[Player, ...]
    outcomes: Mapping[str, Formula]

    @cached_property
    def crowd(self) -> Player:
        found = [player for player in self.players if player.count is not None]
        if len(found) != 1 or found[0] is not self.players[-1] or len(self.players) > 2:
            shape = ", ".join(
                f"{player.name} ({'several' if player.count is not None else 'one'})" for player in self.players
            )
            raise UnsupportedModel(
                f"{type(self.game).__name__} is played by {shape}; this needs one population, after at most one leader"
            )
        return found[0]

    def actor(self, player: Player) -> Actor:
        crowd = player is self.crowd
        if crowd and player.count != self.people:
            raise UnsupportedModel(
                f"there are {player.count} of {player.name} where the data have {self.people} entries"
            )
        entries = self.people if crowd else 1
        choice, *second = (
            Choice(
                decision.name,
                decision.symbol,
                bool(decision.whole),
                _side(decision.lower, entries, min),
                _side(decision.upper, entries, max),
                decision.reports,
                decision.among is not None,
                _among(decision),
            )
            for decision in player.choices
        )
        given = self.single if crowd else {**self.data, choice.name: self._role(choice.name)}
        utility = self._traced(player.utility, given, {} if crowd else self.aggregates)
        return Actor(player.name, crowd, choice, utility, *second)

    def slack(self, formula: Formula) -> Trace | Refused:
        others = {name: one for name, one in self.outcomes.items() if name not in {**self.all, **self.aggregates}}
        return self._traced(formula, self.all, {**others, **self.aggregates})

    @property
    def aggregates(self) -> Mapping[str, Formula]:
        return self.crowd.aggregates

    @cached_property
    def single(self) -> dict[str, Any]:
        """The roles of one of the population."""
        led = [player.decision.name for player in self.players if player is not self.crowd]
        names = ("own", "others") if self.crowd.second is None else roles_of_two(self.crowd)
        own = {name: self._role(name, each=True) for name in names}
        return {**self.data, **{name: self._role(name) for name in led}, **own}

    @cached_property
    def all(self) -> dict[str, Any]:
        """The roles of constraints and aggregates, which see everybody's decisions."""
        if self.crowd.second is not None:
            return {**self.single, **{one.name: self._role(f"own_{one.name}", each=True) for one in self.crowd.choices}}
        return {**self.single, self.crowd.decision.name: self._role("own", each=True)}

    @cached_property
    def data(self) -> dict[str, Any]:
        """The roles that are data, parts of them, or the number of people."""
        rules = rules_of(self.game)
        owners = {rule.per for rule in rules.values() if rule.per is not None}
        whose = self.crowd.name if len(owners) > 1 else next(iter(owners), None)
        roles = {
            name: self._role(name, rule.per is not None) for name, rule in rules.items() if rule.per in (None, whose)
        }
        found = {item.name: roles[item.name] for item in fields(self.game) if item.name in roles}
        for item in fields(self.game):
            part = getattr(self.game, item.name)
            if isinstance(part, Declaration):
                found[item.name] = _part(part, item.name, roles)
        count = f"{self.crowd.name}_count"
        return {**found, count: self._role(count)}

    def _role(self, name: str, each: bool = False) -> Expression:
        return Expression(self.ways, "role", name, each=each)

    def _traced(self, formula: Formula, given: Mapping[str, Any], defined: Mapping[str, Formula]) -> Trace | Refused:
        try:
            return trace_of(self.ways, named(formula), lambda: self._read(formula, given, defined))
        except UnsupportedModel as error:
            return Refused(str(error))

    def _read(self, formula: Formula, given: Mapping[str, Any], defined: Mapping[str, Formula]) -> Any:
        """Read a formula whose roles may be aggregates and outcomes, which are read first."""
        known = dict(given)
        for name in roles_of(formula):
            if name in defined:
                rest = {key: one for key, one in defined.items() if key != name}
                known[name] = self._read(defined[name], self.all, rest)
        return read(formula, Tracing(self.ways), known)


def _part(part: Any, role: str, roles: Mapping[str, Any]) -> Any:
    """Return a part whose numbers are the roles that begin with its own role's name."""
    values = {}
    for item in fields(part):
        value = getattr(part, item.name)
        if isinstance(value, Declaration):
            values[item.name] = _part(value, f"{role}_{item.name}", roles)
        elif f"{role}_{item.name}" in roles:
            values[item.name] = roles[f"{role}_{item.name}"]
    return with_values(part, values)


def _among(decision: Decision) -> tuple[Fraction, ...]:
    """Return the values of a finite set as they were declared, if they are numbers, and the same for all."""
    among = decision.among or ()
    sets = {id(some): some for some in among} if among and isinstance(among[0], tuple) else {0: among}
    plain = all(isinstance(value, Rational | float) for some in sets.values() for value in some)
    known = {tuple(map(Fraction, some)) for some in sets.values()} if plain else set()
    return known.pop() if len(known) == 1 else ()


def _side(values: Any, entries: int, outermost: Callable[[Iterable[Fraction]], Fraction]) -> Side:
    """Return a bound as it was declared."""
    found = np.ravel(np.asarray(values, dtype=object)).tolist()
    if len(found) not in (1, entries):
        raise UnsupportedModel(f"a decision has {len(found)} bounds for {entries} people")
    if strange := [entry for entry in found if not isinstance(entry, Expression | Rational | Decimal | float)]:
        raise UnsupportedModel(f"a decision's bound is no number: {strange[0]!r}")
    if any(isinstance(entry, Expression) or not isfinite(entry) for entry in found):
        return Side(None, same=False)
    known = [Fraction(entry) for entry in found]
    return Side(outermost(known), same=len(set(known)) == 1)
