"""What is asked of a game's constraints, such as a pool that must suffice: that they hold whatever people decide.

A constraint A − Σ g ≥ 0 holds for every number of people if each takes no more of A than the share of the total that is
its own: g · total ≤ A · own. The step from some people to one more is a sentence; induction does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from ...formulations.algebra import Formula, read, roles_of
from ...formulations.errors import UnsupportedModel
from ...solvers.readings.game import GameReading
from ...solvers.readings.rationals import Irrational, Rationals
from ..claims.claim import Axiom
from ..kernel.sentence import Induction, Relation, Sentence, above, at_least, at_most, by_roles, equal, substitute
from .finite_sets import by_cases
from .heard import Limit
from .instances import decisions_in, roles_in
from .questions import Part, Question, Route, combined
from .roles import Roles
from .sentences import staying_out
from .sums import Taken, taken_apart
from .traces import Trace

INDUCTION = Axiom(
    "induction over people",
    "what holds of nobody, and goes on holding when anybody comes in addition, holds of every number of people",
    "induction",
)
EQUAL_PARTS = Axiom("equal parts", "what is at most A/N for each of N adds up to at most A", "induction")
NOTHING_POSITIVE = Axiom("a sum", "what is at most zero for each adds up to at most zero", "induction")


def constraint_questions(roles: Roles) -> Iterator[tuple[str, Callable[[], Question]]]:
    """Return a question for each constraint of a game, by name."""
    for item in roles.heard.limits:
        yield _id(item), lambda item=item: _question(roles, item)  # type: ignore[misc]


def _id(item: Limit) -> str:
    return item.name.replace("_", "-")


def _question(roles: Roles, item: Limit) -> Question:
    name, what = _id(item), item.name.replace("_", " ")
    statement = f"Whatever every {roles.population.name} decides, the constraint {what} holds, for every number of them"
    broken = _broken(roles, item)
    try:
        routes = list(_routes(roles, statement, taken_apart(item.slack), item.equality))
    except UnsupportedModel as error:
        return Question(name, f"{statement}.", (), broken, reason=f"{what}: {error}")
    cases = [case for route in routes for case in by_cases(roles, route)]
    return Question(name, f"{statement}.", (*routes, *cases), broken)


def _broken(roles: Roles, item: Limit) -> Callable[[Any, Mapping[str, Any]], Relation | None]:
    """Return the test whether the constraint itself, as declared, fails in an instance."""

    def broken(game: Any, values: Mapping[str, Any]) -> Relation | None:
        try:
            if isinstance(item.slack, Trace):
                slacks = item.slack.over(Rationals(), roles_in(roles, game, values))
            else:
                slacks = GameReading(game, Rationals()).constraints(decisions_in(game, values))[item.name]
            worst = min(np.atleast_1d(slacks).tolist(), key=lambda slack: -abs(slack) if item.equality else slack)
            fails = bool(worst != 0 if item.equality else worst < 0)
        except (Irrational, TypeError, ValueError):  # what it computes is not rational, or it computes nothing
            return None
        return Relation(worst, "=" if item.equality else ">=", 0) if fails else None

    return broken


def _routes(roles: Roles, statement: str, taken: Taken, equality: bool) -> Iterator[Route]:
    relation = equal if equality else at_least
    if taken.each:
        if taken.summands:
            raise UnsupportedModel("for each person it compares with a sum over all, which is not free of N")
        goal = combined(lambda a, value, _: relation(value, 0), taken.value)
        yield Route("for each person", statement, {"slack": _about(roles, goal)})
        return
    rest, spent, affine = _parts(taken)
    shares: dict[str, Part] = {"affine in the sums": _about(roles, affine)}
    if roles.lower is not None and roles.lower >= 0:
        induction = _induction(roles, rest, spent, relation)
        shares |= {f"induction: {name}": sentence for name, sentence in induction.sentences().items()}
        if roles.lower == 0:
            nothing = staying_out(substitute(spent, others=lambda a: a.number(0)))
            none = combined(lambda a, value, _: (equal if equality else at_most)(value, 0), nothing)
            shares["where nobody decides on anything each takes nothing"] = _about(roles, none)
            shares["and there is enough"] = _about(roles, combined(lambda a, value, _: relation(value, 0), rest))
        yield Route("shares of the total", statement, shares, (INDUCTION,))
    parted = combined(
        lambda a, all_of_it, part, given: relation(all_of_it, given[roles.count] * part),
        rest,
        spent,
        roles=(roles.count,),
    )
    if not {"own", "others"} & set(roles_of(rest)):
        alike: dict[str, Part] = {"affine in the sums": _about(roles, affine), "of equal size": _about(roles, parted)}
        yield Route("equal parts", statement, alike, (EQUAL_PARTS,))
    if not equality:
        takes = combined(lambda a, value, _: at_most(value, 0), spent)
        enough = combined(lambda a, value, _: at_least(value, 0), rest)
        parts: dict[str, Part] = {"affine in the sums": _about(roles, affine)}
        parts |= {"nobody takes anything": _about(roles, takes), "there is enough": _about(roles, enough)}
        yield Route("nobody takes", statement, parts, (NOTHING_POSITIVE,))


def _about(roles: Roles, goal: Formula) -> Sentence:
    """Return a sentence with all that is known of the goal's roles."""
    return Sentence(roles.given(roles_of(goal)), goal)


def _parts(taken: Taken) -> tuple[Formula, Formula, Formula]:
    """Return A, the person's part g of the sum, and that the slack is A − Σ g."""
    none: dict[str, Formula] = {name: lambda a: a.number(0) for name in taken.summands}
    rest = substitute(taken.value, **none)
    factors = {
        name: combined(
            lambda a, all_of_it, less, _: all_of_it - less,
            rest,
            substitute(taken.value, **{**none, name: lambda a: a.number(1)}),
        )
        for name in taken.summands
    }

    def person(a: Any, given: Mapping[str, Any]) -> Any:
        total = a.number(0)
        for name, summand in taken.summands.items():
            total = total + read(factors[name], a, given) * read(summand, a, given)
        return total

    asked = [name for formula in (*factors.values(), *taken.summands.values()) for name in roles_of(formula)]
    spent = by_roles(tuple(dict.fromkeys(asked)), person)

    def same(a: Any, given: Mapping[str, Any]) -> Relation:
        total = read(rest, a, given)
        for name, factor in factors.items():
            total = total - read(factor, a, given) * given[name]
        return equal(read(taken.value, a, given), total)

    names = dict.fromkeys((*roles_of(taken.value), *roles_of(rest), *taken.summands))
    return rest, spent, by_roles(tuple(names), same)


def _induction(roles: Roles, rest: Formula, spent: Formula, relation: Any) -> Induction:
    """That those who came so far take no more of A than their part of the total."""
    mine = substitute(spent, others=lambda a, total, own: total - own)

    def so_far(a: Any, given: Mapping[str, Any]) -> Relation:
        found: Relation = relation(read(rest, a, given) * given["sold"], given["spent"] * given["total"])
        return found

    common = roles.given(name for name in roles_of(rest) if name not in ("own", "others"))
    theirs = roles.given(name for name in dict.fromkeys(("own", *roles_of(spent))) if name != "others")
    return Induction(
        {"spent": mine, "sold": lambda a, own: own},
        (by_roles((*roles_of(rest), "sold", "spent", "total"), so_far),),
        given={**common, "total > 0": lambda a, total: above(total, 0)},
        member={
            **{text: known for text, known in theirs.items() if text not in common},
            "own ≤ total": lambda a, own, total: at_most(own, total),
        },
        closing={"all have decided on the total": lambda a, sold, total: equal(sold, total)},
        goal=combined(lambda a, value, given: relation(value, given["spent"]), rest, roles=("spent",)),
    )
