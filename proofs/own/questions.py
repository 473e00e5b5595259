"""What is asked of a mechanism of one's own, and the ways in which an answer may be proved or refuted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ...formulations.algebra import Formula, read, roles_of
from ...formulations.errors import UnsupportedModel
from ..claims.claim import Axiom, Counterexample, OnBox
from ..kernel.sentence import Sentence, by_roles, slope

Instance: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Disciplined:
    """That a formula is concave in a role by the rules of composition (disciplined convex programming)."""

    formula: Formula
    role: str
    signs: Mapping[str, str]
    """Of each other role "positive", "nonnegative", or "" where nothing is known."""
    own: str = ""
    """The same of the role itself."""


Part: TypeAlias = Sentence | OnBox | Disciplined


@dataclass(frozen=True)
class Route:
    """One way to prove a statement: all of its parts must be shown, and the rest is cited.

    Parameters
    ----------
    name
        What the way is called.
    statement
        What it proves, in words; it may be less than what was asked for, and says so.
    parts
        What is to be shown, by name.
    theorems
        How the statement follows from the parts.
    """

    name: str
    statement: str
    parts: Mapping[str, Part]
    theorems: tuple[Axiom, ...] = ()


@dataclass(frozen=True)
class Question:
    """A property that is asked for.

    Parameters
    ----------
    name
        The claim's id without the mechanism.
    statement
        In words.
    routes
        The ways to prove it, the strongest statement first.
    broken
        Whether an exact instance breaks it: returns a relation that should hold and does not, with words about it or
        without, or None. The instance is a mapping from names such as ``cost[1]``.
    hint
        The same as a sentence, for z3 to find instances of; the others are then one person.
    reason
        Why there is no way to prove it.
    source
        Whose declaration it is about.
    look
        A search for a broken instance of its own, for so many seconds.
    """

    name: str
    statement: str
    routes: tuple[Route, ...] = ()
    broken: Callable[[Any, Instance], Any] | None = None
    hint: Counterexample | None = None
    reason: str = ""
    source: str = ""
    look: Callable[[float], Any] | None = None


def combined(build: Callable[..., Any], *formulas: Formula, roles: tuple[str, ...] = ()) -> Formula:
    """Return a statement about formulas: `build` gets the algebra, their values, and all roles as a mapping.

    Examples
    --------
    >>> from mechproof.proofs.kernel.sentence import above
    >>> product = combined(lambda a, value, given: above(value, given["z"]), lambda a, x, y: x * y, roles=("z",))
    >>> roles_of(product)
    ('x', 'y', 'z')
    """
    names = dict.fromkeys(name for formula in formulas for name in roles_of(formula)) | dict.fromkeys(roles)

    def body(a: Any, given: Mapping[str, Any]) -> Any:
        return build(a, *(read(formula, a, given) for formula in formulas), given)

    return by_roles(tuple(names), body)


def derivative(formula: Formula, role: str) -> Formula:
    """Return the derivative with respect to a role, nothing where the formula does not ask for the role."""
    if role in roles_of(formula):
        return slope(formula, role)
    return by_roles(roles_of(formula), lambda a, given: a.number(0))


def no_routes(name: str, statement: str, error: UnsupportedModel) -> Question:
    """Return a question that cannot be put as a sentence."""
    return Question(name, statement, reason=str(error))
