"""What is asked of a game whose people decide on two things: joint concavity, an equilibrium, and that nobody loses.

A utility of x and y is jointly concave where its second derivatives h satisfy Sylvester's conditions h_xx ≤ 0, h_yy ≤ 0
and h_xx h_yy ≥ h_xy². Each is a sentence about one person and the others' sums, and so about every number of people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from ...formulations.algebra import Formula, read, roles_of
from ...formulations.errors import UnsupportedModel
from ...solvers.readings.rationals import Rationals
from ..claims.claim import Axiom
from ..kernel.sentence import Relation, Sentence, at_least, at_most
from .heard import Choice
from .jumps import continuous
from .questions import Part, Question, Route, combined, derivative
from .roles import Roles, within
from .sentences import staying_out_of

CONCAVE_GAME = Axiom(
    "equilibria of concave games",
    "decisions in finite rectangles, continuous utilities that are jointly concave in the own decisions: there is an "
    "equilibrium",
    "Debreu 1952; Glicksberg 1952; Fan 1952",
)
SYLVESTER = Axiom(
    "Sylvester's conditions",
    "a symmetric matrix of two rows is negative semidefinite where both its diagonal entries are not positive and its "
    "determinant is not negative; a function whose second derivatives are so on a rectangle is concave on it",
    "Sylvester 1852",
)


@dataclass(frozen=True, eq=False)
class TwoQuestions:
    """What is asked about a population that decides on two things."""

    roles: Roles

    def questions(self) -> Iterator[tuple[str, Callable[[], Question]]]:
        """Return the questions by name; each is asked when its turn comes."""
        yield f"jointly-concave-{self.who}", self.concave
        yield "existence", self.existence
        yield "individual-rationality", self.rationality

    @property
    def who(self) -> str:
        """What one of the population is called."""
        return self.roles.population.name

    @cached_property
    def choices(self) -> tuple[Choice, Choice]:
        """The two decisions."""
        population = self.roles.population
        assert population.second is not None
        return population.decision, population.second

    @property
    def words(self) -> str:
        """The two decisions in words."""
        first, second = self.choices
        return f"{first.name} and {second.name}"

    @cached_property
    def utility(self) -> Formula:
        """U."""
        return self.roles.utility

    def given(self, others: bool = False) -> dict[str, Formula]:
        """What holds of all roles of the utility; `others` says that the others' sums are positive."""
        found = self.roles.given(roles_of(self.utility))
        for choice in self.choices:
            lower, upper = choice.lower.value, choice.upper.value
            found |= within(f"own_{choice.name}", lower, upper)
            if lower is not None and lower >= 0:
                found |= within(f"others_{choice.name}", Fraction(0), None, strict=others)
        return found

    def sentence(self, goal: Formula, given: Mapping[str, Formula]) -> Sentence:
        """Return a sentence; of the hypotheses those on roles that the goal asks for."""
        asked = set(roles_of(goal))
        return Sentence({t: known for t, known in given.items() if asked & set(roles_of(known))}, goal, degree=4)

    @cached_property
    def bends(self) -> tuple[Formula, Formula, Formula]:
        """h_xx, h_yy and h_xy."""
        one, two = (f"own_{choice.name}" for choice in self.choices)
        first = derivative(self.utility, one)
        return derivative(first, one), derivative(derivative(self.utility, two), two), derivative(first, two)

    def conditions(self, given: Mapping[str, Formula]) -> dict[str, Part]:
        """Sylvester's conditions."""
        first, second, mixed = self.bends
        falls = combined(lambda a, value, _: at_most(value, 0), first)
        too = combined(lambda a, value, _: at_most(value, 0), second)
        outweighs = combined(lambda a, p, q, m, _: at_least(p * q, m * m), first, second, mixed)
        one, two = (choice.name for choice in self.choices)
        return {
            f"concave in {one}": self.sentence(falls, given),
            f"concave in {two}": self.sentence(too, given),
            "and together": self.sentence(outweighs, given),
        }

    def concave(self) -> Question:
        """Whether the utility is jointly concave in both decisions."""
        statement = f"The utility of every {self.who} is jointly concave in its own {self.words}"
        routes = []
        for words, others in (("", False), (", where the others' sums are positive", True)):
            parts = self.conditions(self.given(others))
            routes.append(Route("Sylvester's conditions", statement + words, parts, (SYLVESTER,)))
        return Question(f"jointly-concave-{self.who}", statement + ".", tuple(routes), self._broken)

    def existence(self) -> Question:
        """Whether there is an equilibrium."""
        statement, given = f"There is an equilibrium for every number of {self.who}s", self.given()
        parts: dict[str, Part] = {
            "continuous": self.sentence(continuous(self.utility), given),
            **self.conditions(given),
        }
        route = Route("concave game", statement, parts, (SYLVESTER, CONCAVE_GAME))
        return Question("existence", statement + ".", (route,))

    def rationality(self) -> Question:
        """Whether nobody is worse off at an equilibrium than with nothing of either."""
        statement = f"At an equilibrium no {self.who} has a utility below zero"
        if any(not choice.lower.same or choice.lower.value != 0 for choice in self.choices):
            reason = f"not everybody can stay out of both {self.words}; with lower bounds of zero all could"
            return Question("individual-rationality", statement + ".", reason=reason)
        out = staying_out_of(self.utility, tuple(f"own_{choice.name}" for choice in self.choices))
        goal = combined(lambda a, value, _: at_least(value, 0), out)
        text = f"{statement}, since nothing of {self.words} pays at least zero whatever the others do"
        parts: dict[str, Part] = {"staying out pays at least zero": self.sentence(goal, self.given())}
        return Question("individual-rationality", statement + ".", (Route("staying out", text, parts),))

    def _person(self, instance: Mapping[str, Any]) -> dict[str, Any]:
        """The roles of the first person of an instance."""
        found = {name: instance.get(name, instance.get(f"{name}[0]")) for name in roles_of(self.utility)}
        for choice in self.choices:
            decided = [value for name, value in instance.items() if name.startswith(f"{choice.name}[")]
            found[f"own_{choice.name}"], found[f"others_{choice.name}"] = decided[0], sum(decided[1:], Fraction(0))
            found[self.roles.count] = Fraction(len(decided))
        return found

    def _broken(self, game: Any, instance: Mapping[str, Any]) -> Any:
        """Whether Sylvester's conditions fail for the first person of an instance."""
        person = self._person(instance)
        if any(
            not low < person[f"own_{c.name}"] < high for c, (low, high) in zip(self.choices, _bounds(game), strict=True)
        ):
            return None  # inside both ranges they must hold
        try:
            first, second, mixed = (Fraction(read(bend, Rationals(), person)) for bend in self.bends)
        except (TypeError, UnsupportedModel):
            return None
        for value, choice in ((first, self.choices[0]), (second, self.choices[1])):
            if value > 0:
                return Relation(value, "<=", Fraction(0)), f"the marginal utility rises along {choice.name}"
        if first * second < mixed * mixed:
            return Relation(first * second, ">=", mixed * mixed), "it is not concave along both at once"
        return None


def _bounds(game: Any) -> list[tuple[Fraction, Fraction]]:
    return [(Fraction(one.lower[0]), Fraction(one.upper[0])) for one in game.players()[-1].choices]
