"""What is asked of a game: concavity, an equilibrium and only one, and that nobody is worse off than staying out.

U(x, y) is a person's utility of the own decision x against the others' sum y, and M = ∂U/∂x.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

from ..formulations.algebra import Formula, read, roles_of
from ..formulations.errors import UnsupportedModel
from .automatic_questions import Disciplined, Part, Question, Route, combined, derivative
from .automatic_roles import Roles
from .claim import Axiom, Counterexample, OnBox
from .sentence import Sentence, above, at_least, at_most, below, by_roles, equal, substitute

DEBREU = Axiom(
    "equilibria of concave games",
    "decisions in finite intervals, continuous utilities that are concave in the own decision: there is an equilibrium",
    "Debreu 1952; Glicksberg 1952; Fan 1952",
)
AWAY_FROM_NOTHING = Axiom(
    "equilibria away from nothing",
    "with decisions of at least δ there is an equilibrium (Debreu 1952); where whoever has at most half of a small "
    "total wants more, its total stays above a bound free of δ, so that a limit as δ → 0 is an equilibrium",
    "compactness and continuity",
)
FALLING_SHARES = Axiom(
    "falling shares",
    "where M = 0 let M fall as x takes the place of y, and as x and y grow in proportion: then every share x/Z at "
    "which somebody's condition holds falls in the total Z, also at a bound, and the shares add up to one at one Z "
    "at most",
    "Cornes & Hartley 2005",
)
ROSEN = Axiom(
    "diagonal strict concavity",
    "where ∂M/∂y is the same for all and not positive, and ∂M/∂x − ∂M/∂y is negative, the marginal utilities' Jacobian "
    "is negative definite, and there is no more than one equilibrium",
    "Rosen 1965",
)


@dataclass(frozen=True, eq=False)
class GameQuestions:
    """The sentences about a game's population and its leader."""

    roles: Roles

    @cached_property
    def utility(self) -> Formula:
        """U."""
        return self.roles.flat(self.roles.population.utility)

    @cached_property
    def marginal(self) -> Formula:
        """M."""
        return derivative(self.utility, "own")

    @cached_property
    def curvature(self) -> Formula:
        """∂M/∂x."""
        return derivative(self.marginal, "own")

    @cached_property
    def crossed(self) -> Formula:
        """∂M/∂y."""
        return derivative(self.marginal, "others")

    @property
    def who(self) -> str:
        """What one of the population is called."""
        return self.roles.population.name

    def questions(self) -> Iterator[tuple[str, Callable[[], Question]]]:
        """Return the questions by name; each is asked when its turn comes."""
        yield f"concave-{self.who}", self.concave
        if self.roles.leader is not None:
            yield f"concave-{self.roles.leader.name}", self.concave_leader
        yield "existence", self.existence
        yield "uniqueness", self.uniqueness
        yield "individual-rationality", self.rationality

    def sentence(self, goal: Formula, given: Mapping[str, Formula], degree: int = 3) -> Sentence:
        """Return a sentence; of the hypotheses those on roles that the goal asks for."""
        asked = set(roles_of(goal))
        return Sentence(
            {text: known for text, known in given.items() if asked & set(roles_of(known))}, goal, degree=degree
        )

    def given(self, others: bool = False, led: bool = False) -> dict[str, Formula]:
        """Return what holds of all roles of the utility."""
        return self.roles.given(("own", "others", *roles_of(self.utility)), others, led)

    @cached_property
    def assumptions(self) -> list[tuple[str, dict[str, Formula]]]:
        """What may be assumed, the least first, with what it says in words."""
        choices: list[tuple[str, dict[str, Formula]]] = []
        led = self.roles.leader is not None and self.roles.leader.decision.name in roles_of(self.utility)
        for others, above_least in product((False, True), (False, True) if led else (False,)):
            words = ["where the others' sum is positive"] if others else []
            if above_least and self.roles.leader is not None:
                words.append(f"for every {self.roles.leader.decision.name} above its least")
            choices.append((", ".join(words), self.given(others, above_least)))
        return choices

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

    def _defined(self, given: Mapping[str, Formula]) -> Sentence:
        """That the utility divides by nothing but what is positive; it is then continuous."""
        goal = combined(lambda a, value, _: at_least(0 * value, 0), self.utility)
        return self.sentence(goal, given)

    def _weakly_concave(self, given: Mapping[str, Formula]) -> Sentence:
        return self.sentence(combined(lambda a, value, _: at_most(value, 0), self.curvature), given)

    def existence(self) -> Question:
        """Whether there is an equilibrium of the population."""
        statement = f"There is an equilibrium for every number of {self.who}s"
        routes = []
        for words, given in self.assumptions:
            if "others' sum" not in words:
                text = statement + (f", {words}" if words else "")
                parts: dict[str, Part] = {"continuous": self._defined(given), "concave": self._weakly_concave(given)}
                routes.append(Route("concave game", text, parts, (DEBREU,)))
        if self.roles.own.lower == 0:
            routes += self._away_from_nothing(statement)
        return Question("existence", statement + ".", tuple(routes))

    def _away_from_nothing(self, statement: str) -> list[Route]:
        routes = []
        for words, given in self.assumptions:
            if "others' sum" in words:
                continue
            somebody = given | _somebody()
            led = "above its least" in words
            wants_more = combined(lambda a, value, _: above(value, 0), self.marginal)
            small = {**somebody, **self._small(led, ("own", "others")), "own ≤ others": _half}
            parts: dict[str, Part] = {
                "continuous away from nothing": self._defined(somebody),
                "concave": self._weakly_concave({**given, "others > 0": _others_above}),
                "half of a small total is not enough": self.sentence(wants_more, small, 4),
                "starting from nothing pays": self._starting(led, given),
            }
            text = f"{statement} of whom at least two can decide on something" + (f", {words}" if words else "")
            routes.append(Route("concave game away from nothing", text, parts, (AWAY_FROM_NOTHING,)))
        return routes

    def _small(self, led: bool, names: tuple[str, ...]) -> dict[str, Formula]:
        """That the sum of some roles is below positive bounds made of the data; the least of them is positive."""
        positive = [name for name in self.roles.positive(led) if name in roles_of(self.utility)][:3]

        def total(given: Mapping[str, Any]) -> Any:
            return sum((given[name] for name in names[1:]), given[names[0]])

        words, bounds = " + ".join(names), {}
        bounds[f"8 ({words}) ≤ 1"] = by_roles(names, lambda a, given: at_most(8 * total(given), 1))
        for top in positive:
            bounds[f"8 ({words}) ≤ {top}"] = by_roles(
                (*names, top), lambda a, given, top=top: at_most(8 * total(given), given[top])
            )
            for factor in positive:
                if factor != top:
                    bounds[f"8 ({words}) {factor} ≤ {top}"] = by_roles(
                        (*names, top, factor),
                        lambda a, given, top=top, factor=factor: at_most(8 * total(given) * given[factor], given[top]),
                    )
        return bounds

    def _starting(self, led: bool, given: Mapping[str, Formula]) -> Sentence:
        """That who decides on a little while nobody else does has more than with nothing."""
        alone = substitute(self.utility, others=lambda a: a.number(0))
        gain = combined(lambda a, value, nothing, _: above(value, nothing), alone, self.at_nothing)
        small = {**given, "own > 0": _own_above, **self._small(led, ("own",))}
        return self.sentence(gain, small, 4)

    @cached_property
    def at_nothing(self) -> Formula:
        """U(0, 0)."""
        return staying_out(substitute(self.utility, others=lambda a: a.number(0)))

    def uniqueness(self) -> Question:
        """Whether there is no more than one equilibrium of the population."""
        statement = f"There is no more than one equilibrium, for every number of {self.who}s"
        routes = []
        if self.roles.own.lower is not None and self.roles.own.lower >= 0:
            for words, given in self.assumptions:
                if "others' sum" not in words:
                    text = statement + (f", {words}" if words else "")
                    routes += self._shares(text, given, "above its least" in words)
        routes.append(self._rosen(statement, self.given()))
        return Question("uniqueness", statement + ".", tuple(routes), promise="uniqueness")

    def _shares(self, text: str, given: Mapping[str, Formula], led: bool) -> list[Route]:
        somebody = given | _somebody()
        place = combined(lambda a, own, cross, _: below(own - cross, 0), self.curvature, self.crossed)
        ray = combined(
            lambda a, own, cross, g: below(g["own"] * own + g["others"] * cross, 0),
            self.curvature,
            self.crossed,
            roles=("own", "others"),
        )
        vanishes = {"M = 0": combined(lambda a, value, _: equal(value, 0), self.marginal)}
        routes = []
        for kind, nothing in self._nothing(led, given).items():
            for known in (somebody, {**somebody, **vanishes}):
                parts: dict[str, Part] = {
                    "falls as own takes the place of others": self.sentence(place, known),
                    "falls as both grow, own > 0": self.sentence(ray, {**known, "own > 0": _own_above}, 4),
                    "falls as both grow, others > 0": self.sentence(ray, {**known, "others > 0": _others_above}, 4),
                    **nothing,
                }
                routes.append(Route(f"falling shares, {kind}", text, parts, (FALLING_SHARES,)))
        return routes

    def _nothing(self, led: bool, given: Mapping[str, Formula]) -> dict[str, dict[str, Part]]:
        """The ways to show that nobody deciding on anything is no further equilibrium."""
        if self.roles.own.lower != 0:
            return {"everybody decides on something": {}}
        pays: dict[str, Part] = {"starting from nothing pays": self._starting(led, given)}
        origin = {"own": lambda a: a.number(0), "others": lambda a: a.number(0)}
        here = [substitute(formula, **origin) for formula in (self.marginal, self.curvature, self.crossed)]
        data = {text: known for text, known in given.items() if not {"own", "others"} & set(roles_of(known))}
        stays = {"M(0, 0) = 0": combined(lambda a, value, _: equal(value, 0), here[0])}
        falls: dict[str, Part] = {
            f"M falls from nothing on in {name}": self.sentence(
                combined(lambda a, value, _: below(value, 0), formula), {**data, **stays}
            )
            for name, formula in (("own", here[1]), ("others", here[2]))
        }
        return {"starting pays": pays, "from nothing on": falls}

    def _rosen(self, statement: str, given: Mapping[str, Formula]) -> Route:
        data = [name for name in roles_of(self.crossed) if self.roles.rules.get(name) and self.roles.rules[name].per]
        same = {
            f"∂M/∂y does not depend on {name}": self.sentence(
                combined(lambda a, value, _: equal(value, 0), derivative(self.crossed, name)), given
            )
            for name in data
        }
        along = combined(
            lambda a, own, cross, _: equal(own, cross),
            derivative(self.crossed, "own"),
            derivative(self.crossed, "others"),
        )
        parts: dict[str, Part] = {
            "∂M/∂x < ∂M/∂y": self.sentence(
                combined(lambda a, own, cross, _: below(own, cross), self.curvature, self.crossed), given
            ),
            "∂M/∂y ≤ 0": self.sentence(combined(lambda a, cross, _: at_most(cross, 0), self.crossed), given),
            "∂M/∂y depends on the total only": self.sentence(along, given),
            **same,
        }
        return Route("diagonal strict concavity", statement, parts, (ROSEN,))

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


def staying_out(utility: Formula) -> Formula:
    """Return the utility of a decision on nothing; the share of nothing is nothing, whatever the others have."""
    names = tuple(name for name in roles_of(utility) if name != "own")

    def body(a: Any, given: Mapping[str, Any]) -> Any:
        nothing: Mapping[str, Any] = {"own": Fraction(0)} if "own" in roles_of(utility) else {}
        return a.number(0) + read(utility, StayingOut(a), {**given, **nothing})

    return by_roles(names, body)


class StayingOut:
    """An algebra in which a share of nothing is nothing: `Algebra.share` says so."""

    def __init__(self, base: Any) -> None:
        self._base, self.name, self.level = base, base.name, base.level

    def __getattr__(self, operation: str) -> Any:
        return getattr(self._base, operation)

    def share(self, own: Any, others: Any) -> Any:
        """Return nothing for the number nothing, else what the algebra itself returns."""
        return own if isinstance(own, Fraction) and own == 0 else self._base.share(own, others)


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


def _somebody() -> dict[str, Formula]:
    return {"own + others > 0": lambda a, own, others: above(own + others, 0)}


def _half(a: Any, own: Any, others: Any) -> Any:
    return at_most(own, others)


def _own_above(a: Any, own: Any) -> Any:
    return above(own, 0)


def _others_above(a: Any, others: Any) -> Any:
    return above(others, 0)


__all__ = ["GameQuestions", "StayingOut", "UnsupportedModel", "broken_sentence", "staying_out"]
