"""Whether a game has an equilibrium, and only one: sentences from which known theorems conclude it.

Sharing rules are not continuous where nobody decides on anything; what holds away from there, and that nobody rests
there, is shown apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...formulations.algebra import Formula, roles_of
from ..claims.claim import Axiom
from ..kernel.sentence import above, at_most, below, equal, substitute
from .questions import Part, Question, Route, combined, derivative
from .sentences import SOMEBODY, GameSentences, disciplined, others_above, own_above
from .steps import attained

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
ALONE = Axiom(
    "one best decision",
    "a continuous utility that does not depend on the others, and is strictly concave inside its interval, has one "
    "best decision at most, which everybody takes at an equilibrium",
    "the definition of an equilibrium",
)
ROSEN = Axiom(
    "diagonal strict concavity",
    "where ∂M/∂y is the same for all and not positive, and ∂M/∂x − ∂M/∂y is negative, the marginal utilities' Jacobian "
    "is negative definite, and there is no more than one equilibrium",
    "Rosen 1965",
)
WHOLE = "decisions are whole numbers, or from a set, of which no theorem here speaks: those are about intervals"
"""Why nothing is concluded of equilibria of decisions that take some numbers only."""


class EquilibriumQuestions(GameSentences):
    """What is asked about the population's equilibria."""

    def existence(self) -> Question:
        """Whether there is an equilibrium of the population."""
        statement = f"There is an equilibrium for every number of {self.who}s"
        if self.roles.population.decision.discrete:
            return Question("existence", statement + ".", reason=WHOLE)
        routes = list(attained(self, statement))
        for words, given in self.assumptions:
            if "others' sum" not in words:
                text = statement + (f", {words}" if words else "")
                for concave in (self.weakly_concave(given), self.middle(given)):
                    parts: dict[str, Part] = {"continuous": self.defined(given), "concave": concave}
                    routes.append(Route("concave game", text, parts, (DEBREU,)))
        rules: dict[str, Part] = {
            "continuous": self.defined(self.given()),
            "concave": disciplined(self.utility, "own", self.given()),
        }
        routes.append(Route("concave game by rules", statement, rules, (DEBREU,)))
        if self.roles.least == 0:
            routes += self._away_from_nothing(statement)
        return Question("existence", statement + ".", tuple(routes))

    def _away_from_nothing(self, statement: str) -> list[Route]:
        routes = []
        for words, given in self.assumptions:
            if "others' sum" in words:
                continue
            somebody = {**given, **SOMEBODY}
            led = "above its least" in words
            wants_more = combined(lambda a, value, _: above(value, 0), self.marginal)
            small = {**somebody, **self.small(led, ("own", "others")), "own ≤ others": _half}
            parts: dict[str, Part] = {
                "continuous away from nothing": self.defined(somebody),
                "concave": self.weakly_concave({**given, "others > 0": others_above}),
                "half of a small total is not enough": self.sentence(wants_more, small, 4),
                "starting from nothing pays": self.starting(led, given),
            }
            text = f"{statement} of whom at least two can decide on something" + (f", {words}" if words else "")
            routes.append(Route("concave game away from nothing", text, parts, (AWAY_FROM_NOTHING,)))
        return routes

    def uniqueness(self) -> Question:
        """Whether there is no more than one equilibrium of the population."""
        statement = f"There is no more than one equilibrium, for every number of {self.who}s"
        if self.roles.population.decision.discrete:
            return Question("uniqueness", statement + ".", reason=WHOLE)
        routes = []
        if "others" not in roles_of(self.utility):
            routes.append(self._alone(statement))
        if self.roles.lower is not None and self.roles.lower >= 0:
            for words, given in self.assumptions:
                if "others' sum" not in words:
                    text = statement + (f", {words}" if words else "")
                    routes += self._shares(text, given, "above its least" in words)
        routes.append(self._rosen(statement, self.given()))
        return Question("uniqueness", statement + ".", tuple(routes))

    def _alone(self, statement: str) -> Route:
        """What others do does not matter, and nobody has two best decisions."""
        given = self.given()
        inside = {**given, "own > 0": own_above} if self.roles.lower is not None and self.roles.lower >= 0 else given
        bent = combined(lambda a, value, _: below(value, 0), self.curvature)
        parts: dict[str, Part] = {"continuous": self.defined(given), "strictly concave": self.sentence(bent, inside)}
        return Route("one best decision", statement, parts, (ALONE,))

    def _shares(self, text: str, given: Mapping[str, Formula], led: bool) -> list[Route]:
        somebody = {**given, **SOMEBODY}
        place = combined(lambda a, own, cross, _: below(own - cross, 0), self.curvature, self.crossed)
        ray = combined(
            lambda a, own, cross, g: below(g["own"] * own + g["others"] * cross, 0),
            self.curvature,
            self.crossed,
            roles=("own", "others"),
        )
        vanishes = {"M = 0": combined(lambda a, value, _: equal(value, 0), self.marginal)}
        routes = []
        everywhere: dict[str, Part] = {
            "M is continuous from nothing on, and falls everywhere": self.marginal_defined(given)
        }
        edges = self._nothing(led, given)
        ways = [(somebody, {**edges, "without an edge": everywhere}), ({**somebody, **vanishes}, edges)]
        for known, kinds in ways:
            for kind, nothing in kinds.items():
                parts: dict[str, Part] = {
                    "falls as own takes the place of others": self.sentence(place, known),
                    "falls as both grow, own > 0": self.sentence(ray, {**known, "own > 0": own_above}, 4),
                    "falls as both grow, others > 0": self.sentence(ray, {**known, "others > 0": others_above}, 4),
                    **nothing,
                }
                routes.append(Route(f"falling shares, {kind}", text, parts, (FALLING_SHARES,)))
        return routes

    def _nothing(self, led: bool, given: Mapping[str, Formula]) -> dict[str, dict[str, Part]]:
        """The ways to show that nobody deciding on anything is no further equilibrium."""
        if self.roles.lower != 0:
            return {"everybody decides on something": {}}
        pays: dict[str, Part] = {"starting from nothing pays": self.starting(led, given)}
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


def _half(a: Any, own: Any, others: Any) -> Any:
    return at_most(own, others)
