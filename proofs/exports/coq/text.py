"""Terms, statements, polynomials and names in Coq's language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from ...kernel.kernel import Polynomial
from ...kernel.sentence import Relation
from ..terms import Term

FUNCTIONS = {"sqrt": "sqrt", "ln": "ln", "exp": "exp", "max": "Rmax", "min": "Rmin"}
RESERVED = frozenset(
    (
        *("as", "at", "cofix", "else", "end", "exists", "exists2", "fix", "for", "forall", "fun", "if", "IF", "in"),
        *("let", "match", "mod", "open", "Prop", "return", "Set", "then", "Type", "using", "where", "with", "by"),
        *("R", "list", "length", "sqrt", "ln", "exp", "people", "before", "after", "everybody", "me", "one"),
    )
)
"""What a variable cannot be called, and what it should not hide."""
LEVELS = {"+": 1, "-": 1, "*": 2, "/": 2, "neg": 3, "inverse": 3, "^": 4}
"""How tightly an operation binds: what stands in it and binds no tighter is put in brackets."""


def written(term: Term, names: Mapping[str, str] | None = None) -> str:
    """Return a term; `names` says what variables are called, where it is not by their own names.

    Examples
    --------
    >>> from mechproof.proofs.exports.terms import number, variable
    >>> written((variable("x") + number("1/3")) * -variable("at"))
    '(x + 1 / 3) * (- at_)'
    """
    return _written(term, names or {})[0]


def _written(term: Term, names: Mapping[str, str]) -> tuple[str, int]:
    """Return a term and how tightly it binds."""
    operation, arguments = term.operation, term.arguments
    if operation == "variable":
        name = str(arguments[0])
        text = names.get(name, name_of(name))
        return text, 9 if " " not in text else 5
    if operation == "number":
        value = Fraction(str(arguments[0]))
        return fraction(value), 9 if value.denominator == 1 and value >= 0 else 2
    if operation in FUNCTIONS:
        inside = " ".join(_bracketed(inner, 9, names) for inner in term.inner)
        return f"{FUNCTIONS[operation]} {inside}", 5
    level = LEVELS[operation]
    if operation == "neg":
        return f"- {_bracketed(term.inner[0], 4, names)}", 0
    if operation == "inverse":
        return f"/ {_bracketed(term.inner[0], 9, names)}", 3
    if operation == "^":
        return f"{_bracketed(term.inner[0], 9, names)} ^ {arguments[1]}", level
    left, right = (_bracketed(term.inner[k], level + k, names) for k in (0, 1))
    return f"{left} {operation} {right}", level


def _bracketed(term: Term, least: int, names: Mapping[str, str]) -> str:
    text, level = _written(term, names)
    return text if level >= least else f"({text})"


def fraction(value: Fraction | int) -> str:
    """Return a number.

    Examples
    --------
    >>> fraction(Fraction(-1, 3)), fraction(2)
    ('(-1) / 3', '2')
    """
    value = Fraction(value)
    above = str(value.numerator) if value >= 0 else f"({value.numerator})"
    return above if value.denominator == 1 else f"{above} / {value.denominator}"


def relation(statement: Relation, names: Mapping[str, str] | None = None) -> str:
    """Return a statement about two terms."""
    return f"{written(statement.left, names)} {statement.sign} {written(statement.right, names)}"


def polynomial(value: Polynomial) -> str:
    """Return a polynomial.

    Examples
    --------
    >>> polynomial({("x", "x"): -2, ("y",): 1, (): 3})
    '(-2) * x ^ 2 + y + 3'
    """
    return " + ".join(_monomial(monomial, coefficient) for monomial, coefficient in value.items()) or "0"


def _monomial(monomial: tuple[str, ...], coefficient: Any) -> str:
    counts = {name: monomial.count(name) for name in dict.fromkeys(monomial)}
    factors = [name_of(name) + (f" ^ {power}" if power > 1 else "") for name, power in counts.items()]
    if coefficient != 1 or not factors:
        factors.insert(0, fraction(coefficient))
    return " * ".join(factors)


def compared(value: Polynomial, sign: str) -> str:
    """Return what a line says, with zero on the left side of a comparison."""
    return f"{polynomial(value)} = 0" if sign == "=" else f"0 {'<' if sign == '>' else '<='} {polynomial(value)}"


def name_of(name: str) -> str:
    """Return what a variable is called, with a stroke where Coq has another use for its name."""
    return f"{name}_" if name in RESERVED else name


def identifier(text: str) -> str:
    """Return a claim's id as the name of a theorem and of a file.

    Examples
    --------
    >>> identifier("three-party/eq-57-quantity")
    'three_party_eq_57_quantity'
    """
    return re.sub(r"\W", "_", text, flags=re.ASCII)


def comment(text: str) -> str:
    """Return words as a comment."""
    return f"(* {text.replace('(*', '( *').replace('*)', '* )').replace(chr(34), chr(39))} *)"


def binder(names: Iterable[str]) -> str:
    """Return "forall x y : R, ", and nothing if there are no names."""
    listed = " ".join(map(name_of, names))
    return f"forall {listed} : R, " if listed else ""
