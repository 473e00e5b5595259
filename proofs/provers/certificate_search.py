"""Finding certificates: a linear program over products of hypotheses, made exact by rational elimination.

What is found here is checked by the kernel like anybody's; nothing in this module needs to be trusted. It is what
developers run after they added or changed a claim::

    python -m mechproof.proofs.provers.certificate_search [CLAIM ...]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, combinations_with_replacement
from math import lcm
from typing import Any

import numpy as np

from ...formulations.errors import InputError
from ..claims.certificate_files import written_polynomial
from ..kernel.kernel import Line, Monomial, Polynomial, RefusedError, negations, plus, refute, times
from ..kernel.polynomials import cases_of, polynomial_of
from ..kernel.sentence import Sentence

STAGES = ((1, False, 1), (2, False, 2), (2, True, 2), (3, False, 3), (3, True, 3), (4, False, 4), (4, True, 5))
"""How many factors, whether squares too, and the degree of equations' multipliers, in the order they are tried."""
LARGEST = 12_000
"""Columns of a linear program at most, so that it may end in its twenty seconds; a guess. Larger stages are skipped."""
USED = 1e-9
"""Multipliers that are not zero: a hundredth of the solver's tolerance of 1e-7, whose zeros are exact at a vertex.

Which columns are used is a hint to the rational elimination; where it is wrong no proof is found, and the kernel checks
the one that is.
"""


@dataclass(frozen=True)
class _Column:
    """A term that a certificate may use: a product with squares, or a monomial times an equation."""

    polynomial: Polynomial
    places: tuple[int, ...] = ()
    root: Polynomial | None = None
    equation: int | None = None
    monomial: Monomial = ()
    strict: bool = False


def proofs_of(sentence: Sentence) -> list[list[dict[str, Any]]] | None:
    """Return the proofs of a sentence, a list for each of its cases, or None if none were found.

    Examples
    --------
    >>> from mechproof.proofs.kernel.sentence import above
    >>> product = Sentence({"x > 0": lambda a, x: above(x, 0), "y > 0": lambda a, y: above(y, 0)},
    ...                    lambda a, x, y: above(x * y, 0))
    >>> proofs_of(product)
    [[{'products': [[1, [2]], [1, [0, 1]]]}]]
    """
    hints = [polynomial_of(formula, sentence) for formula in sentence.squares]
    found = []
    for lines in cases_of(sentence):
        proofs = []
        for index, line in enumerate(lines):
            for negation in negations(line) if line.role == "prove" else ():
                proof = refutation([*lines[:index], negation], hints, sentence.degree)
                if proof is None:
                    return None
                proofs.append(proof)
        found.append(proofs)
    return found


def refutation(known: Sequence[Line], hints: Sequence[Polynomial] = (), degree: int = 3) -> dict[str, Any] | None:
    """Return a proof that the lines contradict each other, checked by the kernel, or None."""
    for factors, squares, multipliers in STAGES:
        if factors > max(degree, 1):
            break
        columns = list(_columns(known, hints, factors, squares, multipliers))
        if len(columns) > LARGEST:
            continue
        chosen = _feasible(columns)
        if chosen is None:
            continue
        proof = _written(chosen)
        try:
            refute(known, proof)
        except RefusedError:
            continue
        return proof
    return None


def _columns(
    known: Sequence[Line], hints: Sequence[Polynomial], factors: int, squares: bool, multipliers: int
) -> Iterator[_Column]:
    distinct: dict[Any, int] = {}
    for place, line in enumerate(known):  # of the same polynomial twice, what says more, or else the negation
        if line.sign != "=":
            key = frozenset(line.polynomial.items())
            if key not in distinct or line.sign == ">" or place == len(known) - 1:
                distinct[key] = place
    inequalities = sorted(distinct.values())
    largest = max(_degree(line.polynomial) for line in known) + factors + 1
    roots = list(_roots(known, hints)) if squares else []
    for count in range(factors + 1):
        for places in combinations_with_replacement(inequalities, count):
            product: Polynomial = {(): 1}
            for place in places:
                product = times(product, known[place].polynomial)
            if _degree(product) > largest:
                continue
            yield _Column(product, places, strict=all(known[place].sign == ">" for place in places))
            for root in roots if count < factors else ():
                if _degree(product) + 2 * _degree(root) <= largest:
                    yield _Column(times(product, times(root, root)), places, root)
    yield from _monomials(known, factors)
    names = sorted({name for line in known for monomial in line.polynomial for name in monomial})
    for place, line in enumerate(known):
        for size in range(multipliers + 1) if line.sign == "=" else ():
            for monomial in combinations_with_replacement(names, size):
                if size + _degree(line.polynomial) <= largest:
                    yield _Column(times({monomial: 1}, line.polynomial), equation=place, monomial=monomial)


def _monomials(known: Sequence[Line], factors: int) -> Iterator[_Column]:
    """The negation's own monomials, of more factors, where the signs of all their variables are known."""
    signs: dict[str, int] = {}
    for place, line in enumerate(known[:-1]):
        names = [monomial[0] for monomial, value in line.polynomial.items() if len(monomial) == 1 and value > 0]
        if line.sign != "=" and len(line.polynomial) == len(names) == 1 and (names[0] not in signs or line.sign == ">"):
            signs[names[0]] = place
    for monomial in known[-1].polynomial:
        if len(monomial) > factors and set(monomial) <= set(signs):
            places = tuple(sorted(signs[name] for name in monomial))
            product: Polynomial = {(): 1}
            for place in places:
                product = times(product, known[place].polynomial)
            yield _Column(product, places, strict=all(known[place].sign == ">" for place in places))


def _roots(known: Sequence[Line], hints: Sequence[Polynomial]) -> Iterator[Polynomial]:
    yield from hints
    names = sorted({name for line in known for monomial in line.polynomial for name in monomial})
    for name in names:
        yield {(name,): 1}
    for one, other in combinations(names, 2):
        yield {(one,): 1, (other,): -1}


def _degree(polynomial: Polynomial) -> int:
    return max(map(len, polynomial), default=0)


def _feasible(columns: Sequence[_Column]) -> list[tuple[Fraction, _Column]] | None:
    """Return exact multipliers that add up to nothing while the strict ones add up to one."""
    from scipy.optimize import linprog
    from scipy.sparse import csc_array

    monomials = dict.fromkeys(monomial for column in columns for monomial in column.polynomial)
    rows = {monomial: index for index, monomial in enumerate(monomials)}
    entries = [
        (rows[monomial], index, float(value))
        for index, column in enumerate(columns)
        for monomial, value in column.polynomial.items()
    ]
    entries += [(len(rows), index, 1.0) for index, column in enumerate(columns) if column.strict]
    where, which, values = zip(*entries, strict=True)
    matrix: Any = csc_array((values, (where, which)), shape=(len(rows) + 1, len(columns)))
    wanted = np.zeros(len(rows) + 1)
    wanted[-1] = 1
    price = [0.0 if column.equation is not None else 1.0 + len(column.polynomial) for column in columns]
    bounds: Any = [(None, None) if column.equation is not None else (0, None) for column in columns]
    answer = linprog(price, A_eq=matrix, b_eq=wanted, bounds=bounds, method="highs-ds", options={"time_limit": 20})
    if answer.x is None or answer.status != 0:
        return None
    used = [column for column, value in zip(columns, answer.x, strict=True) if abs(value) > USED]
    return _exact(used, rows)


def _exact(used: Sequence[_Column], rows: dict[Monomial, int]) -> list[tuple[Fraction, _Column]] | None:
    import flint

    needed = sorted({rows[monomial] for column in used for monomial in column.polynomial})
    place = {row: index for index, row in enumerate(needed)}
    table = flint.fmpq_mat(len(needed) + 1, len(used) + 1)
    for index, column in enumerate(used):
        for monomial, value in column.polynomial.items():
            exact = Fraction(value)
            table[place[rows[monomial]], index] = flint.fmpq(exact.numerator, exact.denominator)
        table[len(needed), index] = int(column.strict)
    table[len(needed), len(used)] = 1
    reduced, rank = table.rref()
    solution = [Fraction(0)] * len(used)
    for row in range(rank):
        lead = next(index for index in range(len(used) + 1) if reduced[row, index] != 0)
        if lead == len(used):
            return None
        value = reduced[row, len(used)]
        solution[lead] = Fraction(int(value.p), int(value.q))
    chosen = [(value, column) for value, column in zip(solution, used, strict=True) if value]
    return None if any(value < 0 for value, column in chosen if column.equation is None) else chosen


def _written(chosen: Sequence[tuple[Fraction, _Column]]) -> dict[str, Any]:
    """Return a proof as it is written down, with whole numbers."""
    scale = lcm(*(value.denominator for value, _ in chosen))
    products: list[Any] = []
    equations: dict[str, Polynomial] = {}
    for value, column in chosen:
        weight = int(value * scale)
        if column.equation is not None:
            place = str(column.equation)
            equations[place] = plus(equations.get(place, {}), {column.monomial: weight})
        elif column.root is not None:
            products.append([weight, list(column.places), [written_polynomial(column.root)]])
        else:
            products.append([weight, list(column.places)])
    proof: dict[str, Any] = {"products": products}
    if equations:
        proof["equations"] = {place: written_polynomial(multiplier) for place, multiplier in equations.items()}
    return proof


def main(arguments: Sequence[str]) -> int:
    """Search certificates for the named claims, or for all whose certificates are missing or refused."""
    from ..claims.certificate_files import accepted, write_certificate
    from ..claims.register import claim_of, theories

    try:
        wanted = {claim_of(name).id for name in arguments}
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    failed = 0
    for theory in theories():
        for claim in theory.claims:
            if not claim.sentences() or (wanted and claim.id not in wanted):
                continue
            if not wanted and accepted(claim, theory.certificates):
                continue
            proofs = {name: proofs_of(sentence) for name, sentence in claim.sentences().items()}
            missing = [name for name, proof in proofs.items() if proof is None]
            failed += bool(missing)
            if not missing:
                write_certificate(claim, {name: proof or [] for name, proof in proofs.items()}, theory.certificates)
            print(claim.id, f"no certificate for {', '.join(missing)}" if missing else "certified")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
