"""The proof of a line from a certificate: products and squares it names are positive, and their sum vanishes by `ring`.

Nothing is searched for. What a certificate names wrongly is written down all the same, and Coq refuses it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from math import lcm
from typing import Any

from ...kernel.kernel import Line, RefusedError, number
from ...kernel.kernel import polynomial as read_polynomial
from .text import compared, polynomial

BY = {">": "strict_by", ">=": "weak_by", "=": "equal_by"}


def proved_line(place: int, line: Line, lines: Sequence[Line], proofs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the assertion of a line with its proof; the lines before it are called L0, L1 and so on.

    Raises
    ------
    RefusedError
        When the certificate is not written as one is.
    """
    said = [f"assert (L{place} : {compared(line.polynomial, line.sign)}).", f"{{ apply {BY[line.sign]}; intro N."]
    kinds = [*(known.sign for known in lines[:place]), ">=" if line.sign == ">" else ">"]
    names = [*(f"L{k}" for k in range(place)), "N"]
    ended = [refutation(names, kinds, proof) for proof in proofs]
    return [*said, *(f"  {'- ' * (len(ended) > 1)}{text}" for text in ended), "}"]


def refutation(names: Sequence[str], kinds: Sequence[str], proof: Mapping[str, Any]) -> str:
    """Return what shows False from lines by name, each of a kind ">", ">=" or "="."""
    try:
        whole = _scale(proof)
        total, strict = reduce(_added, (_product(names, kinds, item, whole) for item in proof["products"]))
        equations = list(_equations(names, proof.get("equations", {}), whole))
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise RefusedError(f"the certificate is not written as one is: {error!r}") from None
    if not strict:
        raise RefusedError("no product is strictly positive")
    zero = reduce(lambda one, other: f"(add_e {one} {other})", equations) if equations else "(eq_refl 0)"
    return f"refine (vanishes {total} {zero} _). ring."


def _scale(proof: Mapping[str, Any]) -> int:
    """Return what makes all multipliers whole numbers: `ring` knows no others."""
    weights = [Fraction(number(weight)) / _root_scale(squares) for weight, _, *squares in proof["products"]]
    multipliers = [
        Fraction(value)
        for multiplier in proof.get("equations", {}).values()
        for value in read_polynomial(multiplier).values()
    ]
    return lcm(*(value.denominator for value in (*weights, *multipliers)))


def _root_scale(squares: Sequence[Any]) -> int:
    scale = 1
    for root in squares[0] if squares else ():
        scale *= _below(root) ** 2
    return scale


def _below(root: Mapping[str, Any]) -> int:
    return lcm(*(Fraction(value).denominator for value in read_polynomial(root).values()))


def _product(names: Sequence[str], kinds: Sequence[str], item: Sequence[Any], whole: int) -> tuple[str, bool]:
    """Return the proof that a product is positive, or at least not negative, and which."""
    weight, places, *squares = item
    scaled = Fraction(number(weight)) / _root_scale(squares) * whole
    factors = [(f"(number_s {scaled})" if scaled > 0 else "tt", True)]
    factors += [(names[place], kinds[place] == ">") for place in places]
    for root in squares[0] if squares else ():
        below = _below(root)
        text = polynomial({monomial: value * below for monomial, value in read_polynomial(root).items()})
        factors.append((f"(square_n ({text}))", False))
    return reduce(lambda one, other: _joined("mul", one, other, one[1] and other[1]), factors)


def _added(one: tuple[str, bool], other: tuple[str, bool]) -> tuple[str, bool]:
    return _joined("add", one, other, one[1] or other[1])


def _joined(how: str, one: tuple[str, bool], other: tuple[str, bool], strict: bool) -> tuple[str, bool]:
    kinds = "".join("s" if positive else "n" for _, positive in (one, other))
    return f"({how}_{kinds} {one[0]} {other[0]})", strict


def _equations(names: Sequence[str], equations: Mapping[str, Any], whole: int) -> Iterator[str]:
    for place, multiplier in equations.items():
        scaled = {monomial: value * whole for monomial, value in read_polynomial(multiplier).items()}
        yield f"(times_e ({polynomial(scaled)}) {names[int(place)]})"


def positive_number(value: Fraction) -> str:
    """Return the proof that a positive number is one.

    Examples
    --------
    >>> positive_number(Fraction(2)), positive_number(Fraction(1, 3))
    ('(number_s 2)', '(fraction_s 1 3)')
    """
    if value.denominator == 1:
        return f"(number_s {value.numerator})"
    return f"(fraction_s {value.numerator} {value.denominator})"
