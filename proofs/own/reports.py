"""What is asked of decisions that report what people know: that the truth is best, and that nobody loses by it.

Both are sentences about one person against whatever the others report, so they hold for every number of people: a role
such as ``lowest_1`` is any number within the bounds of a report.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from ...formulations.algebra import Formula, roles_of
from ...formulations.data import Rule
from ...formulations.errors import MechproofError
from ...formulations.language import Game
from ...solvers.certificates.exact_replies import Better, Person, people_of
from ...solvers.readings.game import GameReading
from ...solvers.readings.rationals import Rationals
from ..claims.claim import Axiom
from ..kernel.sentence import Relation, Sentence, at_least, at_most, by_roles, substitute
from .instances import POOL, Broken, data_of
from .questions import Part, Question, Route, combined
from .ranks import asked_ranks, known_of_ranks, numbers_of_others, with_ranks
from .roles import Roles, formula_by_role
from .samples import filled, fitting
from .traces import Trace

DOMINANT = Axiom(
    "dominant decisions",
    "where everybody takes a decision that is at least as good as any other whatever the others do, "
    "nobody gains by another",
    "the definition of an equilibrium",
)
ENOUGH = 40
"""Turns after which the simplest instance that was found is taken."""


@dataclass(frozen=True)
class ReportQuestions:
    """What is asked about a population that reports something."""

    roles: Roles

    @property
    def told(self) -> str:
        """The data that are reported."""
        return self.roles.population.decision.reports

    @property
    def trace(self) -> Trace:
        """A person's utility."""
        return formula_by_role(self.roles.population.utility)

    def questions(self) -> Iterator[tuple[str, Callable[[], Question]]]:
        """Return the questions by name."""
        if self.roles.population.decision.discrete:
            yield from ((name, partial(self._not_asked, name)) for name in ("truthfulness", "individual-rationality"))
            return
        yield "truthfulness", self.truthfulness
        yield "individual-rationality", self.rationality
        if asked_ranks(self.trace):
            yield "existence", self.existence

    def _not_asked(self, name: str) -> Question:
        """What is not asked of reports in whole numbers, or from a set, of which the truth need not be one."""
        reason = (
            f"the {self.told} need not be a {self.roles.population.decision.name} that there is; between bounds it is"
        )
        return Question(name, f"{name.replace('-', ' ').capitalize()}.", reason=reason)

    def truthfulness(self) -> Question:
        """Whether no report is better than the truth, whatever the others report."""
        who, what = self.roles.population.name, self.roles.population.decision.name
        statement = f"Whatever the others report, no {who} gains by another {what} than its {self.told}"
        look = partial(self._look, _lie, statement="lie")
        route = Route("the truth against any report", self._for_all(statement), self._best())
        return Question("truthfulness", f"{self._for_all(statement)}.", (route,), look=look)

    def rationality(self) -> Question:
        """Whether nobody who reports the truth has a utility below zero."""
        who = self.roles.population.name
        statement = self._for_all(
            f"Whatever the others report, no {who} that reports its {self.told} has a utility below zero"
        )

        def goal(honest: Formula, _: Formula) -> Formula:
            return combined(lambda a, value, __: at_least(value, 0), honest)

        route = Route("the truth pays at least zero", statement, self._parts(goal))
        look = partial(self._look, _loss, statement="loss")
        return Question("individual-rationality", f"{statement}.", (route,), look=look)

    def existence(self) -> Question:
        """Whether everybody's truth is an equilibrium, for every number of people."""
        who = self.roles.population.name
        statement = self._for_all(
            f"Where every {who} reports its {self.told}, nobody gains by another report: an equilibrium"
        )
        route = Route("the truth is dominant", statement, self._best(), (DOMINANT,))
        return Question("existence", f"{statement}.", (route,))

    def _for_all(self, statement: str) -> str:
        return f"{statement}, for every number of {self.roles.population.name}s"

    def _best(self) -> dict[str, Part]:
        return self._parts(lambda honest, lying: combined(lambda a, one, two, _: at_least(one, two), honest, lying))

    def _parts(self, goal: Callable[[Formula, Formula], Formula]) -> dict[str, Part]:
        """Return a sentence for each number of others for which the utility is another formula."""
        found: dict[str, Part] = {}
        for words, there in numbers_of_others(self.trace):
            lying = with_ranks(self.trace, there).formula
            honest = substitute(lying, own=by_roles((self.told,), lambda a, given: given[self.told]))
            wanted = goal(honest, lying)
            asked = set(roles_of(wanted))
            known = {
                **self.roles.given(roles_of(wanted)),
                **self._reportable(),
                **known_of_ranks(self.roles, self.trace),
            }
            found[words] = Sentence({text: one for text, one in known.items() if set(roles_of(one)) <= asked}, wanted)
        return found

    def _reportable(self) -> dict[str, Formula]:
        """That the truth lies within the bounds of a report."""
        name, found = self.told, dict[str, Formula]()
        lower, upper = self.roles.lower, self.roles.upper
        if lower is not None:
            found[f"{name} ≥ {lower}"] = by_roles((name,), lambda a, given: at_least(given[name], lower))
        if upper is not None:
            found[f"{name} ≤ {upper}"] = by_roles((name,), lambda a, given: at_most(given[name], upper))
        return found

    def _look(
        self, search: Callable[[Person, Fraction, Any], Better | None], seconds: float, statement: str
    ) -> Broken | None:
        """Return the simplest small instance found in which the truth is beaten, or costs somebody something."""
        draw, deadline, turn = random.Random(0), time.perf_counter() + seconds, 0
        if self.roles.leader is not None:  # what the leader decides would have to be drawn as well
            return None
        most = max((k for _, k in asked_ranks(self.trace)), default=1) + 2
        found: Broken | None = None
        while time.perf_counter() < deadline and (found is None or turn < ENOUGH):
            turn += 1
            game = self._drawn(draw, 1 + turn % most, POOL[: 2 + turn // 10])
            broken = None if game is None else self._broken(game, search, statement)
            if broken is not None and (found is None or _weight(broken) < _weight(found)):
                found = broken
        return found

    def _drawn(self, draw: random.Random, people: int, pool: tuple[Fraction, ...]) -> Game | None:
        def numbers(_: str, rule: Rule) -> Any:
            if rule.per is None:
                return fitting(rule, draw.choice(pool))
            return [fitting(rule, draw.choice(pool)) for _ in range(people)]

        game: Game | None = filled(self.roles.sample, numbers)
        return game

    def _broken(self, game: Game, search: Callable[..., Better | None], statement: str) -> Broken | None:
        """Return an instance as it was drawn, with what the first one decides who can gain or lose, and the others."""
        better = _found(game, search)
        if better is None:
            return None
        what, who = self.roles.population.decision.name, self.roles.population.name
        decided = {f"{what}[{k}]": value for k, value in enumerate((better.instead, *better.others))}
        values: Mapping[str, Fraction] = {**data_of(self.roles, game), **decided}
        if statement == "loss":
            told = f"{who} 0 loses by {what} {better.instead}, which is its {self.told}"
            return Broken(values, Relation(better.missed, ">=", 0), told)
        told = f"{who} 0 gains {better.gain} by {what} {better.decision} instead of its {self.told} {better.instead}"
        return Broken(values, Relation(better.missed, ">=", better.reached), told)


def _found(game: Game, search: Callable[..., Better | None]) -> Better | None:
    """Return what is better for the first person than the truth, where everybody can tell it; computed twice."""
    try:
        people = list(people_of(game))
        honest = [person.truth for person in people if person.truth is not None]
        bounds = [person.bounds for person in people]
        if not all(low <= one <= high for one, (low, high) in zip(honest, bounds, strict=True)):
            return None
        better = search(people[0], honest[0], honest[1:])
        return better if better is not None and _computed_again(game, better) else None
    except (MechproofError, ArithmeticError):
        return None


def _computed_again(game: Game, better: Better) -> bool:
    """Whether both utilities come out the same where everybody's are computed at once."""
    reading = GameReading(game, Rationals())
    for own, worth in ((better.decision, better.reached), (better.instead, better.missed)):
        everybody = np.array([own, *better.others], dtype=object)
        if reading.utility(everybody, reading.others(everybody), {})[0] != worth:
            return False
    return True


def _lie(person: Person, truth: Fraction, others: Any) -> Better | None:
    return person.better_than(truth, others) or person.dominated(truth)


def _loss(person: Person, truth: Fraction, _: Any) -> Better | None:
    return person.below(truth)


def _weight(broken: Broken) -> int:
    return sum(abs(value.numerator) + value.denominator for value in broken.values.values())
