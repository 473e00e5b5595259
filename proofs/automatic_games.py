"""What is asked of a game: concavity, an equilibrium and only one, and that nobody is worse off than staying out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..formulations.algebra import Formula, roles_of
from .automatic_equilibria import EquilibriumQuestions
from .automatic_questions import Disciplined, Part, Question, Route, combined, derivative
from .automatic_roles import Roles
from .automatic_sentences import staying_out
from .claim import Counterexample, OnBox
from .sentence import Sentence, at_least, at_most, below, by_roles, substitute


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
        statement = f"The utility of every {self.who} is concave in its own {self.roles.population.decision.name}"
        routes = []
        for words, given in self.assumptions:
            for strict, relation in ((" strictly", below), ("", at_most)):
                goal = combined(lambda a, value, _, relation=relation: relation(value, 0), self.curvature)
                text = statement.replace(" concave", f"{strict} concave") + (f", {words}" if words else "")
                parts = {"curvature": self.sentence(goal, given)}
                routes.append(Route("sign of the second derivative", text, parts))
        words, given = self.assumptions[-1]
        routes += self._between(statement, words, given)
        if self.roles.own.lower is not None and self.roles.own.upper is not None:
            box = {"own": (str(self.roles.own.lower), str(self.roles.own.upper))}
            if set(roles_of(self.curvature)) <= set(box):
                goal = combined(lambda a, value, _: at_most(value, 0), self.curvature)
                routes.append(Route("second derivative in balls", statement, {"curvature": OnBox(box, goal)}))
        signs = {name: self._sign(name, given) for name in roles_of(self.utility) if name != "own"}
        rules: dict[str, Part] = {"rules": Disciplined(self.utility, "own", signs, self._sign("own", given))}
        routes.append(Route("rules of composition", statement, rules))
        goal = combined(lambda a, value, _: at_most(value, 0), self.curvature)
        hint = Counterexample(self.sentence(goal, given).given, goal)
        return Question(f"concave-{self.who}", statement + ".", tuple(routes), broken_sentence(self.roles, hint), hint)

    def concave_leader(self) -> Question:
        """Whether the leader's utility is concave in its own decision, everybody else's being given."""
        from .automatic_sums import taken_apart

        leader = self.roles.leader
        assert leader is not None
        what = leader.decision.name
        name, statement = f"concave-{leader.name}", f"The utility of the {leader.name} is concave in its own {what}"
        taken = taken_apart(self.roles, leader.utility)
        curvature = derivative(derivative(taken.value, what), what)
        goal = combined(lambda a, value, _: at_most(value, 0), curvature)
        parts: dict[str, Part] = {}
        signs: dict[str, Formula] = {}
        for role, summand in taken.summands.items():
            positive = combined(lambda a, value, _: at_least(value, 0), summand)
            parts[f"what {role} adds up is not negative"] = Sentence(self.roles.given(roles_of(summand)), positive)
            signs[f"{role} ≥ 0"] = by_roles((role,), lambda a, given, role=role: at_least(given[role], 0))
        known = {**self.roles.given(roles_of(curvature)), **signs}
        parts["curvature"] = self.sentence(goal, known)
        text = f"{statement}, the decisions of every {self.who} being given"
        return Question(name, f"{text}.", (Route("sign of the second derivative", text, parts),))

    def _between(self, statement: str, words: str, given: Mapping[str, Formula]) -> list[Route]:
        """Concavity without derivatives: no utility lies below the middle of two others."""
        if "own" not in roles_of(self.utility):
            return []
        second = substitute(self.utility, own=lambda a, own_2: own_2)
        middle = substitute(self.utility, own=lambda a, own, own_2: (own + own_2) / 2)
        goal = combined(lambda a, x, y, m, _: at_least(2 * m, x + y), self.utility, second, middle)
        twice = {
            text.replace("own", "own₂"): substitute(known, own=lambda a, own_2: own_2)
            for text, known in given.items()
            if "own" in roles_of(known)
        }
        text = statement + (f", {words}" if words else "")
        return [Route("the middle of any two decisions", text, {"middle": self.sentence(goal, {**given, **twice}, 2)})]

    def _sign(self, name: str, given: Mapping[str, Formula]) -> str:
        if f"{name} > 0" in given:
            return "positive"
        return "nonnegative" if f"{name} ≥ 0" in given else ""

    def rationality(self) -> Question:
        """Whether nobody is worse off at an equilibrium than with nothing."""
        what = self.roles.population.decision.name
        statement = f"At an equilibrium no {self.who} has a utility below zero"
        least = self.roles.own.lower
        if least is None:
            reason = f"the least {what} depends on the data; with a fixed one it could be compared with staying out"
            return Question("individual-rationality", statement + ".", promise="individual-rationality", reason=reason)
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
            routes.append(Route("staying out", text + (f", {words}" if words else ""), parts))
        return Question("individual-rationality", statement + ".", tuple(routes), promise="individual-rationality")


def broken_sentence(roles: Roles, wanted: Counterexample) -> Callable[[Any, Mapping[str, Any]], Any]:
    """Return the test whether an instance with two people breaks a sentence about the first of them."""
    from .countermodel import breaks, evaluated

    def broken(_: Any, instance: Mapping[str, Any]) -> Any:
        what = roles.population.decision.name
        named = {"own": instance[f"{what}[0]"], "others": instance[f"{what}[1]"], roles.count: 2}
        values = {
            name: named[name] if name in named else instance.get(name, instance.get(f"{name}[0]"))
            for name in wanted.variables
        }
        return evaluated(wanted.goal, values)[0] if breaks(wanted, values) else None

    return broken
