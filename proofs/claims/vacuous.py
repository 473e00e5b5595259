"""Sentences that say nothing are refused: goals that hold whatever is given.

That a declared formula equals a printed one is no tautology, though both simplify to the same: it says what the
declaration amounts to. So it is with one that comes to no more than a hypothesis. Where no declared formula stands in
the goal, both are only arithmetic, and say nothing. A sentence without any roles, which computes, is no tautology.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from operator import eq, ge, gt
from types import FrameType
from typing import Any, TypeAlias

from ...formulations.algebra import Formula, read, roles_of
from ...formulations.registry import MECHANISMS, entries
from ..kernel.polynomials import Polynomials, readings_of
from ..kernel.ratio import Ratio, UnreadableError
from ..kernel.sentence import Relation, Sentence
from .claim import OnBox

SAME = "the two sides of its goal are one and the same term"
SIMPLIFIED = "the two sides of its goal are the same by arithmetic, and neither is a declared formula"
GIVEN = "its goal is one of its hypotheses"
WEAKER = "its goal is one of its hypotheses, scaled or weakened"
BY_CASES = "its goal holds in each case of its maxima and minima, whatever is given"
COMMUTE = ("+", "*", "maximum", "minimum")
COMPARED: dict[str, Callable[[Any, Any], bool]] = {"=": eq, ">=": ge, ">": gt}
FORMULATIONS = f"{__name__.rpartition('.proofs.')[0]}.formulations."

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
    if reason := _by_its_words(sentence):
        return reason
    return "" if _runs_declared(sentence.goal) else _by_arithmetic(sentence, cases)


def _by_its_words(sentence: Sentence) -> str:
    goal = _as_written(sentence.goal)
    if goal is None:
        return ""
    given = [_as_written(statement) for statement in sentence.given.values()]
    return SAME if _of_one_term(goal) else GIVEN if goal in given or _turned(goal) in given else ""


def _by_arithmetic(sentence: Sentence, cases: Readings) -> str:
    if all(not reading.value(_difference(goal)).constant for reading, goal in cases):
        return SIMPLIFIED
    fresh = readings_of(sentence)  # to read hypotheses anew adds lines, and those handed in are the certificate's
    if all(_of_its_case(reading, goal) for reading, goal in fresh):
        return BY_CASES
    return WEAKER if all(_weaker(reading, goal, sentence) for reading, goal in fresh) else ""


def _of_one_term(goal: Relation) -> bool:
    return bool(_ordered(goal.left) == _ordered(goal.right))


def _difference(statement: Relation) -> Any:
    return statement.against_zero()[0]


def _of_its_case(reading: Polynomials, goal: Relation) -> bool:
    """Whether the goal comes to numbers, or to what sets its case of maxima, minima and steps apart."""
    wanted, sign = reading.value(_difference(goal)), goal.against_zero()[1]
    if not wanted.factors:
        return wanted.constant > 0 or (not wanted.constant and sign != ">")
    return any(
        _follows(wanted, sign, Ratio(reading, *place) * (1 if chosen else -1), ">" if step and not chosen else ">=")
        for (step, *place), chosen in reading.decided.items()
    )


def _weaker(reading: Polynomials, goal: Relation, sentence: Sentence) -> bool:
    """Whether a hypothesis, times a positive number, plus what is not negative, is the goal."""
    wanted, sign = reading.value(_difference(goal)), goal.against_zero()[1]
    roles = {name: reading.role(name) for name in sentence.variables}
    for statement in sentence.given.values():
        known: Relation = read(statement, reading, roles)
        if _follows(wanted, sign, reading.value(_difference(known)), known.against_zero()[1]):
            return True
    return False


def _follows(wanted: Ratio, sign: str, known: Ratio, known_sign: str) -> bool:
    terms, given = wanted.numerator(), known.numerator()
    place = next((monomial for monomial in given if monomial), None)
    if place is None or place not in terms:
        return False
    factor = Fraction(terms[place]) / given[place]
    rest = wanted - known * factor
    if rest.factors:
        return False
    if known_sign == "=":
        return COMPARED[sign](rest.constant, 0)
    # what is added to more than nothing is at least nothing
    least = ">=" if known_sign == ">" else sign
    return factor > 0 and sign != "=" and COMPARED[least](rest.constant, 0)


def _runs_declared(goal: Formula) -> bool:
    """Whether a goal calls a formula of a declaration: ours, or one beside an installed mechanism."""
    with _modules_run() as run:
        _as_written(goal)
    installed = {entry.value.partition(":")[0] for entry in entries(MECHANISMS).values()}
    return any(name in installed or (name.startswith(FORMULATIONS) and name != read.__module__) for name in run)


@contextmanager
def _modules_run() -> Iterator[set[str]]:
    """Collect the modules whose functions run meanwhile."""
    found, before = set[str](), sys.getprofile()

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            found.add(str(frame.f_globals.get("__name__")))

    sys.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(before)


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
    if goal is not None and _of_one_term(goal):
        return SAME
    try:
        return says_nothing(Sentence({}, item.goal)) if ranges else ""
    except (UnreadableError, ZeroDivisionError):  # Φ, say, is no polynomial
        return ""


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


def _ordered(term: Any) -> Any:
    """Return a term with what commutes in one order."""
    if not isinstance(term, Term):
        return term
    parts = tuple(_ordered(part) for part in term.parts)
    return Term(term.operation, tuple(sorted(parts, key=repr)) if term.operation in COMMUTE else parts)


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
