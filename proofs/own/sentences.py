"""The sentences about a game that several questions share: its utility, marginal utilities, and what may be assumed.

U(x, y) is a person's utility of the own decision x against the others' sum y, and M = ∂U/∂x.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

from ...formulations.algebra import Formula, read, roles_of
from ..kernel.sentence import Sentence, above, at_least, at_most, by_roles, substitute
from .jumps import continuous
from .questions import Disciplined, combined, derivative
from .roles import Roles

SOMEBODY: dict[str, Formula] = {"own + others > 0": lambda a, own, others: above(own + others, 0)}
"""That somebody decides on something."""


@dataclass(frozen=True, eq=False)
class GameSentences:
    """The sentences about a game's population and its leader."""

    roles: Roles

    @cached_property
    def utility(self) -> Formula:
        """U."""
        return self.roles.utility

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

    def defined(self, given: Mapping[str, Formula]) -> Sentence:
        """That the utility divides by nothing but what is positive, and does not jump; it is then continuous."""
        return self.sentence(continuous(self.utility), given)

    def marginal_defined(self, given: Mapping[str, Formula]) -> Sentence:
        """The same of the marginal utility."""
        return self.sentence(continuous(self.marginal), given)

    def weakly_concave(self, given: Mapping[str, Formula]) -> Sentence:
        """That the utility is concave in the own decision."""
        return self.sentence(combined(lambda a, value, _: at_most(value, 0), self.curvature), given)

    def middle(self, given: Mapping[str, Formula]) -> Sentence:
        """The same without derivatives: between any two decisions utility is at least the mean."""
        second = substitute(self.utility, own=lambda a, own_2: own_2)
        between = substitute(self.utility, own=lambda a, own, own_2: (own + own_2) / 2)
        goal = combined(lambda a, x, y, m, _: at_least(2 * m, x + y), self.utility, second, between)
        twice = {
            text.replace("own", "own₂"): substitute(known, own=lambda a, own_2: own_2)
            for text, known in given.items()
            if "own" in roles_of(known)
        }
        return self.sentence(goal, {**given, **twice}, 2)

    def small(self, led: bool, names: tuple[str, ...]) -> dict[str, Formula]:
        """That the sum of some roles is below positive bounds made of the data; the least of them is positive."""
        positive = [name for name in self.roles.positive(led) if name in roles_of(self.utility)][:3]

        def total(given: Mapping[str, Any]) -> Any:
            return sum((given[name] for name in names[1:]), given[names[0]])

        words, bounds = " + ".join(names), {}
        bounds[f"8 ({words}) ≤ 1"] = by_roles(names, lambda a, given: at_most(8 * total(given), 1))
        for top in positive:
            bounds[f"8 ({words}) {top} ≤ 1"] = by_roles(
                (*names, top), lambda a, given, top=top: at_most(8 * total(given) * given[top], 1)
            )
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

    def starting(self, led: bool, given: Mapping[str, Formula]) -> Sentence:
        """That who decides on a little while nobody else does has more than with nothing."""
        alone = substitute(self.utility, others=lambda a: a.number(0))
        gain = combined(lambda a, value, nothing, _: above(value, nothing), alone, self.at_nothing)
        small = {**given, "own > 0": own_above, **self.small(led, ("own",))}
        return self.sentence(gain, small, 4)

    @cached_property
    def at_nothing(self) -> Formula:
        """U(0, 0)."""
        return staying_out(substitute(self.utility, others=lambda a: a.number(0)))


def disciplined(formula: Formula, role: str, given: Mapping[str, Formula]) -> Disciplined:
    """Return that a formula is concave in a role by rules, the signs of its roles being what is given."""
    signs = {name: _sign(name, given) for name in roles_of(formula) if name != role}
    return Disciplined(formula, role, signs, _sign(role, given))


def _sign(name: str, given: Mapping[str, Formula]) -> str:
    if f"{name} > 0" in given:
        return "positive"
    return "nonnegative" if f"{name} ≥ 0" in given else ""


def staying_out(utility: Formula) -> Formula:
    """Return the utility of a decision on nothing; the share of nothing is nothing, whatever the others have."""
    return staying_out_of(utility, ("own",))


def staying_out_of(utility: Formula, decisions: tuple[str, ...]) -> Formula:
    """Return the utility where some decisions are on nothing."""
    names = tuple(name for name in roles_of(utility) if name not in decisions)

    def body(a: Any, given: Mapping[str, Any]) -> Any:
        nothing: Mapping[str, Any] = {name: Fraction(0) for name in decisions if name in roles_of(utility)}
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
        return own if isinstance(own, int | Fraction) and own == 0 else self._base.share(own, others)


def own_above(a: Any, own: Any) -> Any:
    """The own decision is positive."""
    return above(own, 0)


def others_above(a: Any, others: Any) -> Any:
    """The others' sum is positive."""
    return above(others, 0)
