"""Obligations as SMT-LIB 2.6: what a line follows from, and its negation, which a solver should find impossible.

A file holds the obligations of a claim one after the other, each a script of its own: any solver that reads the
standard's ``(reset)`` answers with ``unsat`` to each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..claims.claim import Claim
from ..kernel.kernel import Line, Polynomial, negations
from ..kernel.polynomials import cases_of

RESET = "(reset)"


@dataclass(frozen=True)
class Obligation:
    """A line that is to be proved, and those above it; its name says where it stands."""

    name: str
    known: tuple[Line, ...]
    line: Line


def obligations(claim: Claim) -> Iterator[Obligation]:
    """Return what is to be proved of a claim's sentences, case by case, line by line.

    Examples
    --------
    >>> from mechproof.proofs.claims.register import claim_of
    >>> [item.name for item in obligations(claim_of("stackelberg/eq-16-concave"))]
    ['step, case 1, line 5', 'step, case 1, line 6']
    """
    for name, sentence in claim.sentences().items():
        for number, lines in enumerate(cases_of(sentence), 1):
            for place, line in enumerate(lines):
                if line.role == "prove":
                    yield Obligation(f"{name}, case {number}, line {place + 1}", tuple(lines[:place]), line)


def claim_script(claim: Claim) -> str:
    """Return the file of a claim."""
    scripts = [script(item) for item in obligations(claim)]
    heading = f"; {claim.id}: {_one_line(claim.statement)}\n; Every answer should be unsat.\n"
    return heading + f"\n{RESET}\n".join(scripts)


def script(item: Obligation) -> str:
    """Return an obligation as a script; an equation's two negations are one disjunction.

    Examples
    --------
    >>> x, y = {("x",): 1}, {("x", "y"): Fraction(-1, 2)}
    >>> print(script(Obligation("step", (Line("given", x, ">"),), Line("prove", y, ">="))))
    ; step
    (set-info :smt-lib-version 2.6)
    (set-logic QF_NRA)
    (declare-const x Real)
    (declare-const y Real)
    (assert (> x 0.0))
    (assert (> (* (/ 1.0 2.0) x y) 0.0))
    (set-info :status unsat)
    (check-sat)
    <BLANKLINE>
    """
    polynomials = [line.polynomial for line in (*item.known, item.line)]
    names = sorted({name for value in polynomials for monomial in value for name in monomial})
    refuted = [_statement(line) for line in negations(item.line)]
    said = [f"; {_one_line(item.name)}", "(set-info :smt-lib-version 2.6)", "(set-logic QF_NRA)"]
    said += [f"(declare-const {name} Real)" for name in names]
    said += [f"(assert {_statement(line)})" for line in item.known]
    said.append(f"(assert {refuted[0]})" if len(refuted) == 1 else f"(assert (or {' '.join(refuted)}))")
    return "\n".join([*said, "(set-info :status unsat)", "(check-sat)", ""])


def scripts_of(text: str) -> list[str]:
    """Return the scripts of a file."""
    return re.split(rf"^{re.escape(RESET)}\n", text, flags=re.MULTILINE)


def _statement(line: Line) -> str:
    return f"({line.sign} {_polynomial(line.polynomial)} 0.0)"


def _polynomial(value: Polynomial) -> str:
    terms = [_term(monomial, coefficient) for monomial, coefficient in value.items()] or ["0.0"]
    return terms[0] if len(terms) == 1 else f"(+ {' '.join(terms)})"


def _term(monomial: tuple[str, ...], coefficient: Any) -> str:
    factors = list(monomial)
    if coefficient != 1 or not factors:
        factors.insert(0, number(Fraction(coefficient)))
    return factors[0] if len(factors) == 1 else f"(* {' '.join(factors)})"


def number(value: Fraction) -> str:
    """Return a number as SMT-LIB writes it.

    Examples
    --------
    >>> number(Fraction(-1, 3))
    '(- (/ 1.0 3.0))'
    """
    size = abs(value)
    text = f"{size.numerator}.0" if size.denominator == 1 else f"(/ {size.numerator}.0 {size.denominator}.0)"
    return text if value >= 0 else f"(- {text})"


def _one_line(text: str) -> str:
    return " ".join(text.split())
