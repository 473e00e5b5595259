"""Sentences that say nothing are refused: goals that hold whatever is given.

That a declared formula equals a printed one is no tautology, though both simplify to the same: the two are different
terms, and speak of something. Nor is a sentence without any roles, which only computes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ...formulations.algebra import Formula, read, roles_of
from ..kernel.polynomials import Polynomials, readings_of
from ..kernel.sentence import Relation, Sentence
from .claim import OnBox

SAME = "the two sides of its goal are one and the same term"


Readings: TypeAlias = Sequence[tuple[Polynomials, Relation]]


def says_nothing(sentence: Sentence, readings: Readings | None = None) -> str:
    """Return why a sentence says nothing, or nothing if it says something; its readings may be handed in.

    Examples
    --------
    >>> from mechproof.proofs.kernel.sentence import above, equal, slope, substitute
    >>> rises = substitute(lambda a, m: equal(m, 1), m=slope(lambda a, x, y: x + 1 / y, "x"))
    >>> says_nothing(Sentence({"y > 0": lambda a, y: above(y, 0)}, rises))
    'its goal compares numbers, and speaks of none of y, x'
    >>> says_nothing(Sentence({}, lambda a, x: equal(x, x)))
    'the two sides of its goal are one and the same term'
    """
    if not sentence.variables:
        return ""
    cases = readings_of(sentence) if readings is None else readings
    reasons = [_of_case(reading, goal, sentence) for reading, goal in cases]
    if all(reasons):
        return reasons[0]
    goal = _as_written(sentence.goal)
    if goal is None:
        return ""
    if goal.left == goal.right:
        return SAME
    given = [_as_written(statement) for statement in sentence.given.values()]
    return "its goal is one of its hypotheses" if goal in given or _turned(goal) in given else ""


def _turned(statement: Relation) -> Relation:
    """Return the same relation, said from its other side."""
    return Relation(statement.right, statement.sign.translate(str.maketrans("<>", "><")), statement.left)


def _of_case(reading: Polynomials, goal: Relation, sentence: Sentence) -> str:
    left, right = reading.value(goal.left), reading.value(goal.right)
    if not left.factors and not right.factors:
        return f"its goal compares numbers, and speaks of none of {', '.join(sentence.variables)}"
    if goal.sign != "=" and not (left - right).factors:
        return "its goal compares two sides that always differ by the same number"
    return ""


def box_says_nothing(item: OnBox) -> str:
    """Return why a statement on a box says nothing; on a single point it only computes."""
    ranges = {role for role, (low, high) in item.box.items() if low != high}
    if ranges and not ranges & set(roles_of(item.goal)):
        return f"its goal speaks of none of {', '.join(sorted(ranges))}"
    goal = _as_written(item.goal)
    return SAME if goal is not None and goal.left == goal.right else ""


@dataclass(frozen=True)
class Term:
    """A formula as it is written: an operation and what it is applied to, nothing simplified."""

    operation: str
    parts: tuple[Any, ...]

    __array_ufunc__ = None
    level = 0

    def _with(self, operation: str, other: Any, swapped: bool = False) -> Any:
        if getattr(other, "level", 0):  # a derivative knows what to do with it
            return NotImplemented
        return Term(operation, (other, self) if swapped else (self, other))

    def __add__(self, other: Any) -> Any:
        return self._with("+", other)

    def __radd__(self, other: Any) -> Any:
        return self._with("+", other, swapped=True)

    def __sub__(self, other: Any) -> Any:
        return self._with("-", other)

    def __rsub__(self, other: Any) -> Any:
        return self._with("-", other, swapped=True)

    def __mul__(self, other: Any) -> Any:
        return self._with("*", other)

    def __rmul__(self, other: Any) -> Any:
        return self._with("*", other, swapped=True)

    def __truediv__(self, other: Any) -> Any:
        return self._with("/", other)

    def __rtruediv__(self, other: Any) -> Any:
        return self._with("/", other, swapped=True)

    def __pow__(self, exponent: int) -> Term:
        return Term("power", (self, exponent))

    def __neg__(self) -> Term:
        return Term("minus", (self,))


class Terms:
    """The reading of formulas as terms."""

    name = "terms"
    level = 0

    def number(self, value: Any) -> Any:
        """Return the number itself."""
        return value

    def __getattr__(self, operation: str) -> Any:
        """Return any other operation, which makes a term."""
        return lambda *parts: Term(operation, parts)


def _as_written(statement: Formula) -> Relation | None:
    """Return a statement's relation between terms; None where the formula takes apart what it is given."""
    try:
        found: Relation = read(statement, Terms(), {role: Term(role, ()) for role in roles_of(statement)})
    except (TypeError, AttributeError, ValueError):
        return None
    return found
