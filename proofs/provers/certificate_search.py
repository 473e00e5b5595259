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
from pathlib import Path
from typing import Any

import numpy as np

from ...formulations.errors import InputError
from ..claims.certificate_files import written_polynomial
from ..claims.claim import Claim
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
    inequalities = _inequalities(known)
    largest = max(_degree(line.polynomial) for line in known) + factors + 1
    roots = list(_roots(known, hints)) if squares else []
    for count in range(factors + 1):
        for places in combinations_with_replacement(inequalities, count):
            plain = _product(known, places)
            left = largest - _degree(plain.polynomial)
            if left >= 0:
                yield plain
            for root in roots if count < factors else ():
                if 2 * _degree(root) <= left:
                    yield _Column(times(plain.polynomial, times(root, root)), places, root)
    yield from _monomials(known, factors)
    yield from _multiples(known, multipliers, largest)


def _inequalities(known: Sequence[Line]) -> list[int]:
    """The places of inequalities: of the same polynomial twice, what says more, or else the negation."""
    distinct: dict[Any, int] = {}
    for place, line in enumerate(known):
        key = frozenset(line.polynomial.items())
        if line.sign != "=" and (key not in distinct or line.sign == ">" or place == len(known) - 1):
            distinct[key] = place
    return sorted(distinct.values())


def _product(known: Sequence[Line], places: tuple[int, ...]) -> _Column:
    product: Polynomial = {(): 1}
    for place in places:
        product = times(product, known[place].polynomial)
    return _Column(product, places, strict=all(known[place].sign == ">" for place in places))


def _multiples(known: Sequence[Line], multipliers: int, largest: int) -> Iterator[_Column]:
    """The equations, times all monomials up to a degree."""
    names = _names(known)
    for place, line in enumerate(known):
        most = min(multipliers, largest - _degree(line.polynomial))
        for size in range(most + 1) if line.sign == "=" else ():
            for monomial in combinations_with_replacement(names, size):
                yield _Column(times({monomial: 1}, line.polynomial), equation=place, monomial=monomial)


def _monomials(known: Sequence[Line], factors: int) -> Iterator[_Column]:
    """The negation's own monomials, of more factors, where the signs of all their variables are known."""
    signs: dict[str, int] = {}
    for place, line in enumerate(known[:-1]):
        match [*line.polynomial.items()]:
            case [((name,), value)] if value > 0 and line.sign != "=" and (name not in signs or line.sign == ">"):
                signs[name] = place
    for monomial in known[-1].polynomial:
        if len(monomial) > factors and set(monomial) <= set(signs):
            yield _product(known, tuple(sorted(signs[name] for name in monomial)))


def _roots(known: Sequence[Line], hints: Sequence[Polynomial]) -> Iterator[Polynomial]:
    yield from hints
    names = _names(known)
    for name in names:
        yield {(name,): 1}
    for one, other in combinations(names, 2):
        yield {(one,): 1, (other,): -1}


def _names(known: Sequence[Line]) -> list[str]:
    return sorted({name for line in known for monomial in line.polynomial for name in monomial})


def _degree(polynomial: Polynomial) -> int:
    return max(map(len, polynomial), default=0)


def _feasible(columns: Sequence[_Column]) -> list[tuple[Fraction, _Column]] | None:
    """Return exact multipliers that add up to nothing while the strict ones add up to one."""
    from scipy.optimize import linprog
    from scipy.sparse import csc_array

    height, entries = _entries(columns)
    where, which, values = zip(*entries, strict=True)
    try:
        numbers = np.array(values, dtype=float)
    except OverflowError:  # beyond all doubles: the linear program cannot be stated
        return None
    matrix: Any = csc_array((numbers, (where, which)), shape=(height, len(columns)))
    wanted = np.zeros(height)
    wanted[-1] = 1
    free = [column.equation is not None for column in columns]
    price = np.where(free, 0.0, [1.0 + len(column.polynomial) for column in columns])
    bounds: Any = [(None if any_sign else 0, None) for any_sign in free]
    answer = linprog(price, A_eq=matrix, b_eq=wanted, bounds=bounds, method="highs-ds", options={"time_limit": 20})
    if answer.x is None or answer.status != 0:
        return None
    return _exact([column for column, value in zip(columns, answer.x, strict=True) if abs(value) > USED])


def _entries(columns: Sequence[_Column]) -> tuple[int, list[tuple[int, int, Any]]]:
    """The height and entries of the columns as a table: a row for each monomial, and a last one for what is strict."""
    monomials = dict.fromkeys(monomial for column in columns for monomial in column.polynomial)
    rows = {monomial: row for row, monomial in enumerate(monomials)}
    entries = [
        (rows[monomial], index, value)
        for index, column in enumerate(columns)
        for monomial, value in column.polynomial.items()
    ]
    return len(rows) + 1, entries + [(len(rows), index, 1) for index, column in enumerate(columns) if column.strict]


def _exact(used: Sequence[_Column]) -> list[tuple[Fraction, _Column]] | None:
    import flint

    height, entries = _entries(used)
    table = flint.fmpq_mat(height, len(used) + 1)
    for row, index, value in entries:
        exact = Fraction(value)
        table[row, index] = flint.fmpq(exact.numerator, exact.denominator)
    table[height - 1, len(used)] = 1
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
    from ..claims.certificate_files import accepted
    from ..claims.register import claim_of, theories

    try:
        wanted = {claim_of(name).id for name in arguments}
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    failed = 0
    for theory in theories():
        for claim in theory.claims:
            if claim.sentences() and (claim.id in wanted if wanted else not accepted(claim, theory.certificates)):
                failed += not _certified(claim, theory.certificates)
    return failed


def _certified(claim: Claim, folder: Path) -> bool:
    """Write a claim's certificate if there is one, and say so."""
    from ..claims.certificate_files import write_certificate

    proofs = {name: proofs_of(sentence) for name, sentence in claim.sentences().items()}
    missing = [name for name, proof in proofs.items() if proof is None]
    if not missing:
        write_certificate(claim, {name: proof or [] for name, proof in proofs.items()}, folder)
    print(claim.id, f"no certificate for {', '.join(missing)}" if missing else "certified")
    return not missing


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
