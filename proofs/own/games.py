"""What is asked of a game: concavity, an equilibrium and only one, and that nobody is worse off than staying out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.algebra import Formula, read, roles_of
from ...formulations.language import Decision
from ...solvers.readings.rationals import Rationals
from ..claims.claim import Counterexample, OnBox
from ..kernel.sentence import Relation, Sentence, at_least, at_most, below, by_roles, substitute
from .equilibria import EquilibriumQuestions
from .finite_sets import SetQuestions, loses
from .questions import Part, Question, Route, combined, derivative
from .roles import Roles
from .sentences import disciplined, staying_out
from .sums import taken_apart

SMALL_STEPS = (Fraction(1, 2), Fraction(1, 4))
"""Beside one, how far decisions are apart between which a utility is tried."""


class GameQuestions(EquilibriumQuestions):
    """What is asked about a game's population and its leader."""

    def questions(self) -> Iterator[tuple[str, Callable[[], Question]]]:
        """Return the questions by name; each is asked when its turn comes."""
        yield f"concave-{self.who}", self.concave
        if self.roles.leader is not None:
            yield f"concave-{self.roles.leader.name}", self.concave_leader
        yield "existence", self.existence
        yield "uniqueness", self.uniqueness
        yield "individual-rationality", self.rationality

    def concave(self) -> Question:
        """Whether the population's utility is concave in the own decision."""
        if self.of_set is not None:
            return self.of_set.concave()
        statement = f"The utility of every {self.who} is concave in its own {self.roles.population.decision.name}"
        routes = []
        for words, given in self.assumptions:
            for strict, relation in ((" strictly", below), ("", at_most)):
                goal = combined(lambda a, value, _, relation=relation: relation(value, 0), self.curvature)
                text = where(statement.replace(" concave", f"{strict} concave"), words)
                parts = {"curvature": self.sentence(goal, given)}
                routes.append(Route("sign of the second derivative", text, parts))
        for words, given in dict([self.assumptions[0], self.assumptions[-1]]).items():
            parts = {"middle": self.middle(given)}
            routes.append(Route("the middle of any two decisions", where(statement, words), parts))
        goal = combined(lambda a, value, _: at_most(value, 0), self.curvature)
        if self.roles.lower is not None and self.roles.upper is not None:
            box = {"own": (str(self.roles.lower), str(self.roles.upper))}
            if set(roles_of(self.curvature)) <= set(box):
                routes.append(Route("second derivative in balls", statement, {"curvature": OnBox(box, goal)}))
        for words, given in self.assumptions:
            rules = {"rules": disciplined(self.utility, "own", given)}
            routes.append(Route("rules of composition", where(statement, words), rules))
        hint = Counterexample(self.sentence(goal, given).given, goal)
        broken = broken_concavity(self.roles, hint, self.utility)
        return Question(f"concave-{self.who}", statement + ".", tuple(routes), broken, hint)

    @property
    def of_set(self) -> SetQuestions | None:
        """What is asked instead where decisions are from a finite set."""
        return SetQuestions(self.roles) if self.roles.population.decision.finite else None

    def existence(self) -> Question:
        """Whether there is an equilibrium of the population."""
        return super().existence() if self.of_set is None else self.of_set.existence()

    def uniqueness(self) -> Question:
        """Whether there is no more than one equilibrium of the population."""
        return super().uniqueness() if self.of_set is None else self.of_set.uniqueness()

    def concave_leader(self) -> Question:
        """Whether the leader's utility is concave in its own decision, everybody else's being given."""
        leader = self.roles.leader
        assert leader is not None
        what = leader.decision.name
        name, statement = f"concave-{leader.name}", f"The utility of the {leader.name} is concave in its own {what}"
        taken = taken_apart(leader.utility)
        curvature = derivative(derivative(taken.value, what), what)
        goal = combined(lambda a, value, _: at_most(value, 0), curvature)
        parts: dict[str, Part] = {}
        signs: dict[str, Formula] = {}
        for role, summand in taken.summands.items():
            positive = combined(lambda a, value, _: at_least(value, 0), summand)
            parts[f"what {role} adds up is not negative"] = Sentence(self.roles.given(roles_of(summand)), positive)
            signs[f"{role} ≥ 0"] = by_roles((role,), lambda a, given, role=role: at_least(given[role], 0))
        known = {**self.roles.given(roles_of(taken.value)), **signs}
        parts["curvature"] = self.sentence(goal, known)
        text = f"{statement}, the decisions of every {self.who} being given"
        by_sign = Route("sign of the second derivative", text, parts)
        signs_only = {role: part for role, part in parts.items() if role != "curvature"}
        by_rules: dict[str, Part] = {**signs_only, "rules": disciplined(taken.value, what, {**known, **signs})}
        return Question(name, f"{text}.", (by_sign, Route("rules of composition", text, by_rules)))

    def rationality(self) -> Question:
        """Whether nobody is worse off at an equilibrium than with nothing."""
        what, least = self.roles.population.decision.name, self._least
        statement = f"At an equilibrium no {self.who} has a utility below zero"
        if self.of_set is not None and self.roles.population.decision.among:
            routes = list(self.of_set.staying(statement))
            return Question("individual-rationality", f"{statement}.", tuple(routes), look=loses(self.roles))
        if least is None:
            reason = f"the least {what} is not the same for all; with a fixed one it could be compared with staying out"
            return Question("individual-rationality", statement + ".", reason=reason)
        out = staying_out(self.utility) if least == 0 else substitute(self.utility, own=lambda a: a.number(least))
        goal = combined(lambda a, value, _: at_least(value, 0), out)
        at_all = combined(lambda a, value, _: at_least(value, 0), self.at_nothing)
        routes = []
        for words, given in self.assumptions:
            data = {text: known for text, known in given.items() if "own" not in roles_of(known)}
            parts: dict[str, Part] = {"the least decision pays at least zero": self.sentence(goal, data)}
            if "others' sum" in words:
                parts["and so where nobody does anything"] = self.sentence(at_all, data)
                words = words.replace("where the others' sum is positive", "").strip(", ")
            text = f"{statement}, since {what} = {least} pays at least zero whatever the others do"
            routes.append(Route("staying out", where(text, words), parts))
        return Question("individual-rationality", statement + ".", tuple(routes))

    @property
    def _least(self) -> Fraction | None:
        """The decision that stays out: nothing, where less could be decided on; None if it is not the same for all."""
        least, decision = self.roles.least, self.roles.population.decision
        if least is None:
            return None
        if decision.finite:
            return least  # which is one of everybody's values, as zero need not be
        if least < 0 and decision.upper.same and (decision.upper.value or Fraction(0)) >= 0:
            return Fraction(0)
        return None if decision.whole and least.denominator != 1 else least


def where(text: str, words: str) -> str:
    """Return a statement with what is assumed, if anything is."""
    return f"{text}, {words}" if words else text


def broken_concavity(roles: Roles, wanted: Counterexample, utility: Formula) -> Callable[[Any, Mapping[str, Any]], Any]:
    """Return the test whether the first person, or the second who has other bounds, has a utility that is not concave.

    The second derivative tells, or else a decision between two others that is worth less than they.
    """
    from ..provers.countermodel import breaks, evaluated, holds

    bounds = roles.population.decision
    persons = (0,) if bounds.lower.same and bounds.upper.same else (0, 1)

    def broken(game: Any, instance: Mapping[str, Any]) -> Any:
        told = (of_person(game, instance, k) for k in persons)
        return next((found for found in told if found is not None), None)

    def of_person(game: Any, instance: Mapping[str, Any], k: int) -> Any:
        what = roles.population.decision.name
        decided = [value for name, value in instance.items() if name.startswith(f"{what}[")]
        named = {"own": decided[k], "others": sum(decided) - decided[k], roles.count: Fraction(len(decided))}
        values = {
            name: named[name] if name in named else instance.get(name, instance.get(f"{name}[{k}]"))
            for name in dict.fromkeys((*wanted.variables, *roles_of(utility)))
        }
        decision = game.players()[-1].decision
        try:
            if not decision.whole and breaks(wanted, values):
                return evaluated(wanted.goal, values)[0]
        except TypeError:  # some kinks have no derivative, others a jump in it
            pass
        return between(values, decision, k)

    def between(values: Mapping[str, Any], decision: Decision, k: int) -> Any:
        if not all(holds(known, values) for known in wanted.given.values()):
            return None
        limits = (np.ravel(np.asarray(side, dtype=object)) for side in (decision.lower, decision.upper))
        own, (lower, upper) = values["own"], (Fraction(side[min(k, len(side) - 1)]) for side in limits)
        room, steps = min(own - lower, upper - own), [Fraction(1), *([] if decision.whole else SMALL_STEPS)]
        for step in (step for step in steps if step <= room):
            low, middle, high = (
                read(utility, Rationals(), {**values, "own": place}) for place in (own - step, own, own + step)
            )
            if 2 * middle < low + high:
                who = f"of {roles.population.name} {k}, " if k else ""
                told = f"{who}less than the mean of what {own - step} and {own + step} are worth"
                return Relation(middle, ">=", (low + high) / 2), told
        return None

    return broken
