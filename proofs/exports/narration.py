"""Formulas read twice at once: as the polynomials that certificates speak of, and as the terms that were written.

So it is known of each line which statement it comes from; a foreign kernel is asked to show that the one follows from
the other, instead of believing the reading.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ..kernel.kernel import Line
from ..kernel.polynomials import MADE, Polynomials
from ..kernel.ratio import Ratio, UnreadableError
from ..kernel.sentence import Relation
from .terms import Term, number, variable
from .told import Told, constant, exactly


@dataclass(frozen=True)
class Choice:
    """A case: the larger or the smaller of two values was asked for, and here the first is the larger, or is not."""

    operation: str
    first: Term
    second: Term
    first_is_larger: bool


@dataclass(frozen=True)
class Made:
    """A variable that stands for a root, a logarithm or an exponential of something, as it is here."""

    name: str
    operation: str
    inner: Term


@dataclass(frozen=True)
class Again:
    """A variable for what is no case and no root of its own, but can be shown to be a term that is known.

    The larger of two that differ by a number, or that an earlier case compares; the root of what is written otherwise
    in an earlier root. The `premise` makes the variable the `value`; it has a line, or holds of itself. It can be shown
    after `after` lines. It is a `term` of which the lemma `known_by` shows it.
    """

    name: str
    term: Term
    premise: Relation
    difference: Ratio
    line: int | None
    value: Term
    known_by: str
    after: int


@dataclass(frozen=True)
class Source:
    """Where a line comes from: a statement in this case, and its left side minus its right as a ratio."""

    kind: str
    statement: Relation
    difference: Ratio


@dataclass
class Narration:
    """The algebra that reads formulas both ways, in the case of `choices`."""

    choices: tuple[bool, ...] = ()
    polynomials: Polynomials = field(init=False)
    sources: dict[int, Source] = field(default_factory=dict)
    chosen: list[Choice] = field(default_factory=list)
    made: dict[str, Made] = field(default_factory=dict)
    again: list[Again] = field(default_factory=list)
    replaced: dict[Term, Term] = field(default_factory=dict)
    _made_of: dict[str, Told] = field(default_factory=dict)

    name = "terms"
    level = 0

    def __post_init__(self) -> None:
        """Start without lines."""
        self.polynomials = Polynomials(self.choices)

    @property
    def lines(self) -> list[Line]:
        """The lines so far."""
        return self.polynomials.lines

    def role(self, name: str) -> Told:
        """Return the variable of a role."""
        return Told(self.polynomials.role(name), variable(name))

    def number(self, value: Any) -> Told:
        """Return a constant."""
        return Told(self.polynomials.number(value), number(value))

    def value(self, x: Any) -> Told:
        """Return a value of this reading."""
        return x if isinstance(x, Told) else self.number(x)

    def vector(self, value: Any) -> Any:
        """Refuse: sentences speak of sums and of single people."""
        return self.polynomials.vector(value)

    def sum(self, x: Any) -> Any:
        """Return the sum over an array of values."""
        return sum(x, self.number(0))

    def square(self, x: Any) -> Any:
        """Return x²."""
        return x * x

    def share(self, own: Any, others: Any) -> Any:
        """Return own / (own + others), where somebody has something."""
        return own / (own + others)

    def maximum(self, x: Any, y: Any) -> Told:
        """Return the larger."""
        return self._choice("max", self.value(x), self.value(y))

    def minimum(self, x: Any, y: Any) -> Told:
        """Return the smaller."""
        return self._choice("min", self.value(x), self.value(y))

    def absolute(self, x: Any) -> Told:
        """Return the larger of x and −x."""
        return self.maximum(x, -self.value(x))

    def sqrt(self, x: Any) -> Told:
        """Return the root."""
        return self._new("sqrt", self.polynomials.sqrt, x)

    def log(self, x: Any) -> Told:
        """Return the natural logarithm."""
        return self._new("ln", self.polynomials.log, x)

    def log1p(self, x: Any) -> Told:
        """Return ln(1 + x)."""
        return self.log(1 + self.value(x))

    def exp(self, x: Any) -> Told:
        """Return the exponential."""
        return self._new("exp", self.polynomials.exp, x)

    def expm1(self, x: Any) -> Any:
        """Return eˣ − 1."""
        return self.exp(x) - 1

    def power(self, x: Any, exponent: Any) -> Any:
        """Return a whole power, not negative."""
        if not isinstance(exponent, int | Fraction) or exponent < 0 or exponent.denominator != 1:
            raise UnreadableError("a power that is no whole number is no polynomial")
        return self.value(x) ** int(exponent)

    def normal_cdf(self, x: Any) -> Any:
        """Refuse: of the normal distribution nothing is known here."""
        return self.polynomials.normal_cdf(x)

    def at_least(self, x: Any, y: Any) -> Any:
        """Refuse: the lemmas of other checkers are about maxima and minima."""
        raise UnreadableError(
            "a step has no lemma for other checkers yet; mechproof's own kernel checks it case by case"
        )

    def highest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """Refuse: single ones of the others are roles."""
        return self.polynomials.highest(others, k, missing)

    def lowest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """Refuse: single ones of the others are roles."""
        return self.polynomials.lowest(others, k, missing)

    def count_positive(self, x: Any) -> Any:
        """Refuse: a count is no polynomial."""
        return self.polynomials.count_positive(x)

    def add(self, kind: str, role: str, relation: Relation) -> Relation:
        """Add the line of a statement, and return the statement as it was written."""
        left, right = self.value(relation.left), self.value(relation.right)
        self.polynomials.add(role, Relation(left.ratio, relation.sign, right.ratio))
        self._came(len(self.lines) - 1, kind, Relation(left, relation.sign, right))
        return Relation(left.term, relation.sign, right.term)

    def here(self, term: Term) -> Term:
        """Return a term in this case: the larger of two is the one that it is, a root is a variable of its own."""
        if term.operation in ("max", "min", *MADE):
            return self.replaced[term]
        return Term(term.operation, tuple(self.here(x) if isinstance(x, Term) else x for x in term.arguments))

    def whole(self, term: Term) -> Term:
        """Return a term of this case with what was written in place of the variables for roots and the like."""
        known = {name: Term(item.operation, (item.inner,)) for name, item in self.made.items()}
        known |= {item.name: item.term for item in self.again}
        if term.operation == "variable" and (name := str(term.arguments[0])) in known:
            return self.whole(known[name])
        return Term(term.operation, tuple(self.whole(x) if isinstance(x, Term) else x for x in term.arguments))

    def _came(self, place: int, kind: str, relation: Relation) -> None:
        difference, _ = Relation(relation.left.ratio, relation.sign, relation.right.ratio).against_zero()
        here = Relation(self.here(relation.left.term), relation.sign, self.here(relation.right.term))
        self.sources[place] = Source(kind, here, self.polynomials.value(difference))

    def _choice(self, operation: str, x: Told, y: Told) -> Told:
        term, before = Term(operation, (x.term, y.term)), len(self.lines)
        keys = list(self.polynomials.decided)
        first = self.polynomials.larger(x.ratio, y.ratio)
        taken = x if first == (operation == "max") else y
        more, less = (x, y) if first else (y, x)
        if len(self.lines) > before:
            self._came(before, "case", Relation(more, ">=", less))
            self.chosen.append(Choice(operation, self.here(x.term), self.here(y.term), first))
            self.replaced[term] = self.here(taken.term)
        elif term not in self.replaced:
            difference = self.polynomials.value(x.ratio - y.ratio)
            cases = [place for place, source in self.sources.items() if source.kind == "case"]
            line = cases[keys.index((False, difference.constant, difference.factors))] if difference.factors else None
            known_by = f"{operation}_{'first' if taken is x else 'second'}"
            self._again(term, Relation(more, ">=", less), line, self.here(taken.term), known_by)
        return Told(taken.ratio, term)

    def _again(self, term: Term, premise: Relation, line: int | None, value: Term, known_by: str) -> None:
        name = f"again{len(self.again) + 1}"
        here = Relation(self.here(premise.left.term), premise.sign, self.here(premise.right.term))
        difference = self.polynomials.value(premise.left.ratio - premise.right.ratio)
        resolved = Term(term.operation, tuple(self.here(x) for x in term.inner))
        self.again.append(Again(name, resolved, here, difference, line, value, known_by, len(self.lines)))
        self.replaced[term] = variable(name)

    def _new(self, operation: str, make: Callable[[Any], Any], x: Any) -> Told:
        inner, before = self.value(x), len(self.lines)
        ratio = make(inner.ratio)
        (((((name,), _),), _),) = ratio.factors
        term, new = Term(operation, (inner.term,)), variable(name)
        if name not in self.made:
            self.made[name] = Made(name, operation, self.here(inner.term))
            self._made_of[name] = inner
            self.replaced[term] = new
        elif term not in self.replaced:
            self._again(term, Relation(inner, "=", self._made_of[name]), None, new, f"same_{operation}")
        if len(self.lines) > before:
            for place, relation in enumerate(_defining(operation, inner, Told(ratio, new)), before):
                kind = "shown" if self.lines[place].role == "prove" else f"about {name}"
                self._came(place, kind, relation)
        return Told(ratio, term)


def _defining(operation: str, x: Told, new: Told) -> list[Relation]:
    """Return the statements whose lines a root, a logarithm or an exponential adds, in their order."""
    zero, one = constant(x, 0), constant(x, 1)
    before, after = exactly("-", x, one), exactly("+", x, one)
    if operation == "sqrt":
        return [Relation(x, ">=", zero), Relation(new, ">=", zero), Relation(new * new, "=", x)]
    if operation == "ln":
        return [Relation(x, ">", zero), Relation(before, ">=", new), Relation(exactly("*", x, new), ">=", before)]
    rest = exactly("*", new, exactly("-", one, x))
    return [Relation(new, ">", zero), Relation(new, ">=", after), Relation(one, ">=", rest)]
