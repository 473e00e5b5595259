"""The lemma of a case of a sentence: each line follows from what was written and the lines before it, as Coq reads it.

In it the larger of two values is the one that it is in that case, and roots, logarithms and exponentials are variables
of which no more is known than a certificate may use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from operator import add, mul, sub, truediv
from typing import Any

from ...kernel.kernel import Polynomial, RefusedError
from ...kernel.polynomials import Polynomials
from ...kernel.ratio import Ratio, primitive
from ...kernel.sentence import Relation
from ..cases import Case
from ..narration import Again, Made
from ..terms import Term, with_terms
from .steps import positive_number, proved_line
from .text import compared, fraction, name_of, polynomial, relation, written

AND = " /\\ "
KINDS = {">": "s", ">=": "n", "=": "e"}


@dataclass
class Lemma:
    """A case with its certificate, and what was asserted so far: inverses of divisors, and what is known again.

    The last `concluded` of its statements are what it says.
    """

    case: Case
    proofs: Sequence[Mapping[str, Any]]
    concluded: int
    inverses: dict[str, str] = field(default_factory=dict)
    known: dict[str, Term] = field(default_factory=dict)

    @property
    def variables(self) -> list[str]:
        """The variables of roots and the like."""
        narration = self.case.narration
        return [*narration.made, *(item.name for item in narration.again)]

    def hypotheses(self) -> Iterator[tuple[str, str]]:
        """Return what it assumes, each with a name: the case, what is known of variables, and what is given."""
        narration = self.case.narration
        decided = [source.statement for source in narration.sources.values() if source.kind == "case"]
        yield from ((f"C{k}", relation(statement)) for k, statement in enumerate(decided))
        yield from ((f"M_{name}", self._facts(name)) for name in narration.made)
        yield from ((f"M_{item.name}", self._premise(item)) for item in narration.again)
        first = len(self.case.written) - self._stated
        yield from ((f"G{k}", relation(self.case.here(k))) for k in range(first))

    @property
    def _stated(self) -> int:
        return sum(self.case.lines[place].role == "prove" for place in self.case.places)

    def conclusion(self) -> str:
        """Return what it says."""
        return AND.join(relation(self.case.here(k)) for k in self._said())

    def _said(self) -> range:
        return range(len(self.case.written) - self.concluded, len(self.case.written))

    def script(self) -> Iterator[str]:
        """Return the proof: the lines one after the other, then what it says.

        Raises
        ------
        RefusedError
            When the certificate does not have the form of one.
        """
        waiting, cases = list(self.proofs), 0
        given = {place: f"G{k}" for k, place in enumerate(self.case.places)}
        for place, line in enumerate(self.case.lines):
            yield from self._again(place)
            source = self.case.narration.sources.get(place)
            if line.role == "prove":
                count = 2 if line.sign == "=" else 1
                mine, waiting = waiting[:count], waiting[count:]
                if len(mine) < count:
                    raise RefusedError("a proof is missing")
                yield from proved_line(place, line, self.case.lines, mine)
            elif source is not None and source.kind == "case":
                yield from self._down(place, f"C{cases}")
                cases += 1
            elif source is not None and source.kind == "given":
                yield from self._down(place, given[place])
            elif source is not None:
                yield from self._about(place, source.kind.removeprefix("about "))
        if waiting:
            raise RefusedError("there is a proof of nothing")
        yield from self._again(len(self.case.lines))
        ends = [(place, self.case.narration.sources[place]) for place in (self.case.places[k] for k in self._said())]
        for _, source in ends:
            yield from self._inverted(source.statement, len(self.case.lines))
        yield from ["repeat split."] if self.concluded > 1 else []
        for place, source in ends:
            yield f"{{ {self._up(place, source.statement, source.difference, len(self.case.lines))} }}"

    def _again(self, place: int) -> Iterator[str]:
        """Return what makes variables the terms that they can be shown to be by now."""
        for item in self.case.narration.again:
            if item.after <= place and item.name not in self.known:
                yield from self._inverted(item.premise, place)
                shown = self._up(item.line, item.premise, item.difference, place)
                yield f"assert (A_{item.name} : {relation(self._now(item.premise))}). {{ {shown} }}"
                yield f"apply M_{item.name} in A_{item.name}. subst {item.name}."
                self.known[item.name] = with_terms(item.value, self.known)

    def _about(self, place: int, name: str) -> Iterator[str]:
        """Return the line of what is known of a root and the like; before the first, what must be shown."""
        sources = self.case.narration.sources
        kind, before = sources[place].kind, sources.get(place - 1)
        if before is None or before.kind != kind:
            places = [k for k, source in sources.items() if source.kind == kind]
            pattern = _pattern([f"F{k}" for k in places])
            if before is not None and before.kind == "shown":
                yield from self._inverted(before.statement, place)
                shown = self._up(place - 1, before.statement, before.difference, place)
                yield f"assert (S_{name} : {relation(self._now(before.statement))}). {{ {shown} }}"
                yield f"destruct (M_{name} S_{name}) as {pattern}."
            else:
                yield f"destruct M_{name} as {pattern}."
        yield from self._down(place, f"F{place}")

    def _down(self, place: int, named: str) -> Iterator[str]:
        """Return the assertion of a line that follows from a statement in its terms."""
        line, source = self.case.lines[place], self.case.narration.sources[place]
        yield from self._inverted(source.statement, place)
        how = f"apply (down_{KINDS[line.sign]} {self._sides(source.statement, source.difference)})"
        bridge = self._bridge(source.statement, source.difference, place, f"clear - {named}; lra")
        yield f"assert (L{place} : {compared(line.polynomial, line.sign)}). {{ {how}; {bridge} }}"

    def _now(self, statement: Relation) -> Relation:
        """Return a statement with the terms of variables that are known by now."""
        left, right = (with_terms(side, self.known) for side in (statement.left, statement.right))
        return Relation(left, statement.sign, right)

    def _difference(self, statement: Relation) -> Term:
        now = self._now(statement)
        return Term("-", (now.right, now.left) if now.sign in ("<", "<=") else (now.left, now.right))

    def _up(self, line: int | None, statement: Relation, difference: Ratio, place: int) -> str:
        """Return the proof of a statement from its line; without one it holds of itself."""
        sign = statement.sign.replace("<", ">")
        text = written(self._difference(statement))
        shown = {">": f"0 < {text}", ">=": f"0 <= {text}", "=": f"{text} = 0"}[sign]
        known = f"exact L{line}" if line is not None else "lra"
        how = f"apply (up_{KINDS[sign]} {self._sides(statement, difference)})"
        asserted = f"assert (U : {shown}). {{ {how}; {self._bridge(statement, difference, place, known)} }}"
        return f"{asserted} clear - U. lra."

    def _sides(self, statement: Relation, difference: Ratio) -> str:
        """Return the difference of a statement, its divisors, the number that its line was divided by, and the line."""
        factor, line = _line(difference)
        divisors = self._divisors(difference)
        below = " * ".join(f"({polynomial(self.case.lines[k].polynomial)})" for k in divisors) or "1"
        texts = (written(self._difference(statement)), below, fraction(factor), polynomial(line))
        return " ".join(f"({text})" for text in texts)

    def _divisors(self, difference: Ratio) -> list[int]:
        """Return the lines that say of each factor of the denominator that it is positive, as often as it occurs."""
        below = [factor for factor, power in difference.factors for _ in range(-power)]
        return [self._positive(dict(factor)) for factor in below]

    def _positive(self, factor: Polynomial) -> int:
        lines = enumerate(self.case.lines)
        return next(k for k, line in lines if line.sign == ">" and line.polynomial == factor)

    def _bridge(self, statement: Relation, difference: Ratio, place: int, first: str) -> str:
        """Return what shows that the statement holds, that divisors are positive, and that both sides are the same."""
        divisors = self._divisors(difference)
        positive = f"L{divisors[0]}" if divisors else "(number_s 1)"
        for divisor in divisors[1:]:
            positive = f"(mul_ss {positive} L{divisor})"
        factor = positive_number(_line(difference)[0])
        used = self._inverses(self._difference(statement))
        rewritten = f"unfold Rdiv; rewrite {', '.join(f'?{name}' for name in used)}; " if used else ""
        kept = [*self._strict(place), *used]
        cleared = f"clear - {' '.join(kept)}; " if kept else ""
        return f"[{first} | exact {positive} | exact {factor} | {cleared}{rewritten}identity]."

    def _strict(self, place: int) -> list[str]:
        """The names of the lines before one that say that something is positive."""
        return [f"L{k}" for k, line in enumerate(self.case.lines[:place]) if line.sign == ">"]

    def _inverted(self, statement: Relation, place: int) -> Iterator[str]:
        """Assert the inverses of a statement's divisors that are no plain factors, first those inside of others."""
        for divisor in _divided(self._difference(statement)):
            text = _inverted(divisor)
            value = _value(divisor)
            if text in self.inverses or _plain(divisor, value):
                continue
            used = self._inverses(divisor)
            self.inverses[text] = f"I{len(self.inverses)}"
            rewritten = f"unfold Rdiv; rewrite {', '.join(f'?{name}' for name in used)}; " if used else ""
            known = " ".join([*self._strict(place), *used])
            shown = f"{{ apply inverse; {f'clear - {known}; ' if known else ''}{rewritten}field; nonzero. }}"
            yield f"assert ({self.inverses[text]} : / ({text}) = {_inverse(value)}). {shown}"

    def _inverses(self, term: Term) -> list[str]:
        """Return what was asserted of the divisors of a term: of those outside first, since they hold the others."""
        texts = set(map(_inverted, _divided(term)))
        return [name for text, name in reversed(self.inverses.items()) if text in texts]

    def _facts(self, name: str) -> str:
        """Return what may be assumed of such a variable."""
        sources = self.case.narration.sources
        places = [k for k, source in sources.items() if source.kind == f"about {name}"]
        facts = AND.join(relation(sources[k].statement) for k in places)
        before = sources.get(places[0] - 1)
        shown = f"{relation(before.statement)} -> " if before is not None and before.kind == "shown" else ""
        return f"{shown}{facts}"

    @staticmethod
    def _premise(item: Again) -> str:
        return f"{relation(item.premise)} -> {name_of(item.name)} = {written(item.value)}"


def made_of(item: Made) -> Term:
    """Return what a variable stands for."""
    return Term(item.operation, (item.inner,))


def _pattern(names: Sequence[str]) -> str:
    return f"[{names[0]} {_pattern(names[1:]) if len(names) > 2 else names[1]}]"


def _line(difference: Ratio) -> tuple[Fraction, Polynomial]:
    factor, line = primitive(difference.numerator())
    return factor or Fraction(1), dict(line)


def _divided(term: Term) -> Iterator[Term]:
    """Return what a term divides by, first what is inside."""
    for inner in term.inner:
        yield from _divided(inner)
    if term.operation == "/":
        yield term.inner[1]


def _inverted(term: Term) -> str:
    """Return a term with products with inverses in place of quotients, as Coq unfolds them."""
    return written(_unfolded(term))


def _unfolded(term: Term) -> Term:
    parts = tuple(_unfolded(x) if isinstance(x, Term) else x for x in term.arguments)
    if term.operation == "/":
        return Term("*", (parts[0], Term("inverse", (parts[1],))))
    return Term(term.operation, parts)


def _value(term: Term) -> Ratio:
    """Return a term of the case, which has only the four operations and powers, as a ratio."""
    reading = Polynomials()
    operation, inner = term.operation, [_value(x) for x in term.inner]
    if operation == "variable":
        return reading.variable(str(term.arguments[0]))
    if operation == "number":
        return reading.number(term.arguments[0])
    if operation == "^":
        return inner[0] ** int(str(term.arguments[1]))  # type: ignore[no-any-return]
    if operation == "neg":
        return -inner[0]
    one, other = inner
    computed: Ratio = {"+": add, "-": sub, "*": mul, "/": truediv}[operation](one, other)
    return computed


def _plain(divisor: Term, value: Ratio) -> bool:
    """Whether `field` asks of a divisor no more than that one of the known factors is not zero."""
    return len(value.factors) == 0 or (
        len(value.factors) == 1 and value.factors[0][1] == 1 and not list(_divided(divisor))
    )


def _inverse(value: Ratio) -> str:
    """Return the inverse of a ratio as a product of factors and of inverses of factors."""
    parts = [fraction(1 / value.constant)]
    for factor, power in value.factors:
        text = f"({polynomial(dict(factor))})"
        parts += [text if power < 0 else f"/ {text}"] * abs(power)
    return " * ".join(f"({part})" for part in parts)
