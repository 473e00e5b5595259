"""The kernel: it re-checks certificates by exact polynomial arithmetic, and believes nothing else.

A sentence is a list of lines, each a polynomial that is ``>``, ``>=`` or ``=`` 0. A line is given, or it is to be
proved from the lines above it. A proof refutes the line's negation: it names multipliers such that

    Σ λ · (product of known lines and of the negation) · (squares) + Σ (polynomial) · (known equation)  ≡  0

where λ > 0 and one of the products is strictly positive. The left side would then be both positive and zero, so the
negation is impossible (a Positivstellensatz certificate). This module uses nothing but Python's integers and fractions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

Monomial: TypeAlias = tuple[str, ...]
Polynomial: TypeAlias = dict[Monomial, Any]
"""Monomials, as sorted variables with repetition, to coefficients other than zero."""
SIGNS = (">", ">=", "=")
MOST_FACTORS = 32
MOST_TERMS = 10_000
"""A certificate that needs more factors in a product, or more terms in one, is refused, so that none takes for ever."""


class RefusedError(Exception):
    """A certificate does not show what it should; the text says why."""


@dataclass(frozen=True)
class Line:
    """A polynomial with its relation to zero; `role` is "given", "case" or "define", or "prove" for what is shown."""

    role: str
    polynomial: Polynomial
    sign: str


def polynomial(written: Mapping[str, Any]) -> Polynomial:
    """Read a polynomial as it is written down: monomials such as ``"x x y"`` to whole numbers or fractions as text.

    Examples
    --------
    >>> polynomial({"y x": 2, "": "1/3"})
    {('x', 'y'): 2, (): Fraction(1, 3)}
    """
    result: Polynomial = {}
    for monomial, coefficient in written.items():
        result = plus(result, {tuple(sorted(monomial.split())): number(coefficient)})
    return result


def number(written: Any) -> Any:
    """Read a whole number, or a fraction as text such as "1/3"; a float is no exact number and is refused."""
    if isinstance(written, bool) or not isinstance(written, int | str):
        raise RefusedError(f"{written!r} is no exact number")
    try:
        return written if isinstance(written, int) else Fraction(*map(int, written.split("/")))
    except (TypeError, ValueError, ZeroDivisionError):
        raise RefusedError(f"{written!r} is no exact number") from None


def plus(one: Polynomial, other: Polynomial, factor: Any = 1) -> Polynomial:
    """Return one + factor · other."""
    total = dict(one)
    for monomial, coefficient in other.items():
        total[monomial] = total.get(monomial, 0) + factor * coefficient
    return {monomial: coefficient for monomial, coefficient in total.items() if coefficient}


def times(one: Polynomial, other: Polynomial) -> Polynomial:
    """Return the product.

    Examples
    --------
    >>> times({("x",): 1, (): 1}, {("x",): 1, (): -1})
    {('x', 'x'): 1, (): -1}
    """
    if len(one) * len(other) > MOST_TERMS:
        raise RefusedError("a product has too many terms")
    product: Polynomial = {}
    for left, p in one.items():
        for right, q in other.items():
            monomial = tuple(sorted(left + right))
            product[monomial] = product.get(monomial, 0) + p * q
    return {monomial: coefficient for monomial, coefficient in product.items() if coefficient}


def negations(line: Line) -> list[Line]:
    """Return what must be refuted to prove a line; an equation has two negations."""
    minus = plus({}, line.polynomial, -1)
    if line.sign == ">":
        return [Line("negation", minus, ">=")]
    if line.sign == ">=":
        return [Line("negation", minus, ">")]
    return [Line("negation", line.polynomial, ">"), Line("negation", minus, ">")]


def check(lines: Sequence[Line], proofs: Sequence[Mapping[str, Any]]) -> None:
    """Check that every line to be proved follows from those above it.

    Raises
    ------
    RefusedError
        When there is a proof too few or too many, or one that proves nothing.

    Examples
    --------
    That x > 0 and y ≥ 0 make x + y > 0, since x + y + (−x − y) ≡ 0:

    >>> x, y = Line("given", {("x",): 1}, ">"), Line("given", {("y",): 1}, ">=")
    >>> goal = Line("prove", {("x",): 1, ("y",): 1}, ">")
    >>> check([x, y, goal], [{"products": [[1, [0]], [1, [1]], [1, [2]]]}])
    """
    waiting, known = list(proofs), list[Line]()
    for line in lines:
        if line.sign not in SIGNS:
            raise RefusedError(f"{line.sign!r} is no relation")
        if line.role == "prove":
            for negation in negations(line):
                if not waiting:
                    raise RefusedError("a proof is missing")
                refute([*known, negation], waiting.pop(0))
        known.append(line)
    if waiting:
        raise RefusedError("there is a proof of nothing")


def refute(known: Sequence[Line], proof: Mapping[str, Any]) -> None:
    """Check that the lines contradict each other.

    ``products`` holds [λ, [lines], [polynomials to be squared]], the last of which may be left out; ``equations`` maps
    equations' places to their multipliers.

    Raises
    ------
    RefusedError
        When they were not shown to.
    """
    if not set(proof) <= {"products", "equations"}:
        raise RefusedError("a proof consists of products and equations")
    total: Polynomial = {}
    strict = False
    for weight, places, *squares in proof.get("products", []):
        product: Polynomial = {(): number(weight)}
        if not product[()] > 0 or len(squares) > 1:
            raise RefusedError(f"the multiplier {weight} is not positive")
        if len(places) + sum(map(len, squares)) > MOST_FACTORS:
            raise RefusedError("a product has too many factors")
        factors = [_known(known, place) for place in places]
        if any(line.sign == "=" for line in factors):
            raise RefusedError("an equation is no factor of a product")
        for line in factors:
            product = times(product, line.polynomial)
        for root in squares[0] if squares else ():
            product = times(product, times(polynomial(root), polynomial(root)))
        strict = strict or (not squares and all(line.sign == ">" for line in factors))
        total = plus(total, product)
    for place, multiplier in proof.get("equations", {}).items():
        line = _known(known, int(place))
        if line.sign != "=":
            raise RefusedError(f"line {place} is no equation")
        total = plus(total, times(polynomial(multiplier), line.polynomial))
    if not strict:
        raise RefusedError("no product is strictly positive")
    if total:
        raise RefusedError("the sum does not vanish")


def _known(known: Sequence[Line], place: Any) -> Line:
    if isinstance(place, bool) or not isinstance(place, int) or not 0 <= place < len(known):
        raise RefusedError(f"there is no line {place!r} yet")
    return known[place]
