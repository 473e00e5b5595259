"""Formulas as terms that can be written in any language: trees of operations over variables and fractions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

Argument: TypeAlias = "Term | str | Fraction | int"


@dataclass(frozen=True)
class Term:
    """An operation and its arguments: ``variable``, ``number``, ``+ - * / ^ neg``, ``sqrt ln exp max min``.

    The argument of a variable is its name, of a number its value; the second one of a power is a natural number.

    Examples
    --------
    >>> x = variable("x")
    >>> (x + number(0)) * number(1) is x, number(1) / x
    (True, Term('/', (Term('number', (Fraction(1, 1),)), Term('variable', ('x',)))))
    """

    operation: str
    arguments: tuple[Argument, ...]

    def __repr__(self) -> str:
        """Show it without the names of its fields."""
        return f"Term({self.operation!r}, {self.arguments!r})"

    def __add__(self, other: Term) -> Term:
        if _is(self, 0) or _is(other, 0):
            return other if _is(self, 0) else self
        return Term("+", (self, other))

    def __neg__(self) -> Term:
        value = self.value
        return Term("neg", (self,)) if value is None else number(-value)

    def __sub__(self, other: Term) -> Term:
        if _is(self, 0) or _is(other, 0):
            return -other if _is(self, 0) else self
        return Term("-", (self, other))

    def __mul__(self, other: Term) -> Term:
        if _is(self, 1) or _is(other, 1):
            return other if _is(self, 1) else self
        return number(0) if _is(self, 0) or _is(other, 0) else Term("*", (self, other))

    def __truediv__(self, other: Term) -> Term:
        return self if _is(other, 1) else Term("/", (self, other))

    def __pow__(self, exponent: int) -> Term:
        if exponent < 0:
            return number(1) / self**-exponent
        return self if exponent == 1 else Term("^", (self, exponent))

    @property
    def value(self) -> Fraction | None:
        """Its value, if it is a number."""
        return Fraction(self.arguments[0]) if self.operation == "number" else None  # type: ignore[arg-type]

    @property
    def inner(self) -> tuple[Term, ...]:
        """The terms it is made of."""
        return tuple(item for item in self.arguments if isinstance(item, Term))


def variable(name: str) -> Term:
    """Return a variable."""
    return Term("variable", (name,))


def number(value: Any) -> Term:
    """Return a number."""
    return Term("number", (Fraction(value),))


def variables_of(term: Term) -> Iterator[str]:
    """Return the names of a term's variables, as often as they occur."""
    if term.operation == "variable":
        yield str(term.arguments[0])
    for inner in term.inner:
        yield from variables_of(inner)


def with_terms(term: Term, replaced: Mapping[str, Term]) -> Term:
    """Return a term with other terms in place of some variables.

    Examples
    --------
    >>> with_terms(variable("x") + variable("y"), {"x": number(2)})
    Term('+', (Term('number', (Fraction(2, 1),)), Term('variable', ('y',))))
    """
    if term.operation == "variable":
        return replaced.get(str(term.arguments[0]), term)
    return Term(term.operation, tuple(with_terms(x, replaced) if isinstance(x, Term) else x for x in term.arguments))


def _is(term: Term, value: int) -> bool:
    return term.value == value
